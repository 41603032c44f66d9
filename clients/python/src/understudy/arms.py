"""Which version a unit gets, computed here: the same function as in gateways (docs/gateway.md, "Arms in any language").

For many look-ups ask once for the route (``client.route``), and compute the arms from it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable
from typing import Literal

from ._api import types

__all__ = ["Assignment", "Route", "murmur3", "place_of", "unit_header", "unit_name"]

Arm = Literal["primary", "candidate"]
WHEEL = 10_000
LONGEST_UNIT = 1_000
BLANKS = "\t\n\v\f\r "
MASK = 0xFFFFFFFF


def murmur3(text: str | bytes, seed: int = 0) -> int:
    """MurmurHash3 (x86, 32 bit) of the text's UTF-8 bytes, unsigned."""
    data = _utf8(text) if isinstance(text, str) else text
    hashed = seed & MASK
    whole = len(data) - len(data) % 4
    for at in range(0, whole, 4):
        hashed ^= _mixed(int.from_bytes(data[at : at + 4], "little"))
        hashed = (_rotated(hashed, 13) * 5 + 0xE6546B64) & MASK
    if whole < len(data):
        hashed ^= _mixed(int.from_bytes(data[whole:], "little"))
    hashed ^= len(data)
    hashed = ((hashed ^ (hashed >> 16)) * 0x85EBCA6B) & MASK
    hashed = ((hashed ^ (hashed >> 13)) * 0xC2B2AE35) & MASK
    return hashed ^ (hashed >> 16)


def _utf8(text: str) -> bytes:
    """Half of a character counts as U+FFFD, as it does in gateways."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _mixed(word: int) -> int:
    return (_rotated((word * 0xCC9E2D51) & MASK, 15) * 0x1B873593) & MASK


def _rotated(word: int, by: int) -> int:
    return ((word << by) | (word >> (32 - by))) & MASK


def unit_name(unit: str) -> str:
    """What a unit is called everywhere: without ASCII blanks around it, and by its hash where it is longer than 1,000 UTF-16 units."""
    name = unit.strip(BLANKS)
    length = len(name.encode("utf-16-le", "surrogatepass")) // 2
    if length <= LONGEST_UNIT:
        return name
    return f"long:{''.join(f'{murmur3(name, seed):08x}' for seed in range(4))}:{length}"


def unit_header(unit: str, header: str = "x-understudy-unit") -> dict[bytes, bytes]:
    """The header that names a unit to a gateway, as bytes of UTF-8: HTTP clients of Python refuse or garble ``"zoë"`` as text.

    >>> unit_header("zoë")
    {b'x-understudy-unit': b'zo\\xc3\\xab'}
    """
    name = unit.strip(BLANKS)
    if not name or any(ord(one) < 32 and one != "\t" or ord(one) == 127 for one in name):
        raise ValueError(f"{unit!r} cannot be a unit's name in a header: it is blank, or has a control character")
    return {header.encode(): name.encode()}


def place_of(salt: str, unit: str) -> int:
    """The place of a unit on the wheel of a route's salt, 0 to 9999. ``unit`` is a ``unit_name``."""
    return murmur3(f"{salt}:{unit}") % WHEEL


@dataclasses.dataclass(frozen=True)
class Assignment:
    """The version that a unit gets."""

    arm: Arm
    version: int
    url: str
    judged: bool
    """It is in its arm by lot, and counts as evidence."""


@dataclasses.dataclass(frozen=True)
class Route:
    """What gateways serve a model by, at one revision. It does not change by itself: ask for it again, every few seconds, say."""

    data: types.Route

    @property
    def model(self) -> str:
        return self.data["model"]

    @property
    def revision(self) -> int:
        return self.data["revision"]

    @property
    def rings(self) -> list[str]:
        """Segments whose members get the candidate before everybody does: say of a unit which of these it is in."""
        return [one["segment"] for one in self._rings()]

    def resolve(self, unit: str, segments: Collection[str] = ()) -> Assignment:
        """Which version ``unit`` gets.

        ``segments``: those of ``rings`` that it is in. Members of a list of units are known to the server only (``client.resolve``).
        Raises ``ValueError`` for a blank unit.
        """
        name = unit_name(unit)
        if not name:
            raise ValueError("A unit has a name: blanks name nobody")
        candidate = self.data["candidate"]
        if candidate is None or candidate["mode"] != "canary":
            return self._to("primary", judged=True)
        place = place_of(self.data["salt"], name)
        weight, held_back = candidate["weight"], candidate.get("heldBack", False)
        below = place >= WHEEL - weight if held_back else place < weight
        rings = self._rings()
        mine = [one for one in rings if one["segment"] in segments]
        kept = place < max((one["share"] for one in mine), default=0)
        is_candidate = below and not kept if held_back else below or kept
        return self._to("candidate" if is_candidate else "primary", judged=_is_judged(rings, mine))

    def _rings(self) -> list[types.RouteCandidateRingsItem]:
        candidate = self.data["candidate"]
        return [] if candidate is None else candidate.get("rings", [])

    def _to(self, arm: Arm, *, judged: bool) -> Assignment:
        to = self.data["candidate"] if arm == "candidate" else None
        if to is not None:
            return Assignment(arm, to["version"], to["url"], judged)
        return Assignment(arm, self.data["primary"]["version"], self.data["primary"]["url"], judged)


def _is_judged(rings: Iterable[types.RouteCandidateRingsItem], mine: list[types.RouteCandidateRingsItem]) -> bool:
    on_trial = next((one for one in rings if one["judged"]), None)
    if on_trial is None:
        return not mine
    return any(one["judged"] for one in mine) and all(one["share"] <= on_trial["share"] for one in mine)
