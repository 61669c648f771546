"""All versions of a month side by side: what does a reader learn who knows the rules?

A release tells little of a small cell, and so must each correction beside it. This works
out, for every cell of every version, the true counts that a reader cannot rule out; it goes
by the rules that are public (content/about/decisions/0007-corrections.md) and never by the
truth, so that it also finds what an older rule or a hand has given away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from yanlu.model import Cell, Issued, Month

FEWEST = 3  # whole numbers that must stay possible for a count that may be small


class Interval(NamedTuple):
    """The whole numbers that a count can be, both ends included."""

    low: int
    high: int

    def meet(self, other: Interval) -> Interval:
        """What both allow; where they contradict each other, the first is believed."""
        both = Interval(max(self.low, other.low), min(self.high, other.high))
        return both if both.low <= both.high else self

    def tells_too_much(self, base: int) -> bool:
        """Whether a count that may lie below the base is nearly known."""
        return self.low < base and self.high - self.low + 1 < FEWEST


@dataclass(frozen=True, order=True)
class Leak:
    """A small cell of a version that the other versions give away."""

    month: Month
    version: int
    cell: Cell

    def __str__(self) -> str:
        cell = self.cell
        return (
            f"data/statistics/{self.month}/v{self.version}/cube.csv：地区 {cell.region}、"
            f"主题 {cell.topic}、渠道 {cell.channel}、事件 {cell.event} 这一格，与前面各版"
            "（包括 git 历史里的）对照，小数就只剩一两种可能。还没有公布的，请撤回这一版，"
            "用 yanlu stats publish --revise 重做；已经公布的收不回来，请告诉开发者。"
        )


def leaks(issued: Iterable[Issued]) -> Iterator[Leak]:
    """Cells of which a reader of all versions of a month knows too much, in order."""
    ordered = sorted(issued, key=lambda version: (version.month, version.number))
    for _, versions in groupby(ordered, key=lambda version: version.month):
        before: Mapping[Cell, int] | None = None
        for version in versions:
            yield from _leaks_of(version, before)
            before = version.contents[0]


def _leaks_of(version: Issued, before: Mapping[Cell, int] | None) -> Iterator[Leak]:
    cells = set(before or ()).union(*version.contents)
    for cell in sorted(cells):
        was = None if before is None else before.get(cell, 0)
        shown = [content.get(cell, 0) for content in version.contents]
        if _known(shown, was, version.base).tells_too_much(version.base):
            yield Leak(version.month, version.number, cell)


def _known(shown: Sequence[int], before: int | None, base: int) -> Interval:
    """One truth behind all contents of a version: someone replaced it without saying so."""
    known, *others = (interval(number, before, base) for number in shown)
    for other in others:
        known = known.meet(other)
    return known


def interval(shown: int, before: int | None, base: int) -> Interval:
    """What a shown number says of the true one; `before` is what the version before showed.

    In a first version (`before` None), 1 to base - 1 became 0 or base. In a correction a
    number stays until the true one crosses a rounding step. So a base that follows on 0 is
    exact, as larger numbers are, and a 0 that follows on a base can only come from an older
    rule or from a hand: it means none.
    """
    if shown > base or 0 < shown < base:
        return Interval(shown, shown)
    if shown == 0:
        return Interval(0, 0 if before == base else base - 1)
    if before == base:
        return Interval(0, base)
    return Interval(base if before == 0 else 1, base)
