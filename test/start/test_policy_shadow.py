# SPDX-License-Identifier: GPL-2.0-or-later
"""A policy on trial judges every message beside the one in force, and does nothing to any of them."""
import unittest

import jsonrpc
from peer import Server
from policies import CONFIG, Asker, policy

NOW = policy(rules='<rule name="now" nat="never"/>')
TRIAL = policy(profiles='<profile name="answer"><rport mode="always"/></profile>',
               rules="""<rule name="everybody" nat="never"/>
<rule name="acme" domain="acme.example" nat="force"/>
<rule name="beta" domain="beta.example" nat="never" profile="answer"/>""")
ACME, BETA, OTHER = "alice@acme.example", "carol@beta.example", "bob@example.org"
BY_NOW = "direct default line 3 (now)"


class Shadow(unittest.TestCase):
    def setUp(self):
        self.server = Server(CONFIG, files={"policy.xml": NOW, "trial.xml": TRIAL})
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())
        self.rpc = jsonrpc.Rpc(self.server)
        self.addCleanup(self.rpc.close)
        self.asker = Asker(self.server)
        self.addCleanup(self.asker.close)

    def load(self, name="trial.xml"):
        return self.rpc("nat_edge.policy_shadow", "load", self.server.path(name))[0]

    def report(self):
        said = self.rpc("nat_edge.policy_shadow", "report")
        return said[0], said[1:]

    def talk(self, *aors):
        for aor in aors:
            self.assertEqual(self.asker.ask(aor=aor), BY_NOW)

    def none_on_trial(self):
        for verb in ("report", "commit", "drop"):
            with self.assertRaises(jsonrpc.Fault) as said:
                self.rpc("nat_edge.policy_shadow", verb)
            self.assertEqual(said.exception.code, 404, verb)
            self.assertIn("No policy is on trial; nat_edge.policy_shadow load begins one", str(said.exception))

    def test_without_a_trial_there_is_nothing_to_report_commit_or_drop(self):
        self.none_on_trial()
        self.talk(ACME)
        self.assertEqual(self.rpc("nat_edge.policy_show")[0]["generation"], 1)

    def test_differences_are_counted_and_shown_with_both_opinions(self):
        said = self.load()
        self.assertEqual((said["result"], said["generation"], said["rules"]), ("on trial", 2, 3))
        self.talk(OTHER, ACME, BETA, OTHER, ACME, BETA, ACME, OTHER)
        counts, cases = self.report()
        self.assertEqual((counts["file"], counts["generation"]), (self.server.path("trial.xml"), 2))
        self.assertEqual({k: counts[k] for k in set(counts) - {"file", "generation"}},
                         {"judged": 8, "different": 5, "repairs_only": 2, "direct_to_nat": 3})
        self.assertEqual([case["aor"] for case in cases], [ACME, BETA, ACME, BETA, ACME])
        self.assertEqual((cases[0]["method"], cases[0]["source"], cases[0]["transport"]),
                         ("OPTIONS", "127.0.0.1:%d" % self.asker.port, "udp"))
        for case in cases:
            self.assertEqual(case["in_force"], {"class": "direct", "rule": "exempt", "repairs": "nothing",
                                                "policy_line": 3, "profile": "default"})
        self.assertEqual(cases[0]["shadow"], {"class": "nat", "rule": "forced", "repairs": "rport",
                                              "policy_line": 7, "profile": "default"})
        self.assertEqual(cases[1]["shadow"], {"class": "direct", "rule": "exempt", "repairs": "rport",
                                              "policy_line": 8, "profile": "answer"})
        self.assertEqual(self.rpc("nat_edge.stats")["shadow_differs"], 5)
        self.assertIn("direct_to_nat: 3", self.server.kamcmd("nat_edge.policy_shadow", "report"))

    def test_nothing_of_it_is_done_or_counted_as_done(self):
        self.load()
        self.talk(*[ACME, BETA, OTHER] * 5)
        stats = self.rpc("nat_edge.stats")
        self.assertEqual((stats["direct"], stats["nat"], stats["rport_forced"], stats["contacts_rewritten"],
                          stats["verdict_forced"], stats["verdict_exempt"]), (15, 0, 0, 0, 0, 15))
        self.assertEqual([rule["hits"] for rule in self.rpc("nat_edge.policy_show", "rules")], [15])
        said = self.rpc("nat_edge.explain", "127.0.0.1", 100)
        self.assertEqual({(r["class"], r["policy_rule"], r["policy_generation"], r["done"]) for r in said},
                         {("direct", "line 3 (now)", 1, "nothing")})

    def test_counts_go_on_beyond_the_100_cases_that_are_kept(self):
        self.load()
        self.talk(*[ACME] * 120, BETA)
        counts, cases = self.report()
        self.assertEqual((counts["judged"], counts["different"], counts["repairs_only"]), (121, 121, 1))
        self.assertEqual([case["aor"] for case in cases], [BETA] + 99 * [ACME])

    def test_another_trial_begins_anew_and_one_that_is_refused_does_not_end_the_old(self):
        self.load()
        self.talk(ACME, OTHER)
        before = self.report()
        self.server.write("broken.xml", TRIAL.replace("force", "perhaps"))
        said = self.load("broken.xml")
        self.assertEqual((said["result"], said["faults"]), ("refused, the old one stays", 1))
        self.assertIn("broken.xml:7: rule: nat: 'perhaps' is not allowed: ", said["report"][0])
        self.assertEqual(self.report(), before)
        self.load()
        self.assertEqual([self.report()[0][k] for k in ("generation", "judged", "different")], [3, 0, 0])
        self.talk(ACME)
        self.assertEqual([self.report()[0][k] for k in ("generation", "judged", "different")], [3, 1, 1])

    def test_commit_makes_it_the_one_in_force(self):
        self.load()
        self.talk(ACME, BETA)
        self.assertEqual(self.rpc("nat_edge.policy_shadow", "commit"), [{"result": "in force"}])
        self.none_on_trial()
        shown, = self.rpc("nat_edge.policy_show")
        self.assertEqual((shown["file"], shown["generation"]), (self.server.path("trial.xml"), 2))
        self.assertEqual([rule["hits"] for rule in self.rpc("nat_edge.policy_show", "rules")], [0, 0, 0])
        self.assertEqual(sum(shown["profile_hits"].values()), 0)
        for _ in range(10):
            self.assertEqual(self.asker.ask(aor=ACME), "nat default line 7 (acme)")
            self.assertEqual(self.asker.ask(aor=BETA), "direct answer line 8 (beta)")
        self.assertEqual(self.rpc("nat_edge.stats")["rport_forced"], 20)
        # a reload is of the server's own file again
        self.assertEqual(self.rpc("nat_edge.policy_reload")["generation"], 3)
        self.talk(ACME)

    def test_drop_ends_it(self):
        self.load()
        self.talk(ACME)
        self.assertEqual(self.rpc("nat_edge.policy_shadow", "drop"), [{"result": "dropped"}])
        self.none_on_trial()
        self.talk(*[ACME] * 10)
        self.assertEqual(self.rpc("nat_edge.stats")["shadow_differs"], 1)
        self.assertEqual(self.rpc("nat_edge.policy_show")[0]["generation"], 1)

    def test_a_trial_against_another_policy_in_force_counts_anew(self):
        self.load()
        self.talk(ACME)
        self.server.write("policy.xml", NOW.replace("never", "force"))
        self.rpc("nat_edge.policy_reload")
        self.assertEqual(self.asker.ask(aor=OTHER), "nat default line 3 (now)")
        counts, cases = self.report()
        self.assertEqual((counts["generation"], counts["judged"], counts["nat_to_direct"]), (2, 1, 1))
        self.assertNotIn("direct_to_nat", counts)
        self.assertEqual((cases[0]["in_force"]["class"], cases[0]["shadow"]["policy_line"]), ("nat", 6))


if __name__ == "__main__":
    unittest.main()
