"""The explainer of deadlines on the site: what `yanlu deadlines explain` tells, as pages.

Every page works without a script. One script lets a reader choose a day: it knows no calendar,
it only counts along the list of days that this module writes into the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from yanlu.deadlines.calendars import WEEKDAYS, Calendar, read_calendar
from yanlu.deadlines.count import Count, count
from yanlu.deadlines.rules import Rule, Unit, read_rules
from yanlu.deadlines.words import NOT_YET, RESTING, length, with_weekday
from yanlu.errors import DeadlineError
from yanlu.model import Month, chinese_day
from yanlu.settings import Portal
from yanlu.website.pelican_register import Sheet

ADDRESS = "guide/deadlines/"
SCRIPT = "assets/js/deadlines.js"
_UNKNOWN = "尚未公布"
_MARGIN = 20  # days: no chain of days off is as long


@dataclass(frozen=True)
class Explainer:
    """The rules of an office, and what is known of days, on the day of a build."""

    rules: Mapping[str, Rule]
    calendar: Calendar
    day: date

    def sheets(self) -> Iterator[Sheet]:
        """The list of rules, and a page for each."""
        yield Sheet(ADDRESS, "deadlines", self._index)
        for code, rule in self.rules.items():
            yield Sheet(f"{ADDRESS}{code}/", "deadline", partial(self._rule, code, rule))

    def _index(self) -> dict[str, Any]:
        laws: dict[str, list[dict[str, str]]] = {}
        for code, rule in self.rules.items():
            laws.setdefault(f"{rule.law}（{rule.version}）", []).append(_line(code, rule))
        return {"laws": laws, "years": self._years()}

    def _rule(self, code: str, rule: Rule) -> dict[str, Any]:
        longer = [_line(name, one) for name, one in self.rules.items() if one.extends == code]
        extended = self.rules.get(rule.extends)
        return {
            **_line(code, rule),
            "rule": rule,
            "working": rule.unit is Unit.WORKING,
            "extensions": longer,
            "extended": _line(rule.extends, extended) if extended else None,
            "months": [self._month(rule, month) for month in self._months()],
            "example": self._example(rule),
            "chooser": chooser(rule, self.calendar, self.day),
            "start": self.day,
            "script": SCRIPT,
            "years": self._years(),
        }

    def _months(self) -> tuple[Month, Month]:
        month = Month(self.day.year, self.day.month)
        return month, month.next

    def _years(self) -> list[dict[str, Any]]:
        """The years about the build, and whether their calendars are known."""
        years = (self.day.year, self.day.year + 1)
        return [{"year": year, "known": self.calendar.knows(year)} for year in years]

    def _month(self, rule: Rule, month: Month) -> dict[str, Any]:
        days = (month.start + timedelta(days=n) for n in range(month.end.day))
        return {
            "title": month.title,
            "rows": [self._row(rule, day) for day in days if rule.holds(day)],
        }

    def _row(self, rule: Rule, start: date) -> dict[str, str]:
        row = {"start": f"{start.day}日（{_weekday(start)}）", "due": _UNKNOWN, "note": ""}
        counted = self._count(rule, start)
        if counted is None:
            return row
        due, note = counted.due, _UNKNOWN if counted.rest is None else counted.rest
        year = f"{due.year}年" if due.year != start.year else ""
        shown = f"{year}{due.month}月{due.day}日（{_weekday(due)}）"
        return {**row, "due": shown, "note": note}

    def _example(self, rule: Rule) -> dict[str, Any] | None:
        """One count of working days, day by day, from the first day of the month."""
        start = self._months()[0].start
        counted = self._count(rule, start) if rule.unit is Unit.WORKING else None
        if counted is None:
            return None
        days = [{"day": _short(s.date), "number": s.number, "why": s.why} for s in counted.steps]
        return {"start": with_weekday(start), "due": with_weekday(counted.due), "days": days}

    def _count(self, rule: Rule, start: date) -> Count | None:
        """None: the calendar of a year that it takes has not been published, or no rule yet."""
        try:
            return count(rule, start, self.calendar)
        except DeadlineError:
            return None


def explainer(portal: Portal, day: date) -> Explainer:
    """The explainer of an office.

    Raises:
        DeadlineError: a list of rules or of days off that does not say what it must.
    """
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    return Explainer(rules, read_calendar(portal.data), day)


def chooser(rule: Rule, calendar: Calendar, day: date) -> dict[str, Any]:
    """What the script counts with: the rule, days from last year to the end of the next, words.

    `days` holds for each day from `first` on its place in `kinds`: whether offices work on it
    (None: nobody knows yet) and why. `from` and `to` bound the days that may be chosen.
    """
    first, last = date(day.year - 1, 1, 1), date(day.year + 1, 12, 31)
    kinds: dict[tuple[bool | None, str], int] = {}
    days = [
        kinds.setdefault(_kind(first + timedelta(days=n), calendar), len(kinds))
        for n in range((last - first).days + 1)
    ]
    start = max(first, rule.valid_from)
    end = min(last - timedelta(days=2 * rule.length + _MARGIN), rule.valid_to or last)
    return {
        "length": rule.length,
        "working": rule.unit is Unit.WORKING,
        "first": first.isoformat(),
        "from": start.isoformat(),
        "to": end.isoformat(),
        "kinds": list(kinds),
        "days": days,
        "weekdays": WEEKDAYS,
        "words": {
            "due": "到期：{day}",
            "unknown": "{year}年的放假安排尚未公布，算不出工作日。",
            "range": f"请选{chinese_day(start)}到{chinese_day(end)}之间的一天。",
            "notYet": NOT_YET,
            "resting": RESTING,
            "counted": "第{number}日",
            "skipped": "不算",
        },
    }


def _kind(day: date, calendar: Calendar) -> tuple[bool | None, str]:
    if not calendar.knows(day.year):
        return None, ""
    told = calendar.day(day)
    return told.working, told.why


def _line(code: str, rule: Rule) -> dict[str, str]:
    return {
        "name": rule.name,
        "address": f"{ADDRESS}{code}/",
        "length": length(rule),
        "starts_at": rule.starts_at,
        "who": rule.who,
        "article": rule.article,
        "basis": rule.basis,
    }


def _weekday(day: date) -> str:
    """As it fits into a narrow table."""
    return WEEKDAYS[day.weekday()].replace("星期", "周")


def _short(day: date) -> str:
    """A day of a year that is clear."""
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
