# SPDX-License-Identifier: GPL-2.0-or-later
"""Registrations of clients behind NATs at a registrar behind us (edge), which the test plays, and at our own."""
import json
import unittest

import jsonrpc
from dialogs import TcpPeer, start_line
from peer import GATE_FOR_PEERS, Peer, Server, header

MODULES = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "textops.so"
loadmodule "textopsx.so"
loadmodule "stun.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
modparam("nat_edge", "policy_file", "policy.xml")
""" + jsonrpc.CONFIG
EDGE = MODULES + """
children=2
modparam("nat_edge", "registrations_max", %(max)d)
modparam("nat_edge", "registrations_per_source", 0)
request_route {
	if ($tU == "unmanaged") {
		sl_send_reply("200", "OK");
		exit;
	}
	nat_manage();
	if ($tU == "refused") {
		sl_send_reply("403", "Forbidden");
		exit;
	}
	if (is_method("REGISTER") && nat_absorb()) exit;
	$du = "sip:127.0.0.1:%(upstream)d";
	t_relay();
}
"""
HOME = """
loadmodule "usrloc.so"
loadmodule "registrar.so"
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
modparam("registrar", "min_expires", %(min)d)
modparam("registrar", "default_expires", %(default)d)
modparam("registrar", "min_expires_mode", 1)
modparam("registrar", "outbound_mode", 1)
""" + MODULES + """
request_route {
	nat_manage();
	%(before)s
	save("location");
}
"""
# "direct" is not behind a NAT, whatever it says; "streams" has a limit on TCP as well
POLICY = """<?xml version="1.0"?>
<nat-policy xmlns="urn:kamailio:nat-policy:1">
<networks>""" + GATE_FOR_PEERS + """</networks>
<profiles>
	<profile name="short"><expires max="60" jitter="%(jitter)d" upstream="%(upstream)d"/><path mode="never"/>
		<contact register="%(contact)s"/><keepalive udp="25" tcp="110"/></profile>
	<profile name="streams" extends="short"><expires transports="udp tcp"/></profile>
</profiles>
<rules>
	<rule aor="direct@example.org" nat="never" profile="short"/>
	<rule aor="streams@example.org" nat="force" profile="streams"/>
	<rule nat="force" profile="short"/>
</rules>
</nat-policy>
"""
REGISTER = """REGISTER sip:example.org SIP/2.0
Via: SIP/2.0/%(transport)s 192.168.1.10:5060;branch=z9hG4bK%(branch)s%(via)s
Max-Forwards: 70
From: <sip:%(user)s@example.org>;tag=f
To: <sip:%(user)s@example.org>
Call-ID: %(call_id)s
CSeq: %(cseq)d REGISTER
%(more)sContent-Length: 0

