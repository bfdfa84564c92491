# SPDX-License-Identifier: GPL-2.0-or-later
"""Controls: what must fail, or the other tests prove nothing.

The same phones behind the same NATs lose their calls when NAT handling, or only the
pings, are off.
"""

import time

from lab import NoAlg
from sipphone import SipPhone
from test_idle import ENOUGH_RTP, WORDS

SHORT_IDLE_SECONDS = 14 # the NAT forgets after 10
NATS = {"cone": "cone", "sym": "symmetric", "cgn": "cgn", "alg": "alg"}


def build(net):
    for index, (name, kind) in enumerate(list(NATS.items())):
        try:
            net.lab.tool("nat", f"o-{name}", "--kind", kind, "--wan", f"203.0.113.{50 + index}")
        except NoAlg as reason:
            net.claims.no_alg(f"control: {WORDS[name]}", reason)
            del NATS[name]
            continue
        net.lab.tool("phone", f"off-{name}", "--nat", f"o-{name}", "192.168.1.10")
        net.lab.tool("phone", f"offp-{name}", "--public", f"198.51.100.{120 + index}")
    net.lab.tool("nat", "o-lone", "--kind", "cone", "--wan", "203.0.113.60",
                 "--udp-timeout", "10")
    net.lab.tool("phone", "lone", "--nat", "o-lone", "192.168.1.10")
    net.lab.tool("phone", "lonep", "--public", "198.51.100.130")


def call(caller, callee):
    """(both sipp succeeded, audio both ways, INVITE seen by the called phone)."""
    for phone in (caller, callee):
        phone.count_rtp()
    answering = callee.answer()
    calling = caller.call(callee.user)
    status = calling.wait(25)
    if status:
        answering.stop()
    complete = status == 0 and answering.wait(3) == 0
    answering.stop()
    audible = min(caller.rtp() + callee.rtp()) >= ENOUGH_RTP
    return complete, audible, "INVITE sip:" in callee.message_log("uas_passive")


def without_nat_handling(net, name):
    index = list(NATS).index(name)
    server = net.address("off")
    phone = SipPhone(net.lab, f"off-{name}", "192.168.1.10", server)
    public = SipPhone(net.lab, f"offp-{name}", f"198.51.100.{120 + index}", server)
    words = f"control: {WORDS[name]}, NAT handling off"
    if not net.claims.check(f"{words}: registers", phone.register() == 0, phone.errors()):
        return
    complete, audible, _ = call(public, phone)
    net.claims.check(f"{words}: no call with audio", not (complete and audible),
                     "the call works without us")


def without_pings(net):
    server = net.address("mute")
    phone = SipPhone(net.lab, "lone", "192.168.1.10", server)
    public = SipPhone(net.lab, "lonep", "198.51.100.130", server)
    words = f"control: {WORDS['short']}, pings off"
    if not net.claims.check(f"{words}: registers", phone.register() == 0, phone.errors()):
        return
    complete, audible, _ = call(public, phone)
    net.claims.check(f"{words}: called at once, talks", complete and audible,
                     phone.errors() + public.errors())
    time.sleep(SHORT_IDLE_SECONDS)
    complete, _, reached = call(public, phone)
    net.claims.check(f"{words}: lost after {SHORT_IDLE_SECONDS} s", not complete and not reached,
                     "the call reached the phone without pings")


def tests():
    yield from ((without_nat_handling, name) for name in NATS)
    yield (without_pings,)
