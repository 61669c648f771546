"""A filled-in form back to the CSV file that it came from, or every fault by its cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from yanlu.errors import InputError
from yanlu.packages.forms import NO, YES, Column, Form, find_form, titles
from yanlu.packages.write import csv_text
from yanlu.workbooks.days import year_first
from yanlu.workbooks.opening import Book, opened
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


@dataclass(frozen=True)
class Filled:
    """A row that a person filled in: where it stands in its sheet, and its texts by column."""

    number: int
    texts: Mapping[str, str]


def read_form(data: Path, path: Path) -> Returned:
    """Read a workbook that `form_workbook` made and a person filled in, whatever saved it.

    Raises:
        InputError: no such workbook, or cells that do not hold what belongs there; all are named
            in one message, by sheet, cell and column.
    """
    form = find_form(data, recognised(path, titles()))
    with opened(path) as book:
        faults: list[str] = []
        rows = read_rows(book, path.name, form.title, form.columns, faults)
    refuse_faults(path.name, {form.title: faults})
    names = [column.name for column in form.columns]
    lines = [[row.texts[name] for name in names] for row in rows]
    return Returned(form, csv_text([names, *lines]), len(lines))


def recognised(path: Path, known: Mapping[str, str]) -> str:
    """Which of the forms, given with the titles of their first sheets, a workbook is.

    Raises:
        InputError: none of them, or no workbook.
    """
    named = {title: name for name, title in known.items()}
    with opened(path) as book:
        for sheet in book.sheets:
            if sheet.name in named and not sheet.hidden:
                return named[sheet.name]
    raise InputError(
        f"{path.name}：没有认出是哪一张表，工作表的名称可能改过。"
        "请用 yanlu template 另做一份，把内容贴进去。"
    )


def read_rows(
    book: Book, name: str, title: str, columns: Sequence[Column], faults: list[str]
) -> list[Filled]:
    """The rows of the sheet with this title; what is wrong with cells is added to `faults`.

    Raises:
        InputError: the sheet is gone, or the names of its columns were changed.
    """
    sheet = next((one for one in book.sheets if one.name == title and not one.hidden), None)
    if sheet is None:
        raise InputError(
            f"{name}：没有工作表“{title}”。请用 yanlu template 另做一份，把内容贴进去。"
        )
    rows = iter(SheetRows(sheet))
    found = _columns(name, title, columns, next(rows, None))
    return [
        Filled(row.number, _cells(row, found, faults, since_1904=book.since_1904)) for row in rows
    ]


def refuse_faults(name: str, faults: Mapping[str, Sequence[str]]) -> None:
    """Let no workbook pass in which something is wrong; `faults` by the title of the sheet.

    Raises:
        InputError: all that is wrong with it.
    """
    for title, listed in faults.items():
        if listed:
            more = f"\n  · ……另有 {len(listed) - _LISTED} 处" if len(listed) > _LISTED else ""
            lines = "\n".join(f"  · {fault}" for fault in listed[:_LISTED])
            raise InputError(
                f"{name} 的工作表“{title}”有下面的问题，什么都没有写入：\n{lines}{more}"
            )


def _columns(
    name: str, title: str, columns: Sequence[Column], row: Row | None
) -> dict[int, Column]:
    """Which column of the sheet is which of the table; their order may have changed."""
    found = {number: str(head) for number, head in (row.cells if row else {}).items()}
    named = {column.title: column for column in columns}
    missing = [head for head in named if head not in found.values()]
    strange = [number for number, head in found.items() if head not in named]
    if missing or strange or len({*found.values()}) < len(found) or (row and row.number > 1):
        lost = f"少了{'、'.join(missing)}" if missing else "有多出来的或者重复的列名"
        raise InputError(
            f"{name} 的工作表“{title}”：第 1 行的列名改过，{lost}。"
            "请用 yanlu template 另做一份，把内容贴进去。"
        )
    return {number: named[head] for number, head in found.items()}


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
