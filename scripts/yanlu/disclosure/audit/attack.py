"""How closely a reader can pin down each unknown cell: the attack itself.

A cell is safe when two whole-number tables that fit all a reader knows are far enough apart
in it: both are found and checked, in whole numbers. A cell leaks when a linear programme
proves that no such tables exist. What neither settles is undecided, and said to be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from yanlu.disclosure.audit.programme import Answer, Forms, Programme, Rows, some_table
from yanlu.disclosure.audit.space import Key
from yanlu.disclosure.audit.system import Integers, System

WIDTH = 2  # largest minus smallest number: three are left at least
_CIRCLES = (2, 3, 0)  # of sums around a cell, in which whole numbers are looked for; 0: all


class Finding(Enum):
    """What is found of a cell. A leak is EXACT or NARROW (fewer numbers left than wanted)."""

    SAFE = "safe"
    NARROW = "narrow"
    EXACT = "exact"
    UNDECIDED = "undecided"


def attack(
    piece: System,
    limit: int,
    beyond: int,
    report: Callable[[float], None] = lambda _: None,
) -> dict[Key, Finding]:
    """The finding for each cell of a piece of which one is asked.

    A cell that may be smaller than `limit` must keep three possible numbers, any other
    `beyond` + 1. `report` hears the share of cells that are settled.

    Raises:
        TableError: no whole numbers fit the piece, so that the input contradicts itself.
    """
    wanted = np.where(piece.low < limit, WIDTH, beyond)
    asked = {at: int(wanted[at]) for at in np.flatnonzero(piece.judged).tolist()}
    if not piece.matrix.nnz:
        widths = piece.high - piece.low
        return {piece.keys[at]: _found(int(widths[at]), need) for at, need in asked.items()}
    forms = Forms.of(piece)
    rows = Rows.of(piece, forms)
    start = some_table(piece, forms, rows)
    if start is None:
        unsure = {at: Finding.UNDECIDED if need else Finding.SAFE for at, need in asked.items()}
        return {piece.keys[at]: found for at, found in unsure.items()}
    first = forms.cells(start)
    search = _Search(piece, Programme(piece, forms, rows, start), first, first)
    found = dict.fromkeys(asked, Finding.SAFE)
    tied = np.flatnonzero(piece.judged & ~rows.loose(piece, forms, WIDTH)).tolist()
    for done, at in enumerate(tied):
        report(done / len(tied))
        found[at] = search.decide(at, asked[at], limit, beyond)
    return {piece.keys[at]: kind for at, kind in found.items()}


def _found(width: int, wanted: int) -> Finding:
    if width >= wanted:
        return Finding.SAFE
    return Finding.NARROW if width else Finding.EXACT


@dataclass
class _Search:
    """The smallest and largest number of each cell over all tables found so far."""

    piece: System
    programme: Programme
    low: Integers
    high: Integers

    def decide(self, cell: int, wanted: int, limit: int, beyond: int) -> Finding:
        """Look upward, then downward, for tables that are `wanted` apart in the cell."""
        sure = True
        for sign in (1, -1):
            for step in range(wanted - self._width(cell), 0, -1):
                edge = self.high[cell] if sign > 0 else self.low[cell]
                answer = self._look(cell, int(edge) + sign * step)
                sure &= answer is not Answer.UNSURE
                if answer is Answer.FOUND:
                    break
        width = self._width(cell)
        if width < wanted and not sure:
            return Finding.UNDECIDED
        return _found(width, wanted if self.low[cell] < limit else beyond)

    def _look(self, cell: int, value: int) -> Answer:
        if not self._allowed(cell, value):
            return Answer.NONE
        answer = self._keep(*self.programme.nearest(cell, value))
        for circles in _CIRCLES:
            if answer is Answer.UNSURE:
                answer = self._keep(*self.programme.nearest_whole(cell, value, circles))
        return answer

    def _allowed(self, cell: int, value: int) -> bool:
        return bool(self.piece.low[cell] <= value <= self.piece.high[cell])

    def _width(self, cell: int) -> int:
        return int(self.high[cell] - self.low[cell])

    def _keep(self, answer: Answer, table: Integers | None) -> Answer:
        if table is not None:
            self.low, self.high = np.minimum(self.low, table), np.maximum(self.high, table)
        return answer
