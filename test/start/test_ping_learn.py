# SPDX-License-Identifier: GPL-2.0-or-later
"""How long NATs wait: the sockets beside ours that it is tested with, and the file that keeps it."""
import os
import re
import time
import unittest

from peer import Server, header
from pings import PingCase, answer, config, policy


class LearningCase(PingCase):
    @classmethod
    def start(cls):
        text = policy(**cls.policy_parts).replace('adaptive="no"', 'adaptive="yes"')
        server = Server(config(**cls.parts), files={"policy.xml": text, **cls.files}, tcp=cls.tcp)
        if not server.ready:
            raise AssertionError(server.log())
        return server


class Learning(LearningCase):
    parts = {"params": 'modparam("nat_ping", "sites_file", "sites")\nmodparam("nat_ping", "interval_floor", 1)'}
    files = {"sites": "# sites\n192.0.2.7 datagram 90 100 1700000000\n192.0.2.8 nonsense 1 2 3\n"}

    def test_some_answer_is_wanted_elsewhere_and_is_taken_there(self):
        phone = self.registered("volunteer")
        for _ in range(20):
            phone.socket.settimeout(8)
            text = phone.receive("SIP/2.0")
            via = header(text, "Via")[0]
            if "nat.invalid" in via:
                break
            phone.send(answer(text), self.server.port)
        else:
            self.fail("no ping wanted its answer elsewhere")
        self.assertNotIn("rport", via)
        port = int(re.search(r"nat\.invalid:(\d+)", via).group(1))
        self.assertNotEqual(port, self.server.port)
        answers = self.stat("answers")
        phone.send(answer(text), port)
        self.until(lambda: self.stat("answers") == answers + 1)
        # its twin is asked from there, and by its address
        for _ in range(40):
            text = phone.receive("SIP/2.0")
            to = port if phone.came_from[1] == port else self.server.port
            if to == port:
                break
            phone.send(answer(text), self.server.port)
        self.assertEqual(to, port)
        self.assertIn("127.0.0.1:%d;rport" % port, header(text, "Via")[0])
        phone.send(answer(text), port)

    def test_strangers_at_the_other_socket_are_nobody(self):
        mallory = self.phone("mallory")
        port = self.probe_port()
        answers, forged = self.stat("answers"), self.stat("answers_forged")
        for data in (b"", b"\0" * 40, b"SIP/2.0 200 OK\r\n\r\n", b"x" * 5000,
                     b"SIP/2.0 200 OK\r\nCall-ID: " + b"A" * 27 + b"\r\n\r\n"):
            mallory.socket.sendto(data, ("127.0.0.1", port))
        time.sleep(0.3)
        self.assertEqual(self.stat("answers"), answers)
        self.assertEqual(self.server.process.poll(), None)

    def probe_port(self):
        for pid in self.pids():
            out = os.popen("ss -Hlnup | grep pid=%d," % pid).read()
            ports = {int(p) for p in re.findall(r"127\.0\.0\.1:(\d+)", out)} - {self.server.port}
            if ports:
                return ports.pop()
        raise AssertionError("no such socket")

    def test_who_has_a_firewall_finds_the_port(self):
        self.assertIn("are tested from UDP port %d; open it" % self.probe_port(), self.server.log())

    def pids(self):
        return [int(p) for p in re.findall(r"PID: (\d+)\s+DSC: nat_ping", self.server.kamcmd("core.psx"))]

    def test_the_file_is_read_and_kept(self):
        self.assertIn("1 sites are known from", self.server.log())
        self.assertRegex(self.server.log(), r"sites_file: .*sites:3: ")
        row = [r for r in self.rpc("nat_ping.site_list") if r.get("address") == "192.0.2.7"]
        self.assertEqual([(r["lived_s"], r["died_s"]) for r in row], [(90, 100)])


class Crowd(LearningCase):
    """Behind this address there may be more than one NAT"""
    parts = {"params": 'modparam("nat_ping", "learn_flows_max", 1)\nmodparam("nat_ping", "interval_floor", 1)'}

    def test_no_phone_answers_for_many(self):
        phones = [self.registered("one"), self.registered("other")]
        for _ in range(12):
            for phone in phones:
                text, _ = self.ping(phone)
                self.assertNotIn("nat.invalid", header(text, "Via")[0])
        self.assertEqual({r.get("test_s", 0) for r in self.rpc("nat_ping.site_list")}, {0})


class Kept(unittest.TestCase):
    def test_what_was_learned_outlives_a_restart(self):
        params = 'modparam("nat_ping", "sites_file", "%s")'
        first = Server(config(params=params % "sites"), files={
            "policy.xml": policy(), "sites": "192.0.2.7 datagram 90 100 1700000000\n"})
        self.addCleanup(first.close)
        self.assertTrue(first.ready, first.log())
        path = first.path("sites")
        end = time.monotonic() + 5
        while time.monotonic() < end and "sites are known" not in first.log():
            time.sleep(0.05)
        os.remove(path)
        first._terminate()
        first.process.wait(15)
        with open(path) as f:
            text = f.read()
        self.assertRegex(text, r"(?m)^192\.0\.2\.7 datagram 90 100 17000000\d\d$")

    def test_a_start_that_fails_forgets_nothing(self):
        sites = "192.0.2.7 datagram 90 100 1700000000\n"
        for fault in ('modparam("nat_ping", "senders", 99)', 'modparam("usrloc", "db_mode", 3)'):
            with self.subTest(fault=fault):
                server = Server(config(params='modparam("nat_ping", "sites_file", "sites")\n' + fault),
                                files={"policy.xml": policy(), "sites": sites})
                self.addCleanup(server.close)
                self.assertFalse(server.ready)
                self.assertIsNotNone(server.process.poll())
                with open(server.path("sites")) as f:
                    self.assertEqual(f.read(), sites)


if __name__ == "__main__":
    unittest.main()
