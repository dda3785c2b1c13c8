"""A serin-server of the release build, and the command line to talk to it."""

import json
import os
import re
import subprocess
import time
import urllib.request

SERVER = "build/release/server/serin-server"
SERIN = "build/release/client/serin"


class Server:
    """Runs while the `with` block does."""

    def __init__(self, data_dir, *flags):
        self.data_dir = data_dir
        self.flags = flags

    def __enter__(self):
        begin = time.perf_counter()
        self.process = subprocess.Popen(
            [SERVER, f"--data_dir={self.data_dir}", "--port=0", "--admin_port=0",
             f"--max_upload_bytes={1 << 36}", *self.flags],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.seconds_to_start = time.perf_counter() - begin
        found = re.search(r"public=(\S+) admin=(\S+)", line)
        if not found:
            raise SystemExit(f"the server did not start: {line!r}")
        self.address, self.admin = found.groups()
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait()

    def kill(self):
        """At once, as a crash would."""
        self.process.kill()
        self.process.wait()

    def serin(self, *arguments):
        """Seconds that a command takes."""
        begin = time.perf_counter()
        subprocess.run([SERIN, "--server", self.address, *arguments], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return time.perf_counter() - begin

    def call(self, method, body, service="DatasetService"):
        """Seconds that a call over HTTP takes, and its answer."""
        request = urllib.request.Request(
            f"http://{self.address}/serin.v1.{service}/{method}",
            data=json.dumps(body).encode(), headers={"content-type": "application/json"})
        begin = time.perf_counter()
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
        return time.perf_counter() - begin, json.loads(text)

    def cpu_seconds(self):
        """CPU time of the process and of its children that have ended."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def peak_megabytes(self):
        """The most memory that the process has had resident."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            kilobytes = re.search(r"VmHWM:\s+(\d+)", file.read()).group(1)
        return int(kilobytes) / 1000
