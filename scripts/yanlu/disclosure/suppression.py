"""Suppression: hide small cells, and as many others as it takes to keep them hidden.

For an office that must publish exact counts. The reader is assumed to know the threshold,
that 0 to threshold-1 are one band, and even which hidden cells are small. For each small
cell there are other whole-number tables that agree with all that is shown and differ there
by two or more; the cells by which they differ are hidden as well, all with the same mark.
The cells are chosen by linear programming, small cell by small cell, as in Kelly, Golden
and Assad, "Cell suppression" (Networks 22, 1992), with the bounds of this stronger reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from yanlu.disclosure.cost import narrower
from yanlu.disclosure.crossing import WORTH_READING, Crossing, advice, crossings, refuse_sparse
from yanlu.disclosure.hierarchy import TOTAL, Hierarchy, Integers, publish
from yanlu.disclosure.moves import Mask, Moves
from yanlu.disclosure.tables import HIDDEN, Leaves, Rows
from yanlu.errors import DisclosureError, TableError

WIDTH = 2  # largest minus smallest number that a small cell may have: three are left at least
_NAMED = 10  # cells and totals that a refusal lists


@dataclass(frozen=True)
class Suppressed:
    """Published cells, one axis a dimension; HIDDEN where a cell is not shown."""

    values: Integers
    small: int
    others: int


def suppress_worthwhile(
    leaves: Leaves,
    *,
    threshold: int,
    released: Mask | None = None,
    report: Callable[[float], None] = lambda _: None,
) -> Suppressed:
    """Suppress a table, unless hiding would leave nothing worth reading.

    A table that is too sparse to be rounded is too sparse for this too; and where less than
    a tenth of all events would lie in any shown cell but the broadest, readers would get
    nothing but a total.

    Raises:
        DisclosureError: as `suppress`; or nothing would be left, and the message names the
            finest coarser crossing that would do.
    """
    refuse_sparse(leaves.counts, leaves.cells, leaves.hierarchies, base=threshold, by="隐藏")
    done = suppress(leaves, threshold=threshold, released=released, report=report)
    if not _tells(done, leaves):
        works = (c.words for c in crossings(leaves) if _works(c, threshold, released))
        raise DisclosureError(
            "隐藏以后几乎只剩总数：写着的格（总数以外）只说到不到十分之一的件数，没有写入。"
            f"{advice(works)}"
        )
    return done


def suppress(
    leaves: Leaves,
    *,
    threshold: int,
    released: Mask | None = None,
    report: Callable[[float], None] = lambda _: None,
) -> Suppressed:
    """Hide every count below the threshold, and others so that no small one can be pinned down.

    `released` marks published cells (one axis a dimension) that readers already know: they
    stay shown. `report` hears the share of small cells that are safe.

    Raises:
        DisclosureError: no pattern is safe; the message names the totals that stand in the
            way, by their codes.
    """
    if threshold < WIDTH + 1:
        raise DisclosureError(f"阈值至少是 {WIDTH + 1}，否则小的数没有可以藏身的范围。")
    counts = publish(leaves.dense(), leaves.hierarchies)
    flat = counts.ravel()
    fixed = np.zeros(len(flat), dtype=bool) if released is None else released.ravel()
    small = flat < threshold
    moves = Moves.of(flat, leaves.hierarchies, threshold=threshold, fixed=fixed)
    cover = _Cover(moves, flat, small & ~fixed, report)
    open_cells = [*np.flatnonzero(small & fixed).tolist(), *cover.protect(small & ~fixed)]
    if open_cells:
        _refuse(open_cells, flat, fixed, leaves, threshold)
    values = np.where(cover.hidden, HIDDEN, flat).reshape(counts.shape)
    return Suppressed(values, int(small.sum()), int((cover.hidden & ~small).sum()))


def _tells(done: Suppressed, leaves: Leaves) -> bool:
    """Whether enough events lie in a shown cell that is narrower than it could be.

    Where no cell is, the table is about one code in each dimension.
    """
    narrow = narrower(leaves.hierarchies) > 0
    seen = ((done.values != HIDDEN) & (narrow | ~narrow.any())).astype(float)
    for axis, hierarchy in enumerate(leaves.hierarchies):
        sums = hierarchy.sums().astype(float)
        seen = np.moveaxis(np.tensordot(sums, seen, axes=(0, axis)), 0, axis)
    told = int(leaves.counts[seen[tuple(leaves.cells.T)] > 0].sum())
    return told > 0 and told >= WORTH_READING * int(leaves.counts.sum())


def _works(crossing: Crossing, threshold: int, released: Mask | None) -> bool:
    known = None
    if released is not None:
        pairs = zip(crossing.finest.hierarchies, crossing.leaves.hierarchies, strict=True)
        known = released[np.ix_(*([h.codes.index(c) for c in to.codes] for h, to in pairs))]
    try:
        done = suppress(crossing.leaves, threshold=threshold, released=known)
    except DisclosureError:
        return False
    return _tells(done, crossing.leaves)


def released_cells(leaves: Leaves, tables: Sequence[Rows]) -> Mask:
    """Published cells of a table that earlier tables already show, one axis a dimension.

    A dimension that an earlier table has not stands at `Total` there.

    Raises:
        TableError: an earlier table has another dimension or code, or another number.
    """
    counts = publish(leaves.dense(), leaves.hierarchies)
    released = np.zeros(counts.shape, dtype=bool)
    for table in tables:
        places = tuple(_places(table, hierarchy) for hierarchy in leaves.hierarchies)
        if not set(table.dimensions) <= set(leaves.dimensions):
            raise TableError(f"{table.name} 有这张表没有的维度，不能一起算。")
        shown = table.numbers != HIDDEN
        if (counts[places][shown] != table.numbers[shown]).any():
            raise TableError(f"{table.name} 公布过的数与这张表不同。请检查是不是同一批记录。")
        released[tuple(place[shown] for place in places)] = True
    return released


def _places(table: Rows, hierarchy: Hierarchy) -> Integers:
    position = {code: at for at, code in enumerate(hierarchy.codes)}
    codes = [TOTAL] * len(table.numbers)
    if hierarchy.name not in table.dimensions and TOTAL not in position:
        raise TableError(
            f"{table.name} 没有 {hierarchy.name} 这一列，"
            "而这张表在这个维度只有一个代码，没有合计可以对照。"
            f"{table.name} 说的也是这一个代码的，请补上这一列。"
        )
    if hierarchy.name in table.dimensions:
        axis = table.dimensions.index(hierarchy.name)
        codes = [table.codes[axis][at] for at in table.cells[:, axis].tolist()]
    if not position.keys() >= set(codes):
        raise TableError(f"{table.name} 的维度 {hierarchy.name} 有这张表没有的代码，不能一起算。")
    return np.array([position[code] for code in codes])


class _Cover:
    """The hidden cells so far, and how far apart in each cell the tables found so far are."""

    def __init__(
        self, moves: Moves, counts: Integers, hidden: Mask, report: Callable[[float], None]
    ) -> None:
        self.hidden = hidden.copy()
        self._moves, self._counts, self._report = moves, counts, report
        self._low, self._high = np.zeros_like(counts), np.zeros_like(counts)
        moves.hide(hidden)

    def protect(self, cells: Mask) -> list[int]:
        """Protect each cell, larger counts first; answers those that cannot be."""
        order = np.flatnonzero(cells)
        order = order[np.argsort(-self._counts[order], kind="stable")]
        failed = []
        for done, cell in enumerate(order.tolist()):
            self._report(done / len(order))
            if not self._wide(cell) and not self._protect(cell):
                failed.append(cell)
        return failed

    def _wide(self, cell: int) -> bool:
        return bool(self._high[cell] - self._low[cell] >= WIDTH)

    def _protect(self, cell: int) -> bool:
        """Take the cheapest of the ways to make the cell's interval wide."""
        best: tuple[float, list[Integers]] | None = None
        for way in self._ways(cell):
            found = [self._moves.find(cell, by) for by in way]
            moves = [move for move in found if move is not None]
            if len(moves) < len(found):
                continue
            price = self._price(moves)
            if best is None or price < best[0]:
                best = price, moves
            if price == 0:
                break
        if best is not None:
            self._take(best[1])
        return best is not None

    def _ways(self, cell: int) -> Iterator[Sequence[int]]:
        """Up by two, down by two, or one either way, without what is reached already."""
        low, high = int(self._low[cell]), int(self._high[cell])
        for way in ((low + WIDTH,), (high - WIDTH,), (1, -1)):
            yield [by for by in way if not low <= by <= high]

    def _price(self, moves: Sequence[Integers]) -> float:
        moved = np.any([move != 0 for move in moves], axis=0)
        return float(self._moves.price[moved & ~self.hidden].sum())

    def _take(self, moves: Sequence[Integers]) -> None:
        for move in moves:
            self._low, self._high = np.minimum(self._low, move), np.maximum(self._high, move)
            new = (move != 0) & ~self.hidden
            self.hidden |= new
            self._moves.hide(new)


