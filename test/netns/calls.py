# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls between two phones of pyphone.py, step by step, with claims about them."""

import time

from pyphone import RTP_PORT, Silence
from test_idle import ENOUGH_RTP

RELAY = "198.51.100.1"


def talk(net, title, sides):
    """Both sides, (phone, where it sends to), talk; RTP is counted at both."""
    for phone, _ in sides:
        net.lab.count_udp(phone.name, RTP_PORT)
    for thread in [phone.talk(media) for phone, media in sides]:
        thread.join()
    time.sleep(0.1)
    counts = [count for phone, _ in sides for count in net.lab.counts(phone.name, RTP_PORT)]
    net.claims.check(f"{title}: audio both ways", min(counts) >= ENOUGH_RTP,
                     "RTP at caller in/out {}/{}, at callee {}/{}".format(*counts))


def ring(caller, callee, **how):
    """INVITE and 180; returns the INVITE as sent and as it arrived."""
    sent = caller.invite(callee.user, **how)
    arrived = callee.expect_request("INVITE")
    callee.reply(arrived, "180 Ringing")
    caller.expect(lambda m: m.status == 180)
    return sent, arrived


def set_up(caller, callee):
    """A whole call; returns what talk() wants."""
    sent, arrived = ring(caller, callee)
    callee.accept(arrived)
    answer = caller.final(sent)
    caller.acknowledge(sent, answer)
    callee.expect_request("ACK")
    return (caller, answer.media()), (callee, arrived.media())


def end(net, title, active, passive, server="main"):
    """BYE; after it the engine has forgotten the call."""
    call_id = active.dialog.call_id
    held = call_id in net.servers[server].sessions()
    bye = active.request("BYE", active.dialog)
    passive.take_bye()
    code = active.final(bye).status
    forgotten = net.servers[server].forgets(call_id)
    net.claims.check(f"{title}: the media engine holds the call until BYE, not after",
                     held and code == 200 and forgotten,
                     f"held before: {held}, BYE: {code}, gone after: {forgotten}")


def not_left(net, title, call_id, held, code, *wanted):
    forgotten = net.servers["main"].forgets(call_id)
    words = " or ".join(map(str, wanted))
    net.claims.check(f"{title}: the caller gets {words}, the media engine holds nothing",
                     held and forgotten and code in wanted,
                     f"held while ringing: {held}, gone after: {forgotten}, status {code}")


def late_offer(net, title, caller, callee, sent):
    """From the INVITE without SDP to audio."""
    arrived = callee.expect_request("INVITE")
    if ";tag=" in arrived.get("To"):
        callee.reply(arrived, "200 OK", callee.sdp())
    else:
        callee.accept(arrived)
    answer = caller.final(sent)
    caller.acknowledge(sent, answer, caller.sdp())
    ack = callee.expect_request("ACK")
    net.claims.check(f"{title}: the SDP of the 200 and that of the ACK name the relay",
                     (answer.media()[0], ack.media()[0]) == (RELAY, RELAY),
                     f"{answer.body}\n{ack.raw}")
    talk(net, title, ((caller, answer.media()), (callee, ack.media())))


def code_of(phone, sent, seconds=5):
    """Status code of the final reply to a request as sent, 0 if none comes."""
    try:
        return phone.final(sent, seconds).status
    except Silence:
        return 0


def status(phone, method, *request, **parts):
    """Send a request; its code_of()."""
    return code_of(phone, phone.request(method, *request, **parts), 0.5 if method == "ACK" else 5)
