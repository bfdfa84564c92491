# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured: servers, and the phones that call through them."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import call
import configs
import phone
from callgrind import Profile
from wire import Server

WARM = 4  # calls before the first that is counted: what is set up on first use, and the first free memory
CALLS = 16  # that are counted


@dataclass(frozen=True)
class Case:
    id: str
    title: str
    config: object  # of configs
    phones: object  # of phone
    malloc: str = "fm"


CASES = (
    Case("off", "no NAT handling, direct phones", configs.off, phone.direct),
    Case("stock-direct", "nathelper, direct phones", configs.stock, phone.direct),
    Case("stock-nat", "nathelper, NATed phones", configs.stock, phone.natted),
    Case("edge-direct", "nat_edge, direct phones", configs.edge, phone.direct),
    Case("edge-nat", "nat_edge, NATed phones", configs.edge, phone.natted),
    Case("edge-direct-qm", "nat_edge, direct phones, qm", configs.edge, phone.direct, "qm"),
    Case("edge-nat-qm", "nat_edge, NATed phones, qm", configs.edge, phone.natted, "qm"),
)


def run(case, place, count=True):
    """A callgrind.Profile whose labels are MESSAGE/CALL; natively None."""
    server = Server(case.config(place.tree), place, count=count, malloc=case.malloc)
    try:
        net = case.phones()
        call.register(server, net.callee, "-", 1)
        for n in range(WARM + CALLS):
            call.call(server, net, n, counted=n >= WARM)
        return server.finish()
    finally:
        server.close()


def count_onward(config, net, path, place):
    server = Server(config(place.tree), place, count=True)
    try:
        for n in range(WARM + CALLS):
            call.register_onward(server, net.caller, f"r{n}" if n >= WARM else "-", 400 + n, path)
        return server.finish()
    finally:
        server.close()


def run_onward(config, net, path, place):
    """Instructions of a REGISTER that goes on to another registrar, with its 200."""
    parts = count_onward(config, net, path, place).parts
    return sum(ir for label, ir in parts.items() if label.startswith("r")) / CALLS


def run_onward_counted(place):
    return count_onward(configs.onward_edge, phone.natted(), 1, place)


# statements of a script alone, in an INVITE of a NATed phone: (name, configuration, memory manager)
STATEMENTS = (
    ("nothing", configs.record_nothing, "fm"),
    ("record_route", configs.record_plain, "fm"),
    ("record_route with outbound", configs.record_outbound, "fm"),
    ("nat_record_route", configs.record_sealed, "fm"),
    ("nat_detect", configs.detect, "fm"),
    ("nat_detect with qm", configs.detect, "qm"),
)
TOKENS = ("outbound-seal", "outbound-open", "nat_edge-seal", "nat_edge-open")


def run_statement(config, malloc, place):
    """Instructions of what the script brackets."""
    server = Server(config(place.tree), place, count=True, marks=True, malloc=malloc)
    try:
        net = phone.mixed()
        call.register(server, net.callee, "-", 1)
        for n in range(WARM + 1):
            call.invite(server, net, n, "it" if n == WARM else "-")
        return server.finish().parts["it"]
    finally:
        server.close()


def run_tokens(place, count):
    """By name: instructions beneath callgrind, else nanoseconds."""
    server = Server(configs.tokens(place.tree), place, count=count, marks=True)
    try:
        for name in TOKENS:
            call.ask(server, phone.natted().caller, name)
        log = server.log()
        profile = server.finish()
        if profile:
            return {name: profile.parts[name] for name in TOKENS}
        return {name: float(ns) for name, ns in re.findall(r"ns of (\S+): ([\d.]+)", log)}
    finally:
        server.close()


def mean(numbers):
    numbers = list(numbers)
    return sum(numbers) / len(numbers)


@dataclass
class Figures:
    """Of one case, by message: instructions of all, and of what was called in nat_edge.so."""

    all: dict
    ours: dict

    @property
    def call(self):
        """A call from INVITE to the last 200; a registration is not part of it."""
        return sum(ir for message, ir in self.all.items() if message != "REGISTER")

    @property
    def ours_in_call(self):
        return sum(ir for message, ir in self.ours.items() if message != "REGISTER")


def figures(profile):
    counted = [(message, [f"{message}/{n}" for n in range(WARM, WARM + CALLS)]) for message in call.MESSAGES]
    return Figures(
        {m: mean(profile.parts[label] for label in labels) for m, labels in counted},
        {m: mean(profile.calls_into(label, "/nat_edge.so").total() for label in labels) for m, labels in counted},
    )


@dataclass
class Flows:
    """All that is measured here, and what differed between two runs: (what, one, other)."""

    calls: dict  # Figures by case
    onward: dict  # "off", "path": instructions of a REGISTER and its 200
    statements: dict  # by name; with what bracketing costs, which is that of "nothing"
    tokens: dict  # by name
    ns: dict  # by name
    moved: list
    counted: int  # how many counts were compared


def jobs(place):
    """(what, function): each gives {name: instructions}, or a Profile."""
    for case in CASES:
        yield case.id, lambda case=case: run(case, place)
    yield "onward", lambda: {
        "off": run_onward(configs.onward_off, phone.direct(), 0, place),
        "path": run_onward(configs.onward_edge, phone.natted(), 1, place),
    }
    yield "statements", lambda: {name: run_statement(config, malloc, place) for name, config, malloc in STATEMENTS}
    yield "tokens", lambda: run_tokens(place, True)


def counts(result):
    return result.parts if isinstance(result, Profile) else result


def measure(place):
    first, moved, counted = {}, [], 0
    with ThreadPoolExecutor(2) as pool:
        twice = [(what, pool.submit(job), pool.submit(job)) for what, job in jobs(place)]
        for what, one, other in twice:
            first[what], again = one.result(), counts(other.result())
            for name, ir in counts(first[what]).items():
                counted += 1
                if again.get(name) != ir:
                    moved.append((f"{what} {name}", ir, again.get(name)))
    return Flows(
        {case.id: figures(first[case.id]) for case in CASES},
        first["onward"], first["statements"], first["tokens"], run_tokens(place, False), moved, counted,
    )  # fmt: skip
