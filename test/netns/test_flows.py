# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones on TCP and TLS behind NAT: reachable on their connection only, after idling too.

Also phones that do not ask for rport, and what the operator is told about them.
"""

import re
import time

from lab import wait_until
from pyphone import RTP_PORT, PyPhone
from sipphone import SipPhone
from test_direct import in_background
from test_idle import ENOUGH_RTP, IDLE_SECONDS, one_call


def build(net):
    lab = net.lab
    lab.tool("nat", "n-flow", "--kind", "symmetric", "--wan", "203.0.113.40")
    lab.tool("nat", "n-old", "--kind", "symmetric", "--wan", "203.0.113.41")
    for index, name in enumerate(("tcp", "tls")):
        lab.tool("phone", name, "--nat", "n-flow", f"192.168.1.1{index}")
        lab.tool("phone", f"pub-{name}", "--public", f"198.51.100.14{index}")
    lab.tool("phone", "old", "--nat", "n-old", "192.168.1.10")
    lab.tool("phone", "old-peer", "--public", "198.51.100.142")


def hang_up_first(phone, seconds):
    """Answer a call, talk, end it."""
    invite, ack = phone.answer(seconds)
    phone.talk(invite.media()).join()
    return invite, ack, phone.hang_up()


def connected_phone(net, transport):
    server = net.address("main")
    index = ("tcp", "tls").index(transport)
    words = f"{transport.upper()} phone behind a symmetric NAT"
    phone = PyPhone(net.lab, transport, f"192.168.1.1{index}", server, transport,
                    tls_ca=net.certificate)
    public = PyPhone(net.lab, f"pub-{transport}", f"198.51.100.14{index}", server)
    reply = phone.register()
    if not net.claims.check(f"{words}: registers", reply.status == 200, reply.raw):
        return
    for each in (phone, public):
        net.lab.count_udp(each.name, RTP_PORT)
    serving = in_background(hang_up_first, phone, IDLE_SECONDS + 20)
    time.sleep(IDLE_SECONDS)
    _, answer = public.call(phone.user)
    if answer.status == 200:
        public.talk(answer.media()).join()
        public.take_bye()
    seen, error = serving()
    net.claims.check(f"{words}: called after {IDLE_SECONDS} s on its connection, hangs up",
                     seen and seen[2].status == 200, f"{answer.raw}\n{error}")
    counts = net.lab.counts(public.name, RTP_PORT) + net.lab.counts(phone.name, RTP_PORT)
    net.claims.check(f"{words}: audio both ways", min(counts) >= ENOUGH_RTP,
                     "RTP at caller in/out %d/%d, at callee %d/%d" % counts)


def without_rport(net):
    server = net.address("main")
    words = "phone without rport behind a symmetric NAT"
    phone = SipPhone(net.lab, "old", "192.168.1.10", server)
    peer = SipPhone(net.lab, "old-peer", "198.51.100.142", server)
    net.claims.check(f"{words}: gets its replies", phone.register(rport=False) == 0,
                     phone.errors())
    peer.register()
    one_call(net, f"{words}: calls a public phone", phone, peer, False, rport=False)
    text = wait_until(lambda: net.explain("203.0.113.41"), 2)
    for what, pattern in (("the class", r"class: nat"), ("a sign", r"contact-private|via-addr"),
                          ("the value that it saw", r"192\.168\.1\.10"), ("the rule", r"rule: \S")):
        net.claims.check(f"kamcmd nat_edge.explain of its NAT names {what}",
                         re.search(pattern, text), text)


def tests():
    yield from ((connected_phone, transport) for transport in ("tcp", "tls"))
    yield (without_rport,)
