# SPDX-License-Identifier: GPL-2.0-or-later
"""Contacts in each mode through a real Kamailio: what the other side sees, and what comes back to the owner."""
import re
import unittest
import urllib.parse

from dialogs import CONTACT, TcpPeer, answer, request, start_line
from peer import Peer, Server, free_port, header, unsealed

CONFIG = """
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
loadmodule "nat_edge.so"
modparam("nat_edge", "policy_file", "policy.xml")
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
request_route {
	nat_manage();
	if (is_method("CANCEL")) { t_relay(); exit; }
	nat_route();
	$var(way) = $rc;
	if ($var(way) == -2) { if (!is_method("ACK")) sl_send_reply("403", "Refused"); exit; }
	if ($var(way) == -3) { if (!is_method("ACK")) sl_send_reply("430", "Flow Failed"); exit; }
	if ($var(way) == 2) { t_relay(); exit; }
	if (is_method("REGISTER") && $hdr(X-Next) == $null) { save("location"); exit; }
	if ($hdr(X-Next) != $null) $du = "sip:127.0.0.1:" + $hdr(X-Next);
	else if (has_totag() || !lookup("location")) { if (!is_method("ACK")) sl_send_reply("404", "Not Found"); exit; }
	t_relay();
	exit;
}
"""
POLICY = """<nat-policy xmlns="urn:kamailio:nat-policy:1">
	<networks>
		<nated name="nated" prefixes="builtin:private"/>
		<trusted name="core" prefixes="127.0.0.7"/>
		<gate allow="127.0.0.0/8" own-sockets="allow"/>
	</networks>
	<profiles>
		<profile name="default"><contact %s/></profile>
	</profiles>
</nat-policy>
"""
TRUSTED = "127.0.0.7"
HOME = "sip:alice@192.168.1.10:5060"
INSTANCE = ';+sip.instance="<urn:uuid:1>";expires=60'


def uri_of(message):
    return start_line(message).split()[1]


def contact_uri(message):
    return re.search(r"<([^>]*)>", header(message, "Contact")[0]).group(1)


class Case(unittest.TestCase):
    def start(self, modes, **more):
        self.server = Server(CONFIG, files={"policy.xml": POLICY % modes}, **more)
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())

    def peer(self, host="127.0.0.1"):
        peer = Peer(host)
        self.addCleanup(peer.close)
        return peer

    def tcp(self):
        peer = TcpPeer(self.server.port)
        self.addCleanup(peer.close)
        return peer

    def ask(self, peer, text):
        peer.send(text, self.server.port)
        return start_line(peer.receive())

    def stat(self, name, group="nat_edge"):
        return int(self.server.kamcmd("cnt.get", group, name))

    def register(self, phone, registrar, contact, call_id="reg", cseq=1, more=(), transport="UDP", shown=None):
        """Through to a registrar that answers with what it was sent; gives the URI that it got, and what was shown."""
        phone.send(request("REGISTER", "sip:example.org", ("r", ""), call_id, cseq, contact=contact, transport=transport,
                           more=["X-Next: %d" % registrar.port, *more]), self.server.port)
        got = registrar.receive()
        registrar.send(answer(got, "200 OK", "reg", ", ".join(header(got, "Contact")) if shown is None else shown),
                       self.server.port)
        return got, phone.receive()


