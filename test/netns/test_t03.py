# SPDX-License-Identifier: GPL-2.0-or-later
"""T03: nothing that a stranger writes makes the server send anywhere but back to him.

Each field that could name an address, with each address that must not be reached, in five
methods on three transports; what leaves the server is captured on all of its interfaces.
"""

import base64
import ipaddress
import socket

from configs import write_plain
from dialog import call
from sniff import Sniffer
from strangers import NameServer, Stranger, number_of, write_resolver
from test_wayback import outcome
from ua import Ua

SERVER4, SERVER6 = "198.51.100.11", "2001:db8:5::11"
STOCK, EDGE, REGISTRAR = "198.51.100.12", "198.51.100.22", "198.51.100.23"
STRANGER, STRANGER6, VICTIM = "198.51.100.210", "2001:db8:6::210", "198.51.100.211"
NAT, PUBLIC = "203.0.113.170", "198.51.100.212"
FIRST_PORT = 10000
NAMES = {"four.trap.example": "127.0.0.1", "six.trap.example": "::1"}
RESOLV = "t03-resolv.conf"

SERVERS = {
    "t03": (f"{SERVER4} {SERVER6}", {"TLS": 1, "networks": "", "PING_SECONDS": 0, "SHM_MB": 512, "resolver": RESOLV}),
    "t03-off": (STOCK, {"NAT_OFF": 1, "resolver": RESOLV}),
    "t03-edge": (EDGE, {"EDGE": f"sip:{REGISTRAR}:5060", "SHM_MB": 256, "resolver": RESOLV,
                        "networks": f'<trusted name="registrar" prefixes="{REGISTRAR}"/>',
                        "profiles": '<profile name="default" extends="default"><path mode="always"/></profile>'}),
    "t03-reg": (REGISTRAR, {"NAT_OFF": 1, "config": "t03-plain.cfg", "SHM_MB": 256, "resolver": RESOLV}),
}

# words: host as in a URI, port or None for one of its own
TARGETS = {
    "127.0.0.1": ("127.0.0.1", None),
    "127.9.8.7": ("127.9.8.7", None),
    "0.0.0.0": ("0.0.0.0", None),
    "::1": ("[::1]", None),
    "::": ("[::]", None),
    "::ffff:127.0.0.1": ("[::ffff:127.0.0.1]", None),
    "::127.0.0.1": ("[::127.0.0.1]", None),
    "2002:7f00:1::": ("[2002:7f00:1::]", None),
    "64:ff9b::7f00:1": ("[64:ff9b::7f00:1]", None),
    "169.254.169.254": ("169.254.169.254", None),
    "fe80::1": ("[fe80::1]", None),
    "224.0.0.1": ("224.0.0.1", None),
    "ff02::1": ("[ff02::1]", None),
    "255.255.255.255": ("255.255.255.255", None),
    "240.0.0.1": ("240.0.0.1", None),
    "its own socket": (SERVER4, 5060),
    "its own TLS socket": (SERVER4, 5061),
    "its own IPv6 socket": (f"[{SERVER6}]", 5060),
    "its media engine's port": ("127.0.0.1", 2223),
    "a port below 1024": (VICTIM, 22),
    "a name that resolves there": ("four.trap.example", None),
    "a name that resolves to ::1": ("six.trap.example", None),
}
# a host that others may be sent to: what a stranger writes into parameters must not do it
THIRD = {"a third host": (VICTIM, None)}
METHODS = ("REGISTER", "INVITE", "OPTIONS", "MESSAGE", "BYE")


