# SPDX-License-Identifier: GPL-2.0-or-later
"""Ten thousand policies come and go under traffic: no message is judged by two of them, none is lost, no byte is."""
import unittest

import jsonrpc
from peer import GATE_FOR_PEERS, Peer, Server, header, unsealed
from policies import Worker, together

# Two policies that say something else of everything that a message can show
POLICY = """<nat-policy xmlns="urn:kamailio:nat-policy:1">
	<networks>""" + GATE_FOR_PEERS + """
		<site name="office-%(name)s" prefixes="127.0.0.1 10.77.0.0/%(bits)d" alg="none"/>
	</networks>
	<profiles>
		<profile name="p%(name)s">
			<detect verdict="%(verdict)s"/>
			<rport mode="%(rport)s"/>
			<contact requests="%(contact)s"/>
		</profile>
	</profiles>
	<rules>%(lines)s
		<rule name="r%(name)s" domain="example.org" profile="p%(name)s"/>
	</rules>
</nat-policy>
"""
A = POLICY % {"name": "a", "bits": 24, "verdict": "always", "rport": "always", "contact": "rewrite", "lines": ""}
B = POLICY % {"name": "b", "bits": 32, "verdict": "never", "rport": "never", "contact": "keep", "lines": "\n\n"}
# by class, profile, policy, rule, site, nat_same_site(): at the beginning, at the end; Contact and Via of what leaves
BY_A = "nat pa line 13 (ra) always office-a"
BY_B = "direct pb line 15 (rb) never office-b"

CONFIG = """
children=3
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "textops.so"
loadmodule "counters.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
modparam("nat_edge", "policy_file", "policy.xml")
""" + jsonrpc.CONFIG + """
modparam("jsonrpcs", "dgram_workers", 2)
request_route {
	if (nat_same_site("10.77.0.0", "10.77.0.9")) append_hf("X-Same: yes\\r\\n");
	else append_hf("X-Same: no\\r\\n");
	append_hf("X-First: $nat(class) $nat(profile) $nat(policy) $nat(rule) $nat(site)\\r\\n");
	nat_manage();
	$var(left) = $(hdr(X-Reloads){s.int});
	while ($var(left) > 0) {
		jsonrpc_exec('{"jsonrpc": "2.0", "method": "nat_edge.policy_reload", "id": 1}');
		$var(left) = $var(left) - 1;
	}
	if (nat_same_site("10.77.0.0", "10.77.0.9")) append_hf("X-Same: yes\\r\\n");
	else append_hf("X-Same: no\\r\\n");
	append_hf("X-Last: $nat(class) $nat(profile) $nat(policy) $nat(rule) $nat(site)\\r\\n");
	$du = "sip:127.0.0.1:" + $hdr(X-Port);
	forward();
	exit;
}
"""
SUBSCRIBE = """SUBSCRIBE sip:bob@127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK%(id)s
Max-Forwards: 70
From: <sip:alice@example.org>;tag=a
To: <sip:bob@example.org>
Call-ID: %(id)s
CSeq: 1 SUBSCRIBE
Contact: <sip:alice@192.168.1.10:5060>
X-Port: %(port)d
X-Reloads: %(reloads)d
Event: presence
Content-Length: 0

"""
RELOADS = 10000


