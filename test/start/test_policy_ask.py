# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_edge.test and nat_edge.explain: what would be made of a message, and what was."""
import unittest

import jsonrpc
from peer import Peer, Server, header
from policies import CONFIG, Asker, policy

POLICY = policy(
    networks='<site name="office" prefixes="203.0.113.0/24" alg="none"/>\n'
             '<site name="here" prefixes="127.0.0.1" alg="none"/>',
    profiles='<profile name="default"><contact requests="rewrite" replies="rewrite"/></profile>'
    '<profile name="careful"><rport mode="always"/><contact replies="keep"/></profile>',
    rules='<rule name="acme" domain="acme.example" profile="careful"/>')
INVITE = """INVITE sip:bob@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5062;branch=z9hG4bKtry
Max-Forwards: 70
From: <sip:alice@acme.example>;tag=a
To: <sip:bob@acme.example>
Call-ID: try@acme.example
CSeq: 1 INVITE
Contact: <sip:alice@192.168.1.10:5062>
Content-Type: application/sdp
Content-Length: %d

%s"""
SDP = "v=0\r\no=- 1 1 IN IP4 192.168.1.10\r\ns=-\r\nc=IN IP4 192.168.1.10\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
REPLY = """SIP/2.0 200 OK
Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKtry
From: <sip:bob@example.org>;tag=b
To: <sip:alice@example.org>;tag=a
Call-ID: try@acme.example
CSeq: 1 INVITE
Contact: <sip:alice@10.1.2.3>
Content-Length: 0

"""
# the same keys as in the answer of nat_edge.test
SHOW = """
request_route {
	append_to_reply("X-Class: $nat(class)\\r\\nX-Signs: $nat(signs)\\r\\nX-Rule: $nat(rule)\\r\\n");
	append_to_reply("X-Reason: $nat(reason)\\r\\nX-Confidence: $nat(confidence)\\r\\n");
	append_to_reply("X-Place: $nat(site)\\r\\nX-Profile: $nat(profile)\\r\\nX-Policy_rule: $nat(policy)\\r\\n");
	nat_force_rport();
	sl_send_reply("200", "OK");
	exit;
}
"""
KEYS = ("class", "signs", "rule", "reason", "confidence", "place", "profile", "policy_rule")


def wire(text):
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def invite(sdp=SDP):
    return (INVITE % (len(sdp), "%s")).replace("\n", "\r\n") % sdp