class Case:
    """One message; its parts are changed by one field."""

    def __init__(self, number, way, field, target, method, transport, dialog):
        self.number, self.field, self.method, self.transport = number, field, method, transport
        self.server, self.domain, self.target = way.server, way.domain, target
        self.host, port = {**TARGETS, **THIRD}[target]
        self.port = port or FIRST_PORT + number
        self.me = f"{STRANGER}:5060"
        self.user = f"t03-{number}"
        self.inside = dialog if method == "BYE" else None
        self.uri = dialog["target"] if self.inside else (
            f"sip:{self.domain}" if method == "REGISTER" else f"sip:bait@{self.domain}")
        self.via = ""
        self.contact = f"<sip:{self.user}@{self.me}>"
        self.routes = list(dialog["routes"]) if self.inside else []
        self.extra = []
        FIELDS[field](self)

    def at(self):
        return f"{self.host}:{self.port}"

    def own(self, parameter):
        """A URI of the server with a parameter."""
        return f"<sip:{self.server};{parameter};lr>"

    def alias(self):
        protocol = {"udp": 1, "tcp": 2, "tls": 3}[self.transport]
        return f"alias={self.host}~{self.port}~{protocol}"

    def received(self):
        tail = "" if self.transport == "udp" else f"%3Btransport%3D{self.transport}"
        return f"received=sip:{self.host}:{self.port}{tail}"

    def forged(self):
        """What a token could look like that somebody made up."""
        try:
            address = ipaddress.ip_address(self.host.strip("[]")).packed
        except ValueError:
            address = self.host.encode()
        raw = b"\x00" + bytes(range(16)) + address + self.port.to_bytes(2, "big") + bytes(20)
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def text(self):
        d = self.inside or {}
        lines = [f"{self.method} {self.uri} SIP/2.0",
                 f"Via: SIP/2.0/{self.transport.upper()} {self.me};branch=z9hG4bKt03{self.number}"
                 f"{self.via};rport", "Max-Forwards: 70", *[f"Route: {each}" for each in self.routes],
                 f"From: {d.get('local', f'<sip:{self.user}@{self.domain}>;tag=f{self.number}')}",
                 f"To: {d.get('remote', f'<sip:{self.user}@{self.domain}>')}",
                 f"Call-ID: {d.get('call_id', f't03-{self.number}@stranger')}",
                 f"CSeq: {self.number + 10} {self.method}", f"Contact: {self.contact}",
                 f"X-Case: t03-{self.number}@", *self.extra, "Content-Length: 0", "", ""]
        return "\r\n".join(lines)

    def __str__(self):
        return f"{self.method} on {self.transport}, {self.field}: {self.target} ({self.at()})"


def _with_uri(parameter):
    def change(case):
        case.uri = f"{case.uri.split(';')[0]};{parameter(case)}"
    return change


def _with_contact(parameter, me=None):
    def change(case):
        case.contact = f"<sip:{case.user}@{me or case.me};{parameter(case)}>"
    return change


def _with_more_contacts(case):
    """A harmless one first, then one in compact form."""
    case.contact = (f"<sip:{case.user}@{case.me}>\r\nm: <sip:{case.user}@{PRIVATE};{case.received()}>, "
                    f"<sip:{case.user}@{PRIVATE};{case.alias()}>")


def _with_route(value):
    def change(case):
        case.routes = [value(case), *case.routes]
    return change


def _with_contact_host(case):
    tail = "" if case.transport == "udp" else f";transport={case.transport}"
    case.contact = f"<sip:{case.user}@{case.at()}{tail}>"


def _with_uri_host(case):
    tail = "" if case.transport == "udp" else f";transport={case.transport}"
    case.uri = f"sip:x@{case.at()}{tail}"


def _with_via(parameter):
    def change(case):
        case.via = f";{parameter(case)}"
    return change


def _with_via_host(case):
    case.me = case.at()
    case.contact = f"<sip:{case.user}@{STRANGER}:5060>"


def _with_extra(*headers):
    def change(case):
        case.extra = [header(case) for header in headers]
        if case.method == "REGISTER":
            case.extra.append("Supported: path")
    return change


def _maddr(case):
    tail = "" if case.transport == "udp" else f";transport={case.transport}"
    return f"maddr={case.host}{tail}"


PRIVATE = "10.99.99.9:5060"
FIELDS = {
    "Contact received": _with_contact(Case.received),
    "Contact received of a NATed phone": _with_contact(Case.received, PRIVATE),
    "Contact alias": _with_contact(Case.alias),
    "Contact alias of a NATed phone": _with_contact(Case.alias, PRIVATE),
    "Contact maddr": _with_contact(_maddr),
    "Contact maddr of a NATed phone": _with_contact(_maddr, PRIVATE),
    "Contact received, its name escaped": _with_contact(lambda c: "%72" + c.received()[1:], PRIVATE),
    "second Contacts, compact": _with_more_contacts,
    "Contact ob of a NATed phone": _with_contact(lambda c: "ob", PRIVATE),
    "Contact nat-c": _with_contact(lambda c: f"nat-c={c.forged()}"),
    "R-URI alias": _with_uri(Case.alias),
    "R-URI received": _with_uri(Case.received),
    "R-URI maddr": _with_uri(_maddr),
    "R-URI nat-c": _with_uri(lambda c: f"nat-c={c.forged()}"),
    "Route to foreign host": _with_route(lambda c: f"<sip:{c.at()};lr>"),
    "Route received": _with_route(lambda c: c.own(c.received())),
    "Route alias": _with_route(lambda c: c.own(c.alias())),
    "Route maddr": _with_route(lambda c: c.own(_maddr(c))),
    "Route nat-a": _with_route(lambda c: c.own(f"nat-a={c.forged()}")),
    "Route nat-b": _with_route(lambda c: c.own(f"nat-b={c.forged()}")),
    "Route nat-p": _with_route(lambda c: c.own(f"nat-p={c.forged()}")),
    "Route of ours, then foreign": _with_route(lambda c: f"<sip:{c.server};lr>, <sip:{c.at()};lr>"),
    "Via maddr": _with_via(lambda c: f"maddr={c.host}"),
    "Via received": _with_via(lambda c: f"received={c.host}"),
    "Path header": _with_extra(lambda c: f"Path: <sip:{c.at()};lr>"),
    "Path received": _with_extra(lambda c: f"Path: {c.own(c.received())}"),
    "Path nat-p": _with_extra(lambda c: f"Path: {c.own(f'nat-p={c.forged()}')}"),
}
# these say where a message is from, or for: a third host is no fault there
HOSTS = {
    "Contact host": _with_contact_host,
    "R-URI host": _with_uri_host,
    "Via host": _with_via_host,
}
FIELDS.update(HOSTS)


