"""Where callers with an event loop and those without differ in more than words. By hand; `_async` has its own."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import httpx

__all__ = ["Wake", "off_loop", "place", "sleep"]

sleep = time.sleep
T = TypeVar("T")
JOIN_SECONDS = 2.0


def place() -> object:
    """Connections may be used by all threads."""
    return None


def off_loop(work: Callable[[], T]) -> T:
    """There is no loop to hold up."""
    return work()


class Wake:
    """Wakes whoever waits when there is news; ``follow`` runs in a thread beside it."""

    def __init__(self, follow: Callable[[Wake], None]) -> None:
        self._event = threading.Event()
        self._stopped = threading.Event()
        self._response: httpx.Response | None = None
        self._thread = threading.Thread(target=self._run, args=(follow,), name="understudy-follow", daemon=True)
        self._thread.start()

    def _run(self, follow: Callable[[Wake], None]) -> None:
        # Whoever waits looks by itself, too: nothing is lost with a stream that ends.
        with contextlib.suppress(Exception):
            follow(self)

    @property
    def is_over(self) -> bool:
        return self._stopped.is_set() or not self._thread.is_alive()

    def holds(self, response: httpx.Response) -> None:
        """What ``follow`` waits on, so that it can be ended."""
        self._response = response
        if self._stopped.is_set():
            self._hang_up()

    def news(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Until there is news, or so many seconds are over."""
        self._event.wait(seconds)
        self._event.clear()

    def rest(self, seconds: float) -> None:
        """A pause of whoever follows; it ends when all of it does."""
        self._stopped.wait(seconds)

    def close(self) -> None:
        self._stopped.set()
        self._hang_up()
        # Still connecting: it ends by itself, at the latest after the time limit of a request.
        self._thread.join(JOIN_SECONDS)

    def _hang_up(self) -> None:
        """Ends the stream under whoever reads it: the thread would wait for the next byte."""
        if self._response is None:
            return
        network = self._response.extensions.get("network_stream")
        held = network.get_extra_info("socket") if network is not None else None
        if isinstance(held, socket.socket):
            with contextlib.suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
