"""The last net: what is a name because many weak clues together say so.

Clues (`clues.py`) have weights that were learned from the texts in `tests/vectors/redact/`, by
`tests/intake/redact/learn.py`. A person must look at whatever it finds.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache

from yanlu.intake.redact.candidates import Candidate, candidates, words_of
from yanlu.intake.redact.clues import Left, Right, left_of, right_of, split
from yanlu.intake.redact.lists import lines
from yanlu.intake.redact.shadow import Find, Shadow

# Hundredths of the natural logarithm of odds. Set so that 3 to 6 of 100 ordinary clean texts that
# no weight was learned from go to a person.
ENOUGH = -300
KEPT = 1 << 14  # groups of clues whose weight is kept


class Net:
    """Weighs the candidates of one text; what stands at a place is weighed once."""

    def __init__(self, shadow: Shadow) -> None:
        """Segment the text, and weigh nothing yet."""
        self.text = words_of(shadow.text)
        self.candidates = tuple(candidates(self.text))
        self._lefts: dict[int, tuple[Left, int]] = {}
        self._rights: dict[int, tuple[Right, int]] = {}

    def find(self, known: Iterable[Find]) -> Iterator[Find]:
        """Candidates whose clues reach `ENOUGH`, but for what is masked for certain anyway."""
        sure = {place for find in known if find.certain for place in range(find.start, find.end)}
        for one in self.candidates:
            if sure.isdisjoint(range(one.start, one.end)) and self.weight(one) >= ENOUGH:
                yield Find(one.start, one.end, "name", certain=False)

    def weight(self, one: Candidate) -> int:
        """The sum of all clues for a candidate, in hundredths."""
        left = self._lefts.get(one.start)
        if left is None:
            seen = left_of(self.text, one.start)
            left = self._lefts[one.start] = (seen, _sum(("", *seen.clues)))
        right = self._rights.get(one.end)
        if right is None:
            then = right_of(self.text, one.end)
            right = self._rights[one.end] = (then, _sum(then.clues))
        groups, own = split(self.text, one, left[0], right[0])
        kept = sum([_weight(group, *seen) for group, seen in groups])
        return left[1] + right[1] + kept + _sum(own)


@lru_cache(maxsize=KEPT)
def _weight(group: Callable[..., tuple[str, ...]], *seen: str) -> int:
    """What a group of clues weighs; none of them tells characters of a text."""
    return _sum(group(*seen))


def _sum(found: Iterable[str]) -> int:
    weights = _weights()
    return sum([weights[clue] for clue in found if clue in weights])


@cache
def _weights() -> Mapping[str, int]:
    """What each clue weighs; the empty one is the weight of every candidate."""
    rows = csv.reader(lines("clues.csv"))
    next(rows)
    return {clue: int(weight) for clue, weight in rows}
