"""The face of it all."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from .._api import calls, types
from .._api.call import Call
from .._retry import Limits
from .._seen import MOST_TRIES, Standing, changed_detail, if_match
from .._settings import settings_of
from .._sync.transport import Transport
from .._progress import Progress
from ..arms import Route
from ..errors import ChangedMeanwhile, NotFoundError
from ..events import Event
from ..feedback import FeedbackSender, FeedbackStats, feedback_item
from ..frames import MetricSeries, metric_points
from . import follow
from .policy import AsyncPolicies
from .release import AsyncRegistered, artifact_of, rollout_of
from .rollout import AsyncRollout
from .transport import AsyncTransport
from .waiting import off_loop

T = TypeVar("T")
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class AsyncClient:
    """Talks to one Understudy.

    ``url`` and ``token``: where they are left out, ``UNDERSTUDY_URL`` and ``UNDERSTUDY_TOKEN`` say them, else what ``understudy login`` has
    kept, else ``http://127.0.0.1:7400``. ``timeout``: seconds for each try of a request. ``max_retries``: how often a request is sent again that
    may be (a POST by an ``Idempotency-Key`` of its own), when nobody answers, or the answer is 429, 502, 503 or 504; ``Retry-After`` is heeded
    up to a minute. ``verify``: as httpx has it.

    It may be used by several threads, and after a fork. Use it as a context manager, or call ``aclose``: feedback is delivered then.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        timeout: float = 30.0,
        max_retries: int = 4,
        verify: Any = True,
        max_pending_feedback: int = 10_000,
        feedback_exit_timeout: float = 5.0,
    ) -> None:
        settings = settings_of(url, token)
        limits = Limits(retries=max_retries)
        self._transport = AsyncTransport(settings, timeout=timeout, limits=limits, verify=verify)
        self._feedback = FeedbackSender(
            lambda: Transport(settings, timeout=10.0, limits=limits, verify=verify),
            most_pending=max_pending_feedback,
            exit_timeout=feedback_exit_timeout,
        )
        self._exit_timeout = feedback_exit_timeout
        self.policy = AsyncPolicies(self)

    @property
    def url(self) -> str:
        return self._transport.settings.url

    def __repr__(self) -> str:
        return f"AsyncClient({self.url!r})"

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Delivers feedback (for ``feedback_exit_timeout`` seconds at most), and ends the connections."""
        await off_loop(lambda: self._feedback.close(self._exit_timeout))
        await self._transport.aclose()

    async def call(self, call: Call[T], *, limits: Limits | None = None) -> T:
        """Any route of the api: ``client.call(understudy.calls.audit_verify())``."""
        return await self._transport.ask(call, limits=limits)

    async def models(self, filter: str | None = None, order_by: str | None = None) -> AsyncIterator[types.Model]:
        """All models, by name; ``filter`` as in MLflow: ``"name LIKE 'rank%' AND tags.team = 'search'"``."""
        async for one in self._pages(lambda at: calls.models_list(filter=filter, order_by=order_by, page_token=at)):
            yield one

    async def model(self, name: str) -> types.Model:
        """Raises ``NotFoundError``."""
        return await self.call(calls.models_show(name))

    async def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None, policy: Any = None
    ) -> types.Model:
        """Creates a model. One that exists is returned as it is."""
        body: dict[str, Any] = {"name": name, "description": description, "tags": dict(tags or {})}
        return await self.call(calls.models_create({**body, **({} if policy is None else {"policy": policy})}))  # type: ignore[typeddict-item]

    async def versions(
        self, model: str, filter: str | None = None, order_by: str | None = None
    ) -> AsyncIterator[types.Version]:
        """The versions of a model, newest first."""
        async for one in self._pages(
            lambda at: calls.versions_list(model, filter=filter, order_by=order_by, page_token=at)
        ):
            yield one

    async def version(self, model: str, version: int) -> types.Version:
        """Raises ``NotFoundError``."""
        return await self.call(calls.versions_show(model, version))

    async def register(
        self,
        model: str,
        source: str | os.PathLike[str] | None = None,
        *,
        serving_url: str | Sequence[str] | None = None,
        digest: str | None = None,
        description: str = "",
        tags: Mapping[str, str] | None = None,
        metrics: Mapping[str, float] | None = None,
        dataset: Mapping[str, str] | None = None,
        output_spec: Any = None,
        rollout: bool | Mapping[str, Any] = True,
        start_at: datetime.datetime | None = None,
        create_model: bool = True,
        progress: Progress | bool | None = None,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> AsyncRegistered:
        """Registers a version, and starts its rollout unless ``rollout`` is ``False``.

        ``source``: a file is uploaded under its digest; a folder is named by its place and digest, and has to be where the server reads it;
        a URI (``s3://…``, ``https://…``) is taken with its ``digest``; left out, the version has a ``serving_url`` only.
        ``rollout``: a policy of its own, which may only tighten the model's. ``progress``: ``True`` for a bar of tqdm, or a function of
        (bytes sent, bytes in all); left out, a bar on a terminal where tqdm is. ``idempotency_key``: the id of a CI job, say; with the same key and
        token nothing is registered twice, and the first answer is returned. ``more``: other fields of the body, as OpenAPI names them
        (``card=``, ``signature=``, ``healthPath=`` …).

        Raises ``InvalidError`` with the place of every mistake; ``FileNotFoundError``; ``ValueError``.
        """
        urls = [serving_url] if isinstance(serving_url, str) else list(serving_url or [])
        body: dict[str, Any] = {
            "description": description,
            "tags": dict(tags or {}),
            "metrics": {name: float(value) for name, value in (metrics or {}).items()},
            "dataset": dict(dataset or {}),
            "createModel": create_model,
            "rollout": rollout_of(rollout, _instant(start_at)),
            **({"servingUrls": urls} if urls else {}),
            **({} if output_spec is None else {"outputSpec": output_spec}),
            **more,
        }
        if source is not None:
            body["artifact"] = await artifact_of(self, source, digest, progress)
        answer = await self.call(calls.versions_register(model, body, idempotency_key=idempotency_key))  # type: ignore[arg-type]
        started = answer["rollout"]
        return AsyncRegistered(answer, None if started is None else AsyncRollout(self, started))

    async def rollout(self, id_or_model: str) -> AsyncRollout:
        """A rollout by its id, or the newest of a model. Raises ``NotFoundError``; ``LookupError`` for a model without any."""
        if ID.fullmatch(id_or_model):
            return AsyncRollout(self, await self.call(calls.rollouts_show(id_or_model)))
        page = await self.call(calls.rollouts_list(id_or_model, page_size=1))
        if not page["items"]:
            raise LookupError(f"{id_or_model} has had no rollout yet: client.start_rollout({id_or_model!r}, version) starts one")
        return AsyncRollout(self, await self.call(calls.rollouts_show(page["items"][0]["id"])))

    async def rollouts(self, model: str | None = None, *, live: bool = False) -> AsyncIterator[AsyncRollout]:
        """Rollouts, newest first: of one model, or of all; with ``live`` those that have not ended."""
        word: Any = "true" if live else None
        ask: Callable[[str | None], Call[Any]] = lambda at: (
            calls.rollouts_list_all(live=word, page_token=at) if model is None else calls.rollouts_list(model, page_token=at)
        )
        async for one in self._pages(ask):
            if not live or one["endedAt"] is None:
                yield AsyncRollout(self, one)

    async def start_rollout(
        self,
        model: str,
        version: int,
        *,
        policy: Any = None,
        reason: str = "",
        start_at: datetime.datetime | None = None,
        override_freeze: bool = False,
    ) -> AsyncRollout:
        """Starts the rollout of a version, or returns the one that is under way already."""
        body: dict[str, Any] = {
            "version": version,
            "reason": reason,
            "overrideFreeze": override_freeze,
            **({} if policy is None else {"policy": policy}),
            **({} if start_at is None else {"startAt": _instant(start_at)}),
        }
        return AsyncRollout(self, await self.call(calls.rollouts_start(model, body)))  # type: ignore[arg-type]

    async def promote(self, model: str, version: int, reason: str, *, force: bool = False) -> types.MovedPrimary:
        """Makes a version the primary at once, without steps (admins). ``force``: although its server is not ready."""
        return await self.call(calls.primary_promote(model, {"version": version, "reason": reason, "force": force}))

    async def standing(self, model: str) -> Standing:
        """What serves, and what is on trial: what a rollback is decided on. ``str()`` says it in words."""
        # The route first: what begins after it is seen by its rollout.
        try:
            revision: int | None = (await self.call(calls.routes_show(model)))["revision"]
        except NotFoundError as error:
            if error.code != "route_not_found":
                raise
            revision = None
        primary = (await self.call(calls.models_show(model)))["primary"]
        items = (await self.call(calls.rollouts_list(model, page_size=50)))["items"]
        live = next((one["version"] for one in items if not one["queued"] and one["endedAt"] is None), None)
        return Standing(model, primary, live, revision)

    async def rollback(
        self, model: str, reason: str, *, version: int | None = None, seen: Standing | None = None, force: bool = False
    ) -> types.MovedPrimary:
        """Goes back at once: a candidate leaves the traffic, or the last proven primary that answers (or ``version``) serves again.

        ``seen``: the ``standing`` that this was decided on; left out, how it stands now. Raises ``ChangedMeanwhile`` when it is another by then,
        and does nothing. ``force``: although nobody answers there.
        """
        looked = now = seen or await self.standing(model)
        tries = MOST_TRIES
        while True:
            source = now.primary if now.live is None else now.live
            body: dict[str, Any] = {"reason": reason, "version": version, "force": force, "unlessRepeated": seen is None}
            if source is not None:
                body["from"] = source
            try:
                return await self.call(calls.primary_rollback(model, body, if_match=if_match(now.revision)))  # type: ignore[arg-type]
            except ChangedMeanwhile as error:
                tries -= 1
                now = await self.standing(model)
                if (now.primary, now.live) == (looked.primary, looked.live) and tries > 0:
                    continue
                problem: types.Problem = {**error.problem, "detail": changed_detail(str(looked), str(now))}
                raise ChangedMeanwhile(problem, request=error.request) from None

    async def resolve(self, model: str, unit: str, segments: Collection[str] = ()) -> types.ResolvedVersion:
        """Which version a unit gets, by the server. ``segments``: rings that it is in by a header or a body, which the server cannot know."""
        return await self.call(calls.routes_resolve(model, unit, segment=list(segments) or None))

    async def route(self, model: str) -> Route:
        """What gateways serve a model by: ``route.resolve(unit)`` computes arms without asking."""
        return Route(await self.call(calls.routes_show(model)))

    async def metrics(self, model: str, version: int, metric: str | None = None) -> MetricSeries:
        """The metrics of a version, by name and step: a list, with ``to_frame()``."""
        found = self._pages(lambda at: calls.version_facts_series(model, version, metric=metric, page_token=at))
        return MetricSeries([one async for one in found])

    async def log_metrics(self, model: str, version: int, metrics: Any, *, step: int = 0) -> dict[str, float]:
        """Adds metrics: ``{"auc": 0.91}`` or a DataFrame (``metric``, ``value``, ``step``; or a column for each metric, by step). Returns the newest of each."""
        points: Any = metric_points(metrics, step)
        newest: dict[str, float] = {}
        for at in range(0, len(points), 10_000):
            body: Any = {"points": points[at : at + 10_000]}
            newest = (await self.call(calls.version_facts_add_metrics(model, version, body)))["metrics"]
        return newest

    def events(self) -> AsyncGenerator[Event, None]:
        """What happens, from now on, for as long as it is read; it connects again when it is cut off."""
        return follow.events(self._transport)

    def feedback(
        self,
        receipt: str | bytes | None = None,
        metric: str = "",
        value: float = 1.0,
        *,
        request_id: str | None = None,
        unit: str | None = None,
        model: str | None = None,
        at: datetime.datetime | None = None,
        id: str | None = None,
    ) -> bool:
        """Says what became of an answer: ``client.feedback(response.headers["x-understudy-receipt"], "click")``.

        By ``receipt``, or by ``request_id`` (within an hour) or ``unit`` with the ``model``. It returns at once, and is delivered in the background. One answer
        counts once for each metric, unless ``id`` names several events. ``False``: too much is pending, and this is lost; ``feedback_stats`` counts,
        and the log (``understudy``) says what could not be delivered. Raises ``ValueError`` for what the api would refuse.
        """
        named = {"request_id": request_id, "unit": unit, "model": model, "at": at, "id": id}
        return self._feedback.give(feedback_item(receipt, metric, value, **named))  # type: ignore[arg-type]

    async def flush_feedback(self, timeout: float | None = 30.0) -> bool:
        """Waits until all feedback is delivered. ``False``: it is not, after ``timeout`` seconds; it is still tried."""
        return await off_loop(lambda: self._feedback.flush(timeout))

    @property
    def feedback_stats(self) -> FeedbackStats:
        """What became of the feedback so far."""
        return self._feedback.stats

    async def _pages(self, ask: Callable[[str | None], Call[Any]]) -> AsyncIterator[Any]:
        token: str | None = None
        while True:
            page = await self.call(ask(token))
            for item in page["items"]:
                yield item
            token = page["nextPageToken"]
            if token is None:
                return


def _instant(at: datetime.datetime | None) -> str | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError(f"start_at is {at.isoformat()}, which has no zone: datetime(…, tzinfo=timezone.utc) has one")
    return at.isoformat(timespec="seconds")
