"""Which rows of a sheet are records, and which are totals, notes, names again or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from yanlu.errors import InputError
from yanlu.stats.guess import words
from yanlu.stats.header import Header, tidy
from yanlu.workbooks.days import is_day
from yanlu.workbooks.rows import Row

_LEAST = 4  # mapped cells of a row that is a record although its day cannot be read
_TABLE = 3  # filled cells of a row that belongs to some table


class Dropped(StrEnum):
    """Why a row is not counted, in words for a clerk."""

    BLANK = "空行"
    TOTAL = "合计行"
    NAMES = "重复的列名"
    NOTE = "标题、说明和填表人"


@dataclass(frozen=True)
class Sorted:
    """The records, and the numbers of the rows that were dropped, by reason."""

    records: Sequence[Row]
    dropped: Mapping[Dropped, Sequence[int]] = field(default_factory=dict)


def sort_rows(rows: Iterable[Row], header: Header, columns: Mapping[str, int], name: str) -> Sorted:
    """Sort the rows below the column names; `columns` says where what is mapped stands.

    A row that may be a record is one, so that what is missing in it is named: only what is
    certainly none is dropped.

    Raises:
        InputError: another table begins below the records.
    """
    records: list[Row] = []
    after: list[Row] = []  # no day of receipt, and no record seen below them yet
    dropped: dict[Dropped, list[int]] = {why: [] for why in Dropped}
    last = header.last
    for row in rows:
        if row.number <= header.last:
            continue
        dropped[Dropped.BLANK] += range(last + 1, row.number)
        last = row.number
        why = _why_not(row, header, columns)
        if why is not None:
            dropped[why].append(row.number)
        elif _received(row, columns):
            records += [*after, row]
            after.clear()
        elif _other_names(row, header):
            raise _another_table(name, row.number)
        else:
            after.append(row)
    for row in after:  # below the last record
        if _mapped(row, columns) >= _LEAST:
            records.append(row)
        elif row.filled >= _TABLE:
            raise _another_table(name, row.number)
        else:
            dropped[Dropped.NOTE].append(row.number)
    return Sorted(records, {why: sorted(numbers) for why, numbers in dropped.items() if numbers})


def _mapped(row: Row, columns: Mapping[str, int]) -> int:
    return sum(column in row.cells for column in columns.values())


def _why_not(row: Row, header: Header, columns: Mapping[str, int]) -> Dropped | None:
    said = tidy(row.lead)
    lead = said.strip(":()")
    totals, notes = words().totals, words().notes
    few = _mapped(row, columns) < _LEAST
    # before the day is looked at: a number of records can be taken for the number of a day
    if lead in totals or (few and (lead.startswith(totals) or lead.endswith(totals))):
        return Dropped.TOTAL
    if _received(row, columns):
        return None
    if _names_again(row, header):
        return Dropped.NAMES
    note = lead.startswith(notes) and (few or ":" in said)
    return Dropped.NOTE if note or row.filled == 1 else None


def _received(row: Row, columns: Mapping[str, int]) -> bool:
    return is_day(row.cells.get(columns["received"]))


def _names_again(row: Row, header: Header) -> bool:
    """Whether the row says what its columns are called, as at the top of a printed page."""
    own = [tidy(value) in header.names.get(c, "").split("/") for c, value in row.cells.items()]
    return sum(own) >= _TABLE


def _other_names(row: Row, header: Header) -> bool:
    """Whether the row has names of columns, but of others than it stands in."""
    names = {part for name in header.names.values() for part in name.split("/")}
    return sum(tidy(value) in names for value in row.cells.values()) >= _TABLE


def _another_table(name: str, row: int) -> InputError:
    return InputError(
        f"{name}：第 {row} 行起像是另一张表，也可能是缺了收到日期的记录。"
        "一张工作表里只放一张表：请把另一张移到别的工作表，或者补上日期，再保存。"
    )
