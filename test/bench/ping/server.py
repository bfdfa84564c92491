# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones, and a server that pings them or a bare loop in its place, in a namespace of their own."""

import itertools
import json
import os
import re
import select
import signal
import socket
import subprocess
import tempfile
import time

from wire import KAMAILIO, Failed, modules_of_debian

from . import nets
from .pingers import PERIOD

SERVER_PORT = 5060
PHONES_PORT = 5070
PKG_MB = 8  # Debian's default
MANY = 500000  # contacts


class Phones:
    def __init__(self, net, place, count, answer):
        command = [place.program("phones"), str(count), *(["answer"] if answer else [])]
        self.process = net.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line("begun")

    def _line(self, what):
        if not select.select([self.process.stdout], [], [], 60)[0]:
            raise Failed("the phones say nothing")
        line = self.process.stdout.readline()
        if not line.startswith(what):
            raise Failed(f"the phones said '{line.strip()}' instead of '{what}'")

    def _order(self, word):
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def begin(self):
        self._order("begin")
        self._line("begun")

    def end(self):
        """What was counted, by name."""
        self._order("end")
        found = {}
        for line in iter(self.process.stdout.readline, ""):
            name, _, value = line.strip().partition(" ")
            if name == "slots":
                found[name] = [int(n) for n in value.split()]
                return found
            found[name] = value if name == "last" else float(value)
        raise Failed("the phones have ended")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


class Rpc:
    numbers = itertools.count()

    def __init__(self, folder):
        own = f"{folder}/rpc.{next(self.numbers)}"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(own)
        os.chmod(own, 0o777)
        self.socket.settimeout(300)
        self.socket.connect(f"{folder}/rpc.sock")

    def __call__(self, method, *params):
        self.socket.send(json.dumps({"jsonrpc": "2.0", "method": method, "id": 1, "params": list(params)}).encode())
        answer = json.loads(self.socket.recv(1 << 20))
        if "error" in answer:
            raise Failed(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def close(self):
        self.socket.close()


class Server:
    """Kamailio with a pinger; its contacts come by load()."""

    def __init__(self, net, place, pinger, count, *, period=PERIOD, tool=()):
        self.dir = tempfile.mkdtemp(dir=place.scratch)
        self.rpc = None
        self._write("kamailio.cfg", pinger.config(count, period))
        self._write("policy.xml", pinger.policy(period))
        pkg = pinger.pkg_mb if pinger.pkg_mb and count >= MANY else PKG_MB
        command = [
            *tool, KAMAILIO, "-DD", "-E", "-f", f"{self.dir}/kamailio.cfg", "-w", self.dir, "-Y", self.dir,
            "-P", f"{self.dir}/pid", "-L", f"{place.build}:{modules_of_debian()}", "-l", f"udp:127.0.0.1:{SERVER_PORT}",
            "-m", str(96 + count * 2 // 1000), "-M", str(pkg), "-x", "fm", "-X", "fm",
        ]  # fmt: skip
        with open(f"{self.dir}/log", "wb") as log:
            self.process = net.start(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        try:
            self._wait()
            self.processes = {row["PID"]: row["DSC"] for row in self.rpc("core.psx")}
        except BaseException:
            self.close()
            raise

    def _write(self, name, text):
        with open(f"{self.dir}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def _wait(self):
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.rpc = self.rpc or Rpc(self.dir)
                self.rpc("core.uptime")
                return
            except OSError:
                time.sleep(0.05)
        raise Failed(f"Kamailio does not start\n{self.log()[-3000:]}")

    def log(self):
        with open(f"{self.dir}/log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def complaints(self):
        return [line for line in self.log().splitlines() if re.search(r" (ERROR|CRITICAL|ALERT|WARNING|BUG): ", line)]

    def load(self, count):
        """@return: seconds that it took, and bytes of shared memory in use after it."""
        begin = time.monotonic()
        self.rpc("bench.load", count)
        return time.monotonic() - begin, self.rpc("core.shmmem")["real_used"]

    def pids(self, pattern):
        return [pid for pid, name in self.processes.items() if re.match(pattern, name)]

    def cpu_ns(self, pattern):
        return {name: sum(nets.cpu_ns(pid) for pid, n in self.processes.items() if n == name)
                for name in self.processes.values() if re.match(pattern, name)}  # fmt: skip

    def close(self):
        if self.rpc:
            self.rpc.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
