# SPDX-License-Identifier: GPL-2.0-or-later
"""More than one server on the way: an edge in front of a registrar, ours or one that knows
nothing of NATs, with phones behind either; and topology hiding beside us in one server.
"""

from concurrent.futures import ThreadPoolExecutor

from configs import write_configs
from dialog import answer, call, reliable, ring
from test_wayback import outcome, with_transcripts
from ua import Ua

EDGE, CORE = "198.51.100.14", "198.51.100.15"
EDGE2, PLAIN = "198.51.100.16", "198.51.100.17"
HIDING = {"topoh": "198.51.100.18", "topoh-id": "198.51.100.19", "topos": "198.51.100.20"}
ALWAYS = '<profile name="default" extends="default"><path mode="always"/></profile>'
NATS = {"a": ("symmetric", "203.0.113.180"), "b": ("cgn", "203.0.113.181"),
        "c": ("cone", "203.0.113.182")}


def trusted(address):
    return f'<trusted name="peer" prefixes="{address}"/>'


# config: of configs.py
SERVERS = {
    "core": (CORE, {"networks": trusted(EDGE), "config": "core.cfg"}),
    "edge": (EDGE, {"TLS": 1, "EDGE": f"sip:{CORE}:5060", "networks": trusted(CORE), "profiles": ALWAYS}),
    "plain": (PLAIN, {"NAT_OFF": 1, "config": "plain.cfg"}),
    "edge2": (EDGE2, {"TLS": 1, "EDGE": f"sip:{PLAIN}:5060", "networks": trusted(PLAIN),
                      "profiles": ALWAYS}),
    **{name: (address, {"networks": "", "config": f"{name}.cfg"}) for name, address in HIDING.items()},
}

def build(net):
    write_configs(net)
    for name, (kind, outside) in NATS.items():
        net.lab.tool("nat", f"chn-{name}", "--kind", kind, "--wan", outside)
        net.lab.tool("phone", f"ch-{name}", "--nat", f"chn-{name}", "192.168.1.10")
    net.lab.tool("phone", "ch-a2", "--nat", "chn-a", "192.168.1.11")
    net.lab.tool("phone", "ch-p", "--public", "198.51.100.215")


class Phones:
    def __init__(self, net, port):
        self.net, self.port = net, port

    def new(self, name, server, transport="udp", domain=None):
        """Registered at domain by way of server."""
        self.port += 1
        address = {"ch-p": "198.51.100.215", "ch-a2": "192.168.1.11"}.get(name, "192.168.1.10")
        phone = Ua(self.net.lab, name, address, server, transport, self.port,
                   ca=self.net.certificate, domain=domain, bound=name == "ch-p")
        reply = phone.register(extra=["Supported: path"])
        if reply.status != 200:
            raise AssertionError(f"REGISTER: {reply.raw}")
        return phone


def whole_calls(caller, callee, strict=True):
    """Everything from both sides, ended once by each."""
    def steps():
        sent, arrived = ring(caller, callee, body="")
        talk = answer(caller, callee, sent, arrived, strict, "")
        everything(talk)
        talk.end(talk.caller)
        talk = reliable(caller, callee, strict, "")
        everything(talk)
        code = talk.end(talk.callee)
        return talk.faults() + [f"BYE: {code}"] * (code != 200)
    return with_transcripts(steps, caller, callee)


def everything(talk):
    for side in (talk.caller, talk.callee):
        for method in ("INVITE", "UPDATE", "INFO", "MESSAGE"):
            talk.do(side, method)
        talk.do(side, "REFER", "202 Accepted", [f"Refer-To: <{side.ua.aor()}>"])
        talk.do(talk.other(side), "NOTIFY", extra=["Event: refer", "Subscription-State: terminated"])
        code = talk.cancel(side)
        if code != 487:
            raise AssertionError(f"re-INVITE taken back: {code}")


