# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones in browsers (RFC 7118): SIP over WebSockets that Kamailio's websocket module reads, with sealed legs."""
import re
import shutil
import unittest

from dialogs import CONTACT as PRIVATE
from dialogs import SDP, answer, request, routes_of, start_line
from peer import Server, free_port, header
from phones import PhoneCase
from sample import POLICY, certificate
from websocket import BINARY, CLOSE, CONTACT, HOST, PING, PONG, TEXT, WsPeer, WssPeer

CONFIG = """
enable_tls=yes
tcp_accept_no_cl=yes
alias="example.org"
loadmodule "tls.so"
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "counters.so"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "ctl.so"
loadmodule "xhttp.so"
loadmodule "websocket.so"
loadmodule "nat_edge.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "%(tls)s/cert.pem")
modparam("tls", "private_key", "%(tls)s/key.pem")
modparam("usrloc", "handle_lost_tcp", 1)
modparam("nat_edge", "policy_file", "policy.xml")
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
request_route {
	nat_manage();
	if (is_method("CANCEL")) { t_relay(); exit; }
	nat_route();
	$var(way) = $rc;
	if ($var(way) == 2) { t_relay(); exit; }
	if (is_method("ACK")) exit;
	if ($var(way) == -2) { sl_send_reply("403", "Refused"); exit; }
	if ($var(way) == -3) { sl_send_reply("430", "Flow Failed"); exit; }
	if (has_totag()) { sl_send_reply("404", "way $var(way)"); exit; }
	if (is_method("REGISTER")) { save("location"); exit; }
	if ($rU == $null) {
		append_to_reply("X-Class: $nat(class)\\r\\n");
		sl_send_reply("200", "OK");
		exit;
	}
	nat_record_route();
	if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
	t_relay();
	exit;
}
event_route[xhttp:request] {
	if ($hdr(Upgrade) == "websocket" && ws_handle_handshake()) exit;
	xhttp_reply("404", "Not Found", "", "");
}
"""


