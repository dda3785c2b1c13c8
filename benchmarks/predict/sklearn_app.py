"""The peer of a Predict through the proxy: a scikit-learn model behind FastAPI, as one writes it.

Trains on the CSV file in TRAINING_CSV, whose last column is the target, when it starts.
"""

import os

import numpy
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.ensemble import GradientBoostingRegressor

table = numpy.loadtxt(os.environ["TRAINING_CSV"], delimiter=",", skiprows=1)
model = GradientBoostingRegressor(n_estimators=100, max_depth=6, max_features=0.3)
model.fit(table[:, :-1], table[:, -1])
app = FastAPI()


class Rows(BaseModel):
    rows: list[list[float]]


@app.post("/predict")
def predict(rows: Rows):
    return {"predictions": model.predict(rows.rows).tolist()}
