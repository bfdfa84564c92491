# SPDX-License-Identifier: GPL-2.0-or-later
"""What becomes of flows: silent ones, moved ones, closed ones; and what operators see and do of them."""
import time
import unittest

import jsonrpc
from peer import Server
from pings import PingCase, config, policy

ROUTES = """
event_route[nat-ping:up] { xlog("L_NOTICE", "EVENT up $nat_ping(address) $nat_ping(name) $nat_ping(transport)\\n"); }
event_route[nat-ping:down] { xlog("L_NOTICE", "EVENT down $nat_ping(address) $nat_ping(name) $nat_ping(reasons)\\n"); }
event_route[nat-ping:moved] { xlog("L_NOTICE", "EVENT moved $nat_ping(from) $nat_ping(address) $nat_ping(name)\\n"); }
"""


def at(phone):
    return "127.0.0.1:%d" % phone.port


class Flows(PingCase):
    parts = {"routes": ROUTES, "params": 'modparam("nat_ping", "log_level", 2)'}

    def rows(self, *words):
        return self.rpc("nat_ping.list", "0", *words)[:-1]

    def state(self, phone):
        rows = self.rows("address=" + at(phone))
        return rows[0]["state"] if rows else None

    def logged(self, text):
        self.until(lambda: text in self.server.log(), 10)

    def test_T07_silent_ones_are_given_up_after_the_misses(self):
        phone = self.registered("silent")
        got = []
        end = time.monotonic() + 9
        while time.monotonic() < end:
            phone.socket.settimeout(max(0.01, end - time.monotonic()))
            try:
                got.append(phone.receive("SIP/2.0"))
            except TimeoutError:
                break
        self.assertEqual(len(got), 3)
        self.logged("EVENT down %s silent registration" % at(phone))

    def test_P9_down_after_the_misses_and_up_again(self):
        phone = self.registered("sleeps")
        self.ping(phone)
        self.logged("EVENT up %s sleeps udp" % at(phone))
        self.until(lambda: self.state(phone) == "down", 10)
        self.logged("EVENT down %s sleeps" % at(phone))
        # what it sends by itself shows that it lives
        self.register(phone)
        self.ping(phone)
        self.ping(phone)
        self.until(lambda: self.state(phone) == "up")

    def test_F17_moved(self):
        phone, moved = self.registered("roams"), self.phone("roams")
        self.ping(phone)
        moved.call_id, moved.cseq = phone.call_id, phone.cseq
        self.register(moved)
        self.logged("EVENT moved %s %s roams" % (at(phone), at(moved)))
        self.ping(moved)
        self.no_ping(phone, 2.5)

    def test_P18_tcp_gets_line_ends_on_its_connection(self):
        phone = self.registered("streams", tcp=True)
        phone.socket.settimeout(3)
        self.assertEqual(phone.socket.recv(100).replace(b"\r\n", b""), b"")
        row = self.rows("name=streams")[0]
        self.assertEqual((row["transport"], row["method"], row["address"]), ("tcp", "crlf", at(phone)))
        self.assertGreater(row["connection"], 0)
        phone.close()
        self.until(lambda: self.state(phone) in ("down", None))
        before = self.stat("sent_crlf")
        time.sleep(2.2)
        self.assertEqual(self.stat("sent_crlf"), before)
        self.assertNotRegex(self.server.log(), "connect|CRITICAL")

    def test_P7_one_ping_for_two_reasons(self):
        phone = self.registered("both")
        other = self.phone("second")
        other.call_id = "second"
        phone.send(other.text(), self.server.port)  # another AoR, by the same flow
        self.until(lambda: any(r["holders"] == 2 for r in self.rows("address=" + at(phone))))
        _, first = self.ping(phone)
        _, second = self.ping(phone)
        _, third = self.ping(phone)
        self.assertAlmostEqual(third - first, 2, delta=0.3)
        phone.send(other.text(expires=0), self.server.port)
        self.until(lambda: [r["holders"] for r in self.rows("address=" + at(phone))] == [1])
        self.ping(phone)

    def test_T18_names_forge_no_lines(self):
        phone = self.registered("e\x1bc\x7f'vil")
        self.ping(phone)
        self.logged("EVENT up %s e?c?'vil udp" % at(phone))
        self.logged("up: %s (udp, e?c?'vil)" % at(phone))
        self.assertEqual(self.rows("address=" + at(phone))[0]["name"], "e?c??vil")

    def test_list_and_show(self):
        phone = self.registered("listed")
        rows = self.rpc("nat_ping.show", "listed")
        self.assertEqual([r["address"] for r in rows[:-1]], [at(phone)])
        self.assertEqual(self.rpc("nat_ping.show", at(phone))[0]["name"], "listed")
        self.assertEqual(self.rows("name=nobody"), [])
        self.assertEqual(self.rows("address=" + at(phone), "transport=tcp"), [])
        row = self.rows("address=" + at(phone), "transport=udp", "method=options", "reason=registration")[0]
        self.assertEqual((row["reasons"], row["interval_ms"], row["socket"]),
                         ("registration", 1000, "udp:127.0.0.1:%d" % self.server.port))
        for wrong in ("colour=red", "state=sleepy", "address=a<b>"):
            with self.assertRaises(jsonrpc.Fault):
                self.rpc("nat_ping.list", "0", wrong)
        with self.assertRaises(jsonrpc.Fault):
            self.rpc("nat_ping.list", "x")
        stats = self.rpc("nat_ping.stats")
        self.assertGreaterEqual(stats["flows"], 1)
        self.assertEqual(stats["no_room_strangers"], 0)

    def test_pause_and_resume(self):
        phone = self.registered("pauses")
        self.ping(phone)
        self.rpc("nat_ping.pause")
        self.addCleanup(self.rpc, "nat_ping.resume")
        self.assertEqual(self.rpc("nat_ping.stats")["paused"], 1)
        self.no_ping(phone, 2.5)
        self.rpc("nat_ping.resume")
        self.assertEqual(self.rpc("nat_ping.stats")["paused"], 0)
        self.ping(phone)

    def test_cfg_at_run_time(self):
        self.rpc("cfg.set_now_int", "nat_ping", "log_level", -1)
        self.assertEqual(self.rpc("cfg.get", "nat_ping", "log_level"), -1)
        self.rpc("cfg.set_now_int", "nat_ping", "log_level", 2)


