"""What benchmarks have in common that are measured by parts: scripts/bench NAME [PART ...]."""

import os
import sys
import tempfile
import time

TODAY = time.strftime("%Y-%m-%d")
CORES = f"{os.cpu_count()} cores"


def run(parts, *facts):
    """Says what it is measured on, then measures the parts that the command line names, or all.

    `parts`: by name, functions that take a directory to work in, which goes afterwards.
    """
    names = sys.argv[1:]
    unknown = [name for name in names if name not in parts]
    if unknown:
        raise SystemExit(f"no part {unknown[0]!r}; there are {', '.join(parts)}")
    print(", ".join([*facts, f"load {os.getloadavg()[0]:.1f}"]))
    with tempfile.TemporaryDirectory() as work:
        for name in names or parts:
            parts[name](work)
