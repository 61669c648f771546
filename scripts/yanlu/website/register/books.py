"""What is owed and what was kept: promises, replies in time, and bands of how many asked.

Counts here are of published suggestions, which anyone can count on the pages themselves: they
are exact and need no rounding. What is not published enters none of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from yanlu.deadlines.calendars import Calendar, read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import REPLY, Rule, read_rules
from yanlu.errors import SettingsError
from yanlu.model import Fate
from yanlu.settings import Portal, read_codes
from yanlu.website.register.entries import ADOPTED, Entry, Promise, last_day

SOON = 30  # days before its day from which on a promise is shown as due
_ANSWERED = frozenset(
    {Fate.REPLIED, Fate.PROMISED, Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT, Fate.CLOSED}
)


class Standing(StrEnum):
    """How a promise stands; in the order in which readers are shown them."""

    OVERDUE = "overdue"
    SOON = "soon"
    OPEN = "open"
    KEPT = "kept"

    @property
    def shown(self) -> str:
        """In words."""
        return _SHOWN[self]


_SHOWN = {
    Standing.OVERDUE: "逾期，还没有落实",
    Standing.SOON: "快到期了",
    Standing.OPEN: "正在落实",
    Standing.KEPT: "已落实",
}


def standing(promise: Promise, day: date) -> Standing:
    """How a promise stands on a day; its own last day is still in time."""
    if promise.evidence:
        return Standing.KEPT
    if promise.first < day:
        return Standing.OVERDUE
    return Standing.SOON if promise.first <= day + timedelta(days=SOON) else Standing.OPEN


@dataclass(frozen=True)
class Owed:
    """A promise of a suggestion, and how it stands."""

    entry: Entry
    promise: Promise
    standing: Standing


def promises(entries: Iterable[Entry], day: date) -> list[Owed]:
    """All promises: overdue ones first, the longest overdue before all others; kept ones last."""
    owed = [Owed(e, p, standing(p, day)) for e in entries for p in e.promises]
    ranks = {kind: rank for rank, kind in enumerate(Standing)}
    kept_late = date.max.toordinal()
    return sorted(
        owed,
        key=lambda one: (
            ranks[one.standing],
            kept_late - one.promise.first.toordinal()
            if one.standing is Standing.KEPT
            else one.promise.first.toordinal(),
            one.entry.id,
        ),
    )


def unpromised(entries: Iterable[Entry]) -> list[Entry]:
    """Adopted ones of which nobody has said yet who does what by when."""
    return [entry for entry in entries if entry.outcome in ADOPTED and not entry.promises]


class Limit:
    """By when the office answers, as it has decided for itself; the law sets no days."""

    def __init__(self, rule: Rule, calendar: Calendar) -> None:
        self.rule, self._calendar = rule, calendar
        self._dues: dict[str, date | None] = {}  # there are few months, and many suggestions

    def due(self, month: str) -> date | None:
        """The due date of what was registered in a month, counted from the month's last day.

        Only months are public: so nothing is called late here that may have been in time.
        None: the rule did not hold yet.
        """
        if month not in self._dues:
            start = last_day(month)
            holds = self.rule.holds(start)
            self._dues[month] = count(self.rule, start, self._calendar).due if holds else None
        return self._dues[month]


def reply_limit(portal: Portal) -> Limit | None:
    """The office's own limit for replies, where its list of deadlines has one."""
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    return Limit(rules[REPLY], read_calendar(portal.data)) if REPLY in rules else None


def reply_due(entry: Entry, limit: Limit | None) -> date | None:
    """By when a suggestion must have been answered; None: no limit, or not registered.

    What is studied again is answered anew: its term runs from then.
    """
    begun = entry.month_of(begins(entry))
    return limit.due(begun) if limit and begun else None


def begins(entry: Entry) -> Fate:
    """The step from which the term of the answer runs that is next."""
    return Fate.RESTUDIED if entry.fate is Fate.RESTUDIED else Fate.REGISTERED


def reply_overdue(entry: Entry, limit: Limit | None, day: date) -> bool:
    """Whether an answer is late that has not come."""
    due = reply_due(entry, limit) if _waits(entry) else None
    return due is not None and due < day


def _waits(entry: Entry) -> bool:
    open_ = entry.fate not in (*_ANSWERED, Fate.MERGED, Fate.WITHDRAWN)
    return open_ and (entry.fate is Fate.RESTUDIED or not entry.month_of(Fate.REPLIED))


@dataclass(frozen=True)
class InTime:
    """Of a body: replies that were due, and those of them that came in time."""

    body: str
    due: int
    in_time: int

    def share(self, minimum: int) -> str:
        """In per cent, where the denominator is large enough to say so."""
        return f"{100 * self.in_time / self.due:.1f}%" if self.due >= minimum else "–"


def in_time(entries: Iterable[Entry], limit: Limit, day: date) -> list[InTime]:
    """By lead body, in no order of merit: who calls for a list sorts it by its codes.

    What counts is the first answer: one that is studied again was in time or it was not. Counted
    are published suggestions that were answered, or whose day has passed, also before
    they were withdrawn or taken down. The counts are exact, since every one of them is a page.
    """
    due: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    for entry in entries:
        registered = entry.month_of(Fate.REGISTERED)
        last = limit.due(registered) if registered else None
        if last is None:
            continue
        withdrawn_late = entry.month_of(Fate.WITHDRAWN) > last.isoformat()[:7]
        if entry.answered or withdrawn_late or reply_overdue(entry, limit, day):
            due[entry.bodies.lead] += 1
            kept[entry.bodies.lead] += "" < entry.answered <= last.isoformat()[:7]
    return [InTime(body, due[body], kept[body]) for body in due]


def overall(shares: Iterable[InTime]) -> InTime:
    """The same of all bodies together."""
    listed = list(shares)
    return InTime("", sum(one.due for one in listed), sum(one.in_time for one in listed))


def months_late(due: date, day: date) -> int:
    """Whole months that have gone by since the last day on which it would have been in time."""
    months = 12 * (day.year - due.year) + day.month - due.month
    return months - (day.day < due.day)


def merged_counts(entries: Iterable[Entry]) -> Mapping[str, int]:
    """How many published suggestions were merged into each."""
    return Counter(entry.merged_into for entry in entries if entry.merged_into)


@dataclass(frozen=True)
class Band:
    """So many letters at least, and at most (None: no end), in words for readers."""

    name: str
    least: int
    most: int | None


def read_bands(portal: Portal) -> list[Band]:
    """The bands of `data/codes/bands.csv`, in which every count from one on has its place.

    Raises:
        SettingsError: they leave a gap, or overlap.
    """
    rows = read_codes(portal.data / "codes" / "bands.csv").rows.values()
    bands = [Band(r["name"], int(r["least"]), int(r["most"]) if r["most"] else None) for r in rows]
    begins = [1, *(band_.most + 1 for band_ in bands if band_.most is not None)]
    if [band_.least for band_ in bands] != begins or not bands or bands[-1].most is not None:
        raise SettingsError(
            "data/codes/bands.csv：各档要从1起、由少到多接起来，只有最后一档没有上限。"
        )
    return bands


def band(count_: int, bands: Iterable[Band]) -> str:
    """A count of letters as a band, so that no single letter more shows."""
    return next(one.name for one in bands if one.most is None or count_ <= one.most)
