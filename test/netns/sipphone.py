# SPDX-License-Identifier: GPL-2.0-or-later
"""Phones played by sipp, with the scenarios in sipp/.

A phone registers from its port, waits there for a call, and counts its RTP.
"active" in a scenario's name means: this side sends the re-INVITE and the BYE.
"""

import os
import re

from lab import HERE

RTP_PORT = 6000
WAIT_SECONDS = 200


def write_audio(directory):
    """One second of ulaw silence that all phones send in a loop."""
    with open(os.path.join(directory, "audio.ulaw"), "wb") as audio:
        audio.write(b"\xff" * 8000)


class SipPhone:
    """sipp in its own namespace name, at address and port 5060."""

    def __init__(self, lab, name, address, server, port=5060, user=None):
        self.lab = lab
        self.name = name
        self.address = address
        self.server = server
        self.port = port
        self.user = user or name
        self._logs = []

    def _sipp(self, scenario, user, seconds, *more):
        log = f"{self.name}-{len(self._logs)}-{scenario}"
        self._logs.append(log)
        host = f"[{self.server}]" if ":" in self.server else self.server
        return self.lab.start(self.name, [
            "sipp", f"{host}:5060", "-sf", os.path.join(HERE, "sipp", f"{scenario}.xml"),
            "-i", self.address, "-mi", self.address, "-p", str(self.port), "-mp", str(RTP_PORT),
            "-s", user, "-nostdin", "-trace_msg", "-message_file", f"{log}.msg",
            "-trace_err", "-error_file", f"{log}.err",
            "-timeout", str(seconds), "-timeout_error", *more], f"{log}.log")

    def register(self, rport=True):
        """Exit status of sipp: 0 if a 200 arrived."""
        program = self._sipp("register", self.user, 8, "-m", "1",
                             "-key", "via_params", ";rport" if rport else "")
        return program.wait(12)

    def count_rtp(self):
        self.lab.count_udp(self.name, RTP_PORT)

    def rtp(self):
        """(received, sent) RTP packets since count_rtp()."""
        return self.lab.counts(self.name, RTP_PORT)

    def answer(self, active=False):
        """Wait for one call, answering OPTIONS meanwhile."""
        scenario = "uas_active" if active else "uas_passive"
        program = self._sipp(scenario, self.user, WAIT_SECONDS)
        if not program.wait_udp_port(self.port):
            raise RuntimeError(f"{self.name}: sipp {scenario} does not start")
        return program

    def call(self, user, active=True, rport=True, patience=8):
        """Start a call; patience: seconds that it waits for each message."""
        scenario = "uac_active" if active else "uac_passive"
        return self._sipp(scenario, user, 20, "-m", "1", "-recv_timeout", str(patience * 1000),
                          "-key", "me", self.user,
                          "-key", "via_params", ";rport" if rport else "")

    def message_log(self, scenario):
        """What the newest run of that scenario sent and received."""
        logs = [log for log in self._logs if log.endswith(scenario)]
        return self._read(logs[-1] + ".msg") if logs else ""

    def pings(self):
        """Times of day at which OPTIONS arrived."""
        return [time for log in self._logs
                for time in re.findall(r"(\d\d:\d\d:\d\d)\S*\nUDP message received.*\n\nOPTIONS ",
                                       self._read(log + ".msg"))]

    def errors(self):
        """What sipp complained about, for the report of a failure."""
        text = [f"{log}: {self._read(log + '.err')[:500]}\n" for log in self._logs]
        return "".join(line for line in text if not line.endswith(": \n"))

    def _read(self, name):
        if not os.path.exists(self.lab.path(name)):
            return ""
        with open(self.lab.path(name), errors="replace") as text:
            return text.read()
