# SPDX-License-Identifier: GPL-2.0-or-later
"""The way back into a dialog: every request of both sides arrives, behind whatever NAT, on
whatever transport, while no Contact is touched.

One server, one phone namespace for each kind of NAT and side; phones differ by their port.
"""

from concurrent.futures import ThreadPoolExecutor
import re
import traceback

from dialog import Side, Talk, answer, call, reliable, ring, same_route
from lab import NoAlg
from ua import Ua, tag_of
from wire import Silence

SERVER4, SERVER6 = "198.51.100.10", "2001:db8:5::10"
WORKERS = 6
REWRITTEN = "Rewrite/1"
RULES = f'<rule user-agent="{REWRITTEN}" profile="wide"/>'
PROFILES = ('<profile name="wide" extends="default">'
            '<contact requests="rewrite" replies="rewrite" register="received"/></profile>')

SERVERS = {"way": (f"{SERVER4} {SERVER6}", {"TLS": 1, "networks": "", "profiles": PROFILES, "rules": RULES})}

# kind: words
KINDS = {
    "pub": "public phone",
    "cone": "NAT that keeps ports",
    "sym": "symmetric NAT",
    "cgn": "double NAT",
    "alg": "NAT with a SIP ALG",
    "strict": "NAT that only outbound packets refresh",
    "pub6": "public IPv6 phone",
    "fw6": "IPv6 firewall",
}
ROUTERS = {"cone": "cone", "sym": "symmetric", "cgn": "cgn", "alg": "alg", "strict": "strict"}
SIDES = ("a", "b")


def inside(kind, side):
    """The address of the phone of that kind and side."""
    index, number = list(KINDS).index(kind), SIDES.index(side)
    return {"pub": f"198.51.100.{200 + number}", "pub6": f"2001:db8:6::{200 + number}",
            "fw6": f"2001:db8:6:1{number}::10"}.get(kind, f"192.168.1.1{index}")


def build(net):
    lab = net.lab
    for number, side in enumerate(SIDES):
        for kind in ("pub", "pub6"):
            lab.tool("phone", f"w{side}-{kind}", "--public", inside(kind, side))
        lab.tool("nat", f"w{side}n-fw6", "--kind", "firewall6", "--wan", f"2001:db8:7::1{number}",
                 "--lan", f"2001:db8:6:1{number}::/64")
        lab.tool("phone", f"w{side}-fw6", "--nat", f"w{side}n-fw6", inside("fw6", side))
        for index, (kind, what) in enumerate(list(ROUTERS.items())):
            try:
                lab.tool("nat", f"w{side}n-{kind}", "--kind", what, "--wan",
                         f"203.0.113.{130 + 10 * number + index}")
            except NoAlg as reason:
                net.claims.no_alg(f"way back: {KINDS[kind]}", reason)
                ROUTERS.pop(kind)
                KINDS.pop(kind)
                continue
            lab.tool("phone", f"w{side}-{kind}", "--nat", f"w{side}n-{kind}", inside(kind, side))
    for kind in ROUTERS:
        lab.tool("phone", f"wt-{kind}", "--nat", f"wan-{kind}", "192.168.1.30")
    lab.tool("nat", "wn-rebind", "--kind", "symmetric", "--wan", "203.0.113.160")
    lab.tool("phone", "w-rebind", "--nat", "wn-rebind", "192.168.1.10")


class Maker:
    """Phones of one test: each on a port of its own."""

    def __init__(self, net, port):
        self.net, self.port = net, port

    def phone(self, name, address, transport="udp", **more):
        self.port += 1
        server = SERVER6 if ":" in address else SERVER4
        return Ua(self.net.lab, name, address, server, transport, self.port,
                  ca=self.net.certificate, domain=more.pop("domain", SERVER4), **more)

    def of(self, kind, side, transport="udp", **more):
        # who has a public address can be reached at the port that the Contact names
        return self.phone(f"w{side}-{kind}", inside(kind, side), transport,
                          bound=kind in ("pub", "pub6"), **more)

    def registered(self, *args, **more):
        phone = self.of(*args, **more)
        sign_in(phone)
        return phone


def sign_in(phone):
    reply = phone.register()
    if reply.status != 200:
        raise AssertionError(f"REGISTER: {reply.raw}")
    if f"<{phone.uri()}>" not in reply.get("Contact") and phone.name[2:] != "-alg":
        phone.faults.append(f"200 to REGISTER: {reply.get('Contact')}, sent was {phone.contact}")