class Register(Case):
    def check(self, mode, host):
        self.start('register="%s"' % mode)
        phone, registrar = self.peer(), self.peer()
        written = "<%s;x=y;pn-prid=1>%s" % (HOME, INSTANCE)
        got, ok = self.register(phone, registrar, written)
        self.assertEqual(unsealed(header(got, "Contact")[0]),
                         written.replace("192.168.1.10:5060", host or "127.0.0.1:%d" % phone.port))
        self.assertEqual(header(got, "Contact")[0].count(";nat-c="), 1)
        self.assertEqual(header(ok, "Contact"), [written])
        self.assertEqual(self.stat("contacts_restored"), 1)
        # a call comes to what was registered
        registrar.send(request("INVITE", contact_uri(got), ("c", ""), "call", contact="<sip:bob@127.0.0.1>",
                               host="127.0.0.1"), self.server.port)
        invite = phone.receive()
        self.assertEqual(uri_of(invite), HOME + ";x=y;pn-prid=1")
        self.assertIn("127.0.0.1:%d" % self.server.port, header(invite, "Via")[0])
        registrar.send(request("CANCEL", contact_uri(got), ("c", ""), "call", host="127.0.0.1")
                       .replace("1.CANCEL", "1.INVITE"), self.server.port)
        self.assertEqual(uri_of(phone.receive()), HOME + ";x=y;pn-prid=1")
        return got

    def test_F05_alias_and_back(self):
        self.check("alias", "192.168.1.10:5060")
        self.assertEqual(self.stat("contacts_sealed"), 1)

    def test_F06_rewrite_and_back(self):
        self.check("rewrite", None)
        self.assertEqual(self.stat("contacts_rewritten"), 1)

    def test_control_keep_changes_nothing(self):
        self.start('register="keep"')
        phone, registrar = self.peer(), self.peer()
        got, ok = self.register(phone, registrar, CONTACT % "alice")
        self.assertEqual((header(got, "Contact"), header(ok, "Contact")), ([CONTACT % "alice"],) * 2)

    def test_every_element_is_shown_as_its_owner_wrote_it(self):
        self.start('register="alias"')
        phone, desk, registrar = self.peer(), self.peer(), self.peer()
        first, _ = self.register(desk, registrar, "<sip:alice@192.168.1.11>;q=0.5", "desk")
        phone.send(request("REGISTER", "sip:example.org", ("r", ""), "two", contact=CONTACT % "alice" + ", <sip:tel@192.0.2.9>",
                           more=["X-Next: %d" % registrar.port]), self.server.port)
        got = registrar.receive()
        mine, theirs = header(got, "Contact")[0].split(", ")
        self.assertEqual(theirs, "<sip:tel@192.0.2.9>")  # of a third party
        registrar.send(answer(got, "200 OK", "reg", "%s;expires=30, %s ;q=0.5;expires=20, <sip:x@192.0.2.1;nat-c=AAAA>"
                              % (mine, "<" + contact_uri(first) + ">"), [f"Contact: {theirs}"]), self.server.port)
        self.assertEqual(header(phone.receive(), "Contact"),
                         ["%s;expires=30, <sip:alice@192.168.1.11> ;q=0.5;expires=20, <sip:x@192.0.2.1;nat-c=AAAA>"
                          % (CONTACT % "alice"), theirs])

    def test_F13_the_same_URI_goes_upstream_when_it_leaves_again(self):
        self.start('register="rewrite"')
        phone, registrar = self.peer(), self.peer()
        sent = [contact_uri(self.register(phone, registrar, CONTACT % "alice" + more, cseq=n)[0])
                for n, more in enumerate((";expires=60", ";expires=3600", ";expires=0"), 1)]
        self.assertEqual(sent[1:], sent[:1] * 2)

    def test_F13_a_contact_of_before_is_another_one_from_a_new_socket(self):
        # its removal, late and from the new place, does not name the new binding
        self.start('register="rewrite"')
        phone, registrar = self.peer(), self.peer()
        new = contact_uri(self.register(phone, registrar, CONTACT % "alice")[0])
        old = contact_uri(self.register(phone, registrar, "<sip:alice@10.0.0.5:5060>;expires=0", cseq=2)[0])
        self.assertNotEqual(new, old)
        self.assertEqual(unsealed(new), unsealed(old))
        # the same Contact: of the client itself it names what was registered, of another Call-ID it does not
        moved, gone = self.peer(), CONTACT % "alice" + ";expires=0"
        self.assertEqual(contact_uri(self.register(moved, registrar, gone, cseq=3)[0]), new)
        self.register(phone, registrar, CONTACT % "alice", cseq=4)
        self.assertNotEqual(contact_uri(self.register(moved, registrar, gone, "other")[0]), new)

    def test_F17_a_refresh_from_a_new_socket_takes_the_old_binding_away(self):
        for mode in ("alias", "rewrite"):
            self.start('register="%s"' % mode)
            phone, moved, registrar = self.peer(), self.peer(), self.peer()
            old = contact_uri(self.register(phone, registrar, CONTACT % "alice" + ";expires=600")[0])
            got, ok = self.register(moved, registrar, CONTACT % "alice" + ";expires=600", cseq=2, shown="")
            new = contact_uri(got)
            self.assertNotEqual(new, old)
            self.assertEqual(header(got, "Contact"), ["<%s>;expires=600, <%s>;expires=0" % (new, old)])
            self.assertEqual(self.stat("contacts_replaced"), 1)

    def test_F13_a_star_stays_a_star(self):
        self.start('register="alias"')
        got, ok = self.register(self.peer(), self.peer(), "*", more=["Expires: 0"], shown="")
        self.assertEqual((header(got, "Contact"), header(ok, "Contact")), (["*"], []))

    def test_F07_fs_path(self):
        self.start('register="fs-path"')
        phone, registrar = self.peer(), self.peer()
        got, ok = self.register(phone, registrar, CONTACT % "alice" + ";expires=60")
        way = "sip:alice@127.0.0.1:%d;transport=udp" % phone.port
        self.assertEqual(header(got, "Contact"), ["<%s;fs_nat=yes;fs_path=%s>;expires=60"
                                                  % (HOME, urllib.parse.quote(way, safe=""))])
        self.assertEqual(header(ok, "Contact"), [CONTACT % "alice" + ";expires=60"])
        # a Path of its own is nothing that a phone may send (N043)
        got, _ = self.register(phone, registrar, CONTACT % "alice", cseq=2, more=["Path: <sip:127.0.0.1:5099;lr>"])
        self.assertEqual(header(got, "Path"), [])
        self.assertEqual(self.stat("contacts_fs_path"), 2)

    def test_received_has_source_and_socket(self):
        second = free_port()
        self.start('register="received"', more=("-l", "udp:127.0.0.1:%d" % second))
        phone, caller = self.peer(), self.peer()
        phone.send(request("REGISTER", "sip:127.0.0.1", ("r", ""), contact=CONTACT % "alice" + ";expires=60")
                   .replace("<sip:to@", "<sip:alice@"), second)
        self.assertEqual(header(phone.receive(), "Contact")[0].split(";received")[0], CONTACT % "alice" + ";expires=60")
        caller.send(request("INVITE", "sip:alice@127.0.0.1", ("c", ""), "call", contact="<sip:bob@127.0.0.1>",
                            host="127.0.0.1"), self.server.port)
        invite = phone.receive()
        self.assertEqual(uri_of(invite), HOME)
        self.assertIn("127.0.0.1:%d" % second, header(invite, "Via")[0])

    def test_received_has_the_connection(self):
        self.start('register="received"', tcp=True)
        phone, caller = self.tcp(), self.peer()
        contact = "<%s;transport=tcp>" % HOME
        self.ask(phone, request("REGISTER", "sip:127.0.0.1", ("r", ""), contact=contact, transport="TCP")
                 .replace("<sip:to@", "<sip:alice@"))
        caller.send(request("INVITE", "sip:alice@127.0.0.1", ("c", ""), "call", contact="<sip:bob@127.0.0.1>",
                            host="127.0.0.1"), self.server.port)
        self.assertEqual(uri_of(phone.receive()), HOME + ";transport=tcp")
        self.assertRegex(self.server.kamcmd("ul.dump"), r"Tcpconn-Id: [1-9]")


