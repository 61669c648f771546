"""Which suggestions an answer is owed to, since when, and what of it all is overdue."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from yanlu.deadlines.calendars import Calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import REPLY, Rule
from yanlu.errors import DeadlineError
from yanlu.intake.opinions import pending
from yanlu.intake.store.database import Connection, Store, rows
from yanlu.intake.store.records import UNANSWERED
from yanlu.model import Fate

NOTIFY = "notify-direct"  # in deadlines.csv: to tell a writer that the letter is here
_OPEN = (Fate.REGISTERED, Fate.FORWARDED, Fate.RETURNED, Fate.HANDLING, Fate.RESTUDIED)
_STATES = json.dumps(_OPEN)
_QUERY = (
    "SELECT s.id, s.fate, "
    "(SELECT max(day) FROM happening WHERE submission = s.id "
    " AND what IN ('registered', 'restudied')) AS since, "
    "(SELECT body FROM happening WHERE submission = s.id AND body IS NOT NULL "
    " ORDER BY number DESC LIMIT 1) AS body "
    "FROM submission AS s "
    "WHERE s.kind = 'suggestion' AND s.fate IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True)
class Owed:
    """A suggestion without its answer: the day it was registered, and who was last asked."""

    name: str
    fate: Fate
    since: date
    body: str | None


def owed_answers(store: Store) -> list[Owed]:
    """All suggestions that were registered, or are studied again, and have no answer yet."""
    return [
        Owed(row["id"], Fate(row["fate"]), date.fromisoformat(row["since"]), row["body"])
        for row in rows(store.main, _QUERY, (_STATES,))
        if row["since"]
    ]


@dataclass(frozen=True)
class Periods:
    """The office's rules by code, and the calendar by which they are counted."""

    rules: Mapping[str, Rule]
    calendar: Calendar

    def late(self, code: str, start: str | None, day: date) -> int:
        """Days by which what began on `start` is overdue; 0 where it is not, or no rule says so."""
        rule = self.rules.get(code)
        if not start or rule is None:
            return 0
        try:
            due = count(rule, date.fromisoformat(start), self.calendar).due
        except DeadlineError:  # not in force then, or no calendar yet by which it could be told
            return 0
        return max(0, (day - due).days)


def unanswered_late(main: Connection, periods: Periods, day: date) -> int:
    """Days by which the oldest suggestion without answer is overdue, published or not.

    What was registered has the office's own term; what is kept in the store and was not
    registered either has that of the notice, as has a request that an answer be studied again.
    """
    [kept] = rows(main, _KEPT)
    asked = [one["asked"] for one in pending(main)]
    notice = max(periods.late(NOTIFY, since, day) for since in (kept["day"], *asked[:1]))
    if REPLY not in periods.rules:
        return notice
    begun = periods.rules[REPLY].valid_from.isoformat()
    [owed] = rows(main, _OLDEST, (_STATES, begun))
    return max(notice, periods.late(REPLY, owed["since"], day))


def suspected_late(main: Connection, periods: Periods, day: date) -> int:
    """Days by which the oldest that was taken for spam should have been seen."""
    [oldest] = rows(main, _SUSPECTED)
    return periods.late(NOTIFY, oldest["day"], day)


_OLDEST = (
    f"SELECT min(since) AS since FROM ({_QUERY} AND s.erased IS NULL) AS owed WHERE since >= ?"  # noqa: S608 - our own words
)
_KEPT = (
    "SELECT min(day) AS day FROM submission WHERE kind = 'suggestion' AND delivery = 'kept' "
    "AND fate IN ('received', 'screened') AND erased IS NULL"
)
_SUSPECTED = (
    "SELECT min(day) AS day FROM submission WHERE lane = 'suspected' "  # noqa: S608 - our own words
    f"AND {UNANSWERED}"
)
