# SPDX-License-Identifier: GPL-2.0-or-later
"""What a route tells is believed only as the server sealed it (T05, T06, T25, T32): anything
else is answered 403, a flow that is gone 430, an ACK not at all, and all of it is counted.
"""

import random
import re
import socket
import string
import struct

from dialog import call
from strangers import Stranger
from test_wayback import outcome, sign_in
from ua import Ua, serial
from wire import Silence

SERVER = "198.51.100.21"
SERVERS = {"tokens": (SERVER, {"TLS": 1, "networks": "", "SHM_MB": 256})}
ATTACKER, SPOOFER, VICTIM = "198.51.100.220", "198.51.100.221", "198.51.100.222"
BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
RANDOM = 400
NAMES = ("nat-a", "nat-b", "nat-l", "nat-d", "nat-p")


def build(net):
    for name, address in (("tk-evil", ATTACKER), ("tk-spoof", SPOOFER), ("tk-victim", VICTIM)):
        net.lab.tool("phone", name, "--public", address)
    for name, kind, outside in (("a", "symmetric", "203.0.113.190"), ("b", "cone", "203.0.113.191")):
        net.lab.tool("nat", f"tkn-{name}", "--kind", kind, "--wan", outside)
        net.lab.tool("phone", f"tk-{name}", "--nat", f"tkn-{name}", "192.168.1.10")


class Phones:
    def __init__(self, net, port):
        self.net, self.port = net, port

    def new(self, name, transport="udp", **more):
        self.port += 1
        address = {"tk-evil": ATTACKER, "tk-victim": VICTIM}.get(name, "192.168.1.10")
        phone = Ua(self.net.lab, name, address, SERVER, transport, more.pop("port", self.port),
                   ca=self.net.certificate, bound=more.pop("bound", name == "tk-evil"), **more)
        sign_in(phone)
        return phone


def counted(net, name):
    return int(net.servers["tokens"].control("cnt.get", "nat_edge", name).strip() or -1)


def token(route, name):
    match = re.search(rf";{name}=([^;>]*)", route)
    return match.group(1) if match else ""


def with_token(route, name, value):
    """The route with that value; put in if it is not there."""
    if token(route, name):
        return re.sub(rf";{name}=[^;>]*", f";{name}={value}", route)
    return route.replace(">", f";{name}={value}>")


def message_text(side, route, method="MESSAGE", call_id=None, tag=None):
    """A request of a dialog as raw text, to be sent by the hundred."""
    lines = side.lines(method, routes=[route], call_id=call_id)
    lines[1] = side.ua.via(f"z9hG4bKtk{serial()}")
    if tag:
        lines = [re.sub(r";tag=.*", f";tag={tag}", line) if line.startswith("From:") else line
                 for line in lines]
    return "\r\n".join([*lines, "Content-Length: 0", "", ""])


def tampered(value, others):
    """(what, changed token): one of each kind, and a flip in every place."""
    for at, char in enumerate(value):
        number = BASE64.index(char)
        for bit in range(6):
            yield f"bit {bit} of character {at}", value[:at] + BASE64[number ^ 1 << bit] + value[at + 1:]
    for length in range(1, len(value)):
        yield f"the first {length} characters", value[:length]
    for more in ("A", "AA", "AAAA", "=", "==", "%41", value):
        yield f"{more!r} behind it", value + more
    yield "twice the same", f"{value};nat-b={value}x"
    yield from others.items()
    rnd = random.Random(5)
    for number in range(RANDOM):
        size = rnd.choice((1, 16, 17, 24, 40, 50, 54, 62, 94, 200, 400, 900))
        yield f"random {number}, {size} characters", "".join(rnd.choices(BASE64, k=size))


def send_all(net, side, routes):
    """(name, route) as MESSAGE, all of them; returns {name: status or None}."""
    port = 7000 + serial() % 1000
    stranger = Stranger(net.lab, "tk-evil", ATTACKER, SERVER, net.certificate, ("udp",), port)
    sent = {}
    for name, route in routes:
        text = message_text(side, route)
        number = re.search(r"CSeq: (.*)\r", text).group(1)
        sent[name] = (side.call_id, number)
        stranger.send("udp", text)
    stranger.settle()
    stranger.close()
    return {name: stranger.statuses.get(key) for name, key in sent.items()}


