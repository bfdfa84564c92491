# SPDX-License-Identifier: GPL-2.0-or-later
"""T03: where a real Kamailio may send. Every claim that nothing leaves is a claim about system calls, and has a control
with the gate off, where the same request does leave."""
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
import unittest

from peer import Peer, Server, free_port, header

CONFIG = """
children=2
use_dns_cache=no
%(globals)s
loadmodule "pv.so"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "textops.so"
loadmodule "counters.so"
loadmodule "ctl.so"
loadmodule "nat_edge.so"
modparam("tm", "fr_timer", 1000)
modparam("tm", "fr_inv_timer", 1000)
modparam("tm", "retr_timer1", 200)
modparam("tm", "retr_timer2", 200)
%(params)s
request_route {
	# what was sent to ourselves
	if (is_present_hf("X-Loop")) {
		sl_send_reply("482", "Loop");
		exit;
	}
	if ($hdr(X-To) == $null) {
		sl_send_reply("200", "OK");
		exit;
	}
	append_hf("X-Loop: 1\\r\\n");
	$du = $hdr(X-To);
	if ($hdr(X-How) == "stateless") {
		if (!forward()) sl_send_reply("500", "Not Sent");
	} else {
		if (!t_relay()) sl_reply_error();
	}
	exit;
}
"""
REQUEST = """%(method)s sip:bob@example.org SIP/2.0
Via: SIP/2.0/%(by)s %(via)s;branch=z9hG4bK%(id)s
Max-Forwards: 70
From: <sip:alice@example.org>;tag=a%(id)s
To: <sip:bob@example.org>
Call-ID: %(id)s
CSeq: 1 %(method)s
%(more)sContent-Length: 0

"""


TLS = """
loadmodule "tls.so"
modparam("tls", "private_key", "key.pem")
modparam("tls", "certificate", "cert.pem")
"""


def certificate():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-subj", "/CN=gate", "-keyout", folder + "/key.pem", "-out", folder + "/cert.pem"],
                       check=True, capture_output=True)
        files = {}
        for name in ("key.pem", "cert.pem"):
            with open(folder + "/" + name) as f:
                files[name] = f.read()
        return files


def param(name, value):
    return 'modparam("nat_edge", "%s", %s)\n' % (name, value if isinstance(value, int) else '"%s"' % value)


class Client(Peer):
    """Sends requests; `to` is where the script of the server shall forward them."""

    def __init__(self, server, address="127.0.0.1"):
        super().__init__(address)
        self.server, self.address, self.count = server, address, 0

    def request(self, to=None, how="stateful", method="MESSAGE", via=None, by="UDP"):
        self.count += 1
        more = "X-To: %s\nX-How: %s\n" % (to, how) if to else ""
        return REQUEST % {"method": method, "via": via or "%s:%d;rport" % (self.address, self.port), "by": by,
                          "id": "%d-%d" % (self.port, self.count), "more": more}

    def ask(self, *args, **names):
        """Its answer; a timeout of an earlier request may come before."""
        self.send(self.request(*args, **names), self.server.port)
        mine = "%d-%d" % (self.port, self.count)
        while True:
            answer = self.receive()
            if mine in answer:
                return answer


class TcpListener:
    def __init__(self, address="127.0.0.1"):
        self.socket = socket.socket()
        self.socket.bind((address, 0))
        self.socket.listen()
        self.socket.settimeout(5)
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()

    def text(self):
        connection, _ = self.socket.accept()
        with connection:
            connection.settimeout(5)
            got = b""
            while b"\r\n\r\n" not in got:
                got += connection.recv(65535)
        return got.decode().replace("\r\n", "\n")

    def is_idle(self):
        self.socket.setblocking(False)
        try:
            self.socket.accept()[0].close()
            return False
        except BlockingIOError:
            return True


def is_silent(peer):
    peer.socket.setblocking(False)
    try:
        peer.socket.recv(65535)
        return False
    except BlockingIOError:
        return True


