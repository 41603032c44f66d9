"""What a file or a folder is: the same digests as ``understudy digest`` says (docs/guides/registry.md)."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path

__all__ = ["digest"]

HEADER = "understudy folder 1\n"
MOST_FILES = 10_000
MOST_NAME, MOST_PATH = 255, 1_024
PIECE = 1024 * 1024


def digest(path: str | os.PathLike[str]) -> str:
    """``sha256:…`` of a file, or of a folder by its manifest.

    Raises ``ValueError`` for a folder that is no artifact (no file, symbolic links, odd names), or that changes while it is read;
    ``OSError`` for what cannot be read.
    """
    place = Path(path)
    return folder_digest(place) if place.is_dir() else file_digest(place)


def file_digest(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            hashed.update(piece)
    return f"sha256:{hashed.hexdigest()}"


def folder_digest(folder: Path) -> str:
    root = folder.resolve(strict=True)
    before = _listed(root)
    lines = [f"{file_digest(root / name)[7:]}  {name}\n" for name in sorted(before, key=str.encode)]
    if _listed(root) != before:
        raise ValueError(f"{folder} changes while it is read; register it when it is written")
    return f"sha256:{hashlib.sha256((HEADER + ''.join(lines)).encode()).hexdigest()}"


def _listed(root: Path) -> dict[str, tuple[int, ...]]:
    """Each file by its path below the folder, with what changes when it is written to."""
    found: dict[str, tuple[int, ...]] = {}
    forms: set[str] = set()
    for name, status in _walk(root, ""):
        form = unicodedata.normalize("NFC", name)
        if form in forms:
            raise ValueError(f"{name!r} is there twice: two names are one in Unicode's form NFC")
        forms.add(form)
        found[name] = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        if len(found) > MOST_FILES:
            raise ValueError(f"{root} has more than {MOST_FILES} files")
    if not found:
        raise ValueError(f"{root}: there is no file in it")
    return found


def _walk(root: Path, below: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(root / below) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            name = below + entry.name
            _check(name, entry.name)
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                yield from _walk(root, f"{name}/")
            elif stat.S_ISREG(status.st_mode):
                yield name, status
            else:
                kind = "a symbolic link" if stat.S_ISLNK(status.st_mode) else "no file"
                raise ValueError(f"{name!r} is {kind}; put a file in its place")


def _check(path: str, name: str) -> None:
    try:
        too_long = len(name.encode()) > MOST_NAME or len(path.encode()) > MOST_PATH
    except UnicodeEncodeError:
        raise ValueError(f"the name {path!r} is not UTF-8") from None
    if too_long:
        raise ValueError(f"the name {path!r} is longer than {MOST_NAME} bytes, or its path than {MOST_PATH}")
    if "\\" in name or any(unicodedata.category(one) == "Cc" for one in name):
        raise ValueError(f"the name {path!r} has a control character or a backslash")
