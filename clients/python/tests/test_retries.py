"""What networks and proxies do to requests: against the api, through a server that does harm."""

from __future__ import annotations

import email.utils
import json
import os
import socket
import threading
import time
import uuid

import httpx
import pytest

import understudy
from understudy._retry import Limits, NotSent, is_repeatable, pause_before_retry, retry_after_of
from understudy.errors import ApiError, UnreachableError, api_error

from .between import Between
from .conftest import Place


def problem(status: int, code: str = "x", retry_after: float | None = None) -> ApiError:
    said = {"type": "", "title": "", "status": status, "code": code, "detail": "no", "errors": []}
    return api_error(said, request="GET /", retry_after=retry_after)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "repeatable", "again"),
    [
        (NotSent("x"), False, True),
        (UnreachableError("x"), False, False),
        (UnreachableError("x"), True, True),
        (problem(429), False, True),
        (problem(429, retry_after=59), False, True),
        (problem(429, retry_after=3_600), True, False),
        (problem(503), True, True),
        (problem(503), False, False),
        (problem(502), True, True),
        (problem(500), True, False),
        (problem(409), True, False),
        (problem(409, "idempotency_in_flight"), True, True),
        (problem(409, "idempotency_answer_lost"), True, False),
        (problem(412), True, False),
    ],
)
def test_what_is_tried_again(error: understudy.UnderstudyError, repeatable: bool, again: bool) -> None:
    pause = pause_before_retry(error, 0, repeatable=repeatable, limits=Limits(), random=lambda: 0.5)
    assert (pause is not None) is again
    assert pause_before_retry(error, 4, repeatable=repeatable, limits=Limits(), random=lambda: 0.5) is None


def test_pauses_grow_and_heed_the_server() -> None:
    def pause(attempt: int, asked: float | None = None) -> float | None:
        return pause_before_retry(problem(503, retry_after=asked), attempt, repeatable=True, limits=Limits(9), random=lambda: 1.0)

    assert [pause(n) for n in range(7)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert pause(0, 7.0) == 7.0 and pause(3, 0.0) == 1.6


def test_what_may_be_repeated() -> None:
    kinds = [("GET", False, False), ("POST", True, True), ("POST", False, False), ("PUT", False, False), ("PUT", False, True), ("PATCH", False, True), ("DELETE", False, False)]
    assert [is_repeatable(method, has_key=key, has_match=match) for method, key, match in kinds] == [True, True, False, True, False, False, False]


def test_retry_after_is_a_number_or_a_date() -> None:
    soon = email.utils.formatdate(time.time() + 30, usegmt=True)
    assert retry_after_of(httpx.Headers({"retry-after": "12"})) == 12
    assert 25 < (retry_after_of(httpx.Headers({"retry-after": soon})) or 0) <= 30
    assert retry_after_of(httpx.Headers({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"})) == 0
    for odd in ("", "soon", "-1", "1e9", "9" * 400, "²"):
        assert retry_after_of(httpx.Headers({b"retry-after": odd.encode()})) is None


def said_503(request: object) -> bool:
    body = json.dumps({"status": 503, "code": "unavailable", "detail": "The database is away.", "errors": []}).encode()
    return request.answer(503, body, content_type="application/problem+json", retry_after="0")  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda request: request.hang_up(), id="hangs up"),
        pytest.param(lambda request: request.half(), id="half an answer"),
        pytest.param(said_503, id="503"),
        pytest.param(lambda request: request.answer(429, retry_after="0"), id="429"),
        pytest.param(lambda request: request.answer(502, b"<html>bad gateway"), id="502 of a proxy"),
        pytest.param(lambda request: request.carried_out_but_lost(), id="carried out, and the answer lost"),
    ],
)
def test_a_release_is_one_release_whatever_becomes_of_the_answer(place: Place, between: Between, harm: object) -> None:
    name = f"m-{uuid.uuid4().hex[:8]}"
    with understudy.Client(between.url) as client:
        between.first(2, harm)  # type: ignore[arg-type]
        released = client.register(name, serving_url=place.good, rollout=False)
        assert released.version == 1
        assert [one["version"] for one in client.versions(name)] == [1]
    keys = {one.header("idempotency-key") for one in between.seen if one.line.startswith("POST")}
    assert len(keys) == 1


def test_what_must_not_be_repeated_is_not(place: Place, between: Between, model: str) -> None:
    with understudy.Client(between.url) as client:
        between.harm = lambda request: request.carried_out_but_lost()
        with pytest.raises(understudy.UnreachableError, match="broke off"):
            client.policy.replace(model, {"name": "x", "steps": [{"bake": {"duration": "1s"}}]}, if_match='"x"')
        assert len(between.seen) == 1


def test_a_server_that_says_no_for_long(between: Between) -> None:
    with understudy.Client(between.url, max_retries=1) as client:
        between.harm = lambda request: request.answer(429, retry_after="3600")
        with pytest.raises(understudy.RateLimitedError) as caught:
            client.model("m")
        assert caught.value.retry_after == 3600 and len(between.seen) == 1
        between.harm = said_503
        with pytest.raises(understudy.UnavailableError, match="The database is away"):
            client.model("m")
        assert len(between.seen) == 3


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with understudy.Client(url, max_retries=1) as client, pytest.raises(understudy.UnreachableError) as caught:
            client.model("m")
    assert isinstance(caught.value, ConnectionError) and url in str(caught.value) and "UNDERSTUDY_URL" in str(caught.value)


def test_a_server_that_says_nothing(between: Between) -> None:
    with understudy.Client(between.url, timeout=0.2, max_retries=0) as client:
        between.harm = lambda request: request.silence(5)
        with pytest.raises(understudy.UnreachableError, match="not answered in time"):
            client.model("m")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"detail": 7}', b"\xff\xfe", b"[" * 200_000, b""])
def test_somebody_else_answers(between: Between, body: bytes) -> None:
    with understudy.Client(between.url, max_retries=0) as client:
        between.harm = lambda request: request.answer(404, body)
        with pytest.raises(understudy.NotFoundError, match="not as Understudy does"):
            client.model("m")
        between.harm = lambda request: request.answer(500, body)
        with pytest.raises(understudy.NotUnderstudyError):
            client.model("m")
        between.harm = lambda request: request.answer(302, body, location="http://elsewhere.invalid/")
        with pytest.raises(understudy.ApiError):
            client.model("m")
    assert len(between.seen) == 3


def test_a_page_in_place_of_an_answer(between: Between) -> None:
    with understudy.Client(between.url, max_retries=0) as client:
        between.harm = lambda request: request.answer(200, b"<html>log in", content_type="text/html")
        with pytest.raises(understudy.NotUnderstudyError):
            client.model("m")


def test_threads_share_a_client(client: understudy.Client, model: str) -> None:
    fresh = understudy.Client()
    seen: list[int | None] = []
    threads = [threading.Thread(target=lambda: seen.extend(fresh.model(model)["primary"] for _ in range(5))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 40
    fresh.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_has_connections_of_its_own(client: understudy.Client, model: str) -> None:
    assert client.model(model)["primary"] == 1
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writing, str(client.model(model)["primary"]).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"1"
    assert client.model(model)["primary"] == 1
