# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_manage() in every kind of route of a real Kamailio: each repair once, whichever routes call it."""
import re
import unittest

from peer import ALLOW_PEERS, GATE_FOR_PEERS, Peer, Server, header, unsealed

CONFIG = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "textops.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
%(parameters)s
request_route {
	%(request)s
	t_on_failure("FAILED");
	if (is_method("INVITE")) record_route();
	$du = "sip:127.0.0.1:" + $hdr(X-First);
	t_relay();
	exit;
}
branch_route[BRANCH] { nat_manage(); append_hf("X-Class: $nat(class)\\r\\n"); }
onreply_route[REPLY] { nat_manage(); nat_manage(); }
failure_route[FAILED] {
	if (t_check_status("486")) {
		%(failure)s
		$du = "sip:127.0.0.1:" + $hdr(X-Second);
		t_relay();
	}
}
"""
PARAMETERS = ALLOW_PEERS + """
modparam("nat_edge", "private_nets", "builtin:private")
modparam("nat_edge", "contact_requests", "rewrite")
modparam("nat_edge", "contact_replies", "%s")
"""
POLICY = """<nat-policy xmlns="urn:kamailio:nat-policy:1"><networks>""" + GATE_FOR_PEERS + """</networks><profiles>
	<profile name="default"><contact replies="keep"/></profile>
	<profile name="other"><contact replies="%s"/></profile>
</profiles><rules><rule domain="example.org" nat="force"/><rule domain="example.net" profile="other"/></rules></nat-policy>"""
EVERYWHERE = {"request": 'nat_manage(); nat_manage(); t_on_branch("BRANCH"); t_on_reply("REPLY");',
              "failure": 'nat_manage(); t_on_branch("BRANCH"); t_on_reply("REPLY");'}
ONCE = {"request": "nat_manage();", "failure": ""}

INVITE = """INVITE sip:bob@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK%(id)s
Max-Forwards: 70
From: <sip:alice@example.org>;tag=a%(id)s
To: <sip:bob@example.org>
Call-ID: call-%(id)s@192.168.1.10
CSeq: 1 INVITE
Contact: <sip:alice@192.168.1.10:5060>, <sip:alice2@192.168.1.10:5062>
X-First: %(first)d
X-Second: %(second)d
Content-Length: 0

