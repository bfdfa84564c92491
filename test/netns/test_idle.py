# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones behind every kind of NAT: register, stay idle, be called, talk.

All wait at the same time. Then each gets one call from a public phone, with re-INVITE
and BYE from the caller, and one from a phone behind another NAT, with re-INVITE and
BYE from the called phone. RTP is counted in the namespaces of both phones.
"""

import os
import time

from lab import NoAlg
from sipphone import SipPhone

IDLE_SECONDS = int(os.environ.get("IDLE_SECONDS", "60")) # less only while writing tests
ALG_ADDRESS = "203.0.113.14"
ENOUGH_RTP = 50 # of about 80 packets that each side sends

# name: (kind, outside address, server that serves it, more options of nat-lab)
NATS = {
    "cone": ("cone", "203.0.113.10", "main", ()),
    "sym": ("symmetric", "203.0.113.11", "main", ()),
    "cgn": ("cgn", "203.0.113.12", "main", ()),
    "alg": ("alg", ALG_ADDRESS, "main", ()),
    "short": ("cone", "203.0.113.13", "fast", ("--udp-timeout", "10")),
    "strict": ("strict", "203.0.113.15", "fast", ("--udp-timeout", "10")),
}
WORDS = {
    "cone": "NAT that keeps ports",
    "sym": "symmetric NAT",
    "cgn": "double NAT",
    "alg": "NAT with a SIP ALG",
    "short": "NAT with 10 s UDP timeout",
    "strict": "NAT that only outbound packets refresh",
    "twins": "two phones behind one NAT",
    "fw6": "IPv6 firewall",
}


def build(net):
    lab = net.lab
    for name, (kind, outside, _, options) in list(NATS.items()):
        try:
            lab.tool("nat", f"n-{name}", "--kind", kind, "--wan", outside, *options)
        except NoAlg as reason:
            net.claims.no_alg(WORDS[name], reason)
            del NATS[name]
            continue
        lab.tool("phone", name, "--nat", f"n-{name}", "192.168.1.10")
    lab.tool("nat", "n-far", "--kind", "symmetric", "--wan", "203.0.113.30",
             "--lan", "192.168.1.0/24")
    for index, name in enumerate(NATS):
        lab.tool("phone", f"pub-{name}", "--public", f"198.51.100.{100 + index}")
        lab.tool("phone", f"far-{name}", "--nat", "n-far", f"192.168.1.{100 + index}")
    lab.tool("phone", "twin1", "--nat", "n-cone", "192.168.1.11")
    lab.tool("phone", "twin2", "--nat", "n-cone", "192.168.1.12")
    lab.tool("nat", "n-fw6", "--kind", "firewall6", "--wan", "2001:db8:7::1",
             "--lan", "2001:db8:6:1::/64")
    lab.tool("phone", "fw6", "--nat", "n-fw6", "2001:db8:6:1::10")
    lab.tool("phone", "pub-fw6", "--public", "2001:db8:6::60")


def one_call(net, title, caller, callee, by_callee, **how):
    """One whole call between sipp phones, with two claims about it."""
    for phone in (caller, callee):
        phone.count_rtp()
    answering = callee.answer(active=by_callee)
    calling = caller.call(callee.user, active=not by_callee, **how)
    results = calling.wait(25), answering.wait(3)
    answering.stop()
    side = "callee" if by_callee else "caller"
    net.claims.check(f"{title}: call with re-INVITE and BYE from the {side}", results == (0, 0),
                     f"sipp ended with {results[0]} (caller), {results[1]} (callee)\n"
                     f"pings before, at the callee: {' '.join(callee.pings()) or 'none'}\n"
                     + caller.errors() + callee.errors())
    counts = caller.rtp() + callee.rtp()
    net.claims.check(f"{title}: audio both ways", min(counts) >= ENOUGH_RTP,
                     "RTP at caller in/out %d/%d, at callee %d/%d" % counts)


def stay_idle(net, words, phone):
    """Nothing but answers to pings leaves the phone."""
    waiting = phone.answer()
    time.sleep(IDLE_SECONDS)
    waiting.stop()
    net.claims.check(f"{words}: is pinged while idle", len(phone.pings()) >= IDLE_SECONDS // 30,
                     f"OPTIONS arrived at: {' '.join(phone.pings()) or 'no time'}")


def idle_phone(net, name):
    server = net.address(NATS[name][2])
    phone = SipPhone(net.lab, name, "192.168.1.10", server)
    words = WORDS[name]
    if not net.claims.check(f"{words}: registers", phone.register() == 0, phone.errors()):
        return
    stay_idle(net, words, phone)
    index = list(NATS).index(name)
    public = SipPhone(net.lab, f"pub-{name}", f"198.51.100.{100 + index}", server)
    far = SipPhone(net.lab, f"far-{name}", f"192.168.1.{100 + index}", server)
    one_call(net, f"{words}, idle {IDLE_SECONDS} s, called by a public phone", public, phone, False)
    one_call(net, f"{words}, called from behind another NAT", far, phone, True)


def idle_twins(net):
    words = WORDS["twins"]
    twins = [SipPhone(net.lab, f"twin{n}", f"192.168.1.1{n}", net.address("main"))
             for n in (1, 2)]
    registered = [twin.register() for twin in twins]
    if not net.claims.check(f"{words}: both register", registered == [0, 0], registered):
        return
    stay_idle(net, words, twins[0])
    one_call(net, f"{words}, idle {IDLE_SECONDS} s, one calls the other", twins[1], twins[0], False)
    one_call(net, f"{words}, one calls the other", twins[1], twins[0], True)


def idle_firewall6(net):
    words = WORDS["fw6"]
    server = "2001:db8:5::1"
    phone = SipPhone(net.lab, "fw6", "2001:db8:6:1::10", server)
    public = SipPhone(net.lab, "pub-fw6", "2001:db8:6::60", server)
    if not net.claims.check(f"{words}: registers", phone.register() == 0, phone.errors()):
        return
    stay_idle(net, words, phone)
    one_call(net, f"{words}, idle {IDLE_SECONDS} s, called by a public IPv6 phone",
             public, phone, False)


def tests():
    yield from ((idle_phone, name) for name in NATS)
    yield (idle_twins,)
    yield (idle_firewall6,)
