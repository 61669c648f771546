"""A file as people export it, XLSX or CSV, as grids of rows before anybody knows what they mean."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from yanlu.errors import InputError
from yanlu.stats.textfile import LONGEST_LINE, open_text, sniff_encoding
from yanlu.workbooks.opening import opened
from yanlu.workbooks.rows import Row, Rows, SheetRows

_ADDRESS = re.compile(r"^\s*[a-z][a-z0-9+.-]+:|@|(host|user|pass\w*|pwd|dbname)\s*=", re.IGNORECASE)
ALREADY_OPEN = ("~$", ".~")  # what Excel and WPS put beside a file that is open in them


@dataclass(frozen=True)
class Grid:
    """One sheet, or all of a CSV file. `place` points to it in a message, empty for a CSV file.

    `read` begins anew each time, with the columns that are wanted (counted from 1; None: all).
    """

    place: str
    position: int
    hidden: bool
    read: Callable[[Container[int] | None], Rows]


@dataclass(frozen=True)
class File:
    """The grids of a file, hidden ones too, and whether its days are counted from 1904."""

    name: str
    grids: Sequence[Grid]
    since_1904: bool = False

    @property
    def visible(self) -> list[Grid]:
        """What whoever opens the file sees."""
        return [grid for grid in self.grids if not grid.hidden]


def is_grid(source: str) -> bool:
    """Whether the source is a file of this kind."""
    return "://" not in source and source.lower().endswith((".csv", ".csv.gz", ".xlsx"))


@contextmanager
def look_into(path: Path) -> Iterator[File]:
    """Open a .csv, .csv.gz or .xlsx file for as long as it is read.

    Raises:
        InputError: nothing there, or no whole file of its kind.
    """
    refuse_nothing(path)
    if path.suffix.lower() != ".xlsx":
        encoding = sniff_encoding(path)
        yield File(path.name, [Grid("", 1, hidden=False, read=partial(CsvRows, path, encoding))])
        return
    with opened(path) as book:
        grids = [
            Grid(sheet.place, sheet.position, sheet.hidden, partial(SheetRows, sheet))
            for sheet in book.sheets
        ]
        yield File(path.name, grids, book.since_1904)


def refuse_nothing(path: Path) -> None:
    """Refuse a file that is not there, empty, or only the mark that another program has it open."""
    if not path.is_file():
        _refuse_slip(str(path))
        raise InputError(f"没有找到文件 {path}。请检查路径。")
    if path.name.startswith(ALREADY_OPEN):
        raise InputError(
            f"{path.name}：这是 WPS 或 Excel 打开文件时的临时文件。请用没有 ~ 的那一个。"
        )
    if path.stat().st_size == 0:
        raise InputError(f"{path.name}：文件是空的。请重新导出。")


def _refuse_slip(name: str) -> None:
    """What is no file may be an address with a slip in it, and hold a password: it is not shown."""
    if _ADDRESS.search(name):
        raise InputError(
            "没有这个文件。要连的是数据库的话，地址没有写对：应当像 postgresql://用户@主机/数据库#表名，"
            "里面不要写密码。"
        )


@dataclass
class CsvRows:
    """The rows of a CSV file, numbered as a spreadsheet that opens it would number them."""

    path: Path
    encoding: str
    columns: Container[int] | None = None
    hidden: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def __iter__(self) -> Iterator[Row]:
        """Read the file from its beginning.

        Raises:
            InputError: quotes that do not pair.
        """
        csv.field_size_limit(LONGEST_LINE)
        with open_text(self.path, self.encoding) as file:
            for number, texts in enumerate(self._well_formed(csv.reader(file, strict=True)), 1):
                filled = [text.strip() for text in texts if text.strip()]
                if filled:
                    yield Row(number, self._wanted(texts), len(filled), filled[0])

    def _wanted(self, texts: Sequence[str]) -> dict[int, str]:
        return {
            column: text.strip()
            for column, text in enumerate(texts, start=1)
            if text.strip() and (self.columns is None or column in self.columns)
        }

    def _well_formed(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        try:
            yield from rows
        except csv.Error:
            raise InputError(
                f"{self.path.name}：引号不配对，或者一格太长，读不下去。请重新导出整个文件。"
            ) from None
