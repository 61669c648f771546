"""Subjects that had many more or fewer matters in a region than in the months before.

Every subject in every region is compared with itself, by a method that has a name: the modified
z-score (Boris Iglewicz and David Hoaglin, How to Detect and Handle Outliers, 1993), computed on
released counts. Never compared are regions with each other, persons or bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from math import sqrt
from statistics import median

from yanlu.model import Cell, Event, Month, Release
from yanlu.website.figures import Drawing, Figure
from yanlu.website.numbers import Numbers
from yanlu.website.spans import Span, span
from yanlu.website.table import Column, Kind, Measure, Name, Table, Value

CONSISTENT = 0.6745  # the median absolute deviation of a normal distribution of deviation 1


@dataclass(frozen=True)
class Rule:
    """When a count is told as another than those before.

    `threshold` of the modified z-score is the authors' own. Fewer than `fewest` months before
    are not compared with, nor more than `most`. `least` is how many matters there must be: in
    the month where they became more, in the median of the months before where fewer.
    """

    threshold: float
    fewest: int
    most: int
    least: int


RULE = Rule(threshold=3.5, fewest=4, most=12, least=20)


@dataclass(frozen=True)
class Score:
    """The median of the months before, their median absolute deviation, and the z-score."""

    middle: float
    spread: float
    z: float


@dataclass(frozen=True)
class Trend:
    """A subject in a region; `counts` are those of the months before and of the month."""

    topic: str
    region: str
    counts: Sequence[int]
    score: Score

    @property
    def rises(self) -> bool:
        """Whether they became more."""
        return self.score.z > 0


@dataclass(frozen=True)
class Analysis:
    """What comparing a month came to; `compared` counts the places that were large enough."""

    months: tuple[Month, ...]
    compared: int
    trends: Sequence[Trend]

    @property
    def before(self) -> tuple[Month, ...]:
        """The months that it was compared with."""
        return self.months[:-1]


def analyse(numbers: Numbers, month: Month, rule: Rule = RULE) -> Analysis | None:
    """The trends of a month by subject and region, in the order of the code lists.

    None: too few months were released before it.
    """
    place = numbers.months.index(month)
    releases = numbers.releases[max(0, place - rule.most) : place + 1]
    if len(releases) <= rule.fewest:
        return None
    compared, trends = 0, []
    for topic, region in _places(numbers, releases[0].month):
        spans = [_span(release, numbers.channels, topic, region) for release in releases]
        found = Trend(topic, region, [s.shown for s in spans], _score([s.shown for s in spans]))
        compared += max(found.counts[-1], found.score.middle) >= rule.least
        if _stands_out(found, spans, rule):
            trends.append(found)
    return Analysis(tuple(release.month for release in releases), compared, trends)


def _places(numbers: Numbers, first: Month) -> Iterator[tuple[str, str]]:
    """Subjects and regions that had their codes already in the first month: others look new."""
    topics, regions = numbers.codes["topics"], numbers.codes["regions"]
    known = {*topics.in_force(first.end), *regions.in_force(first.end)}
    return (pair for pair in product(topics.groups, regions.leaves) if known.issuperset(pair))


def _span(release: Release, channels: Sequence[str], topic: str, region: str) -> Span:
    """What was received there."""
    cells = [Cell(region, topic, channel, Event.RECEIVED) for channel in channels]
    return span((release.counts.get(cell, 0) for cell in cells), release.base)


def _score(counts: Sequence[int]) -> Score:
    """Of the last count against those before it.

    A deviation below that of pure chance (the square root of the median, as in a Poisson
    distribution) says only that there are few months: the larger of the two is taken.
    """
    *before, now = counts
    middle = median(before)
    spread = median(abs(count - middle) for count in before)
    z = (now - middle) / max(spread / CONSISTENT, sqrt(max(middle, 1)))
    return Score(middle, spread, z)


def _stands_out(trend: Trend, spans: Sequence[Span], rule: Rule) -> bool:
    """Far from the median, large enough, and beyond every month before however it was rounded."""
    *before, now = spans
    if abs(trend.score.z) <= rule.threshold:
        return False
    if trend.rises:
        return now.shown >= rule.least and now.low > max(span.high for span in before)
    return trend.score.middle >= rule.least and now.high < min(span.low for span in before)


def trend_figure(numbers: Numbers, analysis: Analysis) -> Figure:
    """The trends with every count that they follow from, so that anyone can compute them again."""
    months = [
        Column(str(month), _head(month, analysis), f"{month.title}收到的件数")
        for month in analysis.months
    ]
    rows = tuple(_row(numbers, trend) for trend in analysis.trends)
    sums = (sum(counts) for counts in zip(*(t.counts for t in analysis.trends), strict=True))
    none = Measure(None)
    return Figure(
        "trends",
        "与以前几个月相差明显的主题和地区",
        f"每个主题在每个地区{analysis.months[-1].title}收到的件数；以前各月的写在表里",
        analysis.months,
        Table((_FIRST, *months, *_MEASURES), rows, (Name("all", "合计"), *sums, none, none, none)),
        Drawing.BARS,
        (str(analysis.months[-1]),),
    )


def _head(month: Month, analysis: Analysis) -> str:
    """A month at the head of its column; its year only where it is another."""
    return f"{month.number}月" if month.year == analysis.months[-1].year else month.title


def _row(numbers: Numbers, trend: Trend) -> tuple[Value, ...]:
    score = trend.score
    measures = (_tenths(number) for number in (score.middle, score.spread, score.z))
    return (_name(numbers, trend), *trend.counts, *measures)


def _name(numbers: Numbers, trend: Trend) -> Name:
    title = said(numbers, trend)
    return Name(f"{trend.topic}/{trend.region}", title, f"data/topics/{trend.topic}/")


def said(numbers: Numbers, trend: Trend) -> str:
    """A subject in a region, in words."""
    topics, regions = numbers.codes["topics"], numbers.codes["regions"]
    return f"{topics.title(trend.topic)}（{regions.title(trend.region)}）"


def _tenths(number: float) -> Measure:
    return Measure(Decimal(number).quantize(Decimal("0.1"), ROUND_HALF_UP))


_FIRST = Column("subject", "主题和地区", "主题的代码和地区的代码，中间是斜线", Kind.NAME)
_MEASURES = (
    Column("median", "中位数", "以前各月件数的中位数", Kind.MEASURE),
    Column("deviation", "绝对中位差", "以前各月与中位数之差的绝对值的中位数", Kind.MEASURE),
    Column(
        "modified-z",
        "修正z分数",
        "本月与中位数之差÷通常的波动；通常的波动是绝对中位差÷0.6745与中位数的平方根里较大的一个",
        Kind.MEASURE,
    ),
)