"""


def answer(request, status, contact=None):
    lines = ["SIP/2.0 " + status]
    for line in request.split("\n\n")[0].split("\n"):
        name = line.split(":", 1)[0].lower()
        if name in ("via", "from", "call-id", "cseq", "record-route"):
            lines.append(line)
        elif name == "to":
            lines.append(line + ";tag=b1")
    if contact:
        lines.append("Contact: " + contact)
    return "\n".join(lines) + "\nContent-Length: 0\n\n"


class Routes(unittest.TestCase):
    def setUp(self):
        self.alice, self.first, self.second = Peer(), Peer(), Peer()
        for peer in (self.alice, self.first, self.second):
            self.addCleanup(peer.close)

    def start(self, text, files=None):
        self.server = Server(CONFIG % {"parameters": PARAMETERS % "rewrite", **text}, files=files)
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())

    def invite(self, number):
        self.alice.send(INVITE % {"id": number, "first": self.first.port, "second": self.second.port},
                        self.server.port)
        return self.first.receive()

    def check_contact(self, text, contact):
        """Set to the source, with one token in each URI"""
        found, = header(text, "Contact")
        self.assertEqual(unsealed(found), contact)
        self.assertEqual(found.count(";nat-c="), contact.count("<"))

    def check_request(self, request):
        at = "127.0.0.1:%d" % self.alice.port
        self.check_contact(request, "<sip:alice@%s>, <sip:alice2@%s>" % (at, at))
        self.assertIn("rport=%d" % self.alice.port, header(request, "Via")[1])

    def test_all_routes_repair_once(self):
        self.start(EVERYWHERE)
        request = self.invite("all")
        self.check_request(request)
        self.assertEqual(header(request, "X-Class"), ["nat"])
        self.first.send(answer(request, "180 Ringing", "<sip:bob@10.9.9.9>"), self.server.port)
        self.check_contact(self.alice.receive(), "<sip:bob@127.0.0.1:%d>" % self.first.port)
        self.first.send(answer(request, "486 Busy"), self.server.port)
        request = self.second.receive()
        self.check_request(request)
        self.second.send(answer(request, "200 OK", "<sip:bob@10.9.9.9:5070;x=y>"), self.server.port)
        self.check_contact(self.alice.receive(), "<sip:bob@127.0.0.1:%d;x=y>" % self.second.port)

    def test_one_line_in_request_route_arms_the_replies(self):
        self.start(ONCE)
        request = self.invite("one")
        self.check_request(request)
        self.first.send(answer(request, "200 OK", "<sip:bob@10.9.9.9>"), self.server.port)
        self.check_contact(self.alice.receive(), "<sip:bob@127.0.0.1:%d>" % self.first.port)

    def test_control_without_the_line_nothing_is_repaired(self):
        self.start({"request": "", "failure": ""})
        # its answer would go to 192.168.1.10: only what the callee sees counts
        request = self.invite("off")
        self.assertEqual(header(request, "Contact"),
                         ["<sip:alice@192.168.1.10:5060>, <sip:alice2@192.168.1.10:5062>"])

    def test_redirection_is_left_alone(self):
        self.start(ONCE)
        request = self.invite("302")
        self.first.send(answer(request, "302 Moved", "<sip:bob@10.9.9.9>"), self.server.port)
        self.assertEqual(header(self.alice.receive(), "Contact"), ["<sip:bob@10.9.9.9>"])

    def test_reply_from_behind_another_proxy_is_left_alone(self):
        self.start(ONCE)
        request = self.invite("rr")
        reply = answer(request, "200 OK", "<sip:bob@10.9.9.9>")
        reply = reply.replace("Record-Route: ", "Record-Route: <sip:192.0.2.77;lr>, ", 1)
        self.first.send(reply, self.server.port)
        self.assertEqual(header(self.alice.receive(), "Contact"), ["<sip:bob@10.9.9.9>"])

    def test_reply_in_a_dialog_whose_route_names_another_proxy_is_left_alone(self):
        # no Record-Route in the reply: only the Route of its request tells
        self.start(ONCE)
        for route, contact in (("<sip:192.0.2.77;lr>", "<sip:bob@10.9.9.9>"),
                               ("<sip:127.0.0.1:%d;lr>" % self.server.port,
                                "<sip:bob@127.0.0.1:%d>" % self.first.port)):
            number = "route%d" % len(route)
            invite = INVITE % {"id": number, "first": self.first.port, "second": self.second.port}
            invite = invite.replace("To: <sip:bob@example.org>", "To: <sip:bob@example.org>;tag=b1")
            self.alice.send(invite.replace("X-First", "Route: %s\nX-First" % route), self.server.port)
            reply = answer(self.first.receive(), "200 OK", "<sip:bob@10.9.9.9>")
            reply = "\n".join(l for l in reply.split("\n") if not l.startswith("Record-Route:"))
            self.first.send(reply, self.server.port)
            self.assertEqual([unsealed(c) for c in header(self.alice.receive(), "Contact")], [contact], route)

    def test_control_replies_of_a_request_that_was_not_managed_are_left_alone(self):
        # rport alone, so that the answer comes here and not to 192.168.1.10
        self.start({"request": "nat_force_rport();", "failure": ""})
        request = self.invite("unmanaged")
        self.first.send(answer(request, "200 OK", "<sip:bob@10.9.9.9>"), self.server.port)
        self.assertEqual(header(self.alice.receive(), "Contact"), ["<sip:bob@10.9.9.9>"])

    def judged(self, number, parameters, files=None):
        """How many messages of a call with one reply were judged."""
        self.start({**ONCE, "parameters": parameters}, files)
        request = self.invite(number)
        self.first.send(answer(request, "200 OK", "<sip:bob@10.9.9.9>"), self.server.port)
        self.alice.receive()
        said = self.server.kamcmd("stats.get_statistics", "nat_edge:")
        return int(re.search("nat_edge:nat = ([0-9]+)", said).group(1))

    def test_a_reply_that_no_profile_changes_is_not_judged(self):
        self.assertEqual(self.judged("keep", PARAMETERS % "keep"), 1)

    def test_control_one_that_the_default_profile_changes_is_judged(self):
        self.assertEqual(self.judged("rewrite", PARAMETERS % "rewrite"), 2)

    def test_the_profiles_of_rules_count_as_well(self):
        for mode, expected in (("keep", 1), ("rewrite", 2)):
            policy = {"policy.xml": POLICY % mode}
            said = self.judged("rule-" + mode, 'modparam("nat_edge", "policy_file", "policy.xml")', policy)
            self.assertEqual(said, expected, mode)
            self.server.close()

    def test_explain_and_stats(self):
        self.start(ONCE)
        self.invite("rpc")
        for asked in ("127.0.0.1", "127.0.0.1:%d" % self.alice.port, "192.168.1.10", "call-rpc@192.168.1.10",
                      "sip:alice@example.org", "ALICE@example.org"):
            said = self.server.kamcmd("nat_edge.explain", asked)
            for text in ("class: nat", "rule: claimed-private-source-public", "contact-private", "claim: 192.168.1.10:5060",
                         "source: 127.0.0.1:%d" % self.alice.port, "done: rport contact", "aor: alice@example.org"):
                self.assertIn(text, said, asked)
        self.assertIn("404", self.server.kamcmd("nat_edge.explain", "192.0.2.200"))
        self.assertIn("contacts_rewritten: 2", self.server.kamcmd("nat_edge.stats"))
        self.assertIn("nat_edge:nat = 1", self.server.kamcmd("stats.get_statistics", "nat_edge:"))
