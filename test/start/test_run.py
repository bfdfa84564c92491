# SPDX-License-Identifier: GPL-2.0-or-later
""""make run": etc/kamailio.cfg as a newcomer meets it."""
import struct
import subprocess
import unittest

from peer import Peer, header
from sample import Sample

REGISTER = """REGISTER sip:127.0.0.1:%(port)d SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:%(from)d;branch=z9hG4bKreg%(id)s
From: <sip:alice@127.0.0.1>;tag=1
To: <sip:alice@127.0.0.1>
Call-ID: reg-%(id)s
CSeq: %(cseq)d REGISTER
Max-Forwards: 70
Contact: <sip:alice@127.0.0.1:%(from)d>%(more)s
%(auth)sExpires: 300
Content-Length: 0

"""
OPTIONS = """OPTIONS sip:127.0.0.1:%(port)d SIP/2.0
Via: SIP/2.0/UDP 127.0.0.1:%(from)d;branch=z9hG4bKopt
From: <sip:alice@127.0.0.1>;tag=1
To: <sip:127.0.0.1>
Call-ID: options
CSeq: 1 OPTIONS
Max-Forwards: 70
Content-Length: 0

"""


class Run(unittest.TestCase):
    def start(self, **env):
        self.server = Sample(**env)
        self.addCleanup(self.server.close)
        self.port, self.dir, self.said = self.server.port, self.server.dir, self.server.said
        self.kamcmd, self.stop = self.server.kamcmd, self.server.stop

    def test_options_register_and_a_clean_end(self):
        self.start()
        self.assertIn("run: ready", self.said)
        self.assertIn("kamcmd -s unix:%s/kamailio_ctl nat_edge.explain" % self.dir, self.said)
        peer = Peer()
        self.addCleanup(peer.close)
        names = {"port": self.port, "from": peer.port, "id": "1", "cseq": 1, "more": "", "auth": ""}
        peer.send(OPTIONS % names, self.port)
        self.assertTrue(peer.receive().startswith("SIP/2.0 200"))
        peer.send(REGISTER % names, self.port)
        reply = peer.receive()
        self.assertTrue(reply.startswith("SIP/2.0 200"), reply)
        self.assertEqual(header(reply, "Contact"), ["<sip:alice@127.0.0.1:%d>;expires=300" % peer.port])
        self.assertIn("class: direct", self.kamcmd("nat_edge.explain", "127.0.0.1"))
        self.assertEqual(self.stop(), "", "processes are left behind")

    def test_D27_N059_stun_at_the_sip_port_tells_the_mapping_of_sip(self):
        self.start()
        peer = Peer()
        self.addCleanup(peer.close)
        cookie, transaction = 0x2112A442, b"twelve bytes"
        peer.socket.sendto(struct.pack("!HHI", 0x0001, 0, cookie) + transaction, ("127.0.0.1", self.port))
        answer = peer.socket.recv(1500)
        kind, length, magic = struct.unpack("!HHI", answer[:8])
        self.assertEqual((kind, length, magic, answer[8:20]), (0x0101, len(answer) - 20, cookie, transaction))
        found, at = {}, 20
        while at < len(answer):
            kind, length = struct.unpack("!HH", answer[at:at + 4])
            found[kind] = answer[at + 4:at + 4 + length]
            at += 4 + (length + 3) // 4 * 4
        _, family, port, address = struct.unpack("!BBHI", found[0x0020])  # XOR-MAPPED-ADDRESS
        self.assertEqual((family, port ^ cookie >> 16, address ^ cookie), (1, peer.port, 0x7F000001))

    def test_T04_a_client_may_not_say_where_it_is_received(self):
        self.start()
        peer, victim = Peer(), Peer()
        self.addCleanup(peer.close)
        self.addCleanup(victim.close)
        peer.send(REGISTER % {"port": self.port, "from": peer.port, "id": "t04", "cseq": 1, "auth": "",
                              "more": ';received="sip:127.0.0.1:%d"' % victim.port}, self.port)
        self.assertTrue(peer.receive().startswith("SIP/2.0 200"))
        dump = self.kamcmd("ul.dump")
        self.assertIn("sip:alice@127.0.0.1:%d" % peer.port, dump)
        self.assertNotIn(str(victim.port), dump)
        self.assertIn("hygiene_contact: 1", self.kamcmd("nat_edge.stats"))

    def test_a_taken_port_is_one_clear_line(self):
        peer = Peer()
        self.addCleanup(peer.close)
        self.start(PORT=str(peer.port))
        self.assertEqual(self.server.process.poll(), 1)
        self.assertEqual(self.said.count("\n"), 1, self.said)
        self.assertIn("UDP port %d is taken" % peer.port, self.said)

    def test_one_switch_turns_authentication_on(self):
        self.start(WITH_AUTH="1")
        subprocess.run(["sqlite3", self.dir + "/subscribers.sqlite",
                        "insert into subscriber (username, domain, password) values ('alice', '127.0.0.1', 'secret');"],
                       check=True)
        peer = Peer()
        self.addCleanup(peer.close)
        names = {"port": self.port, "from": peer.port, "id": "auth", "cseq": 1, "more": "", "auth": ""}
        peer.send(REGISTER % names, self.port)
        challenge = peer.receive()
        self.assertTrue(challenge.startswith("SIP/2.0 401"), challenge)
        for password, status in (("wrong", "401"), ("secret", "200")):
            names["cseq"] += 1
            names["id"] = "auth%d" % names["cseq"]
            names["auth"] = digest(challenge, "alice", password, "sip:127.0.0.1:%d" % self.port)
            peer.send(REGISTER % names, self.port)
            self.assertTrue(peer.receive().startswith("SIP/2.0 " + status), password)


def digest(challenge, user, password, uri):
    import hashlib
    import re

    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()
    value = dict(re.findall(r'(\w+)="([^"]*)"', header(challenge, "WWW-Authenticate")[0]))
    ha1 = md5("%s:%s:%s" % (user, value["realm"], password))
    response = md5("%s:%s:%s" % (ha1, value["nonce"], md5("REGISTER:" + uri)))
    return ('Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s"\n'
            % (user, value["realm"], value["nonce"], uri, response))
