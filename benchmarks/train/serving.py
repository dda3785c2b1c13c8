"""How much do predictions suffer while two jobs train?

An open loop offers RATE predictions of one row a second (exponential gaps, latency from when a call
is due) for SECONDS; in turns without trainings and with two that take all that they can get: XGBoost
on 100,000 x 30. Each pair of turns gives a ratio.
"""

import json
import os
import statistics
import subprocess
import time

import boosting
from server import Server

CALLER = "build/release/benchmarks/load/bench_caller"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
RATE = int(os.environ.get("RATE", "300"))
SECONDS = int(os.environ.get("SECONDS_EACH", "10"))


def offer(server):
    """Milliseconds: the median and the 99th percentile."""
    out = subprocess.run([CALLER, "offer", f"--target={server.address}", f"--rate={RATE}",
                          f"--seconds={SECONDS}"], check=True, capture_output=True, text=True).stdout
    total = json.loads(out.strip().splitlines()[-1])
    return total["p50_ms"], total["p99_ms"]


def state_of(server, job):
    _, found = server.call("GetJob", {"name": job}, service="TrainService")
    return found["state"], found.get("progress", {}).get("stage", "")


def begin_training(server):
    """A job that trains, and goes on for longer than is measured."""
    _, job = server.call("Train", {"model": "models/busy", "spec": {
        "dataset": "datasets/boosting", "target": "label", "algorithm": "gradient_boosting",
        "hyperparameters": {"rounds": 10000, "max_depth": 8, "early_stopping_rounds": 0}}},
        service="TrainService")
    while state_of(server, job["name"])[1] != "training":
        time.sleep(0.05)
    return job["name"]


def measure(work):
    table, _ = boosting.write_data(work)
    quiet, busy = [], []
    with Server(os.path.join(work, "serving"), "--max_concurrent_jobs=2") as server:
        server.serin("dataset", "upload", "iris", "tests/data/iris.csv")
        server.serin("dataset", "upload", "boosting", table)
        server.serin("train", "start", "iris", "--dataset", "iris", "--target", "species",
                     "--algorithm", "logistic_regression")
        offer(server)
        for _ in range(ROUNDS):
            quiet.append(offer(server))
            jobs = [begin_training(server) for _ in range(2)]
            busy.append(offer(server))
            for job in jobs:
                if state_of(server, job)[0] != "JOB_STATE_RUNNING":
                    raise SystemExit(f"{job} ended while it was measured")
                server.call("CancelJob", {"name": job}, service="TrainService")
    print(f"serving, {RATE} predictions a second for {SECONDS} s, ms")
    for name, runs in (("without trainings", quiet), ("with two", busy)):
        print(f"  {name:18} p50 {boosting.spread([p50 for p50, _ in runs])}   "
              f"p99 {boosting.spread([p99 for _, p99 in runs])}")
    print(f"  p99 with / without {boosting.spread([b / q for (_, q), (_, b) in zip(quiet, busy)])}")