def forged(net):
    """T05: nothing but the very token opens, and only where it belongs."""
    phones = Phones(net, 5100)
    evil, nated = phones.new("tk-evil"), phones.new("tk-a")
    talk, other = (call(evil, phone, body="") for phone in (nated, nated))
    side = talk.caller
    route = side.routes[0]
    value = token(route, "nat-b")
    if not net.claims.check("T05: the route of a call to a phone behind a NAT has a sealed leg", value,
                            side.routes):
        return
    elsewhere = other.caller.routes[0]
    foreign = {
        "nat-b of another dialog": token(elsewhere, "nat-b"),
        "nat-a or nat-d of this dialog as nat-b": token(route, "nat-a") or token(route, "nat-d"),
        "nat-a or nat-d of another dialog as nat-b": token(elsewhere, "nat-a") or token(elsewhere, "nat-d"),
    }
    net.claims.check("T05: two dialogs with one phone have two tokens",
                     len({value, *foreign.values()}) == 4 and all(foreign.values()), foreign)
    talk.do(side, "MESSAGE")
    before = counted(net, "routes_refused")
    codes = send_all(net, side, [(what, with_token(route, "nat-b", changed))
                                 for what, changed in tampered(value, foreign)])
    wrong = {what: code for what, code in codes.items() if code != 403}
    net.claims.check(f"T05: {len(codes)} changed, cut, foreign and invented tokens: 403 each", not wrong,
                     "\n".join(f"{what}: {code}" for what, code in list(wrong.items())[:20]))
    arrived = nated.silent()
    net.claims.check("T05: nothing of it reaches the phone", not arrived,
                     "\n".join(each.raw for each in arrived[:2]))
    now = counted(net, "routes_refused")
    net.claims.check("T05: each is counted", now - before == len(codes) - len(wrong) > 0,
                     f"routes_refused went from {before} to {now}, {len(codes)} were sent")
    swapped = [(f"the token as {name}", with_token(route.replace(f";nat-b={value}", ""), name, value))
               for name in NAMES if name != "nat-b"]
    codes = send_all(net, side, swapped)
    net.claims.check("T05: a leg for another purpose: 403", set(codes.values()) == {403}, codes)
    silent_ack(net, side, route, nated)
    net.claims.check("control: the token itself is still good",
                     talk.do(side, "MESSAGE")[2].status == 200)
    talk.end(side)
    other.end(other.callee)


def silent_ack(net, side, route, nated):
    stranger = Stranger(net.lab, "tk-evil", ATTACKER, SERVER, net.certificate, ("udp",), 7999)
    for value in ("AAAA", "A" * 60):
        stranger.send("udp", message_text(side, with_token(route, "nat-b", value), "ACK"))
    stranger.settle()
    stranger.close()
    arrived = nated.silent()
    net.claims.check("T05: an ACK with a forged token is answered by nothing and goes nowhere",
                     not stranger.statuses and not arrived, f"{stranger.statuses} {arrived}")


