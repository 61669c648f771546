"""Make a `ReleasedRollUp` of what several offices have published: the gate of every roll-up.

Nothing is rounded here, for nothing that goes in is a true count: a roll-up is a function of
published figures, so it can tell no more than these. That is shown and not only said: the auditor,
who shares no code with those who protect, attacks all files together before anything comes out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from yanlu.disclosure.linked import Linked, Part, audit_together
from yanlu.errors import DisclosureError, UndecidedError
from yanlu.model import Cell, Month, ReleasedRollUp, RollUp

_NAMED = 5  # tables that a refusal names


@dataclass(frozen=True)
class Place:
    """Where a roll-up stands: its month, its version, and from the second on the coded reason."""

    month: Month
    version: int = 1
    why: str | None = None


def join(
    place: Place,
    parts: Sequence[Part],
    within: Mapping[str, Sequence[str]],
    *,
    base: int,
    report: Callable[[float], None] = lambda _: None,
) -> ReleasedRollUp:
    """Add published figures up, once the auditor has found that together they hide what they hid.

    `within` names the regions directly below each that has some; `base` is that of all parts.
    Deterministic: neither the order of parts nor that of their cells matters.

    Raises:
        DisclosureError: the tables give a small count away, or differ in month or base.
        UndecidedError: the auditor could not settle it.
        TableError: the tables contradict each other.
    """
    _refuse_unlike(place, parts, base)
    rolled = RollUp(place.month, place.version, base, added_up(parts), place.why)
    _refuse_leak(place, audit_together(parts, within, base=base, report=report))
    return ReleasedRollUp(rolled)


def added_up(parts: Sequence[Part]) -> Mapping[Cell, int]:
    """What all parts count in cells of ours, in the order of the cells."""
    counts: Counter[Cell] = Counter()
    for part in parts:
        for cell, count in part.figures.counts.items():
            counts[part.ours(cell)] += count
    return dict(sorted(counts.items()))


def _refuse_unlike(place: Place, parts: Sequence[Part], base: int) -> None:
    for part in parts:
        if part.figures.month != place.month:
            raise DisclosureError(f"{part.name} 的表不是{place.month.title}的，不能一起加。")
        if part.figures.base != base:
            raise DisclosureError(
                f"{part.name} 的舍入基数是 {part.figures.base}，别的表是 {base}，不能一起加。"
            )


def _refuse_leak(place: Place, linked: Linked) -> None:
    named = "、".join(linked.tables[:_NAMED]) + ("等" if len(linked.tables) > _NAMED else "")
    if linked.verdict.leaks:
        raise DisclosureError(
            f"泄露：{place.month.title}{named}的表放在一起，推得出不该公布的小数，没有写入。"
            "多半是有一张表的合计里包含了别的表：请查 data/sources.toml 的 region，"
            "一件事只能算在一个单位、一个地区里。"
        )
    if not linked.verdict.decided:
        raise UndecidedError(
            f"{place.month.title}各单位的表放在一起，有的格没有判断完会不会泄露，"
            "不能当作安全，没有写入。请告诉开发者。"
        )
