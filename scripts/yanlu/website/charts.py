"""Geometry of the drawings: numbers in, places in per cent and pixels out.

Widths are per cent of the figure, heights are pixels: the drawing is as wide as its page
and its letters keep their size, on a telephone as on a desk, without a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count, pairwise
from math import ceil
from textwrap import wrap

from yanlu.model import Month

BAR_STEP = 40  # pixels from one bar to the next: a line of text and the bar beneath it
LINE_HEIGHT = 240
LINE_TOP, LINE_BOTTOM = 28, 190
LINE_LEFT, LINE_RIGHT = 12.0, 78.0  # per cent; the space at the right holds the labels
WIDEST_BAR = 82.0  # per cent; the space at the right holds the number
LABEL_GAP = 18  # pixels between two labels on the right
LABEL_LOWEST = LINE_BOTTOM - 12  # pixels: the value beneath the label stays above the months
TICK_WIDTH = 13.0  # per cent: a year in the elder view's letters on the narrowest telephone, 360
COLUMNS = 3  # tiles side by side: on a telephone each still holds its name
COLUMN, GUTTER = 32.0, 2.0  # per cent
NAME_LINE, NAME_CHARACTERS = 18, 6  # pixels of a line of a tile's name, Han characters on it
MAP_HEIGHT = 380  # pixels, whatever the shape of the place
PANEL = 44  # pixels: height of the line in a panel
SHARE_PANEL = 72  # pixels from 0 to 100 per cent in a panel of shares


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
    """One value of a line, `x` in per cent and `y` in pixels; `said` tells it in words."""

    x: float
    y: float
    said: str = ""


@dataclass(frozen=True)
class Series:
    """Values in order (None is a gap), each told in words, and the words at the end."""

    label: str
    values: Sequence[float | None]
    said: Sequence[str]
    end: str


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


@dataclass(frozen=True)
class Tick:
    """A month that is named below the lines; the year stands beneath it where it is new."""

    x: float
    month: str
    year: str


def ticks(months: Sequence[Month]) -> list[Tick]:
    """The first month, the last, and as many between as have room at any width."""
    across = places(len(months))
    named = _named(months, across)
    years = [None, *(months[i].year for i in named)]
    return [
        Tick(across[i], f"{months[i].number}月", str(months[i].year) if new else "")
        for i, new in zip(named, (a != b for a, b in pairwise(years)), strict=True)
    ]


def _named(months: Sequence[Month], across: Sequence[float]) -> list[int]:
    """Every n-th month of the calendar, n as small as the room allows: quarters, halves, years."""
    first, last = across[0] + TICK_WIDTH, across[-1] - TICK_WIDTH
    inner = [i for i, x in enumerate(across) if first <= x <= last]
    each = (
        [i for i in inner if (12 * months[i].year + months[i].number - 1) % step == 0]
        for step in chain((1, 2, 3, 4, 6), count(12, 12))  # until none between is named
    )
    room = (
        named
        for named in each
        if all(across[b] - across[a] >= TICK_WIDTH for a, b in pairwise(named))
    )
    return sorted({0, *next(room), len(months) - 1})


def height(value: float, top: float) -> float:
    """Where a value stands, in pixels from above."""
    return round(LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * value / top, 1)


def lines(series: Sequence[Series], top: float) -> list[Line]:
    """Lines over months; a gap stays a gap."""
    drawn = []
    for one in series:
        label, end = one.label, one.end
        spots = [
            None if v is None else Point(x, height(v, top), said)
            for x, v, said in zip(places(len(one.values)), one.values, one.said, strict=True)
        ]
        pairs = pairwise(spots)
        segments = tuple((a, b) for a, b in pairs if a is not None and b is not None)
        points = tuple(spot for spot in spots if spot is not None)
        drawn.append(Line(label, points, segments, end, points[-1].y if points else LINE_BOTTOM))
    return _apart(drawn)


def _apart(drawn: list[Line]) -> list[Line]:
    """Move end labels until none lies on another: down, and up again from the lowest place."""
    lowest = float("-inf")
    moved: dict[str, float] = {}
    for line in sorted(drawn, key=lambda line: line.label_y):
        lowest = max(line.label_y, lowest + 2 * LABEL_GAP)
        moved[line.label] = lowest
    highest = float(LABEL_LOWEST)
    for label in reversed(moved):
        moved[label] = min(moved[label], highest)
        highest = moved[label] - 2 * LABEL_GAP
    return [
        Line(line.label, line.points, line.segments, line.end, moved[line.label]) for line in drawn
    ]


@dataclass(frozen=True)
class Part:
    """One part of a whole: where it begins and how long it is, in per cent."""

    x: float
    length: float
    said: str


@dataclass(frozen=True)
class Stack:
    """A bar of parts that make up a whole; none where they are withheld."""

    label: str
    words: str
    y: int
    parts: tuple[Part, ...]


def stacks(rows: Sequence[tuple[str, Sequence[float | None], Sequence[str]]]) -> list[Stack]:
    """Bars from (label, shares in per cent, words for each share); all or nothing is drawn."""
    drawn = []
    for i, (label, shares, said) in enumerate(rows):
        known = [share or 0.0 for share in shares] if any(shares) else []
        starts = [round(sum(known[:n]), 2) for n in range(len(known))]
        parts = tuple(map(Part, starts, known, said))
        drawn.append(Stack(label, " · ".join(said), 44 + i * BAR_STEP, parts))
    return drawn


@dataclass(frozen=True)
class Tile:
    """One place of a grid: its name in lines, its words, its share of the largest.

    `x` and `width` are per cent, `y` is pixels; `band` is 1 to 4, a quarter of the largest each.
    """

    name: tuple[str, ...]
    words: str
    x: float
    y: int
    width: float
    band: int


def tiles(rows: Sequence[tuple[str, float, str]]) -> tuple[list[Tile], int]:
    """Tiles from (name, size, words), in the order given; answers them and a tile's height."""
    largest = max((size for _, size, _ in rows), default=0) or 1
    step = _name_height(label for label, _, _ in rows) + 40
    drawn = [
        Tile(
            name_lines(label),
            words,
            *_cell(i, step),
            round(COLUMN * size / largest, 2),
            band(size, largest),
        )
        for i, (label, size, words) in enumerate(rows)
    ]
    return drawn, step


