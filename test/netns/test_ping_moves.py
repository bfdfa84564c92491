# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones move: a NAT is restarted, a phone comes from another port or another NAT, a connection
is closed. nat_ping says so, asks who else was hit, and never opens a connection.
"""

import asyncio
import time

from fleet import Phone, register_all
from pings import PING, Pinger, agent, build_nat, scenario, write_configs
from pings import SERVERS as _SERVERS
from sniff import Sniffer

SERVERS = _SERVERS
CALLER = "198.51.100.242"
INTERVAL = 12 # of profile "slow"
AT_ONCE = 5
TRIES = 2 + 4 + 8 # the ping that failed and two more, each with its time
DOWN_WITHIN = AT_ONCE + TRIES + 1

# outside addresses before and after
PORTS, ADDRESS, FLUSHED = "203.0.113.230", ("203.0.113.231", "203.0.113.232"), "203.0.113.233"
TALKATIVE, CALM, ROAM = "203.0.113.234", "203.0.113.235", ("203.0.113.236", "203.0.113.237")
CLOSED, FEW = "203.0.113.238", "203.0.113.239"


def build(net):
    write_configs(net)
    for name, outside in (("ports", PORTS), ("address", ADDRESS[0]), ("flushed", FLUSHED), ("talks", TALKATIVE),
                          ("calm", CALM), ("roam1", ROAM[0]), ("roam2", ROAM[1]), ("closed", CLOSED),
                          ("few", FEW)):
        build_nat(net, name, outside)
    net.lab.tool("phone", "move-call", "--public", CALLER)


async def settled(net, words, host, count=6, transport="udp", profile="slow"):
    """Phones that are registered and have answered their first ping; a caller; the pinger."""
    server = Pinger(net.servers["ping"])
    phones = [Phone(net, f"ph-{host}", "192.168.1.10", PING, transport, agent=agent(profile)) for _ in range(count)]
    caller = Phone(net, "move-call", CALLER, PING, agent=agent("mute"))
    wrong = await register_all([*phones, caller])
    end = time.monotonic() + (2 * INTERVAL if profile == "slow" else 30)
    while not all(phone.pings for phone in phones) and time.monotonic() < end:
        await asyncio.sleep(0.1)
    wrong += [f"{phone.user}: no ping" for phone in phones if not phone.pings]
    net.claims.check(f"{words}: phones register and are pinged", not wrong, "\n".join(wrong))
    await asyncio.sleep(0.2)
    return phones, caller, server


def is_ping(packet):
    return packet.payload.startswith(b"OPTIONS ")


def moments(sniffer, outside, phones, since):
    """When pings were sent to the places that phones have left, for the report of a failure."""
    return "\n".join(f"{phone.port}: " + " ".join(
        f"{packet.when - since:.1f}" for packet in list(sniffer.packets)
        if str(packet.to) == outside and packet.port == phone.port and is_ping(packet)) for phone in phones)


def asked(sniffer, outside, ports, since, until):
    """Ports of that outside address that were pinged between two moments."""
    return {packet.port for packet in list(sniffer.packets) if str(packet.to) == outside
            and packet.port in ports and since <= packet.when < until and is_ping(packet)}


async def _nat_restarts(net, host, outside, new, *flush):
    """Three of six phones notice, as phones do, and register again."""
    words = f"NAT restarted, new {'ports' if flush[0] == '--ports' else 'address'}"
    phones, caller, server = await settled(net, words, host)
    noticed, others = phones[:3], phones[3:]
    sniffer = Sniffer(net.lab, "ping")
    try:
        await asyncio.to_thread(net.lab.tool, "flush", f"p-{host}", *flush)
        lost = await asyncio.gather(*(caller.call(phone, 2) for phone in phones))
        net.claims.check(f"{words}: control: nobody can be called before he has sent something", not any(lost),
                         f"statuses {lost}")
        wrong = await register_all(noticed)
        moment = time.monotonic()
        statuses = await asyncio.gather(*(caller.call(phone) for phone in noticed))
        net.claims.check(f"{words}: who registers again is called at once", set(statuses) == {200} and not wrong,
                         f"{wrong} {statuses}")
        raised = await server.event("restart", outside, AT_ONCE)
        net.claims.check(f"{words}: an event names the site", raised is not None, server.events())
        await asyncio.sleep(max(0, moment + AT_ONCE - time.monotonic()))
        ports = {phone.port for phone in others}
        found = asked(sniffer, outside, ports, moment - 2, moment + AT_ONCE)
        net.claims.check(f"{words}: the other phones of the site are asked within {AT_ONCE} s", found == ports,
                         f"asked were {found} of {ports}")
        moved = {phone.user for phone in phones for line in server.events("moved") if phone.user in line.split()[-1]}
        net.claims.check(f"{words}: an event for each that has moved, to {new}", moved == {p.user for p in noticed},
                         "\n".join(server.events("moved")))
        gone = await server.become(others, ("down", "none"), moment + DOWN_WITHIN - time.monotonic())
        net.claims.check(f"{words}: that the others are down is known within {DOWN_WITHIN} s, not {2 * INTERVAL} s",
                         gone is not None, moments(sniffer, outside, others, moment))
    finally:
        sniffer.stop()
    wrong = await register_all(others)
    statuses = await asyncio.gather(*(caller.call(phone) for phone in phones))
    net.claims.check(f"{words}: when the others have registered, all are called", set(statuses) == {200},
                     f"{wrong} {statuses}")
    # who moved is kept open there: the next pings come
    since = time.monotonic()
    await asyncio.sleep(INTERVAL + 2)
    net.claims.check(f"{words}: and are pinged at their new places, once each interval",
                     all(1 <= len(phone.pinged(since)) <= 2 for phone in phones),
                     [len(phone.pinged(since)) for phone in phones])
    again = server.events("restart", outside)
    net.claims.check(f"{words}: one event for one restart", len(again) == 1, "\n".join(again))


async def _nobody_notices(net, host, outside, count, profile, interval):
    """All bindings are gone and nobody registers: their failing together says it."""
    words = f"NAT of {count} phones at {interval} s restarted, nobody notices"
    phones, caller, server = await settled(net, words, host, count, profile=profile)
    await asyncio.to_thread(net.lab.tool, "flush", f"p-{host}")
    raised = await server.event("restart", outside, interval + TRIES)
    net.claims.check(f"{words}: an event within {interval + AT_ONCE} s", raised and raised <= interval + AT_ONCE,
                     f"{raised} s")
    gone = await server.become(phones, ("down",), interval + DOWN_WITHIN)
    net.claims.check(f"{words}: all are down soon", gone is not None, await server.show(*phones))
    await register_all(phones)
    statuses = await asyncio.gather(*(caller.call(phone) for phone in phones))
    back = await server.become(phones, ("up",), 2 * interval)
    net.claims.check(f"{words}: once registered again, called and up", back is not None and set(statuses) == {200},
                     f"{back} {statuses}")


async def _talkative(net):
    """Phones that send by themselves open the NAT again: one re-ping finds them, none is ever down."""
    words = "NAT restarted before phones that send by themselves"
    phones, caller, server = await settled(net, words, "talks")
    for phone in phones:
        phone.keep(1.5)
    before = len(server.events("down"))
    await asyncio.to_thread(net.lab.tool, "flush", "p-talks")
    await asyncio.sleep(2)
    statuses = await asyncio.gather(*(caller.call(phone) for phone in phones))
    net.claims.check(f"{words}: called within one re-ping", set(statuses) == {200}, statuses)
    since = time.monotonic()
    await asyncio.sleep(INTERVAL + 4)
    states = await server.states(*phones)
    mine = [line for line in server.events("down")[before:] if any(phone.user in line for phone in phones)]
    net.claims.check(f"{words}: up, and never called down", set(states) == {"up"} and not mine, f"{states} {mine}")
    net.claims.check(f"{words}: client-sent traffic counts, or they answer",
                     all(phone.pinged(since) or state == "up" for phone, state in zip(phones, states)))


async def _calm(net):
    """Control of all of these: one phone that moves is no restart."""
    words = "one phone of six moves"
    phones, caller, server = await settled(net, words, "calm")
    sniffer = Sniffer(net.lab, "ping")
    try:
        await phones[0].connect(phones[0].port + 5000)
        await phones[0].register()
        moment = time.monotonic()
        moved = await server.event("moved", phones[0].user, 3)
        net.claims.check(f"{words}: an event says so", moved is not None, server.events("moved"))
        status = await caller.call(phones[0])
        net.claims.check(f"{words}: it is called there", status == 200, status)
        await asyncio.sleep(2 * INTERVAL - 4)
        old = asked(sniffer, CALM, {phones[0].port}, moment + 0.2, moment + 2 * INTERVAL)
        net.claims.check(f"{words}: its old place is pinged no more", not old, old)
        counts = [len(phone.pinged(moment, moment + 2 * INTERVAL - 4)) for phone in phones]
        net.claims.check(f"{words}: the others are not asked before their time, no restart is told",
                         max(counts[1:]) <= 2 and not server.events("restart", CALM), counts)
    finally:
        sniffer.stop()


async def _roaming(net):
    """From one NAT to another, with the same Contact."""
    words = "a phone roams to another NAT"
    phones, caller, server = await settled(net, words, "roam1", 1)
    phone = phones[0]
    phone.close()
    phone.name = "ph-roam2"
    await phone.connect()
    await phone.register()
    moved = await server.event("moved", phone.user, 3)
    line = (server.events("moved", phone.user) or [""])[-1]
    net.claims.check(f"{words}: the event names both places", moved is not None and all(a in line for a in ROAM), line)
    since = time.monotonic()
    status = await caller.call(phone)
    await asyncio.sleep(INTERVAL + 2)
    net.claims.check(f"{words}: it is called there and pinged there", status == 200 and phone.pinged(since), status)
    left = [flow for flow in await server.flows() if flow["address"].startswith(f"{ROAM[0]}:")]
    net.claims.check(f"{words}: the old flow is gone", not left, left)


async def _closed(net, transport, how):
    """FIN or RST: no ping has to fail first, and nobody is connected to."""
    words = f"{transport.upper()} connection closed by {how}"
    phones, caller, server = await settled(net, words, "closed", 2, transport)
    gone, stays = phones
    sniffer = Sniffer(net.lab, "ping")
    try:
        (gone.close if how == "FIN" else gone.abort)()
        seconds = await server.become([gone], ("down", "none"), 3)
        net.claims.check(f"{words}: its flow is down at once", seconds is not None and seconds < 1.5,
                         f"{seconds}\n{await server.show(gone)}")
        told = await server.event("down", gone.user, 1)
        net.claims.check(f"{words}: an event says so", told is not None, server.events("down"))
        status = await caller.call(gone)
        net.claims.check(f"{words}: a call to it is refused at once", status >= 400, status)
        await asyncio.sleep(INTERVAL + 2)
        state = await server.states(stays)
        status = await caller.call(stays)
        net.claims.check(f"{words}: control: another phone is not", state[0] in ("up", "new") and status == 200,
                         f"{state} {status}")
    finally:
        syns = [packet for packet in sniffer.stop() if packet.is_syn()]
    net.claims.check(f"{words}: the server connects to nobody", not syns, "\n".join(map(str, syns)))


nat_restarts, nobody_notices, talkative, calm, roaming, closed = map(
    scenario, (_nat_restarts, _nobody_notices, _talkative, _calm, _roaming, _closed))


def tests():
    yield (nat_restarts, "ports", PORTS, PORTS, "--ports", "20000-29999")
    yield (nat_restarts, "address", *ADDRESS, "--wan", ADDRESS[1])
    yield (nobody_notices, "flushed", FLUSHED, 6, "slow", INTERVAL)
    yield (nobody_notices, "few", FEW, 4, "fixed", 25)
    yield (talkative,)
    yield (calm,)
    yield (roaming,)
    yield from ((closed, transport, how) for transport in ("tcp", "tls") for how in ("FIN", "RST"))
