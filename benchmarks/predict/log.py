"""What does the prediction log cost?

One server with all roles and a model of 100 trees of depth 6 on 30 numbers answers predictions of one
row, with its log off, on, and on for a tenth of the calls, in turns. A closed loop (h2load, 4x4) gives
the throughput, and the CPU time of the whole server per call, the writing of the log included: after
each turn it is waited until the books balance. Nothing may have been dropped.
"""

import os
import re
import time
import urllib.request

import messages
from call import CALLS, GRPC, ROUNDS, h2load, write, write_training_rows
from server import Server
from table import median, show, spread

PREDICT = "/serin.v1.PredictService/Predict"
SETTINGS = {"off": ["off", "trees"],
            "on": ["on", "trees"],
            "on, a tenth of the calls": ["on", "trees", "--sample", "10"]}


def books(server):
    """Rows served, and rows by outcome."""
    with urllib.request.urlopen(f"http://{server.admin}/metrics") as answer:
        text = answer.read().decode()
    served = re.search(r"^serin_prediction_log_served_rows_total\S* (\S+)$", text, re.MULTILINE)
    outcomes = re.findall(r'^serin_prediction_log_rows_total\{.*outcome="(\w+)"\} (\S+)$', text,
                          re.MULTILINE)
    return float(served.group(1)) if served else 0, {name: float(rows) for name, rows in outcomes}


def settle(server):
    for _ in range(300):
        served, outcomes = books(server)
        if outcomes.get("dropped"):
            raise SystemExit(f"{outcomes['dropped']:.0f} rows were dropped")
        if served == sum(outcomes.values()):
            return
        time.sleep(0.1)
    raise SystemExit("the books of the prediction log do not balance")


def turn(server, message):
    """Calls per second, and CPU microseconds per call."""
    url = f"http://{server.address}{PREDICT}"
    h2load(url, message, CALLS // 10, *GRPC)
    settle(server)
    before, begin = server.cpu_seconds(), time.perf_counter()
    h2load(url, message, CALLS, *GRPC)
    seconds = time.perf_counter() - begin
    settle(server)
    return CALLS / seconds, (server.cpu_seconds() - before) / CALLS * 1e6


def measure(work):
    rows, row = write_training_rows(work)
    message = write(work, "log-message", messages.columns_request("trees", row))
    turns = {name: [] for name in SETTINGS}
    with Server(os.path.join(work, "log"), "--log_level=error") as server:
        server.serin("dataset", "upload", "rows", rows)
        server.serin("train", "start", "trees", "--dataset=rows", "--target=y",
                     "--algorithm=gradient_boosting", "--set=rounds=100", "--set=max_depth=6")
        for _ in range(ROUNDS):
            for name, setting in SETTINGS.items():
                server.serin("log", *setting)
                turns[name].append(turn(server, message))

    def ratio(name, which):
        return f"{median([own[which] / off[which] for own, off in zip(turns[name], turns['off'])]):.3f}"

    show("The prediction log", ("log", "calls/s", "to off", "CPU us per call", "to off"),
         ((name, spread([of[0] for of in all]), ratio(name, 0), spread([of[1] for of in all]),
           ratio(name, 1)) for name, all in turns.items()))
