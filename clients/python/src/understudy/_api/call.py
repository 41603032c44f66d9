"""A call of the api before anybody has made it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

__all__ = ["Call"]

Answer = TypeVar("Answer")


@dataclasses.dataclass(frozen=True)
class Call(Generic[Answer]):
    """What is to be asked; ``Answer`` is the shape of what comes back."""

    method: str
    path: str
    """Below the URL of the api, with ``{names}``."""
    in_path: Mapping[str, str | int] = dataclasses.field(default_factory=dict)
    query: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """``None`` is left out; a list repeats its key."""
    body: Any = None
    """Sent as JSON; a ``str`` as the YAML that it is."""
    if_match: str | None = None
    takes_key: bool = False
    """The route knows ``Idempotency-Key``; where none is given, each call makes one of its own."""
    idempotency_key: str | None = None
