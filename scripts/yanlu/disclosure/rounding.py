"""Small-count rounding: inner cells of 1 to base-1 become 0 or base, all else stays exact.

The method is that of Langsrud and Heldal, "An algorithm for small count rounding of
tabular data" (Privacy in Statistical Databases, 2018): choose which small cells to raise so
that every published sum stays as close to the truth as it can. Since sums are added up
from rounded cells, they are additive, and no published number lies between 1 and base-1.

Here the squared error over all published sums is lowered block by block: a greedy start and
exact exchanges within a block of cells, while all others stand still. Blocks are cut along
one dimension after another, so that any two cells can meet. The first blocks are chosen
before later ones exist, and each makes good what those before it left over. Published sums
are the full cross of the dimensions' codes, so the number of sums that two cells share is a
product of small matrices, one a dimension, and the matrix of all sums is never built. Every
decision is made in whole numbers, ties by a secret order, and the number of passes is
fixed: the same input and key give the same output on every machine.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yanlu.disclosure.hierarchy import Hierarchy, Integers
from yanlu.errors import DisclosureError

PASSES = 8  # times that every cell is in a block
BLOCK = 2048  # cells: larger blocks come no closer and cost more
_SMALL_PASSES = 3  # a table of one block settles sooner
_RAISED = 1 << 60  # added to the cost of a raised cell, so that it is never the cheapest


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
        raised = _choose(rounded[small], cells[small], hierarchies, base)
        rounded[small] = np.where(raised, base, 0)
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


def _choose(
    counts: Integers, cells: Integers, hierarchies: Sequence[Hierarchy], base: int
) -> npt.NDArray[np.bool_]:
    """Which of these small cells to raise. Ties go to the cell that comes first."""
    kinships = [hierarchy.kinship() for hierarchy in hierarchies]
    raised = np.zeros(len(counts), dtype=bool)
    # Doubles hold whole numbers below 2**53 exactly, so the products of matrices are exact
    # in any order of addition, and much faster than those of integers.
    error = np.zeros([len(hierarchy.leaves) for hierarchy in hierarchies])
    for axis, chosen in _blocks(cells):
        places = cells[chosen].T
        error[tuple(places)] = base * raised[chosen] - counts[chosen]
        shared = _shared_error(error, kinships, places, axis)
        block = _Block.start(shared, places, kinships, raised[chosen], base)
        block.raise_greedily()
        block.exchange()
        block.raise_greedily()
        raised[chosen] = block.raised
        error[tuple(places)] = base * block.raised - counts[chosen]
    return raised


def _blocks(cells: Integers) -> Iterator[tuple[int, Integers]]:
    """Blocks of cells, by position, each with the dimension along which it was cut."""
    axes = sorted(range(cells.shape[1]), key=lambda axis: -len(np.unique(cells[:, axis])))
    if len(cells) <= BLOCK:
        for _ in range(_SMALL_PASSES):
            yield axes[0], np.arange(len(cells))
        return
    for number in range(PASSES):
        axis = axes[number % len(axes)]
        order = np.argsort(cells[:, axis], kind="stable")
        first = BLOCK - number * BLOCK // PASSES  # other cuts in every pass
        for chosen in np.split(order, range(first, len(order), BLOCK)):
            yield axis, np.sort(chosen)


def _shared_error(
    error: npt.NDArray[np.float64], kinships: Sequence[Integers], places: Integers, axis: int
) -> Integers:
    """The summed errors of all published sums that hold each of these cells.

    Only the slices of `axis` in which the cells lie are worked out, so that axis goes first.
    """
    slices, position = np.unique(places[axis], return_inverse=True)
    columns = list(places)
    columns[axis] = position
    shared = error
    for at in sorted(range(len(kinships)), key=lambda other: other != axis):
        rows = kinships[at][slices] if at == axis else kinships[at]
        shared = np.moveaxis(np.tensordot(rows.astype(float), shared, axes=(1, at)), 0, at)
    around: Integers = np.rint(shared[tuple(columns)]).astype(np.int64)
    return around


@dataclass
class _Block:
    """Which cells of a block are raised, and what raising each other one would cost.

    The cost is the change of the total squared error ÷ base. It is 2 × (the summed errors of
    all published sums that hold the cell) + base × (how many those are), so that raising or
    lowering one cell moves the others' cost by the sums that they share with it.
    """

    spread: Sequence[Integers]  # a dimension each: codes in the block × cells
    rows: Sequence[Sequence[int]]  # a cell each: its row in every dimension's spread
    cost: Integers
    raised: npt.NDArray[np.bool_]

    @classmethod
    def start(
        cls,
        shared: Integers,
        places: Integers,
        kinships: Sequence[Integers],
        raised: npt.NDArray[np.bool_],
        base: int,
    ) -> _Block:
        """The block as it stands, with the summed errors around each of its cells."""
        spread, rows = [], []
        own = np.ones(len(raised), dtype=np.int64)
        for kinship, column in zip(kinships, places, strict=True):
            codes, row = np.unique(column, return_inverse=True)
            spread.append(kinship[np.ix_(codes, column)])
            rows.append(row)
            own *= kinship[column, column]
        spread[0] = 2 * base * spread[0]
        cost = 2 * shared + base * own + _RAISED * raised
        return cls(spread, np.array(rows).T.tolist(), cost, raised)

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
            if without[best] >= without[lowered] and without[lowered] < 0:
                continue  # none serves better than the cell itself
            self.cost = without
            self.raised[lowered] = False
            if without[best] < 0:
                self._raise(best)

    def _raise(self, cell: int) -> None:
        self.cost += self._shift(cell)
        self.cost[cell] += _RAISED
        self.raised[cell] = True

    def _shift(self, cell: int) -> Integers:
        """How raising this cell moves the cost of each: by the published sums they share."""
        rows = self.rows[cell]
        shift: Integers = self.spread[0][rows[0]].copy()
        for spread, row in zip(self.spread[1:], rows[1:], strict=True):
            shift *= spread[row]
        return shift
