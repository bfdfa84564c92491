# SPDX-License-Identifier: GPL-2.0-or-later
"""RFC 3261, 5658 and 5627 over a dialog: who is in its route set and how, and where its requests go."""
import re

from dialogs import CONTACT, answer, request, routes_of, start_line
from peer import header
from phones import PhoneCase

AT = "192.168.1.10:5060"


def params(route):
    return re.findall(r";([^;>]+)", route)


class Dialog(PhoneCase):
    environment = {"DOMAIN": "example.org", "ADDR": "127.0.0.1 ::1"}
    tls = True

    def phones(self):
        """A registered phone on each transport and family: name -> peer, transport"""
        all = {"udp": (self.peer(), "UDP"), "six": (self.peer("::1"), "UDP"), "tcp": (self.tcp(), "TCP"),
               "tls": (self.secure(), "TLS")}
        for name, (peer, transport) in all.items():
            self.register(peer, name, transport=transport,
                          contact=f"<sip:{name}@{AT}" + (f";transport={transport.lower()}>" if transport != "UDP" else ">"))
        return all

    def ours(self, name):
        """host:port and transport of our socket for that phone"""
        port = self.tls_port if name == "tls" else self.server.port
        return ("[::1]:%d" if name == "six" else "127.0.0.1:%d") % port, name if name in ("tcp", "tls") else None

    def test_N012_N013_N014_N015_N029_every_pair_of_transports(self):
        """Each side reaches us as it did before, by the value next to it; the other one tells what is beyond."""
        phones = self.phones()
        for a, (caller, a_transport) in phones.items():
            for b, (callee, b_transport) in phones.items():
                if a == b:
                    continue
                call_id = self.id()
                invite, ok = self.call(caller, callee, b, call_id, transport=a_transport)
                routes = routes_of(invite)
                self.assertEqual(routes_of(ok), routes)
                seen = []
                for route in routes:
                    host = re.match(r"<sip:([^;]+);", route).group(1)
                    transport = [p.split("=")[1] for p in params(route) if p.startswith("transport=")]
                    seen.append((host, transport[0] if transport else None))
                    self.assertIn("lr", params(route))
                self.assertEqual(seen, [self.ours(b), self.ours(a)], (a, b))
                # both are consumed in one pass, and nothing of ours is left in the R-URI
                for n, (who, other, tags, route, transport) in enumerate((
                        (caller, callee, ("ta", "tb"), routes[::-1], a_transport),
                        (callee, caller, ("tb", "ta"), routes, b_transport))):
                    text = request("INFO", f"sip:x@{AT};p=1", tags, call_id, 5 + n, route, transport=transport)
                    got = self.passes(who, other, text)
                    self.assertEqual((start_line(got), header(got, "Route"), len(header(got, "Via"))),
                                     (f"INFO sip:x@{AT};p=1 SIP/2.0", [], 2), (a, b))

    def test_N012_one_value_where_nothing_changes(self):
        one, two = self.peer(), self.peer()
        self.register(two, "two")
        invite, _ = self.call(one, two, "two", self.id())
        self.assertEqual(len(routes_of(invite)), 1)
        self.assertNotIn("transport", routes_of(invite)[0])

    def test_N002_N013_sips_stays_sips(self):
        alice, bob = self.secure(), self.secure()
        self.register(bob, "bob", transport="TLS", contact=f"<sips:bob@{AT}>")
        invite, ok = self.call(alice, bob, "bob", call_id := self.id(), transport="TLS", scheme="sips",
                               contact=f"<sips:bob@{AT}>", from_contact=f"<sips:alice@{AT}>")
        self.assertTrue(start_line(invite).startswith("INVITE sips:"))
        self.assertEqual((header(invite, "Contact"), header(ok, "Contact")), ([f"<sips:alice@{AT}>"], [f"<sips:bob@{AT}>"]))
        for route in routes_of(invite):
            self.assertTrue(route.startswith("<sips:"), routes_of(invite))
        self.passes(alice, bob, request("INFO", f"sips:bob@{AT}", ("ta", "tb"), call_id, 2, routes_of(ok)[::-1], transport="TLS"))
        self.passes(bob, alice, request("BYE", f"sips:alice@{AT}", ("tb", "ta"), call_id, 2, routes_of(ok), transport="TLS"))

    def test_N016_our_name_in_other_words(self):
        alice, bob, victim = self.peer(), self.peer(), self.peer("127.0.0.3")
        self.register(bob, "bob")
        for uri in ("sip:bob@127.0.0.1:%d;transport=udp" % self.server.port,
                    "sip:bob@example.org:%d;maddr=127.0.0.1;transport=udp" % self.server.port,
                    "sip:bob@example.org;maddr=127.0.0.3;transport=udp",
                    "sip:bob@example.org;maddr=127.0.0.3:%d" % victim.port):
            self.passes(alice, bob, request("OPTIONS", uri, ("t", ""), self.id()))
        invite, ok = self.call(alice, bob, "bob", call_id := self.id())
        route = routes_of(ok)[0]
        n = 10
        for more in (";transport=udp", ";maddr=127.0.0.1", ";maddr=127.0.0.3"):
            for uri in (f"sip:bob@{AT}", f"sip:bob@127.0.0.3:{victim.port}", f"sip:bob@{AT};maddr=127.0.0.3"):
                n += 1
                there = [route.replace(";lr", f"{more};lr")]
                got = self.passes(alice, bob, request("INFO", uri, ("ta", "tb"), call_id, n, there))
                self.assertEqual(header(got, "Route"), [])
        # a stranger's route beside ours, or alone, is not followed by who is none of ours
        for routes in ([f"<sip:127.0.0.3:{victim.port};lr>"], [f"<sip:127.0.0.1:{self.server.port};lr;maddr=127.0.0.3>"],
                       [f"<sip:127.0.0.1:{self.server.port};lr>", f"<sip:127.0.0.3:{victim.port};lr>"]):
            n += 1
            for tags in (("tx", "ty"), ("tx", "")):
                text = request("INFO", f"sip:x@127.0.0.3:{victim.port}", tags, self.id(), n, routes)
                self.assertRegex(start_line(self.ask(alice, text)), " 40[34] ")
        self.silent(victim)

    def test_N001_N030_the_target_is_the_latest_contact(self):
        """Each Contact arrives as it is, one with one URI; a new one takes the place of the one before."""
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        invite, ok = self.call(alice, bob, "bob", call_id := self.id())
        self.assertEqual((header(invite, "Contact"), header(ok, "Contact")), ([CONTACT % "alice"], [CONTACT % "bob"]))
        there, back = routes_of(ok)[::-1], routes_of(ok)
        for n, method in enumerate(("INVITE", "UPDATE", "INVITE"), 2):
            news = f"<sip:alice{n}@192.168.1.11:5062>", f"<sip:bob{n}@192.168.1.12:5064;x=y>"
            uri = f"sip:bob{n - 1}@{AT}"
            alice.send(request(method, uri, ("ta", "tb"), call_id, n, there, contact=news[0]), self.server.port)
            got = bob.receive("SIP/2.0")
            self.assertEqual((start_line(got), header(got, "Contact")), (f"{method} {uri} SIP/2.0", [news[0]]))
            bob.send(answer(got, "200 OK", "", news[1]), self.server.port)
            self.assertEqual(header(alice.receive(), "Contact"), [news[1]])
            if method == "INVITE":
                alice.send(request("ACK", news[1][1:-1], ("ta", "tb"), call_id, n, there), self.server.port)
                self.assertEqual(start_line(bob.receive("SIP/2.0")), f"ACK {news[1][1:-1]} SIP/2.0")
            # to the new target, by the flow that the phone still has
            for who, other, tags, routes, uri in ((bob, alice, ("tb", "ta"), back, news[0]),
                                                  (alice, bob, ("ta", "tb"), there, news[1])):
                got = self.passes(who, other, request("INFO", uri[1:-1], tags, call_id, 20 * n, routes))
                self.assertEqual(start_line(got), f"INFO {uri[1:-1]} SIP/2.0")

    def test_N030_a_direct_phone_that_moves_is_found_where_it_says(self):
        alice, bob, elsewhere = self.peer(), self.peer(), self.peer()
        self.register(bob, "bob")
        here, there = (f"<sip:alice@{self.at(p)}>" for p in (alice, elsewhere))
        _, ok = self.call(alice, bob, "bob", call_id := self.id(), from_contact=here, host=self.at(alice))
        self.passes(alice, bob, request("UPDATE", f"sip:bob@{AT}", ("ta", "tb"), call_id, 2, routes_of(ok)[::-1], contact=there,
                                        host=self.at(alice)))
        self.passes(bob, elsewhere, request("INFO", there[1:-1], ("tb", "ta"), call_id, 2, routes_of(ok)))

    def test_N035_tel_uris(self):
        """Nowhere taken for host and port, and not touched."""
        alice, bob, direct = self.peer(), self.peer(), self.peer()
        self.register(bob, "bob")
        tel = "tel:+1-201-555-0123;phone-context=example.org;ext=7"

        def told(text):
            return text.replace("<sip:from@127.0.0.1>", f"<{tel}>").replace("<sip:to@127.0.0.1>", f"<{tel}>")
        for sender, how in ((alice, {}), (direct, {"host": self.at(direct)})):
            # as From, To and Contact
            call_id = self.id()
            text = request("INVITE", "sip:bob@example.org", ("ta", ""), call_id, contact=f"<{tel}>", **how)
            sender.send(told(text), self.server.port)
            got = bob.receive("SIP/2.0")
            self.assertEqual((header(got, "Contact"), header(got, "From")), ([f"<{tel}>"], [f"<{tel}>;tag=ta"]))
            bob.send(answer(got, "200 OK", "tb", f"<{tel}>"), self.server.port)
            ok = sender.receive()
            self.assertEqual((header(ok, "Contact"), header(ok, "To")), ([f"<{tel}>"], [f"<{tel}>;tag=tb"]))
            # as target of later requests: by the leg, if there is one
            sender.send(told(request("INFO", tel, ("ta", "tb"), call_id, 2, routes_of(ok)[::-1], **how)), self.server.port)
            got = bob.receive("SIP/2.0")
            self.assertEqual(start_line(got), f"INFO {tel} SIP/2.0")
            # as target of a first request, and of a registration
            for method in ("INVITE", "OPTIONS", "MESSAGE"):
                said = self.ask(sender, told(request(method, tel, ("t1", ""), self.id(), contact=f"<{tel}>", **how)))
                self.assertRegex(start_line(said), "SIP/2.0 4")
            said = self.ask(sender, request("REGISTER", "sip:example.org", ("t2", ""), self.id(), contact=f"<{tel}>", **how))
            self.assertRegex(start_line(said), "SIP/2.0 [245]")
        self.refused(alice, "200", request("OPTIONS", "sip:example.org", ("t", ""), self.id(), via=";rport"))

    def test_N069_N067_a_gruu_does_not_take_us_out_of_the_way(self):
        alice, bob = self.peer(), self.peer()
        self.register(bob, "bob")
        gruu = "<sip:alice@example.org;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"
        invite, ok = self.call(alice, bob, "bob", call_id := self.id(), from_contact=gruu)
        self.assertEqual(header(invite, "Contact"), [gruu])
        self.assertEqual(len(routes_of(invite)), 1)
        got = self.passes(bob, alice, request("BYE", gruu[1:-1], ("tb", "ta"), call_id, 2, routes_of(ok)))
        self.assertEqual(start_line(got), f"BYE {gruu[1:-1]} SIP/2.0")