"""


class Phone(Peer):
    """Registers; Call-ID and CSeq go on by themselves."""
    transport = "UDP"
    numbers = 0

    def begin(self, server, user="alice", contact=None):
        Phone.numbers += 1
        self.server, self.user, self.cseq = server, user, 0
        self.call_id = "reg-%d" % Phone.numbers
        self.contact = contact or "<sip:%s@192.168.1.10:5060>" % user
        return self

    def text(self, expires=3600, contact=None, via="", more=(), again=False):
        """`expires`: of the Expires header field; None: there is none"""
        self.cseq += not again
        # who is not behind a NAT has to ask for its answer
        via += ";rport" if self.user == "direct" else ""
        lines = ["Contact: " + c for c in ([self.contact] if contact is None else contact)]
        lines += [] if expires is None else ["Expires: %s" % expires]
        return REGISTER % {"transport": self.transport, "branch": "%s-%d" % (self.call_id, self.cseq), "via": via,
                           "user": self.user, "call_id": self.call_id, "cseq": self.cseq,
                           "more": "".join(line + "\n" for line in [*lines, *more])}

    def say(self, *args, **how):
        self.send(self.text(*args, **how), self.server.port)


class TcpPhone(Phone, TcpPeer):
    transport = "TCP"

    def __init__(self, port):
        TcpPeer.__init__(self, port)

    send, receive, close = TcpPeer.send, TcpPeer.receive, TcpPeer.close


def ok(of, *lines, status="200 OK"):
    """What a registrar answers"""
    kept = [line for line in of.split("\n\n")[0].split("\n")[1:] if line.split(":", 1)[0] in ("Via", "From", "Call-ID", "CSeq")]
    return "\n".join(["SIP/2.0 " + status, *kept, "To: %s;tag=up" % header(of, "To")[0], *lines, "Content-Length: 0"]) + "\n\n"


def expires_of(reply, contact=0):
    return int(header(reply, "Contact")[contact].split("expires=")[1].split(";")[0].split(",")[0])


class RegistrationCase(unittest.TestCase):
    settings = {"jitter": 0, "upstream": 0, "contact": "keep"}
    max = 1000
    before = ""

    @classmethod
    def setUpClass(cls):
        cls.upstream = Peer()
        cls.addClassCleanup(cls.upstream.close)
        cls.server = Server(cls.config(), files={"policy.xml": POLICY % cls.settings}, tcp=True)
        cls.addClassCleanup(cls.server.close)
        if not cls.server.ready:
            raise AssertionError(cls.server.log())
        cls.rpc = jsonrpc.Rpc(cls.server)
        cls.addClassCleanup(cls.rpc.close)

    @classmethod
    def config(cls):
        return EDGE % {"upstream": cls.upstream.port, "max": cls.max}

    def phone(self, user="alice", contact=None, tcp=False):
        peer = TcpPhone(self.server.port) if tcp else Phone()
        self.addCleanup(peer.close)
        return peer.begin(self.server, user, contact)

    def stat(self, name):
        return self.rpc("nat_edge.stats")[name]

    def relayed(self, phone, reply, *args, **how):
        """A REGISTER that goes upstream and is answered there. `reply`: lines of the answer, or what makes them.
        @return: as it came there, as the answer came back"""
        phone.say(*args, **how)
        got = self.upstream.receive()
        self.assertTrue(got.startswith("REGISTER "), got)
        lines = reply(got) if callable(reply) else reply
        self.upstream.send(ok(got, *lines), self.server.port)
        return got, phone.receive()

    def registered(self, phone, granted=3600, **how):
        """@return: the 200 of a registrar that takes what it gets"""
        return self.relayed(phone, lambda got: ["Contact: %s;expires=%d" % (c, granted) for c in header(got, "Contact")], **how)[1]

    def absorbed(self, phone, *args, **how):
        """A REGISTER that is answered here"""
        before = self.stat("registrations_absorbed")
        phone.say(*args, **how)
        reply = phone.receive()
        self.assertEqual(start_line(reply), "SIP/2.0 200 OK")
        self.assertEqual(self.stat("registrations_absorbed"), before + 1)
        self.silent()
        return reply

    def silent(self):
        """Upstream sees nothing: what was sent before has been answered since."""
        self.upstream.socket.settimeout(0.1)
        with self.assertRaises(TimeoutError):
            self.fail(self.upstream.receive("\0"))
        self.upstream.socket.settimeout(5)


class Shortened(RegistrationCase):
    def test_P20_the_client_is_told_less_and_upstream_is_asked_for_all(self):
        phone = self.phone()
        got, reply = self.relayed(phone, ["Contact: <sip:alice@192.168.1.10:5060>;q=0.5;expires=3600;x=\"y\""])
        self.assertEqual(header(got, "Expires"), ["3600"])
        self.assertEqual(header(got, "Contact"), [phone.contact])
        self.assertEqual(header(reply, "Contact"), ["<sip:alice@192.168.1.10:5060>;q=0.5;expires=60;x=\"y\""])

    def test_P20_V8_only_its_own_binding(self):
        phone = self.phone()
        others = "<sip:alice@10.9.9.9>;expires=1800, \"A, B\" <sip:alice@192.168.1.10:5061>;expires=900"
        _, reply = self.relayed(phone, ["Contact: " + others, "Contact: <sip:alice@192.168.1.10:5060>;expires=3600",
                                        "Expires: 3600"])
        self.assertEqual(header(reply, "Contact"), [others, "<sip:alice@192.168.1.10:5060>;expires=60"])
        self.assertEqual(header(reply, "Expires"), ["60"])

    def test_P20_the_expires_header_alone(self):
        _, reply = self.relayed(self.phone(), ["Contact: <sip:alice@192.168.1.10:5060>", "Expires: 3600"])
        self.assertEqual((header(reply, "Contact"), header(reply, "Expires")),
                         (["<sip:alice@192.168.1.10:5060>;expires=60"], ["60"]))

    def test_P20_never_above_what_was_granted_or_asked(self):
        self.assertEqual(expires_of(self.registered(self.phone("less"), granted=30)), 30)
        self.assertEqual(expires_of(self.registered(self.phone("asked"), expires=45)), 45)

    def test_P20_by_transport(self):
        self.assertEqual(expires_of(self.registered(self.phone("tcp", tcp=True))), 3600)
        self.assertEqual(expires_of(self.registered(self.phone("streams", tcp=True))), 60)
        self.assertEqual(expires_of(self.registered(self.phone("streams"))), 60)

    def test_P20_T29_only_behind_a_nat_whatever_the_client_writes(self):
        for user, told in (("direct", 3600), ("alice", 60)):
            for contact in ("<sip:%s@192.168.1.10>", "<sip:%s@192.0.2.1;transport=udp>", "<sip:%s@127.0.0.1:9>"):
                reply = self.registered(self.phone(user, contact % user))
                self.assertEqual(expires_of(reply), told, (user, contact))

    def test_T15_numbers_without_sense(self):
        for said, told in (("abc", 60), ("-1", 60), ("4294967328", 60), ("99999999999999999999", 60), ("0", 0), ("00050", 50)):
            _, reply = self.relayed(self.phone(), ["Contact: <sip:alice@192.168.1.10:5060>;expires=" + said])
            self.assertEqual(expires_of(reply), told, said)

    def test_a_list_that_cannot_be_read_is_left_alone(self):
        before = self.stat("expires_unreadable")
        line = "<sip:alice@192.168.1.10:5060>;expires=3600;expires=3600"
        _, reply = self.relayed(self.phone(), ["Contact: " + line])
        self.assertEqual(header(reply, "Contact"), [line])
        self.assertEqual(self.stat("expires_unreadable"), before + 1)

    def test_only_2xx(self):
        phone = self.phone()
        phone.say()
        got = self.upstream.receive()
        self.upstream.send(ok(got, "Contact: <sip:alice@192.168.1.10:5060>;expires=3600", status="302 Moved"), self.server.port)
        self.assertEqual(expires_of(phone.receive()), 3600)


class Jitter(RegistrationCase):
    settings = {"jitter": 20, "upstream": 0, "contact": "keep"}

    def test_N065_P21_within_its_bounds_and_spread(self):
        told = [expires_of(self.registered(self.phone("user%d" % i))) for i in range(60)]
        self.assertLessEqual(max(told), 60)
        self.assertGreaterEqual(min(told), 48)
        self.assertGreater(len(set(told)), 5)

    def test_P21_a_copy_is_told_the_same(self):
        phone = self.phone("copies")
        first = expires_of(self.registered(phone))
        reply = self.absorbed(phone)
        phone.say(again=True)
        self.assertEqual(header(phone.receive(), "Contact"), header(reply, "Contact"))
        self.silent()
        self.assertTrue(48 <= first <= 60)


class Absorbed(RegistrationCase):
    def test_R9_refreshes_end_here(self):
        phone = self.phone()
        lines = ["Service-Route: <sip:home.example.org;lr>", "P-Associated-URI: <sip:alice@example.org>", "Date: now",
                 "Contact: <sip:alice@192.168.1.10:5060>;expires=3600;+sip.instance=\"<urn:x>\";q=0.7"]
        _, first = self.relayed(phone, lines)
        for _ in range(3):
            reply = self.absorbed(phone)
            self.assertEqual(header(reply, "Contact"),
                             ["<sip:alice@192.168.1.10:5060>;+sip.instance=\"<urn:x>\";q=0.7;expires=60"])
            for name in ("Service-Route", "P-Associated-URI"):
                self.assertEqual(header(reply, name), header(first, name))
            self.assertEqual(header(reply, "Date"), [])
            self.assertRegex(header(reply, "To")[0], r";tag=.")
            self.assertEqual(header(reply, "CSeq"), ["%d REGISTER" % phone.cseq])

    def test_R9_also_one_that_asks_for_less(self):
        phone = self.phone("less")
        self.registered(phone)
        self.assertEqual(expires_of(self.absorbed(phone, expires=30)), 30)
        self.assertEqual(expires_of(self.absorbed(phone, expires=None)), 60)

    def test_R9_passed_on_when_it_is_due(self):
        phone = self.phone("due")
        for granted in (60, 92):  # 60 for the client, 32 for its refresh to be answered
            before = self.stat("registrations_due")
            self.registered(phone, granted=granted)
            self.registered(phone, granted=granted)
            self.assertEqual(self.stat("registrations_due"), before + 1)
            phone.begin(self.server, "due2")
        self.registered(phone, granted=200)
        self.absorbed(phone)

    def test_R9_passed_on_when_anything_changes(self):
        for what, how in (("another Contact", {"contact": ["<sip:c@192.168.1.10:5062>"]}),
                          ("a second Contact", {"contact": ["<sip:c@192.168.1.10:5060>", "<sip:c@192.168.1.11>"]}),
                          ("another parameter", {"contact": ["<sip:c@192.168.1.10:5060>;q=0.1"]}),
                          ("another instance", {"contact": ["<sip:c@192.168.1.10:5060>;+sip.instance=\"<urn:y>\""]}),
                          ("another header field", {"more": ["Require: gruu"]})):
            phone = self.phone("c", "<sip:c@192.168.1.10:5060>")
            self.registered(phone)
            self.absorbed(phone)
            with self.subTest(what):
                self.registered(phone, **how)

    def test_R9_passed_on_when_it_was_not_alone(self):
        phone = self.phone("two", "<sip:two@192.168.1.10>")
        self.registered(phone, contact=["<sip:two@192.168.1.10>", "<sip:two@192.168.1.11>"])
        self.registered(phone)
        self.absorbed(phone)

    def test_R9_passed_on_when_nobody_said_how_long(self):
        phone = self.phone("silent")
        for _ in range(2):
            _, reply = self.relayed(phone, ["Contact: <sip:silent@192.168.1.10:5060>"], expires=None)
            self.assertEqual(expires_of(reply), 60)

    def test_R9_an_answer_that_is_too_long_to_be_repeated(self):
        phone = self.phone("long")
        for _ in range(2):
            self.relayed(phone, ["Contact: %s;expires=3600" % phone.contact, "Service-Route: <sip:%s;lr>" % ("x" * 1100)])

    def test_R9_passed_on_in_another_call_and_with_an_old_cseq(self):
        phone = self.phone("calls")
        self.registered(phone)
        self.absorbed(phone)
        call_id, phone.call_id = phone.call_id, phone.call_id + "x"
        self.registered(phone)
        phone.call_id, phone.cseq = call_id, 0
        self.registered(phone)

    def test_R9_a_query_and_a_body_are_upstreams(self):
        phone = self.phone("query")
        self.registered(phone)
        phone.say(contact=[])
        got = self.upstream.receive()
        self.assertEqual(header(got, "Contact"), [])
        self.upstream.send(ok(got), self.server.port)
        phone.receive()
        text = phone.text().replace("Content-Length: 0\n\n", "Content-Length: 4\n\nbody")
        phone.send(text, self.server.port)
        self.assertIn("body", self.upstream.receive())

    def test_R9_T32_a_stranger_is_passed_on_and_changes_nothing(self):
        phone, mallory = self.phone("victim"), self.phone("victim")
        self.registered(phone)
        mallory.call_id = phone.call_id
        before = self.stat("registrations_stranger")
        mallory.cseq = phone.cseq
        for expires in (3600, 0):
            mallory.say(expires=expires)
            got = self.upstream.receive()
            self.upstream.send(ok(got, "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"", status="401 Unauthorized"), self.server.port)
            # and he learns nothing but what upstream says
            self.assertEqual(start_line(mallory.receive()), "SIP/2.0 401 Unauthorized")
        self.assertEqual(self.stat("registrations_stranger"), before + 2)
        self.absorbed(phone)

    def test_R9_T25_another_connection_is_a_stranger(self):
        phone, other = self.phone("streams", tcp=True), self.phone("streams", tcp=True)
        self.registered(phone)
        self.absorbed(phone)
        other.call_id, other.cseq = phone.call_id, phone.cseq
        self.registered(other)

    def test_R9_de_register(self):
        phone = self.phone("leaves")
        self.registered(phone)
        self.assertEqual(len(self.rpc("nat_edge.registration_list", "0", "leaves@example.org")), 2)
        self.relayed(phone, [], expires=0)
        self.assertEqual(len(self.rpc("nat_edge.registration_list", "0", "leaves@example.org")), 1)
        self.registered(phone)

    def test_R9_N057_star(self):
        phone = self.phone("star")
        self.registered(phone)
        got, _ = self.relayed(phone, [], expires=0, contact=["*"])
        self.assertEqual(header(got, "Contact"), ["*"])
        self.registered(phone)

    def test_N057_expires_that_cannot_be_read(self):
        for said in ("", "x", "-5", "99999999999999999999"):
            phone = self.phone("odd")
            self.registered(phone, expires=said)

    def test_R9_a_challenge_that_is_pending(self):
        """What changed was not accepted yet: nothing is answered here until it is."""
        phone = self.phone("challenged")
        self.registered(phone)
        phone.say(expires=0)
        got = self.upstream.receive()
        self.upstream.send(ok(got, status="401 Unauthorized"), self.server.port)
        phone.receive()
        self.registered(phone, more=["Authorization: Digest username=\"a\""])
        self.absorbed(phone)

    def test_R9_rebinding_gives_the_binding_a_new_source(self):
        phone, moved = self.phone("moves"), self.phone("moves")
        self.registered(phone)
        moved.call_id, moved.cseq = phone.call_id, phone.cseq
        self.registered(moved)
        self.absorbed(moved)
        phone.cseq = moved.cseq
        self.registered(phone)

    def test_not_behind_a_nat_nothing_is_kept(self):
        phone = self.phone("direct")
        for _ in range(2):
            self.registered(phone)
        self.assertEqual(len(self.rpc("nat_edge.registration_list", "0", "direct@example.org")), 1)

    def test_the_list(self):
        phone = self.phone("listed", "<sip:listed@192.168.1.10;x=\x01y>".replace("\x01", "%01"))
        self.registered(phone)
        row, end = self.rpc("nat_edge.registration_list", "0", "LISTED@example.org")
        self.assertEqual((row["aor"], row["contact"], row["source"], row["transport"], row["absorbed"], row["waiting"]),
                         ("listed@example.org", "sip:listed@192.168.1.10;x=%01y", "127.0.0.1:%d" % phone.port, "udp", 0, "no"))
        self.assertTrue(3590 <= row["upstream_seconds"] <= 3600 and 50 <= row["client_seconds"] <= 60, row)
        self.assertGreaterEqual(end["registrations"], 1)
        self.assertNotIn("next", end)
        self.absorbed(phone)
        self.assertEqual(self.rpc("nat_edge.registration_list", "0", "listed@example.org")[0]["absorbed"], 1)
        with self.assertRaises(jsonrpc.Fault) as fault:
            self.rpc("nat_edge.registration_list", "alice<script>")
        self.assertIn("not 'alice?script?'", str(fault.exception))

    def test_the_list_comes_in_parts(self):
        for i in range(120):
            self.registered(self.phone("part%d" % i))
        first, seen, at = True, [], "0"
        while at is not None:
            *rows, end = self.rpc("nat_edge.registration_list", at)
            self.assertLessEqual(len(rows), 100)
            self.assertTrue(len(rows) == 100 or "next" not in end)
            seen += [(row["aor"], row["contact"]) for row in rows]
            at = str(end["next"]) if "next" in end else None
        self.assertEqual(len([aor for aor, _ in seen if aor.startswith("part")]), 120)
        self.assertEqual(len(seen), len(set(seen)))


class Upstream(RegistrationCase):
    """Upstream is asked for an hour, whatever the client asks for."""
    settings = {"jitter": 0, "upstream": 3600, "contact": "keep"}

    def test_R9_more_is_asked_for(self):
        for what, expires, contact, want in (
                ("Expires", 60, "<sip:u@192.168.1.10>", (["3600"], "<sip:u@192.168.1.10>")),
                ("the parameter", None, "<sip:u@192.168.1.10>;expires=60;q=1", ([], "<sip:u@192.168.1.10>;expires=3600;q=1")),
                ("both", 60, "<sip:u@192.168.1.10>;expires=70", (["60"], "<sip:u@192.168.1.10>;expires=3600")),
                ("neither", None, "<sip:u@192.168.1.10>", (["3600"], "<sip:u@192.168.1.10>")),
                ("more", 7200, "<sip:u@192.168.1.10>", (["7200"], "<sip:u@192.168.1.10>")),
                ("an end", 0, "<sip:u@192.168.1.10>", (["0"], "<sip:u@192.168.1.10>")),
                ("an end of one of two", 60, "<sip:u@192.168.1.10>;expires=0", (["60"], "<sip:u@192.168.1.10>;expires=0"))):
            phone = self.phone("u", contact)
            got, _ = self.relayed(phone, [], expires=expires)
            self.assertEqual((header(got, "Expires"), header(got, "Contact")[0]), want, what)

    def test_R9_the_client_is_told_no_more_than_it_asked(self):
        phone = self.phone("modest")
        self.assertEqual(expires_of(self.registered(phone, expires=50)), 50)
        self.assertEqual(expires_of(self.absorbed(phone, expires=50)), 50)

    def test_R9_on_tcp_without_a_limit(self):
        phone = self.phone("tcp", tcp=True)
        self.assertEqual(expires_of(self.registered(phone, expires=600)), 600)
        self.assertEqual(expires_of(self.absorbed(phone, expires=600)), 600)


class Rewritten(RegistrationCase):
    """What went upstream is not what the client wrote."""
    settings = {"jitter": 0, "upstream": 600, "contact": "rewrite"}

    def test_P20_R9_what_went_upstream_is_the_clients_own(self):
        phone = self.phone("bob")
        got, reply = self.relayed(phone, lambda got: ["Contact: <sip:bob@10.7.7.7>;expires=500, %s;expires=3600"
                                                      % header(got, "Contact")[0]])
        sent = header(got, "Contact")[0]
        self.assertIn("127.0.0.1:%d" % phone.port, sent)
        contacts = header(reply, "Contact")[0]
        self.assertIn("<sip:bob@10.7.7.7>;expires=500, ", contacts)
        self.assertTrue(contacts.endswith(">;expires=60"), contacts)
        row = self.rpc("nat_edge.registration_list", "0", "bob@example.org")[0]
        self.assertEqual(row["contact"], "sip:bob@192.168.1.10:5060")
        self.assertIn(row["sent"], sent)
        self.assertEqual(header(self.absorbed(phone), "Contact"), ["<sip:bob@192.168.1.10:5060>;expires=60"])

    def test_F17_F13_the_old_binding_is_known_after_a_rebinding(self):
        phone, moved = self.phone("carol"), self.phone("carol")
        old = header(self.relayed(phone, lambda got: ["Contact: %s;expires=3600" % header(got, "Contact")[0]])[0], "Contact")[0]
        moved.call_id, moved.cseq = phone.call_id, phone.cseq
        # also while upstream is asked for more than the client asks for
        got, reply = self.relayed(moved, lambda got: ["Contact: %s;expires=3600" % header(got, "Contact")[0].split(",")[0]],
                                  expires=60)
        new = header(got, "Contact")[0]
        self.assertTrue(new.endswith(", %s;expires=0" % old), new)
        self.assertIn("127.0.0.1:%d" % moved.port, new.split(",")[0])
        self.assertEqual(header(got, "Expires"), ["600"])
        self.assertEqual(expires_of(reply), 60)
        row = self.rpc("nat_edge.registration_list", "0", "carol@example.org")[0]
        self.assertIn(str(moved.port), row["sent"])
        self.absorbed(moved)


class Flood(RegistrationCase):
    max = 50

    def test_T10_ten_times_the_cap(self):
        def bytes_in_use():
            return int(self.rpc("core.shmmem")["real_used"])

        def flood(first, last):
            for i in range(first, last):
                self.registered(self.phone("flood%05d" % i, "<sip:flood%05d@192.168.1.10>" % i))
        flood(0, 100)
        before, evicted = bytes_in_use(), self.stat("registrations_evicted")
        phone = self.phone("honest")
        self.registered(phone)
        flood(100, 140)
        self.absorbed(phone)
        flood(140, 600)
        end = self.rpc("nat_edge.registration_list")[-1]
        self.assertEqual((end["registrations"], end["maximum"]), (50, 50))
        self.assertEqual(self.stat("registrations_evicted"), evicted + 501)
        # transactions of the last seconds are in it as well
        self.assertLess(bytes_in_use() - before, 8 << 20)
        # forgotten, and served all the same
        self.registered(phone)


class Off(RegistrationCase):
    max = 0

    def test_nothing_is_kept_and_all_goes_upstream(self):
        phone = self.phone()
        for _ in range(2):
            self.assertEqual(expires_of(self.registered(phone)), 60)
        with self.assertRaises(jsonrpc.Fault) as fault:
            self.rpc("nat_edge.registration_list")
        self.assertIn("registrations_max is 0", str(fault.exception))


class Keep(RegistrationCase):
    def via_of(self, reply):
        return header(reply, "Via")

    def test_P23_N062_keep_in_a_relayed_answer(self):
        for phone, seconds in ((self.phone("k1"), 25), (self.phone("k2", tcp=True), 110)):
            got, reply = self.relayed(phone, ["Contact: %s;expires=60" % phone.contact], via=";keep")
            # N063: nothing is filled in on the way
            self.assertIn(";keep", header(got, "Via")[1])
            self.assertNotIn("keep=", got)
            self.assertIn(";keep=%d" % seconds, self.via_of(reply)[0])

    def test_P23_N062_keep_in_an_answer_of_our_own(self):
        phone = self.phone("k3")
        self.registered(phone, via=";keep;rport")
        self.assertIn(";keep=25;", self.via_of(self.absorbed(phone, via=";keep;rport"))[0])

    def test_P23_not_in_a_refusal_and_not_where_nobody_manages(self):
        for user in ("refused", "unmanaged"):
            phone = self.phone(user)
            phone.say(via=";keep;rport")
            self.assertRegex(self.via_of(phone.receive())[0], ";keep;", user)

    def test_P23_nobody_who_did_not_ask(self):
        for via in ("", ";keep=77", ";xkeep"):
            phone = self.phone("k4")
            self.assertNotIn("keep=", self.registered(phone, via=via), via)

    def test_P23_not_for_who_is_not_behind_a_nat(self):
        self.assertNotIn("keep=", self.registered(self.phone("direct"), via=";keep"))

    def test_N063_values_of_others_are_taken_out(self):
        phone = self.phone("k5")
        phone.say(via=";keep;rport")
        got = self.upstream.receive()
        text = ok(got, "Contact: <sip:k5@192.168.1.10:5060>;expires=60").replace(";keep", ";keep=9999")
        self.upstream.send(text, self.server.port)
        self.assertIn(";keep=25;", self.via_of(phone.receive())[0])
        # and in what is no success nothing is filled in
        phone.say(via=";keep;rport", expires=0)
        got = self.upstream.receive()
        self.upstream.send(ok(got, status="401 Unauthorized").replace(";keep", ";keep=9999"), self.server.port)
        reply = phone.receive()
        self.assertEqual(start_line(reply), "SIP/2.0 401 Unauthorized")
        self.assertRegex(self.via_of(reply)[0], r";keep(;|$)")

    def test_P22_N060_flow_timer(self):
        for phone, seconds in ((self.phone("f1"), "25"), (self.phone("f2", tcp=True), "110")):
            line = "Contact: %s;expires=3600" % phone.contact
            _, reply = self.relayed(phone, [line, "Require: outbound"])
            self.assertEqual(header(reply, "Flow-Timer"), [seconds])
            # once, where the registrar says one
            _, reply = self.relayed(phone, [line, "Require: path,outbound", "Flow-Timer: 90"], via=";keep", contact=[
                phone.contact + ";q=1"])
            self.assertEqual(header(reply, "Flow-Timer"), ["90"])
            self.assertIn(";keep=90", self.via_of(reply)[0])
            _, reply = self.relayed(phone, [line, "Supported: outbound"], contact=[phone.contact + ";q=0.9"])
            self.assertEqual(header(reply, "Flow-Timer"), [])

    def test_P22_N062_the_same_in_an_answer_of_our_own(self):
        phone = self.phone("f3")
        line = "Contact: %s;expires=3600" % phone.contact
        self.relayed(phone, [line, "REQUIRE: outbound", "k: path"], via=";keep")
        reply = self.absorbed(phone, via=";keep")
        self.assertEqual((header(reply, "Require"), header(reply, "Flow-Timer")), (["outbound"], ["25"]))
        self.assertIn(";keep=25", self.via_of(reply)[0])
        phone.begin(self.server, "f4")
        self.relayed(phone, ["Contact: %s;expires=3600" % phone.contact, "Require: outbound", "Flow-Timer: 90"], via=";keep")
        reply = self.absorbed(phone, via=";keep")
        self.assertEqual(header(reply, "Flow-Timer"), ["90"])
        self.assertIn(";keep=90", self.via_of(reply)[0])


class Home(RegistrationCase):
    """The registrar is this server."""
    min, default = 10, 3600
    settings = {"jitter": 20, "upstream": 0, "contact": "received"}

    @classmethod
    def config(cls):
        return HOME % {"min": cls.min, "default": cls.default, "before": cls.before}

    def saved(self, phone, **how):
        phone.say(**how)
        reply = phone.receive()
        self.assertEqual(start_line(reply), "SIP/2.0 200 OK")
        return reply

    def location(self, user):
        """Contact to seconds"""
        answer = self.rpc("ul.lookup", "location", user)
        return {c["Contact"]["Address"]: c["Contact"]["Expires"] for c in answer["Contacts"]}

    def test_P20_the_answer_and_the_location_agree(self):
        for user, how in (("h1", {}), ("h2", {"expires": None, "contact": ["<sip:h2@192.168.1.10>;expires=600"]}), ("h3", {"expires": None})):
            phone = self.phone(user)
            told = expires_of(self.saved(phone, **how))
            self.assertTrue(48 <= told <= 60, told)
            self.assertTrue(told - 5 <= list(self.location(user).values())[0] <= told)

    def test_P20_less_stays_less_and_an_end_an_end(self):
        phone = self.phone("h4")
        self.assertEqual(expires_of(self.saved(phone, expires=30)), 30)
        reply = self.saved(phone, contact=["<sip:h4@192.168.1.10:5060>;expires=0", "<sip:h4@192.168.1.11>;expires=20"])
        self.assertEqual(header(reply, "Contact"), ["<sip:h4@192.168.1.11>;expires=20"] if "received" not in header(reply, "Contact")[0]
                         else header(reply, "Contact"))
        self.assertEqual(list(self.location("h4")), ["sip:h4@192.168.1.11"])
        self.saved(phone, contact=["*"], expires=0)
        with self.assertRaises(jsonrpc.Fault):
            self.location("h4")

    def test_P20_other_bindings_keep_their_time(self):
        one, other = self.phone("h5", tcp=True), self.phone("h5", "<sip:h5@192.168.1.11>")
        self.saved(one)
        self.saved(other)
        location = self.location("h5")
        self.assertGreater(location["sip:h5@192.168.1.10:5060"], 3500)
        self.assertLessEqual(location["sip:h5@192.168.1.11"], 60)

    def test_P20_not_for_who_is_not_behind_a_nat(self):
        self.assertEqual(expires_of(self.saved(self.phone("direct"))), 3600)

    def test_P21_a_copy_of_a_register_is_told_the_same(self):
        phone = self.phone("h6")
        first = expires_of(self.saved(phone))
        self.assertLessEqual(abs(expires_of(self.saved(phone, again=True)) - first), 1)

    def test_N057_expires_that_cannot_be_read(self):
        for said in ("x", "-5", "", "+59", "3000000000", "4294967355", "99999999999999999999"):
            user = "h7%d" % len(said)
            phone = self.phone(user)
            phone.say(expires=said)
            reply = phone.receive()
            self.assertTrue(reply.startswith("SIP/2.0 400" if said == "" else "SIP/2.0 200"), said)
            if said:
                self.assertLessEqual(expires_of(reply), 60, said)
            phone = self.phone(user + "p")
            reply = self.saved(phone, expires=None, contact=["<sip:h7@192.168.1.10>;expires=" + (said or "y")])
            self.assertLessEqual(expires_of(reply), 60, said)

    def test_P22_flow_timer_in_what_the_registrar_answers(self):
        phone = self.phone("h9", "<sip:h9@192.168.1.10>;+sip.instance=\"<urn:x>\";reg-id=1")
        for tags, timer in (("path, outbound", ["25"]), ("path", [])):
            reply = self.saved(phone, more=["Supported: " + tags])
            self.assertEqual(header(reply, "Flow-Timer"), timer)

    def test_P23_keep_in_what_the_registrar_answers(self):
        self.assertIn(";keep=25", header(self.saved(self.phone("h8"), via=";keep"), "Via")[0])


class HomeMinimum(Home):
    """The registrar grants no less than 58 seconds, and refuses less: then that is what phones are told."""
    min, default = 58, 3600

    def test_P20_never_refused_for_what_we_made_of_it(self):
        for i in range(20):
            self.assertTrue(58 <= expires_of(self.saved(self.phone("m%d" % i))) <= 60)

    def test_P20_said_at_start(self):
        self.assertIn("profile short: expires max 60 with jitter 20 is less than min_expires 58 of registrar", self.server.log())

    test_P20_less_stays_less_and_an_end_an_end = None
    test_P20_the_answer_and_the_location_agree = None


class HomeDefault(Home):
    """What nobody asks for lasts 40 seconds: it is not made longer."""
    min, default = 10, 40

    def test_P20_the_default_is_less(self):
        self.assertEqual(expires_of(self.saved(self.phone("d1"), expires=None)), 40)

    test_P20_the_answer_and_the_location_agree = None


class HomeTwice(Home):
    """Called again after the message was read again."""
    before = "msg_apply_changes(); nat_manage(); nat_manage();"

