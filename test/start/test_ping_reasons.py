# SPDX-License-Identifier: GPL-2.0-or-later
"""Reasons besides registrations: subscriptions, dialogs, gateways, scripts; and registrations at another server."""
import unittest

from peer import Peer, Server, header
from pings import PingCase, config, policy
from test_registration import ok

RELAY = """
	if (is_method("OPTIONS|MESSAGE")) {
		if ($hdr(X-Keep) != $null) nat_keepalive("$(hdr(X-Keep){s.int})");
		sl_send_reply("200", "OK");
		exit;
	}
	if (!has_totag() && is_method("INVITE") && $rU == "local") {
		if (!lookup("location")) sl_send_reply("404", "Not Found");
		else t_relay();
		exit;
	}
	$du = "sip:127.0.0.1:%d";
	t_relay();
	exit;
"""


class ReasonCase(PingCase):
    @classmethod
    def setUpClass(cls):
        cls.upstream = Peer()
        cls.addClassCleanup(cls.upstream.close)
        super().setUpClass()

    @classmethod
    def start(cls):
        text = config(**cls.parts).replace('sl_send_reply("200", "OK");\n}', RELAY % cls.upstream.port + "}", 1)
        cls.assert_relay(text)
        server = Server(text, files={"policy.xml": policy(**cls.policy_parts)}, tcp=True)
        if not server.ready:
            text = server.log()
            server.close()
            raise AssertionError(text)
        return server

    @staticmethod
    def assert_relay(text):
        if "t_relay" not in text:
            raise AssertionError(text)

    def rows(self, phone):
        return self.rpc("nat_ping.show", "127.0.0.1:%d" % phone.port)[:-1]

    def reasons(self, phone):
        return [r["reasons"] for r in self.rows(phone)]

    def becomes(self, phone, *reasons):
        """What tm sends is out before its callback runs"""
        self.until(lambda: self.reasons(phone) == list(reasons))

    def transaction(self, phone, text, status, to_tag="up", *more):
        """A request that goes upstream and is answered there. @return: as it came there"""
        phone.send(text, self.server.port)
        got = self.upstream.receive()
        while got.split()[0] != text.split()[0]:  # an ACK, or what nobody answered
            got = self.upstream.receive()
        self.upstream.send(self.reply(got, status, to_tag, *more), self.server.port)
        while True:
            text = phone.receive("\0")
            if text.startswith("SIP/2.0 1"):
                continue
            if text.startswith("SIP/2.0"):
                return got

    @staticmethod
    def reply(got, status, to_tag, *more):
        kept = [l for l in got.split("\n\n")[0].split("\n")[1:]
                if l.split(":", 1)[0] in ("Via", "From", "Call-ID", "CSeq", "Record-Route")]
        to = header(got, "To")[0]
        return "\n".join(["SIP/2.0 " + status, *kept, "To: " + to + ("" if "tag=" in to else ";tag=" + to_tag), *more,
                          "Content-Length: 0"]) + "\n\n"

    def request(self, method, call_id, cseq=1, totag=None, fromtag="a", more=()):
        lines = [f"{method} sip:someone@example.org SIP/2.0",
                 "Via: SIP/2.0/UDP 192.168.1.10:5060;rport;branch=z9hG4bK%s-%d-%s" % (call_id, cseq, method),
                 "Max-Forwards: 70", "From: <sip:caller@example.org>;tag=" + fromtag,
                 "To: <sip:someone@example.org>" + (";tag=" + totag if totag else ""),
                 "Call-ID: " + call_id, "CSeq: %d %s" % (cseq, method), "Contact: <sip:caller@192.168.1.10:5060>", *more]
        return "\n".join([*lines, "Content-Length: 0"]) + "\n\n"


