# SPDX-License-Identifier: GPL-2.0-or-later
"""T04: what a client writes into ;received= never reaches the registrar, however the script goes on."""
import unittest

from peer import Peer, Server

CONFIG = """
tcp_clone_rcvbuf=1
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "textopsx.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
modparam("nat_edge", "private_nets", "builtin:private")
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
request_route { nat_manage(); %s save("location"); exit; }
"""
REGISTER = """REGISTER sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bKt04
From: <sip:alice@127.0.0.1>;tag=1
To: <sip:alice@127.0.0.1>
Call-ID: t04
CSeq: 1 REGISTER
Contact: <sip:alice@192.168.1.10>;received="sip:203.0.113.66:5060";q=0.5;RECEIVED="sip:203.0.113.67"
Content-Length: 0

"""


class Received(unittest.TestCase):
    def check(self, between):
        server = Server(CONFIG % between)
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        peer = Peer()
        self.addCleanup(peer.close)
        peer.send(REGISTER, server.port)
        reply = peer.receive()
        self.assertTrue(reply.startswith("SIP/2.0 200"), reply)
        dump = server.kamcmd("ul.dump")
        self.assertIn("Received: sip:127.0.0.1:%d" % peer.port, dump)
        self.assertNotIn("203.0.113.6", dump + reply)
        self.assertIn("Q: 0.5", dump)

    def test_T04_saved_at_once(self):
        self.check("")

    def test_T04_saved_after_the_message_was_parsed_again(self):
        self.check("msg_apply_changes();")
