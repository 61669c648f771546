"""Where the column names of a sheet are, under titles and in one row or two."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from yanlu.workbooks.days import is_day
from yanlu.workbooks.rows import Bad, Row, Rows

LOOKED = 40  # rows in which column names are looked for; above them stand titles
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_DIGITS = re.compile(r"\d{5}")  # a number of a case, a telephone, an identity card: no column name


@dataclass(frozen=True)
class Header:
    """The names by column, and the rows that they take.

    Of two rows the upper name goes before the lower one, as in 答复/日期, where the upper one
    stands over several columns.
    """

    first: int
    last: int
    names: Mapping[int, str]

    def named(self, name: str) -> list[int]:
        """All columns of that name."""
        return [column for column, found in self.names.items() if found == name]


def tidy(value: Any) -> str:
    """A name without what differs from month to month: spaces, line breaks, full-width forms."""
    text = "" if isinstance(value, Bad) or value is None else str(value)
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def head(rows: Rows) -> list[Row]:
    """The rows at the top, in which the column names must be."""
    return list(takewhile(lambda row: row.number <= LOOKED, rows))


def headers(rows: Sequence[Row]) -> Iterator[Header]:
    """All that could be column names: each row, and each with the one above it."""
    by_number = {row.number: row for row in rows}
    for row in rows:
        above = by_number.get(row.number - 1)
        yield header_of(row)
        if above is not None and above.filled > 1:
            yield header_of(row, above)


def header_of(row: Row, above: Row | None = None) -> Header:
    """The names in a row, under those of the row above where there is one."""
    lower = {column: tidy(value) for column, value in row.cells.items() if tidy(value)}
    if above is None:
        return Header(row.number, row.number, lower)
    upper = {column: tidy(value) for column, value in above.cells.items() if tidy(value)}
    names, over = {}, ""
    for column in range(1, max((*upper, *lower)) + 1):
        under = lower.get(column, "")
        # a name without one below it stands over its own column alone
        over = (upper.get(column) or over) if under else ""
        name = "/".join(dict.fromkeys(part for part in (over, under) if part))
        if name or column in upper:
            names[column] = name or upper[column]
    return Header(above.number, row.number, names)


def find_header(rows: Sequence[Row], wanted: Collection[str], depth: int) -> Header | None:
    """The first column names of so many rows that have all the wanted ones."""
    for header in headers(rows):
        if header.last - header.first + 1 == depth and set(wanted) <= set(header.names.values()):
            return header
    return None


def is_record(header: Header) -> bool:
    """Whether these cannot be names, because one of them is none."""
    return any(map(is_value, header.names.values()))


def is_value(name: str) -> bool:
    """Whether this cannot be the name of a column: a date, a long number, an address."""
    return bool(is_day(name) or _DIGITS.search(name) or "@" in name)
