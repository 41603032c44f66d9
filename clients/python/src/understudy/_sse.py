"""Server-sent events, from the bytes of the stream. No network."""

from __future__ import annotations

import json
from typing import cast

from .events import Event

MOST_BYTES = 1024 * 1024


class EventParser:
    """Takes the stream piece by piece. Lines end at ``\\n`` alone: a name may hold U+2028, which ``splitlines`` breaks at."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[Event]:
        """The events that are whole now. Raises ``ValueError`` for one of more than 1 MiB."""
        blocks = (self._rest + piece).replace(b"\r\n", b"\n").split(b"\n\n")
        self._rest = blocks.pop()
        if len(self._rest) > MOST_BYTES:
            raise ValueError("an event of the stream does not end")
        return [event for event in map(_event, blocks) if event is not None]


def _event(block: bytes) -> Event | None:
    for line in block.split(b"\n"):
        if line.startswith(b"data: "):
            try:
                said = json.loads(line[6:])
            except ValueError:
                return None
            return cast(Event, said) if isinstance(said, dict) else None
    return None
