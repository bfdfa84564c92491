# SPDX-License-Identifier: GPL-2.0-or-later
"""A phone of a few lines, for what sipp cannot do: TLS, other ports, byte compare.

It lives in this process; only its sockets are inside the namespace. Pings (OPTIONS)
that arrive while it waits for something else are answered.
"""

import itertools
import socket
import ssl
import struct
import threading
import time

from sipmsg import Message, sdp, take

RTP_PORT = 6000
_serial = itertools.count(1)


class Silence(Exception):
    """What was expected did not arrive in time."""


class Dialog:
    """What a request inside a call needs to know."""

    def __init__(self, call_id, local, remote, target, routes=()):
        self.call_id, self.local, self.remote = call_id, local, remote
        self.target, self.routes = target, routes


class PyPhone:
    """A phone in namespace name. send_port: signalling leaves from another port."""

    def __init__(self, lab, name, address, server, transport="udp", port=5060, user=None,
                 send_port=None, rport=True, tls_ca=None, domain=None):
        self.lab, self.name, self.address, self.server = lab, name, address, server
        self.transport, self.port, self.user = transport, port, user or name
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.domain = domain or self._host(server)
        self.rport = ";rport" if rport else ""
        self.pings = 0
        self.seen = []
        self._served = set()
        self._buffer = b""
        self._cseq = itertools.count(1)
        self._tag = f"p{next(_serial)}"
        if transport == "udp":
            self.sock = lab.socket(name, self.family, socket.SOCK_DGRAM, (address, port))
            self.out = self.sock
            if send_port:
                self.out = lab.socket(name, self.family, socket.SOCK_DGRAM, (address, send_port))
        else:
            self.sock = lab.socket(name, self.family, socket.SOCK_STREAM, (address, 0))
            self.sock.settimeout(5)
            self.sock.connect((server, 5061 if transport == "tls" else 5060))
            if transport == "tls":
                context = ssl.create_default_context(cafile=tls_ca)
                context.check_hostname = False
                self.sock = context.wrap_socket(self.sock)
        self.rtp = lab.socket(name, self.family, socket.SOCK_DGRAM, (address, RTP_PORT))

    # addresses as they are written in URIs
    @staticmethod
    def _host(address):
        return f"[{address}]" if ":" in address else address

    def contact(self):
        suffix = "" if self.transport == "udp" else f";transport={self.transport}"
        return f"<sip:{self.user}@{self._host(self.address)}:{self.port}{suffix}>"

    def _send(self, lines, body=""):
        text = "\r\n".join(lines + [f"Content-Length: {len(body)}", "", body])
        if self.transport == "udp":
            self.out.sendto(text.encode(), (self.server, 5060))
        else:
            self.sock.sendall(text.encode())
        return Message(text)

    def request(self, method, dialog, cseq=None, body="", extra=()):
        """Send a request of the dialog; returns it as sent."""
        lines = [
            f"{method} {dialog.target} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} {self._host(self.address)}:{self.port}"
            f";branch=z9hG4bK{next(_serial)}{self._tag}{self.rport}",
            "Max-Forwards: 70", *[f"Route: {route}" for route in dialog.routes],
            f"From: {dialog.local}", f"To: {dialog.remote}", f"Call-ID: {dialog.call_id}",
            f"CSeq: {cseq or next(self._cseq)} {method}",
            *([f"Contact: {self.contact()}"] if method in ("INVITE", "REGISTER") else []),
            *extra, *(["Content-Type: application/sdp"] if body else [])]
        return self._send(lines, body)

    def in_transaction(self, method, sent, to=None):
        """CANCEL of an INVITE as sent, or ACK of a failure of it: same branch, same route."""
        return self._send([
            f"{method} {sent.start.split()[1]} SIP/2.0", *sent.lines("Via"), "Max-Forwards: 70",
            *sent.lines("Route"), *sent.lines("From"), f"To: {to or sent.get('To')}",
            *sent.lines("Call-ID"), f"CSeq: {sent.get('CSeq').split()[0]} {method}"])

    def reply(self, request, status, body=""):
        tag = "" if ";tag=" in request.get("To") else f";tag={self._tag}"
        lines = [f"SIP/2.0 {status}", *request.lines("Via"), *request.lines("Record-Route"),
                 *request.lines("From"), f"To: {request.get('To')}{tag}",
                 *request.lines("Call-ID"), *request.lines("CSeq"),
                 *([f"Contact: {self.contact()}"] if request.method == "INVITE" else []),
                 *(["Content-Type: application/sdp"] if body else [])]
        return self._send(lines, body)

    def _receive(self, end):
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise Silence(f"{self.name}: nothing more came")
            self.sock.settimeout(left)
            try:
                if self.transport == "udp":
                    return Message(self.sock.recv(65535).decode())
                message, self._buffer = take(self._buffer)
                if message:
                    return message
                data = self.sock.recv(65535)
            except TimeoutError:
                continue
            if not data:
                raise Silence(f"{self.name}: the server closed the connection")
            self._buffer += data

    def expect(self, wanted, seconds=5):
        """The next message that wanted() accepts. Others are kept in seen."""
        end = time.monotonic() + seconds
        while True:
            message = self._receive(end)
            if not message.start.strip():
                continue
            self.seen.append(message)
            if not message.status and message.method == "OPTIONS":
                self.pings += 1
                self.reply(message, "200 OK")
            elif wanted(message):
                return message

    def expect_request(self, method, seconds=5):
        """A request that was not here before: one sent again is passed over."""
        def wanted(message):
            key = message.method, message.get("Via"), message.get("CSeq")
            if message.status or message.method != method or key in self._served:
                return False
            self._served.add(key)
            return True
        return self.expect(wanted, seconds)

    def expect_final(self, method, seconds=5):
        return self.expect(lambda m: m.status >= 200 and m.method == method, seconds)

    def _new_dialog(self, target, remote):
        local = f"<sip:{self.user}@{self.domain}>;tag={self._tag}"
        return Dialog(f"{next(_serial)}{self._tag}@{self.name}", local, remote, target)

    def register(self, seconds=5):
        dialog = self._new_dialog(f"sip:{self.domain}", f"<sip:{self.user}@{self.domain}>")
        self.request("REGISTER", dialog, extra=["Expires: 3600"])
        return self.expect_final("REGISTER", seconds)

    def sdp(self):
        return sdp(self.address, RTP_PORT)

    def invite(self, user, offer=True, target=None):
        """A new call; returns the INVITE as sent. Without offer the ACK has the SDP."""
        uri = target or f"sip:{user}@{self.domain}"
        self.dialog = self._new_dialog(uri, f"<{uri}>")
        return self.request("INVITE", self.dialog, body=self.sdp() if offer else "")

    def final(self, sent, seconds=8):
        """The final reply to a request as sent."""
        return self.expect(lambda m: m.status >= 200 and m.get("CSeq") == sent.get("CSeq")
                           and m.get("Call-ID") == sent.get("Call-ID"), seconds)

    def acknowledge(self, sent, answer, body=""):
        """ACK of the final reply to an INVITE; a 200 completes the dialog."""
        if answer.status >= 300:
            return self.in_transaction("ACK", sent, answer.get("To"))
        if answer.status == 200 and ";tag=" not in sent.get("To"):
            self.dialog.target = answer.contact_uri()
            self.dialog.routes = answer.all("Record-Route")[::-1]
            self.dialog.remote = answer.get("To")
        return self.request("ACK", self.dialog, cseq=sent.get("CSeq").split()[0], body=body)

    def call(self, user, seconds=8):
        """INVITE and ACK; returns (INVITE as sent, final reply)."""
        sent = self.invite(user)
        answer = self.final(sent, seconds)
        self.acknowledge(sent, answer)
        return sent, answer

    def accept(self, invite):
        """200 with SDP to an INVITE; returns it as sent."""
        sent = self.reply(invite, "200 OK", self.sdp())
        self.dialog = Dialog(invite.get("Call-ID"), sent.get("To"), invite.get("From"),
                             invite.contact_uri(), invite.all("Record-Route"))
        return sent

    def answer(self, seconds=5):
        """Take one call up to its ACK; returns (INVITE, ACK) as received."""
        invite = self.expect_request("INVITE", seconds)
        self.reply(invite, "180 Ringing")
        self.accept(invite)
        return invite, self.expect_request("ACK")

    def hang_up(self, seconds=5):
        """BYE; returns its final reply."""
        self.request("BYE", self.dialog)
        return self.expect_final("BYE", seconds)

    def take_bye(self, seconds=10):
        bye = self.expect_request("BYE", seconds)
        self.reply(bye, "200 OK")
        return bye

    def talk(self, media, packets=60):
        """Send that many RTP packets in the background, one each 20 ms."""
        def stream():
            for number in range(packets):
                head = struct.pack("!BBHII", 0x80, 0, number, number * 160, 0x1234)
                try:
                    self.rtp.sendto(head + b"\xff" * 160, media)
                except OSError:
                    return
                time.sleep(0.02)
        thread = threading.Thread(target=stream, daemon=True)
        thread.start()
        return thread