class Dialog(Case):
    def call(self, mode, phone=None, transport="UDP"):
        """From a phone behind a NAT to a peer that pays no heed to Record-Route; gives both Contacts as they are seen."""
        self.alice, self.bob = phone or self.peer(), self.peer()
        self.alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=CONTACT % "alice", transport=transport,
                                more=["X-Next: %d" % self.bob.port]), self.server.port)
        invite = self.bob.receive()
        for status in ("180 Ringing", "200 OK"):
            self.bob.send(answer(invite, status, "tb", CONTACT % "bob"), self.server.port)
            reply = self.alice.receive()
            self.assertIn(status, start_line(reply))
        return contact_uri(invite), contact_uri(reply)

    def both_ways(self, alice, bob, transport="UDP"):
        self.alice.send(request("ACK", bob, ("ta", "tb"), transport=transport), self.server.port)
        self.assertEqual(uri_of(self.bob.receive()), "sip:bob@192.168.1.10:5060")
        for n, method in enumerate(("INVITE", "UPDATE", "INFO", "REFER", "NOTIFY", "MESSAGE", "PRACK", "BYE"), 2):
            for who, other, tags, uri, name in ((self.alice, self.bob, ("ta", "tb"), bob, "bob"),
                                                (self.bob, self.alice, ("tb", "ta"), alice, "alice")):
                by = transport if who is self.alice else "UDP"
                who.send(request(method, uri, tags, cseq=n, contact=CONTACT % "x", transport=by), self.server.port)
                got = other.receive()
                self.assertEqual(start_line(got), f"{method} sip:{name}@192.168.1.10:5060 SIP/2.0")
                other.send(answer(got, "200 OK", ""), self.server.port)
                self.assertIn("200", start_line(who.receive()), method)

    def test_F05_alias(self):
        self.start('requests="alias" replies="alias"')
        alice, bob = self.call("alias")
        self.assertEqual((unsealed(alice), unsealed(bob)), (HOME, "sip:bob@192.168.1.10:5060"))
        self.both_ways(alice, bob)
        self.assertEqual(self.stat("targets_restored"), 17)

    def test_F06_rewrite(self):
        self.start('requests="rewrite" replies="rewrite"')
        alice, bob = self.call("rewrite")
        self.assertEqual(unsealed(alice), "sip:alice@127.0.0.1:%d" % self.alice.port)
        self.assertEqual(unsealed(bob), "sip:bob@127.0.0.1:%d" % self.bob.port)
        self.both_ways(alice, bob)

    def test_alias_over_tcp_and_N053_when_it_is_closed(self):
        self.start('requests="alias" replies="alias"', tcp=True)
        alice, bob = self.call("alias", self.tcp(), "TCP")
        self.both_ways(alice, bob, "TCP")
        self.alice.close()
        end = self.server.kamcmd("core.tcp_info")
        while "opened_connections: 0" not in end:
            end = self.server.kamcmd("core.tcp_info")
        self.assertIn("430", self.ask(self.bob, request("INFO", alice, ("tb", "ta"), cseq=99)))
        self.assertEqual((self.stat("targets_gone"), self.stat("flows_gone")), (1, 1))

    def test_N030_a_target_refresh_replaces_the_contact(self):
        self.start('requests="alias" replies="alias"')
        alice, bob = self.call("alias")
        moved = self.peer()
        moved.send(request("UPDATE", bob, ("ta", "tb"), cseq=2, contact="<sip:alice@192.168.1.12>"), self.server.port)
        update = self.bob.receive()
        self.bob.send(answer(update, "200 OK", "", CONTACT % "bob"), self.server.port)
        moved.receive()
        for uri, peer, want in ((contact_uri(update), moved, "sip:alice@192.168.1.12"), (alice, self.alice, HOME)):
            self.bob.send(request("INFO", uri, ("tb", "ta"), cseq=3 + peer.port), self.server.port)
            self.assertEqual(uri_of(peer.receive()), want)

    def test_T05_T06_a_stranger_and_another_dialog_are_refused(self):
        self.start('requests="alias" replies="alias"')
        alice, bob = self.call("alias")
        token = re.search(r"nat-c=([\w-]+)", alice).group(1)
        flipped = alice.replace(token, token[:30] + ("A" if token[30] != "A" else "B") + token[31:])
        refused = [
            request("INFO", alice, ("tb", "ta"), "other", cseq=2),  # of another dialog
            request("INFO", alice, ("tb", "tx"), cseq=3),  # for another party
            request("INFO", alice, ("ta", "tb"), cseq=4),  # from the Contact's owner
            request("MESSAGE", alice, ("tb", ""), cseq=5),  # of no dialog
            request("INFO", flipped, ("tb", "ta"), cseq=6),
            request("INFO", HOME + ";nat-c=" + token[:-4], ("tb", "ta"), cseq=7),
            request("INFO", HOME + ";nat-c=", ("tb", "ta"), cseq=8),
            request("INFO", alice + ";nat-c=" + token, ("tb", "ta"), cseq=9),
        ]
        for text in refused:
            self.assertIn("403", self.ask(self.bob, text), text)
        self.assertEqual((self.stat("targets_refused"), self.stat("routes_refused")), (8, 8))
        self.assertEqual((self.stat("alien", "nat_edge_token"), self.stat("targets_restored")), (4, 0))
        # nothing came of it, and the right one still does
        self.bob.send(request("INFO", alice, ("tb", "ta"), cseq=50), self.server.port)
        self.assertEqual(header(self.alice.receive(), "CSeq"), ["50 INFO"])

    def test_control_a_redirection_is_left_alone(self):
        self.start('requests="rewrite" replies="rewrite"')
        alice, bob = self.peer(), self.peer()
        alice.send(request("INVITE", "sip:bob@127.0.0.1", ("ta", ""), contact=CONTACT % "alice",
                           more=["X-Next: %d" % bob.port]), self.server.port)
        bob.send(answer(bob.receive(), "302 Moved", "tb", CONTACT % "bob"), self.server.port)
        self.assertEqual(header(alice.receive(), "Contact"), [CONTACT % "bob"])


