"""The due date of a rule, with every day that was counted or skipped on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from yanlu.deadlines.calendars import Calendar
from yanlu.deadlines.rules import Rule, Unit
from yanlu.errors import DeadlineError
from yanlu.model import chinese_day

_LAST = 9000  # a year beyond which no clerk counts


@dataclass(frozen=True)
class Step:
    """One day after the start: its number in the count, or None where it was skipped."""

    date: date
    number: int | None
    why: str


@dataclass(frozen=True)
class Count:
    """A rule counted from a day; the last step is the due date.

    `rest` says why offices rest on the due date, where they do; "" where they work, None
    where nobody knows yet.
    """

    rule: Rule
    start: date
    steps: tuple[Step, ...]
    rest: str | None

    @property
    def due(self) -> date:
        """The last day on which the thing is done in time, not rolled over a day off."""
        return self.steps[-1].date


def count(rule: Rule, start: date, calendar: Calendar) -> Count:
    """Count a rule from the day of its event; that day itself is not counted.

    Raises:
        DeadlineError: the rule did not hold on that day, or a working day is asked of a year
            whose calendar has not been published.
    """
    if not rule.holds(start):
        raise DeadlineError(
            f"{chinese_day(start)}不在“{rule.name}”的施行期间里"
            f"（从{rule.valid_from}起{f'，到{rule.valid_to}止' if rule.valid_to else ''}）。"
        )
    if start.year >= _LAST:
        raise DeadlineError(f"{start.year}年太远了。请检查日期。")
    steps: list[Step] = []
    number = 0
    for day in _after(start):
        told = calendar.day(day) if rule.unit is Unit.WORKING else None
        counted = told is None or told.working
        number += counted
        steps.append(Step(day, number if counted else None, told.why if told else ""))
        if number == rule.length:
            break
    return Count(rule, start, tuple(steps), _rest(steps[-1].date, calendar))


def _after(start: date) -> Iterator[date]:
    day = start
    while True:
        day += timedelta(days=1)
        yield day


def _rest(day: date, calendar: Calendar) -> str | None:
    if not calendar.knows(day.year):
        return None
    told = calendar.day(day)
    return "" if told.working else told.why