class Reasons(ReasonCase):
    def test_P7_subscription_until_its_end(self):
        phone = self.phone("sub")
        self.transaction(phone, self.request("SUBSCRIBE", "sub1", more=["Event: presence", "Expires: 600"]), "200 OK", "up",
                         "Expires: 300")
        self.becomes(phone, "subscription")
        self.ping(phone)
        self.transaction(phone, self.request("SUBSCRIBE", "sub1", 2, "up", more=["Event: presence", "Expires: 0"]), "200 OK",
                         "up", "Expires: 0")
        self.becomes(phone)
        self.no_ping(phone, 1.5)

    def test_P7_subscription_ended_by_notify(self):
        phone = self.phone("sub")
        self.transaction(phone, self.request("SUBSCRIBE", "sub2", more=["Event: presence", "Expires: 600"]), "200 OK", "up",
                         "Expires: 300")
        self.becomes(phone, "subscription")
        self.upstream.send(self.request("NOTIFY", "sub2", 1, "a", "up", ["Event: presence",
                                                                        "Subscription-State: terminated;reason=timeout"]),
                           self.server.port)
        self.becomes(phone)

    def test_T07_nothing_before_a_2xx(self):
        phone = self.phone("sub")
        self.transaction(phone, self.request("SUBSCRIBE", "sub3", more=["Event: presence", "Expires: 600"]), "403 Forbidden")
        self.transaction(phone, self.request("INVITE", "inv3"), "486 Busy Here")
        self.becomes(phone)
        self.no_ping(phone, 1.5)

    def test_P7_dialog_from_2xx_to_bye(self):
        phone = self.phone("caller")
        self.transaction(phone, self.request("INVITE", "inv1"), "200 OK", "up", "Contact: <sip:x@127.0.0.1>")
        self.becomes(phone, "dialog")
        self.ping(phone)
        # a re-INVITE that is refused ends nothing
        self.transaction(phone, self.request("INVITE", "inv1", 2, "up"), "488 Not Acceptable")
        self.becomes(phone, "dialog")
        self.transaction(phone, self.request("BYE", "inv1", 3, "up"), "200 OK")
        self.becomes(phone)
        self.no_ping(phone, 1.5)

    def test_P7_dialog_that_the_other_side_ends(self):
        phone = self.phone("caller")
        self.transaction(phone, self.request("INVITE", "inv4"), "200 OK", "up", "Contact: <sip:x@127.0.0.1>")
        self.becomes(phone, "dialog")
        other = self.phone("callee")
        self.transaction(other, self.request("BYE", "inv4", 1, "a", "up"), "200 OK")
        self.becomes(phone)

    def test_P7_both_legs_and_early_ones(self):
        callee = self.registered("local")
        caller = self.phone("caller")
        text = self.request("INVITE", "inv5").replace("INVITE sip:someone@", "INVITE sip:local@")
        caller.send(text, self.server.port)
        got = callee.receive("OPTIONS")
        self.assertTrue(got.startswith("INVITE"), got)
        callee.send(self.reply(got, "180 Ringing", "cal"), self.server.port)
        self.becomes(callee, "registration,dialog")
        self.becomes(caller, "dialog")
        callee.send(self.reply(got, "200 OK", "cal", "Contact: <sip:local@192.168.1.10>"), self.server.port)
        self.register(callee, expires=0)
        self.becomes(callee, "dialog")
        self.transaction(caller, self.request("BYE", "inv5", 2, "cal"), "200 OK")
        self.becomes(caller)
        self.becomes(callee)

    def test_F17_a_re_invite_from_elsewhere_moves_its_sender(self):
        phone, moved = self.phone("caller"), self.phone("caller")
        self.transaction(phone, self.request("INVITE", "inv6"), "200 OK", "up", "Contact: <sip:x@127.0.0.1>")
        self.transaction(moved, self.request("INVITE", "inv6", 2, "up"), "200 OK", "up", "Contact: <sip:x@127.0.0.1>")
        self.becomes(moved, "dialog")
        self.becomes(phone)
        self.transaction(moved, self.request("BYE", "inv6", 3, "up"), "200 OK")

    def test_a_scripts_own_reason(self):
        phone = self.phone("scripted")
        phone.send(self.request("MESSAGE", "msg1", more=["X-Keep: 60"]), self.server.port)
        phone.receive()
        self.becomes(phone, "script")
        self.ping(phone)
        phone.send(self.request("MESSAGE", "msg2", more=["X-Keep: 0"]), self.server.port)
        while not phone.receive("\0").startswith("SIP/2.0"):
            pass
        self.becomes(phone)


class Confirmed(ReasonCase):
    """Without its ACK a dialog is one of some minutes, with it one of dialog_max, which is made shorter here."""
    parts = {"params": 'modparam("nat_ping", "dialog_max", 2)'}

    def answered(self, call_id):
        phone = self.phone("caller")
        self.transaction(phone, self.request("INVITE", call_id), "200 OK", "up", "Contact: <sip:x@127.0.0.1>")
        self.becomes(phone, "dialog")
        return phone

    def test_T07_a_2xx_is_confirmed_by_its_ack(self):
        callers = [self.answered("inv7"), self.answered("inv8")]
        callers[0].send(self.request("ACK", "inv7", 1, "up"), self.server.port)
        self.becomes(callers[0])
        self.assertEqual(self.reasons(callers[1]), ["dialog"])


class Elsewhere(ReasonCase):
    """An edge: the registrar is upstream."""

    @classmethod
    def start(cls):
        cls.parts = {"before": "$du = \"sip:127.0.0.1:%d\"; t_relay(); exit;" % cls.upstream.port}
        return super().start()

    def registered_upstream(self, phone, expires=3600, granted=3600):
        phone.say(expires=expires)
        got = self.upstream.receive()
        lines = ["Contact: %s;expires=%d" % (phone.contact, granted)] if granted else []
        self.upstream.send(ok(got, *lines), self.server.port)
        while not phone.receive("\0").startswith("SIP/2.0 200"):
            pass

    def test_an_edge_keeps_open_what_is_registered_upstream(self):
        phone = self.phone("edge")
        self.registered_upstream(phone)
        self.becomes(phone, "registration")
        self.assertEqual(self.rows(phone)[0]["name"], "edge@example.org")
        self.ping(phone)
        self.registered_upstream(phone, 0, 0)
        self.becomes(phone)
        self.no_ping(phone, 1.5)

    def test_T07_not_before_it_is_accepted(self):
        phone = self.phone("refused")
        phone.say()
        got = self.upstream.receive()
        self.upstream.send(ok(got, status="401 Unauthorized"), self.server.port)
        phone.receive()
        self.becomes(phone)
        self.no_ping(phone, 1.5)


if __name__ == "__main__":
    unittest.main()
