# SPDX-License-Identifier: GPL-2.0-or-later
"""The way back through a real Kamailio: sealed legs, Path, and what happens to those that are not good."""
import re
import time
import unittest

from dialogs import CONTACT, TcpPeer, answer, request, routes_of, start_line
from peer import ALLOW_PEERS, Peer, Server, free_port, header

CONFIG = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "counters.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "siputils.so"
%(modules)s
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
""" + ALLOW_PEERS + """
modparam("nat_edge", "private_nets", "builtin:private")
modparam("nat_edge", "contact_requests", "keep")
modparam("nat_edge", "contact_replies", "keep")
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
modparam("registrar", "use_path", 1)
%(params)s
request_route {
	nat_manage();
	if (is_method("CANCEL")) { t_relay(); exit; }
	%(route)s
	if ($var(way) == 2) {
		append_hf("X-Label: $nat(label);$nat(legs)\\r\\n");
		if (is_method("NOTIFY")) nat_record_route();
		t_relay();
		exit;
	}
	if (is_method("ACK")) exit;
	if ($var(way) == -2) { sl_send_reply("403", "Refused"); exit; }
	if ($var(way) == -3) { sl_send_reply("430", "Flow Failed"); exit; }
	if (has_totag()) { sl_send_reply("404", "way $var(way)"); exit; }
	if (is_method("REGISTER") && $hdr(X-Next) == $null) { save("location"); exit; }
	%(record)s
	t_on_failure("AGAIN");
	if ($hdr(X-Next) != $null) $du = "sip:127.0.0.1:" + $hdr(X-Next);
	else if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
	t_relay();
	exit;
}
failure_route[AGAIN] {
	if (t_check_status("488")) { append_branch(); t_relay(); }
}
"""
TWICE = """nat_route();
	$var(way) = $rc;
	nat_route();
	if ($rc != $var(way)) sl_send_reply("500", "Two Answers");"""
LOOSE = "$var(way) = -1; if (has_totag() && loose_route()) { t_relay(); exit; }"
LABELLED = 'nat_record_route("a b;<c>"); nat_record_route("x");'
FLAGGED = 'if (isflagset(7)) append_hf("X-Flagged: yes\\r\\n");'
IMPLICIT = ""
STOCK = 'if (is_method("INVITE")) record_route();'


def uri_of(message):
    return start_line(message).split()[1]


class Case(unittest.TestCase):
    modules = ""
    record = LABELLED
    # the parameters that carry both legs
    legs = r"nat-a=([\w-]+);nat-b=([\w-]+)"

    def start(self, record=None, params="", route=TWICE, **more):
        record = self.record if record is None else record
        self.server = Server(CONFIG % {"record": record, "params": params, "route": route, "modules": self.modules}, **more)
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())

    def peer(self):
        peer = Peer()
        self.addCleanup(peer.close)
        return peer

    def tcp(self, source=0):
        peer = TcpPeer(self.server.port, source)
        self.addCleanup(peer.close)
        return peer

    def ask(self, peer, text):
        peer.send(text, self.server.port)
        return start_line(peer.receive())

    def stat(self, name, group="nat_edge"):
        said = self.server.kamcmd("cnt.get", group, name)
        return int(said) if said.strip() else -1

    def close(self, peer):
        """Until the server has seen it."""
        def count():
            return int(re.search(r"opened_connections: (\d+)", self.server.kamcmd("core.tcp_info")).group(1))
        before = count()
        peer.close()
        end = time.monotonic() + 5
        while count() == before and time.monotonic() < end:
            time.sleep(0.01)
        self.assertLess(count(), before)

    def register(self, peer, name, transport="UDP", contact=None):
        self.assertIn("200", self.ask(peer, request("REGISTER", "sip:127.0.0.1", (name, ""), "reg" + name,
                                                    contact=contact or CONTACT % name, transport=transport)
                                      .replace("<sip:to@", f"<sip:{name}@")))

    def call(self, caller, callee, contact_of="bob", call_id="call", transport="UDP", to="sip:bob@127.0.0.1", more=()):
        """An answered call; gives the route set as the callee has it, and what the callee saw."""
        caller.send(request("INVITE", to, ("ta", ""), call_id, contact=CONTACT % "alice", transport=transport, more=more),
                    self.server.port)
        invite = callee.receive()
        self.assertEqual(header(invite, "Contact"), [CONTACT % "alice"])
        callee.send(answer(invite, "200 OK", "tb", CONTACT % contact_of), self.server.port)
        ok = caller.receive()
        self.assertEqual(header(ok, "Contact"), [CONTACT % contact_of])
        self.assertEqual(routes_of(ok), routes_of(invite))
        return routes_of(invite), invite

    def both_ways(self, caller, callee, routes, call_id="call", transports=("UDP", "UDP")):
        """ACK, then requests of each side; each one arrives at the other, without a Route and with its R-URI."""
        at = "sip:%s@192.168.1.10:5060"
        caller.send(request("ACK", at % "bob", ("ta", "tb"), call_id, 1, routes[::-1], transport=transports[0]),
                    self.server.port)
        self.assertTrue(callee.receive().startswith("ACK "))
        for n, method in enumerate(("INVITE", "UPDATE", "INFO", "REFER", "NOTIFY", "MESSAGE", "PRACK", "BYE"), 10):
            for who, other, tags, route, name, transport in (
                    (caller, callee, ("ta", "tb"), routes[::-1], "bob", transports[0]),
                    (callee, caller, ("tb", "ta"), routes, "alice", transports[1])):
                who.send(request(method, at % name, tags, call_id, n, route, contact=CONTACT % "x", transport=transport),
                         self.server.port)
                got = other.receive()
                self.assertEqual(start_line(got), f"{method} {at % name} SIP/2.0")
                self.assertEqual(header(got, "Route"), [])
                other.send(answer(got, "200 OK", ""), self.server.port)
                self.assertIn("200", start_line(who.receive()), method)


class Way(Case):
    def test_N029_N050_both_legs_behind_nats(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        self.assertEqual(len(routes), 1)
        self.assertRegex(routes[0], r"^<sip:127\.0\.0\.1:\d+;lr;ftag=ta;%s>$" % self.legs)
        self.both_ways(alice, bob, routes)
        self.assertEqual(self.stat("routes_followed"), 17)
        self.assertEqual(self.stat("legs_sealed"), 3 * re.compile(self.legs).groups)  # two NOTIFYs carries them on

    def test_label_comes_back_and_is_sealed(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        self.assertNotIn("<c>", routes[0][1:])
        for who, other, tags, route in ((alice, bob, ("ta", "tb"), routes[::-1]), (bob, alice, ("tb", "ta"), routes)):
            who.send(request("INFO", "sip:x@192.168.1.10", tags, cseq=2, routes=route), self.server.port)
            self.assertEqual(header(other.receive(), "X-Label"), ["a b;<c>;both"])

    def test_direct_caller_gets_a_proof_and_no_leg(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        at = "127.0.0.1:%d" % alice.port
        alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=f"<sip:alice@{at}>", host="127.0.0.1"),
                   self.server.port)
        invite = bob.receive()
        route = routes_of(invite)
        self.assertRegex(route[0], r";nat-d=[\w-]+;nat-b=[\w-]+>$")
        bob.send(answer(invite, "200 OK", "tb", CONTACT % "bob"), self.server.port)
        bob.send(request("INFO", f"sip:alice@{at}", ("tb", "ta"), cseq=9, routes=route), self.server.port)
        got = alice.receive("SIP/2.0")
        self.assertEqual(header(got, "X-Label"), ["a b;<c>;callee"])
        # what is made up is not ours
        forged = [route[0].split(";nat-d=")[0] + ">"]
        self.assertIn("404 way 1", self.ask(bob, request("INFO", f"sip:alice@{at}", ("tb", "ta"), cseq=10, routes=forged)))

    def test_a_flag_for_requests_from_or_to_somebody_behind_a_nat(self):
        self.start(FLAGGED, 'modparam("nat_edge", "nat_flag", 7)', TWICE + FLAGGED)
        alice, bob, carol = self.peer(), self.peer(), self.peer()
        at, there = ("127.0.0.1:%d" % peer.port for peer in (alice, carol))
        for caller, host, flagged in ((CONTACT % "alice", "192.168.1.10", ["yes"]), (f"<sip:alice@{at}>", "127.0.0.1", [])):
            alice.send(request("INVITE", f"sip:carol@{there}", ("ta", ""), "to" + host, contact=caller, host=host,
                               more=["X-Next: %d" % carol.port]), self.server.port)
            self.assertEqual(header(carol.receive(), "X-Flagged"), flagged * 2)
        # in a dialog of a direct caller the route knows of the callee, whoever sends
        self.register(bob, "bob")
        alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=f"<sip:alice@{at}>", host="127.0.0.1"),
                   self.server.port)
        invite = bob.receive()
        self.assertEqual(header(invite, "X-Flagged"), [])
        route = routes_of(invite)
        bob.send(answer(invite, "200 OK", "tb", CONTACT % "bob"), self.server.port)
        for who, tags, to, other in ((bob, ("tb", "ta"), f"sip:alice@{at}", alice),
                                     (alice, ("ta", "tb"), "sip:bob@192.168.1.10", bob)):
            who.send(request("INFO", to, tags, cseq=9, routes=route), self.server.port)
            self.assertEqual(header(other.receive("SIP/2.0"), "X-Flagged"), ["yes"])

    def test_a_public_phone_on_tcp_is_no_nated_one_for_all_its_leg(self):
        self.start(FLAGGED, 'modparam("nat_edge", "nat_flag", 7)', TWICE + FLAGGED, tcp=True)
        alice, carol = self.tcp(), self.peer()
        uri, there = "sip:alice@127.0.0.1:%d;transport=tcp" % free_port(), "127.0.0.1:%d" % carol.port
        alice.send(request("INVITE", f"sip:carol@{there}", ("ta", ""), contact=f"<{uri}>", host="127.0.0.1", transport="TCP",
                           more=["X-Next: %d" % carol.port]))
        invite = carol.receive()
        route = routes_of(invite)
        self.assertRegex(route[0], r";nat-a=[\w-]+>$")
        carol.send(answer(invite, "200 OK", "tc", f"<sip:carol@{there}>"), self.server.port)
        self.assertIn("200", start_line(alice.receive()))
        # both ways on its connection, and nothing about them is of a NAT
        carol.send(request("INFO", uri, ("tc", "ta"), cseq=9, routes=route, host="127.0.0.1"), self.server.port)
        self.assertEqual(header(alice.receive(), "X-Flagged"), [])
        alice.send(request("INFO", f"sip:carol@{there}", ("ta", "tc"), cseq=10, routes=route, transport="TCP", host="127.0.0.1"))
        got = carol.receive()
        self.assertEqual(header(got, "X-Flagged"), [])
        self.assertNotIn("rport", header(got, "Via")[1])

    def test_legs_without_a_word_of_the_script(self):
        self.start(IMPLICIT)
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        self.both_ways(alice, bob, routes)

    def test_legs_in_the_record_route_of_the_script(self):
        self.start(STOCK)
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        self.assertEqual(len(routes), 1)
        self.both_ways(alice, bob, routes)

    def test_legs_with_stock_record_route_and_loose_route(self):
        self.start(STOCK, route=LOOSE)
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        self.both_ways(alice, bob, routes)
        self.assertEqual(self.stat("routes_followed"), 17)

    def test_R11_a_proxy_behind_a_nat_that_is_listed_as_a_site(self):
        # its own Record-Route is as private as its Contact: by the leg, with that Route still in the request
        self.start(IMPLICIT, params='modparam("nat_edge", "nat_sites", "127.0.0.0/8")')
        pbx, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        theirs = "<sip:192.168.1.1;lr>"
        routes, _ = self.call(pbx, bob, more=["Record-Route: " + theirs])
        self.assertEqual(routes[1:], [theirs])
        bob.send(request("BYE", "sip:alice@192.168.1.10", ("tb", "ta"), cseq=2, routes=routes), self.server.port)
        got = pbx.receive()
        self.assertEqual((start_line(got), header(got, "Route")), ("BYE sip:alice@192.168.1.10 SIP/2.0", [theirs]))

    def test_N014_N015_two_sockets_two_values(self):
        second = free_port()
        self.start(more=("-l", "udp:127.0.0.1:%d" % second),
                   record='nat_record_route(); $fs = "udp:127.0.0.1:%d";' % second)
        alice, bob = self.peer(), self.peer()
        routes, _ = self.call(alice, bob, more=["X-Next: %d" % bob.port])
        self.assertEqual([re.search(r":(\d+);", r).group(1) for r in routes], [str(second), str(self.server.port)])
        # from bob, who is no client of ours: his request goes to alice by her own socket
        bob.send(request("BYE", "sip:alice@192.168.1.10", ("tb", "ta"), cseq=2, routes=routes), second)
        got = alice.receive()
        self.assertEqual((header(got, "Route"), got.split("\n")[0]), ([], "BYE sip:alice@192.168.1.10 SIP/2.0"))
        self.assertIn("127.0.0.1:%d" % self.server.port, header(got, "Via")[0])

    def test_forks_have_a_leg_each(self):
        self.start()
        alice, bob, desk = self.peer(), self.peer(), self.peer()
        self.register(bob, "bob")
        desk.send(request("REGISTER", "sip:127.0.0.1", ("desk", ""), "regdesk", contact=CONTACT % "desk")
                  .replace("<sip:to@", "<sip:bob@"), self.server.port)
        desk.receive()
        alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=CONTACT % "alice"), self.server.port)
        legs = []
        for phone in (bob, desk):
            invite = phone.receive()
            legs.append(re.search(self.legs, routes_of(invite)[0]).groups())
            phone.send(answer(invite, "180 Ringing", "t%d" % phone.port, CONTACT % "x"), self.server.port)
            ringing = alice.receive()
            alice.send(request("PRACK", "sip:x@192.168.1.10", ("ta", "t%d" % phone.port), cseq=2 + len(legs),
                               routes=routes_of(ringing)[::-1]), self.server.port)
            self.assertTrue(phone.receive().startswith("PRACK"))
        if len(legs[0]) == 2:
            self.assertEqual(legs[0][0], legs[1][0])
        self.assertNotEqual(legs[0][-1], legs[1][-1])

    def test_a_second_try_of_a_failure_route_has_the_callees_leg(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=CONTACT % "alice"), self.server.port)
        bob.send(answer(bob.receive(), "488 Not So", "t1"), self.server.port)
        invite = bob.receive("ACK")
        bob.send(answer(invite, "200 OK", "tb", CONTACT % "bob"), self.server.port)
        self.assertRegex(routes_of(invite)[0], ";%s>$" % self.legs)
        self.both_ways(alice, bob, routes_of(alice.receive()))

    def test_T06_a_leg_is_no_way_to_begin_a_dialog(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        for n, method in enumerate(("INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE"), 50):
            self.assertIn("403", self.ask(alice, request(method, "sip:x@127.0.0.1:9", ("ta", ""), cseq=n, routes=routes[::-1],
                                                         contact=CONTACT % "alice")), method)
        self.assertEqual(self.stat("alien", "nat_edge_token"), 4)

    def test_a_caller_from_a_new_port_is_still_the_caller(self):
        self.start()
        alice, bob, moved = self.peer(), self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        moved.send(request("BYE", "sip:bob@192.168.1.10", ("ta", "tb"), cseq=2, routes=routes[::-1]), self.server.port)
        got = bob.receive()
        self.assertTrue(got.startswith("BYE"), got)
        bob.send(answer(got, "200 OK", ""), self.server.port)
        self.assertIn("200", start_line(moved.receive()))

    def test_T05_T06_tokens_that_are_not_good(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        one = routes[0]
        *rest, b = re.search(self.legs, one).groups()
        swapped = one.replace("nat-l=", "nat-b=")
        for a in rest:
            swapped = one.replace(a, "#").replace(b, a).replace("#", b)
        n = 100

        def bye(route, tags=("ta", "tb"), call_id="call", method="BYE"):
            nonlocal n
            n += 1
            return self.ask(alice, request(method, "sip:bob@192.168.1.10", tags, call_id, n, [route]))
        for what, route in (("purposes swapped", swapped), ("cut", one.replace(b, b[:-1])),
                            ("longer", one.replace(b, b + "A")), ("random", one.replace(b, "A" * len(b)))):
            self.assertIn("403", bye(route), what)
        for i in range(len(b)):
            flipped = b[:i] + ("A" if b[i] != "A" else "B") + b[i + 1:]
            self.assertIn("403", bye(one.replace(b, flipped)), i)
        # another dialog, another method, no dialog at all: T06
        self.assertIn("403", bye(one, call_id="other"))
        self.assertIn("403", bye(one, tags=("tx", "tb")))
        self.assertIn("403", bye(one, tags=("tx", ""), call_id="call", method="MESSAGE"))
        self.assertGreaterEqual(self.stat("routes_refused"), len(b) + 7)
        self.assertEqual(self.stat("alien", "nat_edge_token"), 3)
        # an ACK is not answered, and goes nowhere
        alice.send(request("ACK", "sip:bob@192.168.1.10", ("ta", "tb"), cseq=1, routes=[swapped]), self.server.port)
        alice.send(request("INFO", "sip:bob@192.168.1.10", ("ta", "tb"), cseq=999, routes=[one]), self.server.port)
        self.assertTrue(bob.receive().startswith("INFO"))

    def test_N053_T25_closed_connection(self):
        self.start(tcp=True)
        alice, bob = self.peer(), self.tcp()
        self.register(bob, "bob", "TCP")
        routes, _ = self.call(alice, bob)
        self.both_ways(alice, bob, routes, transports=("UDP", "TCP"))
        port = bob.port
        self.close(bob)
        again = self.tcp(port)  # somebody else at the same place
        self.register(again, "mallory", "TCP")
        self.assertIn("430", self.ask(alice, request("BYE", "sip:bob@192.168.1.10", ("ta", "tb"), cseq=99,
                                                     routes=routes[::-1])))
        self.assertEqual(self.stat("flows_gone"), 1)
        # who was bob goes on from there: his requests find alice
        again.send(request("BYE", "sip:alice@192.168.1.10", ("tb", "ta"), cseq=98, routes=routes, transport="TCP"))
        self.assertTrue(alice.receive().startswith("BYE"))

    def test_N011_record_route_has_lr_and_is_first(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=CONTACT % "alice",
                           more=["X-Next: %d" % bob.port, "Record-Route: <sip:192.0.2.9;lr>"]), self.server.port)
        invite = bob.receive()
        self.assertEqual(routes_of(invite)[1:], ["<sip:192.0.2.9;lr>"])
        self.assertIn(";lr;", routes_of(invite)[0])


class WayOfBothInOne(Way):
    """Without nat_record_route(), both legs become known at once, and are sealed as one."""
    record = IMPLICIT
    legs = r"nat-l=([\w-]+)"
    test_label_comes_back_and_is_sealed = None
    test_direct_caller_gets_a_proof_and_no_leg = None
    test_N011_record_route_has_lr_and_is_first = None

    def test_one_leg_of_both_is_nobodys(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        # RFC 3261 §12.2: who is neither of the dialog's parties
        for n, tags in enumerate((("tx", "tb"), ("tx", "ty"), ("", "ta")), 5):
            self.assertIn("403", self.ask(alice, request("INFO", "sip:bob@192.168.1.10", tags, cseq=n, routes=routes)), tags)
        bob.send(request("INFO", "sip:alice@192.168.1.10", ("tb", "ta"), cseq=9, routes=routes), self.server.port)
        got = alice.receive("SIP/2.0")
        self.assertEqual(header(got, "X-Label"), [";both"])

    def test_T25_what_is_remembered_of_keys_that_are_gone_opens_nothing(self):
        self.start()
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        routes, _ = self.call(alice, bob)
        self.both_ways(alice, bob, routes)
        for n, want in enumerate(("200", "403")):
            self.server.kamcmd("nat_edge.key_rotate")
            alice.send(request("INFO", "sip:bob@192.168.1.10", ("ta", "tb"), cseq=90 + n, routes=routes[::-1]),
                       self.server.port)
            if want == "200":
                bob.send(answer(bob.receive(), "200 OK", ""), self.server.port)
            self.assertIn(want, start_line(alice.receive()))


class WayWithoutMemory(WayOfBothInOne):
    """token_cache is 0: each token is opened each time."""

    def start(self, record=None, params="", route=TWICE, **more):
        super().start(record, params + 'modparam("nat_edge", "token_cache", 0)\n', route, **more)


class Path(Case):
    """The same for registrations that go on to another registrar."""

    def register_on(self, phone, registrar, *more, contact=None, vias=()):
        self.sent = getattr(self, "sent", 0) + 1
        text = request("REGISTER", "sip:example.org", ("r", ""), "reg%d" % self.sent, contact=contact or CONTACT % "bob",
                       more=["X-Next: %d" % registrar.port, *more])
        for via in vias:
            text = text.replace("Max-Forwards", f"Via: {via}\nMax-Forwards", 1)
        phone.send(text, self.server.port)
        return registrar.receive()

    def test_N040_N041_N046_N047_who_gets_a_path(self):
        self.start(IMPLICIT)
        phone, registrar = self.peer(), self.peer()
        outbound = '<sip:bob@192.168.1.10>;+sip.instance="<urn:uuid:1>";reg-id=%s'
        token = r"<sip:127\.0\.0\.1:\d+;lr;nat-p=[\w-]+%s>$"
        for what, more, contact, want in (
                ("says nothing", (), None, None),
                ("knows of Path", ("Supported: path",), None, token % ""),
                ("offers outbound", ("Supported: path, outbound",), outbound % 1, token % ";ob"),
                ("has a number and does not offer it", ("Supported: path",), outbound % 1, token % ""),
                ("N055 number 0", ("Supported: path, outbound",), outbound % 0, token % ""),
                ("N055 number too large", ("Supported: path, outbound",), outbound % 2147483648, token % ""),
                ("N055 two numbers", ("Supported: path, outbound",), outbound % 1 + ";reg-id=2", token % ""),
                ("N055 an instance that is none", ("Supported: path, outbound",),
                 '<sip:bob@192.168.1.10>;+sip.instance="x";reg-id=1', token % ""),
                ("N046 required", ("Require: outbound", "Supported: path"), outbound % 1, token % ";ob"),
                ("N055 no instance", ("Supported: path, outbound",), "<sip:bob@192.168.1.10>;reg-id=1", token % "")):
            got = self.register_on(phone, registrar, *more, contact=contact)
            self.assertEqual(header(got, "Contact"), [contact or CONTACT % "bob"], what)
            paths = header(got, "Path")
            self.assertEqual(len(paths), 1 if want else 0, what)
            if want:
                self.assertRegex(paths[0], want, what)
            registrar.send(answer(got, "200 OK", "r"), self.server.port)
            phone.receive()
        # N047: not the first hop
        got = self.register_on(phone, registrar, "Supported: path, outbound", contact=outbound % 1,
                               vias=["SIP/2.0/UDP 192.168.1.99;branch=z9hG4bKx"])
        self.assertNotIn(";ob", "".join(header(got, "Path")))

    def test_N044_N051_requests_come_back_by_the_path(self):
        self.start("nat_add_path(); nat_add_path();" + IMPLICIT)
        phone, registrar, caller = self.peer(), self.peer(), self.peer()
        path = header(self.register_on(phone, registrar), "Path")
        self.assertEqual(len(path), 1)
        for method in ("OPTIONS", "MESSAGE", "NOTIFY"):
            registrar.send(request(method, "sip:bob@192.168.1.10:5060", ("tr", ""), method, routes=path), self.server.port)
            got = phone.receive("SIP/2.0")
            self.assertEqual((start_line(got), header(got, "Route")),
                             (f"{method} sip:bob@192.168.1.10:5060 SIP/2.0", []))
            phone.send(answer(got, "200 OK", "x"), self.server.port)
            self.assertIn("200", start_line(registrar.receive()))
        registrar.send(request("INVITE", "sip:bob@192.168.1.10:5060", ("tr", ""), "in", routes=path,
                               contact=CONTACT % "r"), self.server.port)
        invite = phone.receive("SIP/2.0")
        self.assertRegex(routes_of(invite)[0], r";nat-l=[\w-]+>$")
        phone.send(answer(invite, "200 OK", "tb", CONTACT % "bob"), self.server.port)
        routes = routes_of(registrar.receive())
        registrar.send(request("BYE", "sip:bob@192.168.1.10:5060", ("tr", "tb"), "in", 2, routes[::-1]), self.server.port)
        self.assertTrue(phone.receive().startswith("BYE"))
        # N049: changed, and a leg's token where a Path's belongs
        changed = [path[0].replace("nat-p=", "nat-p=A")]
        self.assertIn("403", self.ask(caller, request("OPTIONS", "sip:bob@192.168.1.10", ("t", ""), "c1", routes=changed)))
        leg = re.search("nat-l=([^;>]+)", routes[0]).group(1)
        self.assertIn("403", self.ask(caller, request("OPTIONS", "sip:bob@192.168.1.10", ("t", ""), "c2",
                                                      routes=[path[0].split("nat-p=")[0] + f"nat-p={leg}>"])))

    def test_N053_path_of_a_closed_connection(self):
        self.start("nat_add_path();", tcp=True)
        phone, registrar = self.tcp(), self.peer()
        phone.send(request("REGISTER", "sip:example.org", ("r", ""), "reg", contact=CONTACT % "bob", transport="TCP",
                           more=["X-Next: %d" % registrar.port]))
        path = header(registrar.receive(), "Path")
        registrar.send(request("OPTIONS", "sip:bob@192.168.1.10", ("t", ""), "o1", routes=path), self.server.port)
        self.assertTrue(phone.receive("SIP/2.0").startswith("OPTIONS"))
        self.close(phone)
        self.assertIn("430", self.ask(self.peer(), request("OPTIONS", "sip:bob@192.168.1.10", ("t", ""), "o2", routes=path)))


OUTBOUND = 'loadmodule "stun.so"\nloadmodule "outbound.so"\nloadmodule "path.so"'


class WayBesideOutbound(Way):
    """N046: nothing of it changes when the modules outbound and path are loaded, too."""
    modules = OUTBOUND


class PathBesideOutbound(Path):
    modules = OUTBOUND
