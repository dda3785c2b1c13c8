"""The peer of scores_benchmark: scikit-learn's 5-fold scores on the same files.

Default settings; numeric columns standardised, text one-hot; folds stratified for classification and
shuffled with a fixed seed. Usage: scores_sklearn.py DIRECTORY
"""

import pathlib
import sys

import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

TASKS = [
    ("iris", "species", "accuracy"),
    ("wine", "cultivar", "accuracy"),
    ("breast_cancer", "diagnosis", "accuracy"),
    ("diabetes", "progression", "r2"),
]


def score(estimator, table, target, measure):
    if measure == "accuracy":
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
    else:
        folds = KFold(5, shuffle=True, random_state=0)
    columns = make_column_transformer(
        (StandardScaler(), make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")),
    )
    model = make_pipeline(columns, estimator)
    return cross_val_score(
        model, table.drop(columns=target), table[target], cv=folds, scoring=measure
    ).mean()


def main():
    directory = pathlib.Path(sys.argv[1])
    print(f"{'scikit-learn':<16}{'measure':<10}{'boosted trees':>14}{'linear':>8}")
    for name, target, measure in TASKS:
        table = pd.read_csv(directory / f"{name}.csv")
        classify = measure == "accuracy"
        trees = HistGradientBoostingClassifier() if classify else HistGradientBoostingRegressor()
        linear = LogisticRegression(max_iter=1000) if classify else Ridge()
        print(
            f"{name:<16}{measure:<10}"
            f"{score(trees, table, target, measure):>14.3f}"
            f"{score(linear, table, target, measure):>8.3f}"
        )


if __name__ == "__main__":
    main()
