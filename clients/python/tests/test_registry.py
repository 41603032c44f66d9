"""Models, versions, uploads, policies, metrics: against the api."""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import uuid
from pathlib import Path

import pytest

import understudy
from understudy import calls

from .conftest import QUICK, REPOSITORY, Place


def name() -> str:
    return f"m-{uuid.uuid4().hex[:8]}"


def test_a_model_and_its_versions(client: understudy.Client, place: Place) -> None:
    model = name()
    made = client.create_model(model, description="Größe — 日本", tags={"team": "zoë"})
    assert made["tags"] == {"team": "zoë"}
    assert client.model(model)["description"] == "Größe — 日本"
    released = client.register(model, serving_url=place.good, metrics={"auc": 0.9}, tags={"für": "日本"}, rollout=False)
    assert (released.version, released.rollout) == (1, None)
    assert [one["version"] for one in client.versions(model)] == [1]
    assert client.version(model, 1)["tags"] == {"für": "日本"}
    assert model in [one["name"] for one in client.models(filter=f"name = '{model}'")]


def test_lists_are_read_to_their_end(client: understudy.Client, place: Place) -> None:
    model = name()
    for _ in range(55):
        client.register(model, serving_url=place.good, rollout=False)
    assert [one["version"] for one in client.versions(model)] == list(range(55, 0, -1))


def test_a_file_is_uploaded_once(client: understudy.Client, tmp_path: Path) -> None:
    file = tmp_path / "modèle.onnx"
    file.write_bytes(os.urandom(3_000_000))
    told: list[tuple[int, int]] = []
    first = client.register(name(), file, rollout=False, progress=lambda sent, of: told.append((sent, of)))
    artifact = first.data["artifact"]
    assert artifact is not None and artifact["digest"] == "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
    assert told[0] == (0, 3_000_000) and told[-1] == (3_000_000, 3_000_000)
    told.clear()
    client.register(name(), str(file), rollout=False, progress=lambda sent, of: told.append((sent, of)))
    assert told == []


