# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts, stops and reloads: contacts that a database had, senders that are stopped, policies that change."""
import os
import re
import select
import shutil
import signal
import tempfile
import time
import unittest

import jsonrpc
from peer import Peer, Server, free_port
from pings import PingCase, answer, config, is_ping, policy
from test_registration import Phone

TABLE = ("id(int,auto) ruid(string) username(string) domain(string,null) contact(string) received(string,null) "
         "path(string,null) expires(int) q(double) callid(string) cseq(int) last_modified(int) flags(int) cflags(int) "
         "user_agent(string) socket(string,null) methods(int,null) instance(string,null) reg_id(int) server_id(int) "
         "connection_id(int) keepalive(int) partition(int) \n")
ROW = (r"{id}:ruid-{id}:{name}::sip\:{name}@192.168.1.10\:5060:sip\:127.0.0.1\:{port}:{path}:{expires}:1.0:call-{id}:1:"
       r"{now}:0:0:UA:{socket}:::0:{server_id}:-1:0:0" + "\n")
ATTRS = ("id(int,auto) ruid(string) username(string) domain(string,null) aname(string) atype(int) avalue(string) "
         "last_modified(int) \n")


class Table:
    """A location table of db_text."""

    def __init__(self):
        self.dir = tempfile.mkdtemp()
        os.chmod(self.dir, 0o777)
        self.rows = []

    def add(self, name, port, socket="", server_id=0, path="", seconds=3600):
        now = int(time.time())
        self.rows.append(ROW.format(id=len(self.rows) + 1, name=name, port=port, expires=now + seconds, now=now,
                                    socket=socket.replace(":", "\\:"), server_id=server_id, path=path))

    def write(self):
        for name, text in (("location", TABLE + "".join(self.rows)), ("location_attrs", ATTRS),
                           ("version", "table_name(string) table_version(int) \nlocation:9\nlocation_attrs:1\n")):
            with open(os.path.join(self.dir, name), "w") as f:
                f.write(text)

    def config(self):
        return ('modparam("usrloc", "db_url", "text://%s")\nmodparam("usrloc", "db_mode", 4)\n'
                'modparam("usrloc", "preload", "location")\n' % self.dir)

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


class LifeCase(unittest.TestCase):
    def peers(self, count):
        peers = [Peer() for _ in range(count)]
        for p in peers:
            self.addCleanup(p.close)
        return peers

    def server(self, params="", modules="", port=None, ready=True, routes="", **policy_parts):
        server = Server(config(params=params, modules=modules, routes=routes), files={"policy.xml": policy(**policy_parts)}, tcp=True,
                        port=port)
        self.addCleanup(server.close)
        self.assertEqual(server.ready, ready, server.log())
        return server

    def pinged(self, server, peers, seconds, answered=True, to_port=None):
        """Pings of so many seconds. @return: (when, which peer)"""
        seen, end = [], time.monotonic() + seconds
        by_fd = {p.socket.fileno(): p for p in peers}
        while True:
            left = end - time.monotonic()
            if left <= 0:
                return seen
            for fd in select.select(list(by_fd), [], [], left)[0]:
                text = by_fd[fd].receive("\0")
                if not is_ping(text):
                    continue
                seen.append((time.monotonic(), peers.index(by_fd[fd])))
                if answered:
                    by_fd[fd].send(answer(text), server.port)

    @staticmethod
    def most(seen, seconds):
        """The most pings in any span of so many seconds"""
        times = sorted(t for t, _ in seen)
        return max((sum(1 for t in times if a <= t < a + seconds) for a in times), default=0)

    def pids(self, server, name):
        text = server.kamcmd("core.psx")
        return [int(p) for p in re.findall(r"PID: (\d+)\s+DSC: " + name, text)]


