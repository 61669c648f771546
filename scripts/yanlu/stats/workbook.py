"""A workbook that is a plain table: column names in the first row, a record in each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from yanlu.errors import InputError
from yanlu.workbooks.opening import Sheet, broken, opened
from yanlu.workbooks.rows import Bad, Row, SheetRows, letter, place

WIDEST = 1000  # columns of a sheet of records; a stray cell far right costs as much as all


def read_workbook(path: Path) -> pa.Table:
    """The records of the one sheet that holds any, as text and timestamps.

    Raises:
        InputError: not a workbook, a zip bomb, several sheets, or formulas.
    """
    with opened(path) as book:
        return _table(path, _only_sheet(path, book.sheets))


def _only_sheet(path: Path, sheets: Sequence[Sheet]) -> Sheet:
    filled = [sheet for sheet in sheets if next(iter(SheetRows(sheet)), None)]
    if not filled:
        raise InputError(f"{path.name}：工作簿里没有数据。请重新导出。")
    if len(filled) > 1:
        names = "、".join(f"第 {sheet.position} 张" for sheet in filled)
        raise InputError(
            f"{path.name}：有数据的工作表不止一张（{names}）。请只留下案件记录的那一张。"
        )
    if filled[0].hidden:
        raise InputError(
            f"{path.name}：{filled[0].place}是隐藏的，没有读。请取消隐藏，核对后保存。"
        )
    return filled[0]


def _table(path: Path, sheet: Sheet) -> pa.Table:
    rows = SheetRows(sheet)
    read = iter(rows)
    header = _header(path, next(read))
    columns: list[list[Any]] = [[] for _ in header]
    for row in _without_gaps(path, read):
        if any(column > len(header) for column in row.cells):
            raise InputError(
                f"{path.name}：第 {row.number} 行的格子比列名多。请检查是否错位，或者补上列名。"
            )
        refuse_bad(path.name, row)
        for number, column in enumerate(columns, start=1):
            column.append(row.cells.get(number))
    refuse_hidden(path.name, rows.hidden)
    return pa.table([_column(values) for values in columns], names=header)


def _without_gaps(path: Path, rows: Iterator[Row]) -> Iterator[Row]:
    before = 1
    for row in rows:
        if max(row.cells, default=0) > WIDEST:
            raise broken(path.name)
        if row.number > before + 1:
            raise InputError(f"{path.name}：第 {before + 1} 行是空行，后面还有记录。请删去空行。")
        if row.hidden:
            raise InputError(
                f"{path.name}：第 {row.number} 行是隐藏的（可能开着筛选）。"
                "请取消筛选和隐藏，核对后保存。"
            )
        before = row.number
        yield row


def refuse_bad(name: str, row: Row) -> None:
    """Refuse a record with a cell that has no value of its own."""
    for column, value in row.cells.items():
        if isinstance(value, Bad):
            raise InputError(f"{name}：{place(row.number, column)}{value}。")


def refuse_hidden(name: str, columns: set[int]) -> None:
    """Refuse columns that are read although the clerk does not see them."""
    if columns:
        shown = "、".join(letter(column) for column in sorted(columns))
        raise InputError(f"{name}：{shown} 列是隐藏的。请取消隐藏，核对后保存。")


def _header(path: Path, row: Row) -> list[str]:
    """The names in the first row, without the empty cells at its end."""
    if row.number > 1 or not row.cells:
        raise InputError(f"{path.name}：第一行应当是列名，现在是空的。")
    refuse_bad(path.name, row)
    names = [str(row.cells.get(column, "")).strip() for column in range(1, max(row.cells) + 1)]
    for position, name in enumerate(names):
        if not name:
            raise InputError(
                f"{path.name}：{letter(position + 1)} 列没有列名。请补上列名，或者删去这一列。"
            )
        if name in names[:position]:
            raise InputError(
                f"{path.name}：{letter(position + 1)} 列的列名与前面的重复。请改名或删去一列。"
            )
    return names


def _column(values: list[Any]) -> pa.Array:
    filled = [value for value in values if value is not None]
    if filled and all(isinstance(value, date) for value in filled):
        stamps = [_stamp(value) for value in values]
        return pa.array(stamps, pa.timestamp("us"))
    return pa.array([None if value is None else plain(value) for value in values], pa.string())


def _stamp(value: Any) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value if isinstance(value, datetime) else None


def plain(value: Any) -> str:
    """A number keeps the digits that the sheet shows: 42, not 42.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
