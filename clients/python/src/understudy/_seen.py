"""What somebody saw of a rollout or a model, and decides on: what is sent along as `If-Match`."""

from __future__ import annotations

import dataclasses
from typing import Any

from ._api import types

ENDED = frozenset(("succeeded", "rolled_back", "aborted", "superseded"))
WAITS_FOR_PERSON = frozenset(("paused", "awaiting_approval"))
MOST_TRIES = 3
MOST_TRIES_OFF = 20
"""What takes a version off is tried for longer: a clock that moves is no reason to give up."""


def if_match(revision: int | None) -> str | None:
    return None if revision is None else f'"r{revision}"'


def shown_of(rollout: types.Rollout, word: str) -> Any:
    """What a person sees of it. ``abort`` takes a version off wherever it has come to meanwhile."""
    if word == "abort" and rollout["endedAt"] is None:
        return "live"
    step = rollout["step"]
    index = None if step is None else step["index"]
    return (rollout["state"], index, rollout["policyHash"], len(rollout["approvals"]))


def standing_of(rollout: types.Rollout) -> str:
    """In words: "running, step 2 (canary)"."""
    step = rollout["step"]
    at = "" if step is None else f", step {step['index'] + 1} ({step['kind']})"
    return rollout["state"].replace("_", " ") + at


def reason_of(rollout: types.Rollout) -> str:
    """Why it stands where it does, in the words of the decision, else of who started it."""
    decision = rollout["decision"]
    return rollout["reason"] if decision is None else decision["because"]


@dataclasses.dataclass(frozen=True)
class Standing:
    """Where a model stands: what a rollback is decided on."""

    model: str
    primary: int | None
    """The version that serves."""
    live: int | None
    """The version whose rollout goes on; ``None``: there is none."""
    revision: int | None
    """Of the route; ``None``: there is none yet."""

    def __str__(self) -> str:
        serves = "nothing serves" if self.primary is None else f"version {self.primary} serves"
        if self.live is None:
            return serves
        if self.live == self.primary:
            return f"{serves}, and is in its bake"
        return f"version {self.live} is on trial, {serves}"


def changed_detail(seen: str, now: str) -> str:
    return f"It has changed since you looked ({seen}); now: {now}. Nothing was done. Look again, and decide anew."
