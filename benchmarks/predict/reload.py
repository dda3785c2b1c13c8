"""What do loads of a model of 500 trees cost those who predict meanwhile, and does memory come back?"""

import subprocess


def measure(_):
    print(subprocess.run(["build/release/benchmarks/predict_reload"], check=True, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
