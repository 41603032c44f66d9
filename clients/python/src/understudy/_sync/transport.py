# Made by `npm run client` from `_async`: do not edit.
"""Asks the api, again where that may be done."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Callable
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx

from .._api.call import Call
from .._retry import Limits, pause_before_retry
from .._settings import Settings
from .._wire import USER_AGENT, Prepared, broken, error_of, prepare, read_answer
from ..errors import UnderstudyError
from .waiting import place, sleep

T = TypeVar("T")
STREAM_SILENCE = 35.0
"""The api gives a sign of life every 15 s; a connection that is silent for longer is dead."""


class Transport:
    """Connections to one api, made when they are needed, and made anew after a fork or in another event loop."""

    def __init__(self, settings: Settings, *, timeout: float, limits: Limits, verify: Any = True) -> None:
        self.settings = settings
        self.limits = limits
        self._timeout = timeout
        self._verify = verify
        self._made: dict[tuple[int, object], httpx.Client] = {}
        self._closed = False

    def ask(self, call: Call[T], *, limits: Limits | None = None) -> T:
        """What the api answers. Raises ``UnderstudyError``."""
        prepared = prepare(call)
        response = self.send(prepared, lambda: prepared.content, limits=limits)
        answer: T = read_answer(prepared, response)
        return answer

    def send(
        self,
        prepared: Prepared,
        content: Callable[[], Any],
        *,
        limits: Limits | None = None,
        timeout: float | None = None,
    ) -> httpx.Response:
        """A good answer. ``content`` is asked for the body before each try."""
        held = limits or self.limits
        attempt = 0
        while True:
            error: UnderstudyError
            try:
                http = self._http()
                response = http.request(
                    prepared.method,
                    self.settings.url + prepared.path,
                    params=tuple(prepared.query) or None,
                    headers={**self._headers(), **prepared.headers},
                    content=content(),
                    timeout=self._timeout if timeout is None else timeout,
                )
                if response.is_success:
                    return response
                error = error_of(prepared.name, response)
            except httpx.LocalProtocolError:
                raise  # our own mistake: no other try mends it
            except (httpx.TransportError, httpx.DecodingError) as caught:
                error = broken(self.settings.url, caught)
                error.__cause__ = caught
            pause = pause_before_retry(
                error, attempt, repeatable=prepared.repeatable, limits=held, random=random.random
            )
            if pause is None:
                raise error
            attempt += 1
            sleep(pause)

    @contextmanager
    def stream(self, path: str) -> Iterator[httpx.Response]:
        """A stream that goes on until it is closed, or silent for 35 s. Raises ``UnderstudyError``."""
        timeout = httpx.Timeout(self._timeout, read=STREAM_SILENCE)
        headers = {**self._headers(), "accept": "text/event-stream"}
        try:
            http = self._http()
            with http.stream(
                "GET", self.settings.url + path, headers=headers, timeout=timeout
            ) as response:
                if not response.is_success:
                    response.read()
                    raise error_of(f"GET {path}", response)
                yield response
        except httpx.TransportError as error:
            raise broken(self.settings.url, error) from error

    def close(self) -> None:
        """Ends the connections; asking is an error from now on."""
        self._closed = True
        http = self._made.pop((os.getpid(), place()), None)
        self._made.clear()
        if http is not None:
            http.close()

    def _headers(self) -> dict[str, str]:
        token = self.settings.token
        return {"user-agent": USER_AGENT, **({} if token is None else {"authorization": f"Bearer {token}"})}

    def _http(self) -> httpx.Client:
        if self._closed:
            raise RuntimeError("This client is closed.")
        here = (os.getpid(), place())
        found = self._made.get(here)
        if found is not None:
            return found
        made = httpx.Client(verify=self._verify)
        http = self._made.setdefault(here, made)
        if http is not made:  # another thread was first
            made.close()
        # Those of another process, or of a loop that has ended, are left alone, and not closed.
        for other in [key for key in self._made if key != here]:
            self._made.pop(other, None)
        return http
