# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones that need no help: what they send must arrive as they sent it."""

import re
import threading

from pyphone import RTP_PORT, PyPhone, Silence
from test_idle import ENOUGH_RTP

PAIRS = {
    "IPv4": ("198.51.100.50", "198.51.100.51", "198.51.100.1"),
    "IPv6": ("2001:db8:6::50", "2001:db8:6::51", "2001:db8:5::1"),
}
ODD = "198.51.100.55"


def build(net):
    for family, (address_a, address_b, _) in PAIRS.items():
        net.lab.tool("phone", f"a-{family.lower()}", "--public", address_a)
        net.lab.tool("phone", f"b-{family.lower()}", "--public", address_b)
    net.lab.tool("phone", "odd", "--public", ODD)
    net.lab.tool("phone", "odd-peer", "--public", "198.51.100.56")


def in_background(work, *args):
    """Run work in a thread; the returned function waits and gives (result, error)."""
    outcome = [None, None]

    def body():
        try:
            outcome[0] = work(*args)
        except (Silence, OSError) as error:
            outcome[1] = error
    thread = threading.Thread(target=body, daemon=True)
    thread.start()

    def result():
        thread.join()
        return outcome
    return result


def serve_call(phone, seconds=10):
    """Answer, talk and take the BYE; returns the messages seen on the way."""
    invite, ack = phone.answer(seconds)
    phone.talk(invite.media()).join()
    return invite, ack, phone.take_bye()


def unchanged(sent, arrived):
    """The differences that a proxy may not make."""
    wrong = []
    if arrived.get("Contact") != sent.get("Contact"):
        wrong.append(f"Contact {sent.get('Contact')} arrived as {arrived.get('Contact')}")
    via = arrived.all("Via")[-1]
    if via != sent.get("Via"):
        wrong.append(f"Via {sent.get('Via')} arrived as {via}")
    if arrived.body != sent.body:
        wrong.append(f"SDP arrived as\n{arrived.body}")
    return "\n".join(wrong)


def direct_pair(net, family):
    address_a, address_b, server = PAIRS[family]
    words = f"public {family} phones"
    caller = PyPhone(net.lab, f"a-{family.lower()}", address_a, server, rport=False)
    callee = PyPhone(net.lab, f"b-{family.lower()}", address_b, server, rport=False)
    reply = caller.register()
    net.claims.check(f"{words}: register, the 200 shows the Contact as sent",
                     caller.contact() in reply.get("Contact")
                     and callee.register().status == 200, reply.raw)
    for phone in (caller, callee):
        net.lab.count_udp(phone.name, RTP_PORT)
    serving = in_background(serve_call, callee)
    sent, answer = caller.call(callee.user)
    if answer.status == 200:
        caller.talk(answer.media()).join()
        bye = caller.hang_up()
    seen, error = serving()
    if not net.claims.check(f"{words}: call", seen and answer.status == 200 and bye.status == 200,
                            f"{answer.start}; {error}"):
        return
    counts = net.lab.counts(caller.name, RTP_PORT) + net.lab.counts(callee.name, RTP_PORT)
    net.claims.check(f"{words}: audio both ways", min(counts) >= ENOUGH_RTP,
                     "RTP at caller in/out %d/%d, at callee %d/%d" % counts)
    difference = unchanged(sent, seen[0])
    net.claims.check(f"{words}: Contact, Via and SDP arrive unchanged", not difference, difference)
    net.claims.check(f"{words}: Contact and media of the 200 arrive unchanged",
                     answer.get("Contact") == callee.contact()
                     and answer.media() == (address_b, RTP_PORT), answer.raw)
    text = net.explain(address_a)
    net.claims.check(f"{words}: class is direct", re.search(r"class: direct", text), text)


def other_port(net):
    """Signalling leaves from port 6060; Via and Contact name 5060, where it listens."""
    words = "public phone that sends from another port than it listens on"
    server = net.address("main")
    phone = PyPhone(net.lab, "odd", ODD, server, send_port=6060, rport=False)
    peer = PyPhone(net.lab, "odd-peer", "198.51.100.56", server)
    try:
        status = phone.register().status
    except Silence as silence:
        status = silence
    net.claims.check(f"{words}: replies come to the port of its Via", status == 200, status)
    serving = in_background(serve_call, phone)
    _, answer = peer.call(phone.user)
    if answer.status == 200:
        peer.talk(answer.media()).join()
        peer.hang_up()
    seen, error = serving()
    net.claims.check(f"{words}: is called at the port of its Contact", seen, error or answer.raw)
    phone.out.setblocking(False)
    try:
        stray = phone.out.recv(9000)
    except BlockingIOError:
        stray = b""
    net.claims.check(f"{words}: nothing comes to the port that it sends from", not stray, stray)


def tests():
    yield from ((direct_pair, family) for family in PAIRS)
    yield (other_port,)