def outcome(work, *args):
    """What went wrong in work, as text: "" if nothing did."""
    try:
        faults = list(dict.fromkeys(work(*args) or []))
        return "\n".join(faults[:6] + [f"and {len(faults) - 6} more"] * (len(faults) > 6))
    except (Silence, AssertionError, OSError) as error:
        return f"{error}\n{traceback.format_exc()}"


def with_transcripts(work, *phones):
    try:
        return work()
    except (Silence, AssertionError) as error:
        raise AssertionError("\n".join([str(error), *sum((phone.faults[:3] for phone in phones), []),
                                        *(phone.wire.transcript() for phone in phones)])) from error


def plain_call(maker, first, second, strict):
    """Two calls: re-INVITE and UPDATE from both sides, BYE from one, then from the other."""
    def work():
        for phone in (first, second):
            sign_in(phone)
        for by_caller in (True, False):
            # an ALG that is out of expectations for media drops messages
            talk = call(first, second, strict, body=None if strict else "")
            for side in (talk.caller, talk.callee):
                talk.do(side, "INVITE")
                talk.do(side, "UPDATE")
            code = talk.end(talk.caller if by_caller else talk.callee)
            if code != 200:
                raise AssertionError(f"BYE: {code}")
        return talk.faults()
    return with_transcripts(work, first, second)


def every_pair(net):
    """All kinds with all kinds, over UDP."""
    def one(number, kinds):
        maker = Maker(net, 5100 + 4 * number)
        phones = [maker.of(kind, side) for kind, side in zip(kinds, SIDES)]
        return plain_call(maker, *phones, "alg" not in kinds)
    pairs = [(a, b) for a in KINDS for b in KINDS]
    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(lambda job: outcome(one, *job), enumerate(pairs)))
    for (a, b), wrong in zip(pairs, results):
        untouched = "" if "alg" in (a, b) else ", Contacts as written"
        net.claims.check(f"way back, UDP, {KINDS[a]} calls {KINDS[b]}: re-INVITE, UPDATE and BYE "
                         f"from both sides{untouched}", not wrong, wrong)


def twins(net):
    """Two phones behind one NAT, also on one connection each."""
    def one(number, kind, transports):
        maker = Maker(net, 5500 + 4 * number)
        phones = [maker.phone(f"wa-{kind}", inside(kind, "a"), transports[0]),
                  maker.phone(f"wt-{kind}", "192.168.1.30", transports[1])]
        return plain_call(maker, *phones, kind != "alg")
    cases = [(kind, ("udp", "udp")) for kind in ROUTERS]
    cases += [("sym", pair) for pair in (("udp", "tcp"), ("tcp", "tcp"), ("tls", "tls"))]
    for number, (kind, transports) in enumerate(cases):
        wrong = outcome(one, number, kind, transports)
        net.claims.check(f"way back, two phones behind one {KINDS[kind]}, {'-'.join(transports)}: "
                         "re-INVITE, UPDATE and BYE from both sides", not wrong, wrong)


def every_method(net, number, first, second):
    """All that RFC 3261 and its children send inside a dialog, from both sides."""
    maker = Maker(net, 5600 + 4 * number)
    title = (f"way back, {KINDS[first[0]]} on {first[1]} calls {KINDS[second[0]]} on {second[1]}")

    def work():
        caller = maker.registered(first[0], "a", first[1])
        callee = maker.registered(second[0], "b", second[1])

        def steps():
            talk = reliable(caller, callee)
            for side in (talk.caller, talk.callee):
                for method in ("INVITE", "UPDATE", "INFO", "MESSAGE", "OPTIONS"):
                    talk.do(side, method)
                talk.do(side, "REFER", "202 Accepted",
                        [f"Refer-To: <sip:third@{SERVER4}>", f"Referred-By: <{side.ua.aor()}>"])
                talk.do(talk.other(side), "NOTIFY", extra=["Event: refer",
                                                          "Subscription-State: terminated"])
                talk.do(side, "INVITE", "488 Not Acceptable Here")
                code = talk.cancel(side)
                if code != 487:
                    raise AssertionError(f"re-INVITE taken back: {code}")
            talk.end(talk.callee if number % 2 else talk.caller)
            return talk.faults()
        return with_transcripts(steps, caller, callee)
    wrong = outcome(work)
    net.claims.check(f"{title}: 183, PRACK, UPDATE, re-INVITE, INFO, MESSAGE, OPTIONS, REFER, NOTIFY, "
                     "488, CANCEL and BYE from both sides, Contacts as written", not wrong, wrong)


