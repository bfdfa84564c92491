# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that ping: their configurations and policies, and what they say of flows, sites and
events. All names of RPCs, fields and pseudo-variables that the tests of nat_ping use are here.

LAB_LONG=1 in the environment: NATs of 10, 30, 60 and 180 s instead of scaled-down ones.
"""

import asyncio
import os
import re
import time

from configs import ETC, write_plain

LONG = os.environ.get("LAB_LONG") == "1"

PING, PEDGE, PCORE = "198.51.100.30", "198.51.100.31", "198.51.100.32"
PING6 = "2001:db8:5::30"

# User-Agent "lab-NAME/1" gets profile NAME
PROFILES = {
    "mute": '<keepalive who="none" udp="0" tcp="0"/>',
    "one": '<keepalive udp="1" tcp="1" misses="3" adaptive="no"/>',
    "two": '<keepalive udp="2" tcp="2" misses="3" adaptive="no"/>',
    "five": '<keepalive udp="5" tcp="5" misses="3" adaptive="no"/>',
    "slow": '<keepalive udp="12" tcp="12" misses="3" adaptive="no"/>',
    "fixed": '<keepalive udp="25" tcp="25" misses="3" adaptive="no"/>',
    "crlf": '<keepalive method="crlf" udp="1" tcp="1" adaptive="no"/>',
    "notify": '<keepalive method="notify" udp="1" tcp="1" adaptive="no"/>',
    "learn": '<keepalive udp="2" tcp="2" misses="3" adaptive="yes"/>',
    "learn5": '<keepalive udp="5" tcp="5" misses="3" adaptive="yes"/>',
    "learn25": '<keepalive udp="25" tcp="25" misses="3" adaptive="yes"/>',
}

# what every sample gets: no kernel that keeps connections open, no limit that the whole lab shares
MORE = """
tcp_keepalive=no
tcp_keepidle=0
tcp_keepintvl=0
tcp_keepcnt=0
modparam("nat_ping", "interval_floor", 1)
modparam("nat_ping", "pings_per_network", 0)
event_route[nat-ping:up] { xlog("L_NOTICE", "LAB-EVENT up $nat_ping(address) $nat_ping(name)\\n"); }
event_route[nat-ping:down] { xlog("L_NOTICE", "LAB-EVENT down $nat_ping(address) $nat_ping(name)\\n"); }
event_route[nat-ping:moved] {
	xlog("L_NOTICE", "LAB-EVENT moved $nat_ping(address) from $nat_ping(from) $nat_ping(name)\\n");
}
event_route[nat-ping:restart] { xlog("L_NOTICE", "LAB-EVENT restart $nat_ping(address) $nat_ping(flows)\\n"); }
event_route[nat-ping:learned] {
	xlog("L_NOTICE", "LAB-EVENT learned $nat_ping(address) $nat_ping(seconds)\\n");
}
"""


def agent(profile):
    return f"lab-{profile}/1"


def profiles(path=""):
    return "".join(f'<profile name="{name}">{path}{keepalive}</profile>' for name, keepalive in PROFILES.items())


def rules():
    return "".join(f'<rule name="{name}" user-agent="{agent(name)}" profile="{name}"/>' for name in PROFILES)


def trusted(address):
    return f'<trusted name="peer" prefixes="{address}"/>'


PATH = '<path mode="always"/>'
# the outside address of a NAT in test_ping_learn.py, as a site of the policy
SITE_ADDRESS = "203.0.113.220"
SITE = f'<site name="learned" prefixes="{SITE_ADDRESS}"/>'
SERVERS = {
    "ping": (f"{PING} {PING6}", {"TLS": 1, "config": "ping.cfg", "networks": SITE, "profiles": profiles(),
                                 "rules": rules()}),
}
EDGES = {
    "pedge": (PEDGE, {"TLS": 1, "config": "pedge.cfg", "EDGE": f"sip:{PCORE}:5060", "networks": trusted(PCORE),
                      "profiles": profiles(PATH), "rules": rules()}),
    "pcore": (PCORE, {"NAT_OFF": 1, "config": "plain.cfg"}),
}


def write_configs(net):
    for name, sample in (("ping", "kamailio"), ("pedge", "edge")):
        with open(net.lab.path(f"{name}.cfg"), "w", encoding="ascii") as file:
            file.write(f'#!KAMAILIO\ninclude_file "{ETC}/{sample}.cfg"\n{MORE}')
    write_plain(net)


def parse(text):
    """What kamcmd prints: a list of structs, each a dict; a struct in a struct is a dict in it."""
    stack, found = [], []
    for line in map(str.strip, text.splitlines()):
        head = re.match(r"(\w*):? ?\{$", line)
        if head:
            stack.append((head.group(1), {}))
        elif line == "}" and stack:
            name, done = stack.pop()
            if not stack:
                found.append(done)
            elif name in stack[-1][1] or not name:
                stack[-1][1].setdefault("list", []).append(done)
            else:
                stack[-1][1][name] = done
        elif stack and ":" in line:
            key, _, value = line.partition(":")
            stack[-1][1][key.strip()] = value.strip()
    return found


class Pinger:
    """What a server says of its pings; asked in another thread, for phones have to answer
    meanwhile."""

    def __init__(self, server):
        self.server = server
        self._log = os.path.join(server.run_dir, "kamailio.log")

    async def control(self, *command):
        return await asyncio.to_thread(self.server.control, *command)

    async def _pages(self, command):
        """All records of a list that is shown page by page."""
        found, begin = [], "0"
        while begin:
            *records, last = parse(await self.control(command, begin)) or [{}]
            found += records
            begin = last.get("next")
        return found

    async def flows(self):
        """All flows: dicts with address, transport, state, name, reasons, interval_ms, volunteer."""
        return await self._pages("nat_ping.list")

    async def of(self, phones):
        """Their flows, {} for one that has none."""
        found = await self.flows()

        def fits(each, phone):
            return each.get("name", "").partition("@")[0] == phone.user or (
                phone.transport == "udp" and each.get("address", "").endswith(f":{phone.port}"))
        return [next((each for each in found if fits(each, phone)), {}) for phone in phones]

    async def states(self, *phones):
        return [flow.get("state", "none") for flow in await self.of(phones)]

    async def reasons(self, phone):
        return (await self.of([phone]))[0].get("reasons", "")

    async def show(self, *phones):
        """Their flows, for the report of a failure."""
        return "\n".join(map(str, await self.of(phones)))

    async def site(self, address, stream=False):
        """What was learned of an outside address: (longest silence that a binding lived through,
        seconds; is that all that will be found out?; the record)."""
        kind = "stream" if stream else "datagram"
        for each in await self._pages("nat_ping.site_list"):
            if each.get("address") == address and each.get("kind") == kind:
                return int(each["lived_s"]), each["learned"] == "yes", each
        return 0, False, {}

    async def named_site(self, name):
        """What nat_edge says of a site of the policy: how long a binding there may be silent."""
        for each in parse(await self.control("nat_edge.site_list")):
            if each.get("name") == name:
                return int(each.get("learned_udp", 0))
        return 0

    async def intervals(self, phones):
        """The intervals in use, seconds, of those that are up and do not test."""
        return [int(flow["interval_ms"]) / 1000 for flow in await self.of(phones)
                if flow.get("volunteer") == "no" and flow["state"] == "up"] or [0]

    def events(self, kind="", words=""):
        """Lines of event routes up to now."""
        with open(self._log, errors="replace") as log:
            return [line.partition("LAB-EVENT ")[2].strip() for line in log
                    if f"LAB-EVENT {kind}" in line and words in line]

    async def event(self, kind, words, seconds, before=0):
        """Seconds until there are more such events than before; None if there are none."""
        start = time.monotonic()
        while time.monotonic() < start + seconds:
            if len(self.events(kind, words)) > before:
                return time.monotonic() - start
            await asyncio.sleep(0.1)
        return None

    async def become(self, phones, states, seconds):
        """Seconds until all their flows are in one of those states; None if it does not come to
        that."""
        start = time.monotonic()
        while True:
            if set(await self.states(*phones)) <= set(states):
                return time.monotonic() - start
            if time.monotonic() > start + seconds:
                return None
            await asyncio.sleep(0.2)


def build_nat(net, name, wan, kind="cone", udp=None, tcp=None):
    """A NAT p-NAME and a host ph-NAME behind it, in which any number of phones live."""
    times = [*(["--udp-timeout", str(udp)] if udp else []), *(["--tcp-timeout", str(tcp)] if tcp else [])]
    if kind == "firewall6":
        prefix = f"{wan.rpartition('::')[0]}:a::/64"
        net.lab.tool("nat", f"p-{name}", "--kind", kind, "--wan", wan, "--lan", prefix, *times)
        net.lab.tool("phone", f"ph-{name}", "--nat", f"p-{name}", prefix.replace("/64", "10"))
    else:
        net.lab.tool("nat", f"p-{name}", "--kind", kind, "--wan", wan, *times)
        net.lab.tool("phone", f"ph-{name}", "--nat", f"p-{name}", "192.168.1.10")


def scenario(work):
    """An async test as one for run."""
    def test(net, *args):
        asyncio.run(work(net, *args))
    test.__name__ = work.__name__.strip("_")
    return test
