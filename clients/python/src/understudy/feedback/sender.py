"""Feedback in the background: taken at once, sent in batches by a thread, and sent to the end when the program exits."""

from __future__ import annotations

import atexit
import collections
import logging
import multiprocessing
import multiprocessing.util
import os
import random
import threading
import time
import uuid
import weakref
from collections.abc import Callable

from .._retry import MOST_PAUSE, Limits, pause_before_retry
from .._sync.transport import Transport
from ..errors import UnderstudyError
from .delivery import Delivered, Item, deliver
from .stats import FeedbackStats

log = logging.getLogger("understudy")

MOST_BATCH = 500
LINGER = 0.5
"""Seconds that a batch waits for more."""
IDLE = 5.0
"""Seconds after which a thread without work ends."""
REQUEST_TIMEOUT = 10.0
SAY_EVERY = 60.0
"""Seconds between two lines of the log about the same trouble."""
NO_RETRIES = Limits(retries=0)
FOR_EVER = Limits(retries=1_000_000)

_senders: weakref.WeakSet[FeedbackSender] = weakref.WeakSet()
_finalizer_of: int | None = None


class FeedbackSender:
    """Holds ``most_pending`` pieces at most; what is more is refused (``give`` returns ``False``), counted and said."""

    def __init__(self, make_transport: Callable[[], Transport], *, most_pending: int, exit_timeout: float) -> None:
        self._make_transport = make_transport
        self._most_pending = most_pending
        self._exit_timeout = exit_timeout
        self._begin()
        _senders.add(self)

    def _begin(self) -> None:
        """Nothing pending, and no thread. Also in a child after a fork: what was pending is its parent's to send."""
        self._changed = threading.Condition()
        self._waiting: collections.deque[Item] = collections.deque()
        self._sending: list[Item] = []
        self._stats = FeedbackStats()
        self._thread: threading.Thread | None = None
        self._transport: Transport | None = None
        self._hurry_until: float | None = None
        self._flushing = 0
        self._ending = False
        self._given_up = 0
        """How often a batch that was under way was."""
        self._said: dict[str, float] = {}

    @property
    def stats(self) -> FeedbackStats:
        with self._changed:
            return self._stats.plus(pending=len(self._waiting) + len(self._sending))

    def give(self, item: Item) -> bool:
        """Takes one piece, and returns at once. ``False``: there is no room for it, and it is lost."""
        with self._changed:
            self._stats = self._stats.plus(given=1)
            if len(self._waiting) + len(self._sending) >= self._most_pending:
                self._lose(1, f"more than {self._most_pending} are pending")
                return False
            self._waiting.append(item)
            self._ending = False
            self._start()
            self._changed.notify_all()
        return True

    def flush(self, timeout: float | None) -> bool:
        """Waits until all that was given is taken or refused. ``False``: it is not, after ``timeout`` seconds; it is still tried."""
        until = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            if not self._start():
                self._hurry_until = until or time.monotonic() + self._exit_timeout
                return self._send_here()
            self._flushing += 1
            self._changed.notify_all()
            try:
                return self._changed.wait_for(self._is_empty, None if until is None else max(0.0, until - time.monotonic()))
            finally:
                self._flushing -= 1

    def close(self, timeout: float) -> bool:
        """Sends what is pending for up to ``timeout`` seconds; what is left then is lost, and said. ``False``: something was."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
            if self._is_empty():
                return True
            self._hurry_until = time.monotonic() + timeout
            if not self._start():
                return self._send_here()
            self._changed.notify_all()
            done = self._changed.wait_for(self._is_empty, timeout)
            if not done:
                left = len(self._waiting)
                under_way = len(self._sending)
                self._waiting.clear()
                more = f" ({under_way} of them are under way, and may arrive)" if under_way else ""
                self._lose(left + under_way, f"{self._url()} has not taken them in {timeout:g} s{more}", say_always=True)
                self._sending = []
                self._given_up += 1
            self._hurry_until = None
            return done

    def _is_empty(self) -> bool:
        return not self._waiting and not self._sending

    def _start(self) -> bool:
        """A thread, where there is work and none. ``False``: there can be none any more, the program is about to end."""
        if self._is_empty() or (self._thread is not None and self._thread.is_alive()):
            return True
        thread = threading.Thread(target=self._run, name="understudy-feedback", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            return False
        self._thread = thread
        _flush_with_process()
        return True

    def _run(self) -> None:
        while self._take_batch():
            self._send_batch()

    def _take_batch(self) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._ending, IDLE)
            if not self._waiting:
                self._thread = None
                self._drop_transport()
                return False
            if self._hurry_until is None and not self._flushing and len(self._waiting) < MOST_BATCH:
                self._changed.wait_for(
                    lambda: len(self._waiting) >= MOST_BATCH or self._flushing > 0 or self._hurry_until is not None, LINGER
                )
            while self._waiting and len(self._sending) < MOST_BATCH:
                self._sending.append(self._waiting.popleft())
            return True

    def _send_here(self) -> bool:
        """In the thread of whoever ends the program, where no other can be started. The lock is held: it is the last one."""
        until = self._hurry_until or 0.0
        while self._waiting and time.monotonic() < until:
            items = [self._waiting.popleft() for _ in range(min(MOST_BATCH, len(self._waiting)))]
            self._settle(items, self._try(items, uuid.uuid4().hex))
        if self._waiting:
            self._lose(len(self._waiting), "the program has ended", say_always=True)
            self._waiting.clear()
            return False
        return True

    def _send_batch(self) -> None:
        with self._changed:
            items = list(self._sending)
        if not items:  # `close` has given them up
            return
        outcome = self._try(items, uuid.uuid4().hex)
        with self._changed:
            if self._sending:
                self._settle(items, outcome)
                self._sending = []
            self._changed.notify_all()

    def _try(self, items: list[Item], key: str) -> Delivered | UnderstudyError:
        attempt, given_up = 0, self._given_up
        while True:
            try:
                return deliver(items, key, lambda call: self._connection().ask(call, limits=NO_RETRIES))
            except UnderstudyError as error:
                pause = pause_before_retry(error, min(attempt, 10), repeatable=True, limits=FOR_EVER, random=random.random)
                if pause is None:
                    return error
                self._say("away", f"feedback is not delivered yet, and is tried again: {_line(error)}")
            except Exception as error:  # a mistake of ours must not end the thread silently
                log.exception("feedback cannot be sent")
                return UnderstudyError(f"{type(error).__name__}: {error}")
            attempt += 1
            if not self._pause(pause) or self._given_up != given_up:
                return error_of_exit()

    def _pause(self, seconds: float) -> bool:
        """``False``: whoever ends the program waits no longer."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            hurry = self._hurry_until
            if hurry is not None:
                time.sleep(max(0.0, min(left, MOST_PAUSE / 20)))
                return time.monotonic() < hurry
            time.sleep(min(left, 0.1))
        return True

    def _settle(self, items: list[Item], outcome: Delivered | UnderstudyError) -> None:
        if isinstance(outcome, UnderstudyError):
            return self._lose(len(items), _line(outcome), say_always=isinstance(outcome, _Ended))
        self._stats = self._stats.plus(refused=len(outcome.refused), **outcome.report)
        if outcome.refused:
            self._say("refused", f"{len(outcome.refused)} pieces of feedback were refused, such as {outcome.refused[0]}")

    def _lose(self, many: int, because: str, *, say_always: bool = False) -> None:
        self._stats = self._stats.plus(lost=many)
        self._say("lost", f"{many} pieces of feedback are lost: {because} ({self._stats.lost} so far)", always=say_always)

    def _say(self, kind: str, line: str, *, always: bool = False) -> None:
        now = time.monotonic()
        if always or now - self._said.get(kind, -SAY_EVERY) >= SAY_EVERY:
            self._said[kind] = now
            log.warning("%s", line)

    def _connection(self) -> Transport:
        if self._transport is None:
            self._transport = self._make_transport()
        return self._transport

    def _drop_transport(self) -> None:
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.close()

    def _url(self) -> str:
        return self._connection().settings.url


class _Ended(UnderstudyError):
    pass


def error_of_exit() -> UnderstudyError:
    return _Ended("the program has ended before they could be delivered")


def _line(error: UnderstudyError) -> str:
    return str(error).splitlines()[0]


def _flush_all() -> None:
    for sender in list(_senders):
        sender.close(sender._exit_timeout)


def _flush_with_process() -> None:
    """A process of multiprocessing ends without `atexit`."""
    global _finalizer_of
    if multiprocessing.parent_process() is not None and _finalizer_of != os.getpid():
        _finalizer_of = os.getpid()
        multiprocessing.util.Finalize(None, _flush_all, exitpriority=10)


def _after_fork() -> None:
    for sender in list(_senders):
        sender._begin()


atexit.register(_flush_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
