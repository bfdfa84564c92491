# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones of the sample configuration: they register as NAME@example.org, call and are called."""
import re
import time

from dialogs import CONTACT, TcpPeer, TlsPeer, answer, request, start_line
from peer import header
from sample import SampleCase


class PhoneCase(SampleCase):
    environment = {"DOMAIN": "example.org"}
    count = 0

    def id(self):
        """A Call-ID of its own"""
        PhoneCase.count += 1
        return "%s-%d" % (self._testMethodName, PhoneCase.count)

    def tcp(self, source=0):
        peer = TcpPeer(self.server.port, source)
        self.addCleanup(peer.close)
        return peer

    def secure(self):
        peer = TlsPeer(self.tls_port)
        self.addCleanup(peer.close)
        return peer

    def at(self, peer):
        """Where a peer is that is behind no NAT"""
        return "%s:%d" % ("[::1]" if getattr(peer, "to", "") == "::1" else "127.0.0.1", peer.port)

    def register(self, peer, name, contact=None, transport="UDP", more=(), **how):
        """@return: its 200"""
        text = request("REGISTER", "sip:example.org", (name, ""), self.id(), contact=contact or CONTACT % name,
                       transport=transport, more=more, **how)
        said = self.ask(peer, text.replace("<sip:to@127.0.0.1", f"<sip:{name}@example.org"))
        self.assertIn("200", start_line(said))
        self.addCleanup(self.server.kamcmd, "ul.rm", "location", name)
        return said

    def invite(self, caller, name, call_id, contact=CONTACT % "alice", transport="UDP", scheme="sip", **how):
        caller.send(request("INVITE", f"{scheme}:{name}@example.org", ("ta", ""), call_id, contact=contact,
                            transport=transport, **how), self.server.port)

    def call(self, caller, callee, name, call_id, contact=None, transport="UDP", from_contact=CONTACT % "alice", **how):
        """An answered call. @return: what the callee and what the caller saw"""
        self.invite(caller, name, call_id, from_contact, transport, **how)
        got = callee.receive("SIP/2.0")
        callee.send(answer(got, "200 OK", "tb", contact or CONTACT % name), self.server.port)
        ok = caller.receive()
        self.assertIn("200", start_line(ok))
        return got, ok

    def confirm(self, caller, said):
        """The ACK for an answer that is no 2xx"""
        lines = ["ACK sip:example.org SIP/2.0", "Via: " + header(said, "Via")[0], "Max-Forwards: 70"]
        lines += [f"{name}: " + header(said, name)[0] for name in ("From", "To", "Call-ID")]
        caller.send("\n".join([*lines, "CSeq: 1 ACK", "Content-Length: 0"]) + "\n\n", self.server.port)

    def busy(self, caller, callee, got):
        """The callee does not take the call; so much for its transaction. @return: what the caller sees"""
        callee.send(answer(got, "486 Busy Here", "tb"), self.server.port)
        said = caller.receive()
        self.assertIn("486", start_line(said))
        self.confirm(caller, said)
        self.assertIn("ACK", start_line(callee.receive("SIP/2.0")))
        return said

    def passes(self, sender, receiver, text):
        """A request that arrives, and whose 200 comes back. @return: as it arrived"""
        sender.send(text, self.server.port)
        got = receiver.receive("SIP/2.0")
        self.assertEqual(start_line(got).split()[0], start_line(text).split()[0])
        receiver.send(answer(got, "200 OK", "tx"), self.server.port)
        self.assertIn("200", start_line(sender.receive()))
        return got

    def refused(self, sender, status, text):
        self.assertIn(status, start_line(self.ask(sender, text)))

    def gone(self, peer):
        """Its connection is closed, and the server knows."""
        def count():
            return int(re.search(r"opened_connections: (\d+)", self.server.kamcmd("core.tcp_info")).group(1))
        before, end = count(), time.monotonic() + 5
        peer.close()
        while count() == before and time.monotonic() < end:
            time.sleep(0.01)
        self.assertLess(count(), before)

    def silent(self, *peers):
        """Nothing has come to these. What was sent to the server before has been worked off: it has answered since."""
        for peer in peers:
            peer.socket.settimeout(0.2)
            with self.assertRaises(TimeoutError, msg=peer):
                self.fail(peer.receive("\0"))
