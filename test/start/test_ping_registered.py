# SPDX-License-Identifier: GPL-2.0-or-later
"""Registered contacts are kept open, and answers to pings are seen by nobody else."""
import unittest

from peer import header
from pings import PingCase, answer


class Registered(PingCase):
    def test_P1_N160_pinged_in_time_from_the_sip_port(self):
        phone = self.registered()
        ping, first = self.ping(phone)
        _, second = self.ping(phone)
        _, third = self.ping(phone)
        self.assertAlmostEqual(third - first, 2, delta=0.4)
        self.assertAlmostEqual(second - first, 1, delta=0.3)
        self.assertIn("OPTIONS sip:127.0.0.1:%d SIP/2.0" % phone.port, ping)
        self.assertIn("127.0.0.1:%d" % self.server.port, header(ping, "Via")[0])
        self.assertEqual(phone.came_from, ("127.0.0.1", self.server.port))

    def test_answers_reach_no_route(self):
        before = self.stat("answers")
        phone = self.registered("swallowed")
        ping, _ = self.ping(phone)
        self.ping(phone)
        self.until(lambda: self.stat("answers") >= before + 2)
        self.assertNotIn("reply_route: " + header(ping, "Call-ID")[0], self.server.log())
        # the route does run: for a reply to nobody
        phone.send(answer(ping, Call_ID="somebody-else", From="<sip:x@y>;tag=1"), self.server.port)
        self.until(lambda: "reply_route: somebody-else" in self.server.log())

    def test_de_register_ends_it(self):
        phone = self.registered("leaves")
        self.ping(phone)
        self.register(phone, expires=0)
        self.no_ping(phone, 2.5)

    def test_T08_answers_of_others_and_with_other_tags_do_not_count(self):
        phone, mallory = self.registered("victim"), self.phone("mallory")
        ping, _ = self.ping(phone, answered=False)
        forged, answers = self.stat("answers_forged"), self.stat("answers")
        mallory.send(answer(ping), self.server.port)
        call_id = header(ping, "Call-ID")[0]
        other = call_id[:-1] + ("A" if call_id[-1] != "A" else "B")
        phone.send(answer(ping, Call_ID=other), self.server.port)
        self.until(lambda: self.stat("answers_forged") == forged + 2)
        self.assertEqual(self.stat("answers"), answers)
        self.assertNotIn("reply_route: " + other, self.server.log())
        self.register(phone, expires=0)


class Written(PingCase):
    """Contacts as clients write them: nobody says that they are behind a NAT"""
    policy_parts = {"rules": '<rule aor="direct@example.org" nat="never"/>'}

    def test_T07_who_writes_an_address_was_not_heard_there(self):
        victim = self.phone("victim")
        mallory = self.registered("direct", contact="<sip:mallory@127.0.0.1:%d>" % victim.port)
        for _ in range(3):
            self.ping(victim, answered=False)
        self.until(lambda: self.rpc("nat_ping.show", "direct")[0]["state"] == "down")
        before = self.rpc("nat_ping.show", "direct")[0]["pings"]
        for _ in range(3):
            self.register(mallory)
            self.no_ping(victim, 1.5)
        self.assertEqual(self.rpc("nat_ping.show", "direct")[0]["pings"], before)


class OtherConnections(PingCase):
    """As a contact of a database whose connection's number is somebody else's after a restart"""
    parts = {"before": 'if ($fU == "stale") $avp(RECEIVED) = "sip:127.0.0.1:9;transport=tcp";'}

    def test_a_connection_that_does_not_lead_there_is_not_its(self):
        own, stale = self.registered("own", tcp=True), self.registered("stale", tcp=True)
        self.assertEqual(len(self.rpc("nat_ping.show", "127.0.0.1:%d" % own.port)), 2)
        self.assertEqual(len(self.rpc("nat_ping.show", "127.0.0.1:%d" % stale.port)), 1)
        self.assertEqual(self.stat("contacts_no_place"), 1)


class Limited(PingCase):
    policy_parts = {"networks": '<site name="home" prefixes="127.0.0.1" max-contacts="2"/>'}

    def test_P3_a_site_has_no_more_than_its_contacts(self):
        for user in ("one", "two"):
            self.ping(self.registered(user))
        third = self.registered("three")
        self.assertEqual(self.stat("refused_full"), 1)
        self.no_ping(third, 2)
        self.assertEqual(self.rpc("nat_ping.stats")["flows"], 2)
        self.registered("streams", tcp=True)
        self.assertEqual(self.rpc("nat_ping.stats")["flows"], 3)


if __name__ == "__main__":
    unittest.main()
