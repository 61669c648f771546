"""The linear programme of the attack: the nearest table with certain numbers in it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array, hstack, vstack

from yanlu.disclosure.audit.system import OPEN, Integers, Mask, System, connected
from yanlu.errors import TableError

Floats = npt.NDArray[np.float64]
_DEPTH = 60  # of steps that are rounded one after another
_NODES = 2000  # of a search for whole numbers; a count, so that every machine gives up alike
_WHOLE = 1e-6


class Answer(Enum):
    """What a programme says: here is a table, there is none, or neither is certain."""

    FOUND = "found"
    NONE = "none"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Forms:
    """Every cell of a piece as a sum of few free ones: cells = matrix · free + shift.

    A total that is not shown, and of which nothing is known but its parts, asks nothing of
    them, so it is no row of the programme: that is what makes large tables tractable.
    """

    matrix: csr_array
    shift: Integers
    free: Integers

    @classmethod
    def of(cls, piece: System) -> Forms:
        """Each cell that some sum makes up is written as that sum."""
        size = len(piece.low)
        defined, first = np.unique(piece.whole, return_index=True)
        first, defined = first[defined >= 0], defined[defined >= 0]
        free = np.setdiff1d(np.arange(size), defined)
        parts = csr_array(-piece.matrix[first])  # a sum reads whole - parts = least
        units = csr_array((np.ones(len(defined), dtype=np.int64), (defined, defined)), (size, size))
        spread = csr_array(
            (np.ones(len(defined), dtype=np.int64), (defined, np.arange(len(defined)))),
            (size, len(defined)),
        )
        step = csr_array(spread @ parts) + units  # drops the whole itself
        step.eliminate_zeros()
        start = csr_array(
            (np.ones(len(free), dtype=np.int64), (free, np.arange(len(free)))), (size, len(free))
        )
        shift = constant = spread @ piece.least[first]
        matrix = start
        while True:
            grown, moved = start + step @ matrix, constant + step @ shift
            if (grown != matrix).nnz == 0 and (moved == shift).all():
                return cls(csr_array(matrix), shift, free)
            matrix, shift = csr_array(grown), moved

    def cells(self, values: Integers) -> Integers:
        """All cells from the free ones."""
        cells: Integers = self.matrix @ values + self.shift
        return cells


class Rows(NamedTuple):
    """What is asked of the free cells: sums of them within bounds."""

    matrix: csr_array
    least: Integers
    most: Integers

    @classmethod
    def of(cls, piece: System, forms: Forms) -> Rows:
        """The sums of a piece, and bounds of other cells that do not follow."""
        free_low, free_high = piece.low[forms.free], piece.high[forms.free]
        lowest = forms.matrix.maximum(0) @ free_low + forms.matrix.minimum(0) @ free_high
        highest = forms.matrix.maximum(0) @ free_high + forms.matrix.minimum(0) @ free_low
        low, high = piece.low - forms.shift, piece.high - forms.shift
        bound = np.flatnonzero((lowest < low) | ((highest > high) & (piece.high < OPEN // 2)))
        known = piece.matrix @ forms.shift
        top = np.where(piece.high[bound] >= OPEN // 2, OPEN, high[bound])
        rows = csr_array(vstack([piece.matrix @ forms.matrix, forms.matrix[bound]]))
        least = np.concatenate([piece.least - known, low[bound]])
        most = np.concatenate([piece.most - known, top])
        rows.eliminate_zeros()
        kept = _distinct(rows, least, most)
        return cls(csr_array(rows[kept]), least[kept], most[kept])

    def loose(self, piece: System, forms: Forms, width: int) -> Mask:
        """The cells with a free one among their terms that can move as far by itself."""
        ties = np.bincount(self.matrix.indices, minlength=len(forms.free))
        moves = (ties == 0) & ((piece.high - piece.low)[forms.free] >= width)
        loose: Mask = abs(forms.matrix) @ moves.astype(np.int64) > 0
        return loose


class Programme:
    """Steps from one table to others that fit: for each free cell, so many up or so many down.

    From rest the programme of the fewest steps is dual feasible, which makes it fast.
    """

    def __init__(self, piece: System, forms: Forms, rows: Rows, start: Integers) -> None:
        self._piece, self._forms, self._start = piece, forms, start
        self._rows, least, most = rows
        self._columns = csc_array(self._rows)
        there = self._rows @ start
        self._room = (least - there, np.where(most >= OPEN, OPEN, most - there))
        down = (start - piece.low[forms.free]).astype(float)
        self._reach = np.concatenate([_reach(piece.high[forms.free] - start), down])
        self._model = _model(
            csr_array(hstack([self._rows, -self._rows])),
            cost=1 + np.tile(_scatter(len(start)), 2) / 8,
            high=self._reach,
            sums=self._room,
        )

    def nearest(self, cell: int, least: int, most: int) -> tuple[Answer, Integers | None]:
        """The nearest table in which a cell has a number from `least` to `most`.

        Where no whole numbers were come upon, the table that is answered fits, but has
        another number there, or there is none.
        """
        with self._aimed(cell, least, most):
            self._model.clearSolver()
            self._model.run()
            if self._model.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                return Answer.NONE, None
            table = self._dive()
        found = table is not None and least <= table[cell] <= most
        return (Answer.FOUND if found else Answer.UNSURE), table

    def on_the_way(self, table: Integers, cell: int, value: int) -> Integers | None:
        """A table between the first one and another, where a cell has a number between theirs.

        Only steps are taken that lead there, so the programme is small.
        """
        steps = table[self._forms.free] - self._start
        moved = np.flatnonzero(steps)
        ways = np.sign(steps[moved])
        part = csr_array(self._columns[:, moved].multiply(ways))
        met = np.flatnonzero(np.diff(part.indptr))
        form = self._forms.matrix[[cell]]
        away = value - self._forms.shift[[cell]] - form @ self._start
        least, most = (np.concatenate([side[met], away]) for side in self._room)
        aim = csr_array(csc_array(form)[:, moved].multiply(ways))
        rows = csr_array(vstack([part[met], aim]))
        high = np.abs(steps[moved]).astype(float)
        model = _model(rows, cost=np.ones(len(moved)), high=high, sums=(least, most))
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        values = self._start.copy()
        values[moved] += ways * np.rint(model.getSolution().col_value).astype(np.int64)
        found = self._forms.cells(values)
        return found if found[cell] == value and _fits(self._piece, found) else None

    def nearest_whole(
        self, cell: int, least: int, most: int, circles: int
    ) -> tuple[Answer, Integers | None]:
        """The same by a search through whole numbers: near the cell, or anywhere (0 circles)."""
        near = self._near(cell, circles)
        columns = np.flatnonzero(np.concatenate([near, near])).astype(np.int32)
        others = np.flatnonzero(~np.concatenate([near, near])).astype(np.int32)
        with self._aimed(cell, least, most):
            self._bound(others, np.zeros(len(others)))
            _set_kind(self._model, columns, highspy.HighsVarType.kInteger)
            self._model.run()
            none = self._model.getModelStatus() == highspy.HighsModelStatus.kInfeasible
            table = self._table()
            _set_kind(self._model, columns, highspy.HighsVarType.kContinuous)
            self._bound(others, self._reach[others])
        if table is not None and least <= table[cell] <= most:
            return Answer.FOUND, table
        return Answer.NONE if none and not len(others) else Answer.UNSURE, table

    def _near(self, cell: int, circles: int) -> Mask:
        """Free cells that make up the cell, those that share a sum with them, and so on."""
        near: Mask = abs(self._forms.matrix[[cell]]).sum(axis=0) > 0
        links = abs(self._rows)
        for _ in range(circles):
            near = near | ((links.T @ (links @ near)) > 0)
        return near if circles else np.ones(len(near), dtype=bool)

    @contextmanager
    def _aimed(self, cell: int, least: int, most: int) -> Iterator[None]:
        """The programme with a row more, for the cell that must lie within bounds."""
        form = self._forms.matrix[[cell]]
        row = csr_array(hstack([form, -form]))
        now = int(self._forms.shift[cell] + (form @ self._start)[0])
        before = self._model.getNumRow()
        high = float(most - now) if most < OPEN // 2 else highspy.kHighsInf
        self._model.addRow(
            float(least - now), high, row.nnz, row.indices.astype(np.int32), row.data.astype(float)
        )
        yield
        self._model.deleteRows(1, np.array([before], dtype=np.int32))

    def _dive(self) -> Integers | None:
        """The table that is left when steps that are no whole numbers are settled in turn.

        Each is rounded up, or down where up leaves nothing; a step that can be neither ends
        the dive. Every run goes on from where the one before ended, so it is short.
        """
        settled: list[int] = []
        while len(settled) < _DEPTH and (column := self._broken()) is not None:
            step = self._model.getSolution().col_value[column]
            settled.append(column)
            self._settle(column, math.ceil(step), math.ceil(step))
            if self._model.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
                self._settle(column, 0, math.floor(step))
        table = self._table()  # before the bounds change, which forgets the answer
        columns = np.array(settled, dtype=np.int32)
        self._bound(columns, self._reach[columns])
        return table

    def _broken(self) -> int | None:
        """The step nearest below a whole number, where not all are whole."""
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        steps = np.array(self._model.getSolution().col_value)
        part = steps - np.floor(steps + _WHOLE)
        return int(part.argmax()) if part.max() > _WHOLE else None

    def _settle(self, column: int, low: int, high: int) -> None:
        self._model.changeColBounds(column, float(low), float(high))
        self._model.run()

    def _bound(self, columns: npt.NDArray[np.int32], high: Floats) -> None:
        self._model.changeColsBounds(len(columns), columns, np.zeros(len(columns)), high)

    def _table(self) -> Integers | None:
        """All cells of what was found, as far as it is whole; it fits, reckoned exactly."""
        # after a failure the columns would read as no steps at all
        if self._model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
            return None
        size = len(self._start)
        steps = np.array(self._model.getSolution().col_value)
        table = self._forms.cells(self._start + self._whole(steps[:size] - steps[size:]))
        return table if _fits(self._piece, table) else None

    def _whole(self, steps: Floats) -> Integers:
        """The steps without those that are no whole numbers.

        Steps that share no row have nothing to do with each other: each bunch of them leads
        to a table that fits, with or without the others.
        """
        whole = np.rint(steps).astype(np.int64)
        broken = np.abs(steps - whole) > _WHOLE
        if broken.any():
            moved = np.flatnonzero(broken | (whole != 0))
            bunch = connected(csr_array(self._columns[:, moved]))[: len(moved)]
            whole[moved[np.isin(bunch, bunch[broken[moved]])]] = 0
        return whole


def some_table(piece: System, forms: Forms, rows: Rows) -> Integers | None:
    """Free cells of any whole numbers that fit the piece; None where none were found in time.

    Raises:
        TableError: there are none.
    """
    low, high = piece.low[forms.free], piece.high[forms.free]
    matrix, least, most = rows
    sums = (least - matrix @ low, np.where(most >= OPEN, OPEN, most - matrix @ low))
    model = _model(matrix, cost=_scatter(len(low)), high=_reach(high - low), sums=sums)
    _set_kind(model, np.arange(len(low), dtype=np.int32), highspy.HighsVarType.kInteger)
    model.setOptionValue("presolve", "on")
    model.run()
    if model.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise TableError("这些表互相矛盾：没有一组整数能同时满足它们。请检查是不是同一批记录。")
    if model.getInfo().primal_solution_status != highspy.kSolutionStatusFeasible:
        return None
    values = low + np.rint(np.array(model.getSolution().col_value)).astype(np.int64)
    return values if _fits(piece, forms.cells(values)) else None


def _distinct(rows: csr_array, least: Integers, most: Integers) -> list[int]:
    """The rows that say something, each once: several sums may say the same of the free cells."""
    rows.sort_indices()
    first: dict[tuple[bytes, bytes, int, int], int] = {}
    for row in np.flatnonzero(np.diff(rows.indptr)).tolist():
        of = slice(rows.indptr[row], rows.indptr[row + 1])
        said = rows.indices[of].tobytes(), rows.data[of].tobytes(), int(least[row]), int(most[row])
        first.setdefault(said, row)
    return list(first.values())


def _fits(piece: System, table: Integers) -> bool:
    """Whether a table has all sums and bounds, reckoned in whole numbers."""
    sums = piece.matrix @ table
    return bool(
        (table >= piece.low).all()
        and (table <= piece.high).all()
        and (sums >= piece.least).all()
        and (sums <= piece.most).all()
    )


class _Solver(highspy.Highs):
    """HiGHS without its banner, which goes to standard output when call-backs are enabled."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS's name
        self.silent()


def _model(
    matrix: csr_array, *, cost: Floats, high: Floats, sums: tuple[Integers, Integers]
) -> highspy.Highs:
    """Least cost of columns from 0 to `high` whose sums lie within bounds."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), high
    lp.row_lower_, lp.row_upper_ = sums[0].astype(float), _reach(sums[1])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
    lp.a_matrix_.value_ = matrix.data.astype(float)
    model = _Solver()
    model.setOptionValue("threads", 1)
    model.setOptionValue("presolve", "off")
    model.setOptionValue("mip_max_nodes", _NODES)
    model.setOptionValue("mip_rel_gap", 1.0)  # any table will do
    model.passModel(lp)
    return model


def _set_kind(
    model: highspy.Highs, columns: npt.NDArray[np.int32], kind: highspy.HighsVarType
) -> None:
    kinds = np.full(len(columns), int(kind), dtype=np.uint8)
    model.changeColsIntegrality(len(columns), columns, kinds)


def _reach(high: Integers) -> Floats:
    return np.where(high >= OPEN // 2, highspy.kHighsInf, high.astype(float))


def _scatter(size: int) -> Floats:
    """Numbers between 0 and 1 without a pattern, always the same."""
    return np.arange(size) * 7919 % 1013 / 1013
