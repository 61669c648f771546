"""Read the finished site again and add its numbers up, before anyone else can.

The pages were made from checked tables; this reads what came out at the other end, so
that a template or a generator that loses a row stops the build too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from yanlu.errors import BuildError
from yanlu.model import Month
from yanlu.website.register.kept import digest
from yanlu.website.remembered import Remembered
from yanlu.website.sources import COUNTING, Packages, bulletin_faults, source_faults


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
    for page in sorted((site / "data").rglob("index.html")):
        files = [f for f in sorted(page.parent.glob("*.json")) if not f.match("*.metadata.json")]
        if not files:
            continue
        html, texts = page.read_bytes(), [file.read_bytes() for file in files]

        def verify(html: bytes = html, files: Sequence[Path] = files) -> int:
            wrong.extend(_page_faults(html, files, packages, minimum))
            return len(files)

        shown = html.partition(b"<footer")[0]
        key = digest(packages.name, str(minimum).encode(), shown, *texts)
        alone = not any(COUNTING in text for text in texts)
        counted += kept.get(str(page.relative_to(site)), key, verify) if alone else verify()
    wrong += bulletin_faults(packages)
    if wrong:
        listed = "\n".join(f"  · {fault}" for fault in wrong)
        raise BuildError(f"网站上的数字对不上，没有发布：\n{listed}")
    kept.finish()
    return counted


def _page_faults(
    html: bytes, files: Sequence[Path], packages: Packages, minimum: int
) -> Iterator[str]:
    reader = _TableReader()
    reader.feed(html.decode("utf-8"))
    for file in files:
        yield from _faults(file, reader.tables.get(file.stem), minimum)
    for file in files:
        yield from source_faults(packages, file)


@dataclass
class _Shown:
    """A table as the page shows it: its caption and the numbers row by row."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)


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


def _numbers(cells: list[str]) -> list[float | None]:
    plain = [re.sub(r"[\s%]", "", cell).replace("\N{MINUS SIGN}", "-") for cell in cells]
    return [None if text == "–" else float(text) for text in plain]


class _TableReader(HTMLParser):
    """The captions and the numbers of a page's tables, by the name of their figure."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, _Shown] = {}
        self._table: _Shown | None = None
        self._cell = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice where a table, a row or a number begins."""
        if tag == "table":
            name = str(dict(attrs).get("id")).removeprefix("table-")
            self._table = self.tables[name] = _Shown()
        elif self._table and tag == "tr":
            self._table.rows.append([])
        elif self._table and tag in ("td", "caption"):
            self._cell = tag
            if tag == "td":
                self._table.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Notice where it ends."""
        if tag == "table":
            self._table = None
        elif tag == self._cell:
            self._cell = ""

    def handle_data(self, data: str) -> None:
        """Collect captions and numbers."""
        if self._table and self._cell == "caption":
            self._table.caption += data
        elif self._table and self._cell == "td":
            self._table.rows[-1][-1] += data
