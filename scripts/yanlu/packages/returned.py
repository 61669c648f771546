"""A filled-in form back to the CSV file that it came from, or every fault by its cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from yanlu.errors import InputError
from yanlu.packages.forms import NO, YES, Column, Form, find_form, titles
from yanlu.packages.write import csv_text
from yanlu.workbooks.days import year_first
from yanlu.workbooks.opening import Book, Sheet, opened
from yanlu.workbooks.rows import Bad, Row, SheetRows, place

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBERS = {"integer": re.compile(r"-?\d+"), "number": re.compile(r"-?\d+(\.\d+)?")}
_TRUTHS = {YES: "true", "TRUE": "true", "1": "true", NO: "false", "FALSE": "false", "0": "false"}
_LISTED = 50  # faults that are named one by one


@dataclass(frozen=True)
class Returned:
    """The table that a workbook held: its form, the text of its CSV file, how many rows."""

    form: Form
    text: str
    rows: int


def read_form(data: Path, path: Path) -> Returned:
    """Read a workbook that `form_workbook` made and a person filled in, whatever saved it.

    Raises:
        InputError: no such workbook, or cells that do not hold what belongs there; all are named
            in one message, by sheet, cell and column.
    """
    with opened(path) as book:
        form, sheet = _table(data, path, book)
        rows = iter(SheetRows(sheet))
        columns = _columns(path, form, next(rows, None))
        faults: list[str] = []
        cells = [_cells(row, columns, faults, since_1904=book.since_1904) for row in rows]
    if faults:
        more = f"\n  · ……另有 {len(faults) - _LISTED} 处" if len(faults) > _LISTED else ""
        listed = "\n".join(f"  · {fault}" for fault in faults[:_LISTED])
        raise InputError(
            f"{path.name} 的工作表“{form.title}”有下面的问题，什么都没有写入：\n{listed}{more}"
        )
    names = [column.name for column in form.columns]
    lines = [[row[name] for name in names] for row in cells]
    return Returned(form, csv_text([names, *lines]), len(lines))


def _table(data: Path, path: Path, book: Book) -> tuple[Form, Sheet]:
    known = {title: name for name, title in titles().items()}
    for sheet in book.sheets:
        if sheet.name in known and not sheet.hidden:
            return find_form(data, known[sheet.name]), sheet
    raise InputError(
        f"{path.name}：没有认出是哪一张表，工作表的名称可能改过。"
        "请用 yanlu template 另做一份，把内容贴进去。"
    )


def _columns(path: Path, form: Form, row: Row | None) -> dict[int, Column]:
    """Which column of the sheet is which of the table; their order may have changed."""
    found = {number: str(title) for number, title in (row.cells if row else {}).items()}
    named = {column.title: column for column in form.columns}
    missing = [title for title in named if title not in found.values()]
    strange = [number for number, title in found.items() if title not in named]
    if missing or strange or len({*found.values()}) < len(found) or (row and row.number > 1):
        lost = f"少了{'、'.join(missing)}" if missing else "有多出来的或者重复的列名"
        raise InputError(
            f"{path.name} 的工作表“{form.title}”：第 1 行的列名改过，{lost}。"
            "请用 yanlu template 另做一份，把内容贴进去。"
        )
    return {number: named[title] for number, title in found.items()}


def _cells(
    row: Row, columns: dict[int, Column], faults: list[str], *, since_1904: bool
) -> dict[str, str]:
    """One row as the CSV file has it, by column; what is wrong with it is added to `faults`."""
    texts = {}
    for number, column in columns.items():
        texts[column.name], fault = _text(column, row.cells.get(number), since_1904=since_1904)
        if fault:
            faults.append(f"{place(row.number, number)}（{column.title}）{fault}。")
    faults += [
        f"{place(row.number, number)}没有列名。请移到对的列，或者删去。"
        for number in sorted({*row.cells} - {*columns})
    ]
    return texts


def _text(column: Column, value: Any, *, since_1904: bool) -> tuple[str, str]:
    """What the CSV file holds for a cell, and what is wrong with it; one of the two is empty."""
    if isinstance(value, Bad):
        return "", str(value)
    if value is None:
        return "", "空着。这一列必须填" if column.required else ""
    text = _of_kind(column.kind, value, since_1904=since_1904)
    if text is None:
        return "", _WRONG[column.kind]
    if column.choices and text not in column.choices:
        return "", "不在下拉列表里。请从里面选"
    return text, ""


_WRONG = {
    "date": "不是日期。请写成 2026-10-03 的样子",
    "integer": "不是整数。请只写数字",
    "number": "不是数。请只写数字和小数点",
    "boolean": f"不是“{YES}”或者“{NO}”。请从下拉列表里选",
}


def _of_kind(kind: str, value: Any, *, since_1904: bool) -> str | None:
    """The text of a value of that kind; None where it is of another."""
    if kind == "date":
        day = year_first(value, since_1904=since_1904)
        return day if _DAY.fullmatch(day) else None
    text = _as_typed(value)
    if kind == "boolean":
        return _TRUTHS.get(text.upper())
    if kind in _NUMBERS:
        digits = unicodedata.normalize("NFKC", text)
        return digits if _NUMBERS[kind].fullmatch(digits) else None
    return text


def _as_typed(value: Any) -> str:
    """What a person typed, where a spreadsheet made a number, a day or a time of it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
