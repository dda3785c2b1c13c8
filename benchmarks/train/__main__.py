"""What does training cost?

    boosting  a gradient-boosting job from the call to SUCCEEDED, beside XGBoost's C API alone
    linear    linear and logistic models beside scikit-learn's, the same regularisation
    queue     a thousand jobs that wait: submitting them, and starting the server again
    serving   predictions at a steady rate while two jobs train, beside those without

ROUNDS (5) changes how often it is measured.
"""

import os
import sys
import tempfile
import time

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import boosting
import linear
import queued
import serving

PARTS = {"boosting": boosting.measure, "linear": linear.measure, "queue": queued.measure,
         "serving": serving.measure}


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
