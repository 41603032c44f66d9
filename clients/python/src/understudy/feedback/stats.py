"""What became of feedback, counted."""

from __future__ import annotations

import dataclasses

__all__ = ["FeedbackStats"]


@dataclasses.dataclass(frozen=True)
class FeedbackStats:
    """Every piece that was given is in one of ``pending``, ``counted``, ``repeated``, ``unattributed``, ``refused`` and ``lost``."""

    given: int = 0
    pending: int = 0
    """Not delivered yet."""
    counted: int = 0
    repeated: int = 0
    """Known already."""
    unattributed: int = 0
    """Nobody judges by it: no rollout had served it, or no gate asks for the metric."""
    refused: int = 0
    """By the api, for what it is: the log says why."""
    lost: int = 0
    """Not delivered, and given up: the log says why."""

    def plus(self, **more: int) -> FeedbackStats:
        return dataclasses.replace(self, **{name: getattr(self, name) + count for name, count in more.items()})
