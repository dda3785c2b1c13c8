"""Measures Serin's proxy beside nginx and HAProxy, in front of the same upstream, in one run.

benchmarks/METHOD.md says how; scripts/bench proxy builds what is needed and runs this.
"""

import os
import subprocess
import sys
import tempfile

import cost
import limits
import overload
import replicas
from machine import RELEASE

MEASUREMENTS = {
    "cost": cost.measure,
    "idle": limits.measure_idle,
    "upload": limits.measure_upload,
    "streams": limits.measure_streams,
    "overload": overload.measure,
    "replicas": replicas.measure,
}


def write_messages(directory):
    with open(f"{directory}/empty", "wb") as file:
        file.write(bytes(5))
    with open(f"{directory}/predict", "wb") as file:
        subprocess.run([f"{RELEASE}/benchmarks/load/bench_caller", "message"], stdout=file,
                       check=True)


def main(names):
    unknown = set(names) - set(MEASUREMENTS)
    if unknown:
        sys.exit(f"scripts/bench proxy: there is no {sorted(unknown)}; known: {list(MEASUREMENTS)}")
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)  # nginx's workers have a user of their own.
        write_messages(directory)
        for name in names or MEASUREMENTS:
            MEASUREMENTS[name](directory, int(os.environ.get("ROUNDS", "3")))


main(sys.argv[1:])
