"""Read the finished site again and add its numbers up, before anyone else can.

The pages were made from checked tables; this reads what came out at the other end, so
that a template or a generator that loses a row stops the build too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

from yanlu.errors import BuildError
from yanlu.model import Month
from yanlu.website.register.kept import digest
from yanlu.website.remembered import Remembered
from yanlu.website.sources import (
    COUNTING,
    Packages,
    bulletin_faults,
    bulletins_name,
    source_faults,
    without_footer,
)

_REST = r"(?:[^<>\"']|\"[^\"]*\"|'[^']*')*"  # of a tag, behind its name
_TABLE = re.compile(rf"<table\b({_REST})>(.*?)</table>", re.DOTALL)
_CAPTION = re.compile(rf"<caption\b{_REST}>(.*?)</caption>", re.DOTALL)
_ROW = re.compile(rf"<tr\b{_REST}>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(rf"<td\b{_REST}>(.*?)</td>", re.DOTALL)
_TAG, _COMMENT = re.compile(rf"<{_REST}>"), re.compile(r"<!--.*?-->", re.DOTALL)
_ID = re.compile(r"\sid=[\"']?([^\s\"'>]+)")


def verify_numbers(site: Path, minimum: int, kept: Remembered[int]) -> int:
    """Check every table of every statistics page; answers how many tables were read.

    Parts = total; share = part ÷ stated denominator, and withheld where that is below
    `minimum` or where a rate would say "all" or "none"; the period in the title is that of
    the data; the table on the page says what its file says. What is compared between months,
    pages that were counted, and bulletins are held against what they came from (`sources`).

    A page is not added up again if it, its files and all packages are those of the last time;
    one that counts other pages always is.

    Raises:
        BuildError: the first pages that do not add up, all of them named.
    """
    counted, packages = 0, Packages(site)
    wrong: list[str] = []
    for page, files in _pages(site / "data"):
        html, texts = page.read_bytes(), [file.read_bytes() for file in files]

        def verify(html: bytes = html, files: Sequence[Path] = files) -> int:
            wrong.extend(_page_faults(html, files, packages, minimum))
            return len(files)

        key = digest(packages.name, str(minimum).encode(), without_footer(html), *texts)
        alone = not any(COUNTING in text for text in texts)
        counted += kept.get(str(page.relative_to(site)), key, verify) if alone else verify()

    def verify_bulletins() -> int:
        wrong.extend(bulletin_faults(packages))
        return 0

    kept.get("bulletins", bulletins_name(packages), verify_bulletins)
    if wrong:
        listed = "\n".join(f"  · {fault}" for fault in wrong)
        raise BuildError(f"网站上的数字对不上，没有发布：\n{listed}")
    kept.finish()
    return counted


def _pages(folder: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Pages with the files of their tables."""
    for place, _, names in sorted(os.walk(folder)):
        files = [n for n in sorted(names) if n.endswith(".json") and ".metadata." not in n]
        if files and "index.html" in names:
            yield Path(place, "index.html"), [Path(place, name) for name in files]


def _page_faults(
    html: bytes, files: Sequence[Path], packages: Packages, minimum: int
) -> Iterator[str]:
    tables = _tables(html.decode("utf-8"))
    for file in files:
        yield from _faults(file, tables.get(file.stem), minimum)
    for file in files:
        yield from source_faults(packages, file)


@dataclass(frozen=True)
class _Shown:
    """A table as the page shows it: its caption and the numbers row by row."""

    caption: str
    rows: Sequence[Sequence[str]]


def _faults(path: Path, shown: _Shown | None, minimum: int) -> Iterator[str]:
    figure = json.loads(path.read_text("utf-8"))
    where = f"{path.parent.name}/{path.name}"
    months = [Month.parse(month) for month in figure["months"]]
    for column in figure["fields"][2:]:
        if not _holds(figure, column, minimum):
            yield f"{where}：“{column['title']}”一列的部分与合计、或比率与分子分母不符"
    if shown is None:
        yield f"{where}：页面上没有这张表"
        return
    if _named(shown.caption) != months or _named(f"（{figure['period']}）") != months:
        yield f"{where}：标题里的时间与数据的月份不符"
    if [_numbers(row) for row in shown.rows if row] != [_filed(figure, r) for r in _rows(figure)]:
        yield f"{where}：页面上的表与数据文件不符"


def _named(text: str) -> list[Month]:
    """The months that a title names, read back from its words and not from their maker."""
    found = re.search(r"（(\d{4}年\d{1,2}月[^（）]*)）", text)
    months: list[Month] = []
    year = 0
    for part in found[1].split("、") if found else []:
        spoken = []
        for stated, number in re.findall(r"(?:(\d{4})年)?(\d{1,2})月", part):
            year = int(stated or year)
            spoken.append(Month(year, int(number)))
        month = spoken[0]
        while month <= spoken[-1]:
            months.append(month)
            month = month.next
    return months


def _rows(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [*figure["rows"], figure["total"]]


def _holds(figure: dict[str, Any], column: dict[str, Any], minimum: int) -> bool:
    if column["type"] == "integer":
        return _adds_up(figure, column)
    return "part" not in column or _divides(figure, column, minimum)


def _adds_up(figure: dict[str, Any], column: dict[str, Any]) -> bool:
    name = column["name"]
    return bool(sum(row[name] for row in figure["rows"]) == figure["total"][name])


def _divides(figure: dict[str, Any], column: dict[str, Any], minimum: int) -> bool:
    """A share with one decimal lies within half a tenth of part ÷ whole, or must not be said."""
    for row in _rows(figure):
        part = row[column["part"]]
        of_all = column["whole"] == "total"
        whole = figure["total"][column["part"]] if of_all else row[column["whole"]]
        shown = row[column["name"]]
        if whole < minimum or (not of_all and part in (0, whole)):
            if shown is not None:
                return False
        elif shown is None or abs(shown - 100 * part / whole) > 0.05 + 1e-9:
            return False
    return True


def _filed(figure: dict[str, Any], row: dict[str, Any]) -> list[float | None]:
    return [row[column["name"]] for column in figure["fields"][2:]]


def _numbers(cells: Sequence[str]) -> list[float | None]:
    plain = [re.sub(r"[\s%]", "", cell).replace("\N{MINUS SIGN}", "-") for cell in cells]
    return [None if text == "–" else float(text) for text in plain]


def _tables(page: str) -> Mapping[str, _Shown]:
    """The tables of a page by the name of their figure, with captions and numbers as text."""
    return {
        name[1].removeprefix("table-"): _Shown(
            "".join(map(_text, _CAPTION.findall(table[2]))),
            [[_text(cell) for cell in _CELL.findall(row)] for row in _ROW.findall(table[2])],
        )
        for table in _TABLE.finditer(_COMMENT.sub("", page))
        if (name := _ID.search(table[1]))
    }


def _text(markup: str) -> str:
    return unescape(_TAG.sub("", markup))