class WebSocket(PhoneCase):
    @classmethod
    def setUpClass(cls):
        tls = certificate()
        cls.addClassCleanup(shutil.rmtree, tls)
        cls.tls_port = free_port()
        cls.server = Server(CONFIG % {"tls": tls}, files={"policy.xml": POLICY % ("", "")}, tcp=True,
                            more=["-l", "tls:127.0.0.1:%d" % cls.tls_port])
        cls.addClassCleanup(cls.server.close)
        if not cls.server.ready:
            raise AssertionError(cls.server.log())

    def tearDown(self):
        # nobody asked who phone.invalid is
        self.assertIn("0", self.server.kamcmd("cnt.get", "dns", "failed_dns_request"))

    def browser(self, secure=False, source=0):
        peer = WssPeer(self.tls_port) if secure else WsPeer(self.server.port, source)
        self.addCleanup(peer.close)
        return peer

    def options(self, **how):
        return request("OPTIONS", "sip:example.org", ("t", ""), self.id(), transport="WS", host=HOST, **how)

    def enter(self, peer, name, transport="WS", contact=None):
        self.register(peer, name, contact or CONTACT % name, transport, host=HOST)

    def test_N083_one_message_a_frame_text_or_binary(self):
        peer = self.browser()
        for kind in (TEXT, BINARY):
            for text in (self.options(), self.options(body=SDP), self.options().replace("Content-Length: 0\n", ""),
                         re.sub("Content-Length: .*\n", "", self.options(body=SDP))):
                peer.send(text, kind=kind)
                said = peer.receive()
                self.assertEqual((start_line(said), header(said, "Call-ID"), header(said, "X-Class")),
                                 ("SIP/2.0 200 OK", header(text, "Call-ID"), ["flow"]))
        # several on their way at once: a frame for each answer
        texts = [self.options() for _ in range(5)]
        for text in texts:
            peer.send(text)
        answered = [header(peer.receive(), "Call-ID") for _ in texts]
        self.assertEqual(sorted(answered), sorted(header(t, "Call-ID") for t in texts))

    def test_N083_a_call_without_content_length(self):
        """The other side is on a stream, where there must be one."""
        caller, callee = self.browser(), self.tcp()
        self.register(callee, "bob", "<sip:bob@192.168.1.10:5060;transport=tcp>", "TCP")
        text = request("INVITE", "sip:bob@example.org", ("ta", ""), self.id(), transport="WS", contact=CONTACT % "alice",
                       host=HOST, body=SDP)
        caller.send(re.sub("Content-Length: .*\n", "", text))
        got = callee.receive("SIP/2.0")
        self.assertEqual(callee.body(int(header(got, "Content-Length")[0])), SDP)
        self.busy(caller, callee, got)

    def test_N083_pings_are_not_sip(self):
        peer = self.browser()
        peer.frame(b"hello", PING)
        self.assertEqual(peer.next_frame(), (PONG, b"hello"))
        self.refused(peer, "200", self.options())

    def test_N084_a_name_that_is_nobodys(self):
        """Contact and Via stay as they are; `received` is what leads back, whoever sees it or not."""
        alice, bob = self.browser(), self.browser()
        for name, peer in (("alice", alice), ("bob", bob)):
            self.enter(peer, name)
        invite, ok = self.call(alice, bob, "bob", call_id := self.id(), CONTACT % "bob", "WS", CONTACT % "alice", host=HOST)
        self.assertEqual(start_line(invite), "INVITE %s SIP/2.0" % (CONTACT % "bob")[1:-1])
        self.assertEqual((header(invite, "Contact"), header(ok, "Contact")), ([CONTACT % "alice"], [CONTACT % "bob"]))
        for n, (who, other, tags, routes, name) in enumerate(((alice, bob, ("ta", "tb"), routes_of(ok)[::-1], "bob"),
                                                              (bob, alice, ("tb", "ta"), routes_of(ok), "alice")) * 2, 2):
            uri = (CONTACT % name)[1:-1]
            got = self.passes(who, other, request("INFO", uri, tags, call_id, n, routes, transport="WS", host=HOST))
            self.assertEqual((start_line(got), header(got, "Route")), (f"INFO {uri} SIP/2.0", []))

    def test_N084_an_answer_whose_via_has_lost_received(self):
        """A balancer, or the phone itself, hides it: the transaction knows the way."""
        alice, bob = self.browser(), self.browser()
        self.enter(bob, "bob")
        self.invite(alice, "bob", self.id(), CONTACT % "alice", "WS", host=HOST)
        got = bob.receive("SIP/2.0")
        bob.send(re.sub(r";(received|rport)=[^;\n]*", "", answer(got, "486 Busy Here", "tb")))
        self.assertIn("486", start_line(alice.receive()))

    def test_N014_N015_browsers_and_others(self):
        bob, carol, desk = self.browser(), self.browser(True), self.peer()
        self.enter(bob, "bob")
        self.enter(carol, "carol", "WSS")
        self.register(desk, "desk", PRIVATE % "desk")
        phones = {"bob": (bob, "WS", HOST, CONTACT % "bob"), "carol": (carol, "WSS", HOST, CONTACT % "carol"),
                  "desk": (desk, "UDP", "192.168.1.10", PRIVATE % "desk")}
        for a, (caller, a_transport, a_host, a_contact) in phones.items():
            for b, (callee, b_transport, b_host, b_contact) in phones.items():
                if a == b:
                    continue
                invite, ok = self.call(caller, callee, b, call_id := self.id(), b_contact, a_transport, a_contact, host=a_host)
                self.assertRegex(header(invite, "Via")[0], f"^SIP/2.0/{b_transport} ")
                routes = routes_of(invite)
                self.assertEqual((len(routes), routes_of(ok)), (2, routes))
                for route, transport in zip(routes, (b_transport, a_transport)):
                    self.assertEqual(";transport=ws" in route, transport != "UDP", (a, b, route))
                for who, other, tags, route, uri, transport, host, beyond in (
                        (caller, callee, ("ta", "tb"), routes[::-1], b_contact, a_transport, a_host, b_transport),
                        (callee, caller, ("tb", "ta"), routes, a_contact, b_transport, b_host, a_transport)):
                    text = request("UPDATE", uri[1:-1], tags, call_id, 2, route, transport=transport, host=host)
                    got = self.passes(who, other, text)
                    self.assertEqual(header(got, "Route"), [], (a, b))
                    self.assertRegex(header(got, "Via")[0], f"^SIP/2.0/{beyond} ")

    def test_N085_sips_stays_on_wss(self):
        alice, bob = self.browser(True), self.browser(True)
        contact = "<sips:%s@df7jal23ls0d.invalid;transport=ws>"
        self.enter(bob, "bob", "WSS", contact % "bob")
        invite, ok = self.call(alice, bob, "bob", call_id := self.id(), contact % "bob", "WSS", contact % "alice",
                               scheme="sips", host=HOST)
        self.assertTrue(start_line(invite).startswith("INVITE sips:bob@"))
        self.assertRegex(header(invite, "Via")[0], "^SIP/2.0/WSS ")
        self.assertEqual((header(invite, "Contact"), header(ok, "Contact")), ([contact % "alice"], [contact % "bob"]))
        self.passes(bob, alice, request("BYE", (contact % "alice")[1:-1], ("tb", "ta"), call_id, 2, routes_of(ok),
                                        transport="WSS", host=HOST))

    def test_N053_N054_T25_a_browser_that_is_gone(self):
        caller = self.peer()
        for what, close in (("reset", lambda p: None), ("closed", lambda p: p.frame(b"\x03\xe8", CLOSE))):
            bob = self.browser()
            self.enter(bob, "bob")
            _, ok = self.call(caller, bob, "bob", call_id := self.id(), CONTACT % "bob")
            routes, port = routes_of(ok)[::-1], bob.port
            self.passes(caller, bob, request("INFO", (CONTACT % "bob")[1:-1], ("ta", "tb"), call_id, 2, routes))
            close(bob)
            self.gone(bob)
            mallory = self.browser(source=port)  # another one, from the same place
            self.refused(caller, "430", request("BYE", (CONTACT % "bob")[1:-1], ("ta", "tb"), call_id, 3, routes))
            self.refused(caller, "404", request("INVITE", "sip:bob@example.org", ("ta", ""), self.id(),
                                                contact=PRIVATE % "alice"))
            self.refused(mallory, "200", self.options())  # nothing has come to it before
            # who was bob goes on from there
            got = request("BYE", PRIVATE[1:-1] % "alice", ("tb", "ta"), call_id, 3, routes[::-1], transport="WS", host=HOST)
            self.passes(mallory, caller, got)


if __name__ == "__main__":
    unittest.main()
