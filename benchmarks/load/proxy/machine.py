"""Processes that a benchmark starts, and what /proc says of them."""

import atexit
import os
import resource
import signal
import subprocess
import threading

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
RELEASE = "build/release"


def _stat(pid):
    """The fields of /proc/PID/stat from the state on: [0] state, [1] parent, [11] utime, [12] stime."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def open_files():
    """Raises the limit of open files as far as it goes, for this and all that it starts."""
    wanted = 65_536
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
    except ValueError:  # Not root.
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Process:
    """A program that ends with the benchmark, with its children: workers count as the program."""

    def __init__(self, command, ready=None, log=None):
        open_files()
        errors = open(log, "w") if log else subprocess.DEVNULL
        self.popen = subprocess.Popen(
            command, stdout=subprocess.PIPE if ready else subprocess.DEVNULL, stderr=errors, text=True)
        atexit.register(self.stop)  # Also when something fails before anybody else would.
        # What follows `ready` on the line that says so.
        self.said = self._await(ready) if ready else ""

    def _await(self, ready):
        for line in self.popen.stdout:
            if line.startswith(ready):
                return line[len(ready):].strip()
        raise RuntimeError(f"{self.popen.args[0]} ended before it was ready")

    @property
    def pid(self):
        return self.popen.pid

    def pids(self):
        with open(f"/proc/{self.pid}/task/{self.pid}/children") as file:
            return [self.pid] + [int(child) for child in file.read().split()]

    def cpu_seconds(self):
        """User and system time of the program and its workers so far."""
        return sum(int(ticks) for pid in self.pids() for ticks in _stat(pid)[11:13]) / TICKS

    def resident_bytes(self):
        total = 0
        for pid in self.pids():
            with open(f"/proc/{pid}/statm") as file:
                total += int(file.read().split()[1]) * PAGE
        return total

    def send(self, number):
        os.kill(self.pid, number)

    def stop(self):
        if self.popen.poll() is not None:
            return
        self.popen.send_signal(signal.SIGCONT)
        self.popen.terminate()
        try:
            self.popen.wait(10)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def serin_server(directory, name, *flags):
    """A serin-server on free ports, which its `addresses` have by what they are for."""
    process = Process([f"{RELEASE}/server/serin-server", "--port=0", "--admin_port=0",
                       "--log_level=error", *flags], ready="serin-server ready: ",
                      log=f"{directory}/{name}.log")
    process.addresses = dict(pair.split("=") for pair in process.said.split())
    return process


class PeakMemory:
    """The most that a process has resident while the block runs, looked at every 5 ms."""

    def __init__(self, process):
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self):
        while not self._over.wait(0.005):
            self.peak = max(self.peak, self._process.resident_bytes())

    def __enter__(self):
        self.before = self.peak = self._process.resident_bytes()
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    @property
    def growth(self):
        return self.peak - self.before


def caller(mode, target, **flags):
    """The command line of bench_caller."""
    arguments = [f"--{name}={value}" for name, value in flags.items()]
    return [f"{RELEASE}/benchmarks/load/bench_caller", mode, f"--target={target}", *arguments]


def output_of(command):
    """What a program prints. It may fail: then what it printed says why."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout


def megabytes(number):
    return f"{number / 1e6:.1f} MB"