CALL = re.compile(r"\b(sendto|sendmsg|connect)\(.*?sa_family=(AF_INET6?), sin6?_port=htons\((\d+)\).*?"
                  r'inet_(?:addr\("|pton\(AF_INET6, ")([0-9a-f:.]+)"')


def canonical(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.inet_ntop(family, socket.inet_pton(family, address))


def calls(path):
    """(address, port) of every packet and connection that a trace shows"""
    with open(path, errors="replace") as f:
        return {(canonical(m[4]), int(m[3])) for m in map(CALL.search, f) if m}


class Gate(unittest.TestCase):
    def start(self, params="", globals_="", traced=False, everywhere=False, **names):
        self.trace = None
        before = ()
        if traced:
            fd, self.trace = tempfile.mkstemp()
            os.close(fd)
            self.addCleanup(os.unlink, self.trace)
            before = ("strace", "-f", "-qq", "-o", self.trace, "-e", "trace=sendto,sendmsg,connect")
        more = []
        if everywhere:  # IPv6 and TLS as well
            params = TLS + params
            names["files"] = certificate()
            for listen in ("udp:[::1]", "tcp:[::1]", "tls:[::1]", "tls:127.0.0.1"):
                more += ["-l", "%s:%d" % (listen, free_port())]
        self.server = Server(CONFIG % {"params": params, "globals": "enable_tls=yes" if everywhere else globals_}, tcp=True,
                             seconds=30, before=before, more=more, **names)
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())
        self.client = self.keep(Client(self.server))

    def keep(self, what):
        self.addCleanup(what.close)
        return what

    def counter(self, name, group="nat_edge_gate"):
        return int(self.server.kamcmd("cnt.get", group, name))

    def until(self, condition):
        end = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), end, self.server.log())

    def until_denied(self, count):
        self.until(lambda: self.counter("gate_denied", "nat_edge") >= count)
        self.assertEqual(self.counter("gate_denied", "nat_edge"), count)

    def gate_log(self):
        return [line for line in self.server.log().split("\n") if "gate: a packet to" in line]

    # --- the matrix ---------------------------------------------------------------------------------------

    HOSTS = {"127.0.0.1": "loopback", "0.0.0.0": "unspecified", "[::1]": "loopback", "[::]": "unspecified",
             "[::ffff:7f00:1]": "loopback", "[::7f00:1]": "carried_inside", "[2002:7f00:1::]": "tunnel",
             "[64:ff9b::7f00:1]": "carried_inside", "169.254.169.254": "linklocal", "224.0.0.1": "multicast",
             "255.255.255.255": "broadcast", "240.0.0.1": "reserved", "localhost": "loopback", "[ff02::1]": "multicast"}

    def forward_all(self, ports):
        """Every host by every transport and way, all at once; how many there were"""
        sent = 0
        for host in self.HOSTS:
            for transport in ports:
                for how in ("stateful", "stateless"):
                    to = "sip:%s:%d;transport=%s" % (host, ports[transport], transport)
                    self.client.send(self.client.request(to, how), self.server.port)
                    sent += 1
        return sent

    def test_T03_nothing_leaves_for_addresses_that_nobody_is_at(self):
        self.start(traced=True, everywhere=True)
        udp, tcp, tls = self.keep(Peer()), self.keep(TcpListener()), self.keep(TcpListener())
        sent = self.forward_all({"udp": udp.port, "tcp": tcp.port, "tls": tls.port})
        answers = [self.client.receive() for _ in range(sent)]
        self.assertEqual({a[:9] for a in answers} - {"SIP/2.0 4", "SIP/2.0 5"}, set())
        self.until_denied(sent)
        reasons = list(self.HOSTS.values())
        for reason in set(reasons):
            self.assertEqual(self.counter(reason), 6 * reasons.count(reason), reason)
        self.assertTrue(is_silent(udp) and tcp.is_idle() and tls.is_idle())
        self.server.close()
        self.assertEqual(calls(self.trace), {("127.0.0.1", self.client.port)})

    def test_T03_control_without_the_gate_all_of_it_leaves(self):
        self.start(param("gate", 0), traced=True, everywhere=True)
        udp, tcp, tls = self.keep(Peer()), self.keep(TcpListener()), self.keep(TcpListener())
        ports = {"udp": udp.port, "tcp": tcp.port, "tls": tls.port}
        self.assertIn("modparam gate is 0", self.server.log())
        sent = self.forward_all(ports)
        self.assertIn("X-Loop", udp.receive())
        self.assertIn("X-Loop", tcp.text())
        # those that are sent statefully end with a timeout at the latest
        for _ in range(sent // 2):
            self.client.receive()
        self.assertEqual(self.counter("gate_denied", "nat_edge"), 0)
        wanted = {(canonical("127.0.0.1" if host == "localhost" else host.strip("[]")), port)
                  for host in self.HOSTS for port in ports.values()}
        # a stateless one is not answered: it may be on its way yet
        end = time.monotonic() + 10
        while wanted - calls(self.trace) and time.monotonic() < end:
            time.sleep(0.05)
        self.server.close()
        self.assertEqual(wanted - calls(self.trace), set())

    def test_T03_own_sockets_and_low_ports_are_no_targets_where_loopback_is_allowed(self):
        self.start(param("gate_allow", "127.0.0.1"), traced=True)
        own = self.server.port
        for transport in ("udp", "tcp"):
            answer = self.client.ask("sip:127.0.0.1:%d;transport=%s" % (own, transport))
            self.assertNotIn("482 Loop", answer)
            self.client.ask("sip:127.0.0.1:22;transport=%s" % transport)
            self.client.ask("sip:192.0.2.77:22;transport=%s" % transport)
        # an answer may be on its way before its worker has counted
        self.until(lambda: (self.counter("own_socket"), self.counter("port_below_1024")) == (2, 4))
        self.server.close()
        self.assertEqual(calls(self.trace), {("127.0.0.1", self.client.port)})

    def test_control_own_sockets_and_low_ports_by_word(self):
        self.start(param("gate_allow", "127.0.0.1") + param("gate_ports", "22") + param("gate_own_sockets", "allow"),
                   traced=True)
        for transport in ("udp", "tcp"):
            answer = self.client.ask("sip:127.0.0.1:%d;transport=%s" % (self.server.port, transport))
            self.assertIn("482 Loop", answer)
            self.client.send(self.client.request("sip:127.0.0.1:22;transport=" + transport), self.server.port)
        self.client.receive()
        self.client.receive()
        self.assertEqual(self.counter("gate_denied", "nat_edge"), 0)
        self.server.close()
        self.assertTrue({("127.0.0.1", 22), ("127.0.0.1", self.server.port)} <= calls(self.trace))

    # --- what an operator allows and denies ------------------------------------------------------------------

    def test_what_is_allowed_arrives(self):
        self.start(param("gate_allow", "127.0.0.1"))
        udp, tcp = self.keep(Peer()), self.keep(TcpListener())
        for how in ("stateful", "stateless"):
            for host in ("127.0.0.1", "localhost"):
                self.client.send(self.client.request("sip:%s:%d" % (host, udp.port), how), self.server.port)
                self.assertIn("X-Loop", udp.receive())
        self.client.send(self.client.request("sip:127.0.0.1:%d;transport=tcp" % tcp.port), self.server.port)
        self.assertIn("X-Loop", tcp.text())
        self.assertEqual(self.counter("gate_denied", "nat_edge"), 0)

    def test_the_policy_file_allows_and_a_reload_denies(self):
        policy = '<nat-policy xmlns="urn:kamailio:nat-policy:1"><networks>%s</networks></nat-policy>\n'
        self.start(param("policy_file", "policy.xml"),
                   files={"policy.xml": policy % '<network name="n" prefixes="127.0.0.1"/><gate allow="n"/>'})
        udp = self.keep(Peer())
        to = "sip:127.0.0.1:%d" % udp.port
        self.client.send(self.client.request(to, "stateless"), self.server.port)
        self.assertIn("X-Loop", udp.receive())
        self.server.write("policy.xml", policy % '<gate allow="127.0.0.1" deny="127.0.0.0/8"/>')
        self.assertIn("in force", self.server.kamcmd("nat_edge.policy_reload"))
        # denied for all purposes: not even the answer to our own request comes
        self.client.send(self.client.request(to, "stateless"), self.server.port)
        self.until_denied(2)
        self.assertTrue(is_silent(udp) and is_silent(self.client))
        self.assertIn('what allows it: <gate deny="..."/> in the policy file without it', self.gate_log()[-1])

    # --- replies -------------------------------------------------------------------------------------------

    def test_local_monitoring_gets_its_answers(self):
        self.start()
        self.assertTrue(self.client.ask(method="OPTIONS").startswith("SIP/2.0 200"))
        # without rport they go to the port of the Via
        other = self.keep(Peer())
        self.client.send(self.client.request(method="OPTIONS", via="127.0.0.1:%d" % other.port), self.server.port)
        self.assertTrue(other.receive().startswith("SIP/2.0 200"))
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as tcp:
            tcp.sendall(self.client.request(method="OPTIONS", by="TCP").replace("\n", "\r\n").encode())
            self.assertTrue(tcp.recv(65535).startswith(b"SIP/2.0 200"))
        self.assertEqual(self.counter("gate_denied", "nat_edge"), 0)

    def test_T03_the_port_of_a_via_is_no_way_to_other_services(self):
        self.start(traced=True)
        self.client.send(self.client.request(method="OPTIONS", via="127.0.0.1:22"), self.server.port)
        # asked by rport it goes to the source, whatever else the Via says
        self.assertTrue(self.client.ask(method="OPTIONS", via="127.0.0.1:22;rport").startswith("SIP/2.0 200"))
        self.until_denied(1)
        self.server.close()
        self.assertEqual(calls(self.trace), {("127.0.0.1", self.client.port)})

    def callee(self):
        """Relays go to 127.0.0.2 alone, so the caller at 127.0.0.1 gets what it gets as an answer only"""
        return self.keep(Client(self.server, "127.0.0.2"))

    def answer(self, request, status):
        lines = ["SIP/2.0 " + status]
        for line in request.split("\n\n")[0].split("\n"):
            name = line.split(":", 1)[0].lower()
            if name in ("via", "from", "call-id", "cseq"):
                lines.append(line)
            elif name == "to":
                lines.append(line + ";tag=b1")
        return "\n".join(lines) + "\nContent-Length: 0\n\n"

    def test_relayed_replies_reach_who_has_asked(self):
        self.start(param("gate_allow", "127.0.0.2"))
        callee = self.callee()
        self.client.send(self.client.request("sip:127.0.0.2:%d" % callee.port, method="INVITE"), self.server.port)
        request = callee.receive()
        callee.send(self.answer(request, "180 Ringing"), self.server.port)
        self.assertTrue(self.client.receive().startswith("SIP/2.0 180"))
        callee.send(self.answer(request, "486 Busy"), self.server.port)
        self.assertTrue(self.client.receive().startswith("SIP/2.0 486"))
        # no ACK comes, so a timer sends it again, in a process that has no request in hand
        self.assertTrue(self.client.receive().startswith("SIP/2.0 486"))
        self.assertEqual(self.counter("gate_denied", "nat_edge"), 0)

    def test_a_timeout_reaches_who_has_asked(self):
        self.start(param("gate_allow", "127.0.0.2"))
        callee = self.callee()
        self.client.send(self.client.request("sip:127.0.0.2:%d" % callee.port, method="INVITE"), self.server.port)
        self.assertTrue(self.client.receive().startswith("SIP/2.0 408"))
        self.assertEqual(self.counter("gate_denied", "nat_edge"), 0)

    FORGED = ("SIP/2.0 200 OK\nVia: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKx\nVia: SIP/2.0/UDP %s;branch=z9hG4bKy\n"
              "From: <sip:a@example.org>;tag=a\nTo: <sip:b@example.org>;tag=b\nCall-ID: forged\nCSeq: 1 MESSAGE\n"
              "Content-Length: 0\n\n")

    def forged_targets(self, victim):
        return ["127.0.0.1:%d" % victim.port, "127.0.0.1:22;received=127.0.0.1", "192.0.2.77:22", "255.255.255.255:5060",
                "192.0.2.77:5060;received=224.0.0.1", "0.0.0.0:%d" % victim.port, "127.0.0.1:%d" % self.server.port]

    def test_N182_a_reply_is_not_sent_where_only_its_via_says(self):
        self.start(traced=True)
        victim = self.keep(Peer())
        targets = self.forged_targets(victim)
        for target in targets:
            self.client.send(self.FORGED % (self.server.port, target), self.server.port)
        self.until_denied(len(targets))
        self.assertTrue(is_silent(victim))
        self.server.close()
        self.assertEqual(calls(self.trace), set())

    def test_N182_control_without_the_gate_it_is(self):
        self.start(param("gate", 0))
        victim = self.keep(Peer())
        self.client.send(self.FORGED % (self.server.port, self.forged_targets(victim)[0]), self.server.port)
        self.assertTrue(victim.receive().startswith("SIP/2.0 200"))

    def test_stun_answers_go_back(self):
        self.start('loadmodule "stun.so"\n')
        cookie, transaction = 0x2112A442, b"twelve bytes"
        self.client.socket.sendto(struct.pack("!HHI", 1, 0, cookie) + transaction, ("127.0.0.1", self.server.port))
        self.assertEqual(self.client.socket.recv(1500)[:2], b"\x01\x01")

    # --- what is said of it ----------------------------------------------------------------------------------

    def test_the_log_says_what_where_why_and_what_would_allow_it(self):
        self.start()
        self.client.ask("sip:127.0.0.1:5090;transport=tcp", "stateless")
        line, = self.gate_log()
        for text in ("WARNING", "to tcp:127.0.0.1:5090 was not sent", "purpose: request, 'MESSAGE sip:bob@example.org SIP/2.0'",
                     "why: loopback", 'what allows it: modparam("nat_edge", "gate_allow", "127.0.0.1")'):
            self.assertIn(text, line)
        for to, hint in (("192.0.2.77:22", '"gate_ports", "22"'), ("[64:ff9b::7f00:1]:5060", None),
                         ("0.0.0.0:5060", '"gate_allow", "0.0.0.0"')):
            self.client.ask("sip:" + to, "stateless")
            if hint:
                self.assertIn(hint, self.gate_log()[-1])

    def test_T18_a_stranger_writes_no_log_lines(self):
        self.start()
        text = self.client.request("sip:127.0.0.1:5090", "stateless")
        self.client.send(text.replace("sip:bob@example.org SIP", "sip:b\x1b[2J%n%s\x80b@example.org SIP", 1), self.server.port)
        self.client.receive()
        self.assertIn("'MESSAGE sip:b?[2J%n%s??b@example.org", self.gate_log()[0])

    def test_T30_a_flood_makes_few_lines_and_all_are_counted(self):
        self.start()
        count, begin = 3000, time.monotonic()
        for _ in range(count // 50):
            for _ in range(50):
                self.client.send(self.client.request("sip:127.0.0.1:5090", "stateless"), self.server.port)
            for _ in range(50):
                self.client.receive()
        self.assertEqual(self.counter("gate_denied", "nat_edge"), count)
        told = re.compile(r"gate: (\d+) (?:more packets|packets before it) were not sent")
        self.until(lambda: len(self.gate_log()) + sum(map(int, told.findall(self.server.log()))) == count)
        seconds = time.monotonic() - begin
        self.assertLessEqual(len(self.gate_log()), 5 * (seconds + 2))

    def test_what_was_dropped_takes_no_memory(self):
        self.start()
        def used():
            return (sum(int(n) for n in re.findall(r"used: (\d+)", self.server.kamcmd("pkg.stats"))),
                    int(re.search(r"\bused: (\d+)", self.server.kamcmd("core.shmmem"))[1]))
        def flood(how):
            for _ in range(20):
                for _ in range(25):
                    self.client.send(self.client.request("sip:127.0.0.1:5090", how), self.server.port)
                for _ in range(25):
                    self.client.receive()
        # each process takes some memory for good when it first does a thing; 500 dropped packets would take more
        for _ in range(5):
            flood("stateless")
            before = used()
            flood("stateless")
            after = used()
            if max(after[0] - before[0], after[1] - before[1]) < 4096:
                break
        self.assertLess(after[0] - before[0], 4096)
        self.assertLess(after[1] - before[1], 4096)

    def test_topoh_beside_it_sees_nothing_of_it(self):
        # it changes what is sent at the same door; whichever is loaded first, the gate is asked last
        topoh = 'loadmodule "rr.so"\nloadmodule "maxfwd.so"\nloadmodule "topoh.so"\nmodparam("topoh", "mask_key", "k")\n'
        for before, after in (("", topoh), (topoh, "")):
            self.start(after + param("gate_allow", "127.0.0.2"), globals_=before)
            callee = self.callee()
            for how in ("stateful", "stateless"):
                self.assertRegex(self.client.ask("sip:127.0.0.1:5090", how), "^SIP/2.0 [45]")
                self.client.send(self.client.request("sip:127.0.0.2:%d" % callee.port, how), self.server.port)
                request = callee.receive()
                self.assertIn("Via: SIP/2.0/UDP 127.0.0.8", request, "topoh did its work")
            self.assertEqual(self.counter("gate_denied", "nat_edge"), 2)

    def test_policy_show_tells_of_the_gate_and_of_trust(self):
        self.start(param("gate_allow", "127.0.0.1") + param("gate_deny", "203.0.113.0/24") + param("gate_ports", "443 80")
                   + param("trusted_nets", "198.51.100.0/24"))
        show = lambda *words: self.server.kamcmd("nat_edge.policy_show", *words)
        for text in ("gate: on", "gate_ports: 80 443", "gate_own_sockets: deny"):
            self.assertIn(text, show())
        for word, gate in (("127.0.0.2", "loopback"), ("127.0.0.1", "permitted"), ("203.0.113.1", "policy"),
                           ("198.51.100.1:22", "port below 1024"), ("198.51.100.1:80", "permitted"),
                           ("127.0.0.1:%d" % self.server.port, "own socket"), ("alice@example.org", "-")):
            self.assertIn("gate: %s\n" % gate, show(word), word)
        self.assertIn("trusted: yes", show("198.51.100.1"))
        self.assertIn("trusted: no", show("127.0.0.1"))
        self.assertIn("gate_loopback: 0", self.server.kamcmd("nat_edge.stats"))

    def test_faulty_parameters_do_not_start(self):
        for bad in (param("gate_allow", "127.0.0.1/8"), param("gate_deny", "interfaces"), param("gate_ports", "5060"),
                    param("gate_own_sockets", "yes"), param("trusted_nets", "core.example.org"), param("gate", 2)):
            name = bad.split('"')[3]
            server = Server(CONFIG % {"params": bad, "globals": ""}, seconds=5)
            try:
                self.assertFalse(server.ready)
                self.assertIn("modparam %s: '" % name, server.log())
            finally:
                server.close()


if __name__ == "__main__":
    unittest.main()
