# SPDX-License-Identifier: GPL-2.0-or-later
"""What is measured after what."""

import os
from dataclasses import dataclass, field

from . import ir, stages
from .pingers import NH_NULL, NH_OPTIONS, NONE, OUR_NULL, OUR_OPTIONS, PERIOD, PINGERS, UL_OPTIONS

COUNTS = (10000, 100000)  # phones, if nobody asks for others
FEW = 20000  # so many may be pinged by all pingers at the same time
SOME = 200000  # ... in null pings
REGISTERS = (500, 5000)  # a second, users
BASELINE_SECONDS = 20  # of registering without a pinger
NULL_BYTES = bytes(4)
OPTIONS_BYTES = b"x" * 300


@dataclass
class Place:
    """Where things are; scratch is this run's alone, and gone with it."""

    build: str
    scratch: str

    def program(self, name):
        return f"{self.build}/test/bench/ping/{name}"


@dataclass
class Figures:
    counts: list
    results: dict = field(default_factory=dict)  # by (id of pinger, count); "bare" is the paced loop
    floors: dict = field(default_factory=dict)  # ns of bare loops by (id, count): null, OPTIONS
    ir: dict = field(default_factory=dict)  # instructions of one, by (id of pinger, "pings" or "answers")
    load: float = 0  # of the machine, before
    stolen: float = 0  # share of the time, meanwhile

    def of(self, pinger, count):
        return self.results.get((pinger.id, count))


def seconds_for(count):
    """One period for all, and then long enough to see some of them twice; a late pinger needs more."""
    return PERIOD + (4 if count <= SOME else 12)


class Plan:
    def __init__(self, place, counts, say):
        self.place, self.figures, self.say = place, Figures(counts), say

    def floors(self, count):
        return stages.bare(self.place, NULL_BYTES, count), stages.bare(self.place, OPTIONS_BYTES, count)

    def member(self, pinger, count, registers=None):
        if pinger == "bare":
            return stages.BareMember(self.place, NULL_BYTES, count)
        return stages.Member(self.place, pinger, count, registers)

    def stage(self, wanted, seconds, registers=None):
        """(pinger, count) at the same time; the bare loop before and after."""
        names = ", ".join(f"{'bare loop' if p == 'bare' else p.title} ({count})" for p, count in wanted)
        self.say(f"{seconds} s: {names}")
        most = max(count for _, count in wanted)
        before = self.floors(most)
        members = []
        try:
            for pinger, count in wanted:
                members.append(self.member(pinger, count, registers and (*registers, seconds)))
        except BaseException:
            for member in members:
                member.close()
            raise
        results = stages.run(members, seconds)
        floors = tuple((a + b) / 2 for a, b in zip(before, self.floors(most)))
        for (pinger, count), result in zip(wanted, results):
            key = (getattr(pinger, "id", pinger), count)
            self.figures.results[key] = result
            self.figures.floors[key] = floors

    def run(self):
        counts = self.figures.counts
        together = []
        for count in counts:
            if count <= FEW:
                together += [(p, count) for p in PINGERS]
            if count <= SOME:
                together += [(p, count) for p in (NH_NULL, OUR_NULL, "bare")]
        if together:
            self.stage(list(dict.fromkeys(together)), max(seconds_for(c) for c in counts if c <= SOME))
        for count in counts:
            if count > SOME:
                for pinger in (NH_NULL, OUR_NULL, "bare"):
                    self.stage([(pinger, count)], seconds_for(count))
            if count > FEW:
                self.stage([(NONE, count)], BASELINE_SECONDS, REGISTERS)
                for pinger in (NH_OPTIONS, UL_OPTIONS, OUR_OPTIONS):
                    self.stage([(pinger, count)], seconds_for(count), REGISTERS)
        self.say("instructions a ping, by callgrind")
        wanted = (NH_NULL, NH_OPTIONS, OUR_NULL, OUR_OPTIONS)
        texts = ir.measure(self.place, wanted)
        self.figures.ir = {key: ir.each(key[1], text) for key, text in texts.items()}
        return self.figures


def jiffies():
    with open("/proc/stat", encoding="ascii") as file:
        numbers = [int(n) for n in file.readline().split()[1:9]]
    return sum(numbers), numbers[7]


def measure(place, counts, say):
    load, (all_before, stolen_before) = os.getloadavg()[0], jiffies()
    figures = Plan(place, counts or list(COUNTS), say).run()
    all_after, stolen_after = jiffies()
    figures.load, figures.stolen = load, (stolen_after - stolen_before) / max(1, all_after - all_before)
    return figures


def counted(place, id):
    """What callgrind wrote of one pinger, by what; None: there is no such."""
    found = [p for p in PINGERS if p.id == id]
    if not found:
        return None
    return {what: text for (_, what), text in ir.measure(place, found).items()}
