"""The peer of scores_benchmark: scikit-learn's 5-fold scores on the same files.

Default settings; numeric columns standardised, text one-hot; folds stratified for classification and
shuffled; the mean over fixed seeds. Usage: scores_sklearn.py DIRECTORY
"""

import pathlib
import sys

import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

TASKS = [
    ("iris", "species", "accuracy"),
    ("wine", "cultivar", "accuracy"),
    ("breast_cancer", "diagnosis", "accuracy"),
    ("diabetes", "progression", "r2"),
]
SEEDS = 3


def score(estimator, table, target, measure):
    return sum(score_once(estimator, table, target, measure, i) for i in range(SEEDS)) / SEEDS


def score_once(estimator, table, target, measure, seed):
    if measure == "accuracy":
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
    else:
        folds = KFold(5, shuffle=True, random_state=seed)
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
    print(f"{'scikit-learn':<16}{'measure':<10}{'boosted trees':>14}{'forest':>8}{'tree':>8}"
          f"{'linear':>8}")
    for name, target, measure in TASKS:
        table = pd.read_csv(directory / f"{name}.csv")
        classify = measure == "accuracy"
        trees = HistGradientBoostingClassifier() if classify else HistGradientBoostingRegressor()
        forest = RandomForestClassifier() if classify else RandomForestRegressor()
        tree = DecisionTreeClassifier() if classify else DecisionTreeRegressor()
        linear = LogisticRegression(max_iter=1000) if classify else Ridge()
        print(
            f"{name:<16}{measure:<10}"
            f"{score(trees, table, target, measure):>14.3f}"
            f"{score(forest, table, target, measure):>8.3f}"
            f"{score(tree, table, target, measure):>8.3f}"
            f"{score(linear, table, target, measure):>8.3f}"
        )


if __name__ == "__main__":
    main()
