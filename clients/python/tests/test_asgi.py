"""The middleware, in a Starlette application that asks a model through the gateway."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import httpx
import pytest

import understudy
from understudy.asgi import Receipts, UnderstudyMiddleware, feedback, keep, keep_all

from .conftest import Place
from .test_feedback import Clicks, clicks

__all__ = ["clicks"]
starlette = pytest.importorskip("starlette.applications")


def application(place: Place, model: str, client: Any, **options: Any) -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    async def rank(request: Request) -> Response:
        key = request.query_params["order"]
        async with httpx.AsyncClient(event_hooks={"response": [keep_all]}) as http:
            url = f"{place.gateway}/models/{model}/v2/models/m/infer"
            answer = await http.post(url, json={}, headers=understudy.unit_header(key))
        return JSONResponse({"receipt": keep(answer, key)})

    async def clicked(request: Request) -> Response:
        return JSONResponse({"taken": feedback(request.query_params["order"], "click")})

    app = Starlette(routes=[Route("/rank", rank), Route("/clicked", clicked)])
    app.add_middleware(UnderstudyMiddleware, client=client, **options)  # type: ignore[arg-type, unused-ignore]
    return app


def asked(app: Any, *requests: tuple[str, str, Any]) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
            return [await http.request(method, path, content=None if body is None else json.dumps(body)) for method, path, body in requests]

    return asyncio.run(ask())


def test_a_click_finds_its_receipt(place: Place, clicks: Clicks, client: understudy.Client) -> None:
    order = f"bestellung-ü-{uuid.uuid4().hex}"
    app = application(place, clicks.model, client)
    paths = [f"/rank?order={order}", f"/clicked?order={order}", f"/clicked?order={order}", "/clicked?order=none"]
    ranked, clicked, again, strange = asked(app, *(("GET", path, None) for path in paths))
    assert ranked.json()["receipt"] and "x-understudy-receipt" not in ranked.headers
    assert (clicked.json(), again.json(), strange.json()) == ({"taken": True}, {"taken": True}, {"taken": False})
    client.flush_feedback()
    assert (client.feedback_stats.counted, client.feedback_stats.repeated) == (1, 1)


def test_a_page_sends_the_receipt_back(place: Place, clicks: Clicks, client: understudy.Client) -> None:
    app = application(place, clicks.model, client, expose=True, feedback_path="/feedback")
    (ranked,) = asked(app, ("GET", f"/rank?order={uuid.uuid4().hex}", None))
    receipt = ranked.headers["x-understudy-receipt"]
    said: list[tuple[Any, int]] = [
        ({"receipt": receipt, "metric": "click"}, 202),
        ([{"receipt": receipt, "metric": "click", "value": 1}, {"key": "none", "metric": "click"}], 202),
        ({"receipt": receipt, "metric": "click", "unit": "u"}, 422),
        ({"receipt": receipt, "key": "k", "metric": "click"}, 422),
        ({"receipt": receipt, "metric": "click", "value": "1"}, 422),
        ({"receipt": receipt, "metric": "click", "value": True}, 422),
        ({"receipt": receipt, "metric": "a b"}, 422),
        ({"receipt": receipt, "metric": "click", "value": 10**400}, 422),
        (["x"] * 101, 422),
        ({"receipt": "r" * 70_000, "metric": "click"}, 413),
    ]
    answers = asked(app, *(("POST", "/feedback", body) for body, _ in said))
    assert [one.status_code for one in answers] == [status for _, status in said]
    assert answers[1].json() == {"taken": 1, "unknown": 1}
    client.flush_feedback()
    assert (client.feedback_stats.counted, client.feedback_stats.repeated) == (1, 1)


def test_what_is_no_json(place: Place, client: understudy.Client) -> None:
    app = application(place, "m", client, feedback_path="/feedback")

    async def post(body: bytes) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://app") as http:
            return (await http.post("/feedback", content=body)).status_code

    assert [asyncio.run(post(body)) for body in (b"", b"{", b"\xff", b"[" * 60_000)] == [422] * 4


def test_feedback_is_delivered_before_the_application_has_ended(place: Place, clicks: Clicks) -> None:
    client = understudy.AsyncClient()
    middleware = UnderstudyMiddleware(_bare, client)
    client.feedback(clicks.receipts.pop(), "click")
    sent: list[Any] = []

    async def live() -> None:
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append((message["type"], client.feedback_stats.pending))

        await middleware({"type": "lifespan"}, receive, send)

    asyncio.run(live())
    assert sent == [("lifespan.startup.complete", 1), ("lifespan.shutdown.complete", 0)]


async def _bare(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


def test_without_the_middleware(client: understudy.Client) -> None:
    with pytest.raises(LookupError, match="add_middleware"):
        keep("receipt", "key")
    with pytest.raises(LookupError, match="add_middleware"):
        feedback("key", "click")


def test_receipts_leave_in_order_and_in_time() -> None:
    now = [0.0]
    receipts = Receipts(most=2, ttl=10, clock=lambda: now[0])
    for key in "abc":
        receipts.put(key, f"r-{key}")
    assert [receipts.get(key) for key in "abc"] == [None, "r-b", "r-c"]
    now[0] = 9
    receipts.put("b", "r-b2")
    now[0] = 11
    assert [receipts.get(key) for key in "bc"] == ["r-b2", None]
