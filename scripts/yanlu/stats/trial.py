"""What protection costs, tried out before anything is published.

A reader who had these figures could undo the rounding: they are shown to the office on its
own machine and written nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from yanlu.disclosure.cost import Cost, cost
from yanlu.disclosure.crossing import crossings
from yanlu.disclosure.hierarchy import publish
from yanlu.disclosure.release import leaves_of
from yanlu.disclosure.rounding import round_leaves
from yanlu.settings import Portal, read_key
from yanlu.stats.publish import Prepared, dimensions


@dataclass(frozen=True)
class Tried:
    """One crossing in words, and what its protection costs."""

    words: str
    cost: Cost


@dataclass(frozen=True)
class Trial:
    """The crossing of the release, then the two coarser ones that an office would weigh."""

    tried: Sequence[Tried]

    @property
    def recommended(self) -> Tried | None:
        """The finest whose totals stay near enough to the truth; None where all are too far."""
        return next((tried for tried in self.tried if tried.cost.tolerable), None)


def try_out(portal: Portal, prepared: Prepared) -> Trial:
    """The cost of the prepared release, and of coarser crossings rounded in memory."""
    release, true = prepared.released.release, prepared.counted.cube.counts
    axes = dimensions(portal.codes)
    cells = {*true, *release.counts}  # a correction may keep a number where none is left
    table = leaves_of({cell: true.get(cell, 0) for cell in cells}, axes)
    shown = leaves_of({cell: release.counts.get(cell, 0) for cell in cells}, axes)
    declared = cost(table, publish(shown.dense(), shown.hierarchies))
    key = read_key(portal)
    coarser = (
        Tried(c.words, cost(c.leaves, round_leaves(c.leaves, base=release.base, key=key)))
        for c in crossings(table)
    )
    return Trial([Tried("现在的分法", declared), *_two(coarser)])


def _two(coarser: Iterator[Tried]) -> list[Tried]:
    """The finest, and of the others the finest that would do, or else the coarsest."""
    chosen = list(islice(coarser, 2))
    for tried in coarser:
        if chosen[-1].cost.tolerable:
            break
        chosen[-1] = tried
    return chosen