def band(size: float, largest: float) -> int:
    """Which quarter of the largest a size lies in, 1 to 4."""
    return max(1, ceil(4 * size / (largest or 1)))


@dataclass(frozen=True)
class Panel:
    """A small line with its name above it; all panels of a drawing have one scale from zero."""

    name: tuple[str, ...]
    words: str
    x: float
    y: int
    points: tuple[Point, ...]
    base: float


def panels(rows: Sequence[tuple[str, Sequence[int], Sequence[str]]]) -> tuple[list[Panel], int]:
    """Panels from (name, values, words for each value); answers them and a panel's height."""
    largest = max((value for _, values, _ in rows for value in values), default=0) or 1
    names = _name_height(label for label, _, _ in rows)
    step = names + PANEL + 38
    drawn = []
    for i, (label, values, said) in enumerate(rows):
        x, y = _cell(i, step)
        base = y + names + 20 + PANEL
        across = (COLUMN - 3) / max(1, len(values) - 1)
        points = tuple(
            Point(round(x + 1.5 + across * n, 2), round(base - PANEL * value / largest, 1), words)
            for n, (value, words) in enumerate(zip(values, said, strict=True))
        )
        ends = f"{values[0]} → {values[-1]}" if values else ""
        drawn.append(Panel(name_lines(label), ends, x, y, points, base))
    return drawn, step


@dataclass(frozen=True)
class Range:
    """A share at `at` with the least and the most that it may be, all in pixels but `x`."""

    x: float
    at: float
    low: float
    high: float
    said: str


@dataclass(frozen=True)
class RangePanel:
    """Shares in order with their name and their last in words; a gap stays a gap.

    `base` is where 0 stands, `top` where 100 per cent do.
    """

    name: tuple[str, ...]
    words: tuple[str, str]
    x: float
    y: int
    base: int
    top: int
    ranges: tuple[Range, ...]
    segments: tuple[tuple[Range, Range], ...]


Shared = tuple[float, float, float, str] | None  # a share, its least and most in per cent, words


def range_panels(
    rows: Sequence[tuple[str, tuple[str, str], Sequence[Shared]]],
) -> tuple[list[RangePanel], int]:
    """Panels from (name, words, shares); answers them and a panel's height."""
    names = _name_height(label for label, _, _ in rows)
    step = names + 2 * NAME_LINE + SHARE_PANEL + 38
    drawn = []
    for i, (label, words, shares) in enumerate(rows):
        x, y = _cell(i, step)
        top = y + names + 2 * NAME_LINE + 12
        spots = _range_spots(x, top + SHARE_PANEL, shares)
        pairs = tuple((a, b) for a, b in pairwise(spots) if a and b)
        ranges = tuple(spot for spot in spots if spot)
        drawn.append(
            RangePanel(name_lines(label), words, x, y, top + SHARE_PANEL, top, ranges, pairs)
        )
    return drawn, step


def _range_spots(x: float, base: int, shares: Sequence[Shared]) -> list[Range | None]:
    """Where they stand; one alone stands in the middle."""
    across = (COLUMN - 5) / max(1, len(shares) - 1)
    first = x + (2.5 if len(shares) > 1 else COLUMN / 2)
    return [
        share and _range(round(first + across * n, 2), base, share)
        for n, share in enumerate(shares)
    ]


def _range(x: float, base: int, share: tuple[float, float, float, str]) -> Range:
    at, low, high = (round(base - SHARE_PANEL * one / 100, 1) for one in share[:3])
    return Range(x, at, low, high, share[3])


def name_lines(name: str) -> tuple[str, ...]:
    """A name cut into lines that fit a tile on a telephone."""
    return tuple(wrap(name, NAME_CHARACTERS)) or ("",)


def _name_height(names: Iterable[str]) -> int:
    return NAME_LINE * max((len(name_lines(name)) for name in names), default=1)


def _cell(position: int, step: int) -> tuple[float, int]:
    row, column = divmod(position, COLUMNS)
    return column * (COLUMN + GUTTER), row * step


def spark(values: Sequence[int | None]) -> str:
    """The `points` of a small line in a box of 100 × 24, starting at zero; None is left out."""
    largest = max((value for value in values if value is not None), default=0) or 1
    last = max(1, len(values) - 1)
    return " ".join(
        f"{round(2 + 96 * i / last, 1)},{round(22 - 20 * value / largest, 1)}"
        for i, value in enumerate(values)
        if value is not None
    )
