"""XLSX through openpyxl: one sheet, plain values, nothing hidden in it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl import Workbook, load_workbook
from openpyxl.cell import ReadOnlyCell, WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from yanlu.errors import InputError

LARGEST = 2 << 30  # bytes unpacked; a full sheet of a million records stays below
WIDEST = 1000  # columns of a sheet of records; a stray cell far right costs as much as all
LAST_ROW = 1 << 20  # of a sheet, by ECMA-376; a file that names a later one would never end
STEEPEST = 200  # unpacked ÷ packed; honest sheets reach about 30


def read_workbook(path: Path) -> pa.Table:
    """The records of the one sheet that holds any, as text and timestamps.

    Raises:
        InputError: not a workbook, a zip bomb, several sheets, or formulas.
    """
    _refuse_bomb(path)
    try:
        book = load_workbook(path, read_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile, SyntaxError):
        raise _broken(path) from None
    try:
        return _table(path, _only_sheet(path, book.worksheets))
    except (zipfile.BadZipFile, EOFError, SyntaxError):
        raise _broken(path) from None
    finally:
        book.close()


def write_workbook(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook of one sheet; every cell is text, also where it looks like a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value) for value in row]
        for cell in cells:
            cell.data_type = "s"
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _broken(path: Path) -> InputError:
    return InputError(
        f"{path.name}：不是完整的 XLSX 工作簿（可能加了密码，或者没有传完）。"
        "请去掉密码后重新另存为 .xlsx。"
    )


def _refuse_bomb(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [(part.file_size, part.compress_size) for part in archive.infolist()]
    except zipfile.BadZipFile:
        raise _broken(path) from None
    unpacked = sum(size for size, _ in sizes)
    packed = max(1, sum(size for _, size in sizes))
    if unpacked > LARGEST or (unpacked > 64 << 20 and unpacked / packed > STEEPEST):
        raise InputError(
            f"{path.name}：解开后有 {unpacked >> 20} MB，压缩比异常，可能是压缩炸弹，没有打开。"
            "请重新导出，或者改用 CSV。"
        )


def _only_sheet(path: Path, sheets: list[Any]) -> ReadOnlyWorksheet:
    filled = [s for s in sheets if next(s.iter_rows(min_row=1, max_row=2), None)]
    if not filled:
        raise InputError(f"{path.name}：工作簿里没有数据。请重新导出。")
    if len(filled) > 1:
        names = "、".join(f"第 {sheets.index(sheet) + 1} 张" for sheet in filled)
        raise InputError(
            f"{path.name}：有数据的工作表不止一张（{names}）。请只留下案件记录的那一张。"
        )
    sheet: ReadOnlyWorksheet = filled[0]
    sheet.reset_dimensions()
    return sheet


def _table(path: Path, sheet: ReadOnlyWorksheet) -> pa.Table:
    rows = _plain_rows(path, sheet)
    header = _header(path, next(rows, []))
    columns: list[list[Any]] = [[] for _ in header]
    blank = 0
    for number, row in enumerate(rows, start=2):
        if any(value is not None for value in row[len(header) :]):
            raise InputError(
                f"{path.name}：第 {number} 行的格子比列名多。请检查是否错位，或者补上列名。"
            )
        if not any(value is not None for value in row):
            blank = blank or number
            continue
        if blank:
            raise InputError(f"{path.name}：第 {blank} 行是空行，后面还有记录。请删去空行。")
        padded = [*row, *[None] * len(header)]
        for column, value in zip(columns, padded, strict=False):
            column.append(value)
    return pa.table([_column(values) for values in columns], names=header)


def _header(path: Path, row: list[Any]) -> list[str]:
    """The names in the first row, without the empty cells at its end."""
    names = ["" if value is None else str(value).strip() for value in row]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise InputError(f"{path.name}：第一行应当是列名，现在是空的。")
    for position, name in enumerate(names):
        letter = get_column_letter(position + 1)
        if not name:
            raise InputError(f"{path.name}：{letter} 列没有列名。请补上列名，或者删去这一列。")
        if name in names[:position]:
            raise InputError(f"{path.name}：{letter} 列的列名与前面的重复。请改名或删去一列。")
    return names


def _plain_rows(path: Path, sheet: Any) -> Iterator[list[Any]]:
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW or len(row) > WIDEST:
            raise _broken(path)
        for position, cell in enumerate(row, start=1):
            if isinstance(cell, ReadOnlyCell) and cell.data_type == "f":
                raise InputError(
                    f"{path.name}：第 {number} 行 {get_column_letter(position)} 列是公式。"
                    "请全选、复制，再“选择性粘贴”为数值后保存。"
                )
        yield [cell.value for cell in row]


def _column(values: list[Any]) -> pa.Array:
    filled = [value for value in values if value is not None]
    if filled and all(isinstance(value, date) for value in filled):
        stamps = [_stamp(value) for value in values]
        return pa.array(stamps, pa.timestamp("us"))
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _stamp(value: Any) -> datetime | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time.min)
    return value if isinstance(value, datetime) else None


def _text(value: Any) -> str:
    """A number keeps the digits that the sheet shows: 42, not 42.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
