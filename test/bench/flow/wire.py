# SPDX-License-Identifier: GPL-2.0-or-later
"""One Kamailio in one process whose packets come from us and go to us, natively or beneath callgrind."""

import os
import re
import select
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass

import callgrind

KAMAILIO = shutil.which("kamailio") or "/usr/sbin/kamailio"
PROXY = "198.51.100.1:5060"
CALLGRIND = [
    "valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no", "--combine-dumps=yes",
]  # fmt: skip
# environment of the server: one that is the same everywhere, since its size moves the stack
ENV = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class Failed(Exception):
    """Something could not be measured."""


def modules_of_debian():
    arch = subprocess.run(["gcc", "-print-multiarch"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    return f"/usr/lib/{arch}/kamailio/modules"


@dataclass
class Place:
    """Absolute paths of what was built."""

    tree: str
    build: str
    wire: str


class Server:
    """`marks`: what the script brackets is counted, instead of receive_msg()."""

    def __init__(self, config, place, *, files=(), count=False, marks=False, malloc="fm"):
        self.dir = tempfile.mkdtemp(prefix="flow")
        for name, text in dict(files).items():
            self._write(name, text)
        self._write("kamailio.cfg", config.replace("@DIR@", self.dir))
        self.ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        tool = []
        env = {**ENV, "LD_PRELOAD": place.wire}
        if count:
            tool = [*CALLGRIND, f"--callgrind-out-file={self.dir}/callgrind"]
        if marks:
            env["FLOW_MARKS"] = "1"
        else:
            tool += ["--toggle-collect=receive_msg"] if count else []
        command = [
            "setarch", "-R", *tool, KAMAILIO, "-D", "-E", "-T", "-f", f"{self.dir}/kamailio.cfg", "-w", self.dir,
            "-Y", self.dir, "-L", f"{place.build}:{modules_of_debian()}", "-l", f"udp:{PROXY}",
            "-m", "64", "-M", "16", "-x", malloc, "-X", malloc,
        ]  # fmt: skip
        with open(f"{self.dir}/log", "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=theirs, stdout=log, stderr=log, env=env, start_new_session=True
            )
        theirs.close()
        self._wait_for_question()

    def _write(self, name, text):
        with open(f"{self.dir}/{name}", "w", encoding="ascii") as file:
            file.write(text)

    def log(self):
        with open(f"{self.dir}/log", encoding="utf-8", errors="replace") as file:
            return file.read()

    def _receive(self):
        if not select.select([self.ours], [], [], 120)[0]:
            raise Failed(f"Kamailio says nothing more\n{self.log()[-3000:]}")
        data = self.ours.recv(65536)
        if not data:
            raise Failed(f"Kamailio has ended\n{self.log()[-3000:]}")
        return data

    def _wait_for_question(self):
        """What was sent until then: [(destination, text)]."""
        sent = []
        while (data := self._receive()) != b"?":
            to, _, text = data.partition(b"\n")
            sent.append((to.decode(), text.decode()))
        return sent

    def deliver(self, label, source, text):
        """What Kamailio sends while it handles this: [(destination, text)]."""
        self.ours.send(f"{label}\n{source}\n{text}".encode())
        return self._wait_for_question()

    def finish(self):
        """What callgrind counted; None natively. Whatever Kamailio complained about makes it worthless."""
        self.ours.close()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired as late:
            raise Failed("Kamailio does not end") from late
        complaints = [line for line in self.log().splitlines() if re.search(r" (ERROR|CRITICAL|ALERT|WARNING|BUG): ", line)]
        if complaints:
            raise Failed("\n".join(complaints[:10]))
        path = f"{self.dir}/callgrind"
        if not os.path.exists(path):
            return None
        with open(path, encoding="ascii", errors="replace") as file:
            return callgrind.Profile(file.read())

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.ours.close()
        shutil.rmtree(self.dir, ignore_errors=True)
