# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench of pings as text of at most 120 columns."""

from .pingers import NH_NULL, NH_OPTIONS, NONE, OUR_NULL, OUR_OPTIONS, PERIOD, PINGERS
from .plan import SOME

HEADERS = 28  # bytes of UDP and IPv4
MILLION = 1000000
LINE = "{:26}{:>9}{:>7}{:>7}{:>9}{:>10}{:>7}{:>7}{:>9}{:>7}{:>7}{:>7}"

FOOTER = f"""
CPU        of the process that pings, microseconds a ping, by the scheduler's clock; on loopback that is also what the
           phones' sockets cost. /bare: divided by a loop of sendto() before and after, to the same places, as many
           bytes, without a pause. /paced: divided by such a loop that sends evenly (it sleeps until a millisecond
           in which something is due); waking up is dearer than sending
answer     CPU of the SIP workers for the answer of a phone, microseconds; what users that register cost is taken off.
           Answers that come one by one wake a worker each; those of a burst share it
100 ms     most pings in 100 ms, divided by their mean. 1 ms: most pings in a millisecond, as the kernel got them
period     mean seconds between two pings of a phone that was pinged twice
lost       datagrams that found no room at the server. REGISTER: 500 a second of other users; milliseconds
All phones have an address of their own and are pinged every {PERIOD} s; servers are Kamailio as Debian ships it, with fm,
4 workers and its default of private memory (nathelper has 32 MB for a million, or sends nothing)."""


def number(value, digits=2):
    return "-" if value is None else f"{value:.{digits}f}"


def paced(f, count):
    found = f.results.get(("bare", count))
    return found.sender if found else None


def floor(f, pinger, count):
    return f.floors[pinger.id, count][1 if pinger.options else 0]


def worker_us(f, pinger, count):
    """Microseconds of the workers for one answer; None: there are none, or too few beside those who register."""
    r, none = f.of(pinger, count), f.of(NONE, count)
    if r is None or not r.answers:
        return None
    if not r.calls:
        return r.workers / 1000 / r.answers
    if none is None or r.answers < 20 * r.calls["answered"]:
        return None
    return (r.workers - r.calls["answered"] * none.workers / none.calls["answered"]) / 1000 / r.answers


def registers(r):
    if not r.calls:
        return "-", "-", "-"
    lost = r.calls["sent"] - r.calls["answered"]
    return number(r.calls["p50"] / 1000), number(r.calls["p99"] / 1000), str(lost)


def row(f, pinger, count):
    r = f.of(pinger, count)
    if pinger is NONE:
        return LINE.format(pinger.title, *["-"] * 7, r.lost, *registers(r))
    slow = paced(f, count)
    return LINE.format(
        pinger.title, number(r.sender / 1000), number(r.sender / floor(f, pinger, count)),
        number(r.sender / slow if slow else None), number(worker_us(f, pinger, count), 1), number(r.burst, 1), r.burst_ms,
        number(r.period), r.lost, *registers(r),
    )  # fmt: skip


def bare_row(f, count):
    r = f.results["bare", count]
    bare = f.floors["bare", count][0]
    return LINE.format(
        "bare loop, paced, 4 bytes", number(r.sender / 1000), number(r.sender / bare), "-", "-", number(r.burst, 1),
        r.burst_ms, number(r.period), "-", "-", "-", "-",
    )  # fmt: skip


def table(f, count):
    print(f"\n{count} phones, one ping each in {PERIOD} s")
    print(LINE.format("", "CPU", "/bare", "/paced", "answer", "100 ms", "1 ms", "period", "lost", "REG50", "REG99", "lost"))
    for pinger in (NONE, *PINGERS):
        if f.of(pinger, count):
            print(row(f, pinger, count))
    if ("bare", count) in f.results:
        print(bare_row(f, count))
    floors = [f.floors[p.id, count] for p in PINGERS if f.of(p, count)]
    print("bare loop at once: 4 bytes", " ".join(f"{a / 1000:.2f}" for a, _ in floors), "300 bytes",
          " ".join(f"{b / 1000:.2f}" for _, b in floors))  # fmt: skip
    loads = [(p.title, f.of(p, count).load_s) for p in (NONE, OUR_OPTIONS) if f.of(p, count)]
    print("seconds to put all contacts into usrloc:", ", ".join(f"{title} {seconds:.2f}" for title, seconds in loads))


