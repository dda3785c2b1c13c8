"""What do idle connections, a large upload and many streams cost in memory?"""

import subprocess
import time

import subjects
from machine import PeakMemory, caller, megabytes, output_of
from table import show

CONNECTIONS = 10_000
UPLOAD_BYTES = 1 << 30
STREAMS = 1000


def _proxies(upstream, directory):
    yield subjects.Serin(upstream, directory)
    yield subjects.haproxy(upstream, directory)
    yield subjects.nginx(upstream, directory)


def _each(measure_one, directory):
    with subjects.Upstream() as upstream:
        for proxy in _proxies(upstream, directory):
            with proxy:
                yield (proxy.name, *measure_one(proxy, upstream))


def _idle(proxy, _):
    before = proxy.resident_bytes()
    holder = subprocess.Popen(caller("idle", proxy.address, connections=CONNECTIONS),
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    holder.stdout.readline()
    time.sleep(1)  # What is under way settles.
    during = proxy.resident_bytes()
    said = holder.communicate("\n")[0]
    still_open = int(said.rpartition(":")[2])
    return (f"{still_open:,}", megabytes(during), megabytes(during - before),
            f"{(during - before) / CONNECTIONS / 1e3:.1f} kB")


def _upload(proxy, upstream):
    # Buffers that stay are there already after a small one.
    output_of(caller("upload", proxy.address, bytes=UPLOAD_BYTES // 100))
    received = upstream.received()[1]
    cpu, begin = proxy.cpu_seconds(), time.monotonic()
    with PeakMemory(proxy) as memory:
        said = output_of(caller("upload", proxy.address, bytes=UPLOAD_BYTES))
    seconds = time.monotonic() - begin
    if upstream.received()[1] - received < UPLOAD_BYTES:
        said = "bytes are missing"
    return (said.strip(), megabytes(memory.growth), f"{UPLOAD_BYTES / seconds / 1e6:,.0f} MB/s",
            f"{proxy.cpu_seconds() - cpu:.2f} s")


def _streams(proxy, _):
    with PeakMemory(proxy) as memory:
        said = output_of(caller("streams", proxy.address, streams=STREAMS))
    return (said.strip(), megabytes(memory.growth))


def measure_idle(directory, _):
    show(f"{CONNECTIONS:,} idle connections",
         ("proxy", "open at the end", "resident", "growth", "for each"), _each(_idle, directory))


def measure_upload(directory, _):
    show("Upload of 1 GiB", ("proxy", "ended with", "growth of resident memory", "speed", "CPU"),
         _each(_upload, directory))


def measure_streams(directory, _):
    show(f"{STREAMS:,} calls at a time on one connection",
         ("proxy", "streams", "growth of resident memory"), _each(_streams, directory))