class Preloaded(LifeCase):
    def table(self):
        table = Table()
        self.addCleanup(table.close)
        return table

    def test_F08_T09_contacts_of_the_database_are_pinged_spread(self):
        table, port, peers = self.table(), free_port(), self.peers(40)
        for i, p in enumerate(peers):
            table.add("user%d" % i, p.port, "udp:127.0.0.1:%d" % port)
        table.write()
        server = self.server(table.config(), 'loadmodule "db_text.so"', port, rules='<rule profile="slow" nat="force"/>',
                             profiles='<profile name="slow" extends="default"><keepalive udp="3"/></profile>')
        seen = self.pinged(server, peers, 6.5)
        self.assertEqual({who for _, who in seen}, set(range(40)))
        # 13 a second if even
        self.assertLess(self.most(seen, 0.5), 16)
        self.assertEqual(peers[0].came_from[1], server.port)

    def test_P12_only_what_is_ours(self):
        table, port = self.table(), free_port()
        ours, unknown, other, edge, adopted = peers = self.peers(5)
        table.add("ours", ours.port, "udp:127.0.0.1:%d" % port, server_id=7)
        table.add("unknown", unknown.port, "", server_id=0)
        table.add("other", other.port, "", server_id=7)
        table.add("edge", edge.port, "udp:127.0.0.1:%d" % port, path="<sip\\:192.0.2.1;lr>")
        table.add("adopted", adopted.port, "", server_id=9)
        table.write()
        server = self.server(table.config() + 'modparam("nat_ping", "own_server_ids", "9")', 'loadmodule "db_text.so"', port)
        seen = self.pinged(server, peers, 4)
        self.assertEqual({who for _, who in seen}, {0, 1, 4})

    def test_T09_no_route_is_no_storm(self):
        """A machine without a network: pings are tried again half an interval later, not at once, and it is told."""
        table, port = self.table(), free_port()
        for i in range(10):
            table.rows.append(ROW.format(id=i + 1, name="far%d" % i, port=5060, expires=int(time.time()) + 3600,
                                         now=int(time.time()) - 10, socket="udp\\:127.0.0.1\\:%d" % port, server_id=0,
                                         path="").replace("127.0.0.1\\:5060", "192.0.2.%d\\:5060" % i, 1))
        table.write()
        server = Server(config(params=table.config(), modules='loadmodule "db_text.so"'), port=port,
                        files={"policy.xml": policy()}, before=["unshare", "--net"])
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        rpc = jsonrpc.Rpc(server)
        self.addCleanup(rpc.close)
        end = time.monotonic() + 20
        while time.monotonic() < end and "were not taken by the kernel" not in server.log():
            time.sleep(0.1)
        self.assertIn("were not taken by the kernel", server.log())
        stats = rpc("nat_ping.stats")
        self.assertEqual((stats["flows"], stats["missed"]), (10, 0))
        # each at most twice a second, for some twelve seconds
        self.assertLess(stats["unsent_later"], 10 * 2 * 14)

    def test_expired_ones_are_left_alone(self):
        table, port, peers = self.table(), free_port(), self.peers(2)
        table.add("gone", peers[0].port, "udp:127.0.0.1:%d" % port, seconds=-60)
        table.add("short", peers[1].port, "udp:127.0.0.1:%d" % port, seconds=3)
        table.write()
        server = self.server(table.config(), 'loadmodule "db_text.so"', port)
        seen = self.pinged(server, peers, 6)
        self.assertEqual({who for _, who in seen}, {1})
        self.assertEqual([t for t, _ in seen if t > seen[0][0] + 4], [])


class Senders(LifeCase):
    def registered(self, server, count):
        case = PingCase()
        case.server = server
        phones = []
        for i in range(count):
            phone = case.phone("user%d" % i)
            self.addCleanup(phone.close)
            case.register(phone)
            phones.append(phone)
        return phones

    def test_F04_stopped_and_gone_on_without_a_burst(self):
        server = self.server()
        phones = self.registered(server, 100)
        self.pinged(server, phones, 7)
        pid, = self.pids(server, "nat_ping sender")
        os.kill(pid, signal.SIGSTOP)
        try:
            stopped = self.pinged(server, phones, 4)
        finally:
            os.kill(pid, signal.SIGCONT)
        self.assertLess(len(stopped), 5)
        after = self.pinged(server, phones, 4)
        self.assertEqual({who for _, who in after}, set(range(100)))
        # ten if even
        self.assertLess(self.most(after, 0.1), 30)
        self.assertLess(self.most(after, 1), 140)

    def test_F04_another_goes_on(self):
        server = self.server('modparam("nat_ping", "senders", 2)')
        phones = self.registered(server, 10)
        self.pinged(server, phones, 6)
        pids = self.pids(server, "nat_ping sender")
        self.assertEqual(len(pids), 2)
        os.kill(pids[0], signal.SIGSTOP)
        try:
            seen = self.pinged(server, phones, 3)
        finally:
            os.kill(pids[0], signal.SIGCONT)
        self.assertGreaterEqual(len(seen), 25)
        self.assertLessEqual(len(seen), 36)

    def test_a_period_that_cannot_be_kept_is_told(self):
        server = self.server('modparam("nat_ping", "pings_per_second", 2)')
        phones = self.registered(server, 20)
        end = time.monotonic() + 20
        while time.monotonic() < end and "pinged later than their interval" not in server.log():
            self.pinged(server, phones, 0.5)
        self.assertIn("pings_per_second is too little (2)", server.log())

    def test_F04_killed_takes_the_server_down_cleanly(self):
        server = self.server()
        os.kill(self.pids(server, "nat_ping sender")[0], signal.SIGKILL)
        server.process.wait(15)


