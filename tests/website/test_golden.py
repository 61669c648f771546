"""Two small pages as they are generated, word for word.

When a template changes on purpose, look at the difference and copy the new text over.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from conftest import ROOT
from yanlu.model import Cell, Event, Month, Release
from yanlu.packages.read import Listing
from yanlu.settings import Codes
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.editions import Edition, Origin
from yanlu.website.numbers import Numbers
from yanlu.website.pages import statistics_pages
from yanlu.website.render import page_files

GOLDEN = Path(__file__).parents[1] / "golden"
TEMPLATES = ROOT / "theme" / "pages"
MARCH = Month(2024, 3)


def _codes(name: str, **titles: str) -> Codes:
    extra = {"writer": "citizen", "definition": "定义", "parent": ""}
    rows = {code: {"code": code, "name": title, **extra} for code, title in titles.items()}
    return Codes(name, rows)


CODES = {
    "regions": _codes("regions", east="东区", west="西区"),
    "topics": _codes("topics", roads="道路", noise="噪声"),
    "channels": _codes("channels", phone="电话", internal="内部记录"),
    "events": _codes("events", **{str(event): str(event) for event in Event}),
}
CODES["channels"].rows["internal"]["writer"] = "office"  # type: ignore[index]
LICENCE = {"name": "PDDL-1.0", "title": "PDDL", "path": "https://example.org/"}


def _edition(version: int, why: str = "") -> Edition:
    source = {"title": "来源", "terms": "条款。", "note": "说明。"}
    listing = Listing(MARCH, version, date(2024, 5, 1), why, 5)
    return Edition(listing, {"sources": [source]}, why)


@pytest.fixture
def numbers() -> Numbers:
    """Two months of two regions and two topics."""

    def release(month: Month, more: int) -> Release:
        counts = {
            Cell("east", "roads", "phone", Event.RECEIVED): 40 + more,
            Cell("west", "roads", "phone", Event.RECEIVED): 5,
            Cell("west", "noise", "phone", Event.RECEIVED): 12_000,
            Cell("east", "roads", "phone", Event.ON_TIME): 30,
            Cell("east", "roads", "phone", Event.LATE): 10,
            Cell("west", "noise", "phone", Event.ON_TIME): 9,
            Cell("east", "roads", "internal", Event.RECEIVED): 7,
        }
        return Release(month, 1, 5, 1, counts, "nonce")

    return Numbers([release(Month(2024, 2), 0), release(MARCH, 8)], CODES)


@pytest.fixture
def origin() -> Origin:
    """What stands beside the numbers."""
    return Origin("/sub/", LICENCE, [_edition(1)])


def test_the_page_of_a_month(numbers: Numbers, origin: Origin) -> None:
    (page,) = [p for p in statistics_pages(numbers, 30, []) if p.address == "data/2024-03/"]
    made = dict(page_files(page, origin, TEMPLATES))
    for name in ("index.md", "topics.csv", "topics.json", "topics.svg"):
        golden = (GOLDEN / f"month-{name}").read_text("utf-8")
        assert made[f"data/2024-03/{name}"].strip() == golden.strip()


def test_the_page_of_a_region_says_the_newest_month_first(numbers: Numbers, origin: Origin) -> None:
    (page,) = [p for p in statistics_pages(numbers, 30, []) if p.address == "data/regions/east/"]
    text = dict(page_files(page, origin, TEMPLATES))["data/regions/east/index.md"]
    assert "最近一个月：2024年3月收到" in text.partition("## 每个月的情况")[0]


def test_the_bulletin_of_a_correction(numbers: Numbers) -> None:
    issue = Issue(_edition(2, "补录"), numbers, None)
    ((name, text),) = bulletin_files([issue], "/sub/", TEMPLATES, 30)
    assert name == "2024-03-statistics-v2.md"
    assert text.strip() == (GOLDEN / "bulletin.md").read_text("utf-8").strip()
