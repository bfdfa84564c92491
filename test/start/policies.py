# SPDX-License-Identifier: GPL-2.0-or-later
"""What tests of policies have in common: policy texts, messages and what a server with a policy makes of them."""
import multiprocessing
import os

import jsonrpc
from peer import Peer, header

# The server shows in its answer what it made of a request
CONFIG = """
children=3
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "sl.so"
loadmodule "textops.so"
loadmodule "counters.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
modparam("nat_edge", "policy_file", "policy.xml")
""" + jsonrpc.CONFIG + """
request_route {
	nat_manage();
	append_to_reply("X-Nat: $nat(class) $nat(profile) $nat(policy)\\r\\n");
	sl_send_reply("200", "OK");
	exit;
}
"""
REQUEST = """%(method)s sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:%(port)d;rport;branch=z9hG4bK%(id)s
Max-Forwards: 70
From: <sip:%(aor)s>;tag=a
To: <sip:%(aor)s>
Call-ID: %(id)s
CSeq: 1 %(method)s
Contact: <sip:alice@127.0.0.1:%(port)d>
Content-Length: 0

"""


def policy(networks="", profiles="", rules=""):
    """A policy file's text. Its first part begins in line 3."""
    parts = "".join("<%s>\n%s\n</%s>\n" % (name, text, name)
                    for name, text in (("networks", networks), ("profiles", profiles), ("rules", rules)) if text)
    return '<?xml version="1.0"?>\n<nat-policy xmlns="urn:kamailio:nat-policy:1">' + parts + "</nat-policy>\n"


def plain(nat):
    """A policy by which every sender is NATed ("force"), or nobody ("never")."""
    return policy(rules='<rule name="all" nat="%s"/>' % nat)


class Asker(Peer):
    """Asks the server what it makes of a request."""

    def __init__(self, server):
        super().__init__()
        self.server = server
        self.count = 0

    def ask(self, method="OPTIONS", aor="alice@example.org"):
        self.count += 1
        call = "%d-%d" % (self.port, self.count)
        self.send(REQUEST % {"method": method, "port": self.port, "id": call, "aor": aor}, self.server.port)
        reply = self.receive()
        if not reply.startswith("SIP/2.0 200") or header(reply, "Call-ID") != [call]:
            return "not the answer to %s: %s" % (call, reply)
        return header(reply, "X-Nat")[0]


class Worker:
    """A process that does one thing again and again, and counts what came of it. What goes wrong counts as well. It
    gives way to whoever gives the commands, so that many of them come while a message is in hand."""

    def __init__(self, work):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=self.run, args=(other, work), daemon=True)
        self.process.start()

    @staticmethod
    def run(pipe, work):
        os.nice(5)
        seen = {}
        try:
            while not pipe.poll():
                what = work()
                seen[what] = seen.get(what, 0) + 1
        except Exception as e:
            seen[repr(e)] = 1
        pipe.send(seen)

    def end(self):
        self.pipe.send("end")
        seen = self.pipe.recv()
        self.process.join()
        return seen


def together(counts):
    """Of several workers."""
    all_of_them = {}
    for seen in counts:
        for what, count in seen.items():
            all_of_them[what] = all_of_them.get(what, 0) + count
    return all_of_them
