# SPDX-License-Identifier: GPL-2.0-or-later
"""What a stranger says of the way to somebody is not obeyed, by no module of a real Kamailio (T03, T04, T19, N043);
what a trusted sender says is."""
import socket
import time
import unittest

from peer import ALLOW_PEERS, GATE_FOR_PEERS, Peer, Server, header

CONFIG = """
%(core)s
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "nat_edge.so"
loadmodule "tmx.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "path.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "textopsx.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "nathelper.so"
loadmodule "async.so"
loadmodule "ctl.so"
modparam("nat_edge|registrar", "received_avp", "$avp(RECEIVED)")
modparam("registrar", "use_path", 1)
modparam("registrar", "path_mode", 1)
modparam("registrar", "path_use_received", 1)
modparam("path", "use_received", 1)
modparam("nathelper", "received_avp", "$avp(RECEIVED)")
%(params)s
request_route {
	%(route)s
}
%(more)s
"""
ALONE = """
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
%(params)s
request_route { %(route)s } #%(core)s%(more)s
"""
SAVE = 'nat_manage(); save("location"); exit;'
RELAY = """
	force_rport();
	if (has_totag()) loose_route();
	handle_ruri_alias();
	%s;
	exit;
"""
TRUSTED = """<nat-policy xmlns="urn:kamailio:nat-policy:1">
	<networks><trusted name="us" prefixes="127.0.0.0/8"/>""" + GATE_FOR_PEERS + "</networks>\n</nat-policy>"

REGISTER = """REGISTER sip:127.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK%(id)s;rport
From: <sip:%(user)s@127.0.0.1>;tag=1
To: <sip:%(user)s@127.0.0.1>
Call-ID: hygiene-%(id)s
CSeq: 1 REGISTER
%(lines)s
Content-Length: 0

"""
MESSAGE = """MESSAGE %(ruri)s SIP/2.0
Via: SIP/2.0/%(proto)s 127.0.0.1:%(port)d;branch=z9hG4bK%(id)s%(via)s
Max-Forwards: 70
From: <sip:alice@example.org>;tag=1
To: <sip:bob@example.org>%(totag)s
Call-ID: hygiene-%(id)s
CSeq: 1 MESSAGE
%(lines)s
Content-Length: 0

"""
WAY = "sip:127.0.0.66:6666"

# CVE-2020-28361 and its kin: ways to write a Contact that someone may overlook
CONTACTS = {
    "plain": 'Contact: <sip:u@192.168.1.10>;received="%s";q=0.5' % WAY,
    "without quotes": "Contact: <sip:u@192.168.1.10>;received=%s;q=0.5" % WAY,
    "mixed case": 'cOnTaCt: <sip:u@192.168.1.10>;ReCeIvEd="%s";q=0.5' % WAY,
    "blank before the colon": 'Contact : <sip:u@192.168.1.10>;received="%s";q=0.5' % WAY,
    "tab before the colon": 'Contact\t: <sip:u@192.168.1.10>;received="%s";q=0.5' % WAY,
    "compact": 'm: <sip:u@192.168.1.10>;received="%s";q=0.5' % WAY,
    "compact, blank and tab": 'M \t : <sip:u@192.168.1.10>;received="%s";q=0.5' % WAY,
    "folded": 'Contact: <sip:u@192.168.1.10>;\n received\n\t=\n "%s"\n ;q=0.5' % WAY,
    "folded at once": 'Contact:\n <sip:u@192.168.1.10>;received="%s";q=0.5' % WAY,
    "twice": 'Contact: <sip:u@192.168.1.10>;received="%s";q=0.5;received="%s"' % (WAY, WAY),
    "without brackets": 'Contact: sip:u@192.168.1.10;alias=127.0.0.66~6666~1;received="%s";q=0.5' % WAY,
    "alias": "Contact: <sip:u@192.168.1.10;alias=127.0.0.66~6666~1>;q=0.5",
    "alias, escaped": "Contact: <sip:u@192.168.1.10;%61lias=127.0.0.66~6666~1>;q=0.5",
    "maddr": "Contact: <sip:u@192.168.1.10;MADDR=127.0.0.66>;q=0.5",
    "a token": "Contact: <sip:u@192.168.1.10;nat-c=127.0.0.66>;q=0.5",
}


