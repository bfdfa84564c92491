# SPDX-License-Identifier: GPL-2.0-or-later
"""The server under test: utils/run inside a namespace of the lab."""

import os
import re
import socket
import subprocess

from lab import UTILS, wait_until

MEDIA_CONTROL = 2223


def bstrings(data):
    """All strings of a bencoded message, keys too, in their order."""
    found = []
    while data:
        head = re.match(rb"(\d+):|i-?\d+e|[dle]", data)
        if not head:
            raise ValueError(f"not bencoded: {data[:40]}")
        data = data[head.end():]
        if head.group(1):
            size = int(head.group(1))
            found.append(data[:size].decode())
            data = data[size:]
    return found


def with_resolver(path):
    """The beginning of a command line: what follows reads that file as /etc/resolv.conf."""
    return ["sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', path]


class Server:
    """utils/run with its environment; stop() ends Kamailio and rtpengine. `networks`, `profiles`,
    `rules`: what stands in these elements of its policy."""

    def __init__(self, lab, name, addresses, log=None, networks=None, profiles="", rules="",
                 resolver=None, config=None, **settings):
        self.lab = lab
        self._prefix = with_resolver(lab.path(resolver)) if resolver else []
        self.name = name
        self.settings = settings
        log = log or name
        self.address = addresses.split()[0]
        self.run_dir = lab.path(f"{log}.run")
        os.makedirs(self.run_dir, exist_ok=True)
        if networks is not None:
            self.write_policy(networks, rules, profiles)
        self._env = {"RUN_DIR": self.run_dir, "ADDR": addresses}
        self._env.update({key: str(value) for key, value in settings.items()})
        if config:
            self._env["CONFIG"] = lab.path(config)
        self._log = log
        self._start(f"{log}.log")

    def _start(self, log):
        command = os.environ.get("NETNS_RUN", os.path.join(UTILS, "run"))
        self.program = self.lab.start(self.name, [*self._prefix, command], log, self._env)

    def restart(self):
        """End it and start it again, with the files that it left in its directory."""
        self.program.stop()
        self._start(f"{self._log}-again.log")
        return self.wait_ready()

    def write_policy(self, networks, rules="", profiles=""):
        path = os.path.join(self.run_dir, "nat-policy.xml")
        with open(path + ".new", "w", encoding="ascii") as file:
            file.write(f'<nat-policy xmlns="urn:kamailio:nat-policy:1">\n<networks>{networks}</networks>'
                       f"<profiles>{profiles}</profiles>\n<rules>{rules}</rules>\n</nat-policy>\n")
        os.rename(path + ".new", path)

    def wait_ready(self, seconds=20):
        if not self.program.wait_output(r"^run: ready", seconds):
            self.program.stop()
            raise RuntimeError(f"server {self.name} does not start:\n{self.log_tail()}")
        return self

    def log_tail(self, lines=25):
        return "\n".join(self.program.output().splitlines()[-lines:])

    def control(self, *command):
        """What kamcmd prints; its error text if it fails."""
        done = subprocess.run(["kamcmd", "-s", f"unix:{self.run_dir}/kamailio_ctl", *command],
                              capture_output=True, text=True, timeout=10,
                              stdin=subprocess.DEVNULL)
        return done.stdout + done.stderr

    def media_control(self):
        """The port at which the media engine takes commands."""
        path = os.path.join(self.run_dir, "media_control")
        if not os.path.exists(path):
            return MEDIA_CONTROL
        with open(path) as port:
            return int(re.search(r"\d+\s*$", port.read()).group())

    def sessions(self):
        """Call-IDs that the media engine holds, asked at its control socket."""
        with self.lab.socket(self.name, socket.AF_INET, socket.SOCK_DGRAM,
                             ("127.0.0.1", 0)) as ask:
            ask.settimeout(3)
            # an answer to the same cookie may come from a store
            ask.sendto(os.urandom(8).hex().encode() + b" d7:command4:list5:limiti9999ee",
                       ("127.0.0.1", self.media_control()))
            words = bstrings(ask.recv(65535).partition(b" ")[2])
        if words[:1] != ["calls"] or words[-2:] != ["result", "ok"]:
            raise RuntimeError(f"media engine of {self.name} says {words}")
        return words[1:-2]

    def forgets(self, call_id, seconds=2):
        """True when the engine holds no session of that call, at the latest after that time."""
        return wait_until(lambda: call_id not in self.sessions(), seconds, 0.1)
