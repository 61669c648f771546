"""The page of the quarters: rounded counts, and grades only where enough people gave one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu.disclosure.quarter import release_quarter
from yanlu.model import Month
from yanlu.packages.quarters import write_quarter
from yanlu.packages.write import About
from yanlu.settings import Portal
from yanlu.website.quarters import copy_quarters, quarter_files

FATES = {"replied": 6, "merged": 0, "withdrawn": 7}
GRADES = {"very-satisfied": 0, "satisfied": 8, "fair": 9, "dissatisfied": 5, "very-dissatisfied": 0}
ABOUT = About(
    "单位", "来源", "条款", "说明。", {"name": "CC0-1.0", "title": "CC0", "path": "https://a.b/"}
)


def _page(portal: Portal) -> str:
    [(place, text)] = quarter_files(portal, ROOT / "theme" / "pages")
    assert place == "data/quarters/index.md"
    return text


@pytest.mark.parametrize("rated", [True, False])
def test_a_quarter_is_shown_as_it_was_rounded(portal: Portal, tmp_path: Path, rated: bool) -> None:
    assert "还没有公布过" in _page(portal)
    tables = {"unpublished": FATES, **({"ratings": GRADES} if rated else {})}
    released = release_quarter(Month(2026, 4), tables, base=5, key=b"k" * 32)
    write_quarter(released, ABOUT, data=portal.data, issued=date(2026, 7, 2))
    page = _page(portal)
    assert "## 2026年第2季度" in page
    assert "| 已并案 | 0至4 |" in page
    assert ("| 一般 | 9 |" in page) == ("一共约22人评价" in page) == rated
    assert ("不到二十个" in page) == (not rated)
    copy_quarters(portal, tmp_path / "releases")
    assert (tmp_path / "releases" / "2026-q2" / "ratings.csv").is_file() == rated
