"""A training script as teams have it: two lines of settings, log_model, and the model is registered.

Usage: train_and_register.py <tracking uri> <registry uri> <model> <slope>
Prints one JSON object: the version, and what the model predicts.
"""

import json
import sys

import mlflow
import numpy as np
from sklearn.linear_model import LinearRegression

tracking, registry, name, slope = sys.argv[1:5]
mlflow.set_tracking_uri(tracking)
mlflow.set_registry_uri(registry)

inputs = np.arange(20.0).reshape(10, 2)
model = LinearRegression().fit(inputs, inputs.sum(axis=1) * float(slope))
with mlflow.start_run():
    logged = mlflow.sklearn.log_model(model, name="model", input_example=inputs[:2], registered_model_name=name)
predicted = model.predict(inputs[:2]).tolist()
print(json.dumps({"version": int(logged.registered_model_version), "predicted": predicted}), flush=True)