def build(net):
    net.lab.tool("phone", "t03-evil", "--public", f"{STRANGER},{STRANGER6}")
    net.lab.tool("phone", "t03-victim", "--public", VICTIM)
    net.lab.tool("nat", "t03n", "--kind", "symmetric", "--wan", NAT)
    net.lab.tool("phone", "t03-in", "--nat", "t03n", "192.168.1.10")
    net.lab.tool("phone", "t03-out", "--public", PUBLIC)
    write_resolver(net.lab.path(RESOLV))
    write_plain(net, "t03-plain.cfg")


def invitation(number, domain):
    """An INVITE from the stranger to what case `number` registered."""
    return "\r\n".join([
        f"INVITE sip:t03-{number}@{domain} SIP/2.0",
        f"Via: SIP/2.0/UDP {STRANGER}:5060;branch=z9hG4bKinv{number};rport", "Max-Forwards: 70",
        f"From: <sip:caller@{domain}>;tag=i{number}", f"To: <sip:t03-{number}@{domain}>",
        f"Call-ID: t03-{number}@later", "CSeq: 1 INVITE", f"Contact: <sip:caller@{STRANGER}:5060>",
        "Content-Length: 0", "", ""])


class Way:
    """Where the stranger sends, who registers him there, and who is watched: namespaces with what
    each of them may send to beside the stranger."""

    def __init__(self, server, domain, watched, transports=("udp",), methods=METHODS):
        self.server, self.domain, self.watched = server, domain, watched
        self.transports, self.methods = transports, methods


def dialog_of(net, way):
    """A real dialog of the stranger with himself, at the port at which he answers all: what a BYE
    is sent in."""
    first, second = (Ua(net.lab, "t03-evil", STRANGER, way.server, port=port, user=f"d{port}",
                        domain=way.domain, contact=f"<sip:d{port}@{STRANGER}:{port}>") for port in (6101, 5060))
    second.register()
    side = call(first, second, body="").caller
    for phone in (first, second):
        phone.wire.close()
    return {"target": side.target, "routes": side.routes, "local": side.local, "remote": side.remote,
            "call_id": side.call_id}


def cases(way, dialog):
    number = 0
    for field in FIELDS:
        for target in TARGETS if field in HOSTS else {**TARGETS, **THIRD}:
            for method in way.methods:
                for transport in way.transports:
                    number += 1
                    yield Case(number, way, field, target, method, transport, dialog)


FRIENDS = {STRANGER, STRANGER6, NAT, PUBLIC}


def leaks(packet, more=()):
    """Did that packet leave for somebody who has nothing to do with it?"""
    if str(packet.to) in FRIENDS or str(packet.to) in more:
        return False
    if packet.protocol == socket.IPPROTO_TCP:
        return packet.is_syn()
    return packet.is_sip() or packet.interface != "lo"


def attack(net, way):
    """Send all cases, then an INVITE to all that was registered.
    Returns (cases by number, stranger, packets that leaked)."""
    dialog = dialog_of(net, way)
    stranger = Stranger(net.lab, "t03-evil", STRANGER, way.server, net.certificate, way.transports)
    bait = Ua(net.lab, "t03-evil", STRANGER, way.server, port=6103, user="bait", domain=way.domain,
              contact=f"<sip:bait@{STRANGER}:5060>")
    bait.register()
    bait.wire.close()
    sniffers = {name: Sniffer(net.lab, name) for name in way.watched}
    sent = {}
    for case in cases(way, dialog):
        sent[case.number] = case
        stranger.send(case.transport, case.text())
    stranger.settle()
    for number, case in sent.items():
        if case.method == "REGISTER":
            stranger.send("udp", invitation(number, way.domain))
    stranger.settle()
    found = [packet for name, sniffer in sniffers.items() for packet in sniffer.stop()
             if leaks(packet, way.watched[name])]
    stranger.close()
    return sent, stranger, found


