"""What does predicting for a million rows cost?

BatchPredict, from the call to SUCCEEDED: a worker process reads a dataset of 1,000,000 rows of 30
numbers, scores it with 100 trees of depth 6 and appends the answers to another dataset, on disk, with
all cores. Its peer is a program that does what XGBoost's own command does (`task=pred`), through its
C API, on one thread: reads the same rows as CSV, scores them with a model of the same size, writes a
line for each.
"""

import json
import os
import statistics
import subprocess
import time

import numpy

from server import Server

XGBOOST = "build/release/benchmarks/predict_batch_xgboost"
ROUNDS = int(os.environ.get("ROUNDS", "3"))
ROWS = int(os.environ.get("ROWS", "1000000"))
TRAINING_ROWS = 20_000
INPUTS = 30
TREES = 100
DEPTH = 6


def write_rows(work):
    """Three files: for Serin, for XGBoost, and the first rows of each to train on."""
    random = numpy.random.default_rng(1)
    inputs = random.normal(size=(ROWS, INPUTS)).round(4)
    label = (inputs[:, 0] + inputs[:, 1] * inputs[:, 2] + random.normal(size=ROWS) > 0).astype(int)
    paths = {name: os.path.join(work, f"{name}.csv")
             for name in ("serin", "serin_train", "xgboost", "xgboost_train")}
    header = "label," + ",".join(f"x{i}" for i in range(INPUTS)) + "\n"
    files = {name: open(path, "w", encoding="utf-8") for name, path in paths.items()}
    files["serin"].write(header)
    files["serin_train"].write(header)
    for row in range(ROWS):
        line = ",".join(f"{x:.4f}" for x in inputs[row]) + "\n"
        files["serin"].write(("yes," if label[row] else "no,") + line)
        files["xgboost"].write(f"{label[row]}," + line)
        if row < TRAINING_ROWS:
            files["serin_train"].write(("yes," if label[row] else "no,") + line)
            files["xgboost_train"].write(f"{label[row]}," + line)
    for file in files.values():
        file.close()
    return paths


def xgboost_seconds(*arguments):
    environment = dict(os.environ, OMP_NUM_THREADS="1")
    out = subprocess.run([XGBOOST, *map(str, arguments)], check=True, capture_output=True,
                         text=True, env=environment).stdout
    return json.loads(out)["seconds"]


def wait(server, job):
    """The job, once it has SUCCEEDED."""
    while True:
        _, job = server.call("GetJob", {"name": job["name"]}, service="TrainService")
        if job["state"] == "JOB_STATE_SUCCEEDED":
            return job
        if job["state"] not in ("JOB_STATE_QUEUED", "JOB_STATE_RUNNING"):
            raise SystemExit(f"the job ended as {job['state']}: {job.get('error')}")
        time.sleep(0.01)


def job_seconds(server, output):
    request = {"model": "m", "dataset": "rows", "output_dataset": f"datasets/{output}"}
    cpu = server.cpu_seconds()
    begin = time.perf_counter()
    _, job = server.call("BatchPredict", request, service="PredictService")
    wait(server, job)
    seconds = time.perf_counter() - begin
    time.sleep(0.5)  # The worker ends.
    return seconds, server.cpu_seconds() - cpu


def train(server):
    request = {"model": "models/m", "spec": {
        "dataset": "datasets/train", "target": "label", "algorithm": "gradient_boosting",
        "hyperparameters": {"rounds": TREES, "max_depth": DEPTH, "early_stopping_rounds": 0}}}
    _, job = server.call("Train", request, service="TrainService")
    wait(server, job)


def spread(values):
    return f"{statistics.median(values):7.2f} ({min(values):.2f} to {max(values):.2f})"


def measure(work):
    paths = write_rows(work)
    model = os.path.join(work, "xgboost.ubj")
    xgboost_seconds("train", paths["xgboost_train"], model, TREES, DEPTH)
    ours, theirs = [], []
    with Server(os.path.join(work, "batch")) as server:
        server.serin("dataset", "upload", "train", paths["serin_train"])
        upload = server.serin("dataset", "upload", "rows", paths["serin"])
        train(server)
        for i in range(ROUNDS):
            theirs.append(xgboost_seconds("predict", paths["xgboost"], model,
                                          os.path.join(work, "predictions")))
            ours.append(job_seconds(server, f"out{i}"))
    print(f"batch, {ROWS} x {INPUTS}, {TREES} trees of depth {DEPTH}, s")
    print(f"  xgboost, CSV to predictions, 1 thread  {spread(theirs)}")
    print(f"  serin's job, dataset to dataset        {spread([s for s, _ in ours])}")
    print(f"  ... CPU of server and worker           {spread([c for _, c in ours])}")
    print(f"  xgboost / serin                        "
          f"{spread([t / o[0] for t, o in zip(theirs, ours)])}")
    print(f"  uploading the CSV to Serin, once       {upload:7.2f}")
