"""What is left of the upstream's capacity when callers want four times of it?"""

import json

import subjects
from machine import caller, output_of
from table import median, show

# Works on 8 calls at a time, 4 ms each: 2,000 calls/s, and no more.
SLOTS, SERVICE_MS = 8, 4
CAPACITY = SLOTS * 1000 / SERVICE_MS
LOADS = (0.5, 0.8, 1.0, 1.5, 2.0, 4.0)
SECONDS = 6
TIMEOUT_MS = 200


def _offer(address, load):
    """All windows but the first two seconds, in which limits adapt."""
    lines = output_of(caller("offer", address, rate=load * CAPACITY, seconds=SECONDS,
                             timeout_ms=TIMEOUT_MS, window_ms=1000)).splitlines()
    return [json.loads(line) for line in lines[2:SECONDS]]


def _rows(directory):
    for name in ("(none)", "HAProxy", "Serin"):
        by_load = {load: _offer_through(name, load, directory) for load in LOADS}
        peak = max(goodput for goodput, _, _, _ in by_load.values())
        at_half = by_load[LOADS[0]][1]
        for load, (goodput, p99, refused, lost) in by_load.items():
            slower = f"{p99 / at_half:.1f}" if p99 and at_half else "-"
            yield (name, f"{load * CAPACITY:,.0f}", f"{goodput:,.0f}", f"{goodput / peak:.0%}",
                   f"{p99:.1f}" if p99 else "-", slower, f"{refused:,.0f}", f"{lost:,.0f}")


def _offer_through(name, load, directory):
    """Per second: answered in time; p99; refused; too late or failed. Everything is new each time."""
    with subjects.Upstream(SLOTS, SERVICE_MS) as upstream:
        makers = {"(none)": lambda: subjects.Direct(upstream),
                  "HAProxy": lambda: subjects.haproxy(upstream, directory),
                  "Serin": lambda: subjects.Serin(upstream, directory)}
        proxy = makers[name]()
        try:
            windows = _offer(proxy.address, load)
        finally:
            proxy.stop()
    p99s = [window["p99_ms"] for window in windows if "p99_ms" in window]
    lost = [window["late"] + sum(window["failed"].values()) for window in windows]
    return (median([window["answered"] for window in windows]), median(p99s) if p99s else None,
            median([window["refused"] for window in windows]), median(lost))


def measure(directory, _):
    show(f"Overload: an upstream for {CAPACITY:,.0f} calls/s ({SLOTS} at a time, {SERVICE_MS} ms "
         f"each), deadline {TIMEOUT_MS} ms",
         ("proxy", "offered/s", "in time/s", "of the peak", "p99, ms", "to p99 at half",
          "refused/s", "late or failed/s"), _rows(directory))
