"""What does it cost to have a thousand jobs wait?

One training that takes long holds the only worker; behind it JOBS more are submitted, one after the
other on one connection (HTTP/1.1 and JSON, through the proxy), each on disk before its answer. Then
the server is killed and started again, until it says that it is ready; all jobs have to be there.
"""

import http.client
import json
import os
import statistics
import time

from server import Server

JOBS = int(os.environ.get("JOBS", "1000"))


def training(algorithm, **hyperparameters):
    return {"model": "models/iris", "spec": {
        "dataset": "datasets/iris", "target": "species", "algorithm": algorithm,
        "hyperparameters": hyperparameters}}


def submit(server, count):
    """Milliseconds that each submission takes."""
    connection = http.client.HTTPConnection(server.address)
    body = json.dumps(training("logistic_regression"))
    times = []
    for _ in range(count):
        begin = time.perf_counter()
        connection.request("POST", "/serin.v1.TrainService/Train", body,
                           {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        times.append(1e3 * (time.perf_counter() - begin))
        if answer.status != 200:
            raise SystemExit(f"a submission was refused: {text!r}")
    return sorted(times)


def count_waiting(server):
    _, page = server.call("ListJobs", {"pageSize": 1000}, service="TrainService")
    return sum(job["state"] == "JOB_STATE_QUEUED" for job in page["jobs"])


def measure(work):
    directory = os.path.join(work, "queue")
    with Server(directory) as server:
        server.serin("dataset", "upload", "iris", "tests/data/iris.csv")
        server.call("Train", training("gradient_boosting", rounds=10000, max_depth=10),
                    service="TrainService")
        times = submit(server, JOBS)
        server.kill()
    with Server(directory) as server:
        ready = server.seconds_to_start
        waiting = count_waiting(server)
    print(f"queue, {JOBS} jobs")
    print(f"  submission, ms              {statistics.median(times):6.2f} "
          f"(p99 {times[int(0.99 * len(times))]:.2f}, most {times[-1]:.2f})")
    print(f"  restart until ready, s      {ready:6.2f} ({waiting} of the newest 1000 wait)")
