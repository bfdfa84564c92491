# SPDX-License-Identifier: GPL-2.0-or-later
"""The policy file of a running server: read again, checked, looked at."""
import http.client
import json
import os
import signal
import unittest

import jsonrpc
from peer import Server
from policies import CONFIG, Asker, plain, policy

NS = ' xmlns="urn:kamailio:nat-policy:1"'
NAMED = policy(
    networks="""<lan name="lan" prefixes="10.9.0.0/16"/>
<site name="office" prefixes="192.0.2.10" same-nat-media="direct" max-contacts="7"/>
<site name="here" prefixes="127.0.0.1" alg="none"/>
<gateway name="pbx" address="192.0.2.20:5060"/>""",
    profiles="""<profile name="careful" extends="asterisk">
<contact requests="keep"/>
<keepalive udp="30"/>
</profile>""",
    rules="""<rule name="acme" domain="acme.example" profile="careful"/>
<rule name="reg" source="office" method="REGISTER" nat="force"/>
<rule name="old" user-agent="Old Phone/1.*" transport="tcp" profile="asterisk"/>
<rule aor="lobby@acme.example" nat="never"/>
<rule name="inner" socket="127.0.0.9:5070" profile="aggressive"/>""")


class Reload(unittest.TestCase):
    def setUp(self):
        self.server = self.start(plain("force"))
        self.rpc = jsonrpc.Rpc(self.server)
        self.addCleanup(self.rpc.close)
        self.asker = Asker(self.server)
        self.addCleanup(self.asker.close)

    def start(self, text, config=CONFIG, **more):
        server = Server(config, files={"policy.xml": text}, **more)
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        return server

    def reload(self, text):
        self.server.write("policy.xml", text)
        return self.rpc("nat_edge.policy_reload")

    def show(self, *words):
        return self.rpc("nat_edge.policy_show", *words)

    def fault(self, code, *command):
        with self.assertRaises(jsonrpc.Fault) as said:
            self.rpc(*command)
        self.assertEqual(said.exception.code, code, said.exception)
        return str(said.exception)

    def test_a_changed_file_decides_the_next_message_in_every_process(self):
        for number, (nat, verdict) in enumerate((("never", "direct"), ("force", "nat"), ("never", "direct")), 2):
            said = self.reload(plain(nat))
            self.assertEqual((said["result"], said["faults"], said["generation"], said["rules"]),
                             ("in force", 0, number, 1))
            self.assertEqual(said["file"], self.server.path("policy.xml"))
            answers = {self.asker.ask() for _ in range(30)}
            self.assertEqual(answers, {verdict + " default line 3 (all)"})
        self.assertEqual(self.rpc("nat_edge.stats")["policy_loaded"], 3)

    def test_a_policy_that_these_parameters_cannot_do_is_refused(self):
        default = '<profile name="default" extends="%s"/>'
        server = self.start(policy(profiles=default % "asterisk"), CONFIG.replace(
            'request_route {', 'modparam("nat_edge", "received_avp", "")\nrequest_route {', 1))
        rpc = jsonrpc.Rpc(server)
        self.addCleanup(rpc.close)
        server.write("policy.xml", policy(profiles=default % "opensips"))
        said = rpc("nat_edge.policy_reload")
        self.assertEqual((said["result"], said["faults"]), ("refused, the old one stays", 1))
        self.assertIn("contact: register: 'received' is not allowed: any other mode while modparam received_avp",
                      said["report"][0])
        self.assertEqual(rpc("nat_edge.policy_show")[0]["generation"], 1)

    def test_a_reload_takes_no_argument(self):
        self.assertIn("No argument", self.fault(400, "nat_edge.policy_reload", "/etc/other.xml"))

    def test_what_was_said_comes_back_harmless(self):
        said = self.fault(400, "nat_edge.policy_show", "x=<script>\x1b[2J" + "y" * 1000)
        self.assertIn("'x=?script??[2Jyyy", said)
        self.assertLess(len(said), 300)

    def test_the_number_of_verdicts_is_a_number(self):
        for wrong in ("0", "101", "abc", "-1", "1x"):
            self.assertIn("1 to 100, not '%s'" % wrong, self.fault(400, "nat_edge.explain", "127.0.0.1", wrong))

    def test_a_file_with_faults_leaves_the_old_policy_and_all_its_numbers(self):
        self.asker.ask()
        before = self.show()
        said = self.reload(policy(networks='<site name="a" prefixes="192.0.2.1/8"/>\n<site name="a b" prefixes="x"/>',
                                  rules='<rule nat="sometimes"/>'))
        path = self.server.path("policy.xml")
        self.assertEqual((said["result"], said["faults"]), ("refused, the old one stays", 4))
        for (line, text), told in zip(((3, "site: prefixes: '192.0.2.1/8' is not allowed: "),
                                       (4, "site: name: 'a b' is not allowed: "),
                                       (4, "site: prefixes: 'x' is not allowed: "),
                                       (7, "rule: nat: 'sometimes' is not allowed: force or never")), said["report"]):
            self.assertTrue(told.startswith("%s:%d: %s" % (path, line, text)), told)
        self.assertNotIn("generation", said)
        self.assertEqual(self.show(), before)
        self.assertEqual(self.asker.ask(), "nat default line 3 (all)")
        self.assertEqual(self.show("rules")[0]["hits"], 2)
        self.assertEqual(self.rpc("nat_edge.stats")["policy_refused"], 1)
        os.unlink(path)
        self.assertIn("no such file", self.rpc("nat_edge.policy_reload")["report"][0])
        self.assertEqual(self.asker.ask(), "nat default line 3 (all)")

    def test_all_faults_up_to_100_are_told_whoever_asks(self):
        sites = "\n".join('<site name="site%d" prefixes="10.0.0.0/%d"/>' % (n, n + 33) for n in range(110))
        self.server.write("policy.xml", policy(networks=sites))
        said = self.rpc("nat_edge.policy_reload")
        self.assertEqual((said["faults"], len(said["report"])), (101, 101))
        self.assertNotIn("left_out", said)
        shown = self.server.kamcmd("nat_edge.policy_reload")
        told = [line.strip() for line in shown.split("\n") if "is not allowed" in line]
        self.assertEqual(told, said["report"])
        for number, line in enumerate(told[:100]):
            self.assertIn("policy.xml:%d: site: prefixes: '10.0.0.0/%d'" % (number + 3, number + 33), line)
        self.assertIn("'more than 100 faults'", told[100])

    def test_a_check_changes_nothing_whatever_it_is_given(self):
        before = self.show()
        self.server.write("other.xml", NAMED)
        said = self.rpc("nat_edge.policy_check", self.server.path("other.xml"))
        self.assertEqual((said["result"], said["faults"], said["rules"], said["places"]), ("no faults", 0, 5, 4))
        self.assertEqual(self.rpc("nat_edge.policy_check")["file"], self.server.path("policy.xml"))
        self.server.write("other.xml", "<nat-policy" + NS + "><nonsense/></nat-policy>")
        said = self.rpc("nat_edge.policy_check", self.server.path("other.xml"))
        self.assertEqual(len(said["report"]), 1)
        self.assertIn("other.xml:1: ", said["report"][0])
        for path in ("/nowhere/policy.xml", "relative.xml", self.server.dir):
            self.assertEqual(self.rpc("nat_edge.policy_check", path)["faults"], 1, path)
        self.assertIn("A path has up to 511 bytes, not 700", self.fault(400, "nat_edge.policy_check", "/" + 699 * "x"))
        self.assertEqual(self.show(), before)
        self.assertEqual(self.asker.ask(), "nat default line 3 (all)")

    def test_summary_with_generation_and_hits(self):
        self.reload(NAMED)
        for _ in range(3):
            self.asker.ask(aor="alice@acme.example")
        self.asker.ask(aor="bob@example.org")
        shown, = self.show()
        self.assertEqual((shown["file"], shown["generation"], shown["rules"], shown["places"]),
                         (self.server.path("policy.xml"), 2, 5, 4))
        self.assertRegex(shown["loaded"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        self.assertEqual(shown["profile_hits"]["careful"], 3)
        self.assertEqual(shown["profile_hits"]["default"], 1)
        rules = {rule["policy_rule"]: rule for rule in self.show("rules")}
        self.assertEqual([rules[name]["hits"] for name in sorted(rules)], [3, 0, 0, 0, 0], rules)
        self.assertEqual({site["name"]: site["hits"] for site in self.rpc("nat_edge.site_list")},
                         {"lan": 0, "office": 0, "here": 4, "pbx": 0})
        # P19 without nat_ping nothing is known of them; a LAN has no NAT
        self.assertEqual({site["name"]: (site.get("learned_udp"), site.get("learned_tcp"))
                          for site in self.rpc("nat_edge.site_list")},
                         {"lan": (None, None), "office": (0, 0), "here": (0, 0), "pbx": (0, 0)})
        # hits are those of a generation
        self.reload(NAMED)
        self.assertEqual(self.show()[0]["profile_hits"]["careful"], 0)

    def test_rules_profile_and_sites_as_they_were_written(self):
        self.reload(NAMED)
        rules = {rule["policy_rule"].split("(")[-1].rstrip(")"): rule for rule in self.show("rules")}
        self.assertEqual(rules["reg"]["asks"], 'source="office" method="REGISTER"')
        self.assertEqual((rules["reg"]["nat"], rules["reg"]["profile"]), ("force", "-"))
        self.assertEqual(rules["old"]["asks"], 'user-agent="Old Phone/1.*" transport="tcp"')
        self.assertEqual(rules["inner"]["asks"], 'socket="127.0.0.9:5070"')
        self.assertEqual(rules["line 18"]["nat"], "never")
        shown, = self.show("profile", "careful")
        asterisk, = self.show("profile", "asterisk")
        self.assertEqual((shown["contact_requests"], shown["keepalive_udp"], shown["line"]), ("keep", "30", 9))
        for name in set(asterisk) - {"profile", "line", "hits", "contact_requests", "keepalive_udp"}:
            self.assertEqual(shown[name], asterisk[name], name)
        sites = {site["name"]: site for site in self.rpc("nat_edge.site_list")}
        self.assertEqual({name: site["kind"] for name, site in sites.items()},
                         {"lan": "lan", "office": "site", "here": "site", "pbx": "gateway"})
        self.assertEqual((sites["office"]["same_nat_media"], sites["office"]["max_contacts"], sites["office"]["alg"]),
                         ("direct", 7, "broken"))
        self.assertEqual((sites["here"]["same_nat_media"], sites["here"]["alg"]), ("as profile", "none"))
        self.assertEqual((sites["pbx"]["address"], sites["pbx"]["line"]), ("192.0.2.20:5060", 6))

    def test_what_applies_to_a_sender(self):
        self.reload(NAMED)
        for asked, rule, profile, place in (
                (("10.9.1.1",), "none", "default", "lan"),
                (("192.0.2.10:40000",), "none", "default", "office"),
                (("192.0.2.10", "method=REGISTER"), "(reg)", "default", "office"),
                (("192.0.2.20:5060",), "none", "default", "pbx"),
                (("192.0.2.20:5061",), "none", "default", ""),
                (("acme.example",), "(acme)", "careful", ""),
                (("alice@acme.example", "10.9.1.1"), "(acme)", "careful", "lan"),
                (("lobby@acme.example",), "line 18", "careful", ""),
                (("other.example",), "none", "default", ""),
                (("user-agent=Old Phone/1.9", "transport=tcp"), "(old)", "asterisk", ""),
                (("user-agent=Old Phone/1.9", "transport=udp"), "none", "default", ""),
                (("user-agent=Old Phone/1.9",), "none", "default", ""),
                (("socket=127.0.0.9:5070",), "(inner)", "aggressive", ""),
                (("socket=127.0.0.9:5071",), "none", "default", "")):
            shown, = self.show(*asked)
            self.assertIn(rule, shown["policy_rule"], asked)
            self.assertEqual((shown["profile"], shown["place"]), (profile, place), asked)
        shown, = self.show("10.9.1.1", "transport=tls")
        self.assertEqual((shown["network"], shown["behind_nat"], shown["kind"]), ("private", "yes", "lan"))
        self.assertEqual(self.show("203.0.113.9")[0]["behind_nat"], "no")

    def test_lists_come_in_pages_of_100(self):
        count = 250
        self.reload(policy(
            networks="\n".join('<site name="site%d" prefixes="10.0.%d.0/24"/>' % (n, n) for n in range(count)),
            rules="\n".join('<rule name="rule%d" source="site%d" nat="force"/>' % (n, n) for n in range(count))))
        for command in (("nat_edge.policy_show", "rules"), ("nat_edge.site_list",)):
            pages = [self.rpc(*command)] + [self.rpc(*command, first) for first in (100, 200, 250, 2000000000)]
            self.assertEqual([len(page) for page in pages], [100, 100, 50, 0, 0])
            self.assertEqual(self.rpc(*command, "100"), pages[1])
            lines = [entry.get("policy_rule", entry.get("name")) for page in pages for entry in page]
            self.assertEqual(len(set(lines)), count)
            self.assertEqual(self.server.kamcmd(*command, "200").count("hits: 0"), 50)

    def test_wrong_arguments_are_told_what_is_allowed(self):
        for command in (("nat_edge.site_list",), ("nat_edge.policy_show", "rules")):
            for word in ("abc", "1x", "", "99999999999"):
                if word:
                    self.assertIn("A page begins at a number, 0 or above, not at '%s'" % word,
                                  self.fault(400, *command, word))
            self.assertIn("400 - A page begins at a number", self.server.kamcmd(*command, "abc"))
        for word in ("transport=sctp", "transport=", "transport=udp,tcp", "method=DANCE", "colour=red"):
            self.assertIn("'%s' is none of: address, address:port, user@domain, domain, transport=" % word,
                          self.fault(400, "nat_edge.policy_show", "10.0.0.1", word))
        self.assertIn("404 No profile has this name", self.fault(404, "nat_edge.policy_show", "profile", "nobody"))
        self.fault(404, "nat_edge.policy_show", "profile")
        self.assertIn("Say load, report, commit or drop", self.fault(400, "nat_edge.policy_shadow", "end"))
        self.fault(400, "nat_edge.policy_shadow")

    def test_counters_of_signs_verdicts_rules_and_places_for_every_reader(self):
        config = CONFIG.replace('loadmodule "jsonrpcs.so"', """
tcp_accept_no_cl=yes
loadmodule "xhttp.so"
loadmodule "xhttp_prom.so"
modparam("xhttp_prom", "xhttp_prom_stats", "all")
event_route[xhttp:request] { prom_dispatch(); }
loadmodule "jsonrpcs.so"
""")
        server = self.start(NAMED.replace('name="old"', 'name="old-1.x"'), config, tcp=True)
        rpc, asker = jsonrpc.Rpc(server), Asker(server)
        self.addCleanup(rpc.close)
        self.addCleanup(asker.close)
        asker.ask(aor="alice@acme.example")
        asker.ask(aor="alice@acme.example")
        expected = {("nat_edge_rule", "acme"): 2, ("nat_edge_rule", "old_1_x"): 0, ("nat_edge_place", "here"): 2,
                    ("nat_edge_sign", "websocket"): 0, ("nat_edge_sign", "contact_private"): 2,
                    ("nat_edge", "policy_refused"): 0}
        verdicts = rpc("cnt.grp_get_all", "nat_edge_verdict")
        self.assertEqual(sum(verdicts.values()), 2, verdicts)
        self.assertLessEqual({"nat_edge", "nat_edge_sign", "nat_edge_verdict", "nat_edge_rule", "nat_edge_place"},
                             set(rpc("cnt.grps_list")))
        shown = server.kamcmd("stats.get_statistics", "all")
        http_get = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        self.addCleanup(http_get.close)
        http_get.request("GET", "/metrics")
        metrics = http_get.getresponse().read().decode()
        for (group, name), count in expected.items():
            self.assertEqual(rpc("cnt.get", group, name), count, name)
            self.assertEqual(rpc("cnt.grp_get_all", group)[name], count, name)
            self.assertIn("%s:%s = %d\n" % (group, name, count), shown)
            self.assertRegex(metrics, r"(?m)^kamailio_%s_%s %d( \d+)?\r?$" % (group, name, count))

    def wait_for(self, rpc, generation):
        while rpc("nat_edge.policy_show")[0]["generation"] < generation:
            pass

    def web_server(self):
        """A server whose SIP workers take commands over HTTP, and how to give one."""
        config = CONFIG + """
tcp_accept_no_cl=yes
loadmodule "xhttp.so"
event_route[xhttp:request] { jsonrpc_dispatch(); }
"""
        server = self.start(plain("force"), config.replace('"transport", 4', '"transport", 5'), tcp=True)
        web = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.addCleanup(web.close)

        def command(method, *params):
            web.request("POST", "/rpc", json.dumps({"jsonrpc": "2.0", "method": method, "id": 1, "params": params}),
                        {"Content-Type": "application/json"})
            return json.loads(web.getresponse().read())
        return server, command

    def test_a_sip_worker_hands_the_file_to_the_policy_process_too(self):
        server, command = self.web_server()
        asker, rpc = Asker(server), jsonrpc.Rpc(server)
        self.addCleanup(asker.close)
        self.addCleanup(rpc.close)
        for number, (nat, verdict) in enumerate((("never", "direct"), ("force", "nat")) * 5, 2):
            server.write("policy.xml", plain(nat))
            said = command("nat_edge.policy_reload")
            if "error" in said:  # it took longer than a SIP worker waits: it goes on
                self.assertEqual(said["error"]["code"], 202, said)
            self.wait_for(rpc, number)
            self.assertEqual(asker.ask(), verdict + " default line 3 (all)")
            if "result" in said:
                self.assertEqual(said["result"]["generation"], number, said)

    def test_a_sip_worker_does_not_wait_long_for_the_policy_process(self):
        server, command = self.web_server()
        asker, rpc = Asker(server), jsonrpc.Rpc(server)
        self.addCleanup(asker.close)
        self.addCleanup(rpc.close)
        pid = [p["PID"] for p in rpc("core.psx") if p["DSC"] == "nat_edge policy"][0]
        server.write("policy.xml", plain("never"))
        os.kill(pid, signal.SIGSTOP)
        try:
            self.assertEqual(command("nat_edge.policy_reload")["error"],
                             {"code": 202, "message": "Not done yet; it goes on, nat_edge.policy_show will tell"})
            # one at a time, and looking is allowed
            for answer in (command("nat_edge.policy_check"), command("nat_edge.policy_shadow", "load")):
                self.assertEqual(answer["error"]["code"], 503, answer)
            with self.assertRaises(jsonrpc.Fault) as said:
                rpc("nat_edge.policy_reload")
            self.assertIn("503 Another policy command is being done", str(said.exception))
            self.assertEqual(command("nat_edge.policy_show")["result"][0]["generation"], 1)
            self.assertEqual(asker.ask(), "nat default line 3 (all)")
        finally:
            os.kill(pid, signal.SIGCONT)
        self.wait_for(rpc, 2)
        self.assertEqual(asker.ask(), "direct default line 3 (all)")
        # nothing is left behind on the desk
        while True:
            try:
                self.assertEqual(rpc("nat_edge.policy_reload")["generation"], 3)
                break
            except jsonrpc.Fault as fault:  # in force a moment before it is done
                self.assertEqual(fault.code, 503)

    def test_a_policy_that_shared_memory_cannot_hold_leaves_the_old_one(self):
        server = self.start(plain("force"), CONFIG, more=("-m", "8"))
        rpc, asker = jsonrpc.Rpc(server), Asker(server)
        self.addCleanup(rpc.close)
        self.addCleanup(asker.close)
        server.write("policy.xml", policy(rules="\n".join(
            '<rule domain="d%d.example" nat="force"/>' % n for n in range(60000))))
        self.assertEqual(rpc("nat_edge.policy_check")["result"], "no faults")
        for command in (("nat_edge.policy_reload",), ("nat_edge.policy_shadow", "load")):
            for _ in range(2):
                with self.assertRaises(jsonrpc.Fault) as said:
                    rpc(*command)
                self.assertIn("500 No memory for the policy; the old one stays (give more", str(said.exception))
        self.assertEqual(asker.ask(), "nat default line 3 (all)")
        server.write("policy.xml", plain("never"))
        self.assertEqual(rpc("nat_edge.policy_reload")["result"], "in force")
        self.assertEqual(asker.ask(), "direct default line 3 (all)")


if __name__ == "__main__":
    unittest.main()
