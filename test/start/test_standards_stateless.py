# SPDX-License-Identifier: GPL-2.0-or-later
"""RFC 3261 §16.11: a request that is forwarded without a transaction, and comes again, leaves again as it left before."""
import time
import unittest

from dialogs import CONTACT, request, routes_of
from peer import Peer, Server, header
from sample import POLICY

CONFIG = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "counters.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
modparam("nat_edge", "policy_file", "policy.xml")
request_route {
	nat_manage();
	if (is_method("REGISTER")) nat_add_path();
	else nat_record_route("relay");
	$du = "sip:127.0.0.1:" + $hdr(X-Next);
	forward();
}
"""
LIFE, STEP = 95040, 3600  # of a token in a Path, in seconds: the hour that it ends in is part of it


class Stateless(unittest.TestCase):
    def test_N028_twice_the_same(self):
        server = Server(CONFIG, files={"policy.xml": POLICY % ("", "")})
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        phone, nowhere, there = Peer(), Peer(), Peer()
        for peer in (phone, nowhere, there):
            self.addCleanup(peer.close)

        def forwarded(method, sender=phone, call_id="call", contact=CONTACT % "alice"):
            copies = set()
            for _ in range(8):  # by whichever worker
                sender.send(request(method, "sip:bob@example.org", ("ta", ""), call_id, contact=contact,
                                    more=["X-Next: %d" % there.port]), server.port)
                copies.add(there.receive())
            return copies
        legs = [forwarded("INVITE"), forwarded("SUBSCRIBE"), forwarded("INVITE", nowhere), forwarded("INVITE", call_id="other")]
        for copies in legs:
            self.assertEqual(len(copies), 1)
            self.assertIn(";nat-a=", routes_of(next(iter(copies)))[0])
        # and not the same for everybody
        self.assertEqual(len({routes_of(copies.pop())[0] for copies in legs[1:]}), 3)
        while True:
            hour = int(time.time() + LIFE) // STEP
            copies = forwarded("REGISTER")
            if int(time.time() + LIFE) // STEP == hour:
                break
        self.assertEqual(len(copies), 1)
        self.assertIn(";nat-p=", header(copies.pop(), "Path")[0])


if __name__ == "__main__":
    unittest.main()
