# SPDX-License-Identifier: GPL-2.0-or-later
"""The server is restarted while phones talk (§2.4 7, §4.2 R6): with the same keys a UDP dialog
goes on, a connection that is gone is said to be gone, and nobody is connected to.
"""

import os

from dialog import call
from sniff import Sniffer
from test_wayback import outcome, sign_in, with_transcripts
from ua import Ua

SERVER = "198.51.100.13"
SERVERS = {"again": (SERVER, {"TLS": 1, "networks": ""})}
NATS = {"restart-a": ("symmetric", "203.0.113.171"), "restart-b": ("cone", "203.0.113.172")}
STREAMS = ("tcp", "tls")


def build(net):
    for name, (kind, outside) in NATS.items():
        net.lab.tool("nat", f"{name[0]}{name[-1]}n", "--kind", kind, "--wan", outside)
        net.lab.tool("phone", name, "--nat", f"{name[0]}{name[-1]}n", "192.168.1.10")


class Phones:
    def __init__(self, net):
        self.net, self.port = net, 5100

    def new(self, name, transport="udp"):
        self.port += 1
        phone = Ua(self.net.lab, name, "192.168.1.10", SERVER, transport, self.port,
                   ca=self.net.certificate)
        sign_in(phone)
        return phone

    def talk(self, first="udp", second="udp"):
        return call(self.new("restart-a", first), self.new("restart-b", second), body="")


def not_connected(net, words, sniffer):
    syns = [packet for packet in sniffer.stop() if packet.is_syn()]
    net.claims.check(f"{words}: the server connects to nobody", not syns, "\n".join(map(str, syns)))


def goes_on(talk, by_caller):
    """A UDP dialog after the restart."""
    def steps():
        for side in (talk.callee, talk.caller):
            talk.do(side, "INVITE")
            talk.do(side, "INFO")
        code = talk.end(talk.caller if by_caller else talk.callee)
        return talk.faults() + [f"BYE: {code}"] * (code != 200)
    return with_transcripts(steps, talk.caller.ua, talk.callee.ua)


def recovers(talk, stream_side, closed):
    """The other side hears 430, until the phone on the stream comes back and goes on."""
    other = talk.other(stream_side)
    phone = stream_side.ua

    def steps():
        found = {method: other.status(method) for method in ("INFO", "INVITE", "UPDATE")}
        yield from (f"{method} towards it: {code}, not 430"
                    for method, code in found.items() if code != 430)
        if closed:
            phone.wire.reopen()
        sign_in(phone)
        for method in ("INFO", "INVITE", "UPDATE"):
            talk.do(stream_side, method)
        code = talk.end(stream_side)
        yield from talk.faults() + [f"BYE: {code}"] * (code != 200)
    return with_transcripts(lambda: list(steps()), phone, other.ua)


def counter(server, name):
    return int(server.control("cnt.get", "nat_edge", name).strip() or -1)


def restarted(net):
    server, phones = net.servers["again"], Phones(net)
    udp = [(talk, by_caller) for by_caller in (True, False) for talk in [phones.talk()]]
    streams = {(transport, who): phones.talk(*((transport, "udp") if who == "caller" else
                                              ("udp", transport)))
               for transport in STREAMS for who in ("caller", "callee")}
    left = phones.talk()
    sniffer = Sniffer(net.lab, "again")
    server.restart()
    for talk, by_caller in udp:
        wrong = outcome(goes_on, talk, by_caller)
        net.claims.check("restart in a call, UDP: requests and BYE from both sides, ended by the "
                         f"{'caller' if by_caller else 'callee'}", not wrong, wrong)
    gone = counter(server, "flows_gone")
    for (transport, who), talk in streams.items():
        side = talk.caller if who == "caller" else talk.callee
        wrong = outcome(recovers, talk, side, True)
        net.claims.check(f"restart in a call, {who} on {transport.upper()}: 430 to requests for it; it "
                         "connects again, goes on and ends the call", not wrong, wrong)
    now = counter(server, "flows_gone")
    net.claims.check("restart in a call: each 430 is counted", now - gone == 3 * len(streams),
                     f"flows_gone went from {gone} to {now}")
    not_connected(net, "restart in a call", sniffer)
    closed_flow(net, phones)
    other_keys(net, server, left)


def closed_flow(net, phones):
    """The same when only the phone's connection is gone."""
    for transport in STREAMS:
        words = f"a {transport.upper()} phone lost its connection in a call"
        sniffer = Sniffer(net.lab, "again")

        def work(transport=transport):
            talk = phones.talk(transport, "udp")
            talk.caller.ua.wire.close()
            # the server has seen it when its answer is 430
            for _ in range(50):
                if talk.callee.status("OPTIONS", 1) == 430:
                    break
            return recovers(talk, talk.caller, True)
        wrong = outcome(work)
        net.claims.check(f"{words}: 430 to requests for it; it connects again, goes on and ends the "
                         "call", not wrong, wrong)
        not_connected(net, words, sniffer)


def other_keys(net, server, talk):
    """Control: what was sealed with keys that are lost opens no more."""
    keys = os.path.join(server.run_dir, "nat_edge.keys")
    existed = os.path.exists(keys)
    mode = existed and os.stat(keys).st_mode & 0o777
    net.claims.check("the keys are in a file that is its owner's alone", mode == 0o600,
                     f"{keys}: {oct(mode) if existed else 'not there'}")
    if existed:
        os.unlink(keys)
    server.restart()
    codes = [side.status("INFO") for side in (talk.caller, talk.callee)]
    arrived = [each for side in (talk.callee, talk.caller) for each in side.ua.silent() if not each.status]
    net.claims.check("control: restart with other keys: 403 to both sides of the call",
                     codes == [403, 403] and not arrived,
                     "\n".join([str(codes), *(each.raw for each in arrived)]))


def tests():
    yield (restarted,)
