"""What a reader knows of the cells of published tables, written down as a system of sums.

Known in every case: tables add up, counts are whole and not negative, and what was declared
of several tables together. Beyond that the rules of protection are known, since they stand
on the methods page: the threshold and whether zeros are shown, or the rounding base.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from yanlu.disclosure.audit.identities import Identity
from yanlu.disclosure.audit.joint import join, weave
from yanlu.disclosure.audit.space import Key, Space, Table, inner, own_space
from yanlu.disclosure.audit.system import OPEN, Draft, narrow
from yanlu.disclosure.tables import HIDDEN


@dataclass(frozen=True)
class Suppression:
    """Cells below the threshold are hidden, and others with them, all with one mark.

    `small` holds, for the strongest reader, which hidden cells lie below the threshold.
    """

    threshold: int
    zeros_shown: bool
    small: frozenset[Key] | None = None

    @property
    def limit(self) -> int:
        """Counts below it are protected."""
        return self.threshold

    @property
    def beyond(self) -> int:
        """How many numbers a cell that is known not to be small must keep: it was hidden."""
        return 2

    def bounds(self, key: Key) -> tuple[int, int]:
        """What the rules say of a hidden cell."""
        least = 1 if self.zeros_shown else 0
        if self.small is None:
            return least, OPEN
        return (least, self.threshold - 1) if key in self.small else (self.threshold, OPEN)

    def given_away(self, value: int) -> bool:
        """Whether a shown value is itself one that the rules would hide."""
        return 0 <= value < self.threshold and not (value == 0 and self.zeros_shown)


@dataclass(frozen=True)
class Rounding:
    """Inner cells of 1 to base-1 were made 0 or base, and every sum was added up from them."""

    base: int

    @property
    def limit(self) -> int:
        """Counts below it are protected."""
        return self.base

    @property
    def beyond(self) -> int:
        """Counts of the base and more are published as they are."""
        return 1

    def bounds(self, value: int) -> tuple[int, int]:
        """What an inner cell can be in truth when this is shown."""
        if value == 0:
            return 0, self.base - 1
        return (1, self.base) if value == self.base else (value, value)

    def given_away(self, value: int) -> bool:
        """Whether a shown value is one that rounding never leaves."""
        return 0 < value < self.base


def known_of_suppressed(
    tables: Sequence[Table],
    space: Space,
    rule: Suppression,
    exact: Sequence[Table] = (),
    identities: Sequence[Identity] = (),
) -> Draft:
    """Shown cells are exact; all sums of cells that occur in any table hold."""
    draft = Draft()
    for table in (*tables, *exact):
        for key, value in table.shown.items():
            draft.know(key, *((value, value) if value != HIDDEN else rule.bounds(key)))
    join(draft, space, identities)
    return draft


def known_of_rounded(
    tables: Sequence[Table],
    space: Space,
    rule: Rounding,
    exact: Sequence[Table] = (),
    identities: Sequence[Identity] = (),
) -> Draft:
    """Inner cells lie where rounding can have found them; all true counts add up.

    A table's own sums were added up from its rounded cells, so alone they say nothing more
    where it shows all of these.
    """
    draft = Draft()
    alone = len(tables) == 1 and not exact and not identities and _shows_all(tables[0], space)
    for table in tables:
        finest = inner(table, space)
        for key in finest:
            value = table.shown[key]
            draft.know(key, *(() if rule.given_away(value) else rule.bounds(value)))
        if not alone:
            _left_out(draft, table, finest, space, rule)
            for key in table.shown:
                draft.know(key)
    draft.judged = frozenset(draft.place)
    for table in exact:
        for key, value in table.shown.items():
            draft.know(key, value, value)
    if not alone:
        join(draft, space, identities)
    return draft


def _left_out(
    draft: Draft, table: Table, finest: Sequence[Key], space: Space, rule: Rounding
) -> None:
    """What a rounded table says of cells that it leaves out: its sums less the cells it shows.

    Where the rounded number of a cell can be told, the rules bind its true count. Where it
    cannot, something is known of several cells that is no sum of them: the draft is marked.
    """
    if _shows_all(table, space):
        return
    own = own_space(table, space)
    rounded = Draft()
    for key, value in table.shown.items():
        rounded.know(key, value, value)
    fine = set(finest)
    divided = [key for key in table.shown if key not in fine]
    weave(rounded, own, range(len(own.axes)), divided, end=fine)
    drawn = narrow(rounded.finish())
    for at, key in enumerate(drawn.keys):
        if key in table.shown or any(own.sums(key)):
            continue
        number, known = int(drawn.low[at]), drawn.low[at] == drawn.high[at]
        if known and rule.given_away(number):
            draft.told.append(key)
        elif not known or not own.lists(key):
            draft.gaps.append(f"{table.name} 的合计里有没有写出来的格，没有全部算进去。")
            return
        else:
            draft.know(key, *rule.bounds(number))


def _shows_all(table: Table, space: Space) -> bool:
    """Whether a table shows all cells of which its sums can have been made."""
    own = own_space(table, space)
    codes = [table.codes(at) for at in range(len(own.axes))]
    whole = all(known.issuperset(axis.atoms) for known, axis in zip(codes, own.axes, strict=True))
    return whole and len(table.shown) == math.prod(map(len, codes))
