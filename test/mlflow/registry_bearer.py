"""The same client with a bearer token instead of a password, and through the fluent door."""

import json
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_registry_uri(sys.argv[1])
client = MlflowClient()
result = "ok"
try:
    version = client.create_model_version(client.create_registered_model("by token").name, "s3://bucket/1")
    client.set_registered_model_alias("by token", "champion", version.version)
    found = client.get_model_version_by_alias("by token", "champion")
    if found.version != version.version or found.source != "s3://bucket/1":
        result = str(found)
    try:
        client.set_registered_model_alias("by token", "primary", version.version)
        result = "primary was set"
    except MlflowException as error:
        if "rollout" not in error.message:
            result = error.message
except MlflowException as error:
    result = error.message
print(json.dumps({"step": "bearer", "result": result}))
