"""Feedback, by receipts that the gateway gave; with a server that is away, slow or strict, and programs that end."""

from __future__ import annotations

import asyncio
import datetime
import gc
import logging
import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import understudy

from .between import Between
from .conftest import REPOSITORY, Callers, Place, eventually

CLICKS: dict[str, Any] = {
    "name": "clicks",
    "steps": [{"canary": {"weight": "50%", "minRequests": 1_000_000, "maxDuration": "1h"}}, {"bake": {"duration": "1s"}}],
    "gates": [{"metric": "feedback.click", "maxDecrease": 0.5}],
}


class Clicks:
    """A model with a rollout that clicks count for, and receipts of its answers."""

    def __init__(self, model: str, receipts: list[str], rollout: understudy.Rollout) -> None:
        self.model, self.receipts, self.rollout = model, receipts, rollout


@pytest.fixture(scope="module")
def clicks() -> Iterator[Clicks]:
    if "TEST_GATEWAY_URL" not in os.environ:
        pytest.skip("there is no installation: npm run test:python starts one")
    place = Place()
    with understudy.Client() as client:
        name = f"clicks-{os.getpid()}"
        client.register(name, serving_url=place.good, rollout=False)
        client.promote(name, 1, "the first")
        rollout = client.register(name, serving_url=place.good, rollout=CLICKS).rollout
        assert rollout is not None
        callers = Callers(place.gateway, name)
        with httpx.Client() as http:
            eventually(lambda: callers.ask(http, f"u{time.monotonic()}").headers.get("x-understudy-receipt") is not None)
            for n in range(300):
                callers.ask(http, f"unit-{n}")
        yield Clicks(name, [one for one in callers.receipts], rollout)
        client.rollout(rollout.id).abort("enough")


def take(clicks: Clicks, many: int) -> list[str]:
    """Receipts that nobody else sends."""
    taken, clicks.receipts[:] = clicks.receipts[:many], clicks.receipts[many:]
    assert len(taken) == many
    return taken


def test_it_is_counted_once(client: understudy.Client, clicks: Clicks) -> None:
    receipts = take(clicks, 10)
    for receipt in receipts + receipts[:3]:
        assert client.feedback(receipt, "click")
    assert client.flush_feedback()
    stats = client.feedback_stats
    assert (stats.given, stats.counted, stats.repeated, stats.pending, stats.lost) == (13, 10, 3, 0, 0)
    client.feedback(receipts[0], "nobody_asks")
    client.flush_feedback()
    assert client.feedback_stats.unattributed == 1


def test_by_unit_two_that_are_alike_are_two(client: understudy.Client, clicks: Clicks) -> None:
    for _ in range(2):
        client.feedback(unit="zoë", model=clicks.model, metric="click")
    client.feedback(unit="日本", model=clicks.model, metric="click", id="event-1")
    client.feedback(unit="日本", model=clicks.model, metric="click", id="event-1")
    client.flush_feedback()
    assert (client.feedback_stats.counted, client.feedback_stats.repeated) == (3, 1)


def test_mistakes_are_said_at_once(client: understudy.Client) -> None:
    naive = datetime.datetime(2026, 11, 1)
    for bad in (
        {},
        {"receipt": "r", "unit": "u", "metric": "click"},
        {"receipt": "r", "metric": "kl ick"},
        {"receipt": "r", "metric": "click", "value": float("nan")},
        {"receipt": "r", "metric": "click", "value": 1e13},
        {"unit": "u", "metric": "click"},
        {"receipt": "ü", "metric": "click"},
        {"receipt": "", "metric": "click"},
        {"unit": "u", "model": "m", "metric": "click", "at": naive},
    ):
        with pytest.raises(ValueError):
            client.feedback(**bad)
    assert client.feedback_stats.given == 0


def test_one_bad_receipt_costs_no_other(clicks: Clicks, between: Between, caplog: pytest.LogCaptureFixture) -> None:
    with understudy.Client(between.url) as client:
        for n, receipt in enumerate(take(clicks, 10)):
            client.feedback(receipt, "click")
            client.feedback(f"forged-{n}", "click")
        assert client.flush_feedback()
        stats = client.feedback_stats
    # The server names all of them at once: whoever sends forged ones makes no request of each.
    assert len(between.seen) <= 4
    assert (stats.counted, stats.refused, stats.lost) == (10, 10, 0)
    assert "refused" in caplog.text and "receipt" in caplog.text


