"""What the columns of an unknown sheet most likely are; a person confirms it once."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

import msgspec

from yanlu.stats.grid import File, Grid
from yanlu.stats.header import Header, head, headers, is_record, tidy
from yanlu.stats.mapping import CODED, DATED
from yanlu.workbooks.days import is_day
from yanlu.workbooks.rows import Row

LOOKED_THROUGH = 2000  # rows below the names by which columns are judged
COMMON = 5  # so many rows have a value, before it is shown as one of a list of codes
SHOWN = 4  # of them
_LONGEST = 20  # letters of a code in words
_MOSTLY = 0.6  # of the filled cells of a column of days
_ENOUGH = 5  # columns found by their names: then a row is one of names and no record


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`guess.toml`: how columns are called, and how rows begin that are no records."""

    columns: dict[str, tuple[str, ...]]
    totals: tuple[str, ...]
    notes: tuple[str, ...]


@cache
def words() -> Words:
    """The words, read once."""
    read = tomllib.loads(files(__package__).joinpath("guess.toml").read_text("utf-8"))
    return msgspec.convert({"columns": read["columns"], **read["rows"]}, Words)


@dataclass(frozen=True)
class Proposal:
    """A sheet, its column names, and which column is what, as far as a program can tell.

    `samples` are the commonest values of a column that could hold codes, never of another.
    """

    grid: Grid
    header: Header
    columns: Mapping[str, int]
    samples: Mapping[int, Sequence[str]]

    @property
    def certain(self) -> bool:
        """Whether so many names were recognised that they cannot be the cells of a record."""
        return len(self.columns) >= _ENOUGH

    @property
    def complete(self) -> bool:
        """Whether nothing is missing; there are offices without a limit."""
        return {*self.columns} >= {"id", "received", "replied", *CODED}


def propose(file: File) -> Proposal | None:
    """The sheet and the names that fit best; None where no row looks like names."""
    found = [
        (_rank(header, rows), -grid.position, grid, header)
        for grid in file.visible
        for rows in [head(grid.read(None))]
        for header in headers(rows)
        if len(header.names) >= _ENOUGH and not is_record(header)
    ]
    if not found:
        return None
    _, _, grid, header = max(found, key=lambda one: one[:2])
    return proposal(grid, header)


def proposal(grid: Grid, header: Header) -> Proposal:
    """What the columns under these names are, judged by the names and the first rows."""
    rows = [*islice((r for r in grid.read(None) if r.number > header.last), LOOKED_THROUGH)]
    return Proposal(grid, header, _columns(header, rows), _samples(header, rows))


def _rank(header: Header, rows: Sequence[Row]) -> tuple[int, bool, int]:
    """More columns recognised; then a record right below; then fewer rows of names."""
    below = [row for row in rows if row.number > header.last][:1]
    columns = _columns(header, below)
    return (
        len(columns),
        any(is_day(value) for row in below for value in row.cells.values()),
        header.first - header.last,
    )


def _columns(header: Header, rows: Sequence[Row]) -> dict[str, int]:
    taken: dict[str, int] = {}
    for ours, called in words().columns.items():
        fitting = (
            column
            for word in called
            for column in sorted(header.names, key=lambda c: len(header.names[c]))
            if word in header.names[column]
            and column not in taken.values()
            and _fits(ours, [row.cells[column] for row in rows if column in row.cells])
        )
        column = next(fitting, None)
        if column is not None:
            taken[ours] = column
    return taken


def _fits(ours: str, values: Sequence[object]) -> bool:
    """Whether a column of days holds days, and one of codes something else."""
    days = sum(map(is_day, values))
    if not values or ours == "id":
        return True
    if ours in DATED:
        return days >= _MOSTLY * len(values)
    return ours not in CODED or days < _MOSTLY * len(values)


def _samples(header: Header, rows: Sequence[Row]) -> dict[int, tuple[str, ...]]:
    return {
        column: _codes(row.cells[column] for row in rows if column in row.cells)
        for column in header.names
    }


def _codes(values: Iterable[object]) -> tuple[str, ...]:
    """The commonest of a list of codes; nothing, where the values could be of persons."""
    counted = Counter(tidy(value) for value in values)
    common = [value for value, count in counted.most_common(SHOWN) if count >= COMMON]
    if len(counted) * COMMON > counted.total():  # hardly a list: most are there once or twice
        return ()
    return tuple(value for value in common if is_code(value))


def is_code(text: str) -> bool:
    """Whether a text can be shown as a code: short words, no numbers that could be of a person."""
    return len(text) <= _LONGEST and sum(letter.isdigit() for letter in text) < COMMON
