"""The middleware, of ASGI alone: Starlette, FastAPI, Litestar, Quart and bare applications have it in common."""

from __future__ import annotations

import asyncio
import contextvars
import dataclasses
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from .._async.client import AsyncClient
from .._sync.client import Client
from .page import take_from_page
from .receipts import Receipts

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADER = "x-understudy-receipt"
SHUTDOWN_SECONDS = 5.0
log = logging.getLogger("understudy")


class Keeps(Protocol):
    """Where receipts are kept."""

    def put(self, key: str, receipt: str) -> None: ...
    def get(self, key: str) -> str | None: ...


@dataclasses.dataclass
class _Request:
    """What one request of the application has to do with us."""

    middleware: UnderstudyMiddleware
    receipts: list[str]


_current: contextvars.ContextVar[_Request] = contextvars.ContextVar("understudy")


class UnderstudyMiddleware:
    """``client``: a ``Client`` or ``AsyncClient`` (default: one by the environment; its token needs the scope ``feedback``).

    ``receipts``: where they are kept by key. ``expose``: the answers of the application carry the receipts that were kept meanwhile, as
    ``x-understudy-receipt``, for pages that send them back. ``feedback_path``: such as ``/feedback``, where pages POST
    ``{"receipt": …, "metric": "click"}`` (or ``"key"``; a list takes up to 100); default: nowhere. Whoever sees a receipt may send feedback by it; by nothing else there.
    """

    def __init__(
        self,
        app: App,
        client: Client | AsyncClient | None = None,
        *,
        receipts: Keeps | None = None,
        expose: bool = False,
        feedback_path: str | None = None,
    ) -> None:
        self.app = app
        self.client = client or Client()
        self.receipts: Keeps = Receipts() if receipts is None else receipts
        self.expose = expose
        self.feedback_path = feedback_path
        self.unknown = 0
        """Feedback by keys of which nothing was kept here."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, self._flushing(send))
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = _Request(self, [])
        token = _current.set(request)
        try:
            if self.feedback_path is not None and scope["path"] == self.feedback_path and scope["method"] == "POST":
                await take_from_page(self.send, receive, send)
            else:
                await self.app(scope, receive, self._exposing(send, request) if self.expose else send)
        finally:
            _current.reset(token)

    def send(self, key: str | None, receipt: str | None, metric: str, value: float, id: str | None = None) -> bool:
        """``False``: nothing was kept by that key, or too much is pending."""
        found = receipt if key is None else self.receipts.get(key)
        if found is None:
            self.unknown += 1
            log.debug("no receipt is kept for %r: no rollout had a hand in it, or it was long ago, or in another process", key)
            return False
        return self.client.feedback(found, metric, value, id=id)

    def _exposing(self, send: Send, request: _Request) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and request.receipts:
                added = [(HEADER.encode(), one.encode("latin-1")) for one in request.receipts]
                message = {**message, "headers": [*message.get("headers", ()), *added]}
            await send(message)

        return sending

    def _flushing(self, send: Send) -> Send:
        """Before the server is told that the application has ended, feedback is delivered."""

        async def sending(message: Message) -> None:
            if message["type"] in ("lifespan.shutdown.complete", "lifespan.shutdown.failed"):
                await asyncio.to_thread(self.client._feedback.close, SHUTDOWN_SECONDS)
            await send(message)

        return sending


def keep(answer: Any, key: str | None = None) -> str | None:
    """Keeps the receipt of an answer of the gateway: of a response of httpx, requests or aiohttp, or the text of the header.

    With ``key`` it is found again by ``feedback(key, …)`` in any later request. Returns the receipt; ``None``: it has none, since no rollout is under way.
    Raises ``LookupError`` outside of a request that the middleware sees.
    """
    request = _here()
    receipt = answer if isinstance(answer, str) else answer.headers.get(HEADER)
    if receipt is None:
        return None
    if receipt not in request.receipts:
        request.receipts.append(receipt)
    if key is not None:
        request.middleware.receipts.put(key, receipt)
    return str(receipt)


async def keep_all(answer: Any) -> None:
    """A hook for httpx: ``AsyncClient(event_hooks={"response": [keep_all]})`` keeps the receipts of all answers, for ``expose``."""
    if _current.get(None) is not None:
        keep(answer)


def feedback(key: str, metric: str, value: float = 1.0, *, id: str | None = None) -> bool:
    """What became of the answer that was kept by ``key``. ``False``: nothing was kept by it, or too much is pending."""
    return _here().middleware.send(key, None, metric, value, id)


def _here() -> _Request:
    found = _current.get(None)
    if found is None:
        raise LookupError("UnderstudyMiddleware does not see this request: app.add_middleware(UnderstudyMiddleware)")
    return found
