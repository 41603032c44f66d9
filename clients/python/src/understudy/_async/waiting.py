"""Where callers with an event loop and those without differ in more than words. By hand; `_sync` has its own."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

__all__ = ["Wake", "off_loop", "place", "sleep"]

sleep = asyncio.sleep
T = TypeVar("T")


def place() -> object:
    """Connections belong to the event loop that they were made in."""
    return asyncio.get_running_loop()


async def off_loop(work: Callable[[], T]) -> T:
    """Runs what would hold up the loop, such as reading files, in a thread."""
    return await asyncio.to_thread(work)


class Wake:
    """Wakes whoever waits when there is news; ``follow`` runs beside it."""

    def __init__(self, follow: Callable[[Wake], Awaitable[None]]) -> None:
        self._event = asyncio.Event()
        self._task = asyncio.ensure_future(follow(self))

    @property
    def is_over(self) -> bool:
        return self._task.done()

    def holds(self, closer: object) -> None:
        """What ``follow`` waits on: a task is cancelled instead."""

    def news(self) -> None:
        self._event.set()

    async def wait(self, seconds: float) -> None:
        """Until there is news, or so many seconds are over."""
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        self._event.clear()

    async def rest(self, seconds: float) -> None:
        """A pause of whoever follows."""
        await sleep(seconds)

    async def aclose(self) -> None:
        self._task.cancel()
        with contextlib.suppress(BaseException):
            await asyncio.wait({self._task})
