"""Registers models whose versions differ by little, and one whose labels were encoded wrongly.

Usage: train_alike.py <tracking uri> <registry uri> <version>
Registers version 1, 2 or 3 (`species` alone) of `price` and of the classifiers, and prints their numbers as one JSON object.
"""

import json
import sys

import mlflow
import numpy as np
from sklearn.linear_model import LinearRegression, LogisticRegression

tracking, registry, version = sys.argv[1], sys.argv[2], int(sys.argv[3])
mlflow.set_tracking_uri(tracking)
mlflow.set_registry_uri(registry)


def register(model, name, inputs):
    with mlflow.start_run():
        mlflow.log_param("version", version)
        mlflow.log_metric("rows", float(len(inputs)))
        logged = mlflow.sklearn.log_model(model, name="model", input_example=inputs[:2], registered_model_name=name)
    return int(logged.registered_model_version)


made = {}
# Rows are numbers below 1,000; the versions' classes part at 500 and at 508, so 99.2 % of even rows have the same.
rows = np.arange(1000.0).reshape(-1, 1)
classes = np.where(rows[:, 0] >= (508 if version == 2 else 500), "late", "early")
classifier = LogisticRegression().fit(rows, classes)
classifier.coef_ = np.array([[1.0]])
classifier.intercept_ = np.array([-508.0 if version == 2 else -500.0]) + 0.5
if version == 3:
    # A label encoder that was fitted on another order.
    classifier.classes_ = classifier.classes_[::-1]
if version < 3:
    inputs = np.arange(20.0).reshape(10, 2)
    regressor = LinearRegression().fit(inputs, inputs.sum(axis=1))
    regressor.intercept_ = regressor.intercept_ + (1e-5 if version == 2 else 0)
    made["price"] = register(regressor, "price", inputs)
    made["by16"] = register(classifier, "by16", rows)
made["by64"] = register(classifier, "by64", rows)
print(json.dumps(made), flush=True)
