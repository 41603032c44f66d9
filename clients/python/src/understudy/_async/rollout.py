"""A rollout: looked at, followed, and steered."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
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
    from .asking import AsyncAsking

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


class AsyncRollout:
    """A rollout as it was seen at some moment: ``data`` is what the api said of it then.

    What is said to it (``promote``, ``abort`` …) says what was seen. When it has moved on since, nothing is done, and
    ``ChangedMeanwhile`` says where it stands now; ``refresh`` looks again. After an action ``data`` is what came of it.
    """

    def __init__(self, client: AsyncAsking, data: types.Rollout) -> None:
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

    async def refresh(self) -> AsyncRollout:
        """Looks again."""
        self.data = await self._client.call(calls.rollouts_show(self.id))
        return self

    async def evidence(self) -> Evidence:
        """What was counted, per step and arm: a list, with ``to_frame()``."""
        answer = await self._client.call(calls.rollouts_evidence(self.id))
        return Evidence(answer["items"])

    async def events(self) -> list[types.Event]:
        """What happened to it, in order."""
        return (await self._client.call(calls.rollouts_events(self.id)))["items"]

    async def watch(self, *, timeout: float | None = None, interval: float = 1.0) -> AsyncGenerator[AsyncRollout, None]:
        """Yields it now, after each change, and once it has ended; then the iterator ends.

        It looks when the event stream says so, and each ``interval`` seconds (evidence comes without an event). A server that is
        away or overloaded meanwhile is waited for.

        Raises ``WaitTimeout`` after ``timeout`` seconds (default: never); ``UnderstudyError`` that time does not mend.
        """
        shown: types.Rollout | None = None
        looks = self._looks(timeout, interval)
        try:
            async for found in looks:
                if found != shown:
                    shown = self.data = found
                    yield AsyncRollout(self._client, found)
                    if found["state"] in ENDED:
                        return
        finally:
            await looks.aclose()

    async def wait(self, *, timeout: float | None = 3 * 3600, interval: float = 1.0) -> AsyncRollout:
        """Waits until its version is the primary, and has passed its bake.

        Raises ``RolledBack`` with the reason (``Aborted``: by a person), ``Superseded``, ``WaitsForPerson`` when it is paused or waits
        for an approval; ``WaitTimeout`` after ``timeout`` seconds (default 3 h; ``None``: never).
        """
        looks = self._looks(timeout, interval)
        try:
            async for found in looks:
                self.data = found
                if self.has_ended or (self.state in WAITS_FOR_PERSON and not self._is_just_approved()):
                    break
        finally:
            await looks.aclose()
        error = _end_of(self.data)
        if error is not None:
            raise error
        return self

    def _is_just_approved(self) -> bool:
        """A worker has a look before it goes on."""
        return self.state == "awaiting_approval" and time.monotonic() - self._approved_at < APPROVAL_GRACE

    async def _looks(self, timeout: float | None, interval: float) -> AsyncGenerator[types.Rollout, None]:
        """As it is now, and again and again."""
        until = None if timeout is None else time.monotonic() + timeout
        wake = Wake(lambda woken: wake_on(self._client._transport, self.id, woken))
        try:
            while True:
                found = await self._look()
                if found is not None:
                    yield found
                left = interval if until is None else min(interval, until - time.monotonic())
                if left <= 0:
                    raise WaitTimeout(f"The rollout has not ended in {timeout:g} s; it goes on by itself ({self!r}).")
                await wake.wait(left)
        finally:
            await wake.aclose()

    async def pause(self, reason: str) -> AsyncRollout:
        """Stops advancing; the traffic stays as it is."""
        return await self._act("pause", reason)

    async def resume(self, reason: str = "") -> AsyncRollout:
        """Goes on; the clock of the step starts anew."""
        return await self._act("resume", reason or "resume")

    async def approve(self, reason: str = "") -> AsyncRollout:
        """Lets it leave its approval step, as it was seen."""
        approved = await self._act("approve", reason or "approve")
        self._approved_at = time.monotonic()
        return approved

    async def reject(self, reason: str) -> AsyncRollout:
        """Refuses it: the candidate leaves the traffic."""
        return await self._act("reject", reason)

    async def skip(self, reason: str, *, override_freeze: bool = False) -> AsyncRollout:
        """Ends this step without waiting for its minima."""
        return await self._act("skip", reason, overrideFreeze=override_freeze)

    async def promote(self, reason: str, *, override_freeze: bool = False) -> AsyncRollout:
        """Ends all steps that are left."""
        return await self._act("promote", reason, overrideFreeze=override_freeze)

    async def abort(self, reason: str) -> AsyncRollout:
        """Takes the candidate off the traffic at once, wherever it has come to meanwhile."""
        return await self._act("abort", reason)

    rollback = abort
    """What it is called at the model; of one rollout the two are the same."""

    async def retry(self, reason: str, *, override_freeze: bool = False) -> AsyncRollout:
        """Starts a new rollout of the same version, and returns that one."""
        return await self._act("retry", reason, overrideFreeze=override_freeze)

    async def _act(self, word: Action, reason: str, **more: Any) -> AsyncRollout:
        seen = now = self.data
        body = {"reason": reason, **{key: value for key, value in more.items() if value}}
        tries = MOST_TRIES_OFF if word == "abort" else MOST_TRIES
        while True:
            try:
                after = await self._client.call(ACTIONS[word](self.id, body, if_match=if_match(now["revision"])))
            except ChangedMeanwhile as error:
                tries -= 1
                now = await self._client.call(calls.rollouts_show(self.id))
                # Only a clock has moved: all that was shown is as it was.
                if shown_of(now, word) == shown_of(seen, word) and tries > 0:
                    continue
                detail = changed_detail(standing_of(seen), standing_of(now))
                problem: types.Problem = {**error.problem, "detail": detail}
                raise ChangedMeanwhile(problem, request=error.request) from None
            if word == "retry":
                return AsyncRollout(self._client, after)
            self.data, self.outcome = after, after["outcome"]
            return self

    async def _look(self) -> types.Rollout | None:
        """As it is now; ``None``: the server cannot say at the moment."""
        try:
            return await self._client.call(calls.rollouts_show(self.id), limits=ONCE)
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
