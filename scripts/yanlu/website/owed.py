"""What a reader is owed, and by when: a page for each thing that one may have done.

Due dates are not rolled over days off: of what an office owes that is the date that holds, of
what the reader may do it is the one to keep to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from yanlu.deadlines.calendars import Calendar, read_calendar
from yanlu.deadlines.count import Count
from yanlu.deadlines.rules import Rule, read_rules
from yanlu.deadlines.words import length
from yanlu.errors import BuildError
from yanlu.guidance.owed import Counted, Situation, Step, owed_faults, read_situations
from yanlu.model import Month
from yanlu.settings import Portal
from yanlu.website.deadlines import ADDRESS as RULES
from yanlu.website.deadlines import (
    SCRIPT,
    UNKNOWN,
    Chained,
    answers,
    chooser,
    counts,
    days_of,
    due_cell,
    start_cell,
    two_months,
    years_known,
)
from yanlu.website.sheet import Sheet

ADDRESS = "guide/owed/"


@dataclass(frozen=True)
class Owed:
    """The situations of an office, its rules, and what is known of days on the day of a build."""

    situations: Sequence[Situation]
    rules: Mapping[str, Rule]
    calendar: Calendar
    day: date

    def sheets(self) -> Iterator[Sheet]:
        """The list of situations, and a page for each."""
        yield Sheet(ADDRESS, "owed", self._index)
        for one in self.situations:
            yield Sheet(f"{ADDRESS}{one.code}/", "owed_one", partial(self._page, one))

    def _index(self) -> dict[str, Any]:
        links = [{"name": s.name, "address": f"{ADDRESS}{s.code}/"} for s in self.situations]
        return {"situations": links, "checked": max(s.last_checked for s in self.situations)}

    def _page(self, situation: Situation) -> dict[str, Any]:
        dated = [step for step in situation.steps if step.counted is not Counted.LATER]
        chain = [self._chained(step) for step in dated]
        return {
            "situation": situation,
            "address": f"{ADDRESS}{situation.code}/",
            "steps": [self._step(step) for step in situation.steps],
            "columns": [self.rules[step.rule].name for step in dated],
            "months": [self._month(chain, month) for month in two_months(self.day)],
            "chooser": chooser(chain, self.calendar, self.day),
            "answers": answers(chain, self.calendar, self.day),
            "start": self.day,
            "script": SCRIPT,
            "years": years_known(self.calendar, self.day),
        }

    def _step(self, step: Step) -> dict[str, Any]:
        rule = self.rules[step.rule]
        return {
            "step": step,
            "rule": rule,
            "length": length(rule),
            "address": f"{RULES}{step.rule}/",
        }

    def _chained(self, step: Step) -> Chained:
        rule = self.rules[step.rule]
        due = f"{rule.name}：{'到{day}为止，不要等到最后一天' if step.own else '最晚{day}'}"
        unknown = f"{rule.name}：{{year}}年的放假安排尚未公布，算不出工作日"
        return Chained(rule, step.counted is Counted.PREVIOUS, due, unknown)

    def _month(self, chain: Sequence[Chained], month: Month) -> dict[str, Any]:
        rows = [
            {
                "start": start_cell(day),
                "dues": [_cell(day, one) for one in counts(chain, self.calendar, day)],
            }
            for day in days_of(month)
        ]
        return {"title": month.title, "rows": rows}


def owed(portal: Portal, day: date) -> Owed:
    """What is owed by the tables of an office.

    Raises:
        BuildError: a step names no rule in use, or cannot be counted.
        DeadlineError: a list of rules or of days off that does not say what it must.
    """
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    faults = owed_faults(portal.data, rules)
    if faults:
        raise BuildError(f"没有生成网站。{faults[0]}")
    return Owed(read_situations(portal.data), rules, read_calendar(portal.data), day)


def _cell(start: date, counted: Count | None) -> str:
    return due_cell(start, counted.due) if counted else UNKNOWN