class Many(PingCase):
    """More of them than a command that counts its looks wrongly gets to see"""
    parts = {"params": 'modparam("nat_ping", "flows_max", 5000)'}

    @classmethod
    def start(cls):
        text = policy(**cls.policy_parts).replace('udp="1"', 'udp="3600"')
        server = Server(config(**cls.parts), files={"policy.xml": text}, tcp=cls.tcp)
        if not server.ready:
            raise AssertionError(server.log())
        return server

    def test_the_last_one_of_many_is_shown(self):
        ports = set()
        while len(ports) < 3000:
            phone = self.phone("u%d" % len(ports))
            if phone.port not in ports:
                self.register(phone)
                ports.add(phone.port)
            phone.close()
        rows = self.rpc("nat_ping.show", "u2999")
        self.assertEqual([r["name"] for r in rows[:-1]], ["u2999"])
        self.assertNotIn("next", rows[-1])
        rows = self.rpc("nat_ping.list", "0", "name=u2999")
        self.assertEqual([r["name"] for r in rows[:-1]], ["u2999"])
        seen, place = [], 0
        while place is not None:
            rows = self.rpc("nat_ping.list", str(place))
            seen += [r["name"] for r in rows[:-1]]
            place = rows[-1].get("next")
        self.assertEqual(sorted(seen), sorted("u%d" % i for i in range(3000)))


if __name__ == "__main__":
    unittest.main()
