# SPDX-License-Identifier: GPL-2.0-or-later
"""A policy that changes while phones talk: the call goes on as it is, the next registration is
judged by the new one, and a broken file changes nothing.
"""

import re

from calls import end, set_up, talk
from lab import wait_until
from pyphone import PyPhone

NAT = "203.0.113.95"
SERVER = "198.51.100.7"


def build(net):
    net.lab.tool("nat", "n-policy", "--kind", "symmetric", "--wan", NAT)
    net.lab.tool("phone", "policy-in", "--nat", "n-policy", "192.168.1.10")
    net.lab.tool("phone", "policy-out", "--public", "198.51.100.180")


def judged(server, aor, pattern):
    """What explain says of the newest message of an AoR, once it fits."""
    def newest():
        text = server.control("nat_edge.explain", aor, "1")
        return text if re.search(pattern, text) else ""
    return wait_until(newest, 3) or server.control("nat_edge.explain", aor, "1")


def check(net, words, text, *patterns):
    for pattern in patterns:
        net.claims.check(f"{words}: {pattern}", re.search(pattern, text), text)


def reloaded_under_a_call(net):
    server = net.servers["policy"]
    words = "policy changed under a call"
    inside = PyPhone(net.lab, "policy-in", "192.168.1.10", SERVER)
    outside = PyPhone(net.lab, "policy-out", "198.51.100.180", SERVER)
    aor = f"{inside.user}@{SERVER}"
    for phone in (inside, outside):
        net.claims.check(f"{words}: {phone.name} registers", phone.register().status == 200)
    check(net, f"{words}: before", judged(server, aor, "REGISTER"), "class: nat",
          "policy_rule: none", "policy_generation: 1")
    sides = set_up(outside, inside)
    talk(net, f"{words}: before", sides)

    server.write_policy(f'<site name="home" prefixes="{NAT}"/>',
                        '<rule name="house" source="home" profile="asterisk"/>')
    check(net, f"{words}: reload", server.control("nat_edge.policy_reload"),
          "result: in force", "generation: 2")
    talk(net, f"{words}: after", sides)
    end(net, f"{words}: after", inside, outside, "policy")

    net.claims.check(f"{words}: registers again", inside.register().status == 200)
    check(net, f"{words}: after", judged(server, aor, "generation: 2"), "class: nat",
          "rule: site", "place: home", r"policy_rule: line 3 \(house\)", "profile: asterisk")

    server.write_policy('<site name="home" prefixes="not-a-network"/>')
    check(net, "a broken policy", server.control("nat_edge.policy_reload"),
          "refused, the old one stays", r"nat-policy\.xml:2: site: prefixes: 'not-a-network'")
    talk(net, "a broken policy: a call", set_up(inside, outside))
    end(net, "a broken policy: a call", outside, inside, "policy")
    inside.register()
    check(net, "a broken policy", judged(server, aor, "REGISTER"), "policy_generation: 2",
          r"policy_rule: line 3 \(house\)")


def tests():
    yield (reloaded_under_a_call,)
