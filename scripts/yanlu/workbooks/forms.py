"""A workbook to be filled in: a table with drop-downs, what its columns mean, an example."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

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


def write_form(
    title: str, headings: Sequence[Heading], rows: Iterable[Sequence[str]], notes: Sequence[str]
) -> bytes:
    """The workbook, of three sheets: the table, the notes, the codes of its drop-downs.

    `notes` are lines that stand above the explanation of the columns.
    """
    book = Workbook()
    table = book.active
    if not isinstance(table, Worksheet):
        raise TypeError
    table.title, table.freeze_panes = title, "A2"
    explained, codes = book.create_sheet(NOTES_SHEET), book.create_sheet(CODES_SHEET)
    last = _fill(table, [[heading.title for heading in headings], *rows]) + ROOM
    for number, heading in enumerate(headings, start=1):
        cell = table.cell(1, number)
        cell.font, cell.fill = _BOLD, _SHADE
        cell.comment = Comment(heading.note, "言路")
        letter = get_column_letter(number)
        table.column_dimensions[letter].width = _NARROW
        table.column_dimensions[letter].number_format = _TEXT
        if heading.choices:
            table.add_data_validation(_drop_down(codes, heading, f"{letter}2:{letter}{last}"))
    _explain(explained, headings, notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, rows: Iterable[Sequence[str]]) -> int:
    """Write texts, also where they look like something else; the number of the last row."""
    number = 0
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if text:
                cell.value, cell.data_type = text, "s"
            cell.number_format = _TEXT
    return number


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


def _explain(sheet: Worksheet, headings: Sequence[Heading], notes: Sequence[str]) -> None:
    columns = [
        [one.title, "必填" if one.required else "", one.note, one.example] for one in headings
    ]
    head = len(notes) + 2
    _fill(sheet, [*([line] for line in notes), [], ["列", "必填", "怎么写", "例子"], *columns])
    for number, width in enumerate((_NARROW, _NARROW, _WIDE * 2, _WIDE), start=1):
        sheet.cell(head, number).font = _BOLD
        sheet.column_dimensions[get_column_letter(number)].width = width
