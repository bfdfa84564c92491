# SPDX-License-Identifier: GPL-2.0-or-later
"""A NAT that the kernel cannot be: endpoint-independent (RFC 4787), with one binding and one
timer for all that a phone's port talks to. Most home routers are such. UDP over IPv4 only; all
else stays with the kernel's NAT of that namespace.
"""

import socket
import struct
import threading
import time

ETH_P_IP = 0x0800
PACKET_OUTGOING = 4
FIRST_PORT = 30000


class Binding:
    def __init__(self, inside, port):
        self.inside, self.port, self.until = inside, port, 0.0


class EimNat:
    """In front of the router's kernel in namespace name: what it takes, the kernel drops."""

    def __init__(self, lab, name, wan, seconds):
        self._wan, self._seconds = socket.inet_aton(wan), seconds
        self._by_inside, self._by_port, self._end = {}, {}, False
        lab.run(name, ["nft", "insert", "rule", "inet", "natlab", "forward", "meta", "l4proto", "udp", "drop"])
        lab.run(name, ["nft", "insert", "rule", "inet", "natlab", "input", "iifname", "wan", "meta", "l4proto", "udp",
                       "drop"])
        self._raw = lab.socket(name, socket.AF_INET, socket.SOCK_RAW, None, socket.IPPROTO_RAW)
        for device, work in (("lan", self._outbound), ("wan", self._inbound)):
            tap = lab.socket(name, socket.AF_PACKET, socket.SOCK_DGRAM, (device, ETH_P_IP), socket.htons(ETH_P_IP))
            tap.settimeout(0.2)
            threading.Thread(target=self._listen, args=(tap, work), daemon=True).start()

    def close(self):
        self._end = True

    def _listen(self, tap, work):
        while not self._end:
            try:
                packet, (_, _, kind, *_) = tap.recvfrom(65535)
            except TimeoutError:
                continue
            except OSError:
                return
            if kind != PACKET_OUTGOING and packet[9] == socket.IPPROTO_UDP and packet[0] == 0x45:
                work(packet)

    def _send(self, packet, source, source_port, to, port):
        head = packet[:10] + b"\0\0" + source + to
        udp = struct.pack("!HH", source_port, port) + packet[24:26] + b"\0\0" # no checksum
        self._raw.sendto(head + udp + packet[28:], (socket.inet_ntoa(to), 0))

    def _outbound(self, packet):
        inside = packet[12:16], struct.unpack("!H", packet[20:22])[0]
        now, binding = time.monotonic(), self._by_inside.get(inside)
        if not binding or binding.until < now:
            binding = Binding(inside, FIRST_PORT + len(self._by_port))
            self._by_inside[inside] = self._by_port[binding.port] = binding
        binding.until = now + self._seconds
        self._send(packet, self._wan, binding.port, packet[16:20], struct.unpack("!H", packet[22:24])[0])

    def _inbound(self, packet):
        now, binding = time.monotonic(), self._by_port.get(struct.unpack("!H", packet[22:24])[0])
        if packet[16:20] != self._wan or not binding or binding.until < now:
            return
        binding.until = now + self._seconds
        self._send(packet, packet[12:16], struct.unpack("!H", packet[20:22])[0], *binding.inside)