# words, (phone, by way of, transport) of the caller and of the callee, domain
CHAINS = (
    ("both phones behind an edge", ("ch-a", EDGE, "udp"), ("ch-b", EDGE, "udp"), CORE),
    ("both phones behind one NAT and an edge", ("ch-a", EDGE, "udp"), ("ch-a2", EDGE, "udp"), CORE),
    ("TCP and TLS phones behind an edge", ("ch-a", EDGE, "tcp"), ("ch-b", EDGE, "tls"), CORE),
    ("TLS phone behind an edge calls a UDP phone", ("ch-c", EDGE, "tls"), ("ch-a", EDGE, "udp"), CORE),
    ("phone behind an edge calls one of the registrar's own", ("ch-a", EDGE, "udp"), ("ch-b", CORE, "udp"),
     CORE),
    ("the registrar's own phone calls one behind an edge", ("ch-c", CORE, "udp"), ("ch-a", EDGE, "udp"), CORE),
    ("the registrar's own phone calls a TCP phone behind an edge", ("ch-b", CORE, "tcp"),
     ("ch-c", EDGE, "tcp"), CORE),
    ("both phones behind an edge, a plain registrar", ("ch-a", EDGE2, "udp"), ("ch-b", EDGE2, "udp"), PLAIN),
    ("both phones behind one NAT and an edge, a plain registrar", ("ch-a", EDGE2, "udp"),
     ("ch-a2", EDGE2, "udp"), PLAIN),
    ("TCP and TLS phones behind an edge, a plain registrar", ("ch-c", EDGE2, "tls"),
     ("ch-b", EDGE2, "tcp"), PLAIN),
    ("phone behind an edge calls a public one of a plain registrar", ("ch-c", EDGE2, "udp"),
     ("ch-p", PLAIN, "udp"), PLAIN),
    ("public phone of a plain registrar calls one behind an edge", ("ch-p", PLAIN, "udp"),
     ("ch-b", EDGE2, "tcp"), PLAIN),
)


def chain(net, number):
    words, first, second, domain = CHAINS[number]

    def work():
        phones = Phones(net, 5100 + 10 * number)
        caller, callee = (phones.new(name, server, transport, domain)
                          for name, server, transport in (first, second))
        return whole_calls(caller, callee)
    wrong = outcome(work)
    net.claims.check(f"two servers, {words}: all requests from both sides arrive, Contacts as written",
                     not wrong, wrong)


def hidden(net, name):
    """Topology hiding changes what we wrote, and puts it back before we read it again."""
    server = HIDING[name]
    for number, (first, second) in enumerate(((("ch-a", "udp"), ("ch-b", "udp")),
                                              (("ch-c", "tcp"), ("ch-a", "udp")),
                                              (("ch-b", "udp"), ("ch-c", "tcp")))):
        def work(number=number, first=first, second=second):
            phones = Phones(net, 5300 + 20 * list(HIDING).index(name) + 4 * number)
            caller, callee = (phones.new(phone, server, transport) for phone, transport in (first, second))
            return whole_calls(caller, callee, strict=False)
        wrong = outcome(work)
        net.claims.check(f"{name} beside us, {first[1]} phone calls {second[1]} phone: all requests from "
                         "both sides arrive", not wrong, wrong)


def control(net):
    """Without the edge's work a phone behind a NAT is not reached from a plain registrar."""
    phones = Phones(net, 5400)
    hears = phones.new("ch-a", PLAIN, domain=PLAIN)
    calls = phones.new("ch-p", PLAIN, domain=PLAIN)
    sent = calls.invite(hears.user, body="")
    came = hears.silent(1)
    net.claims.check("control: a plain registrar alone does not reach a phone behind a NAT",
                     not came, "\n".join(each.raw for each in came))
    calls.in_transaction("CANCEL", sent)


def edge_restarted(net):
    """What the registrar stores and what phones hold outlives the edge (§2.4 7): UDP phones are
    called as before, and a call goes on; to a TCP phone the way is gone until it comes back."""
    phones = Phones(net, 5500)
    first, second = (phones.new(name, EDGE, "udp", CORE) for name in ("ch-a", "ch-b"))
    stream = phones.new("ch-c", EDGE, "tcp", CORE)
    talk = call(first, second, body="")
    to_stream = call(first, stream, body="")
    net.servers["edge"].restart()

    def udp():
        for side in (talk.callee, talk.caller):
            talk.do(side, "INVITE")
        talk.end(talk.callee)
        again = call(second, first, body="")
        again.end(again.callee)
        return talk.faults()
    wrong = outcome(udp)
    net.claims.check("edge restarted, UDP phones behind it: their call goes on, the next one arrives",
                     not wrong, wrong)
    sent = first.invite(stream.user, body="")
    codes = [to_stream.caller.status("INFO"), first.code(sent)]
    net.claims.check("edge restarted, TCP phone behind it: 430 to requests of its call, a new one fails",
                     codes[0] == 430 and codes[1] >= 400, codes)

    def tcp():
        stream.wire.reopen()
        if stream.register(extra=["Supported: path"]).status != 200:
            raise AssertionError("REGISTER")
        to_stream.do(to_stream.callee, "INVITE")
        to_stream.end(to_stream.callee)
        again = call(first, stream, body="")
        again.end(again.callee)
        return to_stream.faults()
    wrong = outcome(tcp)
    net.claims.check("edge restarted, TCP phone behind it: it connects again, ends its call and is called",
                     not wrong, wrong)


def chains(net):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: chain(net, number), range(len(CHAINS))))
    edge_restarted(net)


def tests():
    yield (chains,)
    yield from ((hidden, name) for name in HIDING)
    yield (control,)
