# SPDX-License-Identifier: GPL-2.0-or-later
"""Two baresip phones behind two different NATs: a real stack, real RTP."""

from baresip import Baresip
from lab import wait_until
from test_idle import ENOUGH_RTP


def build(net):
    net.lab.tool("nat", "n-bare1", "--kind", "cone", "--wan", "203.0.113.70")
    net.lab.tool("nat", "n-bare2", "--kind", "symmetric", "--wan", "203.0.113.71",
                 "--lan", "10.0.0.0/24")
    net.lab.tool("phone", "bare1", "--nat", "n-bare1", "192.168.1.10")
    net.lab.tool("phone", "bare2", "--nat", "n-bare2", "10.0.0.10")


def pair(net):
    server = net.address("main")
    callee = Baresip(net.lab, "bare1", "192.168.1.10", server)
    caller = Baresip(net.lab, "bare2", "10.0.0.10", server)
    callee.start()
    words = "baresip pair behind two NATs"
    if not net.claims.check(f"{words}: registers", callee.registered(), callee.program.output()):
        return
    for phone in (caller, callee):
        phone.count_rtp()
    caller.start(f"/dial sip:{callee.user}@{server}")
    net.claims.check(f"{words}: call is set up", caller.established(), caller.program.output())
    wait_until(lambda: min(caller.rtp() + callee.rtp()) > ENOUGH_RTP, 6, 0.2)
    counts = caller.rtp() + callee.rtp()
    net.claims.check(f"{words}: audio both ways", min(counts) > ENOUGH_RTP,
                     "RTP at caller in/out %d/%d, at callee %d/%d" % counts)
    caller.stop()
    net.claims.check(f"{words}: BYE ends the call at the other side", callee.closed(),
                     callee.program.output())
    callee.stop()


def tests():
    yield (pair,)
