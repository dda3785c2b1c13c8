"""What does training cost?

    boosting  a gradient-boosting job from the call to SUCCEEDED, beside XGBoost's C API alone
    linear    linear and logistic models beside scikit-learn's, the same regularisation
    queue     a thousand jobs that wait: submitting them, and starting the server again
    serving   predictions at a steady rate while two jobs train, beside those without

ROUNDS (5) changes how often it is measured.
"""

import os
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import boosting
import linear
import queued
import serving
from parts import CORES, TODAY, run

PARTS = {"boosting": boosting.measure, "linear": linear.measure, "queue": queued.measure,
         "serving": serving.measure}

if __name__ == "__main__":
    run(PARTS, TODAY, CORES)
