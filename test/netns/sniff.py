# SPDX-License-Identifier: GPL-2.0-or-later
"""What leaves a namespace, on every interface of it, lo included."""

import ipaddress
import socket
import struct
import threading
import time

ETH_P_ALL = 3
PACKET_OUTGOING = 4
SO_RCVBUFFORCE = 33


class Packet:
    """One packet: its moment, addresses, ports, the flags of TCP, and what it carries."""

    def __init__(self, interface, data):
        self.interface, self.data, self.when = interface, data, time.monotonic()
        self.source = self.to = None
        self.protocol, self.source_port, self.port, self.flags, self.payload = 0, 0, 0, 0, b""
        if data[:1] and data[0] >> 4 == 4:
            self.source, self.to = map(ipaddress.ip_address, (data[12:16], data[16:20]))
            self._transport(data[9], data[(data[0] & 15) * 4:])
        elif data[:1] and data[0] >> 4 == 6:
            self.source, self.to = map(ipaddress.ip_address, (data[8:24], data[24:40]))
            self._transport(data[6], data[40:])

    def _transport(self, protocol, rest):
        self.protocol = protocol
        if protocol not in (socket.IPPROTO_TCP, socket.IPPROTO_UDP) or len(rest) < 8:
            return
        self.source_port, self.port = struct.unpack("!HH", rest[:4])
        if protocol == socket.IPPROTO_UDP:
            self.payload = rest[8:]
        elif len(rest) >= 14:
            self.flags = rest[13]
            self.payload = rest[(rest[12] >> 4) * 4:]

    def is_syn(self):
        """The beginning of a connection."""
        return self.protocol == socket.IPPROTO_TCP and self.flags & 0x12 == 2

    def is_sip(self):
        return b"SIP/2.0" in self.payload

    def __str__(self):
        kind = {socket.IPPROTO_TCP: "TCP SYN" if self.is_syn() else "TCP",
                socket.IPPROTO_UDP: "UDP"}.get(self.protocol, f"protocol {self.protocol}")
        first = self.payload.split(b"\r\n")[0][:100].decode("ascii", "replace")
        return (f"{self.interface}: {kind} {self.source} {self.source_port} -> {self.to} "
                f"{self.port} {first}")


class Sniffer:
    """Packets of UDP and TCP that leave namespace name while it listens."""

    def __init__(self, lab, name):
        self.packets = []
        self._sock = lab.socket(name, socket.AF_PACKET, socket.SOCK_DGRAM, None,
                                socket.htons(ETH_P_ALL))
        self._sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self._sock.settimeout(0.1)
        self._stop = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while True:
            try:
                data, (interface, _, kind, *_) = self._sock.recvfrom(65535)
            except TimeoutError:
                if self._stop:
                    return
                continue
            except OSError:
                return
            if kind == PACKET_OUTGOING:
                packet = Packet(interface, data)
                if packet.port:
                    self.packets.append(packet)

    def stop(self):
        """All that left up to now; the sniffer ends."""
        self._stop = True
        self._thread.join()
        lost = struct.unpack("II", self._sock.getsockopt(263, 6, 8))[1] # SOL_PACKET, PACKET_STATISTICS
        self._sock.close()
        if lost:
            raise RuntimeError(f"the capture lost {lost} packets")
        return self.packets
