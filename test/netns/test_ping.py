# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_ping keeps bindings open: phones behind NATs that forget soon send nothing by themselves
and are called after four times that life; what is not pinged is lost. One ping for any number of
reasons, gone with the last one.
"""

import asyncio
import time

from fleet import Phone, register_all
from pings import LONG, PCORE, PEDGE, PING, PING6, Pinger, agent, build_nat, scenario, write_configs
from pings import EDGES as _EDGES, SERVERS as _SERVERS

SERVERS = {**_SERVERS, **_EDGES}
CALLER, CALLER6 = "198.51.100.240", "2001:db8:6::240"
LIVES = 4

# name: (kind, outside address, life of a binding, profile of who is kept)
if LONG:
    NATS = {
        "10": ("cone", "203.0.113.210", 10, "five"),
        "30": ("strict", "203.0.113.211", 30, "fixed"),
        "60": ("symmetric", "203.0.113.212", 60, "fixed"),
        "180": ("cone", "203.0.113.213", 180, "fixed"),
        "fw6": ("firewall6", "2001:db8:9::1", 30, "fixed"),
    }
else:
    NATS = {
        "2": ("cone", "203.0.113.210", 2, "one"),
        "4": ("strict", "203.0.113.211", 4, "one"),
        "6": ("symmetric", "203.0.113.212", 6, "two"),
        "fw6": ("firewall6", "2001:db8:9::1", 4, "one"),
    }
INTERVAL = {"one": 1, "two": 2, "five": 5, "fixed": 25}
METHODS = {"cone": "203.0.113.214", "strict": "203.0.113.215"}
EDGE_NAT, EDGE_LIFE = "203.0.113.216", 4
REASONS_NAT = "203.0.113.217"


def build(net):
    write_configs(net)
    for name, (kind, outside, life, _) in NATS.items():
        build_nat(net, name, outside, kind, life, life)
    for kind, outside in METHODS.items():
        build_nat(net, f"m-{kind}", outside, kind, 4, 4)
    build_nat(net, "edge", EDGE_NAT, "cone", EDGE_LIFE, EDGE_LIFE)
    build_nat(net, "why", REASONS_NAT)
    net.lab.tool("phone", "ping-caller", "--public", f"{CALLER},{CALLER6}")


async def caller_of(net, server, address=CALLER):
    """A public phone that calls."""
    phone = Phone(net, "ping-caller", address, server, agent=agent("mute"))
    await phone.connect()
    return phone


def told(phones, since):
    """For the report of a failure: what each got, and when."""
    def one(phone):
        moments = [f"{ping.when - since:.1f}" for ping in phone.pings]
        kinds = " ".join(sorted({ping.kind for ping in phone.pings})) or "pings"
        return (f"{phone.transport} {phone.user} {phone.agent}: {len(phone.calls)} calls, {len(moments)} {kinds} at "
                f"{' '.join(moments[:3] + ['...'] + moments[-3:] if len(moments) > 6 else moments)}")
    return "\n".join(map(one, phones))


async def called_after(net, words, phones, callers, seconds):
    """Nobody sends anything for that time; then all are called at once: two dicts by transport,
    status of the kept phones and of those that are not pinged."""
    wrong = await register_all(list(phones.values()))
    if not net.claims.check(f"{words}: phones register", not wrong, "\n".join(wrong)):
        return None
    start = time.monotonic()
    await asyncio.sleep(seconds)
    statuses = await asyncio.gather(*(callers[key].call(phone) for key, phone in phones.items()))
    return start, dict(zip(phones, statuses))


async def _reachable(net, name):
    kind, outside, life, profile = NATS[name]
    six = kind == "firewall6"
    address, server = (outside.rpartition("::")[0] + ":a::10", PING6) if six else ("192.168.1.10", PING)
    words = f"{kind} NAT that forgets after {life} s"
    kinds = [(transport, who) for transport in ("udp", "tcp", "tls") for who in (profile, "mute")]
    phones = {key: Phone(net, f"ph-{name}", address, server, key[0], agent=agent(key[1])) for key in kinds}
    caller = await caller_of(net, server, CALLER6 if six else CALLER)
    found = await called_after(net, words, phones, dict.fromkeys(kinds, caller), LIVES * life)
    if not found:
        return
    start, statuses = found
    detail = told(phones.values(), start)
    for transport in ("udp", "tcp", "tls"):
        kept, mute = phones[transport, profile], phones[transport, "mute"]
        net.claims.check(f"{words}: {transport.upper()} phone that is pinged is called after {LIVES * life} s",
                         statuses[transport, profile] == 200 and kept.calls, detail)
        net.claims.check(f"{words}: control: {transport.upper()} phone that is not pinged is lost",
                         statuses[transport, "mute"] != 200 and not mute.calls and not mute.pings, detail)
        due = LIVES * life / INTERVAL[profile]
        came = len(kept.pinged(start, start + LIVES * life))
        net.claims.check(f"{words}: {transport.upper()} phone is pinged every {INTERVAL[profile]} s, not more",
                         0.7 * due - 1 <= came <= 1.2 * due + 1, f"{came} pings, {due} were due\n{detail}")


async def _methods(net):
    """N160: some NATs are kept open only by what leaves them."""
    caller = await caller_of(net, PING)
    wanted = {("cone", "crlf"): True, ("cone", "one"): True, ("cone", "notify"): True,
              ("strict", "crlf"): False, ("strict", "one"): True, ("strict", "notify"): True}
    phones = {key: Phone(net, f"ph-m-{key[0]}", "192.168.1.10", PING, agent=agent(key[1])) for key in wanted}
    found = await called_after(net, "kinds of pings", phones, dict.fromkeys(wanted, caller), 16)
    if not found:
        return
    start, statuses = found
    detail = told(phones.values(), start)
    for (kind, method), reached in wanted.items():
        method_words = "OPTIONS" if method == "one" else method.upper()
        came = {ping.kind for ping in phones[kind, method].pinged(start, start + 16)}
        net.claims.check(f"N160: pings by {method_words}: {kind} NAT of 4 s {'is' if reached else 'is not'} kept open",
                         (statuses[kind, method] == 200) == reached, detail)
        net.claims.check(f"pings by {method_words}, {kind} NAT: nothing else comes",
                         came == {"options" if method == "one" else method}, detail)


async def _edge(net):
    """No location table there: registrations that pass are kept open."""
    kinds = [(transport, who) for transport in ("udp", "tcp", "tls") for who in ("one", "mute")]
    phones = {key: Phone(net, "ph-edge", "192.168.1.10", PEDGE, key[0], agent=agent(key[1]), domain=PCORE)
              for key in kinds}
    caller = await caller_of(net, PCORE)
    words = f"edge without a location table, NAT that forgets after {EDGE_LIFE} s"
    found = await called_after(net, words, phones, dict.fromkeys(kinds, caller), LIVES * EDGE_LIFE)
    if not found:
        return
    start, statuses = found
    detail = told(phones.values(), start)
    for transport in ("udp", "tcp", "tls"):
        net.claims.check(f"{words}: {transport.upper()} phone is called through its registrar after "
                         f"{LIVES * EDGE_LIFE} s", statuses[transport, "one"] == 200, detail)
        net.claims.check(f"{words}: control: {transport.upper()} phone that is not pinged is lost",
                         statuses[transport, "mute"] != 200 and not phones[transport, "mute"].pings, detail)
    gone = phones["udp", "one"]
    await gone.register(0)
    await asyncio.sleep(0.3)
    ended = time.monotonic()
    await asyncio.sleep(4)
    net.claims.check("edge: who ends its registration is pinged no more", not gone.pinged(ended),
                     told([gone], ended))


async def _reasons(net):
    """P7, P26: a registration, a second one, a dialog and a subscription by one flow."""
    server = Pinger(net.servers["ping"])
    words = "one flow, four reasons"
    # what is called does not say what it is: as a leg of that call alone it would be asked every 25 s
    phone = Phone(net, "ph-why", "192.168.1.10", PING, agent=agent("two"))
    other = Phone(net, "ph-why", "192.168.1.10", PING, agent=agent("two"))
    other.shy = True
    caller = await caller_of(net, PING)
    wrong = await register_all([phone, other, caller])
    first_name, phone.user = phone.user, f"{phone.user}b"
    wrong += await register_all([phone])
    _, talk = await phone.begin("INVITE", caller.aor())
    _, other_talk = await caller.begin("INVITE", other.aor())
    _, subscription = await phone.begin("SUBSCRIBE", caller.aor(), ["Event: dialog", "Expires: 600"])
    if not net.claims.check(f"{words}: they come about", not wrong and talk and other_talk and subscription, wrong):
        return
    start = time.monotonic()
    await asyncio.sleep(16)
    end = time.monotonic()
    counts = len(phone.pinged(start, end)), len(other.pinged(start, end))
    net.claims.check(f"P7, P26: {words}, one ping every 2 s", 6 <= counts[0] <= 10 and 6 <= counts[1] <= 10,
                     f"pings in 16 s: {counts[0]}, beside it, registered and called {counts[1]}\n"
                     + await server.show(phone, other))
    reasons = await server.reasons(phone)
    net.claims.check(f"P7: {words}: the operator sees them",
                     all(word in reasons for word in ("registration", "dialog", "subscription")),
                     f"{reasons}\n{await server.show(phone)}")
    await phone.register(0)
    phone.user = first_name
    await phone.register(0)
    await subscription.ask("SUBSCRIBE", ["Event: dialog", "Expires: 0"])
    start = time.monotonic()
    await asyncio.sleep(8)
    end = time.monotonic()
    in_dialog = len(phone.pinged(start, end))
    net.claims.check("P7: a phone that has ended its registration is pinged while it is in a call", 3 <= in_dialog <= 5,
                     f"{in_dialog} pings in 8 s")
    await talk.end()
    await asyncio.sleep(0.5)
    start = time.monotonic()
    await asyncio.sleep(6)
    net.claims.check("P7: and no more after it", not phone.pinged(start) and other.pinged(start),
                     told([phone, other], start))


reachable, methods, edge, reasons = map(scenario, (_reachable, _methods, _edge, _reasons))


def tests():
    yield from ((reachable, name) for name in NATS)
    yield (methods,)
    yield (edge,)
    yield (reasons,)
