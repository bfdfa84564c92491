# SPDX-License-Identifier: GPL-2.0-or-later
"""One side of a dialog (RFC 3261 §12), and both sides together.

A side knows only what it received: the route set, the remote target. It takes no request
that is addressed to anything but its own Contact, and nothing else as the other's Contact
than the other phone wrote.
"""

import itertools
import re

from sipmsg import uri_of
from ua import TARGET_REFRESH, tag_of


class Side:
    def __init__(self, ua, call_id, local, remote, target, routes):
        self.ua, self.call_id, self.local, self.remote = ua, call_id, local, remote
        self.target, self.routes = target, routes
        self.cseq = itertools.count(100)
        self.heard = 0

    @classmethod
    def caller(cls, ua, sent, reply):
        """From a reply with a tag (§12.1.2): the route set is turned round."""
        return cls(ua, sent.get("Call-ID"), sent.get("From"), reply.get("To"),
                   uri_of(reply.get("Contact")), reply.values("Record-Route")[::-1])

    @classmethod
    def callee(cls, ua, request, reply):
        """From a request and our reply to it (§12.1.1)."""
        return cls(ua, request.get("Call-ID"), reply.get("To"), request.get("From"),
                   uri_of(request.get("Contact")), request.values("Record-Route"))

    def lines(self, method, cseq=None, extra=(), contact=True, routes=None, call_id=None,
              target=None):
        """A request of this dialog; what is given is taken instead of what is right."""
        routes = self.routes if routes is None else routes
        target, route = target or self.target, list(routes)
        if routes and not re.search(r";lr\b", uri_of(routes[0])):
            route = [*routes[1:], f"<{target}>"]
            target = uri_of(routes[0])
        number = cseq or next(self.cseq)
        return [f"{method} {target} SIP/2.0", self.ua.via(), "Max-Forwards: 70",
                *[f"Route: {each}" for each in route], f"From: {self.local}", f"To: {self.remote}",
                f"Call-ID: {call_id or self.call_id}", f"CSeq: {number} {method}",
                *([f"Contact: {self.ua.contact}"] if method in TARGET_REFRESH and contact else []),
                *extra]

    def request(self, method, cseq=None, extra=(), body="", **instead):
        return self.ua.send(self.lines(method, cseq, extra, **instead), body)

    def status(self, method, seconds=3, **parts):
        """Status of the final reply to a request of this dialog; 0 if none comes."""
        return self.ua.code(self.request(method, **parts), seconds)

    def took(self, request, peer_contact):
        """Check a request that arrived, and refresh the target by it."""
        say = self.ua.faults.append
        here = f"{self.ua.name}: {request.start}"
        if request.start.split()[1] != self.ua.uri():
            say(f"{here}: R-URI is not our Contact {self.ua.uri()}")
        if (request.get("Call-ID"), tag_of(request.get("To")), tag_of(request.get("From"))) \
                != (self.call_id, tag_of(self.local), tag_of(self.remote)):
            say(f"{here}: not of our dialog")
        self.heard = int(request.get("CSeq").split()[0])
        self.refreshed(request, peer_contact)

    def refreshed(self, message, peer_contact):
        if message.method not in TARGET_REFRESH or not message.get("Contact"):
            return
        if peer_contact is not None and message.get("Contact") != peer_contact:
            self.ua.faults.append(f"{self.ua.name}: {message.start}: Contact of the other phone\n"
                                  f"{peer_contact} arrived as\n{message.get('Contact')}")
        self.target = uri_of(message.get("Contact"))


