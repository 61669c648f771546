"""The bulletin of a year: released months and public pages, and nothing of an unfinished year."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest

from conftest import ROOT
from website.register_site import ADOPTED, front, suggestion
from website.test_golden import CODES, LICENCE, TEMPLATES
from yanlu.settings import read_codes
from yanlu.website.editions import Origin
from yanlu.website.numbers import Numbers
from yanlu.website.register.entries import Entry, entry_of
from yanlu.website.render import page_files
from yanlu.website.sources import Packages, source_faults
from yanlu.website.tallies import tally
from yanlu.website.years import Year, year_bulletin, year_page, years

NEW_YEAR = date(2027, 1, 5)
NOTHING = Numbers([], CODES)
OUTCOMES = {
    code: row["name"] for code, row in read_codes(ROOT / "data/codes/outcomes.csv").rows.items()
}


def _entry(ident: str, **more: object) -> Entry:
    return entry_of(suggestion(front(ident, **more)))  # type: ignore[arg-type]


def _promise(by: str, evidence: str = "") -> dict[str, str]:
    promise = {"what": "装灯", "body": "body-urban", "by": by}
    return {**promise, "evidence": evidence} if evidence else promise


KEPT = _promise("2026-10-01", "https://www.shili.example/lamp")
PROMISES = [KEPT, _promise("2026-11-01"), _promise("2027-09-01")]
TOLD: dict[str, dict[str, object]] = {
    "aaaaaaaa": {**ADOPTED, "promises": PROMISES},
    "bbbbbbbb": {"outcome": "not-adopted", "reason": "没有条件。"},
    "cccccccc": {},
    "dddddddd": {**ADOPTED},
}
ENTRIES = [_entry(ident, **told) for ident, told in TOLD.items()]


@pytest.fixture
def year() -> Year:
    (found,) = years(NOTHING, tally(ENTRIES, NEW_YEAR))
    return found


def test_a_year_is_told_of_when_it_is_over_and_not_before(year: Year) -> None:
    assert year.year == 2026
    assert years(NOTHING, tally(ENTRIES, date(2026, 12, 31))) == []


def test_a_year_counts_answers_and_promises_by_their_public_pages(year: Year) -> None:
    assert year.outcomes == {"adopted": ["aaaaaaaa", "dddddddd"], "not-adopted": ["bbbbbbbb"]}
    assert year.promises == {"kept": ["aaaaaaaa"], "overdue": ["aaaaaaaa"]}


def test_what_is_answered_again_later_stays_in_its_year_and_the_bulletin_says_how_many() -> None:
    told = front("dddddddd", **{**ADOPTED, "outcome": "not-adopted"})  # type: ignore[arg-type]
    later = [{"state": state, "month": "2027-02"} for state in ("restudied", "replied")]
    told["history"] = [*told["history"], *later]
    entries = [entry_of(suggestion(told)) if e.id == "dddddddd" else e for e in ENTRIES]
    (after,) = years(NOTHING, tally(entries, date(2028, 1, 5)))[:1]
    assert after.outcomes == {"adopted": ["aaaaaaaa"], "not-adopted": ["bbbbbbbb", "dddddddd"]}
    bulletin = year_bulletin(after, NEW_YEAR, "/", TEMPLATES, 30)
    assert "3件公开的建议第一次得到回复。其中1件以后的年份里再研究、又答复了" in bulletin
    made = dict(
        page_files(year_page(after, OUTCOMES, NEW_YEAR, 30), Origin("/", LICENCE, []), TEMPLATES)
    )
    assert "其中1件是以后的年份里又答复的" in made["data/2026/index.md"]


def test_what_was_taken_down_counts_as_before_and_the_page_says_how_many(year: Year) -> None:
    stones = [_entry(ident, publication="removed", **told) for ident, told in TOLD.items()]
    (after,) = years(NOTHING, tally(stones, NEW_YEAR))
    assert (after.outcomes, after.promises) == (year.outcomes, year.promises)
    page = year_page(after, OUTCOMES, NEW_YEAR, 30)
    made = dict(page_files(page, Origin("/", LICENCE, []), TEMPLATES))
    assert "其中3件的内容后来撤下了" in made["data/2026/index.md"]


def test_the_page_says_what_is_missing_and_lists_no_body(year: Year) -> None:
    page = year_page(year, OUTCOMES, NEW_YEAR, 30)
    made = dict(page_files(page, Origin("/", LICENCE, []), TEMPLATES))
    text = made["data/2026/index.md"]
    assert "统计还没有发布" in text
    assert "body-" not in "".join(made.values())
    bulletin = year_bulletin(year, NEW_YEAR, "/", TEMPLATES, 30)
    assert "3件公开的建议第一次得到回复" in bulletin
    assert "已经落实1项，逾期1项" in bulletin


def test_a_count_that_its_pages_do_not_bear_out_stops_the_build(year: Year, tmp_path: Path) -> None:
    page = year_page(year, OUTCOMES, NEW_YEAR, 30)
    made = dict(page_files(page, Origin("/", LICENCE, []), TEMPLATES))
    table = tmp_path / "data/2026/outcomes.json"
    table.parent.mkdir(parents=True)
    table.write_text(made["data/2026/outcomes.json"], "utf-8")
    for entry in ENTRIES:
        shown = tmp_path / entry.address / "index.html"
        shown.parent.mkdir(parents=True)
        shown.write_text(f"<dd>{OUTCOMES.get(entry.outcome, '')}</dd>", "utf-8")
    assert list(source_faults(Packages(tmp_path), table)) == []
    (tmp_path / "register/bbbbbbbb/index.html").write_text("<dd>采纳</dd>", "utf-8")
    (fault,) = source_faults(Packages(tmp_path), table)
    assert "“不采纳”" in fault
    figure = json.loads(table.read_text("utf-8"))
    assert [row["page-count"] for row in figure["rows"]] == [2, 0, 1, 0]


def test_the_page_of_a_year_is_two_clicks_from_the_home_page(site: Path) -> None:
    def linked(page: str) -> set[str]:
        links = re.findall(r'href="([^"#?]+)"', (site / page / "index.html").read_text("utf-8"))
        return {urljoin(f"/{page}", link).lstrip("/") for link in links}

    assert "data/" in linked("")
    assert "data/2015/" in linked("data/")
