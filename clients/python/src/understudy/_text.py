"""A rollout in plain text, as ``understudy rollout get`` draws it."""

from __future__ import annotations

from ._api import types
from ._seen import ENDED, reason_of, standing_of

MARKS = {"pass": "✔", "fail": "✖", "undecided": "◌", "no_data": "·"}


def printable(text: str) -> str:
    """In one line, and without control characters: a name that people are shown may hold what a terminal obeys."""
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def traffic_of(rollout: types.Rollout) -> str:
    """Who gets what, in words."""
    version, before, step = rollout["version"], rollout["from"], rollout["step"]
    if rollout["state"] in ("succeeded", "baking"):
        return f"100 % to version {version}"
    if rollout["state"] in ENDED:
        return "" if before is None else f"0 % to version {version}; {before} serves"
    if step is None or step["weight"] is None:
        return ""
    share = f"{step['weight'] / 100:g} %"
    if step["kind"] == "shadow":
        return f"0 %; copies of {share} go to version {version}"
    if step["kind"] != "canary":
        return ""
    of = "" if step["segments"] is None else f" of {', '.join(step['segments'])}"
    return f"{share}{of} to version {version}"


def summary(rollout: types.Rollout) -> str:
    """Some lines: where it stands, what its gates say, and why."""
    before = "" if rollout["from"] is None else f"{rollout['from']} → "
    rows = [
        ("Release", f"{rollout['model']} {before}{rollout['version']}"),
        ("State", standing_of(rollout)),
        ("Traffic", traffic_of(rollout)),
        *(
            ("" if i else "Gates", f"{MARKS[one['verdict']]} {one['gate']}: {one['because']}")
            for i, one in enumerate(rollout["verdicts"])
        ),
        ("Because", rollout["waitingFor"] or reason_of(rollout)),
        ("You can", ", ".join(rollout["legalActions"])),
    ]
    return "\n".join(f"{name:10}{printable(text)}" for name, text in rows if text)
