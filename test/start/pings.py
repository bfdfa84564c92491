# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that ping and phones that are pinged. Intervals are a second or two."""
import re
import time
import unittest

import jsonrpc
from peer import GATE_FOR_PEERS, Server, header
from test_registration import Phone, TcpPhone

MODULES = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "counters.so"
loadmodule "corex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "xlog.so"
loadmodule "ctl.so"
loadmodule "cfg_rpc.so"
%(modules)s
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "nat_edge.so"
loadmodule "nat_ping.so"
modparam("nat_edge", "policy_file", "policy.xml")
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
""" + jsonrpc.CONFIG
CONFIG = MODULES + """
debug=2
children=2
%(params)s
request_route {
	nat_manage();
	if (is_method("REGISTER")) {
		%(before)s
		save("location");
		exit;
	}
	sl_send_reply("200", "OK");
}
reply_route {
	xlog("L_NOTICE", "reply_route: $ci\\n");
}
%(routes)s
"""
POLICY = """<?xml version="1.0"?>
<nat-policy xmlns="urn:kamailio:nat-policy:1">
<networks>""" + GATE_FOR_PEERS + """%(networks)s</networks>
<profiles>
	<profile name="default" extends="default">
		<keepalive who="all" udp="1" tcp="1" misses="3" adaptive="no" %(keepalive)s/>
	</profile>
	%(profiles)s
</profiles>
<rules>
	%(rules)s
	<rule nat="force"/>
</rules>
</nat-policy>
"""
ANSWER = ("Via", "From", "To", "Call-ID", "CSeq")


def policy(**parts):
    return POLICY % {"networks": "", "keepalive": "", "profiles": "", "rules": "", **parts}


def config(**parts):
    return CONFIG % {"modules": "", "params": "", "before": "", "routes": "", **parts}


def is_ping(text):
    return re.match(r"(OPTIONS|NOTIFY) sip:[0-9.:]+ SIP/2.0\n", text) is not None


def answer(ping, status="200 OK", **changed):
    lines = ["SIP/2.0 " + status]
    lines += ["%s: %s" % (name, changed.get(name.replace("-", "_"), header(ping, name)[0])) for name in ANSWER]
    return "\n".join([*lines, "Content-Length: 0"]) + "\n\n"


class PingCase(unittest.TestCase):
    """A server for the class; `parts` and `policy_parts` fill its configuration and its policy."""
    parts = {}
    policy_parts = {}
    files = {}
    tcp = True

    @classmethod
    def setUpClass(cls):
        cls.server = cls.start()
        cls.addClassCleanup(cls.server.close)
        cls.rpc = jsonrpc.Rpc(cls.server)
        cls.addClassCleanup(cls.rpc.close)

    @classmethod
    def start(cls):
        server = Server(config(**cls.parts), files={"policy.xml": policy(**cls.policy_parts), **cls.files}, tcp=cls.tcp)
        if not server.ready:
            text = server.log()
            server.close()
            raise AssertionError(text)
        return server

    def phone(self, user="alice", contact=None, tcp=False):
        peer = TcpPhone(self.server.port) if tcp else Phone()
        self.addCleanup(peer.close)
        return peer.begin(self.server, user, contact)

    def registered(self, *args, expires=3600, **how):
        phone = self.phone(*args, **how)
        self.register(phone, expires)
        return phone

    def register(self, phone, expires=3600):
        """Pings may come before its answer"""
        phone.say(expires=expires)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            text = phone.receive("\0")
            if text.startswith("SIP/2.0"):
                self.assertTrue(text.startswith("SIP/2.0 200"), text)
                return text
        raise AssertionError("no answer to a REGISTER")

    def stat(self, name, group="nat_ping"):
        value = self.rpc("cnt.get", group, name)
        return int(value if not isinstance(value, dict) else value[name])

    def ping(self, phone, seconds=8, answered=True):
        """The next ping that comes. @return: it, and when it came"""
        phone.socket.settimeout(seconds)
        text = phone.receive("SIP/2.0")
        at = time.monotonic()
        self.assertTrue(is_ping(text), text)
        if answered:
            phone.send(answer(text), self.server.port)
        return text, at

    def no_ping(self, phone, seconds):
        phone.socket.settimeout(seconds)
        with self.assertRaises(TimeoutError):
            self.fail(phone.receive("SIP/2.0"))

    def until(self, what, seconds=10):
        """Wait for something to become true. @return: what it is"""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = what()
            if value:
                return value
            time.sleep(0.02)
        raise AssertionError("it did not happen in %s s" % seconds)