def rotated(net):
    """T05: a key opens until the second rotation after it sealed."""
    server = net.servers["tokens"]
    phones = Phones(net, 5200)
    talk = call(phones.new("tk-a"), phones.new("tk-b"), body="")
    listing = server.control("nat_edge.key_list")
    said = server.control("nat_edge.key_rotate")
    codes = [talk.do(side, "INFO")[2].status for side in (talk.caller, talk.callee)]
    net.claims.check("key rotated once: the call goes on", codes == [200, 200], f"{codes} {said}")
    fresh = call(phones.new("tk-a"), phones.new("tk-b"), body="")
    said += server.control("nat_edge.key_rotate")
    codes = [side.status("INFO") for side in (talk.caller, talk.callee)]
    net.claims.check("T05: key rotated twice: 403 to what the oldest one sealed", codes == [403, 403],
                     f"{codes}\n{listing}{said}{server.control('nat_edge.key_list')}")
    codes = [fresh.do(side, "INFO")[2].status for side in (fresh.caller, fresh.callee)]
    net.claims.check("key rotated twice: a call of the one before goes on", codes == [200, 200], codes)
    fresh.end(fresh.caller)
    secret = re.search(r"\b[0-9a-fA-F]{32,}\b", listing + said)
    net.claims.check("the RPC commands tell no secret", not secret, listing + said)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def spoof(net, text, source, to):
    """One UDP packet with somebody else's address on it."""
    data = text.encode()
    datagram = struct.pack("!HHHH", source[1], to[1], 8 + len(data), 0) + data
    addresses = socket.inet_aton(source[0]) + socket.inet_aton(to[0])
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(datagram), 1, 0, 64, socket.IPPROTO_UDP, 0) + addresses
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    with net.lab.socket("tk-spoof", socket.AF_INET, socket.SOCK_RAW, None, socket.IPPROTO_RAW) as raw:
        raw.sendto(head + datagram, (to[0], 0))


def spoofed(net):
    """T06: an INVITE in a victim's name gives its callee no way to the victim."""
    phones = Phones(net, 5300)
    evil = phones.new("tk-evil")
    port = 5060
    net.lab.count_udp("tk-victim", port)
    call_id, tag = f"spoof{serial()}@x", "spoofed"
    spoof(net, "\r\n".join([
        f"INVITE sip:{evil.user}@{SERVER} SIP/2.0",
        f"Via: SIP/2.0/UDP 192.168.1.99:5060;branch=z9hG4bKspoof{serial()};rport", "Max-Forwards: 70",
        f"From: <sip:victim@{SERVER}>;tag={tag}", f"To: <sip:{evil.user}@{SERVER}>", f"Call-ID: {call_id}",
        "CSeq: 1 INVITE", "Contact: <sip:victim@192.168.1.99:5060>", "Content-Length: 0", "", ""]),
        (VICTIM, port), (SERVER, 5060))
    try:
        invite = evil.take("INVITE")
    finally:
        answered = net.lab.counts("tk-victim", port)[0]
    routes = invite.values("Record-Route")
    leg = token(" ".join(routes), "nat-a")
    net.claims.check("T06: the callee of a spoofed INVITE holds a leg to the victim", leg, routes)
    evil.reply(invite, "486 Busy Here")
    ack = evil.take("ACK")
    settled = net.lab.counts("tk-victim", port)[0]
    before = counted(net, "routes_refused")
    codes = []
    target = "sip:victim@192.168.1.99:5060"
    for method in ("MESSAGE", "INVITE", "OPTIONS", "NOTIFY", "BYE"):
        for call_of, from_tag, to_tag in ((f"own{serial()}", "own", tag), (f"own{serial()}", "own", None),
                                          (call_id, "own", "other"), (f"own{serial()}", tag, "own")):
            sent = evil.send([f"{method} {target} SIP/2.0", evil.via(), "Max-Forwards: 70",
                              *[f"Route: {route}" for route in routes],
                              f"From: <{evil.aor()}>;tag={from_tag}",
                              f"To: <sip:victim@{SERVER}>{f';tag={to_tag}' if to_tag else ''}",
                              f"Call-ID: {call_of}", f"CSeq: 9 {method}", f"Contact: {evil.contact}"])
            codes.append(evil.code(sent, 1))
            if method == "INVITE":
                evil.in_transaction("ACK", sent)
    net.claims.check(f"T06: {len(codes)} requests of others with that leg: 403 each", set(codes) == {403},
                     f"{codes}")
    now = net.lab.counts("tk-victim", port)[0]
    net.claims.check("T06: none of it reaches the victim", now == settled > 0,
                     f"packets at the victim: {answered} while the INVITE was there, {settled} after its "
                     f"end, {now} after the attack; {ack.start}")
    refused = counted(net, "routes_refused") - before
    net.claims.check("T06: those of them that name a dialog are counted", refused >= len(codes) * 3 // 4,
                     f"{refused} of {len(codes)}")