class Subscriber(Peer):
    """Sends, and gets what the server makes of it: the server forwards to where the request came from."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.count = 0

    def ask(self, reloads=0):
        """The policy that judged one message: "a", "b", or all that is wrong with it. The server may be asked to read
        its policy again while it has the message in hand."""
        self.count += 1
        call = "%d-%d" % (self.port, self.count)
        self.send(SUBSCRIBE % {"id": call, "port": self.port, "reloads": reloads}, self.server.port)
        text = self.receive()
        if header(text, "Call-ID") != [call]:
            return "another message: " + text
        shown = header(text, "X-First") + header(text, "X-Last") + header(text, "X-Same")
        shown += [unsealed(contact) for contact in header(text, "Contact")]
        shown.append("rport" if "rport=%d" % self.port in header(text, "Via")[1] else "no rport")
        at = "127.0.0.1:%d" % self.port
        return {(BY_A, BY_A, "yes", "yes", "<sip:alice@%s>" % at, "rport"): "a",
                (BY_B, BY_B, "no", "no", "<sip:alice@192.168.1.10:5060>", "no rport"): "b"}.get(tuple(shown), str(shown))


class Reader:
    """Somebody who looks at the policies all the while: readers hold them too."""

    def __init__(self, server):
        self.rpc = jsonrpc.Rpc(server)

    def look(self):
        rules = self.rpc("nat_edge.policy_show", "rules") + self.rpc("nat_edge.policy_show", "alice@example.org")
        counts = self.rpc("cnt.grp_get_all", "nat_edge_rule")
        shown = {rule["policy_rule"] for rule in rules}
        if len(rules) == 2 and shown <= {"line 13 (ra)", "line 15 (rb)"} and set(counts) == {"ra"}:
            return "right"
        return str((rules, counts))


def own_memory(pid):
    """Memory of a process that is not shared, in kilobytes."""
    with open("/proc/%d/status" % pid) as f:
        return int([line for line in f if line.startswith("RssAnon:")][0].split()[1])


class Swap(unittest.TestCase):
    def setUp(self):
        self.server = Server(CONFIG, files={"policy.xml": A})
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())
        self.rpc = jsonrpc.Rpc(self.server)
        self.addCleanup(self.rpc.close)

    def put(self, text, number):
        """In force, one of the two ways."""
        self.server.write("policy.xml", text)
        if number % 10 == 0:
            self.rpc("nat_edge.policy_shadow", "load")
            return self.rpc("nat_edge.policy_shadow", "commit")[0]
        return self.rpc("nat_edge.policy_reload")

    def used(self):
        return int(self.rpc("core.shmmem")["real_used"])

    def test_a_message_keeps_the_policy_that_it_began_with(self):
        # the blocks of old policies are of the same size: what is freed too early is soon overwritten
        judge = Subscriber(self.server)
        self.addCleanup(judge.close)
        self.server.write("policy.xml", B)
        self.assertEqual(judge.ask(reloads=5), "a")
        self.assertEqual(judge.ask(), "b")
        self.server.write("policy.xml", A)
        self.assertEqual(judge.ask(reloads=5), "b")
        self.assertEqual(judge.ask(reloads=1), "a")
        self.assertEqual(self.rpc("nat_edge.policy_show")[0]["generation"], 12)

    def test_10000_reloads_under_traffic_mix_nothing_and_lose_nothing(self):
        processes = self.rpc("core.psx")
        pid = [p["PID"] for p in processes if p["DSC"] == "nat_edge policy"][0]
        judge = Subscriber(self.server)
        self.addCleanup(judge.close)
        subscribers, reader = [Subscriber(self.server), Subscriber(self.server)], Reader(self.server)
        for one in (*subscribers, reader.rpc):
            self.addCleanup(one.close)
        workers = [Worker(subscriber.ask) for subscriber in subscribers]
        looks = Worker(reader.look)
        memory, size = {}, 0
        try:
            for number in range(1, RELOADS + 1):
                name, text = ("b", B) if number % 2 else ("a", A)
                said = self.put(text, number)
                self.assertEqual(said["result"], "in force", said)
                size = max(size, said.get("bytes", 0))
                if number % 50 == 0 or number % 50 == 1:
                    self.assertEqual(judge.ask(), name, "the next message after reload %d" % number)
                if number in (10, RELOADS // 2, RELOADS):
                    memory[number] = (self.used(), own_memory(pid))
        finally:
            seen = together([worker.end() for worker in workers])
            looked = looks.end()
        self.assertEqual(set(seen), {"a", "b"}, seen)
        self.assertGreater(min(seen.values()), 500, seen)
        self.assertEqual(set(looked), {"right"}, looked)
        self.assertEqual(self.rpc("nat_edge.policy_show")[0]["generation"], RELOADS + 1)
        # an old one a process, and the counters and the head of each
        bound = len(processes) * (size + 1024)
        first, half, last = (memory[n] for n in (10, RELOADS // 2, RELOADS))
        self.assertLess(last[0], first[0] + bound)
        self.assertLess(last[0], half[0] + bound)
        self.assertLessEqual(last[1], half[1] + 64, "kB of the policy process")


if __name__ == "__main__":
    unittest.main()