class Ask(unittest.TestCase):
    def setUp(self):
        self.server = Server(CONFIG, files={"policy.xml": POLICY})
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())
        self.rpc = jsonrpc.Rpc(self.server)
        self.addCleanup(self.rpc.close)

    def fault(self, code, *command):
        with self.assertRaises(jsonrpc.Fault) as said:
            self.rpc(*command)
        self.assertEqual(said.exception.code, code, said.exception)
        return str(said.exception)

    def test_a_request_is_judged_as_if_it_had_come(self):
        said = self.rpc("nat_edge.test", invite(), "203.0.113.7:40000")
        self.assertEqual((said["class"], said["rule"], said["place"], said["profile"], said["policy_rule"]),
                         ("nat", "claimed-private-source-public", "office", "careful", "line 10 (acme)"))
        self.assertEqual((said["would_do"], said["policy_generation"]), ("rport contact", 1))
        self.assertLessEqual({"contact-private", "via-private", "sdp-private"}, set(said["signs"].split(",")))
        # from that very place it is no NAT, and rport is for everybody who has this profile
        said = self.rpc("nat_edge.test", invite(), "192.168.1.10:5062")
        self.assertEqual((said["class"], said["would_do"]), ("direct", "rport"))

    def test_it_says_what_a_route_would_see(self):
        server = Server(CONFIG.split("request_route")[0] + SHOW, files={"policy.xml": POLICY})
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        rpc, peer = jsonrpc.Rpc(server), Peer()
        self.addCleanup(rpc.close)
        self.addCleanup(peer.close)
        at, here = "127.0.0.1:%d" % server.port, "127.0.0.1:%d" % peer.port
        for text in (invite(), invite().replace("192.168.1.10", "127.0.0.1"), invite().replace("acme.example", "x.y"),
                     invite().replace("192.168.1.10", "8.8.8.8"), invite("")):
            peer.socket.sendto(text.encode(), ("127.0.0.1", server.port))
            reply = peer.receive()
            said = rpc("nat_edge.test", text, here, "udp", at)
            seen = {key: header(reply, "X-" + key)[0] for key in KEYS}
            self.assertEqual({key: said[key] for key in KEYS}, seen, text)

    def test_a_reply_is_judged_too(self):
        said = self.rpc("nat_edge.test", wire(REPLY), "203.0.113.7:5060")
        self.assertEqual((said["class"], said["place"], said["would_do"]), ("nat", "office", "contact"))
        # whose it is, is told by From: the profile of acme.example leaves replies as they are
        said = self.rpc("nat_edge.test", wire(REPLY.replace("alice@example.org", "alice@acme.example")
                                              .replace("bob@example.org", "bob@acme.example")), "203.0.113.7:5060")
        self.assertEqual((said["class"], said["profile"], said["would_do"]), ("nat", "careful", "nothing"))
        # a Record-Route that is not ours: through another proxy
        routed = REPLY.replace("Contact:", "Record-Route: <sip:192.0.2.77;lr>\nContact:")
        said = self.rpc("nat_edge.test", wire(routed), "203.0.113.7:5060")
        self.assertEqual((said["class"], said["would_do"]), ("proxied", "nothing"))

    def test_text_as_an_editor_leaves_it_is_read_alike(self):
        expected = self.rpc("nat_edge.test", invite(""), "203.0.113.7:40000")
        text = invite("").replace("\r\n", "\n")
        for pasted in (text, text.rstrip("\n"), text.rstrip("\n") + "\n", "\n\n" + text, "\r\n" + text):
            self.assertEqual(self.rpc("nat_edge.test", pasted, "203.0.113.7:40000"), expected, repr(pasted))
        # the body is as it came: its length is what its sender said
        self.assertEqual(self.rpc("nat_edge.test", invite().split("\r\n\r\n")[0].replace("\r\n", "\n") + "\n\n" + SDP,
                                  "203.0.113.7:40000"), self.rpc("nat_edge.test", invite(), "203.0.113.7:40000"))

    def test_what_is_no_message_is_told_so(self):
        for text in ("hello", "\n", "INVITE", "INVITE sip:a@b SIP/2.0", "GET / HTTP/1.1\r\n\r\n",
                     invite().replace("Via:", "Vio:"),
                     invite().replace("SIP/2.0/UDP 192.168.1.10", "SIP/2.0/UDP ,,;;")):
            self.fault(422, "nat_edge.test", text, "203.0.113.7:40000")
        # odd, but a router has to live with it
        for text in (invite().replace("Contact: <", "Contact: <<<"), invite().replace("From: <", "From: <<>"),
                     invite().replace("CSeq: 1", "CSeq: x"), invite().replace("Content-Length: ", "Content-Length: 9"),
                     invite()[:300], invite() * 2, invite().replace("a@", "\x01\x1b@")):
            try:
                said = self.rpc("nat_edge.test", text, "203.0.113.7:40000")
                self.assertTrue(said["class"], text)
            except jsonrpc.Fault as fault:
                self.assertEqual(fault.code, 422)
        self.assertEqual(self.rpc("core.psx")[0]["IDX"], 0)

    def test_wrong_arguments_are_told_what_is_allowed(self):
        self.assertIn("Give a SIP message of up to 65535 bytes", self.fault(400, "nat_edge.test"))
        for source in ((), ("nowhere",), ("203.0.113.300",), ("",)):
            self.assertIn("Say first where the message came from: address:port",
                          self.fault(400, "nat_edge.test", invite(), *source))
        for word in ("sctp", "udp,tcp", "127.0.0.1:99999"):
            self.assertIn("'%s' is neither a transport (udp tcp tls ws wss) nor the address:port" % word,
                          self.fault(400, "nat_edge.test", invite(), "203.0.113.7:1", word))
        for transport in ("udp", "tcp", "tls", "ws", "wss"):
            said = self.rpc("nat_edge.test", invite(), "203.0.113.7:1", transport, "127.0.0.1:5060")
            self.assertEqual(said["class"], "flow" if transport in ("ws", "wss") else "nat", transport)

    def numbers(self):
        groups = ("nat_edge", "nat_edge_sign", "nat_edge_verdict", "nat_edge_rule", "nat_edge_place")
        return [self.rpc("cnt.grp_get_all", group) for group in groups] \
            + [self.rpc("nat_edge.policy_show"), self.rpc("nat_edge.policy_show", "rules"),
               self.rpc("nat_edge.site_list"), self.rpc("nat_edge.stats")]

    def used(self, pid):
        return [p["used"] for p in self.rpc("pkg.stats", "pid", pid)][0]

    def test_nothing_is_counted_kept_or_lost(self):
        pid = [p["PID"] for p in self.rpc("core.psx") if p["DSC"] == "JSONRPCS DATAGRAM"][0]
        self.rpc("nat_edge.policy_shadow", "load")
        before = self.numbers()
        memory = []
        for _ in range(3):
            for _ in range(50):
                for text in (invite(), wire(REPLY), invite().replace("acme.example", "x"), invite()[:200], "hello"):
                    for transport in ("udp", "ws"):
                        try:
                            self.rpc("nat_edge.test", text, "203.0.113.7:40000", transport)
                        except jsonrpc.Fault as fault:
                            self.assertEqual(fault.code, 422)
            memory.append(self.used(pid))
        self.assertEqual(self.numbers(), before)
        self.assertEqual(self.rpc("nat_edge.policy_shadow", "report")[0]["judged"], 0)
        self.fault(404, "nat_edge.explain", "try@acme.example")
        self.fault(404, "nat_edge.explain", "203.0.113.7")
        self.assertEqual(memory[2], memory[1], "memory of the process")

    def test_explain_names_the_grounds_and_the_policy(self):
        asker = Asker(self.server)
        self.addCleanup(asker.close)
        asker.ask("INVITE", "alice@acme.example")
        here = "127.0.0.1:%d" % asker.port
        said, = self.rpc("nat_edge.explain", "alice@acme.example")
        self.assertEqual((said["method"], said["source"], said["via"], said["contact"]), ("INVITE", here, here, here))
        self.assertEqual((said["place"], said["profile"], said["policy_rule"], said["policy_generation"]),
                         ("here", "careful", "line 10 (acme)", 1))
        self.assertEqual((said["class"], said["done"]), ("direct", "rport"))
        self.assertTrue(said["confidence"])
        # what was judged by a policy that is gone is told as it was
        self.server.write("policy.xml", policy(rules='<rule name="other" nat="force"/>'))
        self.rpc("nat_edge.policy_reload")
        asker.ask("INVITE", "alice@acme.example")
        new, old = self.rpc("nat_edge.explain", "alice@acme.example")
        self.assertEqual(old, said)
        self.assertEqual((new["place"], new["profile"], new["policy_rule"], new["policy_generation"], new["class"]),
                         ("", "default", "line 3 (other)", 2, "nat"))
        self.server.write("policy.xml", policy())
        self.rpc("nat_edge.policy_reload")
        asker.ask("BYE", "alice@acme.example")
        said = self.rpc("nat_edge.explain", "alice@acme.example", 1)[0]
        self.assertEqual((said["policy_rule"], said["policy_generation"]), ("none", 3))


if __name__ == "__main__":
    unittest.main()