def stolen(net, transport):
    """T25: who has the address and port of a closed connection gets nothing of its calls."""
    words = f"T25, {transport.upper()}: another client on the address and port of a closed connection"
    phones = Phones(net, 5400 if transport == "tcp" else 5450)
    port = 6400 if transport == "tcp" else 6450
    first = phones.new("tk-b", transport, port=port, bound=True)
    peer = phones.new("tk-a")
    talk = call(peer, first, body="")
    first.wire.reset()
    second = phones.new("tk-b", transport, port=port, bound=True, user=f"thief-{transport}")
    before = counted(net, "flows_gone")
    codes = [talk.caller.status(method) for method in ("MESSAGE", "INVITE", "BYE")]
    came = second.silent()
    net.claims.check(f"{words}: 430", codes == [430] * 3, codes)
    net.claims.check(f"{words}: gets nothing", not came, "\n".join(each.raw for each in came))
    net.claims.check(f"{words}: counted", counted(net, "flows_gone") - before == 3)
    again = call(peer, second, body="")
    net.claims.check(f"control, {transport.upper()}: that client's own calls arrive",
                     again.end(again.caller) == 200)


def uniform(net):
    """T32: who proves nothing learns nothing: not which flows or dialogs there are."""
    phones = Phones(net, 5500)
    evil, nated, gone = phones.new("tk-evil"), phones.new("tk-a"), phones.new("tk-b", "tcp")
    live, dead = call(evil, nated, body=""), call(evil, gone, body="")
    gone.wire.reset()
    for _ in range(50):
        if dead.caller.status("OPTIONS") == 430:
            break
    route = live.caller.routes[0]
    good, old = token(route, "nat-b"), token(dead.caller.routes[0], "nat-b")

    def stranger_says(value, call_id):
        lines = live.caller.lines("MESSAGE", routes=[with_token(route, "nat-b", value)] if value else
                                  [re.sub(r";nat-\w=[^;>]*", "", route)], call_id=call_id)
        lines = [re.sub(r";tag=.*", ";tag=stranger", line) if line.startswith(("From:", "To:")) else line
                 for line in lines]
        sent = evil.send(lines)
        try:
            reply = evil.final(sent, 1)
        except Silence:
            return "nothing"
        own = ("via", "from", "to", "call-id", "cseq")
        return "\n".join([reply.start, *(f"{name}: {'' if name in own else text}"
                                         for name, text in reply.headers), reply.body])
    said = {
        "an invented token": stranger_says("EGZyb21hdHRhY2tlcg" * 3, "x1@y"),
        "one cut off": stranger_says(good[:-4], "x2@y"),
        "one of a call that is on, other Call-ID": stranger_says(good, "x3@y"),
        "one of a call that is on, its Call-ID": stranger_says(good, live.caller.call_id),
        "one of a flow that is gone, other Call-ID": stranger_says(old, "x4@y"),
        "one of a flow that is gone, its Call-ID": stranger_says(old, dead.caller.call_id),
        "no token": stranger_says("", "x5@y"),
    }
    net.claims.check("T32: strangers get one and the same 403, whatever they have found",
                     len(set(said.values())) == 1 and "SIP/2.0 403" in list(said.values())[0],
                     "\n".join(f"--- {what}\n{text}" for what, text in said.items()))
    net.claims.check("control: a party of that dialog is told that the flow is gone",
                     dead.caller.status("MESSAGE") == 430)
    live.end(live.caller)


def in_order(net):
    """One after the other: they count, and keys are for all."""
    for work in (forged, spoofed, lambda net: stolen(net, "tcp"), lambda net: stolen(net, "tls"), uniform, rotated):
        name = getattr(work, "__name__", "")
        wrong = outcome(lambda work=work: work(net))
        net.claims.check(f"tokens: {name.replace('<lambda>', 'stolen')} runs to its end", not wrong, wrong)


def tests():
    yield (in_order,)
