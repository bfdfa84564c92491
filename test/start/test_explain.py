# SPDX-License-Identifier: GPL-2.0-or-later
"""T18: what a client writes never reaches an operator's terminal as it came; and what the start warns of."""
import unittest

from peer import Peer, Server

CONFIG = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
request_route { nat_manage(); sl_send_reply("200", "OK"); exit; }
"""
OPTIONS = """OPTIONS sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:%d;rport;branch=z9hG4bKt18
From: <sip:al\x1bM\x01ice\x7f\u00e9@example.org>;tag=1
To: <sip:127.0.0.1>
Call-ID: \x1b]0;owned\x07\x08t18\x1b[2J\u00e9@x
CSeq: 1 OPTIONS
Content-Length: 0

"""


class Explain(unittest.TestCase):
    def test_T18_only_printable_bytes_are_shown(self):
        server = Server(CONFIG)
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        peer = Peer()
        self.addCleanup(peer.close)
        peer.send(OPTIONS % peer.port, server.port)
        peer.receive()
        said = server.kamcmd("nat_edge.explain", "127.0.0.1:%d" % peer.port)
        self.assertIn("call_id: ?]0;owned??t18?[2J??@x", said)
        self.assertIn("aor: al?M?ice???@example.org", said)
        # kamcmd indents and ends lines, and nothing else
        strange = {c for c in said if not " " <= c <= "~"} - {"\n", "\t"}
        self.assertEqual(strange, set(), said)


REGISTRAR = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
%s
request_route { exit; }
"""
WARNING = "phones behind a NAT will register and not be reachable"


class Registrar(unittest.TestCase):
    def log_of(self, lines):
        server = Server(REGISTRAR % lines)
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        return [line for line in server.log().split("\n") if WARNING in line]

    def test_a_registrar_with_another_avp_is_warned_of(self):
        lines = self.log_of('modparam("registrar", "received_avp", "$avp(OTHER)")')
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("'$avp(RECEIVED)' here, but '$avp(OTHER)' for registrar", lines[0])
        self.assertIn("WARN", lines[0])

    def test_a_registrar_without_one_is_warned_of(self):
        self.assertEqual(len(self.log_of("")), 1)

    def test_the_same_avp_is_no_news(self):
        self.assertEqual(self.log_of('modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")'), [])

    def test_nor_is_another_one_that_is_not_used(self):
        self.assertEqual(self.log_of('modparam("nat_edge", "contact_register", "rewrite")'), [])
