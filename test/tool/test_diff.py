# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_policy diff."""
import tool


class Diff(tool.Case):
    def diff(self, old, new, *args):
        return tool.run("diff", self.policy(old, "old.xml"), self.policy(new, "new.xml"), *args)

    def found(self, old, new, *args):
        """(part, subject, change, aspect, old, new) of each difference"""
        done = self.diff(old, new, "--json", *args)
        doc = tool.document(done)
        self.assertEqual(done.err, "")
        self.assertEqual(done.status, 1 if doc["differences"] else 0)
        self.assertEqual(doc["status"], done.status)
        text = self.diff(old, new, *args)
        self.assertEqual((text.status, text.err), (done.status, ""))
        self.last, self.text = doc, text.out
        return [tuple(d[k] for k in ("part", "subject", "change", "aspect", "old", "new")) for d in doc["differences"]]

    def same(self, old, new):
        self.assertEqual(self.found(old, new), [])
        self.assertEqual(self.text, "no differences\n")
        self.assertEqual(self.last["count"], 0)

    def test_the_same_said_otherwise_is_no_difference(self):
        self.same("", "<networks/><profiles/><rules/>")
        self.same('<networks><lan name="a" prefixes="10.0.0.0/8"/></networks>',
                  '\n\n<!-- x --><networks><network name="n" prefixes="10.0.0.0-10.127.255.255, 10.128.0.0/9"/>\n'
                  '<lan name="a" use="n"/></networks>')
        self.same('<profiles><profile name="a"/></profiles>', '<profiles><profile name="a"><expires max="0"/></profile>'
                                                              '</profiles>')
        self.same('<rules><rule domain="A.example" method="BYE INVITE" nat="force"/><rule nat="never"/></rules>',
                  '<rules><rule nat="never"/><rule domain="a.example" method="INVITE BYE" nat="force"/></rules>')
        self.same('<rules><rule source="10.0.0.0/8" profile="default"/></rules>',
                  '<networks><network name="n" prefixes="10.0.0.0/8"/></networks><rules><rule source="n" '
                  'profile="default"/></rules>')

    def test_places(self):
        old = ('<networks><site name="s" prefixes="192.0.2.1"/><gateway name="g" address="192.0.2.2:5060"/>'
               '<lan name="l" prefixes="192.0.2.3"/></networks>')
        new = ('<networks><site name="s" prefixes="192.0.2.1" alg="none" same-nat-media="direct" max-contacts="7"/>'
               '<gateway name="g" address="192.0.2.2:5062" transport="tcp" keepalive="yes"/>'
               '<lan name="m" prefixes="192.0.2.3"/></networks>')
        places = [f for f in self.found(old, new) if f[0] == "place"]
        self.assertEqual(places, [
            ("place", "g", "changed", "address", "192.0.2.2:5060", "192.0.2.2:5062"),
            ("place", "g", "changed", "transport", "any", "tcp"), ("place", "g", "changed", "keepalive", "no", "yes"),
            ("place", "l", "removed", "", "lan", ""), ("place", "m", "added", "", "", "lan"),
            ("place", "s", "changed", "alg", "broken", "none"),
            ("place", "s", "changed", "same-nat-media", "as profile", "direct"),
            ("place", "s", "changed", "max-contacts", "0", "7")])
        self.assertIn("place l (line 3): removed: lan\n", self.text)
        self.assertIn("place g (line 3): address 192.0.2.2:5060 -> 192.0.2.2:5062\n", self.text)

    def test_networks(self):
        found = self.found('<networks><lan name="a" prefixes="10.0.0.0/8 2001:db8::/64"/></networks>',
                           '<networks><lan name="a" prefixes="10.0.0.0/8 !10.1.0.0/16 192.168.7.1-192.168.7.3"/></networks>')
        self.assertEqual(found, [
            ("network", "10.1.0.0/16", "changed", "", "private, nated, lan a", "private, nated"),
            ("network", "192.168.7.1-192.168.7.3", "changed", "", "private, nated", "private, nated, lan a"),
            ("network", "2001:db8::/64", "changed", "", "documentation, lan a", "documentation")])
        self.assertIn("network 10.1.0.0/16: private, nated, lan a -> private, nated\n", self.text)
        self.assertTrue(self.text.endswith("\n3 differences\n"))

    def test_networks_that_are_nated_or_no_more(self):
        found = self.found("", '<networks><nated name="n" prefixes="builtin:private 203.0.113.0/24"/></networks>')
        self.assertIn(("network", "203.0.113.0/24", "changed", "", "documentation", "documentation, nated"), found)
        self.assertIn(("network", "100.64.0.0/10", "changed", "", "cgn, nated", "cgn"), found)
        self.assertNotIn("10.0.0.0/8", [f[1] for f in found])

    def test_trusted_and_gate(self):
        old = '<networks><trusted name="t" prefixes="192.0.2.1"/><gate allow="127.0.0.1" deny="203.0.113.0/24"/></networks>'
        new = ('<networks><trusted name="u" prefixes="192.0.2.2"/>\n'
               '<gate allow="10.0.0.0/8 203.0.113.0/24" deny="127.0.0.1 203.0.113.0/24" ports="443 80"\n'
               ' own-sockets="allow"/></networks>')
        self.assertEqual(self.found(old, new), [
            ("network", "127.0.0.1", "changed", "", "loopback, nated, gate allows", "loopback, nated, gate denies"),
            ("network", "192.0.2.1", "changed", "", "documentation, trusted", "documentation"),
            ("network", "192.0.2.2", "changed", "", "documentation", "documentation, trusted"),
            ("gate", "ports", "changed", "", "none", "80 443"),
            ("gate", "own-sockets", "changed", "", "deny", "allow")])
        self.assertIn("gate ports (line 3, now 4): none -> 80 443\n", self.text)

    def test_a_gate_that_changes_nothing_is_no_difference(self):
        self.same("", '<networks><gate allow="10.0.0.0/8 8.8.8.8" own-sockets="deny"/></networks>')
        self.same('<networks><gate deny="127.0.0.0/8"/></networks>',
                  '<networks><gate allow="127.0.0.1" deny="127.0.0.0/8"/></networks>')

    def test_a_place_that_moves_changes_both_networks(self):
        found = self.found('<networks><site name="s" prefixes="192.0.2.1"/><site name="t" prefixes="192.0.2.2"/></networks>',
                           '<networks><site name="t" prefixes="192.0.2.1"/><site name="s" prefixes="192.0.2.2"/></networks>')
        self.assertEqual([f[1] for f in found], ["192.0.2.1", "192.0.2.2"])
        self.assertEqual(found[0][4:], ("documentation, site s (broken ALG)", "documentation, site t (broken ALG)"))

    def test_all_addresses_of_a_family(self):
        for prefixes, other in (("::/0", "."), ("0.0.0.0/0", ":")):
            found = self.found("", f'<networks><lan name="a" prefixes="{prefixes}"/></networks>')
            networks = [f[1] for f in found if f[0] == "network"]
            self.assertGreater(len(networks), 10)
            self.assertFalse([n for n in networks if other in n])

    def test_ranges_that_only_sources_of_rules_cut_are_one(self):
        rules = '<rules><rule source="10.1.0.0/16 10.7.0.0/16" nat="force"/><rule source="10.0.0.0/8" nat="never"/></rules>'
        found = self.found(rules, '<networks><lan name="a" prefixes="10.0.0.0/8"/></networks>' + rules)
        self.assertEqual([f[:2] for f in found], [("network", "10.0.0.0/8"), ("place", "a")])
        found = self.found('<rules><rule source="10.0.0.0/8" nat="never"/></rules>', rules)
        self.assertEqual([f[:3] for f in found], [("rule", 'source="10.1.0.0/16 10.7.0.0/16"', "added")])

    def test_twenty_networks_are_told_and_all_are_counted(self):
        prefixes = " ".join(f"198.18.{i}.0/24" for i in range(0, 100, 2))
        found = self.found("", f'<networks><lan name="a" prefixes="{prefixes}"/></networks>')
        self.assertEqual(len([f for f in found if f[0] == "network"]), 20)
        self.assertEqual((self.last["networks"]["different"], self.last["count"]), (50, 51))
        self.assertIn("\nnetworks: 50 ranges differ, 20 of them are above\n51 differences\n", self.text)

    def test_profiles_setting_by_setting(self):
        old = '<profiles><profile name="default"/><profile name="a"><rport mode="always"/></profile><profile name="b"/></profiles>'
        new = ('<profiles><profile name="default"><detect verdict="never"/></profile><profile name="a" extends="asterisk">'
               '<rport mode="never"/><keepalive udp="30"/></profile><profile name="c"><expires max="9"/></profile></profiles>')
        self.assertEqual(sorted(self.found(old, new)), sorted([
            ("profile", "default", "changed", "detect verdict", "claimed-private-source-public", "never"),
            ("profile", "default", "changed", "detect register-verdict", "claimed-private-source-public", "never"),
            ("profile", "a", "changed", "detect verdict", "claimed-private-source-public", "always"),
            ("profile", "a", "changed", "detect register-verdict", "claimed-private-source-public", "always"),
            ("profile", "a", "changed", "contact requests", "keep", "rewrite"),
            ("profile", "a", "changed", "contact replies", "keep", "rewrite"),
            ("profile", "a", "changed", "contact register", "received", "rewrite"),
            ("profile", "a", "changed", "rport mode", "always", "never"),
            ("profile", "a", "changed", "keepalive udp", "25", "30"),
            ("profile", "a", "changed", "media relay", "auto", "always"),
            ("profile", "b", "removed", "", "all settings at their defaults", ""),
            ("profile", "c", "added", "", "", 'detect verdict="never", detect register-verdict="never", expires max="9"')]))

    def test_rules_by_what_they_ask_for(self):
        found = self.found('<rules><rule domain="a.example" profile="asterisk"/><rule transport="tcp" nat="never"/>'
                           '<rule name="x" method="BYE" nat="force"/></rules>',
                           '<rules><rule name="x" method="BYE CANCEL" nat="force"/><rule aor="a@b.example" nat="never"/>'
                           '<rule name="y" domain="A.example" profile="opensips" nat="force"/></rules>')
        self.assertEqual(found, [
            ("rule", 'domain="a.example"', "changed", "profile", "asterisk", "opensips"),
            ("rule", 'domain="a.example"', "changed", "nat", "-", "force"),
            ("rule", 'domain="a.example"', "changed", "name", "", "y"),
            ("rule", 'transport="tcp"', "removed", "", "profile of other rules, nat never", ""),
            ("rule", 'method="BYE"', "changed", "asks", 'method="BYE"', 'method="BYE CANCEL"'),
            ("rule", 'aor="a@b.example"', "added", "", "", "profile of other rules, nat never")])

    def test_a_rule_whose_named_source_changed(self):
        policy = '<networks><network name="n" prefixes="%s"/></networks><rules><rule source="n" nat="force"/></rules>'
        found = self.found(policy % "192.0.2.0/24 198.51.100.7", policy % "192.0.2.0/25 203.0.113.0/24")
        self.assertEqual(found, [("rule", 'source="n"', "changed", "source",
                                  "only before: 192.0.2.128/25 198.51.100.7", "only now: 203.0.113.0/24")])

    def test_a_rule_whose_long_source_changed_at_its_end(self):
        policy = '<rules><rule source="%s" nat="force"/></rules>'
        nets = [f"10.1.{i}.0/24" for i in range(0, 60, 2)]
        found = self.found(policy % " ".join(nets), policy % " ".join(nets + ["10.9.0.0/16"]))
        self.assertEqual([f[2:] for f in found], [("changed", "source", "only before: nothing", "only now: 10.9.0.0/16")])
        found = self.found(policy % " ".join(nets), policy % " ".join(nets[:10]))
        self.assertTrue(found[0][4].endswith(" and 15 more"), found)

    def test_the_order_of_rules_counts_where_both_fit(self):
        policy = "<rules><rule %s/><rule %s/></rules>"

        def order(a, b):
            return [f[3] for f in self.found(policy % (a, b), policy % (b, a))]
        self.assertEqual(order('transport="tcp" nat="force"', 'transport="tcp tls" nat="never"'), ["order"])
        self.assertIn('wins where this fits too: line 3: transport="tcp" -> loses there', self.text)
        # both never fit, or the same comes of it
        self.assertEqual(order('transport="tcp" nat="force"', 'transport="tls" nat="never"'), [])
        self.assertEqual(order('transport="tcp" nat="force"', 'transport="tcp tls" nat="force"'), [])
        self.assertEqual(order('source="10.0.0.0/24" nat="force"', 'source="10.0.1.0/24" nat="never"'), [])
        self.assertEqual(order('source="10.0.0.0/24 10.0.2.0/24" nat="force"', 'source="10.0.2.0/24 10.0.4.0/24" '
                                                                               'nat="never"'), ["order"])
        self.assertEqual(order('domain="a.example" nat="force"', 'domain="b.example" nat="never"'), [])
        self.assertEqual(order('method="BYE" nat="force"', 'transport="tcp" nat="never"'), [])
        self.assertEqual(order('user-agent="a*" nat="force"', 'user-agent="*b" nat="never"'), ["order"])

    def test_of_equal_rules_only_the_one_that_wins_has_an_order(self):
        a, b, c = 'transport="tcp" nat="force"', 'transport="tcp tls" nat="never"', 'transport="tcp" profile="asterisk"'
        self.assertEqual(self.found(f"<rules><rule {a}/><rule {b}/><rule {c}/></rules>",
                                    f"<rules><rule {b}/><rule {a}/><rule {c}/></rules>"), [])

    def test_many_rules_are_compared_in_no_time(self):
        rules = [f'<rule source="10.{i >> 8}.{i & 255}.0/24" nat="force"/>' for i in range(20000)]
        self.same("<rules>" + "".join(rules) + "</rules>", "<rules>" + "".join(rules) + "</rules>")
        changed = rules[:1234] + rules[1235:]
        self.assertEqual([f[:3] for f in self.found("<rules>" + "".join(rules) + "</rules>",
                                                    "<rules>" + "".join(changed) + "</rules>")],
                         [("rule", 'source="10.4.210.0/24"', "removed")])

    def test_rules_that_never_meet_have_no_order_however_many_they_are(self):
        rules = [f'<rule source="10.{i >> 8}.{i & 255}.0/24" profile="{"asterisk" if i & 1 else "opensips"}"/>'
                 for i in range(3000)]
        self.same("<rules>" + "".join(rules) + "</rules>", "<rules>" + "".join(reversed(rules)) + "</rules>")

    def test_T18_a_hostile_pattern_stays_on_its_line(self):
        found = self.found("", '<rules><rule user-agent="x&#10;forged \\ \u00e4\u202e" nat="force"/></rules>')
        self.assertEqual(found[0][1].encode("latin-1").decode(), 'user-agent="x\nforged \\ \u00e4\u202e"')
        self.assertFalse([li for li in self.text.splitlines() if li.startswith("forged")])

    OLD, NEW = "", ('<networks><site name="acme" prefixes="203.0.113.0/24"/></networks>'
                    '<rules><rule transport="tcp" profile="asterisk"/></rules>')

    def messages(self, *args):
        return [f for f in self.found(self.OLD, self.NEW, *args) if f[0] == "message"]

    def test_messages_that_are_judged_otherwise(self):
        public = tool.INVITE.replace(b"192.168.1.10:5060", b"203.0.113.9:40001")
        path, odd = self.file("m.txt", public), self.file("a@b@udp", public)
        self.assertEqual(self.messages(f"{path}@{tool.SOURCE}"), [
            ("message", str(path), "changed", "class", "direct", "nat"),
            ("message", str(path), "changed", "rule", "none", "site"),
            ("message", str(path), "changed", "signs", "none", "site"),
            ("message", str(path), "changed", "place", "-", "acme"),
            ("message", str(path), "changed", "would do", "nothing", "rport")])
        self.assertEqual(self.last["messages"], {"judged": 1, "not_judged": 0, "different": 1})
        self.assertIn("messages: 1 judged, 1 of them otherwise; 0 not judged by either\n", self.text)
        self.assertIn(("message", str(odd), "changed", "profile", "default", "asterisk"),
                      self.messages(f"{odd}@192.0.2.1:5060@tcp"))
        self.assertEqual(self.messages(f"{odd}@192.0.2.1:5060@udp", f"{path}@[2001:db8::1]:5060"), [])
        self.assertEqual(self.last["messages"], {"judged": 2, "not_judged": 0, "different": 0})

    def test_messages_alone_are_no_difference(self):
        path, none = self.file("m.txt", tool.INVITE), self.file("n.txt", b"no message")
        done = self.diff("", "", f"{path}@{tool.SOURCE}", f"{none}@{tool.SOURCE}")
        self.assertEqual((done.status, done.out),
                         (0, "messages: 1 judged, 0 of them otherwise; 1 not judged by either\nno differences\n"))

    def test_a_list_of_messages(self):
        (self.folder / "in").mkdir()
        self.file("in/a b.txt", tool.INVITE.replace(b"192.168.1.10", b"203.0.113.9"))
        listed = self.file("in/list", f"# comment\n\n  a b.txt \t 203.0.113.9:5060\nin.txt\t192.0.2.1:1\ttcp\n"
                                      f"{self.folder}/in/in.txt 192.0.2.1:1\n")
        self.file("in/in.txt", tool.INVITE)
        found = self.messages("--messages", str(listed))
        self.assertEqual(self.last["messages"], {"judged": 3, "not_judged": 0, "different": 2})
        self.assertEqual({f[1] for f in found}, {f"{self.folder}/in/a b.txt", f"{self.folder}/in/in.txt"})

    def test_messages_that_cannot_be_read_or_have_no_source(self):
        path = self.file("m.txt", tool.INVITE)
        for words in ([str(path)], [f"{path}@tcp"], [f"{path}@192.0.2.1"], [f"@{tool.SOURCE}"],
                      [f"{path}@{tool.SOURCE}@sctp"], [f"{self.folder}/none@{tool.SOURCE}"],
                      ["--messages", str(self.folder / "none")], ["--messages", str(self.file("l1", "m.txt\n"))],
                      ["--messages", str(self.file("l2", f"\nnone {tool.SOURCE}\n"))]):
            with self.subTest(words):
                done = self.diff("", "", *words)
                self.assertEqual((done.status, done.out), (2, ""))
                self.assertRegex(done.err, r"\Anat_policy: [^\n]+\n\Z")
                done = self.diff("", "", *words, "--json")
                self.assertEqual((done.status, tool.document(done)["status"]), (2, 2))
