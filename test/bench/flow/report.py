# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures of whole calls as text of at most 100 columns."""

import re

from call import MESSAGES
from cases import CALLS, CASES

FOOTER = f"""
A call through Kamailio as Debian ships it, in one process, with its own sample configuration (tm,
usrloc, acc, ...); sends go nowhere, timers do not run, no media relay is asked. NAT handling is that
of the sample (nathelper), nothing, or nat_edge in the place of nathelper; nothing else differs.
Instructions (Ir) of receive_msg(), mean of {CALLS} calls; call: INVITE to the last 200, without REGISTER.
The NAT part is what it costs beyond "no NAT handling". In nat_edge: what is spent in the module and
by what it calls. fm, or qm, is Kamailio's memory manager."""


def table(calls):
    print("\nWhole calls: instructions (Ir) per message")
    head = "".join(f"{m.replace('200 to BYE', '200/BYE'):>9}" for m in MESSAGES)
    print(f"{'':28}{head}{'call':>9}")
    for case in CASES:
        f = calls[case.id]
        print(f"{case.title:28}{''.join(f'{f.all[m]:9.0f}' for m in MESSAGES)}{f.call:9.0f}")
        if f.ours_in_call:
            print(f"{'  of it in nat_edge':28}{''.join(f'{f.ours[m]:9.0f}' for m in MESSAGES)}{f.ours_in_call:9.0f}")


def goal(number, what, ratio, bar, detail):
    return f"{number:3}{what:45}{ratio:6.3f}  (<= {bar:4.2f})  {'met' if ratio <= bar else 'NOT MET':8}{detail}"


def pair(number, what, one, other, bar):
    return goal(number, what, one / other, bar, f"{one:.0f} / {other:.0f}")


def on_off(number, what, on, off, bar):
    return goal(number, f"{what}: on / off", on / off, bar, f"{on:.0f} / {off:.0f}: {on - off:+.0f}")


def goals_of_statements(f):
    for what in ("seal", "open"):
        ours, theirs = f"nat_edge-{what}", f"outbound-{what}"
        yield pair("4", f"{what} one token / outbound's", f.tokens[ours], f.tokens[theirs], 0.5)
        yield pair("4", f"{what} one token / outbound's, ns", f.ns[ours], f.ns[theirs], 0.3)
    alone = {name: ir - f.statements["nothing"] for name, ir in f.statements.items()}
    yield pair("5", "nat_record_route() / rr with outbound", alone["nat_record_route"], alone["record_route with outbound"], 0.7)
    yield pair("8", "nat_detect() first in an INVITE, qm / fm", alone["nat_detect with qm"], alone["nat_detect"], 1.2)


def goals(f):
    off, stock_nat, direct, nat = (f.calls[id] for id in ("off", "stock-nat", "edge-direct", "edge-nat"))
    yield from goals_of_statements(f)
    yield pair("6", "NATed call: NAT part / nathelper's", nat.call - off.call, stock_nat.call - off.call, 0.5)
    yield on_off("6", "NATed call", nat.call, off.call, 1.15)
    yield on_off("7", "direct phones", direct.call, off.call, 1.06)
    for phones, title in ((direct, "direct"), (nat, "NATed")):
        yield on_off("7", f"REGISTER, {title}", phones.all["REGISTER"], off.all["REGISTER"], 1.06)
    yield on_off("7", "REGISTER that goes on, sealed Path", f.onward["path"], f.onward["off"], 1.2)


def show(f):
    table(f.calls)
    print("\nGoals of whole calls (ratios of Ir)")
    for line in goals(f):
        print(line.rstrip())
    print(FOOTER)
    if f.moved:
        print(f"Two runs did NOT agree on {len(f.moved)} of {f.counted} instruction counts:")
        for what, one, other in f.moved[:20]:
            print(f"  {what}: {one} {other}")
    else:
        print(f"Two runs agreed on all {f.counted} instruction counts, to the digit.")


def profile(found, label, annotated):
    """Where the instructions of one message go, by function with what it calls."""
    print(f"{found.parts[label]} instructions; of it called in nat_edge:")
    for function, ir in found.calls_into(label, "/nat_edge.so").most_common():
        print(f"  {ir:7} {function}")
    for line in annotated.splitlines():
        match = re.match(r" *([\d,]+) \( *([\d.]+)%\) +(\S.*?)(?: \[.*/(.*)\])?$", line)
        if match and match.group(3) != "PROGRAM TOTALS":
            count, share, function, library = match.groups()
            print(f"{int(count.replace(',', '')):8} {share:>6} %  {function.split('/')[-1].removeprefix('???:')}  {library or ''}")
