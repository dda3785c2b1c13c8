"""How fast are linear models fitted, beside scikit-learn with the same regularisation?

Both get the same matrix of doubles in memory (100,000 x 30, standardised, inputs that go together;
for the second group a fifth of the rows and 100 inputs) and fit it in one thread. Printed per model:
CPU seconds, how much sooner Serin is there, by how much the objective of each is above the lowest
that any found, and the largest difference between Serin's coefficients and those of scikit-learn
with its tolerance so tight that it converges.
"""

import json
import os
import statistics
import subprocess
import time
import warnings

import numpy
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge

FIT = "build/release/benchmarks/train_fit"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SIZES = [(100_000, 30), (20_000, 100)]


def make_inputs(rows, inputs):
    random = numpy.random.default_rng(1)
    common = random.normal(size=(rows, 5)) @ random.normal(size=(5, inputs))
    x = common + 2 * random.normal(size=(rows, inputs))
    return (x - x.mean(axis=0)) / x.std(axis=0), random


def make_targets(x, random):
    """Number of classes -> targets."""
    weights = random.normal(size=(x.shape[1], 3)) * (random.random(size=(x.shape[1], 1)) < 0.6)
    scores = x @ weights / 3
    noise = random.gumbel(size=scores.shape)
    return {0: 10 * scores[:, 0] + 5 * random.normal(size=len(x)),
            2: (scores[:, 0] + random.logistic(size=len(x)) > 0).astype(float),
            3: (scores + noise).argmax(axis=1).astype(float)}


# name, classes, Serin's algorithm and hyperparameters, scikit-learn's model, the same so tight that
# it converges.
MODELS = [
    ("linear", 0, "linear_regression", {}, LinearRegression(), LinearRegression()),
    ("ridge", 0, "ridge_regression", {"l2": 10}, Ridge(alpha=10), Ridge(alpha=10)),
    ("lasso", 0, "lasso", {"alpha": 0.1}, Lasso(alpha=0.1),
     Lasso(alpha=0.1, tol=1e-12, max_iter=100_000)),
    ("elastic net", 0, "elastic_net", {"alpha": 0.1, "l1_ratio": 0.5},
     ElasticNet(alpha=0.1, l1_ratio=0.5),
     ElasticNet(alpha=0.1, l1_ratio=0.5, tol=1e-12, max_iter=100_000)),
    ("logistic", 2, "logistic_regression", {"l2": 1}, LogisticRegression(max_iter=1000),
     LogisticRegression(tol=1e-9, max_iter=10_000, solver="newton-cg")),
    ("logistic, 3 classes", 3, "logistic_regression", {"l2": 1}, LogisticRegression(max_iter=1000),
     LogisticRegression(tol=1e-9, max_iter=10_000, solver="newton-cg")),
    ("logistic, l1", 2, "logistic_regression", {"l1": 100, "l2": 0},
     LogisticRegression(penalty="l1", C=0.01, solver="saga", max_iter=1000),
     LogisticRegression(penalty="l1", C=0.01, solver="saga", tol=1e-8, max_iter=10_000)),
]


def objective(name, parameters, x, y, weights, intercepts):
    """What both minimise, per row."""
    margins = x @ weights.T + intercepts
    l1, l2 = parameters.get("l1", 0), parameters.get("l2", 0)
    if name.startswith("logistic"):
        if margins.shape[1] == 1:
            losses = numpy.logaddexp(0, numpy.where(y == 1, -1, 1) * margins[:, 0])
        else:
            top = margins.max(axis=1, keepdims=True)
            losses = (numpy.log(numpy.exp(margins - top).sum(axis=1)) + top[:, 0]
                      - margins[numpy.arange(len(y)), y.astype(int)])
        return losses.mean() + (l1 * abs(weights).sum() + l2 / 2 * (weights**2).sum()) / len(y)
    squares = ((y - margins[:, 0]) ** 2).mean() / 2
    alpha, ratio = parameters.get("alpha", 0), parameters.get("l1_ratio", 1)
    return (squares + l2 / 2 * (weights**2).sum() / len(y) + alpha * ratio * abs(weights).sum()
            + alpha * (1 - ratio) / 2 * (weights**2).sum())


def fit_serin(path, inputs, classes, algorithm, parameters):
    out = subprocess.run([FIT, path, str(inputs), str(classes), algorithm, json.dumps(parameters)],
                         check=True, capture_output=True, text=True).stdout
    fitted = json.loads(out)
    weights = numpy.array(fitted["weights"]).reshape(-1, inputs)
    return fitted["cpu_seconds"], weights, numpy.array(fitted["intercepts"])


def fit_peer(model, x, y):
    begin = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of what does not converge, and of rounding at the end.
        model.fit(x, y)
    seconds = time.process_time() - begin
    return seconds, numpy.atleast_2d(model.coef_), numpy.atleast_1d(model.intercept_)


def spread(values):
    return f"{statistics.median(values):7.4f} ({min(values):.4f} to {max(values):.4f})"


def compare(work, x, y, entry):
    name, classes, algorithm, parameters, model, tight = entry
    path = os.path.join(work, "matrix.doubles")
    numpy.column_stack([x, y]).tofile(path)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        seconds, *serin = fit_serin(path, x.shape[1], classes, algorithm, parameters)
        ours.append(seconds)
        seconds, *peer = fit_peer(model, x, y)
        theirs.append(seconds)
    _, *converged = fit_peer(tight, x, y)
    losses = [objective(name, parameters, x, y, *fitted) for fitted in (serin, peer, converged)]
    difference = abs(serin[0] - converged[0]).max()
    print(f"  {name}, {x.shape[0]} x {x.shape[1]}, CPU seconds")
    print(f"    serin {spread(ours)}  scikit-learn {spread(theirs)}")
    print(f"    scikit-learn / serin {spread([b / a for a, b in zip(ours, theirs)])}")
    print(f"    loss above the lowest: serin {losses[0] - min(losses):.1e}, "
          f"scikit-learn {losses[1] - min(losses):.1e}; "
          f"coefficients differ by at most {difference:.1e}", flush=True)


def measure(work):
    print(f"linear models, {ROUNDS} rounds")
    for rows, inputs in SIZES:
        x, random = make_inputs(rows, inputs)
        targets = make_targets(x, random)
        for entry in MODELS:
            compare(work, x, targets[entry[1]], entry)
