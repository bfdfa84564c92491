# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab of utils/nat-lab as a Python object.

Everything that is started here is ended by close(), whatever happened before.
Sockets are made inside a namespace and used from this process, so a phone can
be a few lines of Python; other programs run by exec.
"""

import ctypes
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
UTILS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "utils")
CLONE_NEWNET = 0x40000000
UNAVAILABLE = 77
NO_ALG = 78

_libc = ctypes.CDLL(None, use_errno=True)


class Unavailable(Exception):
    """This machine cannot do that; the text says what is missing."""


class NoAlg(Unavailable):
    """The kernel has no SIP ALG; all else works."""


def wait_until(condition, seconds, step=0.02):
    """Wait for condition() to be true; returns its value, or the last false one."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(step)


class Program:
    """A program inside a namespace; its output goes to a file."""

    def __init__(self, argv, log, env=None):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True, env=env, cwd=os.path.dirname(log))

    def output(self):
        with open(self.log, errors="replace") as text:
            return text.read()

    def running(self):
        return self.process.poll() is None

    def wait(self, seconds):
        """Exit status, or None if it still runs after that time."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def wait_output(self, pattern, seconds):
        """First match of the pattern in the output; None if it ends or stays silent."""
        def look():
            ended = not self.running()
            return re.search(pattern, self.output(), re.M) or ended
        found = wait_until(look, seconds)
        return found if isinstance(found, re.Match) else None

    def wait_udp_port(self, port, seconds=5):
        """True when the program has that UDP port open (in its namespace)."""
        def is_open():
            return any(self._has_udp_port(table, port) for table in ("udp", "udp6"))
        return wait_until(lambda: is_open() or not self.running(), seconds) and self.running()

    def _has_udp_port(self, table, port):
        try:
            with open(f"/proc/{self.process.pid}/net/{table}") as lines:
                return any(f":{port:04X} " in line for line in lines)
        except OSError:
            return False

    def stop(self, seconds=5):
        if self.running():
            self.process.terminate()
        if self.wait(seconds) is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        return self.process.returncode


class Lab:
    """Namespaces named LAB-NAME; directory is where logs go."""

    def __init__(self, name, directory):
        self.name = name
        self.directory = directory
        self.programs = []
        self.sockets = []
        self._lock = threading.Lock()
        self._counted = set()

    def tool(self, *args):
        done = subprocess.run([os.path.join(UTILS, "nat-lab"), "--lab", self.name, *args],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=30)
        if done.returncode == NO_ALG:
            raise NoAlg(done.stderr.strip())
        if done.returncode == UNAVAILABLE:
            raise Unavailable(done.stderr.strip())
        if done.returncode:
            raise RuntimeError(f"nat-lab {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def netns(self, name):
        return f"{self.name}-{name}"

    def path(self, name):
        return os.path.join(self.directory, name)

    def start(self, name, argv, log, env=None):
        """A long-running program in namespace name."""
        merged = dict(os.environ, **env) if env else None
        program = Program(["ip", "netns", "exec", self.netns(name), *argv],
                          self.path(log), merged)
        with self._lock:
            self.programs.append(program)
        return program

    def run(self, name, argv, text=None, seconds=20):
        """A short command in namespace name; returns what it printed."""
        done = subprocess.run(["ip", "netns", "exec", self.netns(name), *argv], input=text,
                              capture_output=True, text=True, timeout=seconds)
        if done.returncode:
            raise RuntimeError(f"{' '.join(argv)} in {name}: {done.stdout}{done.stderr}")
        return done.stdout

    def socket(self, name, family, kind, address, protocol=0):
        """A socket that lives in namespace name, bound to address if there is one."""
        with self._lock:
            home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            there = os.open(f"/run/netns/{self.netns(name)}", os.O_RDONLY)
            try:
                self._enter(there)
                made = socket.socket(family, kind, protocol)
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            finally:
                self._enter(home)
                os.close(home)
                os.close(there)
            self.sockets.append(made)
        if address:
            made.bind(address)
        return made

    @staticmethod
    def _enter(fd):
        if _libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    def count_udp(self, name, port):
        """From now on count the UDP packets from and to that port in a namespace."""
        with self._lock:
            if (name, port) in self._counted:
                self.run(name, ["nft", "reset", "counters"])
                return
            self._counted.add((name, port))
            self.run(name, ["nft", "-f", "-"], f"""
table inet count {{
    counter in_{port} {{ }}
    counter out_{port} {{ }}
    chain input {{
        type filter hook input priority filter
        udp dport {port} counter name in_{port}
    }}
    chain output {{
        type filter hook output priority filter
        udp sport {port} counter name out_{port}
    }}
}}
""")

    def counts(self, name, port):
        """(packets received, packets sent) of a port given to count_udp()."""
        listing = json.loads(self.run(name, ["nft", "-j", "list", "counters"]))
        packets = {entry["counter"]["name"]: entry["counter"]["packets"]
                   for entry in listing["nftables"] if "counter" in entry}
        return packets.get(f"in_{port}", 0), packets.get(f"out_{port}", 0)

    def close(self):
        for program in reversed(self.programs):
            program.stop()
        for each in self.sockets:
            each.close()
        self.programs.clear()
        self.sockets.clear()
        try:
            self.tool("down")
        except Unavailable:
            pass # then there is nothing to delete
