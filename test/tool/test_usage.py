# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line itself."""
import re
import subprocess

import tool

WRONG = [
    [], ["frobnicate"], ["check"], ["check", "a", "b"], ["explain", "a", "--source", "192.0.2.1:5060"],
    ["explain", "a", "b"], ["diff", "a"], ["profiles", "a", "b"], ["check", "--frobnicate", "a"], ["check", "a", "--source"],
    ["check", "a", "--source", "192.0.2.1:5060"], ["check", "a", "--settings"], ["profiles", "--any-owner"],
    ["explain", "a", "b", "--source", "192.0.2.1"], ["explain", "a", "b", "--source", "host.example:5060"],
    ["explain", "a", "b", "--source", "192.0.2.1:70000"], ["explain", "a", "b", "--source=192.0.2.1:5060", "--local", "x"],
    ["explain", "a", "b", "--source", "192.0.2.1:5060", "--transport", "sctp"],
    ["explain", "a", "b", "--source", "192.0.2.1:5060", "--socket", ""], ["check", "a", "--json=yes"],
    ["check", "a", "--interfaces", "10.0.0.1/8"], ["check", "a", "--interfaces", "!10.0.0.0/8"],
    ["check", "a", "--interfaces", " ".join(["10.0.0.0/8"] * 65)], ["diff", "a", "b", "--messages", ""],
    ["check", "--", "--json", "a"],
]


class Usage(tool.Case):
    def test_wrong_usage_is_one_line_and_status_two(self):
        for words in WRONG:
            with self.subTest(words):
                done = tool.run(*words)
                self.assertEqual((done.status, done.out), (2, ""))
                self.assertRegex(done.err, r"\Anat_policy: [^\n]+\n\Z")

    def test_wrong_usage_with_json_is_a_document(self):
        for words in WRONG[:-1]:
            with self.subTest(words):
                done = tool.run("--json", *words)
                doc = tool.document(done)
                self.assertEqual((done.status, doc["status"], done.err), (2, 2, ""))
                self.assertTrue(doc["error"])

    def test_an_option_may_stand_anywhere_and_have_its_value_with_a_sign(self):
        message, policy = self.file("m", tool.INVITE), self.policy("")
        one = tool.run("explain", policy, message, "--source", tool.SOURCE, "--json")
        two = tool.run("--json", f"--source={tool.SOURCE}", "explain", policy, "--transport=udp", "--", message)
        self.assertEqual((one.status, one.raw), (0, two.raw))

    def test_help_and_version(self):
        done = tool.run("--help")
        self.assertEqual((done.status, done.err), (0, ""))
        self.assertTrue(done.out.startswith("usage: nat_policy check FILE\n"))
        self.assertEqual(tool.document(tool.run("--json", "--help"))["usage"], done.out)
        done = tool.run("--version")
        self.assertRegex(done.out, r"\Anat_policy for Kamailio \d+\.\d+\S*, policies of urn:kamailio:nat-policy:1\n\Z")
        self.assertRegex(tool.document(tool.run("--version", "--json"))["kamailio"], r"^\d+\.\d+")

    def test_help_is_eighty_columns_wide_at_most(self):
        self.assertEqual([li for li in tool.run("--help").out.splitlines() if len(li) > 80], [])

    def test_the_manual_page_has_each_option_and_command_and_no_other(self):
        page = (tool.ROOT / "utils/nat_policy/nat_policy.8").read_text().replace("\\-", "-")
        said = tool.run("--help").out
        self.assertEqual(set(re.findall(r"--[a-z-]+", page)), set(re.findall(r"--[a-z-]+", said)))
        for command in ("check", "explain", "diff", "profiles"):
            self.assertIn(f".SS nat_policy {command}", page)

    def test_output_that_cannot_be_written_is_no_success(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([tool.program, "profiles"], stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stderr, b"nat_policy: standard output cannot be written\n")

    def test_the_program_needs_no_library_but_libxml2(self):
        out = subprocess.run(["readelf", "-d", tool.program], stdout=subprocess.PIPE, text=True, check=True).stdout
        needed = set(re.findall(r"NEEDED.*\[(\w+)", out))
        self.assertLessEqual(needed, {"libc", "libxml2", "libasan", "libubsan", "libm", "libgcc_s"})
        self.assertIn("libxml2", needed)
