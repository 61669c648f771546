"""What the office owes, by the day it is due: answers and promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from yanlu.model import Fate
from yanlu.packages.suggestions import Suggestion

_OWING = frozenset({Fate.PROMISED, Fate.PROMISE_OVERDUE})


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
    """Promises that are not shown to be kept."""
    for suggestion in suggestions:
        front = suggestion.front
        for promise in front.get("promises", ()) if Fate(front["fate"]) in _OWING else ():
            if "evidence" not in promise:
                day = date.fromisoformat(promise["by"])
                yield Due(day, front["id"], promise["what"], promise["body"])
