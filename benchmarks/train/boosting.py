"""What does a gradient-boosting job cost beyond XGBoost?

The job reads 125,000 rows of 30 numbers, a fifth of which it holds out to judge the model: queue,
worker process, reading, encoding, training on 100,000 rows, evaluation, bundle, registration. Its
peer is a program that calls XGBoost's C API with the same parameters on 100,000 of these rows,
which lie in its memory as a matrix of floats: from there to the last tree. It trains with as many
threads as Serin does (four, whatever the machine), and with one per core.
"""

import json
import os
import statistics
import subprocess
import time

import numpy

from server import Server

XGBOOST = "build/release/benchmarks/train_xgboost"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
TRAINING_ROWS = 100_000
ROWS = 125_000
INPUTS = 30
BOOSTING_ROUNDS = 100
DEPTH = 6
SERIN_THREADS = 4
NICENESS = 19  # Of Serin's workers; so that both get the same where others are busy.


def write_data(work):
    """The table as CSV, and its first TRAINING_ROWS rows, inputs then label, as floats."""
    random = numpy.random.default_rng(1)
    inputs = random.normal(size=(ROWS, INPUTS)).round(4)
    score = (inputs[:, 0] + inputs[:, 1] * inputs[:, 2] + numpy.sin(3 * inputs[:, 3])
             + 0.5 * inputs[:, 4:10].sum(axis=1) + random.normal(size=ROWS))
    label = (score > 0).astype(int)
    table = os.path.join(work, "boosting.csv")
    names = ",".join(f"x{i}" for i in range(INPUTS))
    with open(table, "w", encoding="utf-8") as file:
        file.write(names + ",label\n")
        for row, value in zip(inputs, label):
            file.write(",".join(f"{x:.4f}" for x in row) + (",yes\n" if value else ",no\n"))
    matrix = os.path.join(work, "boosting.floats")
    numpy.column_stack([inputs, label])[:TRAINING_ROWS].astype("<f4").tofile(matrix)
    return table, matrix


def xgboost_seconds(matrix, threads):
    """Seconds by the clock, and of CPU, from the matrix to the last tree."""
    out = subprocess.run([XGBOOST, matrix, str(INPUTS), str(BOOSTING_ROUNDS), str(DEPTH),
                          str(threads)], check=True, capture_output=True, text=True,
                         preexec_fn=lambda: os.nice(NICENESS)).stdout
    times = json.loads(out)
    return times["seconds"], times["cpu_seconds"]


def job_seconds(server, model):
    """Seconds from the call to SUCCEEDED, when each stage was first seen, and CPU seconds of server
    and worker, with what asking for the job costs."""
    request = {"model": f"models/{model}", "spec": {
        "dataset": "datasets/boosting", "target": "label", "algorithm": "gradient_boosting",
        "hyperparameters": {"rounds": BOOSTING_ROUNDS, "max_depth": DEPTH}}}
    cpu = server.cpu_seconds()
    begin = time.perf_counter()
    _, job = server.call("Train", request, service="TrainService")
    stages = {}
    while True:
        _, job = server.call("GetJob", {"name": job["name"]}, service="TrainService")
        seconds = time.perf_counter() - begin
        if job["state"] == "JOB_STATE_SUCCEEDED":
            time.sleep(0.5)  # The worker ends.
            return seconds, stages, server.cpu_seconds() - cpu
        if job["state"] not in ("JOB_STATE_QUEUED", "JOB_STATE_RUNNING"):
            raise SystemExit(f"the job ended as {job['state']}: {job.get('error')}")
        stages.setdefault(job.get("progress", {}).get("stage", "starting"), seconds)
        time.sleep(0.01)


def spread(values):
    return f"{statistics.median(values):6.2f} ({min(values):.2f} to {max(values):.2f})"


def ratios(ours, theirs):
    return spread([a / b for a, b in zip(ours, theirs)])


def print_stages(runs):
    """Median seconds from each stage to the next."""
    names = list(runs[0][1])
    begins = [[stages.get(name, seconds) for seconds, stages, _ in runs] for name in names]
    begins.append([seconds for seconds, _, _ in runs])
    for name, begin, end in zip(names, begins, begins[1:]):
        took = statistics.median(e - b for b, e in zip(begin, end))
        print(f"    {name:12}{took:6.2f}")


def measure(work):
    table, matrix = write_data(work)
    runs, same, cores = [], [], []
    with Server(os.path.join(work, "boosting")) as server:
        server.serin("dataset", "upload", "boosting", table)
        for i in range(ROUNDS):
            same.append(xgboost_seconds(matrix, SERIN_THREADS))
            runs.append(job_seconds(server, f"m{i}"))
            cores.append(xgboost_seconds(matrix, os.cpu_count()))
    print(f"boosting, {TRAINING_ROWS} x {INPUTS} trained, {BOOSTING_ROUNDS} rounds of depth {DEPTH}, s")
    print(f"  xgboost, {SERIN_THREADS} threads             {spread([s for s, _ in same])}")
    print(f"  xgboost, a thread per core     {spread([s for s, _ in cores])}")
    print(f"  serin's job                    {spread([run[0] for run in runs])}")
    print_stages(runs)
    print(f"  serin / xgboost                {ratios([r[0] for r in runs], [s for s, _ in same])}")
    print(f"  ... with a thread per core     {ratios([r[0] for r in runs], [s for s, _ in cores])}")
    print(f"  ... of CPU, {SERIN_THREADS} threads          {ratios([r[2] for r in runs], [c for _, c in same])}")
