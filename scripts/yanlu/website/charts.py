"""Geometry of the drawings: numbers in, places in per cent and pixels out.

Widths are per cent of the figure, heights are pixels: the drawing is as wide as its page
and its letters keep their size, on a telephone as on a desk, without a script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

BAR_STEP = 40  # pixels from one bar to the next: a line of text and the bar beneath it
LINE_HEIGHT = 240
LINE_TOP, LINE_BOTTOM = 28, 190
LINE_LEFT, LINE_RIGHT = 12.0, 78.0  # per cent; the space at the right holds the labels
WIDEST_BAR = 82.0  # per cent; the space at the right holds the number
LABEL_GAP = 18  # pixels between two labels on the right


@dataclass(frozen=True)
class Bar:
    """One bar: its text at `y`, its length in per cent."""

    label: str
    value: str
    y: int
    length: float


def bars(rows: Sequence[tuple[str, float, str]]) -> list[Bar]:
    """Bars from (label, size, words for the size); they start at zero."""
    largest = max((size for _, size, _ in rows), default=0) or 1
    return [
        Bar(label, words, 16 + i * BAR_STEP, round(WIDEST_BAR * size / largest, 2))
        for i, (label, size, words) in enumerate(rows)
    ]


@dataclass(frozen=True)
class Point:
    """One value of a line, `x` in per cent and `y` in pixels."""

    x: float
    y: float


@dataclass(frozen=True)
class Line:
    """A series: its segments (a gap stays a gap), its points and the label at its end."""

    label: str
    points: tuple[Point, ...]
    segments: tuple[tuple[Point, Point], ...]
    end: str
    label_y: float


@dataclass(frozen=True)
class Grid:
    """One horizontal line and its number."""

    y: float
    value: str


def axis_top(largest: float) -> float:
    """The round number at or above the largest value whose half is round too: 2, 4 or 10."""
    step = 1.0
    while True:
        for factor in (2, 4, 10):
            if factor * step >= largest:
                return factor * step
        step *= 10


def places(count: int) -> list[float]:
    """Where the values of a series stand, in per cent."""
    width = LINE_RIGHT - LINE_LEFT
    return [round(LINE_LEFT + width * i / max(1, count - 1), 2) for i in range(count)]


def height(value: float, top: float) -> float:
    """Where a value stands, in pixels from above."""
    return round(LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / top, 1)


def lines(series: Sequence[tuple[str, Sequence[float | None], str]], top: float) -> list[Line]:
    """Lines from (label, values, words for the last value); None is a gap."""
    drawn = []
    for label, values, end in series:
        xs = places(len(values))
        spots = [
            None if v is None else Point(x, height(v, top)) for x, v in zip(xs, values, strict=True)
        ]
        pairs = pairwise(spots)
        segments = tuple((a, b) for a, b in pairs if a is not None and b is not None)
        points = tuple(spot for spot in spots if spot is not None)
        drawn.append(Line(label, points, segments, end, points[-1].y if points else LINE_BOTTOM))
    return _apart(drawn)


def _apart(drawn: list[Line]) -> list[Line]:
    """Move end labels down until none lies on another."""
    lowest = float("-inf")
    moved: dict[str, float] = {}
    for line in sorted(drawn, key=lambda line: line.label_y):
        lowest = max(line.label_y, lowest + 2 * LABEL_GAP)
        moved[line.label] = lowest
    return [
        Line(line.label, line.points, line.segments, line.end, moved[line.label]) for line in drawn
    ]


def spark(values: Sequence[int | None]) -> str:
    """The `points` of a small line in a box of 100 × 24, starting at zero; None is left out."""
    largest = max((value for value in values if value is not None), default=0) or 1
    last = max(1, len(values) - 1)
    return " ".join(
        f"{round(2 + 96 * i / last, 1)},{round(22 - 20 * value / largest, 1)}"
        for i, value in enumerate(values)
        if value is not None
    )
