"""A rollout in a notebook. Every text is escaped: names and reasons are other people's."""

from __future__ import annotations

import math
from html import escape

from ._api import types
from ._seen import ENDED, reason_of
from ._text import traffic_of

COLOURS = {"pass": "#1a7f37", "fail": "#cf222e", "undecided": "#9a6700", "no_data": "#6e7781"}
WIDTH, HEIGHT = 220, 18


def rollout(data: types.Rollout) -> str:
    """A small table: where it stands, who gets what, each gate with its interval and its margin, and why."""
    before = "" if data["from"] is None else f"{data['from']} → "
    colour = _state_colour(data["state"])
    head = (
        f"<div><b>{escape(data['model'])}</b> {before}{data['version']} "
        f'<span style="color:{colour};font-weight:600">{escape(data["state"].replace("_", " "))}</span></div>'
    )
    facts = [
        ("steps", _steps(data)),
        ("traffic", escape(traffic_of(data))),
        ("because", escape(data["waitingFor"] or reason_of(data))),
    ]
    rows = "".join(
        f'<tr><td style="text-align:left;opacity:.65">{name}</td><td style="text-align:left" colspan="3">{text}</td></tr>'
        for name, text in facts
        if text
    )
    return f'<div class="understudy-rollout">{head}<table>{rows}{"".join(map(_gate, data["verdicts"]))}</table></div>'


def _state_colour(state: str) -> str:
    if state == "succeeded":
        return COLOURS["pass"]
    if state in ENDED:
        return COLOURS["fail"]
    return COLOURS["undecided"] if state in ("paused", "awaiting_approval") else "#0969da"


def _steps(data: types.Rollout) -> str:
    policy = data["policy"]
    steps = policy.get("steps", []) if isinstance(policy, dict) else []
    at = -1 if data["step"] is None else data["step"]["index"]
    parts = []
    for i, one in enumerate(steps):
        kind, more = next(iter(one.items())) if isinstance(one, dict) and one else (str(one), {})
        size = more.get("weight") or more.get("duration") or "" if isinstance(more, dict) else ""
        done = data["state"] == "succeeded" or i < at
        mark = "✔" if done else "○" if i > at else "✖" if data["state"] in ENDED else "●"
        parts.append(escape(f"{mark} {kind} {size}".strip()))
    return " &nbsp; ".join(parts)


def _gate(verdict: types.GateVerdict) -> str:
    colour = COLOURS[verdict["verdict"]]
    segment = "" if verdict["segment"] is None else f" ({escape(verdict['segment'])})"
    dry = " (dry run)" if verdict["dryRun"] else ""
    return (
        f'<tr><td style="text-align:left">{escape(verdict["gate"])}{segment}{dry}</td>'
        f'<td style="text-align:left;color:{colour}">{escape(verdict["verdict"].replace("_", " "))}</td>'
        f'<td>{_chart(verdict, colour)}</td><td style="text-align:left">{escape(verdict["because"])}</td></tr>'
    )


def _chart(verdict: types.GateVerdict, colour: str) -> str:
    """The interval as a line, the estimate as a dot, the margin as a dashed line; nothing where there is no interval."""
    said = (verdict["interval"]["lower"], verdict["interval"]["upper"], verdict["estimate"], verdict["margin"])
    known = [one for one in said if one is not None and math.isfinite(one)]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or abs(high) or 1.0

    def x(value: float | None, otherwise: float) -> float:
        at = otherwise if value is None or not math.isfinite(value) else (value - low) / span
        return 6 + at * (WIDTH - 12)

    lower, upper, estimate, margin = said
    middle = HEIGHT / 2
    parts = [
        f'<line x1="{x(lower, 0):.1f}" x2="{x(upper, 1):.1f}" y1="{middle}" y2="{middle}" stroke="{colour}" stroke-width="3"/>'
    ]
    if estimate is not None:
        parts.append(f'<circle cx="{x(estimate, 0.5):.1f}" cy="{middle}" r="4" fill="{colour}"/>')
    if margin is not None:
        at = x(margin, 1)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="1" y2="{HEIGHT - 1}" stroke="currentColor" stroke-dasharray="3 2"/>'
        )
    label = escape(f"{lower} to {upper}, margin {margin}")
    return f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{label}">{"".join(parts)}</svg>'
