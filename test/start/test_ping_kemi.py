# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_ping from another language: its functions, and its events."""
import os
import tempfile
import unittest

import jsonrpc
from peer import Peer, Server, header
from pings import answer, is_ping, policy
from test_kemi import OPTIONS

CONFIG = """
debug=2
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "textops.so"
loadmodule "xlog.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
loadmodule "app_jsdt.so"
loadmodule "nat_ping.so"
modparam("nat_edge", "policy_file", "policy.xml")
modparam("nat_ping", "event_callback", "ksr_ping_event")
modparam("app_jsdt", "load", "%s")
cfgengine "jsdt"
""" + jsonrpc.CONFIG
SCRIPT = """
function ksr_request_route() {
	KSR.nat_edge.nat_force_rport();
	var said = [KSR.nat_ping.nat_keepalive(), KSR.nat_ping.nat_keepalive_for(60), KSR.nat_ping.nat_keepalive_for(-1)];
	KSR.hdr.append_to_reply("X-Said: " + said.join(" ") + "\\r\\n");
	KSR.sl.sl_send_reply(200, "OK");
}
function ksr_ping_event(name) {
	KSR.notice("EVENT " + name + " " + KSR.pv.get("$nat_ping(address)") + "\\n");
}
"""


class Kemi(unittest.TestCase):
    def test_functions_and_events(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "route.js")
            with open(path, "w") as f:
                f.write(SCRIPT)
            server = Server(CONFIG % path, files={"policy.xml": policy()})
            self.addCleanup(server.close)
            self.assertTrue(server.ready, server.log())
            peer = Peer()
            self.addCleanup(peer.close)
            peer.send(OPTIONS, server.port)
            said = peer.receive()
            self.assertEqual(header(said, "X-Said"), ["-1 1 -2"], said + server.log())
            self.assertIn("nat_keepalive(-1): use 0 to 604800 seconds", server.log())
            peer.socket.settimeout(8)
            text = peer.receive("SIP/2.0")
            self.assertTrue(is_ping(text), text)
            peer.send(answer(text), server.port)
            wanted = "EVENT nat-ping:up 127.0.0.1:%d" % peer.port
            for _ in range(100):
                if wanted in server.log():
                    break
                peer.socket.settimeout(0.1)
                try:
                    peer.send(answer(peer.receive("SIP/2.0")), server.port)
                except TimeoutError:
                    pass
            self.assertIn(wanted, server.log())


if __name__ == "__main__":
    unittest.main()
