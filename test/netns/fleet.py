# SPDX-License-Identifier: GPL-2.0-or-later
"""Many phones in one process: each a coroutine's worth of state, all in one asyncio loop. They
register, take calls and answer pings; every ping is kept with its moment and its bytes. Only
their sockets are inside the namespaces.

A phone sends nothing by itself. A reply over UDP goes where RFC 3261 §18.2.2 and RFC 3581 say:
to the source, at the port of the topmost Via unless that has rport.
"""

import asyncio
import itertools
import re
import socket
import struct
import time

from sipmsg import Message, take
from wire import _context, bytes_of, host, text_of

T1_SECONDS = 0.5
COOKIE = 0x2112A442
_serial = itertools.count(1)


class Ping:
    """kind: options, notify, crlf, zero, stun."""

    def __init__(self, kind, raw, source):
        self.kind, self.raw, self.source, self.when = kind, raw, source, time.monotonic()

    def message(self):
        return Message(text_of(self.raw))


def reply_address(request, source):
    """Where a reply over UDP goes."""
    via = request.values("Via")[0]
    port = re.match(r"\S+\s+(?:\[[^\]]*\]|[^:;\s]*)(?::(\d+))?", via).group(1)
    if re.search(r";rport(;|$|\s)", via):
        port = source[1]
    return source[0], int(port or 5060), *source[2:]


def with_received(request, source):
    """The Via lines as they stand in the reply: what was received is filled in."""
    first, *rest = request.lines("Via")
    return [re.sub(r";rport(?=;|$|\s)", f";rport={source[1]};received={host(source[0])}", first, count=1), *rest]


def stun_answer(raw, source):
    """Success response to a binding request: its mapped address."""
    address = socket.inet_pton(socket.AF_INET6 if ":" in source[0] else socket.AF_INET, source[0])
    key = struct.pack("!I", COOKIE) + raw[8:20]
    mapped = bytes(a ^ b for a, b in zip(address, key))
    value = struct.pack("!BBH", 0, 1 if len(mapped) == 4 else 2, source[1] ^ (COOKIE >> 16)) + mapped
    return struct.pack("!HH", 0x0101, 4 + len(value)) + raw[4:20] + struct.pack("!HH", 0x20, len(value)) + value


class Talk:
    """One side of a dialog."""

    def __init__(self, phone, call_id, local, remote, target, routes):
        self.phone, self.call_id, self.local, self.remote = phone, call_id, local, remote
        self.target, self.routes, self.cseq = target, routes, itertools.count(2)

    def lines(self, method, cseq):
        return [*[f"Route: {route}" for route in self.routes], f"From: {self.local}", f"To: {self.remote}",
                f"Call-ID: {self.call_id}", f"CSeq: {cseq} {method}"]

    async def ask(self, method, extra=(), seconds=4):
        """Status of the answer to a request in the dialog; 0 if none comes."""
        return await self.phone.status(f"{method} {self.target}", [*self.lines(method, next(self.cseq)), *extra],
                                       seconds)

    async def end(self):
        return await self.ask("BYE")


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, phone):
        self.phone = phone

    def datagram_received(self, data, addr):
        self.phone.datagram(data, addr)


class _Stream(asyncio.Protocol):
    def __init__(self, phone):
        self.phone = phone

    def data_received(self, data):
        self.phone.bytes_came(data)

    def connection_lost(self, _exc):
        self.phone.open = False


