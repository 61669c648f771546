"""What an upward report is made of: what the office has published, and nothing else.

True counts would be a second set of numbers of the same months: whoever holds both gets the
small ones by subtraction, and a report is copied on. Art. 41 asks for statistics, not for more
exact ones; what it asks for and nothing here holds is left open for people to write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from yanlu.errors import InputError
from yanlu.model import Event, Fate, Month, Release, RollUp
from yanlu.packages.proposals import (
    Proposal,
    Sanctions,
    open_proposal,
    proposal_files,
    read_sanctions,
)
from yanlu.packages.read import Listing, in_force, newest, read_release
from yanlu.packages.rollups import Held, listed_rollups, read_rollup
from yanlu.packages.suggestions import Suggestion, open_suggestion, suggestion_files
from yanlu.settings import Codes, Portal, read_codes

STEPS = (Fate.FORWARDED, Fate.RETURNED, Fate.REPLIED, Fate.PROMISE_OVERDUE)  # told of by body
_LISTS = ("bodies", "outcomes")  # beside those of the statistics


@dataclass(frozen=True)
class Gathered:
    """All of a period: releases and roll-ups in force, the register, supervision."""

    portal: Portal
    months: Sequence[Month]
    listings: Sequence[Listing]
    releases: Sequence[Release]
    rollups: Sequence[Held]
    suggestions: Sequence[Suggestion]
    proposals: Sequence[Proposal]
    sanctions: Sequence[Sanctions]

    @cached_property
    def codes(self) -> Mapping[str, Codes]:
        """Every code list that the report names things by."""
        folder = self.portal.data / "codes"
        more = {name: read_codes(folder / f"{name}.csv") for name in _LISTS}
        return {**self.portal.codes, **more}

    @property
    def missing(self) -> Sequence[Month]:
        """Months of the period that were not released."""
        released = {release.month for release in self.releases}
        return [month for month in self.months if month not in released]

    @property
    def unrolled(self) -> Sequence[Month]:
        """Months of the period of which there is no roll-up."""
        rolled = {held.rollup.month for held in self.rollups}
        return [month for month in self.months if month not in rolled]

    @property
    def base(self) -> int:
        """Below it small counts were rounded, in anything that is told; 0 where nothing was."""
        rolled = [held.rollup.base for held in self.rollups]
        return max([*(release.base for release in self.releases), *rolled], default=0)

    @cached_property
    def citizens(self) -> frozenset[str]:
        """Channels through which citizens write; what the office noted itself is no petition."""
        rows = self.portal.codes["channels"].rows
        return frozenset(code for code, row in rows.items() if row["writer"] == "citizen")

    def sums(self, by: str) -> Mapping[str, Counter[Event]]:
        """Events of what citizens sent, by `month` or by the codes of a dimension of the cells."""
        return self._sums(self.releases, by)

    def rolled(self, by: str) -> Mapping[str, Counter[Event]]:
        """The same of all roll-ups."""
        return self._sums([held.rollup for held in self.rollups], by)

    def _sums(self, told: Sequence[Release | RollUp], by: str) -> Mapping[str, Counter[Event]]:
        found: dict[str, Counter[Event]] = {}
        for figures in told:
            for cell, count in figures.counts.items():
                if cell.channel in self.citizens:
                    code = str(figures.month) if by == "month" else str(getattr(cell, by))
                    found.setdefault(code, Counter())[cell.event] += count
        return found

    def steps(self) -> Mapping[str, Counter[Fate]]:
        """Steps of public suggestions in the period, by the body that took or was given them."""
        found: dict[str, Counter[Fate]] = {}
        for suggestion in self.suggestions:
            for step in self._in_period(suggestion):
                state = Fate(step["state"])
                if state in STEPS:
                    body = step.get("body", suggestion.front["bodies"]["lead"])
                    found.setdefault(body, Counter())[state] += 1
        return found

    def outcomes(self) -> Counter[str]:
        """Public suggestions by their outcome, of those whose last reply is of the period."""
        found: Counter[str] = Counter()
        for suggestion in self.suggestions:
            replies = [s for s in suggestion.front["history"] if s["state"] == Fate.REPLIED]
            if replies and "outcome" in suggestion.front and self.covers(replies[-1]["month"]):
                found[suggestion.front["outcome"]] += 1
        return found

    def covers(self, month: str) -> bool:
        """Whether a month, written `2026-10`, lies in the period."""
        return str(self.months[0]) <= month <= str(self.months[-1])

    def _in_period(self, suggestion: Suggestion) -> Iterator[Mapping[str, str]]:
        return (step for step in suggestion.front["history"] if self.covers(step["month"]))


def gather(portal: Portal, first: Month, last: Month) -> Gathered:
    """Everything that was published of the months from `first` to `last`.

    Raises:
        InputError: the period ends before it begins, or is longer than a year.
        PackageError: a published file is missing or altered.
    """
    months = _period(first, last)
    data, named = portal.data, set(months)
    listings = [entry for entry in newest(data) if entry.month in named]
    proposals = [open_proposal(path) for path in proposal_files(data)]
    years = {month.year for month in months}
    return Gathered(
        portal,
        months,
        listings,
        [read_release(data, entry.month, entry.version) for entry in listings],
        [
            read_rollup(data, entry.month, entry.version)
            for entry in in_force(listed_rollups(data))
            if entry.month in named
        ],
        [open_suggestion(path) for path in suggestion_files(data)],
        [one for one in proposals if _told(one, months)],
        [one for one in read_sanctions(data) if one.year in years],
    )


def _period(first: Month, last: Month) -> Sequence[Month]:
    months = [first]
    while months[-1] < last and len(months) < 12:
        months.append(months[-1].next)
    if months[-1] != last:
        raise InputError(
            f"{first} 至 {last} 不是一段可以报告的时间：--from 不能晚于 --to，最长12个月。"
        )
    return months


def _told(proposal: Proposal, months: Sequence[Month]) -> bool:
    """Whether it was made or answered in the period."""
    named = (proposal.front["made"], (proposal.front.get("answer") or {}).get("month", ""))
    return any(str(months[0]) <= month <= str(months[-1]) for month in named)
