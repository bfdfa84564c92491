# SPDX-License-Identifier: GPL-2.0-or-later
"""The same server with one pinger or another."""

from dataclasses import dataclass

PERIOD = 30  # seconds between two pings of a phone

BASE = """
children=4
debug=2
log_stderror=yes
auto_aliases=no
alias="127.0.0.1"
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "counters.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "textops.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "jsonrpcs.so"
modparam("jsonrpcs", "transport", 4)
modparam("jsonrpcs", "dgram_socket", "rpc.sock")
modparam("usrloc", "db_mode", 0)
modparam("usrloc", "nat_bflag", 6)
@MODULES@
loadmodule "bench_load.so"
request_route {
	if (is_method("REGISTER")) save("location");
	else sl_send_reply("404", "Not Found");
}
"""
NATHELPER = """
loadmodule "nathelper.so"
modparam("nathelper", "natping_interval", @PERIOD@)
"""
NATHELPER_OPTIONS = """
modparam("nathelper", "sipping_bflag", 7)
modparam("nathelper", "sipping_from", "sip:ping@nat.invalid")
"""
USRLOC = """
modparam("usrloc", "ka_mode", 1)
modparam("usrloc", "timer_interval", @PERIOD@)
"""
EDGE = """
loadmodule "nat_edge.so"
modparam("nat_edge", "policy_file", "policy.xml")
modparam("nat_edge", "key_file", "keys")
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
"""
PING = """
loadmodule "nat_ping.so"
modparam("nat_ping", "flows_max", @FLOWS@)
"""
POLICY = """<?xml version="1.0"?>
<nat-policy xmlns="urn:kamailio:nat-policy:1">
<networks><gate allow="127.0.0.0/8"/></networks>
<profiles>
	<profile name="default" extends="default">
		<keepalive who="all" method="@METHOD@" udp="@PERIOD@" adaptive="no"/>
	</profile>
</profiles>
</nat-policy>
"""


@dataclass(frozen=True)
class Pinger:
    id: str
    title: str
    modules: str
    process: str  # how its processes are called, a pattern
    options: bool = False  # in SIP, so phones answer
    method: str = "options"  # of the policy
    pkg_mb: int = 0  # private memory that a million contacts need, if it is more than the default

    def config(self, count, period):
        text = BASE.replace("@MODULES@", self.modules)
        return text.replace("@FLOWS@", str(count + 10000)).replace("@PERIOD@", str(period))

    def policy(self, period):
        return POLICY.replace("@METHOD@", self.method).replace("@PERIOD@", str(period))


NONE = Pinger("none", "no pinger", EDGE, "no process is called so")
NH_NULL = Pinger("nathelper", "nathelper, 4 bytes", NATHELPER, "TIMER NH", pkg_mb=32)
NH_OPTIONS = Pinger("nathelper-options", "nathelper, OPTIONS", NATHELPER + NATHELPER_OPTIONS, "TIMER NH", options=True, pkg_mb=32)
UL_OPTIONS = Pinger("usrloc", "usrloc ka_mode, OPTIONS", USRLOC, "slow timer", options=True)
OUR_NULL = Pinger("nat_ping", "nat_ping, 4 bytes", EDGE + PING, "nat_ping", method="zero")
OUR_OPTIONS = Pinger("nat_ping-options", "nat_ping, OPTIONS", EDGE + PING, "nat_ping", options=True)
PINGERS = (NH_NULL, NH_OPTIONS, UL_OPTIONS, OUR_NULL, OUR_OPTIONS)
