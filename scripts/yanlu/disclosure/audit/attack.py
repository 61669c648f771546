"""How closely a reader can pin down each unknown cell: the attack itself.

A cell is safe when enough whole-number tables that fit all a reader knows differ in it: each is
found and checked, in whole numbers. A cell leaks when it is proved that no other tables exist.
What neither settles is undecided, and said to be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from yanlu.disclosure.audit.programme import Answer, Forms, Programme, Rows, some_table
from yanlu.disclosure.audit.space import Key
from yanlu.disclosure.audit.system import Integers, System

THREE = 3  # numbers that must be left to a reader of a cell that may be small
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
    `beyond`. `report` hears the share of cells that are settled.

    Raises:
        TableError: no whole numbers fit the piece, so that the input contradicts itself.
    """
    wanted = np.where(piece.low < limit, THREE, beyond)
    asked = {at: int(wanted[at]) for at in np.flatnonzero(piece.judged).tolist()}
    if not piece.matrix.nnz:
        left = piece.high - piece.low + 1
        return {piece.keys[at]: _found(int(left[at]), need) for at, need in asked.items()}
    forms = Forms.of(piece)
    rows = Rows.of(piece, forms)
    start = some_table(piece, forms, rows)
    if start is None:
        unsure = {at: Finding.UNDECIDED if need > 1 else Finding.SAFE for at, need in asked.items()}
        return {piece.keys[at]: found for at, found in unsure.items()}
    search = _Search(piece, Programme(piece, forms, rows, start), Seen.of(forms.cells(start)))
    found = dict.fromkeys(asked, Finding.SAFE)
    tied = np.flatnonzero(piece.judged & ~rows.loose(piece, forms, THREE - 1)).tolist()
    for done, at in enumerate(tied):
        report(done / len(tied))
        found[at] = search.decide(at, asked[at], limit, beyond)
    return {piece.keys[at]: kind for at, kind in found.items()}


def _found(left: int, wanted: int) -> Finding:
    """What so many numbers that are left mean."""
    if left >= wanted:
        return Finding.SAFE
    return Finding.NARROW if left > 1 else Finding.EXACT


@dataclass
class Seen:
    """Of each cell: the smallest and the largest number seen, and one between them (or -1)."""

    low: Integers
    high: Integers
    between: Integers

    @classmethod
    def of(cls, table: Integers) -> Seen:
        """What one table shows."""
        return cls(table, table, np.full(len(table), -1))

    def add(self, table: Integers) -> None:
        """What was seen, and one table more."""
        low, high = np.minimum(self.low, table), np.maximum(self.high, table)
        for number in (self.low, self.high, table):
            inside = (low < number) & (number < high)
            self.between = np.where(inside, number, self.between)
        self.low, self.high = low, high

    def numbers(self, cell: int) -> int:
        """How many different numbers were seen, as far as three."""
        if self.low[cell] == self.high[cell]:
            return 1
        return 2 if self.between[cell] < 0 else THREE


@dataclass
class _Search:
    """Looks for tables in which a cell has a number that it had in none before."""

    piece: System
    programme: Programme
    seen: Seen

    def decide(self, cell: int, wanted: int, limit: int, beyond: int) -> Finding:
        """Look near what was seen, then everywhere else, until enough numbers were seen."""
        for sign in (1, -1):
            if (missing := wanted - self.seen.numbers(cell)) > 0:
                self._go(cell, sign, missing)
        sure = self._exhaust(cell, wanted)
        numbers = self.seen.numbers(cell)
        if numbers < wanted and not sure:
            return Finding.UNDECIDED
        return _found(numbers, wanted if self.seen.low[cell] < limit else beyond)

    def _go(self, cell: int, sign: int, steps: int) -> None:
        """So many steps up or down from what was seen, and the table with one step fewer."""
        edge = int(self.seen.high[cell] if sign > 0 else self.seen.low[cell])
        least = most = edge + sign * steps
        if not self.piece.low[cell] <= least <= self.piece.high[cell]:
            return
        answer, table = self.programme.nearest(cell, least, most)
        self._keep(answer, table)
        if answer is Answer.FOUND and table is not None and steps > 1:
            halfway = self.programme.on_the_way(table, cell, edge + sign)
            self._keep(Answer.FOUND, halfway)

    def _exhaust(self, cell: int, wanted: int) -> bool:
        """Look between, above and below what was seen; whether it is sure what there is."""
        answers: dict[tuple[int, int], Answer] = {}
        while self.seen.numbers(cell) < wanted:
            place = next((one for one in self._places(cell) if one not in answers), None)
            if place is None:
                break
            answers[place] = self._search(cell, *place)
        return Answer.UNSURE not in answers.values()

    def _places(self, cell: int) -> list[tuple[int, int]]:
        """Where no number of a cell has been seen: from the least to the most."""
        low, high = int(self.seen.low[cell]), int(self.seen.high[cell])
        ends = (int(self.piece.low[cell]), int(self.piece.high[cell]))
        places = [(low + 1, high - 1), (high + 1, ends[1]), (ends[0], low - 1)]
        return [(least, most) for least, most in places if least <= most]

    def _search(self, cell: int, least: int, most: int) -> Answer:
        """The same look, then a search through whole numbers, wider each time."""
        answer = self._look(cell, least, most)
        for circles in _CIRCLES:
            if answer is Answer.UNSURE:
                answer = self._keep(*self.programme.nearest_whole(cell, least, most, circles))
        return answer

    def _look(self, cell: int, least: int, most: int) -> Answer:
        if least > self.piece.high[cell] or most < self.piece.low[cell]:
            return Answer.NONE
        return self._keep(*self.programme.nearest(cell, least, most))

    def _keep(self, answer: Answer, table: Integers | None) -> Answer:
        if table is not None:
            self.seen.add(table)
        return answer
