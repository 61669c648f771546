"""What is owed by when, as pages: two months of days without a script, no date rolled, no guess."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT
from website.register_site import build, put
from yanlu.deadlines.calendars import Calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import Unit, read_rules
from yanlu.guidance.owed import read_situations
from yanlu.settings import Portal
from yanlu.website.deadlines import Chained, chooser, counts

RULES = read_rules(ROOT / "data", "shili")
SITUATIONS = read_situations(ROOT / "data")
LIBRARY = Calendar({})
NOVEMBER = datetime.fromisoformat("2026-11-20T00:00:00+00:00")


@pytest.fixture
def pages(portal: Portal, tmp_path: Path) -> dict[str, str]:
    put(portal)
    return build(portal, tmp_path / "site", NOVEMBER)


def _rows(page: str) -> list[list[str]]:
    found = re.findall(r'<tr><th scope="row">\d+日（周.）</th>(.*?)</tr>', page)
    return [re.findall("<td>(.*?)</td>", row) for row in found]


def test_every_situation_has_a_page_with_answer_steps_laws_and_what_to_do(
    pages: dict[str, str],
) -> None:
    for one in SITUATIONS:
        page = pages[f"guide/owed/{one.code}/index.html"]
        assert f'href="/guide/owed/{one.code}/"' in pages["guide/owed/index.html"]
        assert f'<p class="lede">{one.answer}</p>' in page
        assert "本页没有说的" in page
        for step in one.steps:
            assert step.missing.rstrip("。") in page
            assert step.basis in page
            assert RULES[step.rule].basis in page
            assert f'href="/{step.door}">{step.door_title}</a>' in page


def test_a_step_that_follows_another_is_counted_from_its_last_day(pages: dict[str, str]) -> None:
    rows = _rows(pages["guide/owed/petitions/index.html"])
    assert len(rows) == 30 + 31
    assert rows[0] == ["11月16日（周一）", "12月1日（周二）"]  # 1 November, 15 days, 15 more
    assert rows[-1] == ["2027年1月15日（周五）", "2027年1月30日（周六）"]


def test_a_date_on_a_day_off_is_not_put_off(portal: Portal, tmp_path: Path) -> None:
    put(portal)
    august = datetime.fromisoformat("2026-08-10T00:00:00+00:00")
    page = build(portal, tmp_path / "a", august)["guide/owed/accepted/index.html"]
    assert _rows(page)[2] == ["10月2日（周五）", "11月1日（周日）"]  # 3 August; National Day


def test_working_days_of_an_unpublished_year_are_said_to_be_unknown_and_so_is_what_follows(
    pages: dict[str, str],
) -> None:
    rows = _rows(pages["guide/owed/disclosure/index.html"])
    assert rows[1] == ["11月30日（周一）", "12月28日（周一）"]  # 2 November
    assert ["尚未公布", "尚未公布"] in rows
    assert all(second == "尚未公布" for first, second in rows if first == "尚未公布")


def test_a_reader_s_own_period_is_not_to_be_used_to_its_last_day(pages: dict[str, str]) -> None:
    for code in ("replied", "review-replied"):
        page = pages[f"guide/owed/{code}/index.html"]
        assert "这是您自己的期限。不要等到最后一天。" in page
        assert "没有等到：" not in page
    assert "这是您自己的期限" not in pages["guide/owed/petitions/index.html"]


def test_what_begins_later_has_no_date_and_leads_to_its_own_page(pages: dict[str, str]) -> None:
    page = pages["guide/owed/direct/index.html"]
    assert [len(row) for row in _rows(page)] == [1] * 61
    assert 'href="/guide/owed/accepted/">' in page


@given(
    st.lists(st.sampled_from(sorted(RULES)), min_size=1, max_size=3),
    st.dates(date(2026, 1, 1), date(2026, 10, 1)),
)
@settings(max_examples=30)
def test_a_chain_is_each_rule_counted_from_the_due_day_before(codes: list[str], day: date) -> None:
    chain = [Chained(RULES[code], after=place > 0) for place, code in enumerate(codes)]
    start: date | None = day
    for counted, code in zip(counts(chain, LIBRARY, day), codes, strict=True):
        due = counted.due if counted else None
        if due is None:
            assert start is None or day.year < (start + timedelta(days=2 * 90)).year
        else:
            assert start
            assert due == count(RULES[code], start, LIBRARY).due
        start = due


@given(st.lists(st.integers(1, 40), min_size=1, max_size=3), st.sampled_from(Unit))
@settings(max_examples=30)
def test_the_list_of_days_suffices_for_a_chain_from_the_last_day_that_may_be_chosen(
    lengths: list[int], unit: Unit
) -> None:
    rule = RULES["handle"]
    chain = [
        Chained(type(rule)(**{**rule.__dict__, "length": n, "unit": unit}), after=place > 0)
        for place, n in enumerate(lengths)
    ]
    told = chooser(chain, LIBRARY, date(2025, 6, 1))  # 2026 is known, so every day counts
    first, last = date.fromisoformat(told["first"]), date.fromisoformat(told["to"])
    kinds = [told["kinds"][place] for place in told["days"][(last - first).days + 1 :]]
    counted = [working for working, _ in kinds if unit is Unit.CALENDAR or working]
    assert len(counted) >= sum(lengths)
