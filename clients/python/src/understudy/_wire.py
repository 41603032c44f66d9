"""From a call to a request of HTTP, and from its answer to a value or an error."""

from __future__ import annotations

import dataclasses
import json
import uuid
from typing import Any
from urllib.parse import quote

import httpx

from ._api import types
from ._api.call import Call
from ._retry import NotSent, is_repeatable, retry_after_of
from .errors import ApiError, NotUnderstudyError, UnderstudyError, UnreachableError, api_error

USER_AGENT = "understudy-python/0.1.0"


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A request that may be sent several times: it is the same each time, its key too."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    content: bytes | None
    repeatable: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def prepare(call: Call[Any]) -> Prepared:
    """Raises ``ValueError`` for what no header or body can say."""
    headers = {}
    content = None
    if call.body is not None:
        is_text = isinstance(call.body, str)
        content = call.body.encode() if is_text else json_bytes(call.body)
        headers["content-type"] = "application/yaml" if is_text else "application/json"
    if call.if_match is not None:
        headers["if-match"] = call.if_match
    if call.takes_key:
        headers["idempotency-key"] = _header("idempotency_key", call.idempotency_key or str(uuid.uuid4()))
    path = call.path
    for name, value in call.in_path.items():
        path = path.replace("{" + name + "}", _segment(name, value))
    repeatable = is_repeatable(
        call.method, has_key=call.takes_key, has_match=call.if_match is not None
    )
    return Prepared(call.method, path, _query(call.query), headers, content, repeatable)


def json_bytes(value: Any) -> bytes:
    """As JSON has it: ``NaN`` and infinities are refused here, with the word for it, and not by the server."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"The request has half of a character (a lone surrogate): {error}") from None
    except ValueError as error:
        raise ValueError(f"The request cannot be written as JSON: {error}") from None


def _plain(value: Any) -> Any:
    """Numbers of NumPy, and times, as JSON has them."""
    for name in ("item", "isoformat"):
        method = getattr(value, name, None)
        if callable(method):
            return method()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def _segment(name: str, value: str | int) -> str:
    text = str(value)
    if text in ("", ".", ".."):
        raise ValueError(f"{name} is {text!r}: that is no name")
    return quote(text, safe="")


def _query(query: Any) -> list[tuple[str, str]]:
    pairs = []
    for name, value in query.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                pairs.append((name, str(one).lower() if isinstance(one, bool) else str(one)))
    return pairs


def _header(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"{name} is {value!r}: a header has printable ASCII characters only")
    return value


def read_answer(prepared: Prepared, response: httpx.Response) -> Any:
    """What a good answer holds; ``None`` of an empty one. Raises for one that is not what the api answers."""
    if not response.content:
        return None
    try:
        return json.loads(response.content)
    except ValueError:
        raise NotUnderstudyError(_no_problem(response.status_code), request=prepared.name) from None


def error_of(request: str, response: httpx.Response) -> ApiError:
    """The error of an answer that is not 2xx."""
    return api_error(_problem(response), request=request, retry_after=retry_after_of(response.headers))


def _problem(response: httpx.Response) -> types.Problem:
    try:
        said = json.loads(response.content)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("detail"), str):
        return _no_problem(response.status_code)
    errors = said.get("errors")
    places = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
    return {
        "type": str(said.get("type", "about:blank")),
        "title": str(said.get("title", "")),
        "status": response.status_code,
        "code": str(said.get("code", "")),
        "detail": said["detail"],
        "errors": [{"pointer": str(one.get("pointer", "")), "detail": str(one.get("detail", ""))} for one in places],
    }


def _no_problem(status: int) -> types.Problem:
    return {
        "type": "about:blank",
        "title": "",
        "status": status,
        "code": "no_problem",
        "detail": f"It answers {status}, and not as Understudy does. Is this its URL (UNDERSTUDY_URL)?",
        "errors": [],
    }


def broken(url: str, error: httpx.RequestError) -> UnderstudyError:
    """What a connection that fails is to whoever called."""
    because = str(error) or type(error).__name__
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)):
        return NotSent(f"Nobody answers at {url} ({because}). Is it up? UNDERSTUDY_URL says where it is.")
    if isinstance(error, httpx.TimeoutException):
        return UnreachableError(f"{url} has not answered in time ({because}).")
    return UnreachableError(f"The connection to {url} broke off ({because}).")
