"""The face of it all."""

from __future__ import annotations

import datetime
from collections.abc import AsyncGenerator
from typing import Any

from .._retry import Limits
from .._settings import settings_of
from .._sync.transport import Transport
from ..events import Event
from ..feedback import FeedbackSender, FeedbackStats, feedback_item
from . import follow
from .policy import AsyncPolicies
from .registry import AsyncRegistry
from .steering import AsyncSteering
from .transport import AsyncTransport
from .waiting import off_loop


class AsyncClient(AsyncRegistry, AsyncSteering):
    """Talks to one Understudy.

    ``url`` and ``token``: where they are left out, ``UNDERSTUDY_URL`` and ``UNDERSTUDY_TOKEN`` say them, else what ``understudy login`` has
    kept, else ``http://127.0.0.1:7400``. ``timeout``: seconds for each try of a request. ``max_retries``: how often a request is sent again that
    may be (a POST by an ``Idempotency-Key`` of its own), when nobody answers, or the answer is 429, 502, 503 or 504; ``Retry-After`` is heeded
    up to a minute. ``verify``: as httpx has it.

    It may be used by several threads, and after a fork. Use it as a context manager, or call ``aclose``: feedback is delivered then.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 30.0,
        max_retries: int = 4,
        verify: Any = True,
        max_pending_feedback: int = 10_000,
        feedback_exit_timeout: float = 5.0,
    ) -> None:
        settings = settings_of(url, token)
        limits = Limits(retries=max_retries)
        self._transport = AsyncTransport(settings, timeout=timeout, limits=limits, verify=verify)
        self._feedback = FeedbackSender(
            lambda: Transport(settings, timeout=10.0, limits=limits, verify=verify),
            most_pending=max_pending_feedback,
            exit_timeout=feedback_exit_timeout,
        )
        self._exit_timeout = feedback_exit_timeout
        self.policy = AsyncPolicies(self)

    @property
    def url(self) -> str:
        return self._transport.settings.url

    def __repr__(self) -> str:
        return f"AsyncClient({self.url!r})"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Delivers feedback (for ``feedback_exit_timeout`` seconds at most), and ends the connections."""
        await off_loop(lambda: self._feedback.close(self._exit_timeout))
        await self._transport.aclose()

    def events(self) -> AsyncGenerator[Event, None]:
        """What happens, from now on, for as long as it is read; it connects again when it is cut off."""
        return follow.events(self._transport)

    def feedback(
        self,
        receipt: str | bytes | None = None,
        metric: str = "",
        value: float = 1.0,
        *,
        request_id: str | None = None,
        unit: str | None = None,
        model: str | None = None,
        at: datetime.datetime | None = None,
        id: str | None = None,
    ) -> bool:
        """Says what became of an answer: ``client.feedback(response.headers["x-understudy-receipt"], "click")``.

        By ``receipt``, or by ``request_id`` (within an hour) or ``unit`` with the ``model``. It returns at once, and is delivered in the background. One answer
        counts once for each metric, unless ``id`` names several events. ``False``: too much is pending, and this is lost; ``feedback_stats`` counts,
        and the log (``understudy``) says what could not be delivered. Raises ``ValueError`` for what the api would refuse.
        """
        named = {"request_id": request_id, "unit": unit, "model": model, "at": at, "id": id}
        return self._feedback.give(feedback_item(receipt, metric, value, **named))  # type: ignore[arg-type]

    async def flush_feedback(self, timeout: float | None = 30.0) -> bool:
        """Waits until all feedback is delivered. ``False``: it is not, after ``timeout`` seconds; it is still tried."""
        return await off_loop(lambda: self._feedback.flush(timeout))

    @property
    def feedback_stats(self) -> FeedbackStats:
        """What became of the feedback so far."""
        return self._feedback.stats
