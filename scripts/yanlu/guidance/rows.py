"""Rows of the tables of `data/guidance/`, and how a fault of one is said."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from yanlu.overlay import in_data

Row = dict[str, str]


def rows(data: Path, name: str) -> Iterator[tuple[int, Row]]:
    """Each row of `data/guidance/<name>.csv` with its line; none where an office has no such table.

    `packages.check` has found the columns to be in order.
    """
    path = in_data(data, f"guidance/{name}.csv")
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(csv.DictReader(file), start=2)  # the first line names the columns


def said(name: str, line: int, column: str, words: str) -> str:
    """A sentence about one cell; `words` say what is wrong and what to do, and quote nothing."""
    return f"data/guidance/{name}.csv 第 {line} 行 列 {column}：{words}。"
