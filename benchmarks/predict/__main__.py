"""What does predicting cost?

    batch     a million rows, from dataset to dataset, beside XGBoost's own command
    call      a Predict at the predict role and through the proxy, beside an echo and FastAPI
    log       predictions with the prediction log off, on, and sampled
    reload    predictions while another model is loaded over and over; memory after 10,000 loads

ROUNDS (3, or 5 for call) changes how often it is measured.
"""

import os
import sys

sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import batch
import call
import log
import reload
from parts import CORES, TODAY, run

PARTS = {"batch": batch.measure, "call": call.measure, "log": log.measure, "reload": reload.measure}

if __name__ == "__main__":
    run(PARTS, TODAY, CORES)
