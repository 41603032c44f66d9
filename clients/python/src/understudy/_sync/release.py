# Made by `npm run client` from `_async`: do not edit.
"""A version on its way into the registry."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._api import types
from .._progress import Progress
from ..digests import folder_digest
from .rollout import Rollout
from .upload import upload
from .waiting import off_loop

if TYPE_CHECKING:
    from .asking import Asking

URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""A scheme has two letters at least: ``C:`` is a drive of Windows."""


@dataclasses.dataclass
class Registered:
    """A version that was registered, and its rollout."""

    data: types.VersionsRegisterAnswer
    rollout: Rollout | None
    """``None``: none was asked for."""

    @property
    def model(self) -> str:
        return self.data["model"]

    @property
    def version(self) -> int:
        return self.data["version"]

    @property
    def warnings(self) -> list[str]:
        """What is no mistake for certain."""
        return [one["detail"] for one in self.data.get("warnings", [])]


def artifact_of(
    client: Asking, source: str | os.PathLike[str], digest: str | None, progress: Progress | bool | None
) -> dict[str, str]:
    """What the api is told of a source: uploads a file, computes the digest of a folder, takes a URI as it is."""
    text = os.fspath(source)
    if isinstance(source, str) and URI.match(text):
        if digest is None:
            raise ValueError(f"Say the digest of {text}, as digest=\"sha256:…\": understudy.digest(path) of a copy computes it")
        return {"uri": text, "digest": digest}
    path = Path(text)
    if not path.exists():
        raise FileNotFoundError(f"{text}: there is no such file or folder, and it is no URI either")
    if path.is_dir():
        # Folders are not uploaded: the server reads them, where it sees the same file system.
        found = off_loop(lambda: folder_digest(path))
        _same(text, found, digest)
        return {"uri": path.resolve().as_uri(), "digest": found}
    found = upload(client._transport, path, progress)
    _same(text, found, digest)
    return {"digest": found}


def _same(text: str, found: str, said: str | None) -> None:
    if said is not None and said != found:
        raise ValueError(f"{text} is {found}, and not {said}")


def rollout_of(rollout: bool | Mapping[str, Any], start_at: str | None) -> Any:
    """``rollout`` of the body: whether, by which policy, and when."""
    if rollout is False and start_at is None:
        return False
    if rollout is False:
        raise ValueError("start_at says when a rollout starts, and rollout=False that none does")
    settings: dict[str, Any] = {} if rollout is True else {"policy": dict(rollout)}
    return {**settings, **({} if start_at is None else {"startAt": start_at})} or True
