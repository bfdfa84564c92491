# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_policy explain."""
import tool

REPLY = b"""SIP/2.0 200 OK
Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK2
Record-Route: <sip:198.51.100.1:5060;lr>
From: <sip:alice@example.org>;tag=1
To: <sip:bob@example.org>;tag=2
Call-ID: c1@host.example
CSeq: 1 INVITE
Server: Phone/2.0
Contact: <sip:bob@192.168.1.11:5060>
Content-Length: 0

"""
REGISTER = tool.INVITE.replace(b"INVITE", b"REGISTER")


class Explain(tool.Case):
    def explain(self, content, message, *args, source=tool.SOURCE):
        path = self.file("message", message)
        return tool.run("explain", self.policy(content), path, "--source", source, *args)

    def judged(self, content, message, *args, **more):
        done = self.explain(content, message, "--json", *args, **more)
        self.assertEqual((done.status, done.err), (0, ""), done.out)
        return tool.document(done)

    def test_text_says_what_why_and_by_which_line(self):
        done = self.explain('<networks><site name="acme" prefixes="203.0.113.9"/></networks>\n'
                            '<rules><rule name="office" source="acme" transport="udp" profile="asterisk"/></rules>',
                            tool.INVITE)
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertEqual(done.out, """\
message:     INVITE from 203.0.113.9:40001 by udp
sender:      alice@example.org
class:       nat
signs:       contact-private,contact-addr,contact-port,via-private,via-addr,via-port,site
rule:        site
reason:      source 203.0.113.9:40001 is listed in acme
confidence:  certain
place:       acme (site, line 3)
policy rule: line 4 (office): source="acme" transport="udp"; nat -
profile:     asterisk (ready-made)
would do:    rport contact
""")

    def test_json_has_the_names_of_the_rpc_command(self):
        doc = self.judged("", tool.INVITE)
        for key, value in {"judged": True, "method": "INVITE", "user": "alice", "domain": "example.org",
                           "call_id": "c1@host.example", "source": tool.SOURCE, "transport": "udp", "class": "nat",
                           "rule": "claimed-private-source-public", "confidence": "strong", "place": "",
                           "policy_rule": "none", "profile": "default", "would_do": "rport",
                           "status": 0}.items():
            self.assertEqual(doc[key], value, key)
        self.assertNotIn("settings", doc)

    def test_settings_of_its_profile(self):
        content = '<profiles><profile name="p"><rport mode="never"/></profile></profiles><rules><rule profile="p"/></rules>'
        doc = self.judged(content, tool.INVITE, "--settings")
        self.assertEqual((doc["settings"]["rport_mode"], len(doc["settings"]), doc["would_do"]), ("never", 26, "nothing"))
        done = self.explain(content, tool.INVITE, "--settings")
        self.assertIn("\n  rport mode               never\n", done.out)
        self.assertEqual(done.out.count("\n  "), 26)

    def test_repairs_are_those_of_the_profile(self):
        def would(profile, message):
            return self.judged(f'<profiles><profile name="default">{profile}</profile></profiles>', message,
                               "--local", "198.51.100.1:5060")["would_do"]
        self.assertEqual(would("", REGISTER), "rport received")
        self.assertEqual(would('<contact register="rewrite"/>', REGISTER), "rport contact")
        self.assertEqual(would('<contact register="keep"/>', REGISTER), "rport")
        self.assertEqual(would('<contact register="alias"/>', REGISTER), "rport alias")
        self.assertEqual(would('<contact register="fs-path"/>', REGISTER), "rport fs-path")
        self.assertEqual(would("", tool.INVITE), "rport")
        self.assertEqual(would('<contact requests="rewrite"/>', tool.INVITE), "rport contact")
        self.assertEqual(would('<contact requests="alias"/>', tool.INVITE), "rport alias")
        self.assertEqual(would('<rport mode="never"/><contact requests="keep"/>', tool.INVITE), "nothing")
        self.assertEqual(would("", REPLY), "nothing")
        self.assertEqual(would('<contact replies="alias"/>', REPLY), "alias")
        self.assertEqual(would('<contact replies="rewrite"/>', REPLY), "contact")
        self.assertEqual(would('<contact replies="keep"/><rport mode="always"/>', REPLY), "nothing")
        self.assertEqual(would("", tool.INVITE.replace(b"INVITE", b"OPTIONS")), "rport")
        public = tool.INVITE.replace(b"192.168.1.10:5060", b"203.0.113.9:40001")
        self.assertEqual(would("", public), "nothing")
        self.assertEqual(would('<rport mode="always"/>', public), "rport")

    def test_a_register_is_judged_by_its_own_settings(self):
        content = '<profiles><profile name="default"><detect register-verdict="never"/></profile></profiles>'
        self.assertEqual(self.judged(content, REGISTER)["rule"], "never")
        self.assertEqual(self.judged(content, tool.INVITE)["class"], "nat")

    def test_each_condition_of_a_rule_is_asked(self):
        for condition, message, args in [
                ('aor="alice@example.org"', tool.INVITE, []), ('domain="example.org"', tool.INVITE, []),
                ('domain="*.org"', tool.INVITE, []), ('source="203.0.113.0/24"', tool.INVITE, []),
                ('socket="198.51.100.1:5060"', tool.INVITE, ["--local", "198.51.100.1:5060"]),
                ('socket="outside"', tool.INVITE, ["--socket", "outside"]), ('transport="tls"', tool.INVITE,
                                                                             ["--transport", "tls"]),
                ('method="INVITE"', REPLY, []), ('user-agent="phone/1*"', tool.INVITE, []),
                ('user-agent="phone/2*"', REPLY, []), ('aor="bob@example.org"', REPLY, [])]:
            with self.subTest(condition):
                doc = self.judged(f'<rules><rule {condition} nat="never"/></rules>', message, *args)
                self.assertEqual((doc["rule"], doc["policy_rule"], doc["policy_rule_nat"]), ("exempt", "line 3", "never"))
                other = self.judged(f'<rules><rule {condition} nat="never"/></rules>',
                                    tool.INVITE.replace(b"INVITE", b"MESSAGE").replace(b"org", b"net")
                                    .replace(b"Phone", b"Fax"), "--local", "198.51.100.2:5060", source="203.0.112.1:9")
                self.assertEqual(other["policy_rule"], "none")

    def test_a_reply_that_another_proxy_handed_over_is_proxied(self):
        self.assertEqual(self.judged("", REPLY, "--local", "198.51.100.1:5060")["class"], "nat")
        self.assertEqual(self.judged("", REPLY, "--local", "198.51.100.2", "--local", "198.51.100.1")["class"], "nat")
        self.assertEqual(self.judged("", REPLY, "--local", "198.51.100.2:5060")["class"], "proxied")

    def test_a_gateway_is_one_by_its_port_and_transport(self):
        content = '<networks><gateway name="pbx" address="203.0.113.9:40001" transport="udp"/></networks>'
        doc = self.judged(content, tool.INVITE)
        self.assertEqual((doc["place"], doc["place_kind"], doc["place_line"], doc["rule"]), ("pbx", "gateway", 3, "gateway"))
        self.assertEqual(self.judged(content, tool.INVITE, "--transport", "tcp")["place"], "")
        self.assertEqual(self.judged(content, tool.INVITE, source="203.0.113.9:40002")["place"], "")

    def test_standard_input_is_a_message(self):
        policy = self.policy("")
        one = tool.run("explain", policy, "-", "--source", tool.SOURCE, "--json", stdin=tool.INVITE)
        two = tool.run("explain", policy, self.file("m", tool.INVITE), "--source", tool.SOURCE, "--json")
        self.assertEqual((one.status, one.raw), (0, two.raw))

    def test_lines_may_end_in_lf_alone_and_the_empty_line_may_be_missing(self):
        crlf = tool.INVITE.replace(b"\n", b"\r\n")
        want = self.judged("", crlf)
        for message in (tool.INVITE, tool.INVITE.rstrip(b"\n"), tool.INVITE[:-1], crlf[:-4], crlf[:-1]):
            self.assertEqual(self.judged("", message), want, message[-30:])
        self.assertEqual(self.judged("", crlf, "--raw"), want)

    def test_the_body_is_not_changed(self):
        body = b"v=0\no=- 1 1 IN IP4 192.168.1.10\ns=-\nc=IN IP4 192.168.1.10\nt=0 0\nm=audio 4000 RTP/AVP 0\n"
        message = tool.INVITE.replace(b"Content-Length: 0", b"Content-Type: application/sdp\nContent-Length: %d" % len(body))
        self.assertNotIn("alg-length", self.judged("", message + body)["signs"])
        self.assertIn("sdp-private", self.judged("", message + body)["signs"])

    def test_what_is_no_message_is_not_judged(self):
        for message in (b"", b"\n", b"hello\n\n", b"INVITE sip:b@x SIP/2.0\nTo: <sip:b@x>\n\n", b"\0" * 100):
            done = self.explain("", message)
            self.assertEqual((done.status, done.err), (1, ""), message)
            self.assertTrue(done.out.startswith("The message is not judged: "), done.out)
            done = self.explain("", message, "--json")
            self.assertEqual((done.status, tool.document(done)),
                             (1, {"command": "explain", "judged": False, "status": 1}))

    def test_a_message_that_cannot_be_read_is_said(self):
        policy = self.policy("")
        for path, why in ((self.folder / "none", "No such file"), (self.folder, "Is a directory"),
                          (self.file("long", b"x" * 65536), "65535 bytes at most")):
            done = tool.run("explain", policy, path, "--source", tool.SOURCE)
            self.assertEqual((done.status, done.out), (2, ""))
            self.assertIn(why, done.err)
            done = tool.run("explain", policy, path, "--source", tool.SOURCE, "--json")
            self.assertIn(why, tool.document(done)["error"])
        done = tool.run("explain", policy, self.file("longest", b"x" * 65535), "--source", tool.SOURCE)
        self.assertEqual(done.status, 1)

    def test_T18_bytes_of_a_hostile_message_stay_on_their_line(self):
        nasty = b"".join(bytes([b]) for b in range(1, 256) if b not in b"\r\n\t \"<>@:;,?[]\\%&/")
        message = tool.INVITE.replace(b"sip:alice@", b"sip:" + nasty + b"@").replace(b"c1@", b"c\x1b[2J\0" + nasty + b"@")
        done = self.explain("", message)
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertEqual(done.out.count("\n"), 11)
        self.assertFalse([c for c in done.out if c != "\n" and not " " <= c <= "~"])
        doc = self.judged("", message)
        self.assertEqual(doc["user"].encode("latin-1"), nasty)
        self.assertEqual(doc["call_id"].encode("latin-1"), b"c\x1b[2J\0" + nasty + b"@host.example")

    def test_any_byte_anywhere_gives_a_document(self):
        for byte in range(0, 256, 5):
            for at in range(0, len(tool.INVITE), 41):
                done = self.explain("", tool.INVITE[:at] + bytes([byte]) + tool.INVITE[at + 1:], "--json")
                self.assertIn(done.status, (0, 1))
                tool.document(done)
