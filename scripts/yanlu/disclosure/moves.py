"""Moves: other tables that look the same from outside, found by linear programming.

A move says by how much every published cell would differ in such a table. It adds up as the
table does, leaves cells that are shown as they are, and keeps small cells small and all
others at the threshold or above, so that even a reader who knows which cells are small
cannot tell the tables apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack

from yanlu.disclosure.hierarchy import Hierarchy, Integers

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_HIDDEN = 0.01  # price of moving a hidden cell by one; a shown one costs at least 1
_TRIES = 12  # of other prices, where a programme ends between whole numbers
_NODES = 1000  # of a search for whole numbers; a count, so that every machine gives up alike
_WIDER = 3  # circles of sums around a move in which whole numbers are looked for
_GAP = 0.5  # how much dearer than needed such a move may be
_WHOLE = 1e-6


@dataclass
class Moves:
    """All moves of a table; hiding a cell makes it cheap to move.

    The programme has two columns a published cell, how far it goes up and how far down, and
    one row a sum. Started at rest, it is dual feasible, which makes it fast.
    """

    model: highspy.Highs
    price: Floats
    up: Floats
    down: Floats
    sums: csr_array

    @classmethod
    def of(
        cls,
        counts: Integers,
        hierarchies: Sequence[Hierarchy],
        *,
        threshold: int,
        fixed: Mask,
    ) -> Moves:
        """Moves of published counts (flat, in the order of codes); `fixed` cells stay."""
        small = counts < threshold
        up = np.where(small, threshold - 1.0 - counts, highspy.kHighsInf)
        down = np.where(small, counts, counts - threshold).astype(float)
        up, down = np.where(fixed, 0, up), np.where(fixed, 0, down)
        # large totals are dearer than small ones only a little: cells count, not their sizes
        price = 1 + np.frexp(counts.astype(float))[1] / 20 + _HIDDEN * _scatter(len(counts), 0)
        sums = _sums(hierarchies)
        return cls(_programme(price, up, down, sums), price, up, down, sums)

    def hide(self, cells: Mask) -> None:
        """From now on these cells may move at next to no price."""
        self.price = np.where(cells, _HIDDEN * (1 + _scatter(len(cells), 0)), self.price)

    def find(self, cell: int, by: int) -> Integers | None:
        """A move that shifts the cell by this much at a low price; None where none is found."""
        about = np.zeros(len(self.price), dtype=bool)
        for number in range(_TRIES):
            price = self.price * (1 + _scatter(len(self.price), number)) if number else self.price
            shift = self._cheapest(cell, by, price)
            if shift is None:
                return None
            whole: Integers = np.rint(shift).astype(np.int64)
            if np.abs(shift - whole).max() < _WHOLE:
                return whole
            about |= np.abs(shift) > _WHOLE
        return self._search(cell, by, about)

    def _search(self, cell: int, by: int, about: Mask) -> Integers | None:
        """Whole numbers among the cells that fractional moves went through, then wider."""
        for _ in range(_WIDER):
            about = about | ((abs(self.sums).T @ (abs(self.sums) @ about)) > 0)
            found = self._whole(cell, by, about)
            if found is not None:
                return found
        return None

    def _cheapest(self, cell: int, by: int, price: Floats) -> Floats | None:
        size = len(price)
        if not -self.down[cell] <= by <= self.up[cell]:
            return None
        self.model.changeColsCost(
            2 * size, np.arange(2 * size, dtype=np.int32), np.concatenate([price, price])
        )
        self._hold(cell, by)
        self.model.clearSolver()
        self.model.run()
        found = self.model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        moved = np.array(self.model.getSolution().col_value)
        self._release(cell)  # forgets the solution
        return moved[:size] - moved[size:] if found else None

    def _whole(self, cell: int, by: int, about: Mask) -> Integers | None:
        """A move in whole numbers that stays within some cells."""
        size = len(self.price)
        columns = np.flatnonzero(np.concatenate([about, about])).astype(np.int32)
        others = np.flatnonzero(~np.concatenate([about, about])).astype(np.int32)
        reach = np.concatenate([self.up, self.down])
        self._integrality(columns, highspy.HighsVarType.kInteger)
        self._bound(others, np.zeros(len(others)))
        self._hold(cell, by)
        self.model.run()
        moved = np.array(self.model.getSolution().col_value)
        found = self.model.getInfo().primal_solution_status == highspy.kSolutionStatusFeasible
        self._integrality(columns, highspy.HighsVarType.kContinuous)
        self._bound(others, reach[others])
        self._release(cell)
        return np.rint(moved[:size] - moved[size:]).astype(np.int64) if found else None

    def _hold(self, cell: int, by: int) -> None:
        self.model.changeColBounds(cell, max(by, 0), max(by, 0))
        self.model.changeColBounds(cell + len(self.price), max(-by, 0), max(-by, 0))

    def _release(self, cell: int) -> None:
        self.model.changeColBounds(cell, 0, self.up[cell])
        self.model.changeColBounds(cell + len(self.price), 0, self.down[cell])

    def _integrality(self, columns: npt.NDArray[np.int32], kind: highspy.HighsVarType) -> None:
        kinds = np.full(len(columns), int(kind), dtype=np.uint8)
        self.model.changeColsIntegrality(len(columns), columns, kinds)

    def _bound(self, columns: npt.NDArray[np.int32], high: Floats) -> None:
        self.model.changeColsBounds(len(columns), columns, np.zeros(len(columns)), high)


class _Solver(highspy.Highs):
    """HiGHS without its banner, which goes to standard output when call-backs are enabled."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's name
        self.silent()


def _programme(price: Floats, up: Floats, down: Floats, sums: csr_array) -> highspy.Highs:
    lp = highspy.HighsLp()
    matrix = csr_array(hstack([sums, -sums]))
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.concatenate([price, price])
    lp.col_lower_, lp.col_upper_ = np.zeros(2 * len(price)), np.concatenate([up, down])
    lp.row_lower_ = lp.row_upper_ = np.zeros(matrix.shape[0])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data
    model = _Solver()
    model.setOptionValue("threads", 1)
    model.setOptionValue("presolve", "off")
    model.setOptionValue("mip_max_nodes", _NODES)
    model.setOptionValue("mip_rel_gap", _GAP)
    model.passModel(lp)
    return model


def _sums(hierarchies: Sequence[Hierarchy]) -> csr_array:
    """One row for each published cell that is not a leaf: few cells that make it up, less it.

    A cell that is a sum in several dimensions needs only one of them: the others follow.
    """
    shape = [len(hierarchy.codes) for hierarchy in hierarchies]
    parts = [hierarchy.parts() for hierarchy in hierarchies]
    flat = np.arange(int(np.prod(shape))).reshape(shape)
    rows: list[list[int]] = []
    for cell in product(*(range(width) for width in shape)):
        made = [
            (len(p[at]), i) for i, (p, at) in enumerate(zip(parts, cell, strict=True)) if at in p
        ]
        if made:
            _, i = min(made)
            pieces = [int(flat[(*cell[:i], at, *cell[i + 1 :])]) for at in parts[i][cell[i]]]
            rows.append([int(flat[cell]), *pieces])
    starts = np.cumsum([0, *map(len, rows)])
    signs = np.ones(starts[-1])
    signs[starts[:-1]] = -1
    columns = np.array([at for row in rows for at in row], dtype=np.int64)
    return csr_array((signs, columns, starts), shape=(len(rows), flat.size))


def _scatter(size: int, number: int) -> Floats:
    """Numbers between 0 and 1 without a pattern, always the same."""
    return np.arange(size) * (7919 + 104_729 * number) % 1009 / 1009