class Phone:
    """deaf: answers nothing. shy: does not say in replies what it is. pings, calls: what came; a
    call is (moment, Call-ID). pongs: single CRLFs on a stream."""

    def __init__(self, net, name, address, server, transport="udp", user=None, agent="lab/1", port=None,
                 domain=None):
        self.lab, self.ca = net.lab, net.certificate
        self.name, self.address, self.server, self.transport = name, address, server, transport
        self.number = next(_serial)
        self.user, self.agent = user or f"f{self.number}x", agent # no name is part of another
        self.port = port or 10000 + self.number
        self.domain = domain or host(server)
        self.pings, self.calls, self.heard = [], [], []
        self.deaf, self.shy, self.open, self.pongs = False, False, False, 0
        self._waiting, self._answered, self._buffer = {}, {}, b""
        self._keeping, self._transport = None, None
        self._registration = f"r{self.number}x{self.user}", itertools.count(1)

    # --- transport --------------------------------------------------------------------------
    async def connect(self, port=None):
        """Open, or open again from another port."""
        self.close()
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        kind = socket.SOCK_DGRAM if self.transport == "udp" else socket.SOCK_STREAM
        sock = self.lab.socket(self.name, family, kind,
                               (self.address, (port or self.port) if self.transport == "udp" else port or 0))
        sock.setblocking(False)
        if self.transport == "udp":
            self._transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), sock=sock)
        else:
            tls = self.transport == "tls"
            await asyncio.wait_for(loop.sock_connect(sock, (self.server, 5061 if tls else 5060)), 8)
            self._transport, _ = await loop.create_connection(
                lambda: _Stream(self), sock=sock, ssl=_context(self.ca) if tls else None,
                server_hostname=self.server if tls else None)
        self.open = True
        return self

    def close(self):
        """UDP: the port is shut. Streams: FIN."""
        self.stop_keeping()
        if self._transport:
            self._transport.close()
        self.open = False

    def abort(self):
        """Streams: RST."""
        self._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()
        self.open = False

    def source(self):
        return self._transport.get_extra_info("sockname")[:2]

    def put(self, raw, to=None):
        if self.transport == "udp":
            self._transport.sendto(raw, to or (self.server, 5060))
        elif not self._transport.is_closing():
            self._transport.write(raw)

    def keep(self, seconds, raw=b"\r\n\r\n"):
        """Send that so often by itself."""
        async def work():
            while self.open:
                self.put(raw)
                await asyncio.sleep(seconds)
        self.stop_keeping()
        self._keeping = asyncio.get_running_loop().create_task(work())

    def stop_keeping(self):
        if self._keeping:
            self._keeping.cancel()
            self._keeping = None

    # --- what comes -------------------------------------------------------------------------
    def datagram(self, raw, source):
        if not raw.strip(b"\r\n\0"):
            self.pings.append(Ping("zero" if b"\0" in raw else "crlf", raw, source))
        elif raw[0] < 2:
            self.pings.append(Ping("stun", raw, source))
            if not self.deaf and raw[:2] == b"\0\1":
                self.put(stun_answer(raw, source), source)
        else:
            self._message(raw, source)

    def bytes_came(self, data):
        # each ping is a write of its own in the server, and arrives as one
        if not self._buffer and not data.strip(b"\r\n"):
            if data == b"\r\n":
                self.pongs += 1
                return
            self.pings.append(Ping("crlf", data, None))
            if not self.deaf:
                self.put(b"\r\n")
            return
        self._buffer += data
        while self._buffer:
            message, rest = take(self._buffer)
            if not message:
                return
            raw, self._buffer = bytes_of(message.raw), rest
            self._message(raw, (self.server, 5060))

    def _message(self, raw, source):
        message = Message(text_of(raw))
        if message.status:
            branch = message.get("Via").partition(";branch=")[2].partition(";")[0]
            queue = self._waiting.get((branch, message.method))
            if queue:
                queue.put_nowait(message)
            return
        key = message.method, message.get("Via"), message.get("CSeq"), message.get("Call-ID")
        is_ping = message.method in ("OPTIONS", "NOTIFY", "INFO") and ";tag=" not in message.get("To")
        if is_ping:
            self.pings.append(Ping(message.method.lower(), raw, source))
        elif key not in self._answered:
            self.heard.append(message)
        if self.deaf or message.method == "ACK":
            return
        if key not in self._answered:
            self._answered[key] = self._reply_to(message, source)
        self.put(self._answered[key], reply_address(message, source))

    def _reply_to(self, request, source):
        more = []
        if request.method == "INVITE":
            self.calls.append((time.monotonic(), request.get("Call-ID")))
        if request.method in ("INVITE", "SUBSCRIBE"):
            more = [f"Contact: {self.contact()}"] + (
                request.lines("Expires") if request.method == "SUBSCRIBE" else [])
        return self.answer(request, source, "200 OK", more)

    def answer(self, request, source, status="200 OK", more=()):
        """The bytes of a reply."""
        to = request.get("To") if ";tag=" in request.get("To") else f"{request.get('To')};tag=a{self.number}"
        return bytes_of("\r\n".join([
            f"SIP/2.0 {status}", *with_received(request, source), *request.lines("Record-Route"),
            *request.lines("From"), f"To: {to}", *request.lines("Call-ID"), *request.lines("CSeq"), *more,
            *([] if self.shy else [f"User-Agent: {self.agent}"]), "Content-Length: 0", "", ""]))

    def pinged(self, since, until=None):
        """Pings between two moments."""
        return [ping for ping in self.pings if since <= ping.when < (until or float("inf"))]

    # --- what goes --------------------------------------------------------------------------
    def contact(self):
        suffix = "" if self.transport == "udp" else f";transport={self.transport}"
        return f"<sip:{self.user}@{host(self.address)}:{self.port}{suffix}>"

    def aor(self):
        return f"sip:{self.user}@{self.domain}"

    def _text(self, start, lines, branch):
        return bytes_of("\r\n".join([
            f"{start} SIP/2.0", f"Via: SIP/2.0/{self.transport.upper()} {host(self.address)}:{self.port}"
            f";rport;branch={branch}", "Max-Forwards: 70", *lines, f"User-Agent: {self.agent}",
            "Content-Length: 0", "", ""]))

    async def ask(self, start, lines, seconds=4, seen=None):
        """Send a request until a final reply comes; None if none does. seen: a list for replies."""
        method, branch = start.split()[0], f"z9hG4bK{next(_serial)}f{self.number}"
        raw = self._text(start, lines, branch)
        queue = self._waiting[branch, method] = asyncio.Queue()
        end, wait = time.monotonic() + seconds, T1_SECONDS if self.transport == "udp" else seconds
        self.put(raw)
        try:
            while time.monotonic() < end:
                try:
                    left = max(0.01, min(wait, end - time.monotonic()))
                    message = await asyncio.wait_for(queue.get(), left)
                except asyncio.TimeoutError:
                    if self.transport == "udp" and not (seen and method == "INVITE"):
                        self.put(raw)
                        wait = min(wait * 2, 4)
                    continue
                if seen is not None:
                    seen.append(message)
                if message.status >= 200:
                    return message
            if method == "INVITE":
                self.put(self._text(start.replace("INVITE", "CANCEL"), [
                    line.replace(" INVITE", " CANCEL") if line.startswith("CSeq") else line
                    for line in lines if not line.startswith("Contact")], branch))
            return None
        finally:
            del self._waiting[branch, method]

    async def status(self, start, lines, seconds=4):
        reply = await self.ask(start, lines, seconds)
        return reply.status if reply else 0

    async def register(self, expires=3600, seconds=8):
        """Status of the answer."""
        call_id, cseq = self._registration
        if not self.open:
            await self.connect()
        return await self.status(f"REGISTER sip:{self.domain}", [
            f"From: <{self.aor()}>;tag=f{next(_serial)}", f"To: <{self.aor()}>", f"Call-ID: {call_id}",
            f"CSeq: {next(cseq)} REGISTER", f"Contact: {self.contact()}", f"Expires: {expires}"], seconds)

    async def begin(self, method, uri, extra=(), seconds=4):
        """(final reply or None, the dialog if it is a 2xx)."""
        local, call_id = f"<{self.aor()}>;tag=f{next(_serial)}", f"c{next(_serial)}x{self.number}"
        reply = await self.ask(f"{method} {uri}", [
            f"From: {local}", f"To: <{uri}>", f"Call-ID: {call_id}", f"CSeq: 1 {method}",
            f"Contact: {self.contact()}", *extra], seconds, [])
        if not reply or reply.status >= 300:
            if reply and method == "INVITE":
                self._acknowledge_failure(uri, local, call_id, reply)
            return reply, None
        talk = Talk(self, call_id, local, reply.get("To"), reply.contact_uri(),
                    reply.values("Record-Route")[::-1])
        if method == "INVITE":
            self.put(self._text(f"ACK {talk.target}", talk.lines("ACK", 1), f"z9hG4bK{next(_serial)}f{self.number}"))
        return reply, talk

    def _acknowledge_failure(self, uri, local, call_id, reply):
        branch = reply.get("Via").partition(";branch=")[2].partition(";")[0]
        self.put(self._text(f"ACK {uri}", [f"From: {local}", f"To: {reply.get('To')}", f"Call-ID: {call_id}",
                                           "CSeq: 1 ACK"], branch))

    async def call(self, callee, seconds=4):
        """A whole call; the status of its INVITE, 0 if no final answer came."""
        reply, talk = await self.begin("INVITE", callee.aor(), seconds=seconds)
        if talk:
            await talk.end()
        return reply.status if reply else 0


async def register_all(phones):
    """Those that were not registered."""
    statuses = await asyncio.gather(*(phone.register() for phone in phones), return_exceptions=True)
    return [f"{phone.user} at {phone.name}, {phone.transport}: {status}"
            for phone, status in zip(phones, statuses) if status != 200]
