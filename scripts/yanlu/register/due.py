"""What the office owes, by the day it is due: answers and promises."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from yanlu.deadlines.calendars import Calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import Rule
from yanlu.model import FATES, Fate, Month
from yanlu.packages.suggestions import Suggestion, first_promised

_WAITING = frozenset(
    {Fate.REGISTERED, Fate.FORWARDED, Fate.RETURNED, Fate.HANDLING, Fate.RESTUDIED}
)
_TAKEN_DOWN = "承诺（内容已经撤下）"
_BEGINS = frozenset({Fate.REGISTERED, Fate.RESTUDIED})  # what a term for an answer runs from


@dataclass(frozen=True, order=True)
class Due:
    """One thing that is owed: until when, by whom (a code, or None), for which suggestion."""

    day: date
    name: str
    what: str
    body: str | None

    def left(self, today: date) -> int:
        """Days until it is due; less than nothing when it is overdue."""
        return (self.day - today).days


def promises_due(suggestions: Iterable[Suggestion]) -> Iterator[Due]:
    """Promises that are not shown to be kept, whatever the state, as on the public page.

    So also of what was taken down, or is studied again.
    """
    for suggestion in suggestions:
        front = suggestion.front
        for promise in front.get("promises", ()):
            if "evidence" not in promise:
                day = date.fromisoformat(first_promised(promise))
                yield Due(day, front["id"], promise.get("what", _TAKEN_DOWN), promise["body"])


@dataclass(frozen=True)
class Term:
    """The office's own term for answers, and the calendar by which it is counted."""

    rule: Rule
    calendar: Calendar

    def due(self, start: date) -> date:
        """The last day of what began on `start`.

        Raises:
            DeadlineError: the rule did not hold then.
        """
        return count(self.rule, start, self.calendar).due


def answers_due(
    suggestions: Iterable[Suggestion], term: Term, known: Collection[str]
) -> Iterator[Due]:
    """Answers owed to public suggestions; `known` are ids of which the true day is known.

    A file tells months only: the term runs from the last day of the month, as on the site. What
    was taken down is still to be answered.
    """
    for suggestion in suggestions:
        front = suggestion.front
        fate = Fate(front["fate"])
        if fate not in _WAITING or front["id"] in known:
            continue
        months = [s["month"] for s in front["history"] if Fate(s["state"]) in _BEGINS]
        start = Month.parse(months[-1]).end if months else None
        if start and term.rule.holds(start):
            what = f"回复（{FATES[fate].shown}）"
            yield Due(term.due(start), front["id"], what, front["bodies"]["lead"])
