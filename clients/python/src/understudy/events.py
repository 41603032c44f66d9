"""Shapes that OpenAPI does not have."""

from __future__ import annotations

from typing import TypedDict

__all__ = ["Event"]


class Event(TypedDict):
    """What happened, as ``GET /api/v1/stream`` tells it."""

    id: str
    type: str
    """Such as ``rollout.promoted``."""
    model: str | None
    rolloutId: str | None
    version: int | None
    actor: str
    at: str
