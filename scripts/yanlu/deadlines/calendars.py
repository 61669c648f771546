"""Working days and days off, as the State Council's yearly notices fix them.

The library knows the notices up to a certain year. A later year is not guessed: it is known
once `data/codes/holidays.csv` holds its whole notice. Rows of that file also correct the
library, for instance for a festival that an autonomous prefecture keeps.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import chinese_calendar

from yanlu.errors import DeadlineError
from yanlu.overlay import in_data

STATUTORY = 13  # days off in a year: 《全国年节及纪念日放假办法》 (2024) art. 2
# the festivals of the same article, each by what every name of it holds (清明节、清明假期)
FESTIVALS = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
SATURDAY = 5
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True)
class Day:
    """One day: whether offices work, and why, in the words of the notice."""

    date: date
    working: bool
    why: str


@dataclass(frozen=True)
class Calendar:
    """What is known of each day; `rows` (kind and name by day) go before the library."""

    rows: Mapping[date, tuple[str, str]]

    def knows(self, year: int) -> bool:
        """Whether the notice of a year has been published, as far as this office knows.

        Of a notice that was entered by hand up to some festival, the rest is not known.
        """
        return _in_library(year) or self._entered(year)

    def _entered(self, year: int) -> bool:
        names = [n for day, (kind, n) in self.rows.items() if (day.year, kind) == (year, "off")]
        whole = all(any(festival in name for name in names) for festival in FESTIVALS)
        return whole and len(names) >= STATUTORY

    def day(self, day: date) -> Day:
        """What a day is.

        Raises:
            DeadlineError: the notice of its year is not known.
        """
        if not self.knows(day.year):
            raise DeadlineError(
                f"{day.year}年的放假安排尚未公布，算不出工作日。公布以后请更新程序，"
                f"或者把通知里的每一天写进 data/codes/holidays.csv（放假的至少{STATUTORY}天，"
                f"{'、'.join(FESTIVALS)}都要有）。"
            )
        off, name = self._told(day)
        if name:
            return Day(day, not off, f"{name}{'放假' if off else '调休上班'}")
        return Day(day, not off, "休息日" if off else "工作日")

    def rests(self, day: date) -> str | None:
        """Why offices rest on a day, "" where they work; None: the notice is not known."""
        if not self.knows(day.year):
            return None
        told = self.day(day)
        return "" if told.working else told.why

    def _told(self, day: date) -> tuple[bool, str]:
        """Whether a day is off, and the name of the festival that makes it so, if any."""
        if day in self.rows:
            kind, name = self.rows[day]
            return kind == "off", name
        if not _in_library(day.year):
            return day.weekday() >= SATURDAY, ""
        return _in_notice(day)


def read_calendar(data: Path) -> Calendar:
    """The calendar of an office.

    Raises:
        DeadlineError: `holidays.csv` is missing, or a row does not say what it must.
    """
    path = in_data(data, "codes/holidays.csv")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return Calendar(
                {
                    date.fromisoformat(row["date"]): (row["kind"], row["name"])
                    for row in csv.DictReader(file)
                }
            )
    except FileNotFoundError:
        raise DeadlineError(
            "缺少 data/codes/holidays.csv（没有要改正的日子，也要有表头）。"
        ) from None
    except (KeyError, ValueError, TypeError):
        raise DeadlineError(
            "data/codes/holidays.csv 写得不对。请运行 yanlu check 查看行号。"
        ) from None


@cache  # the library looks for the last year that it knows, each time that it is asked
def _in_notice(day: date) -> tuple[bool, str]:
    off, name = chinese_calendar.get_holiday_detail(day)
    return off, chinese_calendar.Holiday(name).chinese if name else ""


@cache
def _in_library(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
