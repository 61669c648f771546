"""Two databases with our tables, compared row by row in the order of their keys."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from yanlu.intake.store.database import Connection, rows
from yanlu.intake.store.sqlite import sql

Row = tuple[Any, ...]
Pair = tuple["Row | None", "Row | None"]  # ours and theirs under one key
_PAGE = 500  # rows that are read at once
_NAMED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)")


@dataclass(frozen=True)
class Table:
    """A table of ours: its columns, and the numbers of those that tell one row from another."""

    name: str
    columns: tuple[str, ...]
    places: tuple[int, ...]

    def key(self, row: Row) -> Row:
        """By what a row is told from the others."""
        return tuple(row[place] for place in self.places)

    @property
    def keys(self) -> str:
        """The same columns, for a statement."""
        return quoted([self.columns[place] for place in self.places])


@dataclass
class Tally:
    """How many rows there were, and the SHA-256 of their SHA-256, in the order of their keys."""

    count: int = 0
    _digest: Any = field(default_factory=hashlib.sha256, compare=False, repr=False)

    def add(self, row: Row) -> Row:
        """One more."""
        self.count += 1
        self._digest.update(hashlib.sha256(repr(row).encode()).digest())
        return row

    @property
    def digest(self) -> str:
        """Of all rows so far, 64 hexadecimal digits."""
        return str(self._digest.hexdigest())


def quoted(names: Sequence[str]) -> str:
    """Names for a statement, whatever they mean in SQL."""
    return ", ".join(f'"{name}"' for name in names)


def tables(files: Connection, schemas: Sequence[str]) -> list[Table]:
    """The tables of these schemas in the order in which they name each other."""
    names = [name for schema in schemas for name in _NAMED.findall(sql(schema))]
    return [_table(files, name) for name in names]


def _table(files: Connection, name: str) -> Table:
    told = rows(files, f"PRAGMA table_info({name})")
    keyed = sorted((one["pk"], place) for place, one in enumerate(told) if one["pk"])
    columns = tuple(str(one["name"]) for one in told)
    return Table(name, columns, tuple(place for _, place in keyed))


def differences(
    table: Table, ours: Connection, theirs: Connection, tallies: tuple[Tally, Tally]
) -> Iterator[Pair]:
    """What is not alike: our row and theirs under one key, None where there is none."""
    left, right = (
        map(tally.add, _all(one, table)) for tally, one in zip(tallies, (ours, theirs), strict=True)
    )
    mine, other = next(left, None), next(right, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and table.key(mine) < table.key(other)):
            yield mine, None
            mine = next(left, None)
        elif mine is None or table.key(other) < table.key(mine):
            yield None, other
            other = next(right, None)
        else:
            if mine != other:
                yield mine, other
            mine, other = next(left, None), next(right, None)


def _all(connection: Connection, table: Table) -> Iterator[Row]:
    """Rows in the order of their keys, a page at a time: a store may be larger than the memory."""
    marks, after = ", ".join("?" * len(table.places)), ""
    query = f"SELECT {quoted(table.columns)} FROM {quoted([table.name])}"  # noqa: S608 - names of ours
    last: Row = ()
    while True:
        asked = f"{query} {after} ORDER BY {table.keys} LIMIT {_PAGE}"
        page = [tuple(one.values()) for one in rows(connection, asked, last)]
        yield from page
        if len(page) < _PAGE:
            return
        last, after = table.key(page[-1]), f"WHERE ({table.keys}) > ({marks})"
