"""The explainer of deadlines on the site: what `yanlu deadlines explain` tells, as pages.

Every page works without a script. One script lets a reader choose a day: it knows no calendar,
it only counts along the list of days that this module writes into the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from yanlu.website.sheet import Sheet

ADDRESS = "guide/deadlines/"
SCRIPT = "assets/js/deadlines.js"
UNKNOWN = "尚未公布"
_MARGIN = 20  # days: no chain of days off is as long


@dataclass(frozen=True)
class Chained:
    """A rule that the script counts: from the chosen day, or (`after`) from the due day before.

    `due` and `unknown` are sentences with a place for the day, and for the year.
    """

    rule: Rule
    after: bool = False
    due: str = "到期：{day}"
    unknown: str = "{year}年的放假安排尚未公布，算不出工作日。"


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
        alone = [Chained(rule)]
        longer = [_line(name, one) for name, one in self.rules.items() if one.extends == code]
        extended = self.rules.get(rule.extends)
        return {
            **_line(code, rule),
            "rule": rule,
            "working": rule.unit is Unit.WORKING,
            "extensions": longer,
            "extended": _line(rule.extends, extended) if extended else None,
            "months": [self._month(rule, month) for month in two_months(self.day)],
            "example": self._example(rule),
            "chooser": chooser(alone, self.calendar, self.day),
            "answers": answers(alone, self.calendar, self.day),
            "days": self._days(rule, self.day) if rule.unit is Unit.WORKING else [],
            "start": self.day,
            "script": SCRIPT,
            "years": self._years(),
        }

    def _years(self) -> list[dict[str, Any]]:
        return years_known(self.calendar, self.day)

    def _month(self, rule: Rule, month: Month) -> dict[str, Any]:
        return {
            "title": month.title,
            "rows": [self._row(rule, day) for day in days_of(month) if rule.holds(day)],
        }

    def _row(self, rule: Rule, start: date) -> dict[str, str]:
        row = {"start": start_cell(start), "due": UNKNOWN, "note": ""}
        counted = count_known(rule, start, self.calendar)
        if counted is None:
            return row
        note = UNKNOWN if counted.rest is None else counted.rest
        return {**row, "due": due_cell(start, counted.due), "note": note}

    def _example(self, rule: Rule) -> dict[str, Any] | None:
        """One count of working days, day by day, from the first day of the month."""
        start = two_months(self.day)[0].start
        working = rule.unit is Unit.WORKING
        counted = count_known(rule, start, self.calendar) if working else None
        if counted is None:
            return None
        days = self._days(rule, start)
        return {"start": with_weekday(start), "due": with_weekday(counted.due), "days": days}

    def _days(self, rule: Rule, start: date) -> list[dict[str, Any]]:
        """Every day that is counted from a start, with its number and why it is one or is not."""
        counted = count_known(rule, start, self.calendar)
        steps = counted.steps if counted else ()
        return [{"day": _short(s.date), "number": s.number, "why": s.why} for s in steps]


def explainer(portal: Portal, day: date) -> Explainer:
    """The explainer of an office.

    Raises:
        DeadlineError: a list of rules or of days off that does not say what it must.
    """
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    return Explainer(rules, read_calendar(portal.data), day)


def chooser(steps: Sequence[Chained], calendar: Calendar, day: date) -> dict[str, Any]:
    """What the script counts with: the rules, days from last year to the end of the next, words.

    `days` holds for each day from `first` on its place in `kinds`: whether offices work on it
    (None: nobody knows yet) and why. `from` and `to` bound the days that may be chosen.
    """
    first, last = date(day.year - 1, 1, 1), date(day.year + 1, 12, 31)
    kinds: dict[tuple[bool | None, str], int] = {}
    days = [
        kinds.setdefault(_kind(first + timedelta(days=n), calendar), len(kinds))
        for n in range((last - first).days + 1)
    ]
    start, end = _bounds(steps, first, last)
    return {
        "steps": [_step(step) for step in steps],
        "first": first.isoformat(),
        "from": start.isoformat(),
        "to": end.isoformat(),
        "kinds": list(kinds),
        "days": days,
        "weekdays": WEEKDAYS,
        "words": {
            "range": f"请选{chinese_day(start)}到{chinese_day(end)}之间的一天。",
            "notYet": NOT_YET,
            "resting": RESTING,
            "counted": "第{number}日",
            "skipped": "不算",
        },
    }


def counts(steps: Sequence[Chained], calendar: Calendar, start: date) -> list[Count | None]:
    """Each step counted; None: the calendar of a year that it takes is not known."""
    found: list[Count | None] = []
    for step in steps:
        before = found[-1] if step.after else None
        begin = start if not step.after else before and before.due
        found.append(count_known(step.rule, begin, calendar) if begin else None)
    return found


def answers(steps: Sequence[Chained], calendar: Calendar, start: date) -> list[tuple[str, str]]:
    """For each step what the script is about to say, and its note: then nothing moves when it does.

    Empty where it is going to say that a calendar is not known.
    """
    found = zip(steps, counts(steps, calendar, start), strict=True)
    return [_answer(step.due, counted) if counted else ("", "") for step, counted in found]


def _answer(words: str, counted: Count) -> tuple[str, str]:
    note = RESTING.format(why=counted.rest) if counted.rest else ""
    if counted.rest is None:
        note = NOT_YET.format(year=counted.due.year)
    return words.format(day=with_weekday(counted.due)), note


def _bounds(steps: Sequence[Chained], first: date, last: date) -> tuple[date, date]:
    """From which day all rules hold, and to which the list of days suffices."""
    longest = sum(2 * step.rule.length + _MARGIN for step in steps)
    ends = [step.rule.valid_to for step in steps if step.rule.valid_to]
    start = max(first, *(step.rule.valid_from for step in steps))
    return start, min([last - timedelta(days=longest), *ends])


def _step(step: Chained) -> dict[str, Any]:
    rule = step.rule
    working = rule.unit is Unit.WORKING
    told = {"due": step.due, "unknown": step.unknown}
    return {"length": rule.length, "working": working, "after": step.after, **told}


def count_known(rule: Rule, start: date, calendar: Calendar) -> Count | None:
    """None: the calendar of a year that it takes has not been published, or no rule yet."""
    try:
        return count(rule, start, calendar)
    except DeadlineError:
        return None


def two_months(day: date) -> tuple[Month, Month]:
    """The month of a build and the next: those whose days are told without a script."""
    month = Month(day.year, day.month)
    return month, month.next


def days_of(month: Month) -> Iterator[date]:
    """Every day of a month."""
    return (month.start + timedelta(days=n) for n in range(month.end.day))


def years_known(calendar: Calendar, day: date) -> list[dict[str, Any]]:
    """The years about the build, and whether their calendars are known."""
    return [{"year": year, "known": calendar.knows(year)} for year in (day.year, day.year + 1)]


def start_cell(start: date) -> str:
    """A day of a month that the table names."""
    return f"{start.day}日（{_weekday(start)}）"


def due_cell(start: date, due: date) -> str:
    """A due date as it fits into a narrow table: with its year where it is another."""
    year = f"{due.year}年" if due.year != start.year else ""
    return f"{year}{due.month}月{due.day}日（{_weekday(due)}）"


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
