# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_policy check, and what all commands say of a policy that cannot be used."""
import os

import tool


class Check(tool.Case):
    def check(self, content, *args):
        return tool.run("check", self.policy(content), *args)

    def notes(self, content):
        done = self.check(content, "--json")
        self.assertEqual(done.status, 0, done.out)
        return [(n["line"], n["kind"], n["text"]) for n in tool.document(done)["notes"]]

    def test_the_sample_has_no_faults_and_no_notes(self):
        sample = tool.ROOT / "etc/nat-policy.xml"
        done = tool.run("check", sample, "--interfaces", "10.0.0.0/8", "--any-owner")
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertRegex(done.out, r"\A\S+nat-policy\.xml: no faults; networks \d+, places 1, profiles 7, rules 0, "
                                   r"bytes \d+\n\Z")

    def test_each_fault_is_a_line_with_file_and_line(self):
        done = self.check('<networks><lan name="a" prefixes="10.0.0.1/8"/>\n<site name="a" prefixes="10.1.0.0/16"/>'
                          '</networks>\n<rules><rule profile="nobody" method="SING"/></rules>')
        self.assertEqual((done.status, done.err), (1, ""))
        path = self.folder / "policy.xml"
        lines = done.out.splitlines()
        self.assertTrue(lines[0].startswith(f"{path}:3: lan: prefixes: '10.0.0.1/8' is not allowed: "), lines[0])
        self.assertTrue(any(li.startswith(f"{path}:5: rule: method: 'SING' is not allowed: ") for li in lines), lines)
        self.assertEqual(lines[-1], f"{path}: {len(lines) - 1} faults")

    def test_faults_as_json(self):
        done = self.check('<rules><rule/>\n<rule nat="maybe"/></rules>', "--json")
        doc = tool.document(done)
        self.assertEqual((done.status, doc["status"], done.err), (1, 1, ""))
        self.assertEqual([(f["line"], f["element"], f["attribute"], f["value"]) for f in doc["faults"]],
                         [(3, "rule", "profile", ""), (4, "rule", "nat", "maybe")])
        self.assertEqual(doc["faults"][1]["text"],
                         f"{self.folder}/policy.xml:4: rule: nat: 'maybe' is not allowed: force or never")
        self.assertNotIn("notes", doc)

    def test_one_fault_is_said_once_but_no_more_than_a_hundred(self):
        done = self.check("<rules>" + "<rule/>\n" * 300 + "</rules>")
        self.assertEqual(done.status, 1)
        self.assertEqual(len(done.out.splitlines()), 102)
        self.assertIn("more than 100 faults", done.out)

    def test_summary_as_json(self):
        doc = tool.document(self.check('<rules><rule nat="never"/></rules>', "--json"))
        self.assertEqual((doc["command"], doc["faults"], doc["places"], doc["profiles"], doc["rules"], doc["status"]),
                         ("check", [], 0, 7, 1, 0))
        self.assertGreater(doc["bytes"], 1000)
        self.assertGreater(doc["networks"], 10)

    def test_what_a_gate_allows_and_denies_is_noted_once(self):
        notes = self.notes('<networks>\n<gate allow="10.0.0.0/8 127.0.0.1" deny="10.1.0.0/16 127.0.0.1"/></networks>')
        self.assertEqual(notes, [(4, "hidden", "gate: 10.1.0.0/16 is allowed and denied; it is denied")])
        self.assertEqual(self.notes('<networks><gate allow="10.0.0.0/8" deny="11.0.0.0/8"/></networks>'), [])

    def test_settings_for_later_modules_are_noted_where_they_are_set(self):
        notes = self.notes('<networks><site name="s" prefixes="192.0.2.1" same-nat-media="direct" max-contacts="3"/>\n'
                           '<gateway name="g" address="192.0.2.2" keepalive="yes"/></networks>\n'
                           '<profiles><profile name="default"><keepalive misses="20"/><rport mode="always"/></profile>\n'
                           '<profile name="p"><expires max="9"/><media tos="0"/></profile></profiles>\n'
                           '<rules><rule profile="p"/></rules>')
        # what nat_ping does is done
        self.assertEqual([(line, kind) for line, kind, _ in notes], [(3, "later"), (6, "later")])
        texts = [text for _, _, text in notes]
        self.assertIn("site s: same-nat-media", texts[0])
        self.assertIn('profile p: media tos="0" has no effect yet, it is for nat_media', texts)

    def test_a_ready_made_profile_is_noted_only_when_a_rule_names_it(self):
        self.assertEqual(self.notes(""), [])
        notes = self.notes('<rules><rule profile="asterisk"/></rules>')
        self.assertEqual([n[:2] for n in notes], [(0, "later")])
        self.assertIn('asterisk: media relay="always"', notes[0][2])

    def test_a_profile_that_no_rule_names_is_noted(self):
        notes = self.notes('<profiles><profile name="default"/><profile name="a"/>\n<profile name="b" extends="a"/>'
                           '</profiles><rules><rule profile="b"/></rules>')
        self.assertEqual([n[:2] for n in notes], [(3, "unused")])
        self.assertTrue(notes[0][2].startswith("profile a: no rule names it"), notes)

    def hidden(self, first, second):
        return [n[0] for n in self.notes(f"<rules><rule {first}/>\n<rule {second}/></rules>") if n[1] == "hidden"]

    def test_a_rule_that_a_later_one_hides_is_noted(self):
        same = [('nat="never"', 'nat="force"'),
                ('domain="Acme.example" nat="never"', 'domain="acme.EXAMPLE" profile="asterisk"'),
                ('source="10.0.0.0/9 10.128.0.0/9" nat="force"', 'source="10.0.0.0/8" nat="never"'),
                ('transport="tcp udp" nat="force"', 'transport="udp,tcp" nat="force" name="x"'),
                ('method="INVITE BYE" nat="force"', 'method="BYE INVITE" nat="force"'),
                ('aor="a@x.example" nat="force"', 'aor="a@X.example" nat="force"'),
                ('socket="192.0.2.1:5060" nat="force"', 'socket="192.0.2.1:5060" nat="force"'),
                ('user-agent="Phone*" nat="force"', 'user-agent="phone*" nat="force"')]
        for first, second in same:
            with self.subTest(first):
                self.assertEqual(self.hidden(first, second), [3])

    def test_rules_that_ask_for_something_else_are_not_hidden(self):
        other = [('domain="acme.example" nat="never"', 'domain="*.acme.example" nat="never"'),
                 ('source="10.0.0.0/8" nat="force"', 'source="10.0.0.0/8 !10.1.0.0/16" nat="force"'),
                 ('aor="a@x.example" nat="force"', 'aor="A@x.example" nat="force"'),
                 ('socket="192.0.2.1:5060" nat="force"', 'socket="192.0.2.1" nat="force"'),
                 ('socket="one" nat="force"', 'socket="One" nat="force"'),
                 ('transport="tcp" nat="force"', 'nat="force"'),
                 ('method="INVITE" nat="force"', 'method="BYE" nat="force"'),
                 ('user-agent="a*" nat="force"', 'user-agent="a?" nat="force"')]
        for first, second in other:
            with self.subTest(first):
                self.assertEqual(self.hidden(first, second), [])

    def test_many_rules_are_checked_in_no_time(self):
        rules = "".join(f'<rule source="10.{i >> 8}.{i & 255}.0/24" nat="force"/>\n' for i in range(20000))
        done = self.check(f"<rules>{rules}{rules[:rules.index(chr(10))]}</rules>", "--json")
        self.assertEqual([n["line"] for n in tool.document(done)["notes"]], [3])

    def test_the_word_interfaces_means_what_the_option_says(self):
        content = '<networks><lan name="lan" use="interfaces"/></networks>'
        counts = [tool.document(self.check(content, "--json", "--interfaces", nets))["networks"]
                  for nets in ("", "10.9.8.0/24", "10.9.8.0/24 192.168.4.0/24")]
        self.assertEqual([n - counts[0] for n in counts], [0, 2, 4])


