"""What does predicting cost?

    batch     a million rows, from dataset to dataset, beside XGBoost's own command
    call      a Predict at the predict role and through the proxy, beside an echo and FastAPI
    reload    predictions while another model is loaded over and over; memory after 10,000 loads

ROUNDS (3, or 5 for call) changes how often it is measured.
"""

import os
import sys
import tempfile
import time

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import batch
import call
import reload

PARTS = {"batch": batch.measure, "call": call.measure, "reload": reload.measure}


def main(names):
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise SystemExit(f"no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    print(f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as work:
        for name in names or PARTS:
            PARTS[name](work)


if __name__ == "__main__":
    main(sys.argv[1:])
