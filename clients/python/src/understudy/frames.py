"""What was counted and measured, as lists that pandas can take (``to_frame``). pandas is asked for when it is needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ._api import types

__all__ = ["Evidence", "MetricSeries", "Verdicts", "metric_points"]

ARMS = ("primary", "candidate", "shadow")


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise ImportError("to_frame() needs pandas: pip install 'understudy[pandas]'") from None
    return pandas


class Evidence(list[types.RolloutsEvidenceAnswerItemsItem]):
    """What was counted, one item for each step."""

    def to_frame(self) -> Any:
        """A ``pandas.DataFrame``: a row for each step and arm that had requests, indexed by both; latencies in milliseconds."""
        rows = [_tally(item, arm) for item in self for arm in ARMS if item[arm]["requests"] > 0]  # type: ignore[literal-required]
        columns = list(rows[0]) if rows else ["step", "arm", "requests", "errors", "error_rate"]
        return _pandas().DataFrame(rows, columns=columns).set_index(["step", "arm"])


def _tally(item: types.RolloutsEvidenceAnswerItemsItem, arm: str) -> dict[str, Any]:
    tally: types.Tally = item[arm]  # type: ignore[literal-required]
    share = tally["agreed"] / tally["compared"] if tally["compared"] else math.nan
    latencies = {f"latency_{name}_ms": _number(tally["latencyMs"][name]) for name in ("p50", "p95", "p99")}
    return {
        "step": item["step"],
        "arm": arm,
        "requests": tally["requests"],
        "errors": tally["errors"],
        "error_rate": tally["errors"] / tally["requests"],
        **latencies,
        "compared": tally["compared"],
        "agreed": tally["agreed"],
        "agreement": share,
        "ttft_p95_ms": _number(tally["ttftMs"]["p95"]),
        "cost_mean": _number(tally["usage"]["costMean"]),
    }


class Verdicts(list[types.GateVerdict]):
    """What the gates of a rollout say."""

    def to_frame(self) -> Any:
        """A ``pandas.DataFrame``: a row for each gate (and segment)."""
        rows = [
            {
                "gate": one["gate"],
                "segment": one["segment"],
                "verdict": one["verdict"],
                "estimate": _number(one["estimate"]),
                "lower": _number(one["interval"]["lower"]),
                "upper": _number(one["interval"]["upper"]),
                "margin": _number(one["margin"]),
                "dry_run": one["dryRun"],
                "because": one["because"],
            }
            for one in self
        ]
        columns = ["gate", "segment", "verdict", "estimate", "lower", "upper", "margin", "dry_run", "because"]
        return _pandas().DataFrame(rows, columns=columns)


class MetricSeries(list[types.VersionFactsSeriesAnswerItemsItem]):
    """The metrics of a version."""

    def to_frame(self) -> Any:
        """A ``pandas.DataFrame`` with ``metric``, ``step``, ``value`` and ``timestamp``."""
        frame = _pandas().DataFrame(list(self), columns=["metric", "step", "value", "timestamp"])
        frame["timestamp"] = _pandas().to_datetime(frame["timestamp"], utc=True, format="ISO8601")
        return frame


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def metric_points(metrics: Any, step: int) -> list[dict[str, Any]]:
    """Points as the api takes them, of ``{name: value}``, or of a frame: ``metric`` and ``value`` (with ``step`` and ``timestamp``,
    where they are), else a column for each metric and the index as the step.

    Raises ``ValueError`` for a number that is none: JSON has no ``NaN``.
    """
    points: list[dict[str, Any]]
    if isinstance(metrics, Mapping):
        points = [{"metric": str(name), "value": float(value), "step": step} for name, value in metrics.items()]
    elif {"metric", "value"} <= set(metrics.columns):
        points = [_point(row, step) for row in metrics.to_dict("records")]
    else:
        points = [
            {"metric": str(name), "value": float(value), "step": int(at)}
            for name in metrics.columns
            for at, value in metrics[name].items()
        ]
    bad = next((one for one in points if not math.isfinite(one["value"])), None)
    if bad is not None:
        raise ValueError(f"metric {bad['metric']!r} at step {bad['step']} is {bad['value']}: give a number, or leave it out")
    return points


def _point(row: Mapping[str, Any], step: int) -> dict[str, Any]:
    at = row.get("timestamp")
    return {
        "metric": str(row["metric"]),
        "value": float(row["value"]),
        "step": int(row.get("step", step)),
        **({} if at is None or at != at else {"timestamp": _instant(at)}),
    }


def _instant(at: Any) -> str:
    if isinstance(at, str):
        return at
    if at.tzinfo is None:
        raise ValueError(f"timestamp {at} has no zone: say which, such as .dt.tz_localize('UTC')")
    text: str = at.isoformat(timespec="milliseconds")
    return text
