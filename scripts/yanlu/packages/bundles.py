"""Corrections go out together: one day a quarter, so that no single late case stands alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from yanlu.model import Month
from yanlu.packages.read import Listing


def quarter(day: date) -> Month:
    """The first month of a day's calendar quarter, which names the quarter."""
    return Month(day.year, day.month - (day.month - 1) % 3)


def next_quarter(day: date) -> date:
    """The first day of the quarter after: from then on the next bundle may go out."""
    return quarter(day).next.next.next.start


def bundle_of(entries: Iterable[Listing], day: date) -> date | None:
    """The day on which the corrections of this day's quarter went out; None before that."""
    corrected = (entry.issued for entry in entries if entry.version > 1)
    return min((issued for issued in corrected if quarter(issued) == quarter(day)), default=None)


def out_of_bundle(entries: Sequence[Listing]) -> Iterator[int]:
    """Positions of corrections that did not wait for their bundle.

    They came out on another day than the first corrections of their quarter, or corrected
    a month again that this quarter's bundle had corrected already: the difference between
    the two would be one late case.
    """
    seen: set[tuple[Month, Month]] = set()
    for position, entry in enumerate(entries):
        if entry.version == 1:
            continue
        turn = (entry.month, quarter(entry.issued))
        if turn in seen or entry.issued != bundle_of(entries, entry.issued):
            yield position
        seen.add(turn)