class Policies(LifeCase):
    def rpc(self, server):
        rpc = jsonrpc.Rpc(server)
        self.addCleanup(rpc.close)
        return rpc

    def reload(self, server):
        said = self.rpc(server)("nat_edge.policy_reload")
        self.assertEqual(said["faults"], 0, said)

    def test_P16_gateways_come_and_go_with_the_policy(self):
        first, second = peers = self.peers(2)
        gateway = '<gateway name="%s" address="127.0.0.1:%d" transport="udp" keepalive="yes"/>'
        server = self.server(networks=gateway % ("pbx", first.port))
        seen = self.pinged(server, peers, 4)
        self.assertEqual({who for _, who in seen}, {0})
        row = self.rpc(server)("nat_ping.show", "pbx")[0]
        self.assertEqual((row["reasons"], row["state"]), ("static", "up"))
        server.write("policy.xml", policy(networks=gateway % ("pbx", second.port)))
        self.reload(server)
        self.pinged(server, peers, 1)
        seen = self.pinged(server, peers, 4)
        self.assertEqual({who for _, who in seen}, {1})

    def test_a_new_policy_counts_for_those_who_are_there(self):
        server = self.server()
        case = PingCase()
        case.server = server
        phone = case.phone("there")
        self.addCleanup(phone.close)
        case.register(phone)
        self.assertGreaterEqual(len(self.pinged(server, [phone], 7)), 2)
        server.write("policy.xml", policy().replace('who="all"', 'who="none"'))
        self.reload(server)
        self.pinged(server, [phone], 1)
        self.assertEqual(self.pinged(server, [phone], 3), [])

    def test_what_a_script_wishes_outlives_a_new_policy(self):
        server = Server(config(before="nat_keepalive();"), files={"policy.xml": policy()})
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        case = PingCase()
        case.server = server
        phone = case.phone("wished")
        self.addCleanup(phone.close)
        case.register(phone)
        case.ping(phone)
        server.write("policy.xml", policy().replace('who="all"', 'who="none"'))
        self.reload(server)
        self.pinged(server, [phone], 1)
        self.assertGreaterEqual(len(self.pinged(server, [phone], 3)), 2)
        self.assertEqual(self.rpc(server)("nat_ping.list")[0]["reasons"], "script")
        case.register(phone, expires=0)
        self.assertEqual(self.rpc(server)("nat_ping.stats")["flows"], 0)

    def test_T03_what_a_new_policy_denies_is_sent_nothing_more(self):
        server = self.server()
        case = PingCase()
        case.server = server
        phone = case.phone("denied")
        self.addCleanup(phone.close)
        case.register(phone)
        case.ping(phone)
        case.ping(phone)
        server.write("policy.xml", policy().replace('<gate allow="127.0.0.1"/>', '<gate allow="127.0.0.2"/>'))
        self.reload(server)
        self.pinged(server, [phone], 0.5)
        self.assertEqual(self.pinged(server, [phone], 2.5), [])
        self.assertGreaterEqual(int(self.rpc(server)("cnt.get", "nat_ping", "unsent_refused")), 1)

    def test_P9_down_expire_takes_contacts_out(self):
        server = self.server(keepalive='down="expire"')
        case = PingCase()
        case.server = server
        phones = [case.phone("gone"), case.phone("stays")]
        for p in phones:
            self.addCleanup(p.close)
            case.register(p)
        for p in phones:
            case.ping(p)
        rpc = self.rpc(server)
        end = time.monotonic() + 15
        while time.monotonic() < end and "gone" in str(rpc("ul.dump")):
            self.pinged(server, phones[1:], 0.3)
        self.assertNotIn("gone", str(rpc("ul.dump")))
        self.assertIn("stays", str(rpc("ul.dump")))

    def test_P9_down_expire_leaves_who_came_back(self):
        """The event routes take their time; meanwhile it registers again."""
        server = self.server(modules='loadmodule "cfgutils.so"', keepalive='down="expire"', routes="""
event_route[nat-ping:down] { xlog("L_NOTICE", "EVENT down\\n"); usleep("2000000"); }
""")
        case = PingCase()
        case.server = server
        phone = case.phone("back")
        self.addCleanup(phone.close)
        case.register(phone)
        case.ping(phone)
        rpc = self.rpc(server)
        case.until(lambda: "EVENT down" in server.log(), 20)
        case.register(phone)
        time.sleep(2.5)
        self.assertIn("back", str(rpc("ul.dump")))
        self.assertEqual(int(rpc("cnt.get", "nat_ping", "contacts_expired")), 0)

    def test_P9_who_was_taken_out_can_register_again(self):
        """The lock of its place is given back, though its record is gone."""
        server = self.server(keepalive='down="expire"')
        case = PingCase()
        case.server = server
        phone = case.phone("again")
        self.addCleanup(phone.close)
        rpc = self.rpc(server)
        for times in (1, 2):
            case.register(phone)
            case.ping(phone)
            case.until(lambda: int(rpc("cnt.get", "nat_ping", "contacts_expired")) == times, 20)
        case.register(phone)

    def test_P9_who_answers_no_pings_at_all_keeps_its_contact(self):
        server = self.server(keepalive='down="expire"')
        case = PingCase()
        case.server = server
        phone = case.phone("mute")
        self.addCleanup(phone.close)
        case.register(phone)
        rpc = self.rpc(server)
        case.until(lambda: int(rpc("cnt.get", "nat_ping", "down")) == 1, 20)
        time.sleep(1)
        self.assertIn("mute", str(rpc("ul.dump")))

    def test_P9_down_lower_q(self):
        server = self.server(keepalive='down="lower-q"')
        case = PingCase()
        case.server = server
        phone = case.phone("lowered")
        self.addCleanup(phone.close)
        case.register(phone)
        case.ping(phone)
        rpc = self.rpc(server)
        end = time.monotonic() + 15
        while time.monotonic() < end and int(rpc("cnt.get", "nat_ping", "contacts_lowered")) == 0:
            time.sleep(0.1)
        self.assertIn("'Q': 0", str(rpc("ul.dump")))


