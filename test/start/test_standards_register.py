# SPDX-License-Identifier: GPL-2.0-or-later
"""RFC 3327, 3608 and 5626 between a phone and its registrar, with etc/edge.cfg between them and with etc/kamailio.cfg."""
import unittest

from dialogs import CONTACT, answer, request, routes_of, start_line
from peer import Peer, header
from phones import PhoneCase
from sample import POLICY

OUTBOUND = '<sip:bob@192.168.1.10:5060>;+sip.instance="<urn:uuid:1>";reg-id=%d'


class Edge(PhoneCase):
    """Phones, etc/edge.cfg, a registrar at 127.0.0.80."""
    policy = POLICY % ('<trusted name="upstream" prefixes="127.0.0.80 127.0.0.90"/>', '<path mode="always"/>')

    @classmethod
    def setUpClass(cls):
        cls.registrar = Peer("127.0.0.80")
        cls.addClassCleanup(cls.registrar.close)
        cls.environment = {"EDGE": "sip:127.0.0.80:%d" % cls.registrar.port}
        super().setUpClass()

    def arrives(self, phone, *more, contact=CONTACT % "bob", **how):
        """A REGISTER, as the registrar sees it"""
        phone.send(request("REGISTER", "sip:example.org", ("r", ""), self.id(), contact=contact, more=more, **how),
                   self.server.port)
        return self.registrar.receive()

    def test_N042_N045_the_answer_passes_unchanged(self):
        phone = self.peer()
        got = self.arrives(phone, "Supported: path")
        own = header(got, "Path")
        self.assertEqual(len(own), 1)
        lines = [f"Path: {own[0]}, <sip:other.example.org;lr;x=%41>", "Path:  <sip:192.0.2.7:5062;transport=tcp;lr>;p=\"a,b\"",
                 "Service-Route: <sip:home.example.org;lr>, <sip:192.0.2.80;lr;y>", "Service-Route: <sips:[2001:db8::1];lr>"]
        self.registrar.send(answer(got, "200 OK", "r", CONTACT % "bob" + ";expires=60", lines), self.server.port)
        said = phone.receive()
        for name in ("Path", "Service-Route"):
            self.assertEqual([line for line in said.split("\n") if line.startswith(name)],
                             [line for line in lines if line.startswith(name)])
        self.assertEqual(header(said, "Record-Route"), [])

    def test_N040_N007_ours_is_topmost_and_nobody_is_moved(self):
        """Two proxies in a row: the one before us has its Path below ours."""
        before = self.peer("127.0.0.90")
        theirs = ["<sip:edge.example.org;lr>, <sip:inner.example.org;lr>", "<sip:third.example.org;lr>"]
        got = self.arrives(before, "Supported: path", *(f"Path: {p}" for p in theirs))
        paths = header(got, "Path")
        self.assertRegex(paths[0], r"^<sip:127\.0\.0\.1:\d+;lr;nat-p=[\w-]+>$")
        self.assertEqual(paths[1:], theirs)
        self.registrar.send(answer(got, "200 OK", "r"), self.server.port)
        before.receive()

    def test_T06_a_phones_own_path_leads_nobody_past_the_registrar(self):
        phone, stranger = self.peer(), self.peer()
        got = self.arrives(phone, "Supported: path")
        path = header(got, "Path")
        self.registrar.send(answer(got, "200 OK", "r", CONTACT % "bob" + ";expires=60", [f"Path: {path[0]}"]), self.server.port)
        phone.receive()
        for method in ("INVITE", "MESSAGE"):
            for who, answered in ((phone, False), (stranger, True)):
                who.send(request(method, "sip:x@192.0.2.200", ("t", ""), self.id(), routes=path, contact=CONTACT % "x"),
                         self.server.port)
                if answered:
                    self.assertIn("403", start_line(who.receive()), method)
                else:  # on its way out, like all that it sends
                    got = self.registrar.receive("ACK")
                    self.assertTrue(got.startswith(method + " sip:x@192.0.2.200"), got)
                    self.registrar.send(answer(got, "404 Not Found", "r"), self.server.port)
                    self.assertIn("404", start_line(who.receive()))
        # what comes from the registrar goes to the phone
        self.registrar.send(request("MESSAGE", "sip:bob@192.168.1.10:5060", ("t", ""), self.id(), routes=path), self.server.port)
        self.assertTrue(phone.receive("SIP/2.0").startswith("MESSAGE"))

    def test_N041_a_registrar_that_does_not_want_it(self):
        """420: the phone is told, and says that it knows of Path, or registers elsewhere."""
        phone = self.peer()
        got = self.arrives(phone)
        self.assertEqual(len(header(got, "Path")), 1)  # the policy says always
        self.registrar.send(answer(got, "420 Bad Extension", "r", more=["Unsupported: path"]), self.server.port)
        said = phone.receive()
        self.assertEqual((start_line(said), header(said, "Unsupported")), ("SIP/2.0 420 Bad Extension", ["path"]))

    def test_N056_a_first_hop_without_outbound(self):
        """439 comes from the registrar, which sees no "ob" if we are not the first hop."""
        phone = self.peer()
        got = self.arrives(phone, "Supported: path, outbound", contact=OUTBOUND % 1)
        self.assertIn(";ob>", header(got, "Path")[0])
        self.registrar.send(answer(got, "200 OK", "r", more=["Require: outbound", "Flow-Timer: 60"]), self.server.port)
        self.assertEqual(header(phone.receive(), "Require"), ["outbound"])

        text = request("REGISTER", "sip:example.org", ("r", ""), self.id(), contact=OUTBOUND % 1, via=";rport",
                       more=["Supported: path, outbound"])
        before = "Via: SIP/2.0/UDP 192.168.1.99;branch=z9hG4bKx\n"
        phone.send(text.replace("Max-Forwards", before + "Max-Forwards", 1), self.server.port)
        got = self.registrar.receive()
        self.assertNotIn(";ob", "".join(header(got, "Path")))
        self.registrar.send(answer(got, "439 First Hop Lacks Outbound Support", "r"), self.server.port)
        self.assertIn(" 439 ", start_line(phone.receive()))

    def test_N052_a_phone_that_wants_its_flow_in_the_dialog(self):
        phone = self.peer()
        at = self.at(phone)
        for what, uri, leg in (("nothing said, no NAT", f"sip:bob@{at}", False), ("ob", f"sip:bob@{at};ob", True)):
            call_id = self.id()
            phone.send(request("INVITE", "sip:carol@example.org", ("ta", ""), call_id, contact=f"<{uri}>", host=at),
                       self.server.port)
            got = self.registrar.receive()
            self.assertEqual(";nat-a=" in routes_of(got)[0], leg, what)
            self.registrar.send(answer(got, "200 OK", "tb", "<sip:carol@127.0.0.80:%d>" % self.registrar.port), self.server.port)
            phone.receive()
            # the other side's requests come by that flow
            self.registrar.send(request("INFO", uri, ("tb", "ta"), call_id, 2, routes_of(got), host="127.0.0.80:%d"
                                        % self.registrar.port), self.server.port)
            self.assertTrue(phone.receive().startswith("INFO"))

    def test_N010_no_path_for_who_has_no_hop_left(self):
        phone, before = self.peer(), self.server.stat("paths_added")
        text = request("REGISTER", "sip:example.org", ("r", ""), self.id(), contact=CONTACT % "bob", via=";rport")
        self.refused(phone, "483", text.replace("Max-Forwards: 70", "Max-Forwards: 0"))
        self.assertEqual(self.server.stat("paths_added"), before)
        self.silent(self.registrar)
        self.registrar.socket.settimeout(5)

    def test_N017_N018_replies_that_are_not_ours(self):
        mallory, victim = self.peer(), self.peer("127.0.0.3")
        there = "SIP/2.0/UDP 127.0.0.3:%d;branch=z9hG4bKx" % victim.port
        ours = "SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKx" % self.server.port
        text = answer(request("OPTIONS", "sip:x", ("t", ""), self.id()), "200 OK", "tb")
        text = "\n".join(line for line in text.split("\n") if not line.startswith("Via:"))
        for vias in ([ours, there], [there, there], [ours]):
            mallory.send(text.replace("200 OK\n", "200 OK\n" + "".join(f"Via: {v}\n" for v in vias), 1), self.server.port)
        text = request("OPTIONS", "sip:x", ("t", "t"), self.id(), via=";rport")
        self.refused(mallory, "403", text)
        self.silent(victim)


