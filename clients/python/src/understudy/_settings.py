"""Where the api is, and with which token: as the command line reads it."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

DEFAULT_URL = "http://127.0.0.1:7400"


@dataclasses.dataclass(frozen=True)
class Settings:
    url: str
    token: str | None = dataclasses.field(repr=False)


def settings_of(
    url: str | None, token: str | None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """What is said, else ``UNDERSTUDY_URL`` and ``UNDERSTUDY_TOKEN``, else what ``understudy login`` has kept.

    The kept token is for the kept URL: it is not sent to another one that the program names.

    Raises ``ValueError`` for what is no URL of an api.
    """
    login = _login(environ)
    asked = url or environ.get("UNDERSTUDY_URL") or environ.get("API_URL") or (login or {}).get("url") or DEFAULT_URL
    at = _checked(asked)
    kept = None
    if login is not None and (not url or at == login["url"].rstrip("/")):
        kept = login["token"]
    chosen = token or environ.get("UNDERSTUDY_TOKEN") or kept
    if chosen is not None and not (chosen.isascii() and chosen.isprintable() and " " not in chosen):
        raise ValueError("The token has a blank, a line end or a letter that no token has: it was not copied as it is")
    return Settings(at, chosen)


def _checked(url: str) -> str:
    """What was said is in no message: there may be a password in it, and logs and notebooks keep what is raised."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        is_api = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        is_open = parts.username is None and parts.password is None and not parts.query and not parts.fragment
    except ValueError:
        is_api = False
        is_open = False
    if not is_api or not is_open or not text.isprintable() or " " in text:
        raise ValueError(
            f"The URL of the api is such as {DEFAULT_URL} or https://ml.example/understudy, without a user, a password, a query or a fragment; "
            "a token is given as token=, or in UNDERSTUDY_TOKEN"
        ) from None
    return text.rstrip("/")


def _login(environ: Mapping[str, str]) -> dict[str, str] | None:
    folder = environ.get("UNDERSTUDY_CONFIG")
    if folder is None:
        folder = str(Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "understudy")
    try:
        kept = json.loads((Path(folder) / "login.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RuntimeError):
        return None
    if not isinstance(kept, dict) or not isinstance(kept.get("url"), str) or not isinstance(kept.get("token"), str):
        return None
    return {"url": kept["url"], "token": kept["token"]}
