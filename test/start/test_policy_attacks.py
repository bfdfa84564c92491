# SPDX-License-Identifier: GPL-2.0-or-later
"""T20: files that want to be more than a policy, read while messages flow."""
import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

import jsonrpc
from peer import Server
from policies import CONFIG, Asker, Worker, plain, together

# so that there are files that the server may not read
NOBODY = ("-u", "nobody", "-g", "nogroup") if os.geteuid() == 0 else ()
GOOD = plain("force")
VERDICT = "nat default line 3 (all)"
BEGIN = '<nat-policy xmlns="urn:kamailio:nat-policy:1">'
RULE = '<rules><rule nat="never"/></rules>'


def doctype(text, use=""):
    return '<!DOCTYPE nat-policy [%s]>%s<rules><rule nat="never" name="%s"/></rules></nat-policy>' % (text, BEGIN, use)


class Attacks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        os.chmod(self.folder.name, 0o755)
        self.path = os.path.join(self.folder.name, "policy.xml")
        self.put(GOOD)
        self.server = Server(CONFIG.replace('"policy.xml"', '"%s"' % self.path), more=NOBODY)
        self.addCleanup(self.server.close)
        self.assertTrue(self.server.ready, self.server.log())
        self.rpc = jsonrpc.Rpc(self.server)
        self.addCleanup(self.rpc.close)

    def put(self, text, mode=0o644):
        self.clear()
        with open(self.path, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(self.path, mode)

    def clear(self):
        if os.path.isdir(self.path) and not os.path.islink(self.path):
            os.rmdir(self.path)
        elif os.path.lexists(self.path):
            os.unlink(self.path)

    def place(self, make):
        """Something that is no file in the place of the file."""
        self.clear()
        make(self.path)

    def secret(self):
        path = os.path.join(self.folder.name, "secret")
        with open(path, "w") as f:
            f.write(GOOD)
        return path

    def sparse(self, path):
        with open(path, "wb") as f:
            f.truncate(17 << 20)
        os.chmod(path, 0o644)

    def attacks(self, web):
        """Name, what puts it in place, and what the server has to say of it."""
        secret = self.secret()
        unix = socket.socket(socket.AF_UNIX)
        self.addCleanup(unix.close)
        laughs = "".join('<!ENTITY l%d "%s">' % (n, "&l%d;" % (n - 1) * 10) for n in range(1, 9))
        texts = (
            ("external entity of a file", doctype('<!ENTITY x SYSTEM "file://%s">' % secret, "&x;"), ":1: "),
            ("external entity of the net", doctype('<!ENTITY x SYSTEM "http://127.0.0.1:%d/">' % web, "&x;"), ":1: "),
            ("external document type", '<!DOCTYPE nat-policy SYSTEM "file://%s">%s%s</nat-policy>'
             % (secret, BEGIN, RULE), ":1: "),
            ("parameter entity", doctype('<!ENTITY %% x SYSTEM "http://127.0.0.1:%d/">%%x;' % web), ":1: "),
            ("billion laughs", doctype('<!ENTITY l0 "ha">' + laughs, "&l8;"), ":1: "),
            ("include", BEGIN + '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s"/></nat-policy>'
             % secret, ":1: "),
            ("style sheet", '<?xml-stylesheet href="http://127.0.0.1:%d/"?>%s%s</nat-policy>' % (web, BEGIN, RULE),
             ":1: "),
            ("schema", BEGIN[:-1] + ' xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:schemaLocation='
             '"urn:kamailio:nat-policy:1 http://127.0.0.1:%d/">%s</nat-policy>' % (web, RULE), ":1: "),
            ("truncated", GOOD[:-5], ": xml: "),
            ("another namespace", GOOD.replace("policy:1", "policy:2"), "xmlns: 'urn:kamailio:nat-policy:2'"),
            ("deep", BEGIN + "<rules>" * 5000 + "</rules>" * 5000 + "</nat-policy>", "16 elements within each other"),
            ("latin1", '<?xml version="1.0" encoding="ISO-8859-1"?>\n'.encode() + BEGIN.encode()
             + b'<rules><rule name="caf\xe9" nat="never"/></rules></nat-policy>', "policy.xml"),
            ("bytes that are no UTF-8", BEGIN.encode()
             + b'<rules><rule name="\xff\xfe" nat="never"/></rules></nat-policy>', ":1: "),
            ("UTF-16", ('<?xml version="1.0" encoding="UTF-16"?>' + BEGIN + RULE + "</nat-policy>").encode("utf-16"),
             "policy.xml"),
            ("zeros", b"\0" * 4096, "policy.xml"),
            ("empty", b"", "file: size: '0 bytes'"),
            ("a million attributes", BEGIN + "<rules><rule " + " ".join('a%d=""' % n for n in range(1000000))
             + "/></rules></nat-policy>", "policy.xml"),
        )
        for name, text, said in texts:
            yield name, lambda text=text: self.put(text), said
        yield "symbolic link", lambda: self.place(lambda p: os.symlink(secret, p)), "open: 'symbolic link'"
        yield "FIFO", lambda: self.place(os.mkfifo), "type: 'FIFO'"
        yield "directory", lambda: self.place(os.mkdir), "type: 'directory'"
        yield "socket", lambda: self.place(unix.bind), "open: 'socket'"
        yield "unreadable", lambda: self.put(GOOD, 0o000), "open: 'permission denied'"
        yield "everybody's", lambda: self.put(GOOD, 0o666), "mode: '0666'"
        yield "17 megabytes", lambda: self.place(self.sparse), "size: '17825792 bytes'"
        yield "nothing", self.clear, "open: 'no such file'"

    def trace(self, pid):
        """Watch what a process asks of the kernel, from before this returns."""
        out = os.path.join(self.server.dir, "trace")
        strace = subprocess.Popen(["strace", "-f", "-e", "trace=%file,%network,%process", "-o", out, "-p", str(pid)],
                                  stderr=subprocess.PIPE, text=True)

        def end():
            if strace.poll() is None:
                strace.send_signal(signal.SIGINT)
                strace.wait()
            strace.stderr.close()
            with open(out) as f:
                return f.read()
        self.addCleanup(end)
        said = strace.stderr.readline()
        self.assertIn("attached", said)
        return end

    def test_T20_each_is_refused_while_every_message_is_answered_by_the_old_policy(self):
        web = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(web.close)
        askers = [Asker(self.server) for _ in range(3)]
        for asker in askers:
            self.addCleanup(asker.close)
        pid = [p["PID"] for p in self.rpc("core.psx") if p["DSC"] == "nat_edge policy"][0]
        end_of_trace = self.trace(pid)
        workers = [Worker(askers[0].ask), Worker(lambda: askers[1].ask("REGISTER"))]
        count = 0
        try:
            for name, put, said in self.attacks(web.getsockname()[1]):
                with self.subTest(name):
                    count += 1
                    put()
                    answer = self.rpc("nat_edge.policy_reload")
                    self.assertEqual(answer["result"], "refused, the old one stays", answer)
                    self.assertGreaterEqual(answer["faults"], 1)
                    self.assertTrue(answer["report"][0].startswith(self.path), answer["report"])
                    self.assertIn(said, "\n".join(answer["report"]))
                    self.assertEqual(self.rpc("nat_edge.policy_show")[0]["generation"], 1)
                    self.assertEqual({askers[2].ask(), askers[2].ask("REGISTER")}, {VERDICT})
        finally:
            seen = together([worker.end() for worker in workers])
        self.assertEqual(set(seen), {VERDICT}, seen)
        self.assertGreater(seen[VERDICT], count)
        self.assertEqual(self.rpc("nat_edge.stats")["policy_refused"], count)
        web.setblocking(False)
        self.assertRaises(BlockingIOError, web.accept)
        self.check(end_of_trace(), count)
        # and it lives: a right file is taken
        self.put(plain("never"))
        self.assertEqual(self.rpc("nat_edge.policy_reload")["result"], "in force")
        self.assertEqual(askers[2].ask(), "direct default line 3 (all)")

    def check(self, trace, count):
        """It opened the file, once a reload, and asked the kernel for its interfaces; nothing else."""
        calls = [line.split(None, 1)[1] for line in trace.split("\n") if re.match(r"\d+ +\w+\(", line)]
        opened = [call for call in calls if call.startswith("open")]
        self.assertEqual(len(opened), count, "\n".join(opened))
        for call in opened:
            self.assertTrue(call.startswith('openat(AT_FDCWD, "%s", O_RDONLY|' % self.path), call)
            self.assertIn("O_NOFOLLOW", call)
        sockets = [call for call in calls if call.startswith("socket")]
        self.assertEqual({call.split(" = ")[0] for call in sockets},
                         {"socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE)"})
        self.assertEqual(len(sockets), count)
        used = {call.split("(")[0] for call in calls}
        self.assertLessEqual(used, {"openat", "newfstatat", "fstat", "socket", "bind", "getsockname", "sendto",
                                    "recvmsg"}, used)
        for call in calls:
            if call.startswith(("bind", "sendto", "recvmsg")):
                self.assertIn("AF_NETLINK", call)


if __name__ == "__main__":
    unittest.main()
