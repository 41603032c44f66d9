# Made by `npm run client` from `_async`: do not edit.
"""The event stream: for whoever reads it, and to wake whoever waits."""

from __future__ import annotations

from collections.abc import Generator

from .._sse import EventParser
from ..errors import ApiError, UnderstudyError
from ..events import Event
from .transport import Transport
from .waiting import Wake, sleep

PATH = "/api/v1/stream"
FIRST_PAUSE = 0.5
MOST_PAUSE = 10.0


def _is_refused(error: UnderstudyError) -> bool:
    return isinstance(error, ApiError) and 400 <= error.status < 500 and error.status != 429


def events(transport: Transport) -> Generator[Event, None, None]:
    """What happens, from now on, for as long as it is read. It connects again when it is cut off.

    Raises ``ApiError`` when the token may not follow.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            with transport.stream(PATH) as response:
                pause = FIRST_PAUSE
                parser = EventParser()
                for piece in response.iter_bytes():
                    for event in parser.feed(piece):
                        yield event
        except ValueError:
            pass  # no stream of ours
        except UnderstudyError as error:
            if _is_refused(error):
                raise
        sleep(pause)
        pause = min(MOST_PAUSE, pause * 2)


def wake_on(transport: Transport, rollout_id: str, wake: Wake) -> None:
    """Wakes at each event of a rollout, and when the stream is (again) there: something may have been missed."""
    pause = FIRST_PAUSE
    while not wake.is_over:
        try:
            with transport.stream(PATH) as response:
                wake.holds(response)
                pause = FIRST_PAUSE
                wake.news()
                parser = EventParser()
                for piece in response.iter_bytes():
                    if any(event.get("rolloutId") == rollout_id for event in parser.feed(piece)):
                        wake.news()
        except (UnderstudyError, ValueError) as error:
            if isinstance(error, UnderstudyError) and _is_refused(error):
                return  # whoever may not follow still may look
        if wake.is_over:
            return
        wake.rest(pause)
        pause = min(MOST_PAUSE, pause * 2)
