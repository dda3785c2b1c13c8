"""How fast do tables come in, and how fast are they asked, beside pandas?

    parse     to typed columns, one thread, beside pandas.read_csv with its C engine
    upload    through the proxy until it is durable, beside pandas' parsing alone
    memory    the most that the server has resident while 5 GB are uploaded
    query     count(*) and avg(x) with a condition on y, over 10 million rows
    datasets  a thousand datasets: a page of them, and the server's start

ROUNDS (5), MEGABYTES (500) and MEMORY_MEGABYTES (5000) change how much is done; ADULT names the
Adult file (adult.data of the UCI repository with a header), without which its part is left out.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile

import pandas

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import files
from parts import TODAY, run
from server import Server

PARSER = "build/release/benchmarks/ingest_parse"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SIZE = int(os.environ.get("MEGABYTES", "500")) * files.MEGABYTE
MEMORY_SIZE = int(os.environ.get("MEMORY_MEGABYTES", "5000")) * files.MEGABYTE
ADULT = os.environ.get("ADULT", "")


def subjects(work):
    """(name, path) of the files that both read."""
    path = os.path.join(work, "numeric.csv")
    files.numeric(path, SIZE)
    yield "numeric", path
    os.remove(path)
    if not ADULT:
        print("no Adult file: set ADULT to its path", file=sys.stderr)
        return
    path = os.path.join(work, "adult.csv")
    files.adult(path, SIZE, ADULT)
    yield "adult", path
    os.remove(path)


def pandas_seconds(path):
    """CPU seconds, and seconds by the clock, of pandas in a process of its own."""
    program = ("import pandas, sys, time; c = time.process_time(); t = time.perf_counter(); "
               "pandas.read_csv(sys.argv[1], engine='c'); "
               "print(time.process_time() - c, time.perf_counter() - t)")
    out = subprocess.run([sys.executable, "-c", program, path], check=True, capture_output=True,
                         text=True).stdout
    return tuple(float(x) for x in out.split())


def serin_seconds(path):
    out = subprocess.run([PARSER, path], check=True, capture_output=True, text=True).stdout
    times = json.loads(out)
    return times["cpu_seconds"], times["seconds"]


def spread(values):
    return f"{statistics.median(values):8.2f} ({min(values):.2f} to {max(values):.2f})"


def parse(work):
    for name, path in subjects(work):
        size = os.path.getsize(path) / files.MEGABYTE
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(pandas_seconds(path)[0])
            ours.append(serin_seconds(path)[0])
        print(f"parse {name}, {size:.0f} MB, CPU seconds")
        print(f"  pandas {spread(theirs)}  {size / statistics.median(theirs):6.0f} MB/s")
        print(f"  serin  {spread(ours)}  {size / statistics.median(ours):6.0f} MB/s")
        print(f"  pandas / serin {spread([b / a for a, b in zip(ours, theirs)])}")


def upload(work):
    for name, path in subjects(work):
        ours, theirs = [], []
        with tempfile.TemporaryDirectory(dir=work) as data, Server(data) as server:
            for _ in range(ROUNDS):
                theirs.append(pandas_seconds(path)[1])
                ours.append(server.serin("dataset", "upload", name, path))
        print(f"upload {name}, {os.path.getsize(path) / files.MEGABYTE:.0f} MB, seconds")
        print(f"  pandas' parse alone {spread(theirs)}")
        print(f"  serin's upload      {spread(ours)}")
        print(f"  pandas / serin      {spread([b / a for a, b in zip(ours, theirs)])}")


def memory(work):
    path = os.path.join(work, "large.csv")
    if ADULT:
        files.adult(path, MEMORY_SIZE, ADULT)
    else:
        files.numeric(path, MEMORY_SIZE)
    with tempfile.TemporaryDirectory(dir=work) as data, Server(data) as server:
        before = server.peak_megabytes()
        seconds = server.serin("dataset", "upload", "large", path)
        print(f"memory, {os.path.getsize(path) / files.MEGABYTE:.0f} MB uploaded in {seconds:.0f} s: "
              f"at most {server.peak_megabytes():.0f} MB resident, {before:.0f} MB before")
    os.remove(path)


def query(work):
    path = os.path.join(work, "points.csv")
    files.points(path, 10_000_000)
    sql = "select count(*), avg(x) from points where y > 0.5"
    with tempfile.TemporaryDirectory(dir=work) as data, Server(data) as server:
        server.serin("dataset", "upload", "points", path)
        times = [server.serin("dataset", "query", sql) for _ in range(ROUNDS)]
    os.remove(path)
    print(f"query of 10,000,000 rows, seconds {spread(times)}")


def datasets(work):
    path = os.path.join(work, "small.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("x,y\n1,2\n3,4\n")
    with tempfile.TemporaryDirectory(dir=work) as data:
        empty = []
        for _ in range(ROUNDS):
            with Server(data) as server:
                empty.append(1000 * server.seconds_to_start)
        with Server(data) as server:
            for i in range(1000):
                server.serin("dataset", "upload", f"d{i}", path)
            pages = []
            for _ in range(10 * ROUNDS):
                seconds, answer = server.call("ListDatasets", {"pageSize": 1000})
                assert len(answer["datasets"]) == 1000
                pages.append(1000 * seconds)
        full = []
        for _ in range(ROUNDS):
            with Server(data) as server:
                full.append(1000 * server.seconds_to_start)
    print(f"datasets, a page of 1000, ms {spread(pages)}")
    print(f"  start without any, ms {spread(empty)}")
    print(f"  start with 1000, ms   {spread(full)}")


PARTS = {"parse": parse, "upload": upload, "memory": memory, "query": query, "datasets": datasets}

if __name__ == "__main__":
    run(PARTS, f"pandas {pandas.__version__}", TODAY)
