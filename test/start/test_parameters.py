# SPDX-License-Identifier: GPL-2.0-or-later
"""Wrong parameters: Kamailio does not start, and says all of them in one go."""
import unittest

from peer import Server

CONFIG = """
loadmodule "pv.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
%s
request_route { exit; }
"""


class Parameters(unittest.TestCase):
    def start(self, lines):
        server = Server(CONFIG % lines)
        self.addCleanup(server.close)
        return server

    def test_defaults_start(self):
        self.assertTrue(self.start("").ready)

    def test_every_fault_is_one_line_with_parameter_value_and_what_is_allowed(self):
        server = self.start("""
modparam("nat_edge", "private_nets", "10.0.0.0/33 192.168.0.0/16")
modparam("nat_edge", "nat_sites", "nat.example.org")
modparam("nat_edge", "rport", "sometimes")
modparam("nat_edge", "contact_replies", "received")
modparam("nat_edge", "history_size", -5)
""")
        self.assertFalse(server.ready)
        faults = [l for l in server.log().split("\n") if "is not allowed, use" in l and "nat_edge" in l]
        self.assertEqual(len(faults), 5, server.log())
        for parameter, value, allowed in (("private_nets", "'10.0.0.0/33'", "10.0.0.0/8"),
                                          ("nat_sites", "'nat.example.org'", "builtin: with private"),
                                          ("rport", "'sometimes'", "never, nat or always"),
                                          ("contact_replies", "'received'", "keep, alias or rewrite"),
                                          ("history_size", "'-5'", "0 (off) to 1000000")):
            line = [l for l in faults if "modparam " + parameter in l]
            self.assertEqual(len(line), 1, parameter)
            self.assertIn(value, line[0])
            self.assertIn(allowed, line[0])

    def test_N025_the_core_must_not_move_large_requests_off_their_flow(self):
        warning = "udp_mtu_try_proto is tcp with udp_mtu 1300"
        for lines, warned in (("udp_mtu=1300\nudp_mtu_try_proto=TCP", True), ("udp_mtu=1300", False),
                              ("udp_mtu_try_proto=TCP", False), ("udp_mtu=1300\nudp_mtu_try_proto=UDP", False)):
            server = self.start(lines)
            self.assertTrue(server.ready)
            self.assertEqual(warning in server.log(), warned, lines)

    def test_an_unknown_key_of_the_variable_does_not_start(self):
        server = Server('loadmodule "pv.so"\nloadmodule "xlog.so"\nloadmodule "nat_edge.so"\n'
                        'request_route { xlog("$nat(klass)\\n"); exit; }\n')
        self.addCleanup(server.close)
        self.assertFalse(server.ready)
        self.assertIn("no such key; use class, signs", server.log())
