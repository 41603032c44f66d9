"""One batch of feedback, until each piece of it is taken or refused."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from .._api import calls, types
from .._api.call import Call
from ..errors import ApiError

Item = types.FeedbackTakeBodyItemsItem
POINTER = re.compile(r"/items/(\d+)(?:/|$)")


@dataclasses.dataclass
class Delivered:
    """What became of a batch."""

    report: dict[str, int] = dataclasses.field(default_factory=dict)
    refused: list[str] = dataclasses.field(default_factory=list)
    """Why, each."""

    def add(self, **counts: int) -> None:
        for name, count in counts.items():
            self.report[name] = self.report.get(name, 0) + count


Ask = Callable[[Call[types.FeedbackReport]], types.FeedbackReport]


def deliver(items: list[Item], key: str, ask: Ask) -> Delivered:
    """Sends all that can be taken. The api refuses a batch whole for one piece that is wrong: that one is left out.

    ``key`` names the batch, so that it may be sent again. Raises what ``ask`` raises, but for refusals of a piece.
    """
    done = Delivered()
    _deliver(items, key, ask, done)
    return done


def _deliver(items: list[Item], key: str, ask: Ask, done: Delivered) -> None:
    try:
        report = ask(calls.feedback_take({"items": items}, idempotency_key=key))
    except ApiError as error:
        named = _named(error, len(items))
        if not named and not _is_about_a_piece(error):
            raise
        for index, why in named.items():
            done.refused.append(f"{items[index].get('metric')}: {why}")
        left = [item for i, item in enumerate(items) if i not in named]
        if not named and len(items) == 1:
            done.refused.append(str(error))
        elif not named:
            # It does not say which one: each half by itself.
            half = len(items) // 2
            _deliver(items[:half], f"{key}.a", ask, done)
            _deliver(items[half:], f"{key}.b", ask, done)
        elif left:
            _deliver(left, f"{key}.{len(left)}", ask, done)
        return
    done.add(counted=report["counted"], repeated=report["repeated"], unattributed=report["unattributed"])
    done.refused.extend(str(one.get("because", "")) for one in report["refused"])


def _is_about_a_piece(error: ApiError) -> bool:
    return error.status in (413, 422)


def _named(error: ApiError, many: int) -> dict[int, str]:
    if error.status not in (400, 403, 422):
        return {}
    found = ((POINTER.match(one["pointer"]), one["detail"]) for one in error.errors)
    places = {int(match.group(1)): detail for match, detail in found if match is not None}
    return {index: why for index, why in places.items() if index < many}
