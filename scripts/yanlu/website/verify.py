"""Read the finished site again and add its numbers up, before anyone else can.

The pages were made from checked tables; this reads what came out at the other end, so
that a template or a generator that loses a row stops the build too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from yanlu.errors import BuildError
from yanlu.model import Month
from yanlu.website.figures import period


def verify_numbers(site: Path) -> int:
    """Check every table of every statistics page; answers how many tables were read.

    Parts = total; share = part ÷ stated denominator; the period in the title is that of
    the data; the table on the page says what its file says.

    Raises:
        BuildError: the first pages that do not add up, all of them named.
    """
    files = sorted((site / "data").rglob("*.json"))
    figures = [path for path in files if path.name != "datapackage.json"]
    wrong = [fault for path in figures for fault in _faults(path)]
    if wrong:
        listed = "\n".join(f"  · {fault}" for fault in wrong)
        raise BuildError(f"网站上的数字对不上，没有发布：\n{listed}")
    return len(figures)


def _faults(path: Path) -> Iterator[str]:
    figure = json.loads(path.read_text("utf-8"))
    page = path.parent / "index.html"
    where = f"{path.parent.name}/{path.name}"
    months = [Month.parse(month) for month in figure["months"]]
    for field in figure["fields"][2:]:
        if not (_adds_up(figure, field) if field["type"] == "integer" else _divides(figure, field)):
            yield f"{where}：“{field['title']}”一列的部分与合计、或比率与分子分母不符"
    table = _TableReader(f"table-{path.stem}")
    table.feed(page.read_text("utf-8"))
    if period(months) not in table.caption or figure["period"] != period(months):
        yield f"{where}：标题里的时间与数据的月份不符"
    if [_numbers(row) for row in table.rows] != [_shown(figure, row) for row in _rows(figure)]:
        yield f"{where}：页面上的表与数据文件不符"


def _rows(figure: dict[str, Any]) -> list[dict[str, Any]]:
    return [*figure["rows"], figure["total"]]


def _adds_up(figure: dict[str, Any], field: dict[str, Any]) -> bool:
    name = field["name"]
    return bool(sum(row[name] for row in figure["rows"]) == figure["total"][name])


def _divides(figure: dict[str, Any], field: dict[str, Any]) -> bool:
    """A share with one decimal lies within half a tenth of part ÷ whole."""
    for row in _rows(figure):
        whole = figure["total"][field["part"]] if field["whole"] == "total" else row[field["whole"]]
        shown = row[field["name"]]
        if shown is not None and abs(shown - 100 * row[field["part"]] / whole) > 0.05 + 1e-9:
            return False
    return True


def _shown(figure: dict[str, Any], row: dict[str, Any]) -> list[float | None]:
    return [row[field["name"]] for field in figure["fields"][2:]]


def _numbers(cells: list[str]) -> list[float | None]:
    plain = [re.sub(r"[\s\u2009%]", "", cell) for cell in cells]
    return [None if text == "–" else float(text) for text in plain]


class _TableReader(HTMLParser):
    """The caption and the numbers of one table."""

    def __init__(self, table: str) -> None:
        super().__init__()
        self.caption = ""
        self.rows: list[list[str]] = []
        self._table = table
        self._inside = False
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notice where a number begins."""
        if tag == "table":
            self._inside = dict(attrs).get("id") == self._table
        if not self._inside:
            return
        self._tag = tag if tag != "span" else self._tag
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        """Forget the element that ends."""
        if tag == "table" and self._inside:
            self._inside = False
            self.rows = [row for row in self.rows if row]
        self._tag = "" if tag in ("td", "caption") else self._tag

    def handle_data(self, data: str) -> None:
        """Collect caption and numbers."""
        if self._inside and self._tag == "caption":
            self.caption += data
        if self._inside and self._tag == "td":
            self.rows[-1][-1] += data
