"""Small-count rounding: inner cells of 1 to base-1 become 0 or base, all else stays exact.

The method is that of Langsrud and Heldal, "An algorithm for small count rounding of
tabular data" (Privacy in Statistical Databases, 2018): choose which small cells to raise so
that every published sum stays as close to the truth as it can. Since sums are added up
from rounded cells, they are additive, and no published number lies between 1 and base-1.

Here the squared error over all published sums is lowered block by block, while the cells of
all other blocks stand still: a greedy start, exact exchanges of two cells, then a tabu
search that moves one cell at a time and remembers the best it saw (Glover, Kochenberger and
Alidaee, "Adaptive memory tabu search for binary quadratic programs", Management Science 44,
1998). Blocks are cut along one dimension after another, so that any two cells can meet. The
first blocks are chosen before later ones exist, and each makes good what those before it
left over. Published sums are the full cross of the dimensions' codes, so the number of sums
that two cells share is a product of small matrices, one a dimension, and the matrix of all
sums is never built. Every decision is made in whole numbers, ties by a secret order, and
the number of moves is fixed: the same input and key give the same output on every machine.

A frozen release can be remade for ever, so a closer search is a new version of the method
and the old ones stay: version 1 exchanges only, version 2 also searches.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from yanlu.disclosure.hierarchy import Hierarchy, Integers, publish
from yanlu.disclosure.tables import Leaves
from yanlu.errors import DisclosureError

METHOD = 2  # the newest version; a release names the one that made it
PASSES = 8  # times that every cell is in a block
BLOCK = 2048  # cells: larger blocks come no closer and cost more
_SMALL_PASSES = 3  # a table of one block settles sooner
_MOVES = {1: (0, 0), 2: (4000, 500)}  # of the search, a method each: only block, one of many
_TENURE = 10  # moves, about: for how long a moved cell stands still
_BARRED = 1 << 60  # added to the cost of a cell that may not be taken, so that it is never least


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


def round_leaves(leaves: Leaves, *, base: int, key: bytes) -> Integers:
    """All published cells of a table whose small leaf cells are rounded.

    The secret order of cells goes by their codes, so neither the order of rows nor that of
    columns' codes matters.

    Raises:
        DisclosureError: as `round_small_counts`.
    """
    codes = [hierarchy.leaves for hierarchy in leaves.hierarchies]
    names = [
        "\t".join(known[at] for known, at in zip(codes, cell, strict=True)).encode()
        for cell in leaves.cells.tolist()
    ]
    context = ",".join(leaves.dimensions).encode()
    rounded = round_small_counts(
        leaves.counts,
        leaves.cells,
        leaves.hierarchies,
        base=base,
        rank=ranks(names, key=key, context=context),
    )
    return publish(replace(leaves, counts=rounded).dense(), leaves.hierarchies)


def round_small_counts(
    counts: Integers,
    cells: Integers,
    hierarchies: Sequence[Hierarchy],
    *,
    base: int,
    rank: Integers,
    method: int = METHOD,
) -> Integers:
    """Rounded counts of the inner cells.

    Args:
        counts: n non-negative whole numbers.
        cells: n × d positions of each cell's codes among the leaves of each hierarchy.
        hierarchies: the d dimensions.
        base: small counts are those from 1 to base-1; at least 3.
        rank: the order in which ties are broken, a permutation of 0 … n-1.
        method: which version of the method, so that an old release can be remade.

    Raises:
        DisclosureError: shapes that do not fit, negative or fractional counts, a repeated
            cell, a base below 3, or a method that this version does not know.
    """
    _refuse_bad_input(counts, cells, hierarchies, base)
    if method not in _MOVES:
        raise DisclosureError(f"不认识舍入办法的第 {method} 版。请使用更新版本的软件。")
    rounded = counts.astype(np.int64)
    small = np.flatnonzero((counts > 0) & (counts < base))
    if small.size:
        small = small[np.argsort(rank[small])]  # from here on, the position breaks ties
        raised = _choose(rounded[small], cells[small], hierarchies, base, method)
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
    counts: Integers, cells: Integers, hierarchies: Sequence[Hierarchy], base: int, method: int
) -> npt.NDArray[np.bool_]:
    """Which of these small cells to raise. Ties go to the cell that comes first."""
    kinships = [hierarchy.kinship() for hierarchy in hierarchies]
    raised = np.zeros(len(counts), dtype=bool)
    # Doubles hold whole numbers below 2**53 exactly, so the products of matrices are exact
    # in any order of addition, and much faster than those of integers.
    error = np.zeros([len(hierarchy.leaves) for hierarchy in hierarchies])
    moves = _MOVES[method][len(cells) > BLOCK]
    for axis, chosen in _blocks(cells):
        places = cells[chosen].T
        error[tuple(places)] = base * raised[chosen] - counts[chosen]
        shared = _shared_error(error, kinships, places, axis)
        block = _Block.start(shared, places, kinships, raised[chosen], base)
        block.raise_greedily()
        block.exchange()
        block.raise_greedily()
        block.search(moves)
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
    lift: Integers  # how much raising a cell moves its own cost
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
        cost = 2 * shared + base * own + _BARRED * raised
        return cls(spread, np.array(rows).T.tolist(), cost, 2 * base * own, raised)

    def raise_greedily(self) -> None:
        """Raise the cell that helps most, until none does."""
        while self.cost[best := int(self.cost.argmin())] < 0:
            self._raise(best)

    def exchange(self) -> None:
        """Lower each raised cell in turn, raising instead the one that serves best."""
        for lowered in np.flatnonzero(self.raised).tolist():
            without = self.cost - self._shift(lowered)
            without[lowered] -= _BARRED
            best = int(without.argmin())
            if without[best] >= without[lowered] and without[lowered] < 0:
                continue  # none serves better than the cell itself
            self.cost = without
            self.raised[lowered] = False
            if without[best] < 0:
                self._raise(best)

    def search(self, moves: int) -> None:
        """Raise or lower the cell that serves best, even to the worse; keep the best seen.

        A cell that was moved stands still for a while, so that the search leaves the
        valleys in which exchanges end. It comes last: the costs are not kept.
        """
        around = self.cost - _BARRED * self.raised
        sign = np.where(self.raised, -1, 1)
        extra = np.where(self.raised, self.lift, 0)  # lowering costs lift - around
        rest = min(_TENURE, len(sign) // 4)
        still: deque[int] = deque()
        height = best = 0
        for move in range(moves):
            cost = sign * around + extra
            cell = int(cost.argmin())
            height += int(cost[cell])
            around += sign[cell] * self._shift(cell)
            sign[cell] = -sign[cell]
            extra[cell] = _BARRED + (self.lift[cell] if sign[cell] < 0 else 0)
            still.append(cell)
            if len(still) > rest + move * 7919 % (rest + 1):  # no period to fall into
                extra[still.popleft()] -= _BARRED
            if height < best:
                best = height
                self.raised = sign < 0

    def _raise(self, cell: int) -> None:
        self.cost += self._shift(cell)
        self.cost[cell] += _BARRED
        self.raised[cell] = True

    def _shift(self, cell: int) -> Integers:
        """How raising this cell moves the cost of each: by the published sums they share."""
        rows = self.rows[cell]
        shift: Integers = self.spread[0][rows[0]].copy()
        for spread, row in zip(self.spread[1:], rows[1:], strict=True):
            shift *= spread[row]
        return shift
