# SPDX-License-Identifier: GPL-2.0-or-later
"""Two desk phones: what they write, and what they make of what they get."""

import re
from dataclasses import dataclass

AGENT = "Deskphone D7x/9.4.21.3"
ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE, PRACK"
DOMAIN = "pbx.example.org"


def lines(*text):
    return "".join(f"{line}\r\n" for line in text if line is not None)


def fields(message, name):
    """Whole lines of a header field, in order."""
    head = message.partition("\r\n\r\n")[0].split("\r\n")
    return [line for line in head if line.lower().startswith(name.lower() + ":")]


def field(message, name):
    return fields(message, name)[0].partition(":")[2].strip()


def routes(message):
    """The URIs of a message's Record-Route, as the caller has to write them into its requests."""
    return [u for line in reversed(fields(message, "Record-Route")) for u in reversed(re.findall(r"<([^>]*)>", line))]


def uri(value):
    return re.search(r"<([^>]*)>", value).group(1)


@dataclass
class Phone:
    user: str
    name: str
    claims: str  # what it takes for its address, with port
    source: str  # where its packets come from

    @property
    def contact(self):
        port = self.claims.removesuffix(":5060")
        return f"<sip:{self.user}@{port}>"

    @property
    def aor(self):
        return f'"{self.name}" <sip:{self.user}@{DOMAIN}>'

    def sdp(self):
        address = self.claims.partition(":")[0]
        return lines(
            "v=0", f"o=- 20518 0 IN IP4 {address}", "s=-", f"c=IN IP4 {address}", "t=0 0",
            "m=audio 16430 RTP/AVP 9 0 8 101", "a=rtpmap:9 G722/8000", "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv",
        )  # fmt: skip

    def via(self, branch):
        return f"Via: SIP/2.0/UDP {self.claims};branch=z9hG4bK-{branch};rport"

    def _body(self, sdp):
        if not sdp:
            return ["Content-Length: 0", ""], ""
        body = self.sdp()
        return ["Content-Type: application/sdp", f"Content-Length: {len(body)}", ""], body

    def request(self, method, target, number, *, branch, call_id, tag, to=None, to_tag=None, route=(), more=(), sdp=False):
        tail, body = self._body(sdp)
        return lines(
            f"{method} {target} SIP/2.0",
            self.via(branch),
            *(f"Route: {value}" for value in route),
            "Max-Forwards: 70",
            f"From: {self.aor};tag={tag}",
            f"To: {to or self.aor}" + (f";tag={to_tag}" if to_tag else ""),
            f"Call-ID: {call_id}",
            f"CSeq: {number} {method}",
            *more,
            f"User-Agent: {AGENT}",
            *tail,
        ) + body  # fmt: skip

    def reply(self, request, status, reason, *, tag, more=(), sdp=False):
        tail, body = self._body(sdp)
        to = fields(request, "To")[0]
        return lines(
            f"SIP/2.0 {status} {reason}",
            *fields(request, "Via"),
            *fields(request, "Record-Route"),
            *fields(request, "From"),
            to if ";tag=" in to else f"{to};tag={tag}",
            *fields(request, "Call-ID"),
            *fields(request, "CSeq"),
            *more,
            f"User-Agent: {AGENT}" if status == 200 else None,
            *tail,
        ) + body  # fmt: skip


@dataclass
class Network:
    """Where two phones are."""

    title: str
    caller: Phone
    callee: Phone


def direct():
    return Network(
        "direct",
        Phone("1001", "Alice Smith", "203.0.113.20:5060", "203.0.113.20:5060"),
        Phone("1002", "Bob Jones", "203.0.113.77:5060", "203.0.113.77:5060"),
    )


def natted():
    return Network(
        "NATed",
        Phone("1001", "Alice Smith", "192.168.1.20:5060", "203.0.113.20:40001"),
        Phone("1002", "Bob Jones", "192.168.7.31:5060", "203.0.113.77:31032"),
    )


def mixed():
    """Only the caller is behind a NAT."""
    return Network("mixed", natted().caller, direct().callee)
