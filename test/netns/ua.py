# SPDX-License-Identifier: GPL-2.0-or-later
"""A user agent that follows RFC 3261 to the letter, step by step as a test tells it.

Its Contact names its private address and is never adapted to anything. A request inside a
dialog goes where the route set and the remote target say; a request that arrives must be
addressed to exactly the Contact that this phone wrote. What a proxy got wrong is kept in
`faults`.
"""

import itertools
import time

from sipmsg import Message, sdp, uri_of
from wire import Silence, Wire, bytes_of, host

T1_SECONDS = 0.5
TARGET_REFRESH = ("INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER")
_serial = itertools.count(1)


def serial():
    return next(_serial)


def tag_of(name_addr):
    return name_addr.rpartition(";tag=")[2] if ";tag=" in name_addr else ""


class Ua:
    """A phone in namespace name; user is unique, so that its AoR is. bound: its connection comes
    from the port that its Contact names, as that of a phone does that can be reached there."""

    def __init__(self, lab, name, address, server, transport="udp", port=5060, user=None,
                 ca=None, domain=None, contact=None, bound=False):
        self.wire = Wire(lab, name, address, server, transport, port, ca, bound)
        self.lab, self.name, self.address, self.port = lab, name, address, port
        self.transport = transport
        self.user = user or f"{name}{serial()}"
        self.domain = domain or host(server)
        self.contact = contact or self.usual_contact()
        self.faults = []
        self._inbox = []
        self._answered = {}
        self._tag = f"t{serial()}"
        self._registration = f"r{serial()}-{self.user}@{name}", itertools.count(1)

    def usual_contact(self):
        """With everything in it that a proxy might be tempted to tidy up."""
        suffix = "" if self.transport == "udp" else f";transport={self.transport}"
        return (f'"No, \\"{self.user}\\" <x>" <sip:{self.user}@{host(self.address)}:{self.port}'
                f'{suffix};Line=aB%41c;ob-x>;+sip.instance="<urn:uuid:{self.user}-{self.port}>"')

    def uri(self):
        return uri_of(self.contact)

    def aor(self):
        return f"sip:{self.user}@{self.domain}"

    def via(self, branch=None):
        return (f"Via: SIP/2.0/{self.transport.upper()} {host(self.address)}:{self.port}"
                f";branch={branch or f'z9hG4bK{serial()}{self._tag}'};rport")

    # --- messages ---------------------------------------------------------------------------
    def send(self, lines, body="", kind="application/sdp"):
        """Send these lines as one message; returns it."""
        head = [*lines, *([f"Content-Type: {kind}"] if body else []),
                f"Content-Length: {len(bytes_of(body))}", "", body]
        message = Message("\r\n".join(head))
        self.wire.send(bytes_of(message.raw))
        return message

    def reply(self, request, status, extra=(), body="", tag=None):
        """Answer a request as RFC 3261 §8.2.6 says; returns the reply."""
        to = request.get("To")
        if not tag_of(to) and not status.startswith("100"):
            to += f";tag={tag or self._tag}"
        code = int(status.split()[0])
        contact = request.method in TARGET_REFRESH and (code < 300) and code > 100
        sent = self.send([f"SIP/2.0 {status}", *request.lines("Via"),
                          *(request.lines("Record-Route") if code < 300 else []),
                          *request.lines("From"), f"To: {to}", *request.lines("Call-ID"),
                          *request.lines("CSeq"),
                          *([f"Contact: {self.contact}"] if contact else []), *extra], body)
        self._answered[self._key(request)] = bytes_of(sent.raw)
        return sent

    @staticmethod
    def _key(request):
        return request.method, request.get("Via"), request.get("CSeq"), request.get("Call-ID")

    def _next(self, end):
        """The next message that is for the test: copies and pings are dealt with here."""
        while True:
            message = self.wire.receive(end)
            if not message.start.strip():
                continue
            if message.status:
                return message
            again = self._answered.get(self._key(message))
            if again:
                self.wire.send(again)
            elif message.method == "OPTIONS" and not tag_of(message.get("To")):
                self.reply(message, "200 OK")
            else:
                return message

    def expect(self, wanted, seconds=5):
        """The first message that wanted() accepts; what else came waits for its turn."""
        for at, message in enumerate(self._inbox):
            if wanted(message):
                return self._inbox.pop(at)
        end = time.monotonic() + seconds
        while True:
            message = self._next(end)
            if wanted(message):
                return message
            self._inbox.append(message)

    def take(self, method, seconds=5):
        """A request of that method; one that is sent again is taken once."""
        def wanted(message):
            return not message.status and message.method == method \
                and self._key(message) not in self._answered
        request = self.expect(wanted, seconds)
        self._answered[self._key(request)] = b""
        if not tag_of(request.get("To")) and request.start.split()[1] != self.uri():
            self.faults.append(f"{self.name}: {request.start}, registered was {self.uri()}")
        if request.values("Route"):
            self.faults.append(f"{self.name}: {method} arrives with Route {request.values('Route')}")
        return request

    def final(self, sent, seconds=6):
        """The final reply to a request as sent, which goes out again while none comes."""
        return self._reply_to(sent, lambda status: status >= 200, seconds)

    def code(self, sent, seconds=3):
        """Status of the final reply to a request as sent; 0 if none comes."""
        try:
            return self.final(sent, seconds).status
        except Silence:
            return 0

    def provisional(self, sent, status, seconds=6):
        return self._reply_to(sent, lambda found: found == status, seconds)

    def _reply_to(self, sent, wanted, seconds):
        branch = sent.values("Via")[0].partition(";branch=")[2].partition(";")[0]
        end, wait = time.monotonic() + seconds, T1_SECONDS
        heard = False

        def fits(message):
            nonlocal heard
            mine = message.status and message.method == sent.method \
                and f";branch={branch}" in message.get("Via")
            heard = heard or bool(mine)
            return mine and wanted(message.status)
        while True:
            left = end - time.monotonic()
            try:
                found = self.expect(fits, max(0, min(left, wait)))
                break
            except Silence:
                if self.transport != "udp" or left < wait:
                    raise
                if not (heard and sent.method == "INVITE"):
                    self.wire.send(bytes_of(sent.raw))
                wait = min(wait * 2, 4)
        if len(found.values("Via")) != 1:
            self.faults.append(f"{self.name}: reply with Via {found.values('Via')}")
        return found

    def silent(self, seconds=0.3):
        """What arrives in that time, pings left out; nothing, if the claim is silence."""
        found = []
        try:
            while True:
                found.append(self.expect(lambda _: True, seconds))
        except Silence:
            return found

    # --- outside of dialogs -----------------------------------------------------------------
    def request(self, method, uri, extra=(), body="", to=None, call_id=None, cseq=1, tag=None,
                via=None):
        """A request outside of dialogs; returns it as sent."""
        contact = [f"Contact: {self.contact}"] if method in TARGET_REFRESH else []
        return self.send([f"{method} {uri} SIP/2.0", via or self.via(), "Max-Forwards: 70",
                          f"From: <{self.aor()}>;tag={tag or f'f{serial()}'}", f"To: <{to or uri}>",
                          f"Call-ID: {call_id or f'c{serial()}@{self.name}'}",
                          f"CSeq: {cseq} {method}", *contact, *extra], body)

    def register(self, expires=3600, extra=(), seconds=5):
        """REGISTER; returns the final reply."""
        call_id, cseq = self._registration
        sent = self.request("REGISTER", f"sip:{self.domain}",
                            [f"Contact: {self.contact}", f"Expires: {expires}", *extra],
                            to=self.aor(), call_id=call_id, cseq=next(cseq))
        return self.final(sent, seconds)

    def body(self):
        return sdp(self.address, 6000)

    def invite(self, user, extra=(), body=None):
        """INVITE to a user of our domain; returns it as sent."""
        return self.request("INVITE", f"sip:{user}@{self.domain}",
                            ["Supported: 100rel, path", "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, "
                             "INFO, REFER, NOTIFY, MESSAGE, SUBSCRIBE, OPTIONS", *extra],
                            self.body() if body is None else body)

    def in_transaction(self, method, sent, to=None):
        """CANCEL of an INVITE as sent, or ACK of its failure: same branch, same route."""
        return self.send([f"{method} {sent.start.split()[1]} SIP/2.0", *sent.lines("Via"),
                          "Max-Forwards: 70", *sent.lines("Route"), *sent.lines("From"),
                          f"To: {to or sent.get('To')}", *sent.lines("Call-ID"),
                          f"CSeq: {sent.get('CSeq').split()[0]} {method}"])
