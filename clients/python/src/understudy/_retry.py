"""Which calls may be made again, and when. Decisions only: no clock, no network."""

from __future__ import annotations

import dataclasses
import email.utils
import time
from collections.abc import Callable

import httpx

from .errors import ApiError, UnderstudyError, UnreachableError

FIRST_PAUSE = 0.2
MOST_PAUSE = 5.0
IN_FLIGHT = "idempotency_in_flight"


@dataclasses.dataclass(frozen=True)
class Limits:
    """How long somebody keeps trying."""

    retries: int = 4
    most_retry_after: float = 60.0
    """Seconds; a server that asks for more is not waited for."""


class NotSent(UnreachableError):
    """The request has not left: whatever it is, it may be sent again."""


def is_repeatable(method: str, *, has_key: bool, has_match: bool) -> bool:
    """May it be sent again although the first one may have been carried out?

    A POST by its ``Idempotency-Key``. What has a precondition would be refused by its own success, and a second DELETE
    finds nothing.
    """
    if method in ("GET", "HEAD"):
        return True
    if method == "POST":
        return has_key
    return method in ("PUT", "PATCH") and not has_match


def pause_before_retry(
    error: UnderstudyError, attempt: int, *, repeatable: bool, limits: Limits, random: Callable[[], float]
) -> float | None:
    """Seconds until the next try; ``None``: it is given up.

    ``attempt`` counts from 0. Pauses double from 0.2 s to 5 s, and are drawn from their upper half, so that many who failed
    together do not come again together.
    """
    if attempt >= limits.retries or not _may_pass(error, repeatable):
        return None
    asked = error.retry_after if isinstance(error, ApiError) else None
    if asked is not None and asked > limits.most_retry_after:
        return None
    own = min(MOST_PAUSE, FIRST_PAUSE * 2.0**attempt) * (0.5 + random() / 2)
    return max(asked or 0.0, own)


def _may_pass(error: UnderstudyError, repeatable: bool) -> bool:
    if isinstance(error, NotSent):
        return True
    if isinstance(error, UnreachableError):
        return repeatable
    if not isinstance(error, ApiError):
        return False
    # 429 is said before anything is done.
    if error.status == 429:
        return True
    if error.code == IN_FLIGHT:
        return True
    return repeatable and error.status in (408, 502, 503, 504)


def retry_after_of(headers: httpx.Headers) -> float | None:
    """``Retry-After`` in seconds from now, whether it is a number or a date; ``None``: it is not there, or no such thing."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit() and len(said) < 10:
        return float(said)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
