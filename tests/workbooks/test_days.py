"""Every spelling of a day that begins with the year is read, and no other is guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.exports import spelled
from yanlu.workbooks.days import UNREADABLE, year_first

READ = {
    "2026-10-3": "2026-10-03",
    "2026/10/03": "2026-10-03",
    "2026.10.3": "2026-10-03",
    "2026年10月3日": "2026-10-03",
    "２０２６年１０月３日": "2026-10-03",
    " 2026 年 10 月 3 日 ": "2026-10-03",
    "20261003": "2026-10-03",
    "46298": "2026-10-03",
    "2026-10-03 00:00:00": "2026-10-03",
    "2026-10-03T09:05:07": "2026-10-03 09:05:07",
    "2026/10/3 9:05": "2026-10-03 09:05:00",
    "2026年10月3日 下午3时05分": "2026-10-03 15:05:00",
    "2026-10-03 09:05:07.123": "2026-10-03 09:05:07",
    "20261003090507": "2026-10-03 09:05:07",
}
UNREAD = (
    "10/3/2026", "3-10-2026", "26-10-3", "2026-13-01", "2026-02-30", "2026-10/03", "2026年10月",
    "2026", "13912345678", "110101199003078515", "60000年", "张三", "", "-", "46298天",
)  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_day_that_begins_with_the_year_is_read(text: str) -> None:
    assert year_first(text) == READ[text]


@pytest.mark.parametrize("text", UNREAD)
def test_anything_else_is_not_guessed_and_not_carried_along(text: str) -> None:
    assert year_first(text) == UNREADABLE


@given(st.dates(date(1950, 1, 2), date(2099, 12, 31)), st.integers(0, 7))
def test_all_spellings_of_a_day_are_the_same_day(day: date, way: int) -> None:
    assert year_first(spelled(day, way)) == day.isoformat()


@given(st.datetimes(datetime(1950, 1, 2), datetime(2099, 12, 31)))  # noqa: DTZ001 - local
def test_a_moment_in_a_cell_is_the_same_as_its_number(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    days = (whole - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001 - local
    assert year_first(days) == year_first(whole) == year_first(f"{days:.10f}")


def test_days_since_1904_are_four_years_and_a_day_later() -> None:
    assert year_first(40_000) == "2009-07-06"
    assert year_first(40_000, since_1904=True) == "2013-07-07"
