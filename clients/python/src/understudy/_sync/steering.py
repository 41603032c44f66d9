# Made by `npm run client` from `_async`: do not edit.
"""Rollouts, and what serves."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Callable, Collection
from typing import Any

from .._api import calls, types
from .._api.call import Call
from .._seen import MOST_TRIES, Standing, changed_detail, if_match
from ..arms import Route
from ..errors import ChangedMeanwhile, NotFoundError
from .asking import Asking, instant
from .rollout import Rollout

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Steering(Asking):
    """The part of ``Client`` that has to do with what goes on."""

    def rollout(self, id_or_model: str) -> Rollout:
        """A rollout by its id, or the newest of a model. Raises ``NotFoundError``; ``LookupError`` for a model without any."""
        if ID.fullmatch(id_or_model):
            return Rollout(self, self.call(calls.rollouts_show(id_or_model)))
        page = self.call(calls.rollouts_list(id_or_model, page_size=1))
        if not page["items"]:
            raise LookupError(f"{id_or_model} has had no rollout yet: client.start_rollout({id_or_model!r}, version) starts one")
        return Rollout(self, self.call(calls.rollouts_show(page["items"][0]["id"])))

    def rollouts(self, model: str | None = None, *, live: bool = False) -> Iterator[Rollout]:
        """Rollouts, newest first: of one model, or of all; with ``live`` those that have not ended."""
        word: Any = "true" if live else None
        ask: Callable[[str | None], Call[Any]] = lambda at: (
            calls.rollouts_list_all(live=word, page_token=at) if model is None else calls.rollouts_list(model, page_token=at)
        )
        for one in self._pages(ask):
            if not live or one["endedAt"] is None:
                yield Rollout(self, one)

    def start_rollout(
        self,
        model: str,
        version: int,
        *,
        policy: Any = None,
        reason: str = "",
        start_at: datetime.datetime | None = None,
        override_freeze: bool = False,
    ) -> Rollout:
        """Starts the rollout of a version, or returns the one that is under way already."""
        body: dict[str, Any] = {
            "version": version,
            "reason": reason,
            "overrideFreeze": override_freeze,
            **({} if policy is None else {"policy": policy}),
            **({} if start_at is None else {"startAt": instant(start_at)}),
        }
        return Rollout(self, self.call(calls.rollouts_start(model, body)))  # type: ignore[arg-type]

    def promote(
        self,
        model: str,
        version: int,
        reason: str,
        *,
        seen: Standing | None = None,
        force: bool = False,
        override_freeze: bool | None = None,
    ) -> types.MovedPrimary:
        """Makes a version the primary at once, without steps (admins). ``force``: although its server is not ready.

        ``seen``: the ``standing`` that this was decided on; left out, how it stands now. Raises ``ChangedMeanwhile`` when it is another by then,
        and does nothing. ``override_freeze``: although a freeze window is open; with ``False`` that raises (``frozen``). Left out, it goes through
        for one release more, and ``outcome`` says so.
        """
        override: Any = {} if override_freeze is None else {"overrideFreeze": override_freeze}
        body: Any = {"version": version, "reason": reason, "force": force, **override}
        return self._as_seen(model, seen, lambda now: calls.primary_promote(model, body, if_match=if_match(now.revision)))

    def standing(self, model: str) -> Standing:
        """What serves, and what is on trial: what a rollback is decided on. ``str()`` says it in words."""
        # The route first: what begins after it is seen by its rollout.
        try:
            revision: int | None = (self.call(calls.routes_show(model)))["revision"]
        except NotFoundError as error:
            if error.code != "route_not_found":
                raise
            revision = None
        primary = (self.call(calls.models_show(model)))["primary"]
        items = (self.call(calls.rollouts_list(model, page_size=50)))["items"]
        live = next((one["version"] for one in items if not one["queued"] and one["endedAt"] is None), None)
        return Standing(model, primary, live, revision)

    def rollback(
        self, model: str, reason: str, *, version: int | None = None, seen: Standing | None = None, force: bool = False
    ) -> types.MovedPrimary:
        """Goes back at once: a candidate leaves the traffic, or the last proven primary that answers (or ``version``) serves again.

        ``seen``: the ``standing`` that this was decided on; left out, how it stands now. Raises ``ChangedMeanwhile`` when it is another by then,
        and does nothing. ``force``: although nobody answers there.
        """

        def ask(now: Standing) -> Call[types.MovedPrimary]:
            source = now.primary if now.live is None else now.live
            body: Any = {"reason": reason, "version": version, "force": force, "unlessRepeated": seen is None}
            if source is not None:
                body["from"] = source
            return calls.primary_rollback(model, body, if_match=if_match(now.revision))

        return self._as_seen(model, seen, ask)

    def _as_seen(
        self, model: str, seen: Standing | None, ask: Callable[[Standing], Call[types.MovedPrimary]]
    ) -> types.MovedPrimary:
        """Sends a command as the model was seen; once more where only a clock has moved since."""
        looked = now = seen or self.standing(model)
        tries = MOST_TRIES
        while True:
            try:
                return self.call(ask(now))
            except ChangedMeanwhile as error:
                tries -= 1
                now = self.standing(model)
                if (now.primary, now.live) == (looked.primary, looked.live) and tries > 0:
                    continue
                problem: types.Problem = {**error.problem, "detail": changed_detail(str(looked), str(now))}
                raise ChangedMeanwhile(problem, request=error.request) from None

    def resolve(self, model: str, unit: str, segments: Collection[str] = ()) -> types.ResolvedVersion:
        """Which version a unit gets, by the server. ``segments``: rings that it is in by a header or a body, which the server cannot know."""
        return self.call(calls.routes_resolve(model, unit, segment=list(segments) or None))

    def route(self, model: str) -> Route:
        """What gateways serve a model by: ``route.resolve(unit)`` computes arms without asking."""
        return Route(self.call(calls.routes_show(model)))
