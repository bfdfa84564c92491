# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured at one time: some servers, each with its phones in a namespace of its own."""

import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from wire import Failed

from . import nets
from .pingers import PERIOD
from .server import PHONES_PORT, SERVER_PORT, Phones, Server

SETTLE = 1.0  # seconds from the first count that are no part of slots
WORKERS = "udp receiver"
BARE_PACKETS = 100000


@dataclass
class Result:
    """Of one pinger, with so many phones."""

    pings: float = 0
    bytes: float = 0  # of one ping, without headers of UDP and IP
    seconds: float = 0
    phones: float = 0  # that were pinged
    answers: float = 0  # that they sent
    period: float = None
    gap_p1: float = None
    gap_p99: float = None
    slots: list = field(default_factory=list)  # pings of each millisecond
    sender: float = None  # ns of CPU a ping
    processes: dict = field(default_factory=dict)  # ns of CPU by name of process
    workers: float = 0  # ns of CPU
    lost: int = 0  # datagrams that found no room at the server
    calls: dict = None  # of those who register
    shm: int = 0
    load_s: float = 0
    stats: dict = field(default_factory=dict)
    complaints: list = field(default_factory=list)
    last: bytes = b""

    def window(self):
        first = round(SETTLE * 1000)
        return self.slots[first : first + PERIOD * 1000]

    def tenths(self):
        w = self.window()
        return [sum(w[i : i + 100]) for i in range(0, len(w) - 99, 100)]

    @property
    def burst(self):
        """Most pings in 100 ms, divided by their mean."""
        tenths = self.tenths()
        return max(tenths) * len(tenths) / max(1, sum(tenths))

    @property
    def used(self):
        """Share of the slots of 100 ms in which anything was sent."""
        tenths = self.tenths()
        return sum(n > 0 for n in tenths) / max(1, len(tenths))

    @property
    def burst_ms(self):
        return max(self.window())


class Member:
    """A server with a pinger, its phones, and users that register there."""

    def __init__(self, place, pinger, count, registers=None):
        self.pinger, self.count, self.registers, self.place = pinger, count, registers, place
        self.callers = self.server = self.phones = None
        self.net = nets.Net()
        try:
            self.phones = Phones(self.net, place, count, pinger.options)
            self.server = Server(self.net, place, pinger, count)
            self.load_s, self.shm = self.server.load(count)
        except BaseException:
            self.close()
            raise

    def begin(self):
        if self.registers:
            command = [self.place.program("callers"), *(str(n) for n in self.registers)]
            self.callers = self.net.start(command, stdout=subprocess.PIPE, text=True)
        self.before = self._costs()
        self.lost = nets.drops(self.server.process.pid, SERVER_PORT)
        self.phones.begin()

    def _costs(self):
        return self.server.cpu_ns(self.pinger.process), self.server.cpu_ns(WORKERS)

    def end(self):
        found = self.phones.end()
        after = self._costs()
        pid = self.server.process.pid
        if nets.drops(pid, PHONES_PORT) != 0:
            raise Failed(f"{self.pinger.title}: the phones had no room for some pings")
        r = Result(lost=nets.drops(pid, SERVER_PORT) - self.lost)
        take_counts(r, found)
        r.processes = {name: ns - self.before[0][name] for name, ns in after[0].items()}
        r.workers = sum(after[1].values()) - sum(self.before[1].values())
        r.sender = sum(r.processes.values()) / max(1, r.pings)
        r.shm, r.load_s = self.shm, self.load_s
        if self.callers:
            text, _ = self.callers.communicate(timeout=60)
            r.calls = {name: int(value) for name, value in (line.split() for line in text.splitlines())}
        if "nat_ping.so" in self.pinger.modules:
            r.stats = self.server.rpc("nat_ping.stats")
        r.complaints = self.server.complaints()
        return r

    def close(self):
        if self.callers and self.callers.poll() is None:
            self.callers.kill()
        for part in (self.server, self.phones, self.net):
            if part:
                part.close()


def take_counts(result, found):
    result.pings, result.seconds, result.phones = found["pings"], found["ms"] / 1000, found["phones"]
    result.answers, result.slots, result.last = found["answered"], found["slots"], bytes.fromhex(found["last"])
    result.bytes = found["bytes"] / max(1, found["pings"])
    if found.get("gaps", 0) >= 100:
        result.period = found["gap_mean"] / 1000
        result.gap_p1, result.gap_p99 = found["gap_p1"] / 1000, found["gap_p99"] / 1000


class BareMember:
    """No server, but a bare loop at the same pace."""

    def __init__(self, place, text, count, tick_ms=1):
        self.net = nets.Net()
        self.phones = Phones(self.net, place, count, False)
        self.file = tempfile.NamedTemporaryFile()
        self.file.write(text)
        self.file.flush()
        command = [place.program("bare"), self.file.name, str(count), "every", str(PERIOD), str(tick_ms)]
        self.loop = self.net.start(command)

    def begin(self):
        self.before = nets.cpu_ns(self.loop.pid)
        self.phones.begin()

    def end(self):
        found = self.phones.end()
        r = Result()
        take_counts(r, found)
        r.sender = (nets.cpu_ns(self.loop.pid) - self.before) / max(1, r.pings)
        return r

    def close(self):
        self.loop.kill()
        self.loop.wait()
        self.phones.close()
        self.file.close()
        self.net.close()


def bare(place, text, count):
    """ns of CPU a packet of a loop that sends such packets and does nothing else."""
    net = nets.Net()
    try:
        phones = Phones(net, place, count, False)
        with tempfile.NamedTemporaryFile() as file:
            file.write(text)
            file.flush()
            command = [place.program("bare"), file.name, str(count), str(BARE_PACKETS)]
            with net.start(command, stdout=subprocess.PIPE, text=True) as loop:
                ns = float(loop.stdout.read())
        phones.close()
        return ns
    finally:
        net.close()


def run(members, seconds):
    """Count for so long. @return: their results, in order."""
    try:
        for member in members:
            member.begin()
        time.sleep(seconds)
        return [member.end() for member in members]
    finally:
        for member in members:
            member.close()
