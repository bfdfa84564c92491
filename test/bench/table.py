# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench's figures as text of at most 100 columns."""

from dataclasses import dataclass

NAME = 22  # columns of a message's name

# (heading, call)
COSTS = (
    ("parse", "parse"),
    ("test 19", "uac19"),
    ("test1023", "uac1023"),
    ("sequence", "stock"),
    ("detect", "detect"),
    ("manage", "manage"),
    ("detect", "detect-nohist"),
    ("manage", "manage-nohist"),
)
REST = (
    ("nathelp.", "stock-repair"),
    ("nat_edge", "repair"),
    ("nothing", "build"),
    ("nathelp.", "build-stock"),
    ("nat_edge", "build-manage"),
    ("request", "gate"),
    ("reply", "gate-reply"),
    ("hygiene", "hygiene"),
)
ALLOCATIONS = (COSTS[0], *COSTS[2:6])

FOOTER = """
parse     parse_msg(), all headers, Contacts, From, their URIs: what any proxy does. Everything else
          begins with a message that is parsed so far
test N    nat_uac_test(N). sequence: nat_uac_test(19), and where that is true fix_nated_register()
          for a REGISTER, set_contact_alias() for others
detect    nat_detect(). manage: nat_manage(), which is detect, rport and Contact
repair    fix_nated_register() or set_contact_alias(); what nat_edge does in their place, unjudged
hygiene   what is done to each message before the script; here to messages with nothing to take out
building  the message as it leaves: lumps applied, topmost Via completed; not sent
gate      may it be sent to where the message came from? Without the core's copy of what is sent
pkg and shm are the C library's malloc here. The core is compiled with -O1, both modules with -O2
and the same other flags, all in one program. Instructions (Ir) are callgrind's: user space alone,
caches unseen. Nanoseconds are the best of 7 rounds of 1000 calls, less the clock's own, and mean
little on a busy machine."""


@dataclass
class Figures:
    """What was measured, by kind, or by (kind, call)."""

    kinds: dict  # (bytes, title)
    ir: dict
    ns: dict
    allocations: dict

    def ratio(self, kind, ours, theirs):
        return self.ir[kind, ours] / self.ir[kind, theirs]


def grid(figures, values, columns, groups, heading):
    print(f"\n{heading}")
    print(" " * (NAME + 6) + groups)
    print(f"{'':{NAME}} {'bytes':>5}" + "".join(f"{head:>9}" for head, _ in columns))
    for kind, (size, title) in figures.kinds.items():
        cells = (values.get((kind, call)) for _, call in columns)
        row = "".join(f"{'-' if cell is None else format(cell, '.0f'):>9}" for cell in cells)
        print(f"{title:{NAME}} {size:>5}{row}")


def group(*names):
    """Headings over columns of 9: (text, number of columns); no text, no heading."""
    return "".join((f" {' ' + text + ' ':-^{9 * count - 1}}" if text else " " * 9 * count) for text, count in names)


def verdict(ratio, bar):
    return f"{ratio:5.2f}  (<= {bar:4.2f})  {'PASS' if ratio <= bar else 'miss'}"


def goal_lines(f):
    """(goal, message, what, result)"""
    for kind in ("register-direct", "bye-direct"):
        for ours, how in (("detect", "history on"), ("detect-nohist", "history off")):
            yield "1", kind, f"detect / test 1023, {how}", verdict(f.ratio(kind, ours, "uac1023"), 0.6)
    for kind in ("invite-direct", "invite-v6-direct"):
        for ours, how in (("detect", "history on"), ("detect-nohist", "history off")):
            yield "2", kind, f"detect, all streams / test 1023, {how}", verdict(f.ratio(kind, ours, "uac1023"), 0.25)
    for kind in ("invite-nat", "invite-tcp-nat", "ok-nat"):
        yield "3", kind, "repair / set_contact_alias()", verdict(f.ratio(kind, "repair", "stock-repair"), 1.0)
    yield "3", "invite-v6-nat", "repair / set_contact_alias()", verdict(
        f.ratio("invite-v6-nat", "repair", "stock-repair"), 0.7
    )
    for kind in ("register-direct", "invite-direct"):
        yield "9", kind, "detect, 100000 prefixes, 10000 domains / default", verdict(
            f.ratio(kind, "detect-100000", "detect"), 1.5
        )
        steps = [f.ir[kind, f"detect-{size}"] for size in (100, 1000, 10000, 100000)]
        growth = " ".join(f"{later - earlier:+.0f}" for earlier, later in zip(steps, steps[1:]))
        yield "9", kind, "Ir for ten times as much, from 100 on", f"{growth:>20}"
    yield "-", "register-nat", "repair / fix_nated_register()", f"{f.ratio('register-nat', 'repair', 'stock-repair'):5.2f}"
    for kind in f.kinds:
        count = f.allocations[kind, "detect"]
        yield "8", kind, "allocations of detect", f"{count:5}  (none)     {'miss' if count else 'PASS'}"


def show(f, moved):
    costs = group(("", 1), ("nathelper", 3), ("nat_edge", 2), ("history off", 2))
    grid(f, f.ir, COSTS, costs, "Instructions (Ir) per message")
    grid(f, f.ir, REST, group(("repair alone", 2), ("building after", 3), ("gate", 2), ("before", 1)),
         "Instructions (Ir), repair, building, the gate and hygiene")
    grid(f, f.ns, COSTS, costs, "Nanoseconds per message")
    grid(f, f.allocations, ALLOCATIONS, group(("", 1), ("nathelper", 2), ("nat_edge", 2)), "Allocations per message")
    print("\nGoals (ratios of Ir)")
    for goal, kind, what, result in goal_lines(f):
        print(f"{goal}  {f.kinds[kind][1]:{NAME}}{what:48}{result}")
    print(FOOTER)
    if moved:
        print(f"Two runs did NOT agree on {len(moved)} of {len(f.ir)} instruction counts:")
        for kind, call in moved[:20]:
            print(f"  {kind} {call}")
    else:
        print(f"Two runs agreed on all {len(f.ir)} instruction counts, to the digit.")
