"""A workbook to be filled in: a table with drop-downs, what its columns mean, an example."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from yanlu.errors import SettingsError

LONGEST = 32_767  # characters of a cell, by ECMA-376
ROOM = 1000  # rows below the last that have drop-downs and the format of text
_TEXT = "@"  # a spreadsheet leaves such a cell as it was typed: no dates made, no zeros lost
_BOLD, _SHADE = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
_WIDE, _NARROW = 40, 16  # characters
NOTES_SHEET, CODES_SHEET = "说明", "代码"


@dataclass(frozen=True)
class Choice:
    """One entry of a drop-down and what it means."""

    code: str
    meaning: str


@dataclass(frozen=True)
class Heading:
    """A column: its name, what belongs in it, what it may be chosen from, and an example."""

    title: str
    note: str
    required: bool
    choices: Sequence[Choice]
    example: str


@dataclass(frozen=True)
class Table:
    """A sheet to be filled in: its title, its columns, and the rows that it holds now."""

    title: str
    headings: Sequence[Heading]
    rows: Sequence[Sequence[str]]


def write_form(tables: Sequence[Table], notes: Sequence[str]) -> bytes:
    """The workbook: a sheet for each table, one of notes, one of the codes of all drop-downs.

    `notes` are lines that stand above the explanation of the columns.

    Raises:
        SettingsError: a text is longer than a cell of a spreadsheet can be.
    """
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise TypeError
    book.remove(first)
    sheets = [book.create_sheet(table.title) for table in tables]
    explained, codes = book.create_sheet(NOTES_SHEET), book.create_sheet(CODES_SHEET)
    for sheet, table in zip(sheets, tables, strict=True):
        _write(sheet, codes, table)
    _explain(explained, tables, notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, codes: Worksheet, table: Table) -> None:
    _refuse_long(table)
    sheet.freeze_panes = "A2"
    last = _fill(sheet, [[heading.title for heading in table.headings], *table.rows]) + ROOM
    for number, heading in enumerate(table.headings, start=1):
        cell = sheet.cell(1, number)
        cell.font, cell.fill = _BOLD, _SHADE
        cell.comment = Comment(heading.note, "言路")
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = _NARROW
        sheet.column_dimensions[letter].number_format = _TEXT
        if heading.choices:
            sheet.add_data_validation(_drop_down(codes, heading, f"{letter}2:{letter}{last}"))


def _refuse_long(table: Table) -> None:
    """The library would cut off what is longer, and say nothing."""
    for row in table.rows:
        for heading, text in zip(table.headings, row, strict=True):
            if len(text) > LONGEST:
                raise SettingsError(
                    f"“{table.title}”里有一条的“{heading.title}”超过 {LONGEST} 字，一格放不下，"
                    "没有做工作簿。请直接改文件。"
                )


def _fill(sheet: Worksheet, rows: Sequence[Sequence[str]], start: int = 1) -> int:
    """Write texts, also where they look like something else; the number of the last row."""
    for number, row in enumerate(rows, start=start):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if text:
                cell.value, cell.data_type = text, "s"
            cell.number_format = _TEXT
    return start + len(rows) - 1


def _drop_down(codes: Worksheet, heading: Heading, cells: str) -> DataValidation:
    """The choices, in two columns of the sheet of codes: what is typed, and what it means."""
    column = codes.max_column + 1 if codes.max_row > 1 else 1
    codes.cell(1, column, heading.title).font = _BOLD
    for row, choice in enumerate(heading.choices, start=2):
        for beside, text in enumerate((choice.code, choice.meaning)):
            cell = codes.cell(row, column + beside)
            cell.value, cell.data_type = text, "s"
    letter = get_column_letter(column)
    place = f"{quote_sheetname(CODES_SHEET)}!${letter}$2:${letter}${len(heading.choices) + 1}"
    rule = DataValidation(
        type="list", formula1=place, allow_blank=not heading.required,
        showErrorMessage=True, errorTitle=heading.title, error="请从下拉列表里选。",
    )  # fmt: skip
    rule.add(cells)
    return rule


def _explain(sheet: Worksheet, tables: Sequence[Table], notes: Sequence[str]) -> None:
    _fill(sheet, [[line] for line in notes])
    for width, letter in zip((_NARROW, _NARROW, _WIDE * 2, _WIDE), "ABCD", strict=True):
        sheet.column_dimensions[letter].width = width
    for table in tables:
        columns = [
            [one.title, "必填" if one.required else "", one.note, one.example]
            for one in table.headings
        ]
        named = [[table.title]] if len(tables) > 1 else []
        head = sheet.max_row + 2 + len(named)
        lines = [[], *named, ["列", "必填", "怎么写", "例子"], *columns]
        _fill(sheet, lines, sheet.max_row + 1)
        for cell in sheet[head]:
            cell.font = _BOLD
