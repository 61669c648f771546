"""The records of a sheet made for people, and what was understood of the rest of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from yanlu.errors import InputError
from yanlu.stats.garbled import refuse_garbled
from yanlu.stats.grid import File, Grid
from yanlu.stats.header import Header
from yanlu.stats.mapping import CODED, DATED, mapped_columns
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.sorting import Dropped, Sorted, sort_rows
from yanlu.stats.workbook import plain, refuse_bad, refuse_hidden
from yanlu.workbooks.days import YEAR_FIRST, year_first
from yanlu.workbooks.rows import Rows, letter, place


@dataclass(frozen=True)
class Found:
    """A known layout, met again: the mapping `name` and the place in the file where it fits."""

    name: str
    mapping: Mapped
    grid: Grid
    header: Header

    @property
    def columns(self) -> dict[str, int]:
        """Where what is mapped stands, by our names."""
        named = mapped_columns(self.mapping.columns)
        return {ours: self.header.named(theirs)[0] for ours, theirs in named.items()}

    @property
    def unread(self) -> list[str]:
        """The names of all other columns; their cells are not looked at."""
        taken = set(self.columns.values())
        return [name for column, name in self.header.names.items() if column not in taken]


@dataclass(frozen=True)
class Understood:
    """What staff are told before anything is written: where the records are, what was dropped.

    `hidden`: how many sheets are hidden and were not read.
    """

    found: Found
    records: int
    last: int
    dropped: Mapping[Dropped, Sequence[int]]
    hidden: int
    since_1904: bool


def read_sheet(file: File, found: Found) -> tuple[pa.Table, Understood]:
    """The records under our names, with the number of the row of each as `row`.

    Raises:
        InputError: two tables, or records that are hidden, merged, computed or in error.
    """
    rows = found.grid.read(set(found.columns.values()))
    picked = sort_rows(rows, found.header, found.columns, file.name)
    if not picked.records:
        raise InputError(f"{file.name}：只有列名，没有记录。请重新导出。")
    _refuse_unseen(file.name, found, rows, picked)
    return _table(file, found, picked), Understood(
        found,
        len(picked.records),
        picked.records[-1].number,
        picked.dropped,
        len(file.grids) - len(file.visible),
        file.since_1904,
    )


def refuse_twice(name: str, found: Found) -> None:
    """Refuse a sheet in which two columns have a name that is mapped."""
    for theirs in mapped_columns(found.mapping.columns).values():
        places = found.header.named(theirs)
        if len(places) > 1:
            shown = "、".join(letter(column) for column in places)
            raise InputError(
                f"{name}：{shown} 列都叫“{theirs}”，不知道用哪一列，也可能是两张表并排。"
                "请改名、删去一列，或者把另一张表移到别的工作表，再保存。"
            )


def _refuse_unseen(name: str, found: Found, rows: Rows, picked: Sorted) -> None:
    """What a clerk who looks at the sheet would not count, or not count so."""
    hidden = [row.number for row in picked.records if row.hidden]
    if hidden:
        raise InputError(
            f"{name}：有 {len(hidden)} 条记录的行是隐藏的（可能开着筛选），首见第 {hidden[0]} 行。"
            "请取消筛选和隐藏，核对后保存；不要算的行请删去。"
        )
    refuse_hidden(name, rows.hidden & {*found.columns.values()})
    for row in picked.records:
        refuse_bad(name, row)
    _refuse_merged(name, found, rows, picked)
    for column in (found.columns[ours] for ours in CODED):
        # as the file has it: what is garbled is hardly to be recognised in one spelling
        texts = {str(r.cells[column]): r for r in picked.records[::-1] if column in r.cells}
        for text, row in texts.items():
            refuse_garbled(name, [text], place(row.number, column))


def _refuse_merged(name: str, found: Found, rows: Rows, picked: Sorted) -> None:
    wanted, numbers = {*found.columns.values()}, {row.number for row in picked.records}
    for top, bottom, left, right in rows.merged:
        columns = sorted(wanted & {*range(left, right + 1)})
        if columns and numbers & {*range(top, bottom + 1)}:
            raise InputError(
                f"{name}：第 {top} 至 {bottom} 行 {letter(columns[0])} 列有合并的格，"
                "合并以后只有第一格有内容。请取消合并，每一行都填上，再保存。"
            )


def _table(file: File, found: Found, picked: Sorted) -> pa.Table:
    columns: dict[str, Any] = {"row": pa.array([row.number for row in picked.records], pa.int64())}
    for ours, column in found.columns.items():
        values = [row.cells.get(column) for row in picked.records]
        if ours in DATED:
            texts = [_day(value, found.mapping, since_1904=file.since_1904) for value in values]
        else:
            texts = [None if value is None else one_spelling(value) for value in values]
        columns[ours] = pa.array(texts, pa.string())
    return pa.table(columns)


def _day(value: Any, mapping: Mapped, *, since_1904: bool) -> str | None:
    if value is None:
        return None
    if mapping.dates.format == YEAR_FIRST:
        return year_first(value, since_1904=since_1904)
    return value.strftime(mapping.dates.format) if isinstance(value, date) else plain(value)


_SPACES = re.compile(r"\s+")


def one_spelling(value: Any) -> str:
    """A value without what makes the same one look different: full-width forms, spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", plain(value))).strip()
