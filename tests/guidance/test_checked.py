"""How old a page may be: a year in the guide, with a reminder a month before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.laws import DAY
from yanlu.guidance.checked import age_faults, age_notes, row_age_faults
from yanlu.guidance.pages import Page, read_page


def _page(checked: str, place: str = "content/guide/a.md") -> Page:
    return read_page(place, f"---\ntitle: 题目\nlast_checked: {checked}\n---\n\n正文。\n")


@pytest.mark.parametrize(
    ("checked", "fault", "note"),
    [
        ("2026-11-29", False, False),
        ("2025-12-29", False, False),
        ("2025-12-28", False, True),
        ("2025-11-29", False, True),
        ("2025-11-28", True, False),
    ],
)
def test_eleven_months_remind_and_a_year_is_a_fault(checked: str, fault: bool, note: bool) -> None:
    page = _page(checked)
    assert bool(list(age_faults(page, DAY))) is fault
    assert bool(list(age_notes(page, DAY))) is note


def test_outside_the_guide_an_old_page_is_a_reminder_only() -> None:
    page = _page("2020-01-01", "content/suggest/a.md")
    assert list(age_faults(page, DAY)) == []
    (note,) = age_notes(page, DAY)
    assert note.startswith("content/suggest/a.md：2020-01-01 核对过")


def test_a_page_of_the_guide_says_when_it_was_checked() -> None:
    (fault,) = age_faults(read_page("content/guide/a.md", "# 题目\n"), DAY)
    assert "头部没有 last_checked" in fault
    assert list(age_faults(read_page("content/about/a.md", "# 题目\n"), DAY)) == []


def test_a_day_that_is_none_or_is_to_come_is_told() -> None:
    (fault,) = age_faults(_page("去年"), DAY)
    assert "不是日期" in fault
    (fault,) = age_faults(_page("2036-11-29"), DAY)
    assert "在将来" in fault


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.integers(0, 800))
def test_a_page_never_gets_younger(checked: date, days: int) -> None:
    page, day = _page(checked.isoformat()), checked + timedelta(days=days)
    old = bool(list(age_faults(page, day)))
    assert bool(list(age_faults(page, day + timedelta(days=1)))) >= old
    assert old is (
        days > 366 or (days == 366 and (checked + timedelta(days=366)).day != checked.day)
    )


@pytest.mark.parametrize("name", ["doors", "situations"])
def test_a_row_that_becomes_a_page_is_checked_every_year_too(name: str) -> None:
    place = f"data/guidance/{name}.csv"
    rows = [{"last_checked": "2025-11-29"}, {"last_checked": "2025-11-28"}]
    (fault,) = row_age_faults(place, rows, DAY)
    assert fault.startswith(f"{place} 第 3 行 列 last_checked：一年没有核对了（2025-11-28）")


def test_a_window_that_nobody_has_called_for_a_year_is_a_reminder_elsewhere() -> None:
    rows = [{"last_checked": "2001-01-01"}]
    assert list(row_age_faults("data/guidance/offices.csv", rows, DAY)) == []


@pytest.mark.parametrize("place", ["data/guidance/offices.csv", "data/guidance/doors.csv"])
def test_no_row_is_checked_before_its_day(place: str) -> None:
    rows = [{"last_checked": "2026-11-29"}, {"last_checked": "2027-11-29"}]
    (fault,) = row_age_faults(place, rows, DAY)
    assert fault.startswith(f"{place} 第 3 行 列 last_checked：在将来")
