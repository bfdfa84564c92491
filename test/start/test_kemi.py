# SPDX-License-Identifier: GPL-2.0-or-later
"""Every script function has its KEMI twin, and the twin does the same."""
import unittest

from peer import Peer, Server, header

CONFIG = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "textops.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
loadmodule "app_jsdt.so"
modparam("nat_edge", "private_nets", "builtin:private")
modparam("app_jsdt", "load", "%s")
cfgengine "jsdt"
"""
SCRIPT = """
function ksr_request_route() {
	var said = [KSR.nat_edge.nat_detect(), KSR.nat_edge.nat_detect_signs("via-private,site"),
		KSR.nat_edge.nat_detect_signs("lan"), KSR.nat_edge.nat_detect_signs("no-such-sign"),
		KSR.nat_edge.nat_force_rport(), KSR.nat_edge.nat_fix_contact(), KSR.nat_edge.nat_fix_contact_mode("keep"),
		KSR.nat_edge.nat_fix_contact_mode("upside-down"), KSR.nat_edge.nat_manage(), KSR.nat_edge.nat_absorb()];
	KSR.hdr.append_to_reply("X-Said: " + said.join(" ") + " " + KSR.pv.get("$nat(class)") + "\\r\\n");
	KSR.sl.sl_send_reply(200, "OK");
}
"""
OPTIONS = """OPTIONS sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bKkemi
From: <sip:alice@example.org>;tag=1
To: <sip:127.0.0.1>
Call-ID: kemi
CSeq: 1 OPTIONS
Content-Length: 0

"""


class Kemi(unittest.TestCase):
    def test_all_functions(self):
        import os
        import tempfile
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "route.js")
            with open(path, "w") as f:
                f.write(SCRIPT)
            server = Server(CONFIG % path)
            self.addCleanup(server.close)
            self.assertTrue(server.ready, server.log())
            peer = Peer()
            self.addCleanup(peer.close)
            peer.send(OPTIONS, server.port)
            reply = peer.receive()
            self.assertEqual(header(reply, "X-Said"), ["1 1 -1 -2 1 1 1 -2 1 -1 nat"])
            # without rport of its own it would have waited for the answer at 192.168.1.10
            self.assertIn("rport=%d" % peer.port, header(reply, "Via")[0])
            self.assertIn("no sign is named 'no-such-sign'; use all or", server.log())
            self.assertIn("no mode has this name; use keep, received, alias, rewrite or fs-path", server.log())
