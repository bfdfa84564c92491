# SPDX-License-Identifier: GPL-2.0-or-later
"""T07: nobody is flooded by pings that others ordered. T08: forged answers keep nothing alive."""

import asyncio
import re
import socket
import time

from fleet import Phone, register_all
from pings import PING, Pinger, agent, build_nat, scenario, write_configs
from pings import SERVERS as _SERVERS
from sniff import Sniffer

SERVERS = _SERVERS
VICTIM, FORGER = "203.0.113.240", "198.51.100.243"
SILENT, MISSES = 20, 3


def build(net):
    write_configs(net)
    build_nat(net, "victim", VICTIM)
    build_nat(net, "forged", "203.0.113.241")
    net.lab.tool("phone", "ping-forger", "--public", FORGER)


async def _silent(net):
    """T07: registered, then never heard of again."""
    deaf = [Phone(net, "ph-victim", "192.168.1.10", PING, agent=agent("one")) for _ in range(SILENT)]
    well = [Phone(net, "ph-victim", "192.168.1.10", PING, agent=agent("one")) for _ in range(3)]
    refused = Phone(net, "ph-victim", "192.168.1.10", PING, agent=agent("one"), domain="elsewhere.example")
    sniffer = Sniffer(net.lab, "ping")
    for phone in deaf:
        phone.deaf = True # before its first ping: who has answered one is asked on
    wrong = await register_all([*deaf, *well])
    status = await refused.register()
    net.claims.check("T07: phones register, one is refused", not wrong and status >= 400, f"{wrong} {status}")
    for phone in deaf[1::2]:
        phone.close() # its port is shut: ICMP comes back
    await asyncio.sleep(12)
    late = time.monotonic()
    await asyncio.sleep(8)
    packets = [packet for packet in sniffer.stop() if str(packet.to) == VICTIM
               and not packet.payload.startswith(b"SIP/2.0")]
    counts = {phone.port: [packet for packet in packets if packet.port == phone.port] for phone in deaf}
    total, most = sum(map(len, counts.values())), max(map(len, counts.values()))
    net.claims.check(f"T07: {SILENT} registered and silent: at most {MISSES} pings to each", 0 < most <= MISSES,
                     f"{total} in all, {most} to one, {len(min(counts.values(), key=len))} at least")
    after = [packet for packets in counts.values() for packet in packets if packet.when > late]
    net.claims.check("T07: and then none", not after, f"{len(after)} in the last 8 s")
    net.claims.check("T07: control: who answers is pinged on", all(len(p.pinged(late)) >= 6 for p in well),
                     [len(phone.pinged(late)) for phone in well])
    net.claims.check("T07: no ping without a 2xx", not any(packet.port == refused.port for packet in packets))
    sizes = {len(packet.payload) for packets in counts.values() for packet in packets}
    net.claims.check("T07: a ping is smaller than the REGISTER that ordered it", sizes and max(sizes) < 400, sizes)
    # something comes from there: it may be asked again, no more often than before
    again = deaf[0]
    before = len(again.pings)
    await again.register()
    again.deaf = True
    await asyncio.sleep(10)
    net.claims.check(f"T07: registered once more: {MISSES} pings once more at most",
                     1 <= len(again.pings) - before <= MISSES, len(again.pings) - before)


def guessed(raw):
    """A ping whose tag is another one, of the same form."""
    def other(match):
        word = match.group(2)
        at = len(word) // 2
        return match.group(1) + word[:at] + ("0" if word[at] != "0" else "1") + word[at + 1:]
    return re.sub(rb"((?:Call-ID: |;branch=z9hG4bK|From:[^\r]*;tag=))([0-9A-Za-z]+)",
                  lambda m: other(_Text(m)).encode(), raw)


class _Text:
    """A match of bytes as one of text."""

    def __init__(self, match):
        self._match = match

    def group(self, number):
        return self._match.group(number).decode()


async def _forged(net):
    """T08: a phone answers until it is up; then only forged answers come."""
    server = Pinger(net.servers["ping"])
    kinds = ("true", "silent", "elsewhere", "guessed", "replayed")
    phones = {kind: Phone(net, "ph-forged", "192.168.1.10", PING, agent=agent("one")) for kind in kinds}
    wrong = await register_all(list(phones.values()))
    up = await server.become(phones.values(), ("up",), 6)
    if not net.claims.check("T08: phones register and are up", not wrong and up is not None, wrong):
        return
    stranger = net.lab.socket("ping-forger", socket.AF_INET, socket.SOCK_DGRAM, (FORGER, 5060))
    first = {kind: phone.answer(phone.pings[0].message(), phone.pings[0].source) for kind, phone in phones.items()}
    done = {kind: len(phone.pings) for kind, phone in phones.items()}
    for kind, phone in phones.items():
        phone.deaf = kind != "true"
    sent, end = dict.fromkeys(kinds, 0), time.monotonic() + 14
    while time.monotonic() < end:
        for kind, phone in phones.items():
            for ping in phone.pings[done[kind]:]:
                done[kind] += 1
                sent[kind] += 1
                answer = phone.answer(ping.message(), ping.source)
                if kind == "elsewhere":
                    stranger.sendto(answer, (PING, 5060))
                elif kind == "guessed":
                    phone.put(guessed(answer))
                elif kind == "replayed":
                    phone.put(first[kind])
        await asyncio.sleep(0.02)
    stranger.close()
    states = dict(zip(kinds, await server.states(*phones.values())))
    detail = f"{states}, pings met {sent}\n{await server.show(*phones.values())}"
    net.claims.check("T08: control: true answers keep a flow up", states["true"] == "up", detail)
    net.claims.check("T08: control: silence takes it down", states["silent"] == "down", detail)
    for kind, words in (("elsewhere", "from another source"), ("guessed", "with a guessed tag"),
                        ("replayed", "to an older ping, sent again")):
        net.claims.check(f"T08: answers {words} do not keep a flow up", states[kind] == "down" and sent[kind], detail)


silent, forged = map(scenario, (_silent, _forged))


def tests():
    yield (silent,)
    yield (forged,)
