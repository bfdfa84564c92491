# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of a dialog by hand, for peers that keep a private Contact and follow the route set (RFC 3261 §12)."""
import socket
import ssl

from peer import header

CONTACT = "<sip:%s@192.168.1.10:5060>"
SDP = """v=0
o=- 1 1 IN IP4 192.168.1.10
s=-
c=IN IP4 192.168.1.10
t=0 0
m=audio 40000 RTP/AVP 0
"""


class TcpPeer:
    """One connection to the server, with the calls of peer.Peer; `taken`: one that the server made."""

    def __init__(self, server_port, source=0, taken=None):
        self.rest = ""
        if taken:
            self.socket = taken
            self.socket.settimeout(5)
            return
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", source))
        self.socket.settimeout(5)
        self.socket.connect(("127.0.0.1", server_port))
        self.port = self.socket.getsockname()[1]

    def send(self, text, _port=0):
        self.socket.sendall(text.replace("\n", "\r\n").encode())

    def _one(self):
        while "\n\n" not in self.rest:
            got = self.socket.recv(65535)
            if not got:
                raise EOFError("the server closed the connection")
            self.rest += got.decode().replace("\r\n", "\n")
        head, _, self.rest = self.rest.partition("\n\n")
        return head + "\n\n"

    def receive(self, unless="SIP/2.0 100"):
        while True:
            text = self._one()
            if not text.startswith(unless):
                return text

    def body(self, length):
        """What belongs to the message received last; `length` as its Content-Length says."""
        while len(self.rest) + self.rest.count("\n") < length:
            self.rest += self.socket.recv(65535).decode().replace("\r\n", "\n")
        text = self.rest.replace("\n", "\r\n")
        self.rest = text[length:].replace("\r\n", "\n")
        return text[:length].replace("\r\n", "\n")

    def close(self):
        if self.socket.fileno() < 0:
            return
        # so that its port can be taken at once by somebody else
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.socket.close()


class TlsPeer(TcpPeer):
    def __init__(self, server_port):
        super().__init__(server_port)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)


def request(method, uri, tags, call_id="call", cseq=1, routes=(), contact=None, transport="UDP", more=(), host="192.168.1.10",
            via="", body=""):
    """`tags`: of From and of To; an empty one is not there. `host`: of the Via, with a port or without. `via`: its
    parameters."""
    sent_by = host if ":" in host else host + ":5060"
    lines = [f"{method} {uri} SIP/2.0",
             f"Via: SIP/2.0/{transport} {sent_by};branch=z9hG4bK{call_id}.{tags[0]}.{cseq}.{method}{via}",
             "Max-Forwards: 70",
             *[f"Route: {r}" for r in routes],
             f"From: <sip:from@127.0.0.1>;tag={tags[0]}",
             "To: <sip:to@127.0.0.1>" + (f";tag={tags[1]}" if tags[1] else ""),
             f"Call-ID: {call_id}", f"CSeq: {cseq} {method}",
             *([f"Contact: {contact}"] if contact else []), *more, *(["Content-Type: application/sdp"] if body else []),
             "Content-Length: %d" % len(body.replace("\n", "\r\n"))]
    return "\n".join(lines) + "\n\n" + body


def answer(of, status, tag, contact=None, more=()):
    lines = ["SIP/2.0 " + status]
    for line in of.split("\n\n")[0].split("\n")[1:]:
        name = line.split(":", 1)[0].lower()
        if name in ("via", "from", "call-id", "cseq", "record-route"):
            lines.append(line)
        elif name == "to":
            lines.append(line if ";tag=" in line else f"{line};tag={tag}")
    if contact:
        lines.append("Contact: " + contact)
    return "\n".join([*lines, *more]) + "\nContent-Length: 0\n\n"


def routes_of(message):
    """Elements of its Record-Route in order; the caller takes them backwards."""
    return [r.strip() for line in header(message, "Record-Route") for r in line.split(",")]


def start_line(message):
    return message.split("\n", 1)[0]