METHODS = (
    (("sym", "udp"), ("cgn", "udp")),
    (("pub", "udp"), ("sym", "udp")),
    (("sym", "tcp"), ("cone", "udp")),
    (("strict", "udp"), ("cgn", "tcp")),
    (("sym", "tcp"), ("pub", "tcp")),
    (("cone", "tls"), ("sym", "udp")),
    (("pub", "udp"), ("cgn", "tls")),
    (("sym", "tls"), ("sym", "tcp")),
    (("fw6", "tcp"), ("sym", "tls")),
    (("pub6", "udp"), ("cone", "tcp")),
    (("fw6", "udp"), ("cgn", "udp")),
    (("sym", "udp"), ("fw6", "tcp")),
)


def cancelled(net):
    """CANCEL of a first INVITE finds its way too."""
    def work():
        maker = Maker(net, 5700)
        for kinds in (("sym", "udp"), ("cgn", "udp")), (("pub", "tcp"), ("sym", "tls")):
            caller, callee = (maker.registered(kind, side, transport)
                              for (kind, transport), side in zip(kinds, SIDES))
            sent, arrived = ring(caller, callee)
            cancel = caller.in_transaction("CANCEL", sent)
            callee.reply(callee.take("CANCEL"), "200 OK")
            caller.final(cancel)
            callee.reply(arrived, "487 Request Terminated")
            final = caller.final(sent)
            caller.in_transaction("ACK", sent, final.get("To"))
            ack = callee.take("ACK")
            if final.status != 487 or tag_of(ack.get("To")) != tag_of(final.get("To")):
                raise AssertionError(f"{final.raw}\n{ack.raw}")
            yield from caller.faults + callee.faults
    wrong = outcome(work)
    net.claims.check("way back: an INVITE is taken back while it rings", not wrong, wrong)


def forked(net, order):
    """Two phones of one user: one answers, the other one's INVITE is taken back."""
    maker = Maker(net, 5720 + 10 * order)

    def work():
        caller = maker.registered("cone", "a")
        user = f"fork{order}"
        phones = [maker.registered("sym", "b", user=user),
                  maker.registered("cgn", "b", "tcp", user=user)]
        taker, loser = phones[order], phones[1 - order]
        sent = caller.invite(user)
        rung = {phone: phone.take("INVITE") for phone in phones}
        early = {}
        for phone, invite in rung.items():
            phone.reply(invite, "180 Ringing")
            got = caller.provisional(sent, 180)
            early[tag_of(got.get("To"))] = got
        talk = answer(caller, taker, sent, rung[taker])
        loser.reply(loser.take("CANCEL"), "200 OK")
        loser.reply(rung[loser], "487 Request Terminated")
        loser.take("ACK")
        for side in (talk.caller, talk.callee):
            talk.do(side, "INVITE")
            talk.do(side, "INFO")
        talk.end(talk.callee if order else talk.caller)
        if len(early) != 2:
            raise AssertionError(f"180 of {len(early)} phones arrived")
        return talk.faults() + loser.faults
    wrong = outcome(work)
    net.claims.check(f"way back, one user with two phones, the {'second' if order else 'first'} one "
                     "answers: the call is its, the other one gets CANCEL", not wrong, wrong)


def moved(net):
    """Contacts of a 302 are for the caller (§2.2 5: never repaired)."""
    def work():
        maker = Maker(net, 5750)
        caller, callee = maker.registered("sym", "a"), maker.registered("cone", "b")
        sent = caller.invite(callee.user)
        arrived = callee.take("INVITE")
        contacts = ["<sip:other@10.1.2.3:5066;x=1>;q=0.7", '"A, B" <sip:desk@192.168.9.9>;q=0.2,'
                    '<sip:c@[fd00::1]:5060;alias=1~2~3>']
        callee.reply(arrived, "302 Moved Temporarily", [f"Contact: {each}" for each in contacts])
        final = caller.final(sent)
        caller.in_transaction("ACK", sent, final.get("To"))
        if final.status != 302 or final.all("Contact") != contacts:
            raise AssertionError(f"sent {contacts}\narrived {final.all('Contact')}\n{final.start}")
        return caller.faults + callee.faults
    wrong = outcome(work)
    net.claims.check("way back: Contacts of a 302 arrive as they were written", not wrong, wrong)