def case_of(sent, packet):
    """Whose fault a packet is: its case, or None."""
    return sent.get(number_of(packet.payload)) or sent.get(packet.port - FIRST_PORT)


def by_fields(net, words, sent, found):
    """A claim for each field."""
    by_field = {field: [] for field in FIELDS}
    for packet in found:
        case = case_of(sent, packet)
        by_field.setdefault(case.field if case else None, []).append(f"{packet} ({case or 'whose?'})")
    for field, lines in by_field.items():
        count = sum(case.field == field for case in sent.values())
        net.claims.check(f"{words} {field or 'whatever else'}: {count} messages, nothing leaves for where "
                         "they point", not lines, "\n".join(
                             [f"{len(lines)} packets left", *sorted(set(lines))[:12]]))


def matrix(net):
    NameServer(net.lab, "t03", NAMES)
    sent, stranger, found = attack(net, Way(SERVER4, SERVER4, {"t03": ()}, ("udp", "tcp", "tls")))
    by_fields(net, "T03", sent, found)
    denied = int(net.servers["t03"].control("cnt.get", "nat_edge", "gate_denied").strip() or -1)
    net.claims.check("T03: what the gate held back is counted", denied > 50, f"gate_denied is {denied}")
    answered = sum((f"t03-{number}@stranger", f"{number + 10} {case.method}") in stranger.statuses
                   for number, case in sent.items() if case.method != "BYE")
    asked = sum(case.method != "BYE" and not case.field.startswith("Via") for case in sent.values())
    net.claims.check("T03: the messages were heard, most of them were answered",
                     answered > asked // 2, f"{answered} answers to {asked} requests")
    wrong = outcome(good_call, net)
    net.claims.check("T03: after all that, a call of two phones works", not wrong, wrong)


def good_call(net):
    inside = Ua(net.lab, "t03-in", "192.168.1.10", SERVER4)
    outside = Ua(net.lab, "t03-out", PUBLIC, SERVER4)
    for phone in (inside, outside):
        if phone.register().status != 200:
            raise AssertionError("REGISTER is not answered with 200")
    talk = call(outside, inside)
    talk.do(talk.callee, "INVITE")
    if talk.end(talk.caller) != 200:
        raise AssertionError("BYE is not answered with 200")
    return []


def control_stock(net):
    """Without us the same messages do reach such addresses: the matrix can find it."""
    NameServer(net.lab, "t03-off", NAMES)
    sent, _, found = attack(net, Way(STOCK, STOCK, {"t03-off": ()}))
    whose = {case.field for case in (case_of(sent, packet) for packet in found) if case}
    net.claims.check("control: a server without nat_edge sends to such addresses",
                     {"Contact host", "R-URI host"} <= whose, sorted(whose))


def matrix_edge(net):
    """The same at an edge: what it lets through, its registrar would obey."""
    for name in ("t03-edge", "t03-reg"):
        NameServer(net.lab, name, NAMES)
    way = Way(EDGE, REGISTRAR, {"t03-edge": (REGISTRAR,), "t03-reg": (EDGE,)}, ("udp",),
              ("REGISTER", "INVITE", "BYE"))
    sent, stranger, found = attack(net, way)
    by_fields(net, "T03, edge in front of a plain registrar,", sent, found)
    net.claims.check("T03, edge: what it was sent came back to the stranger himself, too",
                     len(stranger.came) > 500, f"{len(stranger.came)} requests")


def control_capture(net):
    """Whatever leaves the server's namespace is seen."""
    sniffer = Sniffer(net.lab, "t03")
    wanted = set()
    for words, (where, port) in TARGETS.items():
        try:
            address = ipaddress.ip_address(where.strip("[]"))
        except ValueError:
            continue
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        with net.lab.socket("t03", family, socket.SOCK_DGRAM, None) as sender:
            try:
                sender.sendto(b"OPTIONS sip:x SIP/2.0", (str(address), port or 9999))
                wanted.add(words)
            except OSError:
                pass # then the kernel does not let it out for anybody
    found = [packet for packet in sniffer.stop() if leaks(packet)]
    net.claims.check(f"control: {len(wanted)} packets to such addresses are captured, each",
                     len(found) == len(wanted) > 14, "\n".join(map(str, [sorted(wanted), *found])))


def matrix_and_control(net):
    """One after the other: they share the stranger."""
    matrix(net)
    control_stock(net)
    matrix_edge(net)


def tests():
    yield (matrix_and_control,)


def before():
    """Alone, before the others begin."""
    yield (control_capture,)