def _refuse(
    cells: Sequence[int], counts: Integers, fixed: Mask, leaves: Leaves, threshold: int
) -> None:
    free = Moves.of(counts, leaves.hierarchies, threshold=threshold, fixed=np.zeros_like(fixed))
    free.hide(~fixed)
    names = [_name(cell, leaves.hierarchies) for cell in cells[:_NAMED]]
    blocking: set[int] = set()
    for cell in cells[:_NAMED]:
        for by in (WIDTH, -WIDTH, 1):
            move = free.find(cell, by)
            if move is not None:
                blocking |= set(np.flatnonzero((move != 0) & fixed).tolist())
                break
    more = f"等共 {len(cells)} 格" if len(cells) > _NAMED else ""
    told = f"没有安全的隐藏办法：{'；'.join(names)}{more}，怎样隐藏都能被推出来。"
    if blocking:
        totals = [_name(cell, leaves.hierarchies) for cell in sorted(blocking)[:_NAMED]]
        told += f"挡住的是已经公布的这些数：{'；'.join(totals)}。请换更粗的分类，或者改用舍入。"
    else:
        told += "原因在表本身：格太少，或者合计与阈值太近。请换更粗的分类，或者改用舍入。"
    raise DisclosureError(told)


def _name(cell: int, hierarchies: Sequence[Hierarchy]) -> str:
    places = np.unravel_index(cell, [len(h.codes) for h in hierarchies])
    return "，".join(f"{h.name}={h.codes[at]}" for h, at in zip(hierarchies, places, strict=True))
