"""Stretches of digits, whatever stands between them, and where a number may begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from yanlu.intake.redact.lists import members, table
from yanlu.intake.redact.shadow import Shadow

FEWEST = 7  # digits; nothing shorter is found without a cue
LISTING = re.compile(r"[,、\\\n。|]")  # what also stands between items of a list


@dataclass(frozen=True)
class Run:
    """Digits in a row, their places in the shadow, and what stands before each of them.

    `plain[i]` tells that the i-th was written as a digit, not as a Chinese numeral.
    """

    digits: str
    at: Sequence[int]
    gaps: Sequence[str]
    plain: Sequence[bool]

    def begins(self, index: int) -> bool:
        """Whether a number may begin (or the one before end) at this digit."""
        if index in (0, len(self.digits)) or self.gaps[index]:
            return True
        return self.plain[index] != self.plain[index - 1]

    def ends(self, index: int) -> bool:
        """Whether a number may end before this digit; 一 may begin the next word."""
        spoken = len(self.digits) - index <= 2 and not any(self.plain[index - 1 :])
        return self.begins(index) or spoken

    def pieces(self, start: int, end: int) -> list[tuple[int, int]]:
        """Digits that stand together, in order, as ranges."""
        return list(pairwise([start, *(i for i in range(start + 1, end) if self.gaps[i]), end]))

    def groups(self, start: int, end: int) -> list[int]:
        """How many digits stand together, in order."""
        return [last - first for first, last in self.pieces(start, end)]

    def is_tidy(self, start: int, end: int) -> bool:
        """Whether digits are together, one by one, or in few groups: no list of small numbers."""
        groups = self.groups(start, end)
        few = max(groups) >= 3 and len(groups) <= 6
        return set(groups) == {1} or (few and not self.lists(start, end))

    def lists(self, start: int, end: int) -> bool:
        """Whether what stands between the digits may separate items of a list."""
        return any(LISTING.search(gap) for gap in self.gaps[start + 1 : end])

    def behind(self, end: int) -> int:
        """The place in the shadow behind the digit before `end`."""
        return self.at[end - 1] + 1


def separators() -> str:
    """A pattern for what may stand between two digits of one number."""
    letters = table("glyphs")["letters"]
    return f"{members(letters['separators'])}{{0,{letters['reach']}}}"


def runs(shadow: Shadow) -> Iterator[Run]:
    """All runs of at least `FEWEST` digits."""
    for found in _pattern().finditer(shadow.digits):
        if len(found[0]) < FEWEST:
            continue
        start, stretch = found.start(), found[0]
        at = [place for place, char in enumerate(stretch, start) if char.isdigit()]
        if len(at) >= FEWEST:
            yield _run(shadow, at)


def _run(shadow: Shadow, at: list[int]) -> Run:
    return Run(
        digits="".join([shadow.digits[i] for i in at]),
        at=at,
        gaps=[shadow.text[before + 1 : i] for before, i in pairwise([at[0] - 1, *at])],
        plain=[shadow.text[i].isdigit() for i in at],
    )


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(rf"[0-9](?:{separators()}[0-9])*")
