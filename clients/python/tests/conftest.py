"""A real installation, by the names that ``npm run test:python`` gives; without it, tests that need one are skipped."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import understudy

from .between import Between

REPOSITORY = Path(os.environ.get("REPOSITORY", Path(__file__).parents[3]))
QUICK: dict[str, Any] = {
    "name": "quick",
    "steps": [{"canary": {"weight": "50%", "minRequests": 20, "maxDuration": "2m"}}, {"bake": {"duration": "1s"}}],
    "gates": [{"metric": "error_rate", "maxIncrease": 0.3}],
}


class Place:
    """Where everything is."""

    def __init__(self) -> None:
        self.url = os.environ["UNDERSTUDY_URL"]
        self.token = os.environ["UNDERSTUDY_TOKEN"]
        self.gateway = os.environ["TEST_GATEWAY_URL"]
        self.good = os.environ["TEST_GOOD_URL"]
        self.bad = os.environ["TEST_BAD_URL"]
        self.read_token = os.environ["TEST_READ_TOKEN"]


@pytest.fixture
def place() -> Place:
    if "TEST_GATEWAY_URL" not in os.environ:
        pytest.skip("there is no installation: npm run test:python starts one")
    return Place()


@pytest.fixture
def client(place: Place) -> Iterator[understudy.Client]:
    with understudy.Client() as made:
        yield made


@pytest.fixture
def between(place: Place) -> Iterator[Between]:
    """Stands before the api, and does harm when it is told to."""
    with Between(place.url) as made:
        yield made


@pytest.fixture
def model(client: understudy.Client, place: Place) -> str:
    """A model whose version 1 serves."""
    name = f"m-{uuid.uuid4().hex[:8]}"
    first = client.register(name, serving_url=place.good, rollout=False)
    client.promote(name, first.version, "the first")
    return name


class Callers:
    """Asks a model again and again through the gateway, each time for another unit."""

    def __init__(self, gateway: str, model: str) -> None:
        self._url = f"{gateway}/models/{model}/v2/models/m/infer"
        self._stopped = threading.Event()
        self.receipts: list[str] = []
        self.last: httpx.Response | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Callers:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopped.set()
        self._thread.join()

    def ask(self, http: httpx.Client, unit: str) -> httpx.Response:
        answer = http.post(self._url, json={"x": 1}, headers=understudy.unit_header(unit))
        receipt = answer.headers.get("x-understudy-receipt")
        if receipt is not None:
            self.receipts.append(receipt)
        self.last = answer
        return answer

    def _run(self) -> None:
        with httpx.Client(timeout=10) as http:
            while not self._stopped.is_set():
                self.ask(http, f"unit-{uuid.uuid4().hex}")
                time.sleep(0.005)


@pytest.fixture
def callers(place: Place, model: str) -> Iterator[Callers]:
    with Callers(place.gateway, model) as made:
        yield made


def eventually(holds: Any, seconds: float = 30.0) -> None:
    """Waits until something is so."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it has not come to be"
        time.sleep(0.05)
