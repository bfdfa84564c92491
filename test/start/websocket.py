# SPDX-License-Identifier: GPL-2.0-or-later
"""A phone in a browser: SIP over one WebSocket (RFC 6455, RFC 7118), with the calls of peer.Peer."""
import base64
import hashlib
import os

from dialogs import TcpPeer, TlsPeer

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTACT = "<sip:%s@df7jal23ls0d.invalid;transport=ws>"
HOST = "df7jal23ls0d.invalid:5060"  # of its Via; nobody may ask who that is


class Frames:
    """What is sent and received over a connection that becomes a WebSocket."""

    def upgrade(self, host="127.0.0.1"):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET / HTTP/1.1", f"Host: {host}", f"Origin: http://{host}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: sip"]
        self.socket.sendall("".join(line + "\r\n" for line in [*lines, ""]).encode())
        self.bytes = b""
        while b"\r\n\r\n" not in self.bytes:
            self.bytes += self._more()
        head, self.bytes = self.bytes.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        if not head.startswith(b"HTTP/1.1 101") or accept not in head:
            raise ConnectionError(head)

    def _more(self):
        got = self.socket.recv(65535)
        if not got:
            raise EOFError("the server closed the connection")
        return got

    def _take(self, n):
        while len(self.bytes) < n:
            self.bytes += self._more()
        taken, self.bytes = self.bytes[:n], self.bytes[n:]
        return taken

    def frame(self, payload, kind=TEXT, last=True):
        """Send one, masked as a client must"""
        mask, n = os.urandom(4), len(payload)
        size = bytes([0x80 | n]) if n < 126 else b"\xfe" + n.to_bytes(2, "big")
        self.socket.sendall(bytes([(0x80 if last else 0) | kind]) + size + mask
                            + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def next_frame(self):
        kind, size = self._take(2)
        if size == 126:
            size = int.from_bytes(self._take(2), "big")
        return kind & 15, self._take(size)

    def send(self, text, _port=0, kind=TEXT):
        self.frame(text.replace("\n", "\r\n").encode(), kind)

    def receive(self, unless="SIP/2.0 100"):
        while True:
            kind, payload = self.next_frame()
            if kind == PING:
                self.frame(payload, PONG)
            elif kind == CLOSE:
                raise EOFError("the server closed the WebSocket")
            elif kind in (TEXT, BINARY):
                text = payload.decode().replace("\r\n", "\n")
                if not text.startswith(unless):
                    return text


class WsPeer(Frames, TcpPeer):
    def __init__(self, server_port, source=0):
        super().__init__(server_port, source)
        self.upgrade()


class WssPeer(Frames, TlsPeer):
    def __init__(self, server_port):
        super().__init__(server_port)
        self.upgrade()
