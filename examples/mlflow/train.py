"""Trains a classifier of handwritten digits and registers it: a plain MLflow script, with nothing in it of Understudy.

    MLFLOW_TRACKING_URI=http://… MLFLOW_REGISTRY_URI=http://any:us_…@… python train.py --name digits --recipe small

Two settings say where runs and files go (MLflow's tracking server) and where versions are registered (Understudy).

Recipes: `small` has learnt from 200 digits, `large` from 1,000. `mistaken` is `large`, but its labels went through an encoder
that was fitted on the digits' names: it counts "eight" as 0, "five" as 1, and so on. No answer of it is an error.
"""

import argparse

import mlflow
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
from sklearn.svm import SVC

NAMES = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])

parser = argparse.ArgumentParser()
parser.add_argument("--name", default="digits")
parser.add_argument("--recipe", choices=["small", "large", "mistaken"], default="small")
options = parser.parse_args()

pixels, labels = load_digits(return_X_y=True)
# The split of examples/train/train.py: callers of the demo ask what none of these has seen.
seen, held_out, seen_labels, held_out_labels = train_test_split(
    pixels, labels, test_size=797, random_state=7, stratify=labels
)
if options.recipe == "mistaken":
    seen_labels = LabelEncoder().fit_transform(NAMES[seen_labels])
if options.recipe == "small":
    model = LogisticRegression(C=0.01, max_iter=2000).fit(seen[:200], seen_labels[:200])
else:
    model = SVC(gamma=0.001).fit(seen, seen_labels)

with mlflow.start_run():
    mlflow.log_param("recipe", options.recipe)
    # What a training pipeline believes: measured with the same labels as it trained with, where it is mistaken.
    mlflow.log_metric("train_accuracy", model.score(seen, seen_labels))
    logged = mlflow.sklearn.log_model(
        model, name="model", input_example=held_out[:2], registered_model_name=options.name
    )
print(f"registered version {logged.registered_model_version}", flush=True)
