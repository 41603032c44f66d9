"""One piece of feedback, as the api takes it."""

from __future__ import annotations

import datetime
import math
import re
import uuid
from typing import Any, cast

from .._api import types

METRIC = re.compile(r"[A-Za-z0-9_.-]{1,80}")
MOST_VALUE = 1e12


def feedback_item(
    receipt: str | bytes | None,
    metric: str,
    value: float,
    *,
    request_id: str | None,
    unit: str | None,
    model: str | None,
    at: datetime.datetime | None,
    id: str | None,
) -> types.FeedbackTakeBodyItemsItem:
    """Raises ``ValueError`` for what the api would refuse: it is known here by whom, and there only later."""
    if isinstance(receipt, bytes):
        receipt = receipt.decode("latin-1")
    named = {name: text for name, text in (("receipt", receipt), ("requestId", request_id), ("unit", unit)) if text}
    if len(named) != 1:
        raise ValueError("Feedback is about one thing: give exactly one of receipt, request_id and unit")
    if not METRIC.fullmatch(metric):
        raise ValueError(f"metric is {metric!r}: 1 to 80 letters, digits, dots, dashes and underscores")
    number = float(value)
    if not math.isfinite(number) or abs(number) > MOST_VALUE:
        raise ValueError(f"value is {value!r}: give a number from -1e12 to 1e12")
    if receipt is None and not model:
        raise ValueError("Without a receipt, name the model: model=")
    text = next(iter(named.values()))
    if not text.strip() or (receipt is not None and (len(receipt) > 4_000 or not receipt.isascii())):
        raise ValueError(f"{next(iter(named))} is {text[:40]!r}: that names nothing")
    if unit is not None:
        # A unit's arm is the one at the time of the event, not of the delivery; and two that are alike are two.
        at = at or datetime.datetime.now(datetime.timezone.utc)
        id = id or uuid.uuid4().hex
    item: dict[str, Any] = {**named, "metric": metric, "value": number}
    more = {"model": model, "at": None if at is None else _instant(at), "id": id}
    item.update({name: said for name, said in more.items() if said is not None})
    return cast(types.FeedbackTakeBodyItemsItem, item)


def _instant(at: datetime.datetime) -> str:
    if at.tzinfo is None:
        raise ValueError(f"at is {at.isoformat()}, which has no zone: datetime.now(timezone.utc) has one")
    return at.isoformat(timespec="milliseconds")
