# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_ping finds out how long a NAT keeps a silent binding: to within 20 %, with a third of the
packets of a fixed interval or less, and without the loss of a single call on the way.
"""

import asyncio
import time

from eim import EimNat
from fleet import Phone, register_all
from pings import LONG, PING, SITE_ADDRESS, Pinger, agent, build_nat, scenario, write_configs
from pings import SERVERS as _SERVERS

SERVERS = _SERVERS
CALLER = "198.51.100.241"
PHONES = 4

# life of a binding, outside address, kind of NAT, profile; seconds to learn at most. eim: one timer
# for all that a phone talks to, so that a second binding proves nothing
if LONG:
    SITES = {
        "l10": (10, "203.0.113.226", "cone", "learn5", 900),
        "l30": (30, "203.0.113.221", "cone", "learn25", 1500),
        "l60": (60, "203.0.113.222", "symmetric", "learn25", 1800),
        "l180": (180, SITE_ADDRESS, "cone", "learn25", 3600),
        "eim": (60, "203.0.113.224", "eim", "learn25", 3600),
    }
    FIXED = "203.0.113.225", "fixed", "l180", 900
    CALL_EVERY = 61
else:
    SITES = {
        "l12": (12, SITE_ADDRESS, "cone", "learn", 140),
        # "eim" only with LAB_LONG: behind a NAT with one timer for all destinations more than one phone may be lost,
        # which the manual says and adaptive="no" by default is for
    }
    FIXED = "203.0.113.225", "two", "l12", 32
    CALL_EVERY = 7


def build(net):
    write_configs(net)
    for name, (life, outside, kind, _, _) in SITES.items():
        build_nat(net, name, outside, "cone" if kind == "eim" else kind, life, life)
        if kind == "eim":
            EimNat(net.lab, f"p-{name}", outside, life)
    life = SITES[FIXED[2]][0]
    build_nat(net, "fixed", FIXED[0], "cone", life, life)
    net.lab.tool("phone", "learn-call", "--public", CALLER)


def fleet_of(net, host, profile, count=PHONES, transport="udp"):
    return [Phone(net, f"ph-{host}", "192.168.1.10", PING, transport, agent=agent(profile)) for _ in range(count)]


class Calls:
    """Calls to one phone after the other; those that were lost."""

    def __init__(self, caller, phones):
        self.caller, self.phones, self.lost, self.users, self.made = caller, phones, [], set(), 0
        self._start = time.monotonic()

    async def one(self, phone):
        status = await self.caller.call(phone)
        self.made += 1
        if status != 200:
            self.users.add(phone.user)
            self.lost.append(f"{time.monotonic() - self._start:.0f} s: {phone.transport} {phone.user} port "
                             f"{phone.port}: {status}")

    async def go_on(self):
        while True:
            for phone in self.phones:
                await asyncio.sleep(CALL_EVERY)
                await self.one(phone)

    async def all(self):
        await asyncio.gather(*map(self.one, self.phones))


async def _learned(net, name):
    life, outside, kind, profile, patience = SITES[name]
    words = f"{'endpoint-independent' if kind == 'eim' else kind} NAT that forgets after {life} s"
    server = Pinger(net.servers["ping"])
    phones = fleet_of(net, name, profile)
    mute = fleet_of(net, name, "mute", 1)[0]
    twins = fleet_of(net, "fixed", FIXED[1]) if name == FIXED[2] else []
    caller = Phone(net, "learn-call", CALLER, PING, agent=agent("mute"))
    wrong = await register_all([*phones, *twins, mute, caller])
    if not net.claims.check(f"{words}: phones register", not wrong, "\n".join(wrong)):
        return
    calls = Calls(caller, phones)
    calling = asyncio.create_task(calls.go_on())
    start = time.monotonic()
    lived, known, site = await server.site(outside)
    while not known and time.monotonic() < start + patience:
        await asyncio.sleep(1)
        lived, known, site = await server.site(outside)
    took = time.monotonic() - start
    calling.cancel()
    net.claims.check(f"{words}: its life is found to within 20 %, in less than {patience} s",
                     known and 0.8 * life <= lived <= life, f"{lived} s after {took:.0f} s\n{site}")
    # the flows follow step by step
    intervals = await server.intervals(phones)
    while known and min(intervals) < 0.66 * life and time.monotonic() < start + took + 5 * life:
        await asyncio.sleep(1)
        intervals = await server.intervals(phones)
    net.claims.check(f"{words}: the interval in use is shorter than that life, and not by a third",
                     intervals and all(0.66 * life < each < life for each in intervals), f"{intervals} s\n{site}")
    if outside == SITE_ADDRESS:
        told = await server.named_site("learned")
        net.claims.check(f"{words}: nat_edge.site_list says so of a site of the policy", 0.66 * life < told < life,
                         f"{told} s\n{await server.control('nat_edge.site_list')}")
    await calls.all()
    found = "\n".join([f"{len(calls.lost)} of {calls.made} calls", *calls.lost])
    if kind == "eim":
        # a second binding proves nothing there: one phone goes ahead of the others
        down = {phone.user for phone, state in zip(phones, await server.states(*phones)) if state == "down"}
        net.claims.check(f"{words}: one phone is lost at most while it is found out, and told to be down",
                         len(calls.users) <= 1 and calls.users <= down, f"{found}\ndown: {down}")
    else:
        net.claims.check(f"{words}: no call is lost while it is found out", not calls.lost, found)
    net.claims.check(f"{words}: control: a phone that is not pinged is lost", await caller.call(mute) != 200)
    if known:
        await _afterwards(net, words, life, phones, twins, caller)


async def _afterwards(net, words, life, phones, twins, caller):
    """What is sent once it is known; phones that were lost before are brought back first."""
    await asyncio.gather(*(phone.register() for phone in phones))
    seconds = FIXED[3] if twins else 4 * life
    start = time.monotonic()
    await asyncio.sleep(seconds)
    end = time.monotonic()
    calls = Calls(caller, [*phones, *twins])
    await calls.all()
    net.claims.check(f"{words}: all are called {seconds} s later", not calls.lost, "\n".join(calls.lost))
    if twins:
        sent, fixed = (sum(len(phone.pinged(start, end)) for phone in each) for each in (phones, twins))
        net.claims.check(f"{words}: a third of the packets of a fixed interval, or less", sent * 3 <= fixed,
                         f"in {seconds} s: {sent} pings, at a fixed interval {fixed}")


learned = scenario(_learned)


def tests():
    yield from ((learned, name) for name in SITES)
