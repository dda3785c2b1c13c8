"""What does a Predict of one row cost in CPU time, with 100 trees of depth 6 on 30 numbers?

At the predict role, in both forms of a request, beside a grpc++ callback service that parses nothing
and answers with as many bytes. Through the proxy, in calls per core-second, proxy and predictor
together, beside the same kind of model of scikit-learn behind FastAPI and uvicorn.
"""

import os
import re
import subprocess
import sys
import time

import numpy

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                             "load", "proxy"))
from machine import RELEASE, Process, serin_server
from subjects import free_port
from table import median, show, spread

import messages

ROUNDS = int(os.environ.get("ROUNDS", "5"))
CALLS = int(os.environ.get("CALLS", "40000"))
SHAPE = (4, 4)  # Connections, streams on each.
INPUTS = 30
PREDICT = "/serin.v1.PredictService/Predict"
# An answer: prediction_id of 26 characters, models/{model}/versions/1, and one number.
ANSWER_BYTES = 28 + 2 + len("models/trees/versions/1") + 11


def write_training_rows(work):
    random = numpy.random.default_rng(1)
    inputs = random.normal(size=(5000, INPUTS)).round(4)
    target = inputs[:, 0] + inputs[:, 1] * inputs[:, 2] + inputs[:, 3:12].sum(axis=1)
    path = os.path.join(work, "rows.csv")
    names = ",".join([f"x{i}" for i in range(INPUTS)] + ["y"])
    numpy.savetxt(path, numpy.column_stack([inputs, target]), "%.4f", ",", header=names, comments="")
    return path, {f"x{i}": float(x) for i, x in enumerate(inputs[0])}


class Cluster:
    """Roles in processes of their own, with model `trees`."""

    def __init__(self, work, rows):
        listen = "--internal_listen=127.0.0.1:0"
        self.dataset = serin_server(work, "dataset", "--roles=dataset", listen,
                                    f"--data_dir={work}/dataset")
        to_dataset = f"--dataset={self.dataset.addresses['internal']}"
        self.control = serin_server(work, "control", "--roles=control", listen, to_dataset,
                                    f"--data_dir={work}/control")
        to_control = f"--control={self.control.addresses['internal']}"
        self.predictor = serin_server(work, "predict", "--roles=predict", to_control, to_dataset,
                                      listen)
        self.proxy = serin_server(work, "proxy", "--roles=proxy", to_control, to_dataset)
        self._serin("dataset", "upload", "rows", rows)
        self._serin("train", "start", "trees", "--dataset=rows", "--target=y",
                    "--algorithm=gradient_boosting", "--set=rounds=100", "--set=max_depth=6")

    def _serin(self, *arguments):
        subprocess.run([f"{RELEASE}/client/serin",
                        f"--server={self.proxy.addresses['public']}", *arguments], check=True,
                       stdout=subprocess.DEVNULL)

    def stop(self):
        for process in (self.proxy, self.predictor, self.control, self.dataset):
            process.stop()


def h2load(url, message, calls, *options):
    connections, streams = SHAPE
    text = subprocess.run(
        ["h2load", f"--requests={calls}", f"--clients={connections}",
         f"--max-concurrent-streams={streams}", f"--data={message}", *options, url],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    if not re.search(rf"{calls} succeeded", text):
        raise RuntimeError(text)


GRPC = ["--header=content-type: application/grpc", "--header=te: trailers"]


def cpu_us(processes, url, message, calls, *options):
    """CPU time per call of the processes."""
    h2load(url, message, calls // 10, *options)
    before = sum(process.cpu_seconds() for process in processes)
    h2load(url, message, calls, *options)
    return (sum(process.cpu_seconds() for process in processes) - before) / calls * 1e6


def start_fastapi(rows):
    port = free_port()
    os.environ["TRAINING_CSV"] = rows
    app_dir = os.path.dirname(os.path.abspath(__file__))
    process = Process(["/usr/bin/python3", "-m", "uvicorn", "--app-dir", app_dir, "--port",
                       str(port), "--log-level", "error", "sklearn_app:app"])
    process.url = f"http://127.0.0.1:{port}/predict"
    return process


def wait_for(url, message, *options):
    for _ in range(600):
        try:
            return h2load(url, message, SHAPE[0], *options)
        except (RuntimeError, subprocess.CalledProcessError):
            time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")


def write(work, name, content):
    path = os.path.join(work, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def measure(work):
    rows, row = write_training_rows(work)
    columns = write(work, "columns", messages.columns_request("trees", row))
    friendly = write(work, "friendly", messages.rows_request("trees", row))
    body = write(work, "body.json", ('{"rows": [%s]}' % list(row.values())).encode())
    cluster = Cluster(work, rows)
    echo = Process([f"{RELEASE}/benchmarks/predict_echo", f"--answer_bytes={ANSWER_BYTES}"],
                   ready="echo ready: ")
    fastapi = start_fastapi(rows)
    json = ["--h1", "--header=content-type: application/json"]
    wait_for(fastapi.url, body, *json)
    pinned = [*GRPC, "--header=serin-version: 1"]
    to_echo = f"http://{echo.said}{PREDICT}"
    to_predictor = f"http://{cluster.predictor.addresses['internal']}{PREDICT}"
    to_proxy = f"http://{cluster.proxy.addresses['public']}{PREDICT}"
    both = [cluster.proxy, cluster.predictor]
    subjects = {
        "echo, message of columns": lambda: cpu_us([echo], to_echo, columns, CALLS, *pinned),
        "predict role, columns":
            lambda: cpu_us([cluster.predictor], to_predictor, columns, CALLS, *pinned),
        "echo, message of rows": lambda: cpu_us([echo], to_echo, friendly, CALLS, *pinned),
        "predict role, rows":
            lambda: cpu_us([cluster.predictor], to_predictor, friendly, CALLS, *pinned),
        "FastAPI": lambda: cpu_us([fastapi], fastapi.url, body, max(CALLS // 40, 40), *json),
        "proxy and predict role, rows": lambda: cpu_us(both, to_proxy, friendly, CALLS, *GRPC)}
    peers = {"predict role, columns": "echo, message of columns",
             "predict role, rows": "echo, message of rows",
             "proxy and predict role, rows": "FastAPI"}
    times = {name: [] for name in subjects}
    for _ in range(ROUNDS):
        for name, cost in subjects.items():
            times[name].append(cost())

    def ratio(name):
        if name not in peers:
            return ""
        pairs = zip(times[name], times[peers[name]])
        return f"{median([own / peer for own, peer in pairs]):.3f}"

    show("CPU of a Predict of one row", ("what", "us per call", "calls per core-second", "to its peer"),
         ((name, spread(of), f"{1e6 / median(of):,.0f}", ratio(name))
          for name, of in times.items()))
    for process in (fastapi, echo):
        process.stop()
    cluster.stop()
