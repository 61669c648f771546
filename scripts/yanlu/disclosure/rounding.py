"""Small-count rounding: inner cells of 1 to base-1 become 0 or base, all else stays exact.

The method is that of Langsrud and Heldal, "An algorithm for small count rounding of
tabular data" (Privacy in Statistical Databases, 2018): choose which small cells to raise so
that every published sum stays as close to the truth as it can. Since sums are added up
from rounded cells, they are additive, and no published number lies between 1 and base-1.

Here the squared error over all published sums is lowered by a greedy start and a fixed
number of exact exchanges. Published sums are the full cross of the dimensions' codes, so
the number of sums that two cells share is a product of small matrices, one a dimension,
and the matrix of all sums is never built. Every decision is made in whole numbers, ties by
a secret order: the same input and key give the same output on every machine.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from yanlu.disclosure.hierarchy import Hierarchy, Integers
from yanlu.errors import DisclosureError

PASSES = 3  # rounds of exchanges; each looks at every raised cell once
_RAISED = 1 << 30  # added to the cost of a raised cell, so that it is never the cheapest


def ranks(names: Sequence[bytes], *, key: bytes, context: bytes) -> Integers:
    """The secret order of cells, by HMAC-SHA256 of their names under the office's key."""
    digests = [
        hmac.new(key, b"yanlu/rank/1\n" + context + b"\n" + name, hashlib.sha256).digest()
        for name in names
    ]
    order = sorted(range(len(names)), key=digests.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    return rank


def round_small_counts(
    counts: Integers,
    cells: Integers,
    hierarchies: Sequence[Hierarchy],
    *,
    base: int,
    rank: Integers,
) -> Integers:
    """Rounded counts of the inner cells.

    Args:
        counts: n non-negative whole numbers.
        cells: n × d positions of each cell's codes among the leaves of each hierarchy.
        hierarchies: the d dimensions.
        base: small counts are those from 1 to base-1; at least 3.
        rank: the order in which ties are broken, a permutation of 0 … n-1.

    Raises:
        DisclosureError: shapes that do not fit, negative or fractional counts, a repeated
            cell, or a base below 3.
    """
    _refuse_bad_input(counts, cells, hierarchies, base)
    rounded = counts.astype(np.int64)
    small = np.flatnonzero((counts > 0) & (counts < base))
    if small.size:
        small = small[np.argsort(rank[small])]  # from here on, the position breaks ties
        choice = _Choice.start(rounded[small], cells[small], hierarchies, base)
        choice.raise_greedily()
        for _ in range(PASSES):
            choice.exchange()
            choice.raise_greedily()
        rounded[small] = np.where(choice.raised, base, 0)
    return rounded


def _refuse_bad_input(
    counts: Integers, cells: Integers, hierarchies: Sequence[Hierarchy], base: int
) -> None:
    if base < 3:
        raise DisclosureError("舍入基数至少是 3。")
    if cells.shape != (len(counts), len(hierarchies)):
        raise DisclosureError("每个格要有一个数，并且在每个维度上有一个代码。")
    if counts.dtype.kind not in "iu":
        raise DisclosureError("件数必须是整数。")
    if (counts < 0).any():
        raise DisclosureError("件数不能是负数。")
    widths = np.array([len(hierarchy.leaves) for hierarchy in hierarchies])
    if (cells < 0).any() or (cells >= widths).any():
        raise DisclosureError("有的格用了维度里没有的代码。")
    if len(np.unique(cells, axis=0)) < len(cells):
        raise DisclosureError("有重复的格。")


@dataclass
class _Choice:
    """Which small cells are raised, and what raising each other one would cost.

    The cost is the change of the total squared error ÷ base. It is 2 × (the summed errors of
    all published sums that hold the cell) + base × (how many those are), so that raising or
    lowering one cell moves the others' cost by the sums that they share with it.
    """

    step: int
    spread: Sequence[npt.NDArray[Any]]
    cells: Sequence[Integers]
    cost: npt.NDArray[Any]
    raised: npt.NDArray[np.bool_]

    @classmethod
    def start(
        cls, counts: Integers, cells: Integers, hierarchies: Sequence[Hierarchy], base: int
    ) -> _Choice:
        """Nothing is raised: every published sum misses its small cells."""
        kinships = [hierarchy.kinship() for hierarchy in hierarchies]
        columns = list(cells.T)
        own = np.ones(len(counts), dtype=np.int64)
        for kinship, column in zip(kinships, columns, strict=True):
            own *= kinship[column, column]
        missing = np.zeros([len(h.leaves) for h in hierarchies], dtype=np.int64)
        missing[tuple(columns)] = counts
        for axis, kinship in enumerate(kinships):
            missing = np.moveaxis(np.tensordot(kinship, missing, axes=(1, axis)), 0, axis)
        cost = base * own - 2 * missing[tuple(columns)]
        fits = 2 * base * len(counts) * int(own.max()) < _RAISED // 2
        width = np.int32 if fits else np.int64
        spread = [kinship[:, c].astype(width) for kinship, c in zip(kinships, columns, strict=True)]
        return cls(2 * base, spread, columns, cost.astype(width), np.zeros(len(counts), dtype=bool))

    def raise_greedily(self) -> None:
        """Raise the cell that helps most, until none does."""
        while self.cost[best := int(self.cost.argmin())] < 0:
            self._raise(best)

    def exchange(self) -> None:
        """Lower each raised cell in turn, raising instead the one that serves best."""
        for lowered in np.flatnonzero(self.raised).tolist():
            without = self.cost - self._shift(lowered)
            without[lowered] -= _RAISED
            best = int(without.argmin())
            if without[best] >= min(0, without[lowered]) and without[lowered] < 0:
                continue  # none serves better than the cell itself
            self.cost = without
            self.raised[lowered] = False
            if without[best] < 0:
                self._raise(best)

    def _raise(self, cell: int) -> None:
        self.cost += self._shift(cell)
        self.cost[cell] += _RAISED
        self.raised[cell] = True

    def _shift(self, cell: int) -> npt.NDArray[Any]:
        """How raising this cell moves the cost of each: by the published sums they share."""
        shift = np.full(len(self.cost), self.step, dtype=self.cost.dtype)
        for spread, column in zip(self.spread, self.cells, strict=True):
            shift *= spread[column[cell]]
        return shift
