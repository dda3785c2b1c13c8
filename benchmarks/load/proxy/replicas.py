"""What do callers notice when one of three predictors stops or dies?"""

import json
import os
import signal
import subprocess
import time

from machine import RELEASE, caller, serin_server
from table import median, show

RATE = 500
SECONDS = 24
FAULT_AT = 8
# Of the median p99 before the fault: within this it is healthy again.
HEALTHY = 1.2


class Cluster:
    """Dataset, control, three predictors and a proxy, with a model to ask."""

    def __init__(self, directory):
        os.makedirs(directory)
        self.processes = []
        listen = "--internal_listen=127.0.0.1:0"
        dataset = self._start(directory, "dataset", "--roles=dataset", listen,
                              f"--data_dir={directory}/dataset")
        to_dataset = f"--dataset={dataset.addresses['internal']}"
        control = self._start(directory, "control", "--roles=control", listen, to_dataset,
                              f"--data_dir={directory}/control")
        to_control = f"--control={control.addresses['internal']}"
        self.predictors = [self._start(directory, f"predict-{i}", "--roles=predict", to_control,
                                       to_dataset, listen) for i in range(3)]
        proxy = self._start(directory, "proxy", "--roles=proxy", to_control, to_dataset)
        self.address = proxy.addresses["public"]
        self._serin("dataset", "upload", "iris", "tests/data/iris.csv")
        self._serin("train", "start", "iris", "--dataset=iris", "--target=species",
                    "--algorithm=logistic_regression")

    def _start(self, directory, name, *flags):
        self.processes.append(serin_server(directory, name, *flags))
        return self.processes[-1]

    def _serin(self, *arguments):
        subprocess.run([f"{RELEASE}/client/serin", f"--server={self.address}", *arguments],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.stop()


def _recovered_after(windows, healthy):
    """Seconds from the fault to the first of two windows in a row whose p99 is healthy again."""
    good = [window.get("p99_ms", 1e9) <= HEALTHY * healthy for window in windows]
    for second in range(FAULT_AT, SECONDS - 1):
        if good[second] and good[second + 1]:
            return second - FAULT_AT
    return None


def _row(title, number, directory):
    with Cluster(directory) as cluster:
        load = subprocess.Popen(caller("offer", cluster.address, rate=RATE, seconds=SECONDS,
                                       timeout_ms=1000), stdout=subprocess.PIPE, text=True)
        time.sleep(FAULT_AT)
        cluster.predictors[0].send(number)
        lines = load.communicate()[0].splitlines()
    windows = [json.loads(line) for line in lines[:SECONDS]]
    healthy = median([window["p99_ms"] for window in windows[2:FAULT_AT]])
    failed = [sum(window["failed"].values()) + window["refused"] for window in windows]
    recovered = _recovered_after(windows, healthy)
    return (title, f"{healthy:.1f}", f"{max(w.get('p99_ms', 0) for w in windows[FAULT_AT:]):.1f}",
            "never" if recovered is None else f"{recovered} s", sum(failed),
            sum(window["late"] for window in windows), sum(failed[FAULT_AT + 2:]))


def measure(directory, _):
    show(f"One of three predictors fails, at {RATE} predictions/s with a deadline of 1 s",
         ("fault", "p99 before, ms", "worst p99 in a second after, ms",
          f"p99 within {HEALTHY} of before after", "failed", "late", "of which after 2 s"),
         [_row("stopped (SIGSTOP)", signal.SIGSTOP, f"{directory}/stopped"),
          _row("killed (SIGKILL)", signal.SIGKILL, f"{directory}/killed")])
