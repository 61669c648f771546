"""What a reader knows of the cells of published tables, written down as a system of sums.

Known in every case: tables add up, counts are whole and not negative, and what was declared
of several tables together. Beyond that the rules of protection are known, since they stand
on the methods page: the threshold and whether zeros are shown, or the rounding base.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from yanlu.disclosure.audit.identities import Identity
from yanlu.disclosure.audit.space import Key, Space, Table, inner
from yanlu.disclosure.audit.system import OPEN, Draft
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
        """How wide a cell that is known not to be small must be: it was hidden, so not exact."""
        return 1

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
        return 0

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
    for key in list(draft.place):
        for parts in space.sums(key):
            _add_up(draft, key, parts, draft.place)
    _declare(draft, space, identities)
    return draft


def known_of_rounded(
    tables: Sequence[Table],
    space: Space,
    rule: Rounding,
    exact: Sequence[Table] = (),
    identities: Sequence[Identity] = (),
) -> Draft:
    """Inner cells lie where rounding can have found them; sums tell only through other tables.

    A table's own sums are added up from its rounded cells and say nothing more. Where a
    cell, or the parts of one, stand in several tables, their true counts must agree.
    """
    draft = Draft()
    expressed = [_Expressed.of(table, space, draft) for table in tables]
    for one in expressed:
        for key in one.inner:
            value = one.table.shown[key]
            if not rule.given_away(value):
                draft.know(key, *rule.bounds(value))
    for table in exact:
        for key, value in table.shown.items():
            draft.know(key, value, value)
    _link(draft, space, [*tables, *exact])
    _declare(draft, space, identities)
    for key in list(draft.place):
        for one in expressed:
            one.express(key)
    return draft


@dataclass
class _Expressed:
    """A table whose coarse cells are written as sums of its inner cells when they are needed."""

    table: Table
    space: Space
    draft: Draft
    inner: frozenset[Key]
    done: set[Key] = field(default_factory=set)

    @classmethod
    def of(cls, table: Table, space: Space, draft: Draft) -> _Expressed:
        """The table with its inner cells found."""
        return cls(table, space, draft, frozenset(inner(table, space)))

    def express(self, key: Key) -> None:
        """Write the cell down as a sum of cells of this table, and these in turn."""
        if key in self.done or key in self.inner or key not in self.table.shown:
            return
        self.done.add(key)
        shown = [sum(part in self.table.shown for part in p) for p in self.space.sums(key)]
        parts = list(self.space.sums(key))[shown.index(max(shown))]
        self.draft.add_up(self.draft.know(key), [self.draft.know(part) for part in parts])
        for part in parts:
            self.express(part)


def _link(draft: Draft, space: Space, tables: Sequence[Table]) -> None:
    """Cells that stand in several tables, and sums whose parts stand in another."""
    if len(tables) < 2:
        return
    everywhere = Counter(key for table in tables for key in table.shown)
    for key, times in everywhere.items():
        if times > 1:
            draft.know(key)
        for parts in space.sums(key):
            if not any(_holds(table, key, parts) for table in tables):
                _add_up(draft, key, parts, everywhere)


def _holds(table: Table, key: Key, parts: Sequence[Key]) -> bool:
    """Whether a table has the cell and a part of it: then its own sums say so already."""
    return key in table.shown and any(part in table.shown for part in parts)


def _add_up(draft: Draft, key: Key, parts: Sequence[Key], known: Collection[Key]) -> None:
    """A cell is the sum of its parts; one that no table shows is unknown, as a hidden one is."""
    if any(part in known for part in parts):
        draft.add_up(draft.know(key), [draft.know(part) for part in parts])


def _declare(draft: Draft, space: Space, identities: Sequence[Identity]) -> None:
    """What was declared of several tables: it holds for each code of the other dimensions."""
    for identity in identities:
        for keys in identity.instances(space.dimensions, list(draft.place)):
            draft.relate([(draft.know(key), sign) for key, sign in keys])
