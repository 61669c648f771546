"""Which lists of suggestions there are, and in what order what stands in them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yanlu.model import FATES, Fate
from yanlu.website.register.entries import Entry, Names

_WITH_REMOVED = frozenset({"state", "body", "year"})  # what a count of the books goes by
NEVER_PUBLISHED = Fate.REDIRECTED  # claims and accusations leave no file


@dataclass(frozen=True)
class Listing:
    """A list of suggestions with an address, a title, and the whole that it is part of."""

    address: str
    title: str
    of: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Axis:
    """One way to divide the register: a value for each suggestion, and how it is called."""

    name: str
    heading: str
    value: Callable[[Entry], Sequence[str]]
    title: Callable[[str], str]
    order: Mapping[str, int]


def axes(names: Names, calls: Mapping[str, str]) -> list[Axis]:
    """All ways; by body, also where a body only helps."""
    states = {fate.value: place for place, fate in enumerate(FATES)}
    return [
        Axis("state", "按进展", lambda e: [e.fate], lambda c: FATES[Fate(c)].shown, states),
        _coded("topic", "按主题", lambda e: [e.topic], "topics", names),
        _coded("body", "按承办单位", lambda e: [e.bodies.lead, *e.bodies.others], "bodies", names),
        _coded("region", "按地区", lambda e: [e.region], "regions", names),
        Axis(
            "call",
            "按专题征集",
            lambda e: [e.call] if e.call in calls else [],
            lambda c: calls[c],
            {call: place for place, call in enumerate(calls)},
        ),
        Axis("year", "按收到的年份", lambda e: [e.month[:4]], lambda c: f"{c}年收到的", {}),
    ]


def _coded(
    name: str, heading: str, value: Callable[[Entry], Sequence[str]], codes: str, names: Names
) -> Axis:
    return Axis(name, heading, value, lambda code: names(codes, code), names.order(codes))


def listings(
    entries: Sequence[Entry], ways: Sequence[Axis]
) -> Iterator[tuple[Axis, list[Listing]]]:
    """The lists along each way, in the order of its codes; `entries` in that of readers.

    A list stays where all that stood in it was removed: addresses never change. What was removed
    stands without a title where it is counted, and no more where its place or topic would tell
    of it.
    """
    for axis in ways:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            for code in axis.value(entry):
                stays = not entry.removed or axis.name in _WITH_REMOVED
                found[code].extend([entry] if stays else [])
        if axis.name == "state":
            found |= {fate: found[fate] for fate in FATES if fate is not NEVER_PUBLISHED}
        codes = sorted(found, key=lambda code: (axis.order.get(code, 0), code))
        yield (
            axis,
            [
                Listing(
                    f"register/{axis.name}/{code}/", axis.title(code), axis.heading, found[code]
                )
                for code in codes
            ],
        )


def states(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The table of states: how many suggestions with a page stand there, and what may follow.

    The counts are exact: anyone can make them from the pages.
    """
    counts = Counter(entry.fate for entry in entries)
    return [
        {
            "fate": fate,
            "shown": standing.shown,
            "address": "" if fate is NEVER_PUBLISHED else f"register/state/{fate}/",
            "count": None if fate is NEVER_PUBLISHED else counts[fate],
            "goes_to": [FATES[after].shown for after in FATES if after in standing.goes_to],
        }
        for fate, standing in FATES.items()
    ]
