"""Arms, by the vectors that gateways are held to (docs/arm-vectors.json), and beside the server's own word."""

from __future__ import annotations

import json
from typing import Any

import pytest

import understudy
from understudy.arms import Route, murmur3, place_of, unit_name

from .conftest import REPOSITORY, QUICK, Place, eventually

VECTORS: dict[str, Any] = json.loads((REPOSITORY / "docs" / "arm-vectors.json").read_text(encoding="utf-8"))


def test_hashes() -> None:
    assert [murmur3(one["text"], one["seed"]) for one in VECTORS["murmur3"]] == [one["hash"] for one in VECTORS["murmur3"]]


def test_units() -> None:
    assert [unit_name(one["unit"]) for one in VECTORS["units"]] == [one["name"] for one in VECTORS["units"]]
    # 500 characters beyond the first plane are 1,000 units of UTF-16, one more is too long.
    assert unit_name("🙂" * 500) == "🙂" * 500 and unit_name("🙂" * 500 + "a").endswith(":1001")


def test_arms() -> None:
    for one in VECTORS["arms"]:
        candidate = {"version": 2, "url": "http://c", **one["candidate"]}
        route = Route({"model": "m", "primary": {"version": 1, "url": "http://p"}, "candidate": candidate, "salt": one["salt"], "revision": 1})  # type: ignore[typeddict-item]
        found = route.resolve(one["unit"], one["segments"])
        assert (place_of(one["salt"], unit_name(one["unit"])), found.arm, found.judged) == (one["place"], one["arm"], one["counts"]), one


def test_headers_have_bytes() -> None:
    assert understudy.unit_header(" zoë\t") == {b"x-understudy-unit": "zoë".encode()}
    for bad in ("", "  ", "a\nb", "a\x00"):
        with pytest.raises(ValueError):
            understudy.unit_header(bad)


def test_the_server_says_the_same(client: understudy.Client, place: Place, model: str) -> None:
    released = client.register(model, serving_url=place.good, rollout=QUICK)
    eventually(lambda: client.route(model).data["candidate"] is not None)
    route = client.route(model)
    units = [f"unit-{n}" for n in range(40)] + ["zoë", "日本", "zoe\u0308", " a b ", "x" * 2_000, "🙂"]
    theirs = [client.resolve(model, unit) for unit in units]
    ours = [route.resolve(unit) for unit in units]
    assert [(one["arm"], one["version"], one["url"], one["judged"]) for one in theirs] == [
        (one.arm, one.version, one.url, one.judged) for one in ours
    ]
    assert {one.arm for one in ours} == {"primary", "candidate"}
    assert released.rollout is not None
    released.rollout.refresh().abort("enough")
    with pytest.raises(ValueError, match="nobody"):
        route.resolve(" ")