def test_a_bar_where_tqdm_is(client: understudy.Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "weights.bin"
    file.write_bytes(os.urandom(100_000))
    client.register(name(), file, rollout=False, progress=True)
    assert "weights.bin" in capsys.readouterr().err


def test_a_folder_is_named_by_its_digest(client: understudy.Client, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    (folder / "data").mkdir(parents=True)
    (folder / "MLmodel").write_text("flavors: {}")
    (folder / "data" / "gewichte-ü.bin").write_bytes(b"\0" * 100)
    by_hand = "{ echo 'understudy folder 1'; find . -type f | LC_ALL=C sort | xargs -d '\\n' sha256sum | sed 's#  ./#  #'; } | sha256sum"
    said = subprocess.run(["bash", "-c", by_hand], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert understudy.digest(folder) == "sha256:" + said.split()[0]
    released = client.register(name(), folder, rollout=False)
    assert released.data["artifact"] == {"uri": folder.as_uri(), "digest": understudy.digest(folder)}


def test_what_is_no_artifact(client: understudy.Client, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no such file"):
        client.register(name(), tmp_path / "nothing")
    with pytest.raises(ValueError, match="Say the digest"):
        client.register(name(), "s3://bucket/model")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no file in it"):
        client.register(name(), tmp_path / "empty")
    (tmp_path / "empty" / "link").symlink_to("/etc/passwd")
    with pytest.raises(ValueError, match="symbolic link"):
        client.register(name(), tmp_path / "empty")
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(ValueError, match="and not sha256:0"):
        client.register(name(), file, digest="sha256:" + "0" * 64)


def test_a_mistake_is_said_with_its_place(client: understudy.Client, place: Place) -> None:
    with pytest.raises(understudy.InvalidError) as caught:
        client.register(name(), serving_url=place.good, outputSpec={"preset": "nonsense"}, colour="red")
    assert caught.value.status == 422 and isinstance(caught.value, ValueError)
    assert any("colour" in str(one) for one in caught.value.errors)
    with pytest.raises(ValueError, match="JSON"):
        client.register(name(), serving_url=place.good, metrics={"auc": math.nan})
    with pytest.raises(understudy.NotFoundError):
        client.model("there-is-none")
    with pytest.raises(ValueError, match="no name"):
        client.model("..")


def test_names_are_names(client: understudy.Client) -> None:
    for odd in ("a/b", "a?b", "a b", "日本", "%2e%2e", "a#b"):
        with pytest.raises(understudy.ApiError) as caught:
            client.model(odd)
        assert caught.value.status in (400, 404, 422), odd


def test_who_may_what(place: Place) -> None:
    with understudy.Client(token="us_wrong") as client, pytest.raises(understudy.UnauthorizedError):
        next(iter(client.models()))
    with understudy.Client(token=place.read_token) as client, pytest.raises(understudy.ForbiddenError):
        client.create_model(name())


def test_the_same_key_registers_once(client: understudy.Client, place: Place) -> None:
    model = name()
    both = [client.register(model, serving_url=place.good, rollout=False, idempotency_key="job-17-" + model) for _ in range(2)]
    assert [one.version for one in both] == [1, 1]
    with pytest.raises(ValueError, match="ASCII"):
        client.register(model, serving_url=place.good, idempotency_key="jöb")


def test_policies(client: understudy.Client, model: str) -> None:
    plan = client.policy.validate(QUICK, requests_per_second=100)
    assert plan["valid"] and any("50%" in line or "50 %" in line for line in plan["plan"]["text"])
    yaml = "name: größer\nsteps:\n  - canary: { weight: 10%, minRequests: 10, maxDuration: 1h }\ngates:\n  - { metric: error_rate, maxIncrease: 0.1 }\n"
    assert client.policy.validate(yaml)["valid"]
    with pytest.raises(understudy.InvalidError) as caught:
        client.policy.validate({"steps": [{"canary": {"weight": "150%"}}]})
    assert any(one["pointer"].startswith("/steps/0") for one in caught.value.errors)
    client.policy.replace(model, QUICK)
    assert client.policy.get(model)["steps"][1] == {"bake": {"duration": "1s"}}
    with pytest.raises(understudy.PreconditionFailedError):
        client.policy.replace(model, QUICK, if_match='"another"')


def test_metrics_in_and_out(client: understudy.Client, model: str) -> None:
    pandas = pytest.importorskip("pandas")
    assert client.log_metrics(model, 1, {"auc": 0.91}) == {"auc": 0.91}
    wide = pandas.DataFrame({"loss": [0.9, 0.5], "genauigkeit": [0.1, 0.7]}, index=[1, 2])
    client.log_metrics(model, 1, wide)
    long = pandas.DataFrame({"metric": ["f1"], "value": [0.8], "step": [3], "timestamp": [pandas.Timestamp("2026-11-01T08:00:00Z")]})
    client.log_metrics(model, 1, long)
    frame = client.metrics(model, 1).to_frame()
    assert frame[frame.metric == "loss"].value.tolist() == [0.9, 0.5]
    assert frame[frame.metric == "f1"].timestamp.tolist() == [pandas.Timestamp("2026-11-01T08:00:00Z")]
    with pytest.raises(ValueError, match="'loss' at step 1"):
        client.log_metrics(model, 1, pandas.DataFrame({"loss": [math.nan]}, index=[1]))
    with pytest.raises(ValueError, match="no zone"):
        client.log_metrics(model, 1, long.assign(timestamp=pandas.Timestamp("2026-11-01")))


def test_any_route_by_its_call(client: understudy.Client) -> None:
    assert client.call(calls.audit_verify())["breaks"] == []


def test_the_command_line_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("UNDERSTUDY_URL", "UNDERSTUDY_TOKEN", "API_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("UNDERSTUDY_CONFIG", str(tmp_path))
    assert understudy.Client().url == "http://127.0.0.1:7400"
    (tmp_path / "login.json").write_text('{"url": "https://ml.example/understudy/", "token": "us_kept"}')
    settings = understudy.Client()._transport.settings
    assert (settings.url, settings.token) == ("https://ml.example/understudy", "us_kept")
    # The kept token is for the kept URL.
    assert understudy.Client("http://elsewhere:1")._transport.settings.token is None
    assert "us_kept" not in repr(settings)
    monkeypatch.setenv("UNDERSTUDY_URL", "http://here:1/")
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "us_set")
    settings = understudy.Client()._transport.settings
    assert (settings.url, settings.token) == ("http://here:1", "us_set")
    for bad in ("ml.example", "ftp://x", "http://", "http://any:us_x@host"):
        with pytest.raises(ValueError):
            understudy.Client(bad)
    with pytest.raises(ValueError, match="copied"):
        understudy.Client(token="us_a\n")


def test_the_vectors_are_there() -> None:
    assert (REPOSITORY / "docs" / "arm-vectors.json").exists()
