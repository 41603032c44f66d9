"""Receipts by a key of the application, for as long as something may become of the answer."""

from __future__ import annotations

import collections
import threading
import time
from collections.abc import Callable

__all__ = ["Receipts"]


class Receipts:
    """In the memory of this process: ``most`` receipts, the oldest leave first, and each for ``ttl`` seconds.

    Several processes do not see each other's. Where a click may reach another one, write a class with the same ``put`` and ``get`` over what they
    share (Redis, say), or have the page send the receipt back (``expose=True``).
    """

    def __init__(self, most: int = 50_000, ttl: float = 6 * 3600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._ttl = ttl
        self._clock = clock
        self._held: collections.OrderedDict[str, tuple[float, str]] = collections.OrderedDict()
        self._lock = threading.Lock()

    def put(self, key: str, receipt: str) -> None:
        with self._lock:
            self._held.pop(key, None)
            self._held[key] = (self._clock() + self._ttl, receipt)
            while len(self._held) > self._most:
                self._held.popitem(last=False)

    def get(self, key: str) -> str | None:
        """``None``: it was not kept here, or too long ago."""
        with self._lock:
            until, receipt = self._held.get(key, (0.0, ""))
            if not receipt or until > self._clock():
                return receipt or None
            del self._held[key]
            return None
