# Made by `npm run client` from `_async`: do not edit.
"""A rollout: looked at, followed, and steered."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Literal

from .. import _html
from .._api import calls, types
from .._retry import Limits
from .._seen import ENDED, MOST_TRIES, MOST_TRIES_OFF, WAITS_FOR_PERSON, changed_detail, if_match, reason_of
from .._seen import shown_of, standing_of
from .._text import summary
from ..errors import Aborted, ApiError, ChangedMeanwhile, RolledBack, RolloutEnded, Superseded, UnderstudyError
from ..errors import UnreachableError, WaitsForPerson, WaitTimeout
from ..frames import Evidence, Verdicts
from .follow import wake_on
from .waiting import Wake

if TYPE_CHECKING:
    from .asking import Asking

Action = Literal["pause", "resume", "approve", "reject", "skip", "promote", "abort", "retry"]
ACTIONS: dict[str, Any] = {
    "pause": calls.rollouts_pause,
    "resume": calls.rollouts_resume,
    "approve": calls.rollouts_approve,
    "reject": calls.rollouts_reject,
    "skip": calls.rollouts_skip,
    "promote": calls.rollouts_promote,
    "abort": calls.rollouts_abort,
    "retry": calls.rollouts_retry,
}
ONCE = Limits(retries=0)
APPROVAL_GRACE = 10.0
"""Seconds within which an approval is acted on; after that more approvals are needed, or no worker is up."""


class Rollout:
    """A rollout as it was seen at some moment: ``data`` is what the api said of it then.

    What is said to it (``promote``, ``abort`` …) says what was seen. When it has moved on since, nothing is done, and
    ``ChangedMeanwhile`` says where it stands now; ``refresh`` looks again. After an action ``data`` is what came of it.
    """

    def __init__(self, client: Asking, data: types.Rollout) -> None:
        self._client = client
        self.data = data
        self.outcome: str | None = None
        """Why the last action did nothing, where it was so already."""
        self._approved_at = -APPROVAL_GRACE

    @property
    def id(self) -> str:
        return self.data["id"]

    @property
    def model(self) -> str:
        return self.data["model"]

    @property
    def version(self) -> int:
        return self.data["version"]

    @property
    def state(self) -> str:
        """``pending``, ``running``, ``paused``, ``awaiting_approval``, ``baking``, ``succeeded``, ``rolled_back``, ``aborted``, ``superseded``."""
        return self.data["state"]

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def reason(self) -> str:
        """Why it stands where it does."""
        return reason_of(self.data)

    @property
    def waiting_for(self) -> str | None:
        """Why nothing moves, in one sentence."""
        return self.data["waitingFor"]

    @property
    def legal_actions(self) -> list[Action]:
        """What would be carried out now, if an admin said it."""
        return list(self.data["legalActions"])

    @property
    def verdicts(self) -> Verdicts:
        """What each gate says: a list, with ``to_frame()``."""
        return Verdicts(self.data["verdicts"])

    def __repr__(self) -> str:
        return f"<Rollout {self.id} of {self.model} {self.version}: {standing_of(self.data)}>"

    def __str__(self) -> str:
        return summary(self.data)

    def _repr_html_(self) -> str:
        return _html.rollout(self.data)

    def refresh(self) -> Rollout:
        """Looks again."""
        self.data = self._client.call(calls.rollouts_show(self.id))
        return self

    def evidence(self) -> Evidence:
        """What was counted, per step and arm: a list, with ``to_frame()``."""
        answer = self._client.call(calls.rollouts_evidence(self.id))
        return Evidence(answer["items"])

    def events(self) -> list[types.Event]:
        """What happened to it, in order."""
        return (self._client.call(calls.rollouts_events(self.id)))["items"]

    def watch(self, *, timeout: float | None = None, interval: float = 1.0) -> Generator[Rollout, None, None]:
        """Yields it now, after each change, and once it has ended; then the iterator ends.

        It looks when the event stream says so, and each ``interval`` seconds (evidence comes without an event). A server that is
        away or overloaded meanwhile is waited for.

        Raises ``WaitTimeout`` after ``timeout`` seconds (default: never); ``UnderstudyError`` that time does not mend.
        """
        shown: types.Rollout | None = None
        looks = self._looks(timeout, interval)
        try:
            for found in looks:
                if found != shown:
                    shown = self.data = found
                    yield Rollout(self._client, found)
                    if found["state"] in ENDED:
                        return
        finally:
            looks.close()

    def wait(self, *, timeout: float | None = 3 * 3600, interval: float = 1.0) -> Rollout:
        """Waits until its version is the primary, and has passed its bake.

        Raises ``RolledBack`` with the reason (``Aborted``: by a person), ``Superseded``, ``WaitsForPerson`` when it is paused or waits
        for an approval; ``WaitTimeout`` after ``timeout`` seconds (default 3 h; ``None``: never).
        """
        looks = self._looks(timeout, interval)
        try:
            for found in looks:
                self.data = found
                if self.has_ended or (self.state in WAITS_FOR_PERSON and not self._is_just_approved()):
                    break
        finally:
            looks.close()
        error = _end_of(self.data)
        if error is not None:
            raise error
        return self

    def _is_just_approved(self) -> bool:
        """A worker has a look before it goes on."""
        return self.state == "awaiting_approval" and time.monotonic() - self._approved_at < APPROVAL_GRACE

    def _looks(self, timeout: float | None, interval: float) -> Generator[types.Rollout, None, None]:
        """As it is now, and again and again."""
        until = None if timeout is None else time.monotonic() + timeout
        wake = Wake(lambda woken: wake_on(self._client._transport, self.id, woken))
        try:
            while True:
                found = self._look()
                if found is not None:
                    yield found
                left = interval if until is None else min(interval, until - time.monotonic())
                if left <= 0:
                    raise WaitTimeout(f"The rollout has not ended in {timeout:g} s; it goes on by itself ({self!r}).")
                wake.wait(left)
        finally:
            wake.close()

    def pause(self, reason: str) -> Rollout:
        """Stops advancing; the traffic stays as it is."""
        return self._act("pause", reason)

    def resume(self, reason: str = "") -> Rollout:
        """Goes on; the clock of the step starts anew."""
        return self._act("resume", reason or "resume")

    def approve(self, reason: str = "") -> Rollout:
        """Lets it leave its approval step, as it was seen."""
        approved = self._act("approve", reason or "approve")
        self._approved_at = time.monotonic()
        return approved

    def reject(self, reason: str) -> Rollout:
        """Refuses it: the candidate leaves the traffic."""
        return self._act("reject", reason)

    def skip(self, reason: str, *, override_freeze: bool = False) -> Rollout:
        """Ends this step without waiting for its minima."""
        return self._act("skip", reason, overrideFreeze=override_freeze)

    def promote(self, reason: str, *, override_freeze: bool = False) -> Rollout:
        """Ends all steps that are left."""
        return self._act("promote", reason, overrideFreeze=override_freeze)

    def abort(self, reason: str) -> Rollout:
        """Takes the candidate off the traffic at once, wherever it has come to meanwhile."""
        return self._act("abort", reason)

    rollback = abort
    """What it is called at the model; of one rollout the two are the same."""

    def retry(self, reason: str, *, override_freeze: bool = False) -> Rollout:
        """Starts a new rollout of the same version, and returns that one."""
        return self._act("retry", reason, overrideFreeze=override_freeze)

    def _act(self, word: Action, reason: str, **more: Any) -> Rollout:
        seen = now = self.data
        body = {"reason": reason, **{key: value for key, value in more.items() if value}}
        tries = MOST_TRIES_OFF if word == "abort" else MOST_TRIES
        while True:
            try:
                after = self._client.call(ACTIONS[word](self.id, body, if_match=if_match(now["revision"])))
            except ChangedMeanwhile as error:
                tries -= 1
                now = self._client.call(calls.rollouts_show(self.id))
                # Only a clock has moved: all that was shown is as it was.
                if shown_of(now, word) == shown_of(seen, word) and tries > 0:
                    continue
                detail = changed_detail(standing_of(seen), standing_of(now))
                problem: types.Problem = {**error.problem, "detail": detail}
                raise ChangedMeanwhile(problem, request=error.request) from None
            if word == "retry":
                return Rollout(self._client, after)
            self.data, self.outcome = after, after["outcome"]
            return self

    def _look(self) -> types.Rollout | None:
        """As it is now; ``None``: the server cannot say at the moment."""
        try:
            return self._client.call(calls.rollouts_show(self.id), limits=ONCE)
        except UnderstudyError as error:
            if _may_pass(error):
                return None
            raise


def _may_pass(error: UnderstudyError) -> bool:
    if isinstance(error, ApiError):
        return error.status == 429 or error.status >= 500
    return isinstance(error, UnreachableError)


def _end_of(rollout: types.Rollout) -> RolloutEnded | None:
    state = rollout["state"]
    if state == "succeeded":
        return None
    if state in WAITS_FOR_PERSON:
        return WaitsForPerson(rollout, rollout["waitingFor"] or reason_of(rollout))
    kinds: dict[str, type[RolloutEnded]] = {"superseded": Superseded, "aborted": Aborted}
    return kinds.get(state, RolledBack)(rollout, reason_of(rollout))
