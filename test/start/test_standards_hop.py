# SPDX-License-Identifier: GPL-2.0-or-later
"""RFC 3261 and RFC 3581 at one hop: who is answered and where, and what does not pass etc/kamailio.cfg."""
import re
import unittest

from dialogs import CONTACT, SDP, answer, request, start_line
from peer import header
from phones import PhoneCase


class Hop(PhoneCase):
    environment = {"DOMAIN": "example.org", "ADDR": "127.0.0.1 127.0.0.2"}

    def options(self, **how):
        return request("OPTIONS", "sip:example.org", ("t", ""), self.id(), **how)

    def state(self):
        """What the server keeps of requests: transactions, registrations, what was sealed"""
        tm = re.search(r"total: (\d+)", self.server.kamcmd("tm.stats")).group(1)
        contacts = re.findall("Address: .*", self.server.kamcmd("ul.dump"))
        return tm, contacts, self.server.stat("legs_sealed"), self.server.stat("paths_added")

    def test_N010_no_hop_left_no_state(self):
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        before = self.state()
        for method, uri in (("INVITE", "sip:bob@example.org"), ("REGISTER", "sip:example.org"),
                            ("SUBSCRIBE", "sip:bob@example.org"), ("OPTIONS", "sip:bob@example.org")):
            text = request(method, uri, ("t", ""), self.id(), contact=CONTACT % "alice", body=SDP, via=";rport")
            self.refused(alice, "483", text.replace("Max-Forwards: 70", "Max-Forwards: 0"))
        self.assertEqual(self.state(), before)
        # an ACK is not answered
        text = request("ACK", "sip:bob@example.org", ("t", "x"), self.id())
        alice.send(text.replace("Max-Forwards: 70", "Max-Forwards: 0"), self.server.port)
        self.refused(alice, "200", self.options(via=";rport"))
        self.silent(bob)

    def test_N033_N034_a_fork_to_ourselves_ends_here(self):
        """Contacts that are this server: a loop that forks would be without end. One answer, and nothing goes round."""
        alice, bob = self.peer(), self.peer()
        for n in range(3):
            self.register(bob, "bob", f"<sip:bob@127.0.0.1:{self.server.port};x={n}>", host=self.at(bob))
        tm, denied = self.state()[0], self.server.stat("gate_denied")
        self.invite(alice, "bob", self.id())
        said = alice.receive()
        self.assertIn(" 480 ", start_line(said))
        self.confirm(alice, said)
        self.silent(alice)
        self.assertEqual((int(self.state()[0]), self.server.stat("gate_denied")), (int(tm) + 1, denied + 3))

    def test_N019_N020_received_and_rport(self):
        peer = self.peer()
        at = "rport=%d" % peer.port
        for what, sent, how, want in (
                ("another address", "UDP", {"via": ";rport"}, (at, "received=127.0.0.1")),
                ("a name", "UDP", {"host": "phone.invalid", "via": ";rport"}, (at, "received=127.0.0.1")),
                ("the same address", "UDP", {"host": self.at(peer), "via": ";rport"}, (at, "received=127.0.0.1")),
                ("a value of its own", "UDP", {"host": self.at(peer), "via": ";rport=9"},
                 (at, "received=127.0.0.1")),
                ("not asked for", "UDP", {"host": self.at(peer)}, ())):
            via = header(self.ask(peer, self.options(transport=sent, **how)), "Via")[0]
            self.assertEqual(sorted(re.findall(r"rport=\d+|received=[^;]+", via)), sorted(want), what)
        stream = self.tcp()
        for host in ("192.168.1.10", "127.0.0.1:%d" % stream.port):
            via = header(self.ask(stream, self.options(transport="TCP", host=host, via=";rport")), "Via")[0]
            self.assertIn("rport=%d" % stream.port, via)
            self.assertIn("received=127.0.0.1", via)

    def test_N021_answered_from_the_socket_that_was_asked(self):
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        for ours in ("127.0.0.1", "127.0.0.2"):
            here = (ours, self.server.port)
            for text in (self.options(via=";rport"),
                         request("INVITE", "sip:bob@example.org", ("ta", ""), self.id(), contact=CONTACT % "alice")):
                alice.socket.sendto(text.replace("\n", "\r\n").encode(), here)
                said, source = alice.socket.recvfrom(65535)
                self.assertEqual((said[:11], source), (b"SIP/2.0 100" if "INVITE" in text else b"SIP/2.0 200", here))
            got = bob.receive("SIP/2.0")
            bob.send(answer(got, "180 Ringing", "tb"), self.server.port)
            said, source = alice.socket.recvfrom(65535)
            self.assertEqual((said[:11], source), (b"SIP/2.0 180", here))
            self.busy(alice, bob, got)

    def test_N022_N019_what_the_next_hop_sees_of_the_phone(self):
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        self.invite(alice, "bob", self.id())  # asks for no rport
        got = bob.receive("SIP/2.0")
        via = header(got, "Via")[1]
        self.assertTrue(via.startswith("SIP/2.0/UDP 192.168.1.10:5060;"), via)
        self.assertEqual(sorted(re.findall(r"rport=\d+|received=[^;]+", via)), ["received=127.0.0.1", "rport=%d" % alice.port])
        self.busy(alice, bob, got)

    def test_N024_maddr_of_a_via_leads_nowhere(self):
        alice, bob, victim = self.peer(), self.peer(), self.peer("127.0.0.3")
        self.register(bob, "bob")
        here = "127.0.0.3:%d" % victim.port
        for host in (here, "192.168.1.10:%d" % victim.port):
            for via in (";rport;maddr=127.0.0.3", ";maddr=127.0.0.3;rport"):
                self.assertIn("200", start_line(self.ask(alice, self.options(host=host, via=via))))
                self.invite(alice, "bob", self.id(), host=host, via=via)
                self.busy(alice, bob, bob.receive("SIP/2.0"))
        self.silent(victim)

    def test_N017_N018_replies_that_are_not_ours(self):
        alice, bob, mallory, victim = self.peer(), self.peer(), self.peer(), self.peer("127.0.0.3")
        self.register(bob, "bob")
        self.invite(alice, "bob", self.id())
        got = bob.receive("SIP/2.0")
        bob.send(answer(got, "100 Trying", ""), self.server.port)
        self.assertIn("100", start_line(alice.receive("\0")))
        ours, hers = header(got, "Via")
        there = "SIP/2.0/UDP 127.0.0.3:%d;branch=z9hG4bKx" % victim.port
        for what, vias in (("of somebody else's", ["SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx", there]),
                           ("of ours, whose request we did not send", [ours.split(";")[0] + ";branch=z9hG4bKx", there]),
                           ("the same in one line", [ours.split(";")[0] + ";branch=z9hG4bKx, " + there]),
                           ("of ours, as if from another address", [ours.replace("127.0.0.1", "192.0.2.1"), hers]),
                           ("nobody's behind it", [ours.split(";")[0] + ";branch=z9hG4bKx"]),
                           ("none at all", [])):
            text = answer(got, "200 OK", "tb", CONTACT % "bob")
            text = "\n".join(line for line in text.split("\n") if not line.startswith("Via:"))
            mallory.send(text.replace("200 OK\n", "200 OK\n" + "".join(f"Via: {v}\n" for v in vias), 1), self.server.port)
            self.refused(mallory, "200", self.options(via=";rport"))
            self.silent(alice, victim)
        alice.socket.settimeout(5)
        self.busy(alice, bob, got)

    def test_N026_a_datagram_is_as_long_as_it_says(self):
        alice, bob, carol = self.peer(), self.peer(), self.peer()
        self.register(bob, "bob")
        length = "Content-Length: %d" % len(SDP.replace("\n", "\r\n"))
        for wrong in (10, 1000):
            text = request("INVITE", "sip:bob@example.org", ("ta", ""), self.id(), contact=CONTACT % "alice", body=SDP,
                           via=";rport")
            self.refused(alice, "400", text.replace(length, "Content-Length: %d" % wrong))
        self.silent(bob)
        bob.socket.settimeout(5)
        self.invite(alice, "bob", self.id(), body=SDP)
        got = bob.receive("SIP/2.0")
        self.assertIn("100", start_line(alice.receive("\0")))
        text = answer(got, "180 Ringing", "tb", CONTACT % "bob") + SDP
        bob.send(text.replace("Content-Length: 0", "Content-Type: application/sdp\nContent-Length: 1000"), self.server.port)
        self.refused(carol, "200", self.options(via=";rport"))
        self.silent(alice)
        alice.socket.settimeout(5)
        # one that does not say how long it is is as long as its datagram
        bob.send(answer(got, "180 Ringing", "tb").replace("Content-Length: 0\n", ""), self.server.port)
        self.assertIn("180", start_line(alice.receive()))
        self.busy(alice, bob, got)

    def test_N027_the_length_of_what_leaves(self):
        alice, bob, stream = self.peer(), self.peer(), self.tcp()
        self.register(bob, "bob")
        self.register(stream, "carol", transport="TCP")
        for name, callee in (("bob", bob), ("carol", stream)):
            self.invite(alice, name, self.id(), body=SDP)
            head, body = callee.receive("SIP/2.0"), ""
            # the media engine has put other addresses in
            if callee is stream:
                body = callee.body(int(header(head, "Content-Length")[0]))
            else:
                head, _, body = head.partition("\n\n")
                head += "\n\n"
            self.assertEqual(header(head, "Content-Length"), [str(len(body.replace("\n", "\r\n")))])
            self.assertNotIn("192.168.1.10", body)
            self.busy(alice, callee, head)
        # on a stream there is one, though none came in
        text = request("OPTIONS", "sip:carol@example.org", ("ta", ""), self.id())
        got = self.passes(alice, stream, text.replace("Content-Length: 0\n", ""))
        self.assertEqual(header(got, "Content-Length"), ["0"])


if __name__ == "__main__":
    unittest.main()
