# SPDX-License-Identifier: GPL-2.0-or-later
"""Flows on connections: TCP, TLS, WebSocket. They are pinged on their connection, and nothing ever connects."""
import re
import shutil
import time
import unittest

from dialogs import TlsPeer
from peer import Server, free_port
from pings import PingCase, answer, config, is_ping, policy
from sample import certificate
from test_registration import Phone
from websocket import CONTACT as WS_CONTACT
from websocket import PING, PONG, TEXT, WsPeer

MODULES = """
enable_tls=yes
tcp_accept_no_cl=yes
loadmodule "tls.so"
loadmodule "xhttp.so"
loadmodule "websocket.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "%(tls)s/cert.pem")
modparam("tls", "private_key", "%(tls)s/key.pem")
modparam("websocket", "keepalive_mechanism", 0)
%(more)s
"""
ROUTES = """
event_route[xhttp:request] {
	if (!ws_handle_handshake()) xhttp_reply("400", "No WebSocket", "", "");
}
event_route[nat-ping:down] { xlog("L_NOTICE", "EVENT down $nat_ping(address) $nat_ping(transport)\\n"); }
"""


class TlsPhone(Phone):
    transport = "TLS"

    def __init__(self, port):
        self.peer = TlsPeer(port)
        self.socket, self.port = self.peer.socket, self.peer.port

    def send(self, text, port=0):
        self.peer.send(text, port)

    def receive(self, unless="SIP/2.0 100"):
        return self.peer.receive(unless)

    def close(self):
        self.peer.close()


class WsPhone(Phone):
    transport = "WS"

    def __init__(self, port):
        self.peer = WsPeer(port)
        self.socket, self.port = self.peer.socket, self.peer.port

    def send(self, text, port=0):
        self.peer.send(text, port)

    def receive(self, unless="SIP/2.0 100"):
        return self.peer.receive(unless)

    def close(self):
        self.peer.close()


class StreamCase(PingCase):
    more = ""

    @classmethod
    def start(cls):
        folder = certificate()
        cls.addClassCleanup(shutil.rmtree, folder)
        cls.tls_port = free_port()
        text = config(modules=MODULES % {"tls": folder, "more": cls.more}, routes=ROUTES)
        server = Server(text, files={"policy.xml": policy(**cls.policy_parts)}, tcp=True,
                        more=["-l", "tls:127.0.0.1:%d" % cls.tls_port])
        if not server.ready:
            said = server.log()
            server.close()
            raise AssertionError(said)
        return server

    def rows(self, phone):
        return self.rpc("nat_ping.show", "127.0.0.1:%d" % phone.port)[:-1]

    def connect(self, kind, user, contact=None):
        phone = kind(self.tls_port if kind is TlsPhone else self.server.port)
        self.addCleanup(phone.close)
        phone.begin(self.server, user, contact)
        phone.say()
        self.assertIn("200", phone.receive().split("\n")[0])
        return phone

    def raw(self, phone, seconds=8):
        """The next bytes of a connection that are no SIP message"""
        phone.socket.settimeout(seconds)
        return phone.socket.recv(100)

    def no_connection_was_made(self):
        self.assertNotRegex(self.server.log(), r"connect\(|tcpconn_connect|could not connect|CRITICAL")


class Streams(StreamCase):
    def gone_after_close(self, phone, kind):
        address = "127.0.0.1:%d" % phone.port
        phone.close()
        self.until(lambda: "EVENT down %s %s" % (address, kind) in self.server.log())
        before = self.stat("sent_" + ("websocket" if kind == "ws" else "crlf"))
        time.sleep(2.2)
        self.assertEqual(self.stat("sent_" + ("websocket" if kind == "ws" else "crlf")), before)
        self.no_connection_was_made()

    def test_P18_tls(self):
        phone = self.connect(TlsPhone, "tls")
        self.assertEqual(self.rows(phone)[0]["transport"], "tls")
        self.assertEqual(self.raw(phone).replace(b"\r\n", b""), b"")
        self.assertGreater(len(self.raw(phone)), 0)
        self.gone_after_close(phone, "tls")

    def test_websocket_gets_ping_frames(self):
        phone = self.connect(WsPhone, "ws", WS_CONTACT % "ws")
        row = self.rows(phone)[0]
        self.assertEqual((row["transport"], row["method"]), ("ws", "websocket"))
        for _ in range(2):
            phone.socket.settimeout(8)
            kind, payload = phone.peer.next_frame()
            self.assertEqual(kind, PING)
            self.assertGreater(len(payload), 10)
            phone.peer.frame(payload, PONG)
        # the websocket module takes pongs that are not its own
        self.assertIn(self.rows(phone)[0]["state"], ("new", "up"))
        self.gone_after_close(phone, "ws")


class WebSocketRequests(StreamCase):
    policy_parts = {"keepalive": 'method="options"'}

    def test_options_in_frames(self):
        phone = self.connect(WsPhone, "wsopt", WS_CONTACT % "wsopt")
        for _ in range(3):
            phone.socket.settimeout(8)
            text = phone.receive()
            self.assertTrue(is_ping(text), text)
            phone.send(answer(text))
        self.until(lambda: self.rows(phone)[0]["state"] == "up")


class WithTcpops(StreamCase):
    """Before 6.1 it alone is told of closed connections: seen when the next ping is due."""
    more = 'loadmodule "tcpops.so"\n'

    def test_P18_closed_is_seen_at_the_next_ping(self):
        self.assertIn("another module (tcpops) is told", self.server.log())
        phone = self.connect(TlsPhone, "tls")
        self.raw(phone)
        address = "127.0.0.1:%d" % phone.port
        phone.close()
        self.until(lambda: "EVENT down %s tls" % address in self.server.log())
        self.no_connection_was_made()


if __name__ == "__main__":
    unittest.main()
