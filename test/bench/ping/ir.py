# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions in user space that a ping costs, and its answer: callgrind on the process that pings and on one that takes
answers, in a server that has forked. All that such a process does between two of them is part of it: waking up with
nothing to do, reading its table."""

import glob
import re
import time

from wire import Failed

from . import nets
from .server import Phones, Server

COUNTED = {"pings": 20000, "answers": 2000}  # as places.h says; and that it begins when each phone was pinged once
COUNT, PERIOD = 33000, 10  # as many a second as 100,000 phones in 30 s, and the second ping comes sooner
PATIENCE = 120
# instructions are only looked at when counted.so says so: filling a table beneath callgrind would take minutes
CALLGRIND = ["valgrind", "--quiet", "--tool=callgrind", "--instr-atstart=no", "--vgdb=no"]


class Running:
    """A server beneath callgrind with its phones. `found`: what callgrind wrote of pings and answers."""

    def __init__(self, place, pinger):
        self.pinger, self.server, self.phones, self.found = pinger, None, None, {}
        self.wanted = {"pings", "answers"} if pinger.options else {"pings"}
        self.net = nets.Net()
        self.out = f"{place.scratch}/{pinger.id}"
        tool = ["env", f"LD_PRELOAD={place.program('counted.so')}", *CALLGRIND, f"--callgrind-out-file={self.out}.%p"]
        try:
            self.phones = Phones(self.net, place, COUNT, pinger.options)
            self.server = Server(self.net, place, pinger, COUNT, period=PERIOD, tool=tool)
            self.server.load(COUNT)
        except BaseException:
            self.close()
            raise

    def look(self):
        """@return: is all that is wanted there?"""
        for path in glob.glob(f"{self.out}.*.1"):
            with open(path, encoding="ascii", errors="replace") as file:
                text = file.read()
            what = re.search(r"Client Request: (\w+)$", text, re.M)
            if what and re.search(r"^totals: \d+$", text, re.M):
                self.found.setdefault(what.group(1), text)
        return self.wanted <= set(self.found)

    def close(self):
        for part in (self.server, self.phones, self.net):
            if part:
                part.close()


def each(what, text):
    """Instructions of one."""
    return int(re.search(r"^totals: (\d+)$", text, re.M).group(1)) / COUNTED[what]


def measure(place, pingers):
    """What callgrind wrote, by (id of pinger, what); all at the same time, since nothing is timed."""
    running = []
    try:
        for pinger in pingers:
            running.append(Running(place, pinger))
        end = time.monotonic() + PATIENCE
        # all are looked at, done or not
        while not all([one.look() for one in running]):
            if time.monotonic() > end:
                raise Failed(f"callgrind has seen too little: {[(one.pinger.id, *one.found) for one in running]}")
            time.sleep(0.2)
    finally:
        for one in running:
            one.close()
    return {(one.pinger.id, what): text for one in running for what, text in one.found.items()}
