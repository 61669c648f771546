"""`data/awards.csv`: contributions that were rewarded, 《信访工作条例》 (2022) art. 29.

A name stands there only where its bearer has agreed in writing, and then nothing that leads
from it to a page of the register: no id, no address, no title that is found there.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.packages.faults import Fault
from yanlu.packages.heads import first_bytes
from yanlu.packages.plain import text_faults
from yanlu.packages.schemas import TABLES
from yanlu.packages.suggestions import suggestion_files

_TITLE = re.compile(rb"^---\r?\n\s*^# ([^\r\n]+)", re.MULTILINE)
_REGISTER = "register/"
_TODO = "请照《给工作人员：台账》的“奖励”改正"


@dataclass(frozen=True)
class Award:
    """One award; `name` is "" where its bearer has not agreed, whatever the file says."""

    year: int
    award: str
    what: str
    name: str


def read_awards(data: Path) -> list[Award]:
    """The awards, the latest year first; the table was found to be in order."""
    return sorted(
        (
            Award(
                int(row["year"]),
                row["award"],
                row["what"],
                row["name"] if row["consent"] == "true" else "",
            )
            for row in _rows(data)
        ),
        key=lambda award: award.year,
        reverse=True,
    )


def awards_faults(data: Path) -> Iterator[Fault]:
    """Names without consent, and whatever leads to the register; no name is repeated."""
    rows = _rows(data)
    files = suggestion_files(data) if rows else []
    titles = _titles(files) if any(row["name"] for row in rows) else frozenset[str]()
    for line, row in enumerate(rows, start=2):  # the first line holds the names of the columns
        for column, what in _row_faults(row, files, titles):
            yield Fault(f"data/{TABLES['awards']}", line, column, what, _TODO)


def _row_faults(
    row: dict[str, str], files: Sequence[Path], titles: Collection[str]
) -> Iterator[tuple[str, str]]:
    if row["name"] and row["consent"] != "true":
        yield "name", "本人没有同意公布（consent不是true），不能写姓名"
    for column in ("award", "what", "name"):
        for what in text_faults(row[column]):
            yield column, what
        if _REGISTER in row[column] or any(path.stem in row[column] for path in files):
            yield column, "写了台账的编号或者网址；奖励不能连到台账的页面"
    if row["name"] and _letters(row["what"]) in titles:
        yield "what", "与台账里一条建议的题目相同，会认出是谁写的；写了姓名的，请换一个说法"


def _titles(files: Iterable[Path]) -> frozenset[str]:
    """Letters of all titles; found in the bytes, since there may be very many files."""
    found = (_TITLE.search(first_bytes(path)) for path in files if path.is_file())
    return frozenset(_letters(title[1].decode("utf-8", "replace")) for title in found if title)


def _letters(words: str) -> str:
    """Letters and digits alone: signs between them hide nothing from a reader."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", words).casefold())


def _rows(data: Path) -> list[dict[str, str]]:
    path = data / TABLES["awards"]  # an office without awards has none
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
