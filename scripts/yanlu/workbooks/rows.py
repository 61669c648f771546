"""The rows of a sheet, one by one: the columns that are wanted, and of others no value."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.worksheet._reader import (
    COL_TAG,
    FORMULA_TAG,
    INLINE_STRING,
    MERGE_TAG,
    ROW_TAG,
    VALUE_TAG,
    WorkSheetParser,
)

from yanlu.errors import InputError
from yanlu.workbooks.opening import Sheet, whole
from yanlu.workbooks.parts import elements, text_of

LAST_ROW, LAST_COLUMN = 1 << 20, 1 << 14  # of a sheet, by ECMA-376; a later one would never end
GAP = 10_000  # rows without anything that are looked through before it is called too far


class Bad(StrEnum):
    """What stands in a cell that has no value of its own, in words for a clerk."""

    FORMULA = "是公式。请全选、复制，再“选择性粘贴”为数值后保存"
    LINK = "的公式引用了另一个文件，里面的数可能是旧的。请复制，再“选择性粘贴”为数值，核对后保存"
    ERROR = "是错误值（例如 #REF!）。请改成正确的内容后保存"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and the values that were wanted, by column.

    `filled` counts the cells that hold something. `lead` is the text of the first of them,
    wanted or not: it tells a total or a note from a record.
    """

    number: int
    cells: Mapping[int, Any]
    filled: int
    lead: str = ""
    hidden: bool = False


class Rows(Protocol):
    """The rows of one table, to be read once; the rest is known when all were read.

    `merged`: areas of merged cells as (first row, last row, first column, last column).
    """

    hidden: set[int]
    merged: list[tuple[int, int, int, int]]

    def __iter__(self) -> Iterator[Row]: ...


@dataclass
class SheetRows:
    """The rows of a sheet that hold anything; `columns` None wants all."""

    sheet: Sheet
    columns: Container[int] | None = None
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        """Read the sheet from its beginning.

        Raises:
            InputError: no whole sheet, or thousands of rows without anything in its midst.
        """
        archive, last = self.sheet.book._archive, 0  # noqa: SLF001 - no other way to its parts
        with whole(self.sheet.file), archive.open(self.sheet.part) as source:
            parser = _Parser(source, self.sheet, self.columns)
            for row in parser.rows():
                self.hidden = parser.hidden
                if row.filled:
                    last = row.number
                    yield row
                elif row.number - last > GAP:
                    raise self._too_far(last)
            self.merged = parser.areas

    def _too_far(self, last: int) -> InputError:
        return InputError(
            f"{self.sheet.file}：{self.sheet.place}"
            f"第 {last} 行以后连着 {GAP} 多行是空的，不再看了。"
            f"请选中第 {last + 1} 行到最后一行，删除整行，再保存。"
        )


class _Parser(WorkSheetParser):
    """The library's reader of one cell; its loop would read all cells of all columns."""

    def __init__(self, source: Any, sheet: Sheet, columns: Container[int] | None) -> None:
        super().__init__(
            source,
            sheet.strings,
            epoch=sheet.book.epoch,
            date_formats=sheet.book._date_formats,  # noqa: SLF001 - which formats are dates
            timedelta_formats=sheet.book._timedelta_formats,  # noqa: SLF001
        )
        self.opened, self.columns = source, columns
        self.hidden: set[int] = set()
        self.areas: list[tuple[int, int, int, int]] = []

    def rows(self) -> Iterator[Row]:
        """Each row; hidden columns are known with the first, merged areas after the last."""
        for element in elements(self.opened):
            if element.tag == ROW_TAG:
                yield self._row(element)
                element.clear()
            elif element.tag == COL_TAG and _hidden(element):
                first, last = int(element.get("min")), int(element.get("max"))
                self.hidden.update(range(first, min(last, LAST_COLUMN) + 1))
            elif element.tag == MERGE_TAG:
                self.areas = [_area(merged.get("ref")) for merged in element]

    def _row(self, element: Any) -> Row:
        number = int(element.get("r", self.row_counter + 1))
        if not self.row_counter < number <= LAST_ROW:
            raise ValueError(number)
        self.row_counter, column = number, 0
        cells, filled, lead = {}, 0, ""
        for inner in element:
            column = _column(inner, column)
            if not len(inner):  # a cell that has a look and nothing in it
                continue
            wanted = self.columns is None or column in self.columns
            if filled and not wanted:
                filled += 1
                continue
            value = self._value(inner)
            if value is None or value == "":
                continue
            filled += 1
            lead = lead or ("" if isinstance(value, Bad) else str(value))
            if wanted:
                cells[column] = value
        return Row(number, cells, filled, lead, _hidden(element))

    def _value(self, element: Any) -> Any:
        formula = element.find(FORMULA_TAG)
        if formula is not None:
            return Bad.LINK if "[" in (formula.text or "") else Bad.FORMULA
        kind = element.get("t")
        if kind == "s":  # most cells, and the library would look at each of them six times
            return self.shared_strings[int(element.findtext(VALUE_TAG))].strip()
        if kind == "inlineStr":
            return text_of(element.find(INLINE_STRING)).strip()
        cell = self.parse_cell(element)
        if cell["data_type"] == "e":
            return Bad.ERROR
        value = cell["value"]
        return value.strip() if isinstance(value, str) else value


def _hidden(element: Any) -> bool:
    return element.get("hidden") in ("1", "true")


def _area(reference: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(bound or 0) for bound in range_boundaries(reference))
    return top, bottom, left, right


def _column(element: Any, before: int) -> int:
    place = element.get("r")
    return _column_of(place.rstrip("0123456789")) if place else before + 1


@cache
def _column_of(letters: str) -> int:
    """The number of a column; there are no more of them than `LAST_COLUMN`."""
    column = column_index_from_string(letters)
    if column > LAST_COLUMN:
        raise ValueError(column)
    return column


def letter(column: int) -> str:
    """The letters by which a spreadsheet calls a column, counted from 1."""
    return get_column_letter(column)


def place(row: int, column: int) -> str:
    """How a message points to a cell."""
    return f"第 {row} 行 {letter(column)} 列"
