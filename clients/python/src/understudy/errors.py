"""What can go wrong, each by its own name.

``UnderstudyError`` is the base of all. What the api refuses is an ``ApiError`` with its ``status``, its stable ``code`` and,
of a body, the place of each mistake (``errors``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._api import types

__all__ = [
    "Aborted",
    "ApiError",
    "BadRequestError",
    "ChangedMeanwhile",
    "ConflictError",
    "ForbiddenError",
    "InvalidError",
    "NotFoundError",
    "NotUnderstudyError",
    "PreconditionFailedError",
    "RateLimitedError",
    "RolledBack",
    "RolloutEnded",
    "ServerError",
    "Superseded",
    "UnauthorizedError",
    "UnavailableError",
    "UnderstudyError",
    "UnreachableError",
    "WaitTimeout",
    "WaitsForPerson",
]


class UnderstudyError(Exception):
    """Base of everything that this package raises of its own."""


class UnreachableError(UnderstudyError, ConnectionError):
    """Nobody answers, or the connection broke off; for how often that was tried, see ``max_retries``."""


class WaitTimeout(UnderstudyError, TimeoutError):
    """What was waited for has not come in time. The rollout goes on by itself."""


class ApiError(UnderstudyError):
    """The api said no."""

    def __init__(self, problem: types.Problem, *, request: str, retry_after: float | None = None) -> None:
        self.problem = problem
        self.request = request
        """As ``POST /api/v1/feedback``."""
        self.retry_after = retry_after
        """Seconds after which the server asked to be tried again; ``None``: it did not say."""
        lines = [problem["detail"], *(f"  {one['pointer']}: {one['detail']}" for one in problem["errors"])]
        super().__init__("\n".join(lines))

    @property
    def status(self) -> int:
        """Of HTTP, such as 409."""
        return self.problem["status"]

    @property
    def code(self) -> str:
        """Stable, such as ``version_not_found``: programs may branch on it."""
        return self.problem["code"]

    @property
    def errors(self) -> list[Any]:
        """The mistakes of a body: ``pointer`` (``/metrics/auc``) and ``detail`` of each."""
        return list(self.problem["errors"])

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (type(self), self.problem, self.request, self.retry_after))


def _again(kind: type[ApiError], problem: types.Problem, request: str, retry_after: float | None) -> ApiError:
    return kind(problem, request=request, retry_after=retry_after)


class BadRequestError(ApiError):
    """400: the request cannot be read."""


class UnauthorizedError(ApiError):
    """401: no token, or one that is not known (any more). ``UNDERSTUDY_TOKEN`` names one."""


class ForbiddenError(ApiError):
    """403: the token may not do this."""


class NotFoundError(ApiError):
    """404: there is no such model, version or rollout, or the token may not see it."""


class ConflictError(ApiError):
    """409: not as things stand now, such as an action that the state does not allow."""


class PreconditionFailedError(ApiError):
    """412: somebody else was there first."""


class ChangedMeanwhile(PreconditionFailedError):
    """It is another one than you saw. Nothing was done: look again, and decide anew."""


class InvalidError(ApiError, ValueError):
    """422: the request can be read, and says what cannot be so. ``errors`` names the places."""


class RateLimitedError(ApiError):
    """429: too many requests, for longer than was waited."""


class ServerError(ApiError):
    """5xx: it is not your mistake."""


class UnavailableError(ServerError):
    """502, 503, 504: it may do later, and has not for as long as was tried."""


class NotUnderstudyError(ServerError):
    """Somebody answers at this URL, and not as Understudy does: a proxy, or another server."""


class RolloutEnded(UnderstudyError):
    """A rollout that was waited for did not make its version primary."""

    def __init__(self, rollout: types.Rollout, reason: str) -> None:
        self.rollout = rollout
        """As it was then."""
        self.reason = reason
        """Why, in the words of the decision, or of the person."""
        state = rollout["state"].replace("_", " ")
        super().__init__(f"{rollout['model']} version {rollout['version']} is {state}: {reason}")

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.rollout, self.reason))


class RolledBack(RolloutEnded):
    """The version was taken off the traffic: a gate has failed, or a person said so."""


class Aborted(RolledBack):
    """A person took it off."""


class Superseded(RolloutEnded):
    """A newer version has taken its place; nothing is said against this one."""


class WaitsForPerson(RolloutEnded):
    """It is paused, or waits for an approval: it goes on by a person's word only (``resume``, ``approve``)."""


BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: PreconditionFailedError,
    422: InvalidError,
    429: RateLimitedError,
    502: UnavailableError,
    503: UnavailableError,
    504: UnavailableError,
}


def api_error(problem: types.Problem, *, request: str, retry_after: float | None = None) -> ApiError:
    """The error of an answer: by its code, else by its status."""
    status = problem["status"]
    kind = BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    if problem["code"] == "changed_meanwhile":
        kind = ChangedMeanwhile
    elif problem["code"] == "no_problem" and not 400 <= status < 500 and kind is not UnavailableError:
        kind = NotUnderstudyError
    return kind(problem, request=request, retry_after=retry_after)
