# SPDX-License-Identifier: GPL-2.0-or-later
"""A policy file at start: all faults in one go, or the policy of the file and of nothing else."""
import os
import pwd
import tempfile
import unittest

import jsonrpc
from peer import Server
from policies import CONFIG, Asker, plain, policy

ROOT = os.geteuid() == 0
NOBODY = ("-u", "nobody", "-g", "nogroup") if ROOT else ()
FAULTY = """<?xml version="1.0"?>
<nat-policy xmlns="urn:kamailio:nat-policy:1">
	<networks>
		<site name="office" prefixes="192.0.2.0/33"/>
		<lan prefixes="10.0.0.0/8"/>
	</networks>
	<profiles>
		<profile name="slow">
			<keepalive udp="often"/>
		</profile>
	</profiles>
	<rules>
		<rule colour="red" nat="force"/>
	</rules>
</nat-policy>
"""


class Start(unittest.TestCase):
    def start(self, files, config=CONFIG, more=()):
        server = Server(config, files=files, more=more)
        self.addCleanup(server.close)
        return server

    def faults(self, server):
        """Refused, and why: what the log says of it."""
        self.assertFalse(server.ready, server.log())
        return [l.split("): ", 1)[1] for l in server.log().split("\n") if "Kamailio does not start" in l]

    def test_every_fault_of_the_file_is_one_line_with_file_line_element_attribute_value_and_what_is_allowed(self):
        server = self.start({"policy.xml": FAULTY})
        lines = self.faults(server)
        path = server.path("policy.xml")
        expected = ((4, "site: prefixes: '192.0.2.0/33' is not allowed: networks like 10.0.0.0/8"),
                    (5, "lan: name: '' is not allowed: "),
                    (9, "keepalive: udp: 'often' is not allowed: 0 (off) to 3600 seconds"),
                    (13, "rule: colour: 'red' is not allowed: "))
        self.assertEqual(len(lines), len(expected), server.log())
        for (number, text), line in zip(expected, lines):
            self.assertTrue(line.startswith("%s:%d: %s" % (path, number, text)), line)
        self.assertIn("4 fault(s) in the parameters", server.log())

    def test_what_names_nothing_is_a_fault_too(self):
        for rule, fault in (('domain="acme.example" profile="fast"', "rule: profile: 'fast' is not allowed: "),
                            ('source="nowhere" nat="force"', "rule: source: 'nowhere' is not allowed: ")):
            server = self.start({"policy.xml": policy(rules="<rule %s/>" % rule)})
            lines = self.faults(server)
            self.assertEqual(len(lines), 1, lines)
            self.assertTrue(lines[0].startswith("%s:3: %s" % (server.path("policy.xml"), fault)), lines[0])

    def test_the_file_and_a_list_or_a_mode_beside_it_are_refused_together_with_the_faults_of_the_file(self):
        for name, value in (("private_nets", "10.0.0.0/8"), ("lan_nets", "10.0.0.0/8"), ("nat_sites", "192.0.2.1"),
                            ("verdict", "always"), ("rport", "never"), ("contact_requests", "keep"),
                            ("contact_replies", "keep"), ("contact_register", "keep")):
            config = CONFIG + 'modparam("nat_edge", "%s", "%s")\n' % (name, value)
            lines = self.faults(self.start({"policy.xml": plain("force")}, config))
            self.assertEqual(lines, ["modparam %s: '%s' is not allowed, use the policy file for this, or leave "
                                     "policy_file out; Kamailio does not start" % (name, value)])
        config = CONFIG + 'modparam("nat_edge", "rport", "never")\nmodparam("nat_edge", "nat_sites", "192.0.2.1")\n'
        self.assertEqual(len(self.faults(self.start({"policy.xml": FAULTY}, config))), 6)

    def test_a_relative_path_begins_at_the_configuration_file(self):
        # neither at the directory that it was started in, nor at the one that it goes to
        server = self.start({"policy.xml": plain("force")}, more=("-w", "/"))
        self.assertTrue(server.ready, server.log())
        rpc = jsonrpc.Rpc(server)
        self.addCleanup(rpc.close)
        self.assertEqual(rpc("nat_edge.policy_reload")["file"], server.path("policy.xml"))

    def test_an_absolute_path_is_taken_as_it_is(self):
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as f:
            f.write(plain("force"))
            f.flush()
            server = self.start({}, CONFIG.replace('"policy.xml"', '"%s"' % f.name))
            self.assertTrue(server.ready, server.log())
            asker = Asker(server)
            self.addCleanup(asker.close)
            self.assertEqual(asker.ask(), "nat default line 3 (all)")

    def refused(self, server, what):
        lines = self.faults(server)
        self.assertEqual(len(lines), 1, server.log())
        self.assertTrue(lines[0].startswith("%s: file: %s" % (server.path("policy.xml"), what)), lines[0])

    def test_a_missing_file_is_refused(self):
        self.refused(self.start({}), "open: 'no such file' is not allowed: a regular file")

    def test_a_path_that_is_too_long_is_refused(self):
        lines = self.faults(self.start({}, CONFIG.replace("policy.xml", "x" * 600)))
        self.assertEqual(len(lines), 1, lines)
        self.assertIn("use a path of up to 511 bytes", lines[0])

    def start_with(self, mode, owner=None, more=()):
        """With an absolute path, of a file that its owner and mode are given before the start."""
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        os.chmod(directory.name, 0o755)
        path = os.path.join(directory.name, "policy.xml")
        with open(path, "w") as f:
            f.write(plain("force"))
        os.chmod(path, mode)
        if owner is not None:
            os.chown(path, owner, -1)
        server = self.start({}, CONFIG.replace('"policy.xml"', '"%s"' % path), more)
        return server, path

    def check_refused(self, started, what):
        server, path = started
        lines = self.faults(server)
        self.assertEqual(len(lines), 1, server.log())
        self.assertTrue(lines[0].startswith("%s: file: %s" % (path, what)), lines[0])

    def test_a_file_that_everybody_may_write_is_refused(self):
        self.check_refused(self.start_with(0o646), "mode: '0646' is not allowed: not writable by others (chmod o-w)")

    def test_a_file_that_the_server_may_not_read_is_refused_even_if_it_starts_as_root(self):
        self.check_refused(self.start_with(0o000, more=NOBODY), "open: 'permission denied' is not allowed: ")

    def test_a_file_of_the_user_that_the_server_becomes_is_taken_and_that_of_another_is_not(self):
        server, path = self.start_with(0o600, pwd.getpwnam("nobody").pw_uid if ROOT else None, NOBODY)
        self.assertTrue(server.ready, server.log())
        self.assertIn("result: in force", server.kamcmd("nat_edge.policy_reload"))
        if ROOT:  # nobody else can give files away
            self.check_refused(self.start_with(0o644, 12345, NOBODY), "owner: '12345' is not allowed: root, or")

    def test_without_a_file_there_is_nothing_to_reload(self):
        server = self.start({}, "\n".join(l for l in CONFIG.split("\n") if "policy_file" not in l))
        self.assertTrue(server.ready, server.log())
        self.assertEqual(server.kamcmd("nat_edge.policy_reload"),
                         "error: 400 - Modparam policy_file is not set: there is nothing to reload\n")
        self.assertIn("error: 400 - Give the path of a policy file", server.kamcmd("nat_edge.policy_check"))
        self.assertIn("file: (the module's parameters)", server.kamcmd("nat_edge.policy_show"))

    def test_an_empty_policy_is_the_defaults(self):
        server = self.start({"policy.xml": policy()})
        self.assertTrue(server.ready, server.log())
        asker = Asker(server)
        self.addCleanup(asker.close)
        self.assertEqual(asker.ask(), "direct default none")
