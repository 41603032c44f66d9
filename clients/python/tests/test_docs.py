"""The blocks of docs/guides/python.md, run in order as one program."""

from __future__ import annotations

import re
from typing import Any

import pytest

import understudy

from .conftest import REPOSITORY, Callers, Place, eventually

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_guide(place: Place, client: understudy.Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("starlette")
    text = (REPOSITORY / "docs" / "guides" / "python.md").read_text(encoding="utf-8")
    for said, real in (
        ("http://digits-broken.internal:8080", place.bad),
        ("http://localhost:7401", place.gateway),
        *((f"http://digits-{n}.internal:8080", place.good) for n in (1, 2, 3)),
    ):
        assert said in text
        text = text.replace(said, real)
    blocks = BLOCK.findall(text)
    assert len(blocks) == 9
    names: dict[str, Any] = {"__name__": "guide"}
    with Callers(place.gateway, "digits"):
        for number, block in enumerate(blocks):
            if "def rank" in block:
                names["http"] = None
            exec(compile(block, f"python.md, block {number + 1}", "exec"), names)
            if "paused, or waits" in block:
                # What the guide shows of a bad version is so.
                assert client.rollout("digits").state == "rolled_back"
                _settle(client)
    names["client"].close()
    out = capsys.readouterr().out
    assert "error_rate" in out and "succeeded" in out and "version 2 serves" in out
    assert names["client"].feedback_stats.given >= 1


def _settle(client: understudy.Client) -> None:
    eventually(lambda: client.standing("digits").live is None)
