"""What every part of the client builds on."""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from .._api.call import Call
from .._retry import Limits
from .transport import AsyncTransport

T = TypeVar("T")


class AsyncAsking:
    """Asks any route, and reads lists to their end."""

    _transport: AsyncTransport

    async def call(self, call: Call[T], *, limits: Limits | None = None) -> T:
        """Any route of the api: ``client.call(understudy.calls.audit_verify())``."""
        return await self._transport.ask(call, limits=limits)

    async def _pages(self, ask: Callable[[str | None], Call[Any]]) -> AsyncIterator[Any]:
        token: str | None = None
        while True:
            page = await self.call(ask(token))
            for item in page["items"]:
                yield item
            token = page["nextPageToken"]
            if token is None:
                return


def instant(at: datetime.datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError(f"start_at is {at.isoformat()}, which has no zone: datetime(…, tzinfo=timezone.utc) has one")
    return at.isoformat(timespec="seconds")
