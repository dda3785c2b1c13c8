"""What does a call cost, through each proxy, in CPU time and latency?"""

import math
import re
import subprocess
import sys

import subjects
from table import median, show, spread

# Connections, streams on each, calls.
SHAPES = [(1, 1, 20_000), (4, 4, 100_000), (4, 32, 200_000)]

# What is called, and the file with its message.
EMPTY = ("an empty unary call", "/serin.v1.DatasetService/GetDataset", "empty")
PREDICT = ("a Predict, of which Serin reads the model's name", "/serin.v1.PredictService/Predict",
           "predict")


class Run:
    """One run of h2load through one proxy."""

    def __init__(self, subject, upstream, path, message, shape, directory):
        connections, streams, calls = shape
        log = f"{directory}/h2load.log"
        # Calls that make the proxy connect and warm up are not measured.
        _h2load(subject.address, path, message, (connections, streams, connections * streams * 10))
        calls_before, _, resets_before = upstream.received()
        cpu_before = subject.cpu_seconds()
        text = _h2load(subject.address, path, message, shape, f"--log-file={log}")
        self.cpu_us = (subject.cpu_seconds() - cpu_before) / calls * 1e6
        calls_after, _, resets_after = upstream.received()
        seen = calls_after - calls_before
        if f"{calls} succeeded" not in text or seen != calls:
            raise RuntimeError(f"{subject.name}: of {calls} calls {seen} came through:\n{text}")
        # A call that has ended leaves nothing to reset: servers with a limit would end the connection.
        if resets_after > resets_before:
            print(f"{subject.name} reset {resets_after - resets_before} of {calls} calls",
                  file=sys.stderr)
        self.calls_per_second = float(re.search(r"([\d.]+) req/s", text)[1])
        latencies = sorted(_latencies_us(log))
        self.p50_us = _quantile(latencies, 0.5)
        self.p99_us = _quantile(latencies, 0.99)


def _h2load(address, path, message, shape, *options):
    connections, streams, calls = shape
    return subprocess.run(
        ["h2load", f"--requests={calls}", f"--clients={connections}",
         f"--max-concurrent-streams={streams}", f"--data={message}",
         "--header=content-type: application/grpc", "--header=te: trailers", *options,
         f"http://{address}{path}"], stdout=subprocess.PIPE, text=True, check=True).stdout


def _latencies_us(log):
    """Of each call; the file has lines of start, HTTP status and microseconds. Removes the file."""
    with open(log) as file:
        for line in file:
            yield int(line.split()[2])
    subprocess.run(["rm", log], check=True)


def _quantile(ascending, fraction):
    return ascending[max(math.ceil(fraction * len(ascending)), 1) - 1]


def _measure(call, rounds, directory):
    """Runs by shape and subject's name."""
    _, path, file = call
    upstream = subjects.Upstream()
    proxies = [subjects.Direct(upstream), subjects.nginx(upstream, directory),
               subjects.haproxy(upstream, directory), subjects.Serin(upstream, directory)]
    runs = {}
    try:
        for turn in range(rounds):
            for shape in SHAPES:
                # In turn, and each time another one first.
                for subject in proxies[turn % len(proxies):] + proxies[:turn % len(proxies)]:
                    run = Run(subject, upstream, path, f"{directory}/{file}", shape, directory)
                    runs.setdefault(shape, {}).setdefault(subject.name, []).append(run)
    finally:
        for process in [*proxies, upstream]:
            process.stop()
    return runs


def _rows(runs):
    """Ratios are of the same round, so that a machine whose speed drifts moves both."""
    for shape, by_name in runs.items():
        direct = median([run.p99_us for run in by_name["(none)"]])
        for name, subject_runs in by_name.items():
            cpu = [run.cpu_us for run in subject_runs]

            def ratio(peer):
                pairs = zip(cpu, by_name[peer])
                return "{:.2f}".format(median([own / run.cpu_us for own, run in pairs]))

            measured = name != "(none)"
            p99 = median([run.p99_us for run in subject_runs])
            yield (f"{shape[0]}x{shape[1]}", name, spread(cpu) if measured else "",
                   ratio("HAProxy") if measured else "", ratio("nginx") if measured else "",
                   f"{median([run.calls_per_second for run in subject_runs]):,.0f}",
                   f"{median([run.p50_us for run in subject_runs]):,.0f}", f"{p99:,.0f}",
                   f"{p99 - direct:,.0f}" if measured else "")


def measure(directory, rounds):
    for call in (EMPTY, PREDICT):
        runs = _measure(call, rounds, directory)
        show(f"Cost of {call[0]}",
             ("connections x streams", "proxy", "CPU per call, us", "to HAProxy", "to nginx",
              "calls/s", "p50, us", "p99, us", "added p99, us"), _rows(runs))