def subscribed(net, number, first, second):
    """SUBSCRIBE makes a dialog; NOTIFY comes back in it, and both ends may end it."""
    def work():
        maker = Maker(net, 5760 + 4 * number)
        watcher = maker.registered(first[0], "a", first[1])
        notifier = maker.registered(second[0], "b", second[1])
        events = ["Event: dialog", "Expires: 600"]
        sent = watcher.request("SUBSCRIBE", notifier.aor(), events)
        arrived = notifier.take("SUBSCRIBE")
        ok = notifier.reply(arrived, "200 OK", ["Expires: 600"])
        final = watcher.final(sent)
        if final.status != 200 or final.get("Contact") != notifier.contact \
                or arrived.get("Contact") != watcher.contact:
            raise AssertionError(f"{final.raw}\n{arrived.raw}")
        talk = Talk(Side.caller(watcher, sent, final), Side.callee(notifier, arrived, ok))
        same_route(talk.caller, talk.callee)
        talk.do(talk.callee, "NOTIFY", extra=["Event: dialog", "Subscription-State: active"])
        talk.do(talk.caller, "SUBSCRIBE", extra=events)
        talk.do(talk.callee, "NOTIFY", extra=["Event: dialog", "Subscription-State: active"])
        talk.do(talk.caller, "SUBSCRIBE", extra=["Event: dialog", "Expires: 0"])
        talk.do(talk.callee, "NOTIFY", extra=["Event: dialog", "Subscription-State: terminated"])
        return talk.faults()
    wrong = outcome(work)
    net.claims.check(f"way back, {KINDS[first[0]]} on {first[1]} subscribes at {KINDS[second[0]]} on "
                     f"{second[1]}: SUBSCRIBE and NOTIFY from both sides", not wrong, wrong)


def rebound(net):
    """A phone whose mapping changed is answered at the new one, and can end its call (§2.4 6)."""
    def work():
        maker = Maker(net, 5780)
        phone = maker.phone("w-rebind", "192.168.1.10")
        sign_in(phone)
        peer = maker.registered("cone", "b")
        for talk in (call(phone, peer), call(peer, phone)):
            mine = talk.caller if talk.caller.ua is phone else talk.callee
            net.lab.tool("flush", "wn-rebind")
            for method in ("INFO", "INVITE"):
                talk.do(mine, method)
            if talk.end(mine) != 200:
                raise AssertionError("BYE")
        return phone.faults + peer.faults
    wrong = outcome(work)
    net.claims.check("way back: a phone behind a NAT that forgot it goes on from its new port",
                     not wrong, wrong)


def controls(net):
    """What the claims above would overlook without these."""
    maker = Maker(net, 5790)
    caller, callee = maker.registered("pub", "a"), maker.registered("sym", "b")
    talk = call(caller, callee)
    bare = [re.sub(r";nat-[a-z]=[^;>]*", "", route) for route in talk.caller.routes]
    code = talk.caller.status("MESSAGE", routes=bare)
    net.claims.check("control: without what the server wrote into the route nothing arrives",
                     bare != talk.caller.routes and code in (0, 403, 404)
                     and not callee.silent(), f"{talk.caller.routes}: {code}")
    net.claims.check("control: with it the same request arrives",
                     talk.do(talk.caller, "MESSAGE")[2].status == 200)
    talk.end(talk.caller)
    caller.faults.clear()
    sent = caller.invite(callee.user)
    arrived = callee.take("INVITE")
    ok = callee.reply(arrived, "200 OK", [f"Server: {REWRITTEN}"])
    got = caller.final(sent)
    talk = Talk(Side.caller(caller, sent, got), Side.callee(callee, arrived, ok), False)
    talk.caller.refreshed(got, callee.contact)
    net.claims.check("control: a Contact that a policy has rewritten is found",
                     len(caller.faults) == 1 and "Contact of the other phone" in caller.faults[0],
                     caller.faults)
    talk.acknowledge(talk.caller, sent, got)
    talk.end(talk.caller)


def tests():
    yield (every_pair,)
    yield (twins,)
    yield from ((every_method, number, *pair) for number, pair in enumerate(METHODS))
    yield (cancelled,)
    yield from ((forked, order) for order in (0, 1))
    yield (moved,)
    yield from ((subscribed, number, *pair) for number, pair in enumerate(METHODS[:6:2]))
    yield (rebound,)
    yield (controls,)