class Sockets(LifeCase):
    def test_IPv4_phones_at_a_socket_of_IPv6(self):
        port = free_port()
        server = Server(config(), files={"policy.xml": policy()}, more=["-l", "udp:[::]:%d" % port])
        self.addCleanup(server.close)
        self.assertTrue(server.ready, server.log())
        phone = Phone().begin(server, "six")
        self.addCleanup(phone.close)
        phone.send(phone.text(), port)
        self.assertIn("200", phone.receive().split("\n")[0])
        phone.socket.settimeout(8)
        for _ in range(2):
            text = phone.receive()
            self.assertTrue(is_ping(text), text)
            self.assertEqual(phone.came_from[1], port)
            phone.send(answer(text), port)
        rpc = jsonrpc.Rpc(server)
        self.addCleanup(rpc.close)
        row = rpc("nat_ping.list")[0]
        self.assertEqual((row["state"], row["socket"]), ("up", "udp:[::]:%d" % port))


class Parameters(LifeCase):
    def test_a_name_that_fits_into_no_ping_is_refused(self):
        # a long name that is resolved without a DNS server
        listen = 'listen=udp:127.0.0.1:%d advertise "%s":5060'
        name = "127.0.0.1".rjust(123, "0").replace("127", "177")
        self.server(listen % (free_port(), name))
        log = self.server(listen % (free_port(), "0" + name), ready=False).log()
        self.assertIn("does not fit into a ping", log)

    def test_wrong_ones_are_refused_all_in_one_start(self):
        params = "".join('modparam("nat_ping", "%s", %s)\n' % p for p in (
            ("senders", 0), ("flows_max", 0), ("interval_floor", 16), ("from", '"nobody"'), ("own_server_ids", '"x"'),
            ("log_facility", '"LOG_NOWHERE"'), ("dialog_max", -1), ("log_level", 9), ("learn_port", -2),
            ("learn_flows_max", -1)))
        log = self.server(params, ready=False).log()
        for name in ("senders", "flows_max", "interval_floor", "from", "own_server_ids", "log_facility", "dialog_max",
                     "log_level", "learn_port", "learn_flows_max"):
            self.assertRegex(log, r"modparam %s: '[^']*' is not allowed, use " % name)
        self.assertIn("10 fault(s)", log)


if __name__ == "__main__":
    unittest.main()