class Talk:
    """A dialog with both of its sides at hand. strict: Contacts must arrive as they were
    written (not so behind an ALG, which changes them before the server sees them)."""

    def __init__(self, caller_side, callee_side, strict=True):
        self.caller, self.callee, self.strict = caller_side, callee_side, strict

    def other(self, side):
        return self.callee if side is self.caller else self.caller

    def contact_of(self, side):
        return side.ua.contact if self.strict else None

    def faults(self):
        return self.caller.ua.faults + self.callee.ua.faults

    def do(self, side, method, status="200 OK", extra=(), body="", reply_body="", **instead):
        """A whole transaction from that side; returns (request sent, arrived, final reply)."""
        other = self.other(side)
        sent = side.request(method, extra=extra, body=body, **instead)
        arrived = other.ua.take(method)
        other.took(arrived, self.contact_of(side))
        replied = other.ua.reply(arrived, status, body=reply_body)
        final = side.ua.final(sent)
        if final.start != replied.start:
            side.ua.faults.append(f"{method} answered {replied.start}, arrived {final.start}")
        if final.status < 300:
            side.refreshed(final, self.contact_of(other))
        if method == "INVITE":
            self.acknowledge(side, sent, final)
        return sent, arrived, final

    def acknowledge(self, side, sent, final):
        """ACK, which must arrive at the other side; of a failure, one of the next hop."""
        other = self.other(side)
        if final.status >= 300:
            side.ua.in_transaction("ACK", sent, final.get("To"))
            return other.ua.take("ACK")
        side.request("ACK", cseq=sent.get("CSeq").split()[0])
        ack = other.ua.take("ACK")
        other.took(ack, None)
        return ack

    def end(self, side):
        return self.do(side, "BYE")[2].status

    def cancel(self, side):
        """A re-INVITE that its sender takes back; returns its final status."""
        other = self.other(side)
        sent = side.request("INVITE", body="")
        arrived = other.ua.take("INVITE")
        other.took(arrived, self.contact_of(side))
        other.ua.reply(arrived, "180 Ringing")
        side.ua.provisional(sent, 180)
        cancel = side.ua.in_transaction("CANCEL", sent)
        other.ua.reply(other.ua.take("CANCEL"), "200 OK")
        side.ua.final(cancel)
        other.ua.reply(arrived, "487 Request Terminated")
        final = side.ua.final(sent)
        self.acknowledge(side, sent, final)
        return final.status


def ring(caller, callee, extra=(), body=None):
    """INVITE up to 180; returns (sent, arrived)."""
    sent = caller.invite(callee.user, extra, body)
    arrived = callee.take("INVITE")
    callee.reply(arrived, "180 Ringing")
    caller.provisional(sent, 180)
    return sent, arrived


def same_route(caller_side, callee_side, strict=True):
    """Both ends must have the same list, one the other's mirror (N029)."""
    if strict and caller_side.routes != callee_side.routes[::-1]:
        caller_side.ua.faults.append(f"route set {caller_side.routes}\nand at the other side "
                                     f"{callee_side.routes}")


def answer(caller, callee, sent, arrived, strict=True, body=None):
    """From a ringing call to a dialog; returns the Talk."""
    ok = callee.reply(arrived, "200 OK", body=callee.body() if body is None else body)
    got = caller.final(sent)
    if got.status != 200:
        raise AssertionError(f"200 arrived as {got.start}")
    sides = Side.caller(caller, sent, got), Side.callee(callee, arrived, ok)
    same_route(*sides, strict)
    talk = Talk(*sides, strict=strict)
    sides[1].refreshed(arrived, caller.contact if strict else None)
    sides[0].refreshed(got, callee.contact if strict else None)
    talk.acknowledge(sides[0], sent, got)
    return talk


def call(caller, callee, strict=True, body=None):
    """A whole call, up to its ACK."""
    sent, arrived = ring(caller, callee, body=body)
    return answer(caller, callee, sent, arrived, strict, body)


def reliable(caller, callee, strict=True, body=None):
    """The same with a reliable 183, its PRACK, and an UPDATE from each side before the 200."""
    sent = caller.invite(callee.user, body=body)
    arrived = callee.take("INVITE")
    early = callee.reply(arrived, "183 Session Progress", ["Require: 100rel", "RSeq: 7"],
                         body=callee.body() if body is None else body)
    got = caller.provisional(sent, 183)
    talk = Talk(Side.caller(caller, sent, got), Side.callee(callee, arrived, early), strict)
    same_route(talk.caller, talk.callee, strict)
    talk.caller.refreshed(got, talk.contact_of(talk.callee))
    talk.callee.refreshed(arrived, talk.contact_of(talk.caller))
    number = sent.get("CSeq").split()[0]
    talk.do(talk.caller, "PRACK", extra=[f"RAck: 7 {number} INVITE"])
    for side in (talk.caller, talk.callee):
        talk.do(side, "UPDATE")
    callee.reply(arrived, "200 OK", tag=tag_of(early.get("To")))
    final = caller.final(sent)
    if final.values("Record-Route")[::-1] != talk.caller.routes:
        caller.faults.append(f"route set changed to {final.values('Record-Route')}")
    talk.caller.refreshed(final, talk.contact_of(talk.callee))
    talk.acknowledge(talk.caller, sent, final)
    return talk
