"""Models, versions and their metrics."""

from __future__ import annotations

import datetime
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from .._api import calls, types
from .._progress import Progress
from ..frames import MetricSeries, metric_points
from .asking import AsyncAsking, instant
from .release import AsyncRegistered, artifact_of, rollout_of
from .rollout import AsyncRollout


class AsyncRegistry(AsyncAsking):
    """The part of ``AsyncClient`` that has to do with what there is."""

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
            "rollout": rollout_of(rollout, instant(start_at)),
            **({"servingUrls": urls} if urls else {}),
            **({} if output_spec is None else {"outputSpec": output_spec}),
            **more,
        }
        if source is not None:
            body["artifact"] = await artifact_of(self, source, digest, progress)
        answer = await self.call(calls.versions_register(model, body, idempotency_key=idempotency_key))  # type: ignore[arg-type]
        started = answer["rollout"]
        return AsyncRegistered(answer, None if started is None else AsyncRollout(self, started))

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
