"""A file on its way to the api, under its digest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

import httpx

from .._progress import Progress, told
from .._retry import Limits
from .._wire import Prepared
from ..digests import PIECE, file_digest
from ..errors import ApiError, UnderstudyError
from .transport import AsyncTransport
from .waiting import off_loop

UPLOAD_TIMEOUT = 300.0
"""Seconds for each piece, and for the answer: the api reads all of it before it answers."""


async def upload(transport: AsyncTransport, path: Path, progress: Progress | bool | None) -> str:
    """Sends a file, unless it is there already. Returns its digest."""
    digest = await off_loop(lambda: file_digest(path))
    at = f"/api/v1/artifacts/{digest}"
    if await _is_there(transport, at):
        return digest
    size = path.stat().st_size
    headers = {"content-type": "application/octet-stream", "content-length": str(size)}
    prepared = Prepared("PUT", at, [], headers, None, repeatable=True)
    with told(progress, path.name, size) as tell:
        try:
            await transport.send(prepared, lambda: _pieces(path, size, tell), timeout=UPLOAD_TIMEOUT)
        except httpx.LocalProtocolError as error:
            raise UnderstudyError(f"{path} changes while it is read; register it when it is written") from error
    return digest


async def _is_there(transport: AsyncTransport, at: str) -> bool:
    try:
        await transport.send(Prepared("HEAD", at, [], {}, None, repeatable=True), lambda: None, limits=Limits(retries=1))
    except ApiError:
        return False  # or the token may not look: then it may still send
    return True


async def _pieces(path: Path, size: int, tell: Progress) -> AsyncIterator[bytes]:
    sent = 0
    file: BinaryIO = await off_loop(lambda: path.open("rb"))
    with file:
        tell(0, size)
        while piece := await off_loop(lambda: file.read(PIECE)):
            yield piece
            sent += len(piece)
            tell(sent, size)
