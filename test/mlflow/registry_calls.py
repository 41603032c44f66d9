"""Drives the real MLflow client through every call of the model registry, good and bad.

Usage: registry_calls.py <registry uri>
Prints one JSON object a line: the name of the step and what came of it. Times, users and what
else differs between two servers by nature are left out; everything else must be the same.
"""

import json
import re
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
mlflow.set_registry_uri(uri)
client = MlflowClient(tracking_uri=uri, registry_uri=uri)

BY_NATURE = {"creation_timestamp", "last_updated_timestamp", "user_id", "model_id", "params", "metrics", "deployment_job_id", "deployment_job_state"}


def plain(value):
    """What a client's user sees, as JSON."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in sorted(value.items())}
    if hasattr(value, "token") and isinstance(value, list):
        return {"items": [plain(one) for one in value], "more": bool(value.token)}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    kind = type(value).__name__
    if kind in ("RegisteredModel", "ModelVersion"):
        return {key: plain(getattr(value, key)) for key in sorted(dict(value)) if key not in BY_NATURE}
    return str(value)


def step(name, call):
    """Makes one call and says what came of it."""
    try:
        result = plain(call())
    except MlflowException as error:
        # A set's order means nothing.
        message = re.sub(r"\{('[^}]*')\}", lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", error.message)
        result = {"error": error.error_code, "status": error.get_http_status_code(), "message": message}
    print(json.dumps({"step": name, "result": result}, sort_keys=True), flush=True)


LONG = "n" * 200
# Models.
step("create", lambda: client.create_registered_model("digits", {"team": "search", "empty": ""}, "reads digits"))
step("create bare", lambda: client.create_registered_model("bare"))
step("create twice", lambda: client.create_registered_model("digits"))
step("create without a name", lambda: client.create_registered_model(""))
step("create with a blank", lambda: client.create_registered_model("with a blank"))
step("create in Unicode", lambda: client.create_registered_model("modèle ünï 模型"))
step("create long", lambda: client.create_registered_model(LONG))
step("create with a slash", lambda: client.create_registered_model("a/b"))
step("create with a colon", lambda: client.create_registered_model("a:b"))
step("create with 255", lambda: client.create_registered_model("x" * 255))
step("create with 256", lambda: client.create_registered_model("y" * 256))
step("create with 257", lambda: client.create_registered_model("z" * 257))
step("257 gone", lambda: client.delete_registered_model("z" * 257))
step("create with a dot", lambda: client.create_registered_model("a.b-c_d"))
step("create with an at", lambda: client.create_registered_model("a@b"))
step("create with quotes", lambda: client.create_registered_model("it's \"quoted\" 100%"))
step("get with quotes", lambda: client.get_registered_model("it's \"quoted\" 100%"))
for length in (250, 251):
    step(f"tag key of {length}", lambda length=length: client.set_registered_model_tag("digits", "k" * length, "v"))
for length in (5_000, 100_000, 100_001):
    step(f"tag value of {length}", lambda length=length: client.set_registered_model_tag("digits", "big", "v" * length))
step("tag gone", lambda: [client.delete_registered_model_tag("digits", key) for key in ("k" * 250, "big")])
step("tag without a key", lambda: client.set_registered_model_tag("digits", "", "v"))
step("tag key with odd characters", lambda: client.set_registered_model_tag("digits", "a,b;c", "v"))
step("get", lambda: client.get_registered_model("digits"))
step("get missing", lambda: client.get_registered_model("nothing"))
step("get without a name", lambda: client.get_registered_model(""))
step("update", lambda: client.update_registered_model("digits", "reads them well"))
step("update missing", lambda: client.update_registered_model("nothing", "x"))
step("set tag", lambda: client.set_registered_model_tag("digits", "stage of life", "early"))
step("set tag anew", lambda: client.set_registered_model_tag("digits", "team", "vision"))
step("set tag number", lambda: client.set_registered_model_tag("digits", "n", 3))
step("set tag of missing", lambda: client.set_registered_model_tag("nothing", "a", "b"))
step("tags", lambda: client.get_registered_model("digits"))
step("delete tag", lambda: client.delete_registered_model_tag("digits", "n"))
step("delete tag again", lambda: client.delete_registered_model_tag("digits", "n"))
step("delete tag of missing", lambda: client.delete_registered_model_tag("nothing", "n"))
step("rename", lambda: client.rename_registered_model("bare", "renamed"))
step("rename to a taken name", lambda: client.rename_registered_model("renamed", "digits"))
step("rename missing", lambda: client.rename_registered_model("nothing", "something"))
step("get under the old name", lambda: client.get_registered_model("bare"))

# Versions.
def version(name, source, **more):
    return client.create_model_version(name, source, **more)


step("version 1", lambda: version("digits", "s3://bucket/1", run_id=None, tags={"a": "1"}, description="first"))
step("version 2", lambda: version("digits", "s3://bucket/2"))
step("version 3", lambda: version("digits", "s3://bucket/3", run_link="https://ci/3"))
step("version of missing", lambda: version("nothing", "s3://bucket/1"))
step("version of renamed", lambda: version("renamed", "s3://bucket/r"))
step("get version", lambda: client.get_model_version("digits", "1"))
step("get version not a number", lambda: client.get_model_version("digits", "one"))
step("get version zero", lambda: client.get_model_version("digits", "0"))
step("get version negative", lambda: client.get_model_version("digits", "-1"))
step("version without a source", lambda: version("digits", ""))
step("get version by number", lambda: client.get_model_version("digits", 2))
step("get version missing", lambda: client.get_model_version("digits", "99"))
step("get version of missing", lambda: client.get_model_version("nothing", "1"))
step("update version", lambda: client.update_model_version("digits", "2", "second"))
step("update version missing", lambda: client.update_model_version("digits", "99", "x"))
step("version tag", lambda: client.set_model_version_tag("digits", "2", "k", "v"))
step("version tag anew", lambda: client.set_model_version_tag("digits", "2", "k", "w"))
step("version tag of missing", lambda: client.set_model_version_tag("digits", "99", "k", "v"))
step("version tag shown", lambda: client.get_model_version("digits", "2"))
step("version tag gone", lambda: client.delete_model_version_tag("digits", "2", "k"))
step("version tag gone again", lambda: client.delete_model_version_tag("digits", "2", "k"))
step("download uri", lambda: client.get_model_version_download_uri("digits", "1"))
step("download uri missing", lambda: client.get_model_version_download_uri("digits", "99"))

# Aliases.
step("alias", lambda: client.set_registered_model_alias("digits", "champion", "2"))
step("alias of missing version", lambda: client.set_registered_model_alias("digits", "champion", "99"))
step("alias latest", lambda: client.set_registered_model_alias("digits", "latest", "1"))
for name in ("a" * 255, "a" * 256, "with blank", "ünï", ""):
    step(f"alias {name[:20]} {len(name)}", lambda name=name: client.set_registered_model_alias("digits", name, "1"))
step("alias gone", lambda: client.delete_registered_model_alias("digits", "a" * 255))
step("alias v1", lambda: client.set_registered_model_alias("digits", "v1", "1"))
step("second alias", lambda: client.set_registered_model_alias("digits", "best", "2"))
step("by alias", lambda: client.get_model_version_by_alias("digits", "champion"))
step("by alias missing", lambda: client.get_model_version_by_alias("digits", "nobody"))
step("alias moved", lambda: client.set_registered_model_alias("digits", "champion", "3"))
step("by alias moved", lambda: client.get_model_version_by_alias("digits", "champion"))
step("aliases shown", lambda: client.get_registered_model("digits").aliases)
step("alias removed", lambda: client.delete_registered_model_alias("digits", "best"))
step("alias removed again", lambda: client.delete_registered_model_alias("digits", "best"))
step("by alias removed", lambda: client.get_model_version_by_alias("digits", "best"))

# Stages.
step("to staging", lambda: client.transition_model_version_stage("digits", "1", "Staging"))
step("to production", lambda: client.transition_model_version_stage("digits", "2", "production"))
step("to production, archiving", lambda: client.transition_model_version_stage("digits", "3", "Production", archive_existing_versions=True))
step("archived", lambda: client.get_model_version("digits", "2"))
step("to no stage", lambda: client.transition_model_version_stage("digits", "1", "Nowhere"))
step("archiving to none", lambda: client.transition_model_version_stage("digits", "1", "None", archive_existing_versions=True))
step("latest", lambda: sorted((one.version, one.current_stage) for one in client.get_latest_versions("digits")))
step("latest of a stage", lambda: client.get_latest_versions("digits", ["Production"]))
step("latest of no stage", lambda: client.get_latest_versions("digits", ["Nowhere"]))
step("latest of missing", lambda: client.get_latest_versions("nothing"))

# Searches.
for i in range(5):
    step(f"more {i}", lambda i=i: client.create_registered_model(f"many_{i}", {"group": "x" if i % 2 else "y"}))
    step(f"more version {i}", lambda i=i: version(f"many_{i}", f"s3://many/{i}", tags={"group": "x" if i % 2 else "y"}))
MODEL_FILTERS = [None, "", "name = 'digits'", "name LIKE 'many%'", "name ILIKE 'MANY%'", "name != 'digits'", "tags.group = 'x'", "tags.group != 'x'", "tag.group LIKE 'y%'", "name LIKE 'many%' AND tags.group = 'x'", "tags.`stage of life` = 'early'", "name = digits", "name = ", "name", "nonsense = 'x'", "name > 'a'", "name LIKE 'many%' OR name = 'digits'", "tags.group IN ('x')", "name = 'x' AND"]
for text in MODEL_FILTERS:
    step(f"models where {text}", lambda text=text: [one.name for one in client.search_registered_models(text)])
VERSION_FILTERS = [None, "name = 'digits'", "name LIKE 'many%'", "run_id = 'r'", "run_id IN ('a', 'b')", "source_path = 's3://bucket/1'", "tags.group = 'x'", "version_number = 2", "version_number > 1", "version_number = 'two'", "name IN ('digits')", "nonsense = 'x'", "name ILIKE 'DIG%' AND tags.a = '1'"]
for text in VERSION_FILTERS:
    step(f"versions where {text}", lambda text=text: sorted((one.name, one.version) for one in client.search_model_versions(text)))
step("models by name, down", lambda: [one.name for one in client.search_registered_models("name LIKE 'many%'", order_by=["name DESC"])])
step("models by time", lambda: [one.name for one in client.search_registered_models("name LIKE 'many%'", order_by=["last_updated_timestamp ASC"])])
step("models by nonsense", lambda: client.search_registered_models(order_by=["nonsense"]))
step("versions in order", lambda: [one.version for one in client.search_model_versions("name = 'digits'", order_by=["version_number ASC"])])
step("versions by nonsense", lambda: client.search_model_versions(order_by=["nonsense"]))
step("first page", lambda: client.search_registered_models("name LIKE 'many%'", max_results=2))


def pages():
    names, token = [], None
    for _ in range(10):
        page = client.search_registered_models("name LIKE 'many%'", max_results=2, page_token=token)
        names.append([one.name for one in page])
        token = page.token
        if not token:
            return names


step("all pages", pages)
step("no results", lambda: client.search_registered_models(max_results=0))
step("too many results", lambda: client.search_registered_models(max_results=1001))
step("too many versions", lambda: client.search_model_versions(max_results=200001))
step("a token of nobody", lambda: client.search_registered_models(page_token="nonsense"))

# Copies and the fluent door.
step("copy", lambda: client.copy_model_version("models:/digits/1", "copied"))
step("copy again", lambda: client.copy_model_version("models:/digits@champion", "copied"))
step("copy's files", lambda: client.get_model_version_download_uri("copied", "1"))
step("copy of missing", lambda: client.copy_model_version("models:/digits/99", "copied"))

# Deletions.
step("delete version", lambda: client.delete_model_version("digits", "1"))
step("delete version again", lambda: client.delete_model_version("digits", "1"))
step("get deleted version", lambda: client.get_model_version("digits", "1"))
step("next version", lambda: version("digits", "s3://bucket/4"))
step("delete a version with an alias", lambda: client.delete_model_version("digits", "3"))
step("by alias of a deleted version", lambda: client.get_model_version_by_alias("digits", "champion"))
step("delete", lambda: client.delete_registered_model("renamed"))
step("delete again", lambda: client.delete_registered_model("renamed"))
step("get deleted", lambda: client.get_registered_model("renamed"))
step("create deleted anew", lambda: client.create_registered_model("renamed"))
step("version of it", lambda: version("renamed", "s3://bucket/new"))