class Registrar(PhoneCase):
    """etc/kamailio.cfg, which does not offer outbound: both flows of a phone are contacts like any others."""

    def test_N056_no_outbound_without_a_word_of_it(self):
        phone = self.peer()
        said = self.register(phone, "bob", OUTBOUND % 1, more=["Supported: path, outbound"])
        for name in ("Require", "Supported", "Flow-Timer", "Path"):
            self.assertNotIn("outbound", " ".join(header(said, name)))
        self.assertEqual(header(said, "Path") + header(said, "Flow-Timer"), [])

    def test_N054_a_closed_connection_takes_its_contacts_with_it(self):
        caller, phone, other = self.peer(), self.tcp(), self.peer()
        self.register(phone, "bob", "<sip:bob@192.168.1.10:5060;transport=tcp>", "TCP")
        self.register(other, "carol")
        self.passes(caller, phone, request("OPTIONS", "sip:bob@example.org", ("t", ""), self.id()))
        self.gone(phone)
        said = self.ask(caller, request("INVITE", "sip:bob@example.org", ("t", ""), self.id(), contact=CONTACT % "a"))
        self.assertIn(" 404 ", start_line(said))
        self.passes(caller, other, request("OPTIONS", "sip:carol@example.org", ("t", ""), self.id()))


if __name__ == "__main__":
    unittest.main()
