# SPDX-License-Identifier: GPL-2.0-or-later
"""A stranger who sends raw messages by the hundred, on three transports at once, and answers
all that comes back. And a name server that says what a stranger's would.
"""

import ipaddress
import re
import selectors
import socket
import struct
import threading
import time

from sipmsg import Message, take, uri_of
from wire import Wire, bytes_of, text_of

WINDOW = 60
QUIET_SECONDS = 0.7


def refusal(request):
    """What the stranger answers to any request: 486, so that no call stays."""
    if request.method == "ACK":
        return None
    code = "486 Busy Here" if request.method == "INVITE" else "200 OK"
    to = request.get("To") if ";tag=" in request.get("To") else request.get("To") + ";tag=s"
    return bytes_of("\r\n".join([f"SIP/2.0 {code}", *request.lines("Via"), *request.lines("From"),
                                 f"To: {to}", *request.lines("Call-ID"), *request.lines("CSeq"),
                                 "Content-Length: 0", "", ""]))


def acknowledgement(reply):
    """ACK of a failure of an INVITE, from that reply alone."""
    uri = uri_of(reply.get("To"))
    return bytes_of("\r\n".join([f"ACK {uri} SIP/2.0", *reply.lines("Via"), "Max-Forwards: 70",
                                 *reply.lines("From"), *reply.lines("To"), *reply.lines("Call-ID"),
                                 f"CSeq: {reply.get('CSeq').split()[0]} ACK", "Content-Length: 0", "", ""]))


class Stranger:
    """statuses: Call-ID and CSeq -> final status. came: requests that arrived."""

    def __init__(self, lab, name, address, server, ca, transports, port=5060):
        self.address, self.port = address, port
        self.wires = {transport: Wire(lab, name, address, server, transport, port, ca)
                      for transport in transports}
        self.statuses, self.came = {}, []
        self._moved = time.monotonic()
        self._sent = 0
        self._end = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        waiting = selectors.DefaultSelector()
        rest = {}
        for transport, wire in self.wires.items():
            wire.sock.settimeout(0)
            waiting.register(wire.sock, selectors.EVENT_READ, transport)
            rest[transport] = b""
        while not self._end:
            for key, _ in waiting.select(0.1):
                transport = key.data
                try:
                    data = key.fileobj.recv(65535)
                except OSError:
                    continue # nothing whole is there yet
                if not data and transport != "udp":
                    waiting.unregister(key.fileobj)
                    continue
                rest[transport] += data
                self._messages(transport, rest)

    def _messages(self, transport, rest):
        while rest[transport]:
            if transport == "udp":
                message, rest[transport] = Message(text_of(rest[transport])), b""
            else:
                message, rest[transport] = take(rest[transport])
            if not message or not message.start.strip():
                return
            self._moved = time.monotonic()
            if message.status >= 200:
                self.statuses[message.get("Call-ID"), message.get("CSeq")] = message.status
                if message.method == "INVITE":
                    self._put(transport, acknowledgement(message))
            elif not message.status:
                self.came.append(message)
                reply = refusal(message)
                if reply:
                    self._put(transport, reply)

    def _put(self, transport, raw):
        """On sockets that do not wait."""
        with self._lock:
            sock = self.wires[transport].sock
            while raw:
                try:
                    if transport == "udp":
                        sock.sendto(raw, self.wires[transport].server)
                        return
                    raw = raw[sock.send(raw):]
                except OSError as error:
                    if isinstance(error, BlockingIOError) or "Want" in type(error).__name__:
                        time.sleep(0.001)
                        continue
                    return

    def send(self, transport, text):
        """No more than WINDOW without an answer, while answers come at all."""
        self._put(transport, bytes_of(text))
        self._sent += 1
        while self._sent - len(self.statuses) > WINDOW:
            if time.monotonic() - self._moved > 0.05:
                self._sent -= WINDOW // 2 # these are not answered
                self._moved = time.monotonic()
            time.sleep(0.0005)

    def settle(self):
        """Wait until nothing comes any more."""
        self._moved = time.monotonic()
        while time.monotonic() - self._moved < QUIET_SECONDS:
            time.sleep(0.02)

    def close(self):
        self._end = True
        self._thread.join()
        for wire in self.wires.values():
            wire.close()


class NameServer:
    """Answers A and AAAA for the names that it has; of all else it knows nothing."""

    def __init__(self, lab, name, names):
        self.names = {key.lower(): ipaddress.ip_address(value) for key, value in names.items()}
        self.asked = []
        self._sock = lab.socket(name, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                query, peer = self._sock.recvfrom(4096)
                self._sock.sendto(self._answer(query), peer)
            except OSError:
                return

    def _answer(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        question = query[12:at + 5]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        name = ".".join(labels).lower()
        self.asked.append((name, kind))
        address = self.names.get(name)
        found = address and kind == (1 if address.version == 4 else 28)
        head = query[:2] + struct.pack("!HHHHH", 0x8580 | (0 if address else 3), 1, 1 if found else 0, 0, 0)
        if not found:
            return head + question
        data = address.packed
        return head + question + struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data


def write_resolver(path, address="127.0.0.1"):
    """A resolv.conf that names that name server."""
    with open(path, "w", encoding="ascii") as file:
        file.write(f"nameserver {address}\noptions timeout:1 attempts:1\n")


def number_of(text):
    """The number of a case, from a Call-ID in what left the server."""
    match = re.search(rb"t03-(\d+)@", text)
    return int(match.group(1)) if match else None
