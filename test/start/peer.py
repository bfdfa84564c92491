# SPDX-License-Identifier: GPL-2.0-or-later
"""A Kamailio of our own on loopback, and UDP peers that send and see bytes. Everything ends with the test."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KAMAILIO = shutil.which("kamailio") or "/usr/sbin/kamailio"


def core_version():
    text = subprocess.run([KAMAILIO, "-v"], capture_output=True, text=True).stdout
    return text.split()[2]


# Peers of these tests are on loopback, where requests are not sent without a word: of the parameters, or of a policy
ALLOW_PEERS = 'modparam("nat_edge", "gate_allow", "127.0.0.1")\n'
GATE_FOR_PEERS = '<gate allow="127.0.0.1"/>'

BUILD = os.path.join(ROOT, "build", core_version() + "-plain")


def free_port():
    """A port that is free for UDP and TCP now."""
    while True:
        tcp = socket.socket()
        tcp.bind(("127.0.0.1", 0))
        port = tcp.getsockname()[1]
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            udp.bind(("127.0.0.1", port))
            return port
        except OSError:
            continue
        finally:
            tcp.close()
            udp.close()


class Peer:
    """A UDP socket; `host` is a loopback address of either family."""

    def __init__(self, host="127.0.0.1"):
        self.to = "::1" if ":" in host else "127.0.0.1"
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.settimeout(5)
        self.port = self.socket.getsockname()[1]

    def send(self, text, port):
        self.socket.sendto(text.replace("\n", "\r\n").encode(), (self.to, port))

    def receive(self, unless="SIP/2.0 100"):
        """The next message that does not begin with `unless`."""
        while True:
            data, self.came_from = self.socket.recvfrom(65535)
            text = data.decode().replace("\r\n", "\n")
            if not text.startswith(unless):
                return text

    def close(self):
        self.socket.close()


def header(text, name):
    """All values of a header field, in order."""
    want = name.lower() + ":"
    return [l.split(":", 1)[1].strip() for l in text.split("\n\n")[0].split("\n") if l.lower().startswith(want)]


SEALED = re.compile(r";nat-c=[A-Za-z0-9_-]{40,}")


def unsealed(contact):
    """A Contact without the sealed tokens in its URIs: one that is not as it came must have one in each."""
    return SEALED.sub("", contact)


class Server:
    """Kamailio with one configuration text, and files beside it by name; `ready` tells whether it came up. With `tcp`
    it listens there as well. `before` is put before the command; `port` is one that is free."""

    def __init__(self, config, seconds=10, files=None, more=(), tcp=False, before=(), port=None):
        self.dir = tempfile.mkdtemp()
        os.chmod(self.dir, 0o755)  # for a server that becomes somebody else
        self.port = port or free_port()
        if tcp:
            more = [*more, "-l", "tcp:127.0.0.1:%d" % self.port]
        for name, text in (files or {}).items():
            self.write(name, text)
        path = os.path.join(self.dir, "test.cfg")
        with open(path, "w") as f:
            f.write(config)
        self.log_path = os.path.join(self.dir, "log")
        modules = BUILD + ":" + module_dir()
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(
                [*before, KAMAILIO, "-f", path, "-DD", "-E", "-m", "32", "-w", self.dir, "-Y", self.dir,
                 "-P", self.dir + "/pid", "-L", modules, "-l", "udp:127.0.0.1:%d" % self.port, *more],
                stdout=log, stderr=log, start_new_session=True)
        self.ready = self._wait(seconds)

    def _wait(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if "uptime" in self.kamcmd("core.uptime"):
                return True
            time.sleep(0.05)
        return False

    def kamcmd(self, *args):
        r = subprocess.run(["kamcmd", "-s", "unix:" + self.dir + "/kamailio_ctl", *args], capture_output=True, text=True)
        return r.stdout if r.returncode == 0 else ""

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        """A file beside the configuration, in one step: whoever reads it sees the old one or the new one."""
        new = self.path(name + ".new")
        with open(new, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())
        os.chmod(new, 0o644)
        os.rename(new, self.path(name))

    def log(self):
        with open(self.log_path) as f:
            return f.read()

    def _terminate(self):
        """What was put before the command may not hand a signal on"""
        try:
            with open(self.dir + "/pid") as f:
                os.kill(int(f.read()), signal.SIGTERM)
        except (OSError, ValueError):
            self.process.terminate()

    def close(self):
        if self.process.poll() is None:
            self._terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def module_dir():
    multiarch = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True).stdout.strip()
    return "/usr/lib/%s/kamailio/modules" % multiarch
