"""Logs what a tracking server may hold, and says by which source each is named and what it must come to.

Usage: log_sources.py <tracking uri> <folder>
Prints one JSON object: sources with the digest that each must have, and the registered model whose alias moves.
"""

import hashlib
import json
import os
import pathlib
import sys

import mlflow
from mlflow import MlflowClient

tracking, folder = sys.argv[1:3]
mlflow.set_tracking_uri(tracking)
mlflow.set_registry_uri(tracking)
client = MlflowClient()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(path: str) -> str:
    """As docs/guides/registry.md says it, written once more."""
    if os.path.isfile(path):
        return "sha256:" + sha256(pathlib.Path(path).read_bytes())
    # MLflow's client adds a file of its own to what it downloads.
    files = [p for p in pathlib.Path(path).rglob("*") if p.is_file() and p.name != "registered_model_meta"]
    names = sorted((p.relative_to(path).as_posix().encode(), sha256(p.read_bytes())) for p in files)
    lines = b"".join(digest.encode() + b"  " + name + b"\n" for name, digest in names)
    return "sha256:" + sha256(b"understudy folder 1\n" + lines)


local = pathlib.Path(folder) / "files"
for name, text in {"MLmodel": "flavors: {}", "data/modèle 模型.bin": "weights", "data/100%/a b+c&d=e.txt": "", "deep/1/2/3": "x"}.items():
    (local / name).parent.mkdir(parents=True, exist_ok=True)
    (local / name).write_text(text)

cases = []
for kind, location in {"server": None, "proxied": "mlflow-artifacts:/proxied"}.items():
    experiment = client.create_experiment(kind, artifact_location=location)
    run = client.create_run(experiment)
    run_id = run.info.run_id
    client.log_artifacts(run_id, str(local), "files")
    cases.append({"source": f"runs:/{run_id}/files", "digest": digest_of(str(local))})
    cases.append({"source": f"runs:/{run_id}/files/MLmodel", "digest": digest_of(str(local / "MLmodel"))})
    if location:
        cases.append({"source": f"{run.info.artifact_uri}/files", "digest": digest_of(str(local))})

# MLflow 3 logs models beside the runs.
mlflow.set_experiment("proxied")
os.environ["MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING"] = "false"


class Add(mlflow.pyfunc.PythonModel):
    def __init__(self, what):
        self.what = what

    def predict(self, context, model_input, params=None):
        return [self.what for _ in range(len(model_input))]


logged = []
for what in (1, 2):
    with mlflow.start_run() as run:
        model = mlflow.pyfunc.log_model(name="model", python_model=Add(what), pip_requirements=["mlflow"])
    there = mlflow.artifacts.download_artifacts(f"models:/{model.model_id}", dst_path=f"{folder}/m{what}")
    mlflow.register_model(f"models:/{model.model_id}", "theirs")
    logged.append({"model": f"models:/{model.model_id}", "digest": digest_of(there)})
    cases.append({"source": f"models:/{model.model_id}", "digest": digest_of(there)})
    cases.append({"source": f"runs:/{run.info.run_id}/model", "digest": digest_of(there)})
client.set_registered_model_alias("theirs", "champion", "1")
print(json.dumps({"cases": cases, "logged": logged, "run": run_id}), flush=True)
