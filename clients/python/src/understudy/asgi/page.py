"""Feedback that pages send to the application."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

MOST_BYTES = 64 * 1024
MOST_ITEMS = 100
Message = MutableMapping[str, Any]
Take = Callable[[str | None, str | None, str, float], bool]


async def take_from_page(
    take: Take, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answers 202 with how many were taken, 413 for too much, 422 with the reason for what is no feedback."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return await _answer(send, 413, {"detail": f"more than {MOST_BYTES} bytes"})
    try:
        items = _items(body)
        taken = sum(take(*item) for item in items)
    except (ValueError, RecursionError, OverflowError) as error:
        return await _answer(send, 422, {"detail": str(error)})
    await _answer(send, 202, {"taken": taken, "unknown": len(items) - taken})


def _items(body: bytes) -> list[tuple[str | None, str | None, str, float]]:
    said = json.loads(body)
    items = said if isinstance(said, list) else [said]
    if len(items) > MOST_ITEMS:
        raise ValueError(f"more than {MOST_ITEMS} at once")
    return [_item(one) for one in items]


def _item(one: Any) -> tuple[str | None, str | None, str, float]:
    if not isinstance(one, dict) or set(one) - {"key", "receipt", "metric", "value"}:
        raise ValueError('give {"receipt" or "key": …, "metric": …, "value": …}')
    key, receipt, metric, value = one.get("key"), one.get("receipt"), one.get("metric"), one.get("value", 1)
    if not isinstance(metric, str) or isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("metric is a text, and value a number")
    named = [name for name in (key, receipt) if name is not None]
    if len(named) != 1 or not isinstance(named[0], str):
        raise ValueError("give one of receipt and key, as a text")
    return key, receipt, metric, float(value)


async def _answer(send: Callable[[Message], Awaitable[None]], status: int, body: dict[str, Any]) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
