"""The event stream: for whoever reads it, and to wake whoever waits."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from .._sse import EventParser
from ..errors import ApiError, UnderstudyError
from ..events import Event
from .transport import AsyncTransport
from .waiting import Wake, sleep

PATH = "/api/v1/stream"
FIRST_PAUSE = 0.5
MOST_PAUSE = 10.0


def _is_refused(error: UnderstudyError) -> bool:
    return isinstance(error, ApiError) and 400 <= error.status < 500 and error.status != 429


async def events(transport: AsyncTransport) -> AsyncGenerator[Event, None]:
    """What happens, from now on, for as long as it is read. It connects again when it is cut off.

    Raises ``ApiError`` when the token may not follow.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            async with transport.stream(PATH) as response:
                pause = FIRST_PAUSE
                parser = EventParser()
                async for piece in response.aiter_bytes():
                    for event in parser.feed(piece):
                        yield event
        except ValueError:
            pass  # no stream of ours
        except UnderstudyError as error:
            if _is_refused(error):
                raise
        await sleep(pause)
        pause = min(MOST_PAUSE, pause * 2)


async def wake_on(transport: AsyncTransport, rollout_id: str, wake: Wake) -> None:
    """Wakes at each event of a rollout, and when the stream is (again) there: something may have been missed."""
    pause = FIRST_PAUSE
    while not wake.is_over:
        try:
            async with transport.stream(PATH) as response:
                wake.holds(response)
                pause = FIRST_PAUSE
                wake.news()
                parser = EventParser()
                async for piece in response.aiter_bytes():
                    if any(event.get("rolloutId") == rollout_id for event in parser.feed(piece)):
                        wake.news()
        except (UnderstudyError, ValueError) as error:
            if isinstance(error, UnderstudyError) and _is_refused(error):
                return  # whoever may not follow still may look
        if wake.is_over:
            return
        await wake.rest(pause)
        pause = min(MOST_PAUSE, pause * 2)
