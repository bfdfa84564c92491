# SPDX-License-Identifier: GPL-2.0-or-later
"""What pings are made of, and what clients send by themselves."""
import struct
import unittest

from pings import PingCase, answer, is_ping

COOKIE = b"\x21\x12\xa4\x42"


def rule(user, method, more=""):
    return ('<profile name="%s" extends="default"><keepalive method="%s" %s/></profile>' % (user, method, more),
            '<rule aor="%s@example.org" nat="force" profile="%s"/>' % (user, user))


METHODS = [rule("notify", "notify"), rule("zero", "zero"), rule("crlf", "crlf"), rule("stun", "stun"),
           rule("ignored", "options", 'ignore="480 5xx"')]


class Methods(PingCase):
    policy_parts = {"profiles": "".join(p for p, _ in METHODS), "rules": "".join(r for _, r in METHODS)}

    def raw(self, phone, seconds=8):
        phone.socket.settimeout(seconds)
        while True:
            data, phone.came_from = phone.socket.recvfrom(65535)
            if not data.startswith(b"SIP/2.0"):
                return data

    def state(self, phone):
        return self.rpc("nat_ping.show", "127.0.0.1:%d" % phone.port)[0]["state"]

    def send(self, phone, data):
        phone.socket.sendto(data, ("127.0.0.1", self.server.port))

    def test_P5_notify(self):
        phone = self.registered("notify")
        text, _ = self.ping(phone)
        self.assertTrue(text.startswith("NOTIFY "), text)
        self.until(lambda: self.state(phone) == "up")

    def test_P5_zero_and_crlf(self):
        for name, data in (("zero", b"\0\0\0\0"), ("crlf", b"\r\n\r\n")):
            phone = self.registered(name)
            self.assertEqual(self.raw(phone), data)
            self.assertEqual(self.raw(phone), data)
            self.assertEqual(phone.came_from[1], self.server.port)
            # nobody has to answer these
            self.assertEqual(self.state(phone), "new")

    def test_P5_N059_stun(self):
        phone, mallory = self.registered("stun"), self.phone("mallory")
        request = self.raw(phone)
        self.assertEqual(request[:2] + request[4:8], b"\x00\x01" + COOKIE)
        forged, answers = self.stat("answers_forged"), self.stat("answers")
        reply = b"\x01\x01\x00\x00" + request[4:20]
        self.send(mallory, reply)
        self.send(phone, reply[:12] + b"\x00" * 8)
        self.until(lambda: self.stat("answers_forged") == forged + 2)
        self.send(phone, reply)
        self.until(lambda: self.stat("answers") == answers + 1)
        self.until(lambda: self.state(phone) == "up")

    def test_N059_keep_alives_of_clients_are_absorbed_and_count(self):
        phone = self.phone("alone")
        stun = b"\x00\x01\x00\x00" + COOKIE + b"twelve bytes"
        for data in (b"\0\0\0\0", b"\r\n\r\n", b"\r\n", b"", stun):
            before = self.stat("client_keepalives")
            self.send(phone, data)
            self.until(lambda: self.stat("client_keepalives") == before + 1)
        # what looks like none is not touched
        before = self.stat("client_keepalives")
        self.send(phone, b"\0\0\0\0\0\0")
        self.send(phone, b"\r\n\r\nxx")
        self.register(phone)
        self.assertEqual(self.stat("client_keepalives"), before)

    def test_P10_replies_of_somebody_in_between(self):
        phone = self.registered("ignored")
        text, _ = self.ping(phone, answered=False)
        ignored = self.stat("answers_ignored")
        phone.send(answer(text, "480 Temporarily Unavailable"), self.server.port)
        self.until(lambda: self.stat("answers_ignored") == ignored + 1)
        self.assertEqual(self.state(phone), "new")
        text, _ = self.ping(phone, answered=False)
        phone.send(answer(text, "404 Not Found"), self.server.port)
        self.until(lambda: self.state(phone) == "up")

    def test_a_reply_of_another_module_is_left_alone(self):
        """Its Call-ID may have the form of a tag."""
        phone = self.registered("other")
        text, _ = self.ping(phone)
        phone.send(answer(text, Call_ID="x" * 27, From="<sip:dispatcher@localhost>;tag=1"), self.server.port)
        self.until(lambda: "reply_route: " + "x" * 27 in self.server.log())


if __name__ == "__main__":
    unittest.main()