def test_thousands_from_many_threads(client: understudy.Client, clicks: Clicks, between: Between) -> None:
    with understudy.Client(between.url, max_pending_feedback=20_000) as own:
        def give(thread: int) -> None:
            for n in range(500):
                own.feedback(unit=f"t{thread}-{n}", model=clicks.model, metric="click")

        threads = [threading.Thread(target=give, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert own.flush_feedback(60)
        assert (own.feedback_stats.given, own.feedback_stats.counted) == (2_000, 2_000)
    # Batches, and not 2,000 requests.
    assert len(between.seen) < 40


def test_a_server_that_is_away_for_a_while(clicks: Clicks, between: Between, caplog: pytest.LogCaptureFixture) -> None:
    harms = [
        lambda request: request.hang_up(),
        lambda request: request.answer(503, retry_after="0"),
        lambda request: request.carried_out_but_lost(),
        lambda request: request.answer(429, retry_after="0"),
        lambda request: request.half(),
    ]
    between.harm = lambda request: harms.pop(0)(request) if harms else False
    with understudy.Client(between.url) as client:
        for receipt in take(clicks, 20):
            client.feedback(receipt, "click")
        assert client.flush_feedback(30)
        stats = client.feedback_stats
    # Each by the key of its batch: what was carried out is answered again, and counted once.
    assert (stats.counted, stats.repeated, stats.lost) == (20, 0, 0)
    assert "tried again" in caplog.text


def test_what_is_too_much_is_said(between: Between, caplog: pytest.LogCaptureFixture) -> None:
    between.harm = lambda request: request.hang_up()
    client = understudy.Client(between.url, max_pending_feedback=100, feedback_exit_timeout=0.2)
    taken = [client.feedback("r", "click") for _ in range(150)]
    assert taken == [True] * 100 + [False] * 50
    assert client.feedback_stats.lost == 50 and "more than 100 are pending" in caplog.text
    assert client.flush_feedback(0.1) is False
    caplog.clear()
    client.close()
    stats = client.feedback_stats
    assert (stats.given, stats.lost, stats.pending) == (150, 150, 0)
    assert "100 pieces of feedback are lost" in caplog.text
    # What was given up is not tried for ever after.
    eventually(lambda: client._feedback._thread is None, 15)


def test_a_token_that_may_not(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    with understudy.Client(token=place.read_token) as client:
        client.feedback("r", "click")
        assert client.flush_feedback()
        assert client.feedback_stats.lost == 1
    assert "lost" in caplog.text


# The connections of a loop that has ended cannot be closed any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_with_an_event_loop_and_after_it(clicks: Clicks) -> None:
    async def serve() -> understudy.AsyncClient:
        client = understudy.AsyncClient()
        client.feedback(take(clicks, 1)[0], "click")
        assert await client.flush_feedback()
        return client

    client = asyncio.run(serve())
    client.feedback(take(clicks, 1)[0], "click")  # the loop is closed
    eventually(lambda: client.feedback_stats.counted == 2)
    asyncio.run(client.aclose())
    gc.collect()


def run(script: str, url: str | None = None, timeout: float = 40) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY / "clients" / "python" / "src")}
    if url is not None:
        env["UNDERSTUDY_URL"] = url
    return subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=env, capture_output=True, text=True, timeout=timeout)


def test_a_program_that_ends_delivers(clicks: Clicks, client: understudy.Client) -> None:
    receipt = take(clicks, 1)[0]
    done = run(f"""
        import understudy
        client = understudy.Client()
        client.feedback({receipt!r}, "click")
    """)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    client.feedback(receipt, "click")
    client.flush_feedback()
    assert client.feedback_stats.repeated == 1


def test_a_program_that_ends_while_the_server_is_away_says_so(between: Between) -> None:
    between.harm = lambda request: request.silence(60)
    started = time.monotonic()
    done = run("""
        import understudy
        client = understudy.Client(feedback_exit_timeout=1.0)
        for n in range(7):
            client.feedback(f"r{n}", "click")
    """, between.url)
    assert done.returncode == 0
    assert "7 pieces of feedback are lost" in done.stderr
    assert time.monotonic() - started < 30


def test_feedback_of_the_last_moment(clicks: Clicks, client: understudy.Client) -> None:
    """Given while the program ends, when no thread can be started any more."""
    receipt = take(clicks, 1)[0]
    done = run(f"""
        import atexit, understudy
        client = understudy.Client()
        atexit.register(lambda: client.feedback({receipt!r}, "click"))
    """)
    assert (done.returncode, done.stderr) == (0, "")
    client.feedback(receipt, "click")
    client.flush_feedback()
    assert client.feedback_stats.repeated == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.parametrize("how", ["fork", "multiprocessing"])
def test_a_fork_delivers_its_own_and_nothing_twice(clicks: Clicks, between: Between, client: understudy.Client, how: str) -> None:
    mine, childs = take(clicks, 2)
    child = (
        "if os.fork() == 0:\n    client.feedback(RECEIPT, 'click')\n    sys.exit(0)\nos.wait()"
        if how == "fork"
        else "one = multiprocessing.get_context('fork').Process(target=client.feedback, args=(RECEIPT, 'click'))\none.start(); one.join()"
    )
    script = f"import multiprocessing, os, sys, warnings, understudy\nwarnings.simplefilter('ignore')\nRECEIPT = {childs!r}\nclient = understudy.Client()\nclient.feedback({mine!r}, 'click')\n{child}\n"
    done = run(script, between.url)
    assert (done.returncode, done.stderr) == (0, "")
    posts = [one for one in between.seen if b"feedback" in one.head]
    assert sum(mine.encode() in one.body for one in posts) == 1 and sum(childs.encode() in one.body for one in posts) == 1
    for receipt in (mine, childs):
        client.feedback(receipt, "click")
    client.flush_feedback()
    assert client.feedback_stats.repeated == 2


def test_a_thread_without_work_ends(client: understudy.Client, clicks: Clicks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("understudy.feedback.sender.IDLE", 0.1)
    client.feedback(take(clicks, 1)[0], "click")
    assert client.flush_feedback()
    eventually(lambda: client._feedback._thread is None)
    client.feedback(take(clicks, 1)[0], "click")
    assert client.flush_feedback() and client.feedback_stats.counted == 2


def test_the_log_is_quiet_when_all_is_well(client: understudy.Client, clicks: Clicks, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="understudy"):
        client.feedback(take(clicks, 1)[0], "click")
        client.flush_feedback()
    assert [one for one in caplog.records if one.name == "understudy"] == []
