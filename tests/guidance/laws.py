"""A small table of laws for the tests of what pages cite."""

from __future__ import annotations

from datetime import date

from yanlu.guidance.cited import Shelf
from yanlu.guidance.laws import Laws

DAY = date(2026, 11, 29)


def _row(name: str, version: str, count: str, begins: str = "", ends: str = "") -> dict[str, str]:
    return {
        "name": name, "version": version, "others": "旧名" if version == "1999" else "",
        "valid_from": begins, "valid_to": ends, "articles": count, "source": "",
    }  # fmt: skip


SHELF = Shelf(
    Laws(
        [
            _row("信访工作条例", "2022", "50", "2022-05-01"),
            _row("中华人民共和国复议法", "2023修订", "90", "2024-01-01"),
            _row("没有数过的法", "2020", ""),
            _row("失效的条例", "1999", "20", "1999-01-01", "2020-12-31"),
            _row("将来的法", "2027", "10", "2027-01-01"),
        ]
    ),
    DAY,
)
