"""What years count of the register: plain ids, of which pages are made elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import msgspec

from yanlu.model import Fate
from yanlu.website.register.books import Standing, standing
from yanlu.website.register.entries import Entry

DUE = (Standing.KEPT, Standing.OVERDUE)  # all that a promise can be when its year is over


class Tally(msgspec.Struct, frozen=True):
    """What years count of the register: by year and by outcome or standing, ids of suggestions.

    `day` is that of the build; `removed` are ids of what was taken down, which counts as before,
    and `again` of what was answered again in a later year than first.
    """

    day: date
    outcomes: dict[int, dict[str, list[str]]]
    promises: dict[int, dict[str, list[str]]]
    removed: list[str]
    again: list[str]


def tally(entries: Sequence[Entry], day: date) -> Tally:
    """All that the years, and this one, count."""
    removed = sorted(entry.id for entry in entries if entry.removed)
    again = sorted(e.id for e in entries if e.month_of(Fate.REPLIED)[:4] > e.answered[:4])
    outcomes, promises = _by_year(_outcomes(entries)), _by_year(_promises(entries, day))
    return Tally(day, outcomes, promises, removed, again)


def _outcomes(entries: Iterable[Entry]) -> Iterator[tuple[int, str, str]]:
    """By the first answer: a later one must not take anything out of a year that was told of."""
    for entry in entries:
        if entry.answered and entry.outcome:
            yield int(entry.answered[:4]), entry.outcome, entry.id


def _promises(entries: Iterable[Entry], day: date) -> Iterator[tuple[int, str, str]]:
    for entry in entries:
        for promise in entry.promises:
            if (stands := standing(promise, day)) in DUE:
                yield promise.first.year, stands, entry.id


def _by_year(counted: Iterable[tuple[int, str, str]]) -> dict[int, dict[str, list[str]]]:
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for year, what, name in sorted(counted):
        found[year][what].append(name)
    return found
