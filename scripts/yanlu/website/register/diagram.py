"""The diagram of states, drawn from `model.FATES`: nothing of it is drawn by hand.

The longest way from the first state runs down the left; beside each state stand those that
lead off it. Widths are per cent and heights pixels, as in the other drawings (`charts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from yanlu.model import FATES, Fate, Standing

STEP = 46  # pixels from one row to the next
BOX = 32  # pixels, the height of a box
SPINE_X, SIDE_X, WIDTH = 12.0, 60.0, 36.0  # per cent
_ELBOW = 54.0
_SKIPS = (8.0, 4.0)  # where ways that leave states out run up and down


@dataclass(frozen=True)
class Box:
    """A state: its words, its place, and whether nothing follows it."""

    fate: Fate
    shown: str
    x: float
    y: int
    ended: bool

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.x + WIDTH / 2


@dataclass(frozen=True)
class Line:
    """A straight piece of a way; the last one of a way ends in an arrow."""

    x1: float
    y1: float
    x2: float
    y2: float
    arrow: bool = False


@dataclass(frozen=True)
class Diagram:
    """Boxes, lines and height; `drawn` are the moves that the lines stand for."""

    boxes: Sequence[Box]
    lines: Sequence[Line]
    height: int
    drawn: frozenset[tuple[Fate, Fate]]


Table = Mapping[Fate, Standing]


def diagram(table: Table = FATES) -> Diagram:
    """The drawing of a table of fates, whose first entry is where all begins."""
    spine = longest_way(table, next(iter(table)))
    boxes, rows, sides = [], {}, []
    row = 0
    for fate in spine:
        rows[fate] = _middle(row)
        boxes.append(_box(table, fate, SPINE_X, row))
        beside = [after for after in table if after in table[fate].goes_to and after not in spine]
        for place, after in enumerate(beside):
            boxes.append(_box(table, after, SIDE_X, row + place))
            sides.append((fate, after, _middle(row + place)))
        row += max(1, len(beside))
    skips = [(a, b) for a in spine for b in spine if _skips(table, spine, a, b)]
    lines = [
        *(Line(SPINE_X + WIDTH / 2, rows[a] + BOX / 2, SPINE_X + WIDTH / 2, rows[b] - BOX / 2, True)
          for a, b in pairwise(spine)),
        *(line for one in sides for line in _aside(table, rows, *one)),
        *(line for i, (a, b) in enumerate(skips) for line in _around(rows[a], rows[b], i)),
    ]  # fmt: skip
    back = [(b, a) for a, b, _ in sides if a in table[b].goes_to]
    drawn = frozenset([*pairwise(spine), *((a, b) for a, b, _ in sides), *back, *skips])
    return Diagram(boxes, lines, row * STEP, drawn)


def longest_way(table: Table, begin: Fate) -> list[Fate]:
    """The longest way that passes no state twice; of two, the one listed first."""
    return max(_ways(table, [begin]), key=len)


def _ways(table: Table, way: list[Fate]) -> Iterator[list[Fate]]:
    yield way
    for after in table:
        if after in table[way[-1]].goes_to and after not in way:
            yield from _ways(table, [*way, after])


def _skips(table: Table, spine: Sequence[Fate], before: Fate, after: Fate) -> bool:
    return after in table[before].goes_to and spine.index(after) != spine.index(before) + 1


def _middle(row: int) -> float:
    return row * STEP + STEP / 2


def _box(table: Table, fate: Fate, x: float, row: int) -> Box:
    standing = table[fate]
    top = row * STEP + (STEP - BOX) // 2
    return Box(fate, standing.shown, x, top, not standing.goes_to)


def _aside(
    table: Table, rows: Mapping[Fate, float], before: Fate, after: Fate, y: float
) -> Iterator[Line]:
    """To a state beside the way; where it leads back, with an arrow at both ends."""
    x, start = SPINE_X + WIDTH, rows[before]
    if y == start:
        yield Line(x, y, SIDE_X, y, arrow=True)
    else:
        yield Line(x, start, _ELBOW, start)
        yield Line(_ELBOW, start, _ELBOW, y)
        yield Line(_ELBOW, y, SIDE_X, y, arrow=True)
    if before in table[after].goes_to:
        yield Line(_ELBOW, start, x, start, arrow=True)


def _around(start: float, end: float, which: int) -> Iterator[Line]:
    """Past the states between, at the left."""
    x = _SKIPS[which % len(_SKIPS)]
    yield Line(SPINE_X, start + 6, x, start + 6)
    yield Line(x, start + 6, x, end - 6)
    yield Line(x, end - 6, SPINE_X, end - 6, arrow=True)
