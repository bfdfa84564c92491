# SPDX-License-Identifier: GPL-2.0-or-later
"""The transport of a phone: whole SIP messages out and in, every byte of them kept.

Its sockets are inside the phone's namespace. It can lose its connection, open another one,
and go on from another port, as phones behind NATs do.
"""

import socket
import ssl
import struct
import time

from sipmsg import Message, take

_tls = {}


class Silence(Exception):
    """What was expected did not arrive in time."""


class Closed(Silence):
    """The server closed the connection."""


def host(address):
    """An address as it is written in a URI."""
    return f"[{address}]" if ":" in address else address


def text_of(raw):
    return raw.decode("utf-8", "surrogateescape")


def bytes_of(text):
    return text.encode("utf-8", "surrogateescape")


def _context(ca):
    if ca not in _tls:
        context = ssl.create_default_context(cafile=ca)
        context.check_hostname = False
        _tls[ca] = context
    return _tls[ca]


class Wire:
    """log: (moment, "sent" or "received", bytes) of every message."""

    def __init__(self, lab, name, address, server, transport="udp", port=5060, ca=None,
                 bound=False):
        self.lab, self.name, self.address, self.port = lab, name, address, port
        self.transport, self.ca = transport, ca
        self.server = (server, 5061 if transport == "tls" else 5060)
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.log = []
        self.sock = None
        self.open(port if bound else None)

    def open(self, port=None):
        """UDP: from that port. Streams: connect, from that port if one is given."""
        self._buffer = b""
        if self.transport == "udp":
            self.sock = self.lab.socket(self.name, self.family, socket.SOCK_DGRAM,
                                        (self.address, self.port if port is None else port))
            return
        self.sock = self.lab.socket(self.name, self.family, socket.SOCK_STREAM,
                                    (self.address, port or 0))
        self.sock.settimeout(5)
        self.sock.connect(self.server)
        if self.transport == "tls":
            self.sock = _context(self.ca).wrap_socket(self.sock)

    def source(self):
        """Our end of it: (address, port)."""
        return self.sock.getsockname()[:2]

    def close(self):
        self.sock.close()

    def reset(self):
        """Close without a farewell that lingers: the port can be used again at once."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def reopen(self, port=None):
        self.close()
        self.open(port)

    def send(self, raw):
        self.log.append((time.monotonic(), "sent", raw))
        if self.transport == "udp":
            self.sock.sendto(raw, self.server)
        else:
            self.sock.sendall(raw)

    def receive(self, end):
        """The next message that comes before that moment."""
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise Silence(f"{self.name}: nothing more came")
            raw = self._whole()
            if raw:
                self.log.append((time.monotonic(), "received", raw))
                return Message(text_of(raw))
            self.sock.settimeout(left)
            try:
                data = self.sock.recv(65535)
            except TimeoutError:
                continue
            except OSError as error:
                raise Closed(f"{self.name}: {error}") from error
            if not data and self.transport != "udp":
                raise Closed(f"{self.name}: the server closed the connection")
            self._buffer += data

    def _whole(self):
        if self.transport == "udp":
            raw, self._buffer = self._buffer, b""
            return raw.lstrip(b"\r\n\0")
        message, self._buffer = take(self._buffer)
        return bytes_of(message.raw) if message else None

    def arrived(self, moment=0.0):
        """Messages received since that moment."""
        return [Message(text_of(raw)) for when, way, raw in self.log
                if way == "received" and when >= moment]

    def transcript(self, last=8):
        """The newest messages, for the report of a failure."""
        return "\n".join(f"--- {self.name} {way}\n{text_of(raw)}" for _, way, raw in self.log[-last:])