class Plain(Case):
    """What others write is followed from trusted neighbours."""

    def check(self, way):
        self.start('requests="keep"')
        phone, core, stranger = self.peer(), self.peer(TRUSTED), self.peer()
        uri = HOME + ";x=y" + way % phone.port
        core.send(request("INVITE", uri, ("c", ""), "call"), self.server.port)
        self.assertEqual(uri_of(phone.receive()), HOME + ";x=y")
        self.assertIn("404", self.ask(stranger, request("INVITE", uri, ("c", ""), "call2")))
        self.assertEqual(self.stat("targets_restored"), 1)
        return core

    def test_alias_of_nathelper(self):
        core = self.check(";alias=127.0.0.1~%d~1")
        for bad in (";alias=host.example~5060~1", ";alias=127.0.0.1~5060~4", ";alias=",
                    # T03: what the gate denies
                    ";alias=169.254.169.254~5060~1", ";alias=224.0.0.1~5060~1", ";alias=[::ffff:0.0.0.0]~5060~1",
                    ";alias=127.0.0.1~22~1"):
            self.assertIn("403", self.ask(core, request("INVITE", HOME + bad, ("c", ""), "call3")), bad)

    def test_F07_fs_path_of_freeswitch(self):
        core = self.check(";fs_nat=yes;fs_path=sip%%3Aalice%%40127.0.0.1%%3A%d%%3Btransport%%3Dudp")
        self.assertIn("403", self.ask(core, request("INVITE", HOME + ";fs_path=sip%3Aproxy.example", ("c", ""), "call3")))


if __name__ == "__main__":
    unittest.main()
