# SPDX-License-Identifier: GPL-2.0-or-later
"""RFC 3261 §18, RFC 5626 §5.4 and RFC 5923 on connections and flows of etc/kamailio.cfg: what goes by which, what opens
one, what keeps it open."""
import socket
import unittest

from dialogs import TcpPeer, answer, request, routes_of, start_line
from peer import header
from phones import PhoneCase

TCP_CONTACT = "<sip:%s@192.168.1.10:5060;transport=tcp>"


class Streams(PhoneCase):
    tls = True

    def listener(self, port=0):
        """A TCP port that nobody should connect to, or somebody should"""
        door = socket.create_server(("127.0.0.1", port))
        door.settimeout(5)
        self.addCleanup(door.close)
        return door, "127.0.0.1:%d" % door.getsockname()[1]

    def taken(self, door):
        """The connection that the server makes to it"""
        peer = TcpPeer(0, taken=door.accept()[0])
        self.addCleanup(peer.close)
        return peer

    def untouched(self, door):
        door.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            door.accept()

    def test_N023_answered_on_the_connection_that_asked(self):
        door, there = self.listener()
        asker, other, bob = self.tcp(), self.tcp(), self.peer()
        self.register(bob, "bob")
        for host in (there, "192.168.1.10"):
            self.refused(asker, "200", request("OPTIONS", "sip:example.org", ("t", ""), self.id(), transport="TCP", host=host))
            self.invite(asker, "bob", self.id(), transport="TCP", host=host)
            self.busy(asker, bob, bob.receive("SIP/2.0"))
        # it is closed while the answer is on its way: there is no other one
        self.invite(asker, "bob", self.id(), transport="TCP", host=there)
        got = bob.receive("SIP/2.0")
        self.assertIn("100", start_line(asker.receive("\0")))
        self.gone(asker)
        same, _ = self.listener(asker.port)
        bob.send(answer(got, "486 Busy Here", "tb"), self.server.port)
        self.assertTrue(bob.receive("SIP/2.0").startswith("ACK"))
        self.untouched(door)
        self.untouched(same)
        self.silent(other)

    def test_N058_two_line_ends_are_a_ping(self):
        for peer, transport in ((self.tcp(), "TCP"), (self.secure(), "TLS")):
            ask = request("OPTIONS", "sip:example.org", ("t", ""), self.id(), transport=transport)
            for _ in range(3):
                peer.socket.sendall(b"\r\n\r\n")
                self.assertEqual(peer.socket.recv(100), b"\r\n")
            self.refused(peer, "200", ask)
            # one before a message is none, and is not answered
            self.refused(peer, "200", "\n" + ask.replace("Call-ID: ", "Call-ID: x"))
            peer.socket.sendall(b"\r\n\r\n")
            self.assertEqual(peer.socket.recv(100), b"\r\n")
            self.assertEqual(peer.rest, "")

    def test_N059_what_udp_phones_send_to_keep_a_flow(self):
        peer, before = self.peer(), self.server.log()
        for bytes in (b"\r\n\r\n", b"\r\n", b"\0\0\0\0", b"\0", b" "):
            peer.socket.sendto(bytes, ("127.0.0.1", self.server.port))
        self.refused(peer, "200", request("OPTIONS", "sip:example.org", ("t", ""), self.id(), via=";rport"))
        self.silent(peer)
        for complaint in ("core/parser/", "core/receive.c"):
            self.assertNotIn(complaint, self.server.log()[len(before):])

    def test_N080_an_alias_of_a_stranger_is_nobody(self):
        """Who says that a connection is also that of another port does not get what is for that port."""
        caller, mallory = self.peer(), self.tcp()
        door, there = self.listener()
        port = int(there.split(":")[1])
        self.refused(mallory, "200", request("OPTIONS", "sip:example.org", ("t", ""), self.id(), transport="TCP", host=there,
                                             via=";alias;rport"))
        self.refused(mallory, "200", request("OPTIONS", "sip:example.org", ("t", ""), self.id(), transport="TCP",
                                             host=there, via=";alias"))
        # bob is direct, and called on his own connection
        bob = self.tcp()
        self.register(bob, "bob", f"<sip:bob@{there};transport=tcp>", "TCP", host=there)
        self.invite(caller, "bob", self.id())
        self.assertTrue(bob.receive().startswith("INVITE"))
        self.silent(mallory)

    def test_N081_only_a_phone_without_nat_is_connected_to(self):
        """The connection is gone: a direct phone is found where its Contact says, one behind a NAT is not."""
        caller = self.peer()
        for name in ("direct", "natted"):
            door, there = self.listener()
            phone = self.tcp()
            host = there if name == "direct" else "192.168.1.10:" + there.split(":")[1]
            uri = f"sip:{name}@{host};transport=tcp"
            self.register(phone, name, f"<{uri}>", "TCP", host=host)
            self.invite(caller, name, call_id := self.id())
            phone.send(answer(phone.receive(), "200 OK", "tb", f"<{uri}>"))
            text = request("BYE", uri, ("ta", "tb"), call_id, 2, routes_of(caller.receive())[::-1])
            self.gone(phone)
            if name == "direct":
                caller.send(text, self.server.port)
                self.assertTrue(self.taken(door).receive().startswith("BYE"))
            else:
                self.refused(caller, "430", text)
                self.untouched(door)

    def test_N025_a_large_request_stays_on_its_flow(self):
        caller = self.peer()
        door = socket.socket()  # TCP at the port that the phone's UDP flow comes from
        self.addCleanup(door.close)
        for _ in range(100):
            bob = self.peer()
            try:
                door.bind(("127.0.0.1", bob.port))
                break
            except OSError:  # somebody has it on TCP
                continue
        door.listen()
        self.register(bob, "bob")
        before = self.server.stat("requests_large")
        self.invite(caller, "bob", self.id())
        self.busy(caller, bob, bob.receive("SIP/2.0"))
        self.assertEqual(self.server.stat("requests_large"), before)
        self.invite(caller, "bob", self.id(), more=["X-Long: " + "x" * 900])  # with our legs it is too large
        got = bob.receive("SIP/2.0")
        self.assertGreater(len(got), 1300)
        self.assertIn("/UDP ", header(got, "Via")[0])
        self.busy(caller, bob, got)
        self.assertEqual(self.server.stat("requests_large"), before + 1)
        self.untouched(door)


if __name__ == "__main__":
    unittest.main()
