"""How far an upload has come: a function of the caller, or a bar where tqdm is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Progress = Callable[[int, int], None]
"""Told the bytes that were sent so far, and all of them."""


@contextmanager
def told(progress: Progress | bool | None, name: str, total: int) -> Iterator[Progress]:
    """``None``: a bar on a terminal, where tqdm is; ``True``: anywhere; ``False``: none."""
    if callable(progress):
        yield progress
        return
    bar = None if progress is False else _bar(name, total, always=progress is True)
    if bar is None:
        yield lambda sent, of: None
        return
    with bar:
        # A second try begins anew.
        yield lambda sent, of: bar.update(sent - bar.n)


def _bar(name: str, total: int, *, always: bool) -> Any:
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    return tqdm(total=total, desc=name, unit="B", unit_scale=True, disable=False if always else None)