class Unusable(tool.Case):
    def refused(self, path, *args):
        for command in (["check", path], ["explain", path, "-", "--source", tool.SOURCE], ["diff", path, path]):
            with self.subTest(command[0]):
                done = tool.run(*command, *args, stdin=tool.INVITE)
                self.assertEqual(done.status, 2)
                text = done.out + done.err
                self.assertEqual(text.count("\n"), 1, text)
                self.assertTrue(text.startswith(f"{path}: file: "), text)
                done = tool.run(*command, *args, "--json", stdin=tool.INVITE)
                doc = tool.document(done)
                self.assertEqual((done.status, doc["status"], done.err), (2, 2, ""))
                self.assertEqual(doc["faults"][0]["element"], "file")

    def test_a_file_that_is_not_there_or_no_file(self):
        self.refused(self.folder / "none.xml")
        self.refused(self.folder / "none.xml", "--any-owner")
        self.refused(self.folder)
        self.refused(self.folder, "--any-owner")
        self.refused(self.file("empty.xml", ""))
        self.refused(self.file("empty.xml", ""), "--any-owner")

    def test_a_file_that_others_can_write_is_refused_unless_that_is_said(self):
        path = self.policy("")
        path.chmod(0o646)
        self.refused(path)
        self.assertEqual(tool.run("check", path, "--any-owner").status, 0)

    def test_a_symbolic_link_is_refused_as_the_server_does(self):
        link = self.folder / "link.xml"
        os.symlink(self.policy(""), link)
        self.refused(link)

    def test_explain_and_diff_tell_the_faults_of_a_policy_and_end_with_one(self):
        bad, good = self.policy("<rules><rule/></rules>", "bad.xml"), self.policy("", "good.xml")
        message = self.file("m", tool.INVITE)
        for words in (["explain", bad, message, "--source", tool.SOURCE], ["diff", good, bad], ["diff", bad, good]):
            done = tool.run(*words)
            self.assertEqual((done.status, done.out), (1, ""))
            self.assertTrue(done.err.startswith(f"{bad}:3: rule: profile: "), done.err)
            done = tool.run(*words, "--json")
            doc = tool.document(done)
            self.assertEqual((done.status, doc["command"], doc["faults"][0]["line"], done.err), (1, words[0], 3, ""))

    def test_T18_bytes_of_a_hostile_policy_stay_on_their_line(self):
        path = self.file("bad\x1b[2J\n.xml", tool.POLICY % '<rules><rule user-agent="\u202e&#10;&#x9;x" method="\u00e4&#10;'
                                                           'forged: line"/></rules>')
        done = tool.run("check", path)
        self.assertEqual(done.status, 1)
        self.assertNotIn("\x1b", done.out)
        self.assertFalse([li for li in done.out.splitlines() if li.startswith("forged")])
        doc = tool.document(tool.run("check", path, "--json"))
        fault = [f for f in doc["faults"] if f["attribute"] == "method"][0]
        self.assertEqual(fault["value"].encode("latin-1").decode(), "\u00e4\nforged: line")
