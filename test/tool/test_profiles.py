# SPDX-License-Identifier: GPL-2.0-or-later
"""nat_policy profiles."""
import tool

NAMES = ["default", "connexcs", "communigate", "freeswitch-nat-acl", "asterisk", "opensips", "aggressive"]


class Profiles(tool.Case):
    def test_all_ready_made_profiles_with_sentence_and_settings(self):
        doc = tool.document(tool.run("profiles", "--json"))
        self.assertEqual([p["name"] for p in doc["profiles"]], NAMES)
        for p in doc["profiles"]:
            self.assertEqual(len(p["settings"]), 26, p["name"])
            self.assertTrue(p["about"])
        default = doc["profiles"][0]
        self.assertEqual(default["not_default"], [])
        for p in doc["profiles"]:
            differ = [k for k, v in p["settings"].items() if v != default["settings"][k]]
            self.assertEqual(p["not_default"], differ)

    def test_one_of_them_as_text_marks_what_is_not_default(self):
        done = tool.run("profiles", "communigate")
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertIn("\ncommunigate: CommuniGate Pro: ", done.out)
        marked = [li.split()[1:] for li in done.out.splitlines() if li.startswith("  * ")]
        self.assertEqual(marked, [["detect", "signs", "contact-private,via-private"],
                                  ["detect", "register-signs", "contact-private,via-private"], ["expires", "max", "600"]])
        self.assertIn("    keepalive udp            25\n", done.out)

    def test_what_it_says_is_what_a_policy_may_say(self):
        """Each profile, written out with its own words, is that profile again"""
        for p in tool.document(tool.run("profiles", "--json"))["profiles"]:
            elements = {}
            for key, value in p["settings"].items():
                element, attribute = key.split("_", 1)
                elements.setdefault(element, []).append(f'{attribute.replace("_", "-")}="{value}"')
            body = "".join(f"<{e} {' '.join(a)}/>" for e, a in elements.items())
            one = self.policy(f'<profiles><profile name="x">{body}</profile></profiles>', "one.xml")
            two = self.policy(f'<profiles><profile name="x" extends="{p["name"]}"/></profiles>', "two.xml")
            done = tool.run("diff", one, two)
            self.assertEqual((done.status, done.out), (0, "no differences\n"), p["name"])

    def test_no_such_profile(self):
        done = tool.run("profiles", "nobody")
        self.assertEqual((done.status, done.out), (2, ""))
        self.assertIn("'nobody'", done.err)