class Hygiene(unittest.TestCase):
    def start(self, route, core="", params='modparam("nat_edge", "private_nets", "builtin:private")', more="", files=None, tcp=False, config=CONFIG):
        if "policy_file" not in params:
            params += "\n" + (ALLOW_PEERS.replace("127.0.0.1", "127.0.0.1 127.0.0.2"))
        self.server = Server(config % {"core": core, "route": route, "params": params, "more": more},
                             files=files, tcp=tcp)
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())
        self.count = 0
        return self.server

    def peer(self):
        peer = Peer()
        self.addCleanup(peer.close)
        return peer

    def trusting(self, route, **more):
        return self.start(route, params='modparam("nat_edge", "policy_file", "policy.xml")',
                          files={"policy.xml": TRUSTED}, **more)

    def register(self, peer, lines, user="u"):
        self.count += 1
        peer.send(REGISTER % {"id": self.count, "user": user, "lines": lines}, self.server.port)
        return peer.receive()

    def message(self, peer, ruri, lines="X: 1", totag="", via=";rport", receive=None):
        """Send, and give what arrives at `receive`, or the answer."""
        self.count += 1
        peer.send(MESSAGE % {"ruri": ruri, "proto": "UDP", "port": peer.port, "id": "m%d" % self.count,
                             "totag": totag, "lines": lines, "via": via}, self.server.port)
        return (receive or peer).receive()

    def counter(self, name):
        for line in self.server.kamcmd("nat_edge.stats").split("\n"):
            if line.strip().startswith(name + ":"):
                return int(line.split(":")[1])
        self.fail("no counter " + name)

    # --- T04: the registrar

    def check_location(self, peer, reply, what, q="Q: 0.5"):
        self.assertTrue(reply.startswith("SIP/2.0 200"), what + "\n" + reply)
        dump = self.server.kamcmd("ul.dump")
        self.assertNotIn("127.0.0.66", dump + reply, what)
        self.assertIn("Address: sip:u@192.168.1.10\n", dump, what)
        self.assertIn("Received: sip:127.0.0.1:%d" % peer.port, dump, what)
        self.assertIn(q, dump, what)
        self.server.kamcmd("ul.rm", "location", "u")

    def check_register(self, route, q="Q: 0.5", **more):
        self.start(route, **more)
        for what, contact in CONTACTS.items():
            peer = self.peer()
            self.check_location(peer, self.register(peer, contact), what, q)

    def test_T04_T19_location_has_the_packet_source_and_a_clean_contact(self):
        self.check_register(SAVE)

    def test_T04_also_when_the_message_was_written_anew(self):
        # longer than what came: it is written to where our copy is
        self.check_register('append_hf("X-Long: %s\\r\\n"); if (!msg_apply_changes()) exit; %s'
                            % ("y" * 900, SAVE), core="tcp_clone_rcvbuf=1")

    def test_T04_also_when_it_is_saved_later_in_another_process(self):
        # (whose registrar loses the q of any Contact)
        self.check_register('async_task_route("LATER"); exit;', "Q: 0", core="async_workers=1",
                            more="route[LATER] { %s }" % SAVE)

    def test_T04_control_without_hygiene_the_registrar_obeys(self):
        self.start(SAVE, params='modparam("nat_edge", "hygiene", 0)')
        self.register(self.peer(), CONTACTS["plain"])
        self.assertIn("Received: " + WAY, self.server.kamcmd("ul.dump"))

    def test_T03_a_trusted_sender_is_obeyed(self):
        self.trusting(SAVE)
        self.register(self.peer(), CONTACTS["plain"])
        self.assertIn("Received: " + WAY, self.server.kamcmd("ul.dump"))
        self.register(self.peer(), CONTACTS["alias"].replace("sip:u@", "sip:v@"), "v")
        self.assertIn("Address: sip:v@192.168.1.10;alias=127.0.0.66~6666~1\n", self.server.kamcmd("ul.dump"))
        self.assertEqual(self.counter("hygiene_contact"), 0)

    def test_explain_and_counters_tell_it(self):
        self.start(SAVE)
        self.register(self.peer(), CONTACTS["twice"] + "\nPath: <sip:127.0.0.66;lr>")
        self.assertIn("removed: contact path", self.server.kamcmd("nat_edge.explain", "u@127.0.0.1"))
        self.assertEqual((self.counter("hygiene_contact"), self.counter("hygiene_path")), (2, 1))
        self.register(self.peer(), "Contact: <sip:u@192.168.1.10>")
        self.assertIn("removed: nothing", self.server.kamcmd("nat_edge.explain", "u@127.0.0.1", "1"))

    # --- N043: Path

    PATHS = ("Path: <sip:127.0.0.66;lr>", "path : <sip:127.0.0.66;lr;received=%s>" % WAY,
             "PATH\t:\n <sip:127.0.0.66;lr>,\n <sip:127.0.0.67;lr>",
             "Path: <sip:127.0.0.66;lr>\nX: 1\nPath: <sip:127.0.0.67;lr>")

    def test_N043_T19_the_path_of_a_phone_is_not_stored(self):
        self.start(SAVE)
        for path in self.PATHS:
            reply = self.register(self.peer(), path + "\nContact: <sip:u@192.168.1.10>\nSupported: path")
            dump = self.server.kamcmd("ul.dump")
            self.assertTrue(reply.startswith("SIP/2.0 200"), reply)
            self.assertNotIn("127.0.0.6", dump + reply, path)
            self.assertIn("Path: [not set]", dump, path)

    def test_N043_control_that_of_a_trusted_sender_is(self):
        self.trusting(SAVE)
        self.register(self.peer(), self.PATHS[0] + "\nContact: <sip:u@192.168.1.10>\nSupported: path")
        self.assertIn("Path: <sip:127.0.0.66;lr>", self.server.kamcmd("ul.dump"))

    # --- T03: Request-URI

    def check_alias(self, trusted):
        (self.trusting if trusted else self.start)(RELAY % "t_relay()")
        sender, named, hidden = self.peer(), self.peer(), self.peer()
        for name in ("alias",) if trusted else ("alias", "ALIAS", "x;alias"):
            ruri = "sip:bob@127.0.0.1:%d;%s=127.0.0.1~%d~1" % (named.port, name, hidden.port)
            request = self.message(sender, ruri, receive=hidden if trusted else named)
            self.assertEqual("alias" in request.lower(), trusted and "handle" == "", request)

    def test_T03_an_alias_in_the_request_uri_is_not_obeyed(self):
        self.check_alias(False)

    def test_T03_control_that_of_a_trusted_sender_is(self):
        self.check_alias(True)

    def test_N009_a_foreign_maddr_does_not_leave_in_a_request_uri(self):
        self.start(RELAY % "t_relay()")
        callee = self.peer()
        ruri = "sip:bob@127.0.0.1:%d" % callee.port
        request = self.message(self.peer(), ruri + ";maddr=127.0.0.66;x=1;Received=y", receive=callee)
        self.assertTrue(request.startswith("MESSAGE %s;x=1 SIP/2.0\n" % ruri), request)

    def test_N016_a_maddr_of_ours_goes_with_port_and_transport(self):
        self.start(RELAY % 'sl_send_reply("200", "$ru")')
        ruri = "sip:bob@example.org:%d;transport=udp;maddr=127.0.0.1;user=phone" % self.server.port
        self.assertIn("200 sip:bob@example.org;user=phone\n", self.message(self.peer(), ruri))

    # --- T03: Route

    def check_route(self, params, obeyed):
        self.start(RELAY % "t_relay()", params=params)
        sender, named, hidden = self.peer(), self.peer(), self.peer()
        for name in ("Route:", "route :", "ROUTE\t:\n "):
            lines = "%s <sip:127.0.0.1:%d;lr;received=sip:127.0.0.1:%d>" % (name, self.server.port, hidden.port)
            request = self.message(sender, "sip:bob@127.0.0.1:%d" % named.port, lines, ";tag=2",
                                   receive=hidden if obeyed else named)
            self.assertNotIn("received=sip", request)

    def test_T03_T19_received_in_a_route_is_not_obeyed(self):
        self.check_route("", False)

    def test_T03_control_without_hygiene_path_obeys_it(self):
        self.check_route('modparam("nat_edge", "hygiene", 0)', True)

    def next_route(self, params):
        """What gets to the host of the Route, and what to its maddr."""
        self.start(RELAY % "t_relay()", params=params)
        sender, named = self.peer(), self.peer()
        hidden = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(hidden.close)
        hidden.bind(("127.0.0.2", named.port))
        hidden.settimeout(5)
        lines = "Route: <sip:127.0.0.1:%d;lr>, <sip:127.0.0.1:%d;lr;maddr=127.0.0.2;x=1>" % (
            self.server.port, named.port)
        return sender, named, hidden, lines

    def test_N016_the_maddr_of_the_next_route_is_not_obeyed(self):
        sender, named, _, lines = self.next_route("")
        request = self.message(sender, "sip:bob@192.0.2.1", lines, ";tag=2", receive=named)
        self.assertEqual(header(request, "Route"), ["<sip:127.0.0.1:%d;lr;x=1>" % named.port])

    def test_N016_control_without_hygiene_rr_obeys_it(self):
        sender, named, hidden, lines = self.next_route('modparam("nat_edge", "hygiene", 0)')
        named.receive = lambda: hidden.recv(65535).decode()
        self.assertIn(";maddr=127.0.0.2", self.message(sender, "sip:bob@192.0.2.1", lines, ";tag=2", receive=named))

    # --- what is refused

    def test_T19_what_has_two_readings_is_answered_400(self):
        self.start(SAVE)
        for contact in ('Contact: <sip:u@192.168.1.10; received=%s>' % WAY,
                        'Contact: "\\\\" <sip:u@192.168.1.10>;received=%s' % WAY,
                        'Contact: <sip:u@192.168.1.10> <sip:v@192.168.1.10>;received=%s' % WAY,
                        "Contact: <sip:u;alias=127.0.0.66~6666~1@192.168.1.10>"):
            self.assertIn("SIP/2.0 400 Bad Request", self.register(self.peer(), contact))
        self.assertEqual(self.counter("hygiene_refused"), 4)
        # T30: one line for all of them, of all processes
        self.assertEqual(self.server.log().count("allowed to senders in <trusted>"), 1, self.server.log())
        self.assertNotIn("AOR", self.server.kamcmd("ul.dump"))

    def test_T14_too_many_are_answered_400(self):
        self.start(SAVE)
        many = ",".join("<sip:u%d@192.168.1.10>" % i for i in range(65))
        self.assertIn("SIP/2.0 400", self.register(self.peer(), "Contact: " + many))
        self.assertIn("SIP/2.0 400", self.register(self.peer(), "Contact: <sip:u@h>\nRoute: " + many))
        self.assertEqual(self.counter("hygiene_limit"), 2)

    def check_dropped(self, lines):
        """Nothing comes back, and the script never sees it."""
        peer = self.peer()
        self.count += 1
        peer.send(REGISTER % {"id": self.count, "user": "u", "lines": lines}, self.server.port)
        end = time.monotonic() + 5
        while self.counter("hygiene_refused") == 0 and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual(self.counter("hygiene_refused"), 1)
        peer.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            peer.receive()
        self.assertIn("dropped (and 0 more", self.server.log())

    def test_without_sl_it_is_dropped(self):
        self.start("exit;", config=ALONE)
        self.check_dropped("Contact: <sip:u@192.168.1.10; received=%s>" % WAY)

    def test_what_the_core_cannot_read_is_dropped(self):
        self.start(SAVE)
        self.check_dropped("Contact: <sip:u@192.168.1.10>;received=%s\nno colon here" % WAY)

    def test_the_parameter_is_checked(self):
        server = Server('loadmodule "nat_edge.so"\nmodparam("nat_edge", "hygiene", 2)\nrequest_route { exit; }')
        self.addCleanup(server.close)
        self.assertFalse(server.ready)
        self.assertIn("modparam hygiene: '2' is not allowed, use 1", server.log())

    # --- streams

    def exchange(self, data, count):
        """What comes back on one connection: so many answers."""
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as s:
            s.settimeout(5)
            s.sendall(data)
            got = b""
            while got.count(b"\r\n\r\n") < count:
                got += s.recv(65536)
        return got.decode()

    def tcp(self, ruri, number, lines="X: 1"):
        text = MESSAGE % {"ruri": ruri, "proto": "TCP", "port": 5060, "id": number, "totag": "", "lines": lines,
                          "via": ""}
        return text.replace("\n", "\r\n").encode()

    def test_T17_what_follows_on_a_stream_is_what_it_was(self):
        self.start('sl_send_reply("200", "$ru"); exit;', tcp=True)
        data = self.tcp("sip:a@example.org;alias=127.0.0.66~1~1;x=%s" % ("y" * 300), "t1")
        data += self.tcp("sip:b@example.org", "t2") + self.tcp("sip:c@example.org;maddr=127.0.0.66", "t3")
        got = self.exchange(data, 3)
        for want in ("200 sip:a@example.org;x=y", "200 sip:b@example.org\r", "200 sip:c@example.org\r"):
            self.assertIn(want, got)

    def test_T14_what_is_longer_than_a_datagram_is_refused_if_it_has_to_be_cleaned(self):
        self.start('sl_send_reply("200", "OK"); exit;', core="tcp_rd_buf_size=200000", tcp=True)
        filler = "X-Filler: " + "z" * 100000
        self.assertIn("SIP/2.0 200", self.exchange(self.tcp("sip:a@example.org", "l1", filler), 1))
        self.assertIn("SIP/2.0 400", self.exchange(self.tcp("sip:a@example.org;alias=127.0.0.66~1~1", "l2", filler), 1))

    # --- replies

    def test_T03_the_contact_of_a_reply(self):
        self.start("force_rport(); t_relay(); exit;")
        sender, callee = self.peer(), self.peer()
        request = self.message(sender, "sip:bob@127.0.0.1:%d" % callee.port, receive=callee).replace("MESSAGE", "INVITE")
        lines = [l for l in request.split("\n") if l.split(":")[0] in ("Via", "From", "To", "Call-ID", "CSeq")]
        # of a transaction that is not there any more: forwarded all the same
        callee.send("SIP/2.0 200 OK\n" + "\n".join(lines)
                    + "\nm : <sip:bob@192.168.1.9;alias=127.0.0.66~1~1;x=1>\nContent-Length: 0\n\n", self.server.port)
        self.assertIn("<sip:bob@192.168.1.9;x=1>", sender.receive())