def bar(goal, count, what, value, most, detail=""):
    met = "met" if value <= most else "NOT MET"
    text = f"{value:.2f}".rjust(9)
    return f"{goal:3}{count:>8} {what:49}{text}  (<= {most:g})".ljust(88) + f"{met:8}{detail}"


def cpu_bars(f, count):
    for pinger in (OUR_NULL, OUR_OPTIONS):
        r = f.of(pinger, count)
        if r is None:
            continue
        base = floor(f, pinger, count)
        detail = f"{r.sender:.0f} / {base:.0f} ns"
        if paced(f, count):
            detail += f"; {r.sender / paced(f, count):.2f} of the paced loop"
        yield bar("9", count, f"{pinger.title}: CPU / bare loop", r.sender / base, 1.1, detail)


def pace_bars(f, count):
    for pinger in (OUR_NULL, OUR_OPTIONS):
        r = f.of(pinger, count)
        if r is None:
            continue
        yield bar("10", count, f"{pinger.title}: max / mean in 100 ms", r.burst, 1.2 if count >= 100000 else 1.6)
        if 100000 <= count <= SOME:
            yield bar("11", count, f"{pinger.title}: most in 1 ms", r.burst_ms, 40,
                      f"paced loop {f.results['bare', count].burst_ms}")  # fmt: skip
        if r.period is None:
            yield f"12 {count:>8} {pinger.title}: nobody was pinged twice".ljust(88) + "NOT MET"
        else:
            yield bar("12", count, f"{pinger.title}: period off by, %", abs(r.period / PERIOD - 1) * 100, 2)
        detail = r.complaints[0][:60] if r.complaints else ""
        yield bar("13", count, f"{pinger.title}: not pinged, complaints", count - r.phones + len(r.complaints), 0, detail)


def answer_bars(f, count):
    r, none, theirs = f.of(OUR_OPTIONS, count), f.of(NONE, count), f.of(NH_OPTIONS, count)
    if r is None:
        return
    if r.calls and none:
        yield bar("15", count, "REGISTER p99 with / without pinger", r.calls["p99"] / none.calls["p99"], 1.5,
                  f"{r.calls['p99']} / {none.calls['p99']} us")  # fmt: skip
        yield bar("15", count, "REGISTERs without an answer", r.calls["sent"] - r.calls["answered"], 0)
    yield bar("15", count, "datagrams lost at the server", r.lost, 0)
    ours, stock = worker_us(f, OUR_OPTIONS, count), worker_us(f, NH_OPTIONS, count)
    if ours and stock:
        yield bar("16", count, "workers' CPU an answer / nathelper's", ours / stock, 0.8, f"{ours:.1f} / {stock:.1f} us")
    if theirs:
        down, their_down = r.bytes + HEADERS, theirs.bytes + HEADERS
        yield bar("17", count, "bytes down of an OPTIONS ping / nathelper's", down / their_down, 0.85,
                  f"{down:.0f} / {their_down:.0f}; half of theirs an hour from {2 * PERIOD * down / their_down:.0f} s on")  # fmt: skip


def memory_bars(f, count):
    none = f.of(NONE, count)
    for pinger in (OUR_NULL, OUR_OPTIONS):
        r = f.of(pinger, count)
        if none and r:
            yield bar("14", count, f"{pinger.title}: bytes of shm a flow", (r.shm - none.shm) / count, 200)


def ir_bars(f):
    for pinger, theirs, most in ((OUR_NULL, NH_NULL, 800), (OUR_OPTIONS, NH_OPTIONS, 1500)):
        ours, stock = f.ir[pinger.id, "pings"], f.ir[theirs.id, "pings"]
        yield bar("9", "", f"{pinger.title}: instructions a ping", ours, most, f"nathelper {stock:.0f}")
    ours, stock = f.ir[OUR_OPTIONS.id, "answers"], f.ir[NH_OPTIONS.id, "answers"]
    yield bar("16", "", "instructions an answer / nathelper's", ours / stock, 0.8, f"{ours:.0f} / {stock:.0f}")


def show(f):
    for count in f.counts:
        table(f, count)
    print("\nGoals of pings")
    for line in ir_bars(f):
        print(line.rstrip())
    for count in f.counts:
        for lines in (cpu_bars, pace_bars, memory_bars, answer_bars):
            for line in lines(f, count):
                print(line.rstrip())
    print(FOOTER)
    print(f"Load of the machine before: {f.load:.1f}; {f.stolen * 100:.1f} % of the time was the host's.")
