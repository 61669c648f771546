"""What the statistics pages show: each figure is a sentence, a table and a drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from yanlu.model import Event, Month, period
from yanlu.settings import Codes
from yanlu.website.numbers import Numbers, Where
from yanlu.website.table import Column, Kind, Name, Rate, Share, Table, Value

LIMITED = (Event.ON_TIME, Event.LATE)
REPLIES = (Event.ON_TIME, Event.LATE, Event.NO_LIMIT)


class Dimension(StrEnum):
    """What the rows of a figure are."""

    MONTH = "month"
    REGION = "region"
    TOPIC = "topic"
    CHANNEL = "channel"

    @property
    def chinese(self) -> str:
        """The Chinese name."""
        return {"month": "月份", "region": "地区", "topic": "主题", "channel": "渠道"}[self]


class Drawing(StrEnum):
    """How a figure is drawn."""

    BARS = "bars"
    LINES = "lines"
    MULTIPLES = "multiples"
    STACK = "stack"
    TILES = "tiles"
    MAP = "map"
    RANGES = "ranges"
    NONE = "none"


@dataclass(frozen=True)
class Figure:
    """A table with its title, period and drawing; `name` is the stem of its files.

    `drawn` names the columns that the drawing shows. `pages` is given where pages of the
    register were counted, not released cells: by the code of a row, the ids of those pages.
    """

    name: str
    title: str
    description: str
    months: tuple[Month, ...]
    table: Table
    drawing: Drawing
    drawn: tuple[str, ...]
    pages: Mapping[str, Sequence[str]] | None = None

    @property
    def period(self) -> str:
        """As readers see it: 2015年1月至6月."""
        return period(self.months)

    @property
    def released(self) -> tuple[Month, ...]:
        """The months whose releases the counts come from."""
        return self.months if self.pages is None else ()


def breakdown(numbers: Numbers, by: Dimension, where: Where, subject: str, minimum: int) -> Figure:
    """Every event, row by row; the share of each row in all that was received."""
    titles = numbers.codes["events"]
    first = Column(by, by.chinese, f"{by.chinese}的名称", Kind.NAME)
    counts = [
        Column(event, titles.title(event), titles.rows[event]["definition"]) for event in Event
    ]
    share = Column(
        "received-share",
        "占收到",
        f"这一行收到的件数 ÷ 合计收到的件数；合计小于{minimum}时不计算",
        Kind.SHARE,
        part=Event.RECEIVED,
    )
    places = _places(numbers, by, where)
    share_of = partial(Share, whole=numbers.count(where, Event.RECEIVED), minimum=minimum)
    rows = tuple(_row(numbers, name, place, share_of) for name, place in places)
    total = _row(numbers, Name("all", "合计"), where, share_of)
    return Figure(
        f"{by}s",
        f"{subject}收到和回复，按{by.chinese}",
        f"{subject}收到和回复的件数，按{by.chinese}分",
        _months(numbers, where),
        Table((first, *counts, share), rows, total),
        {Dimension.MONTH: Drawing.LINES, Dimension.REGION: Drawing.TILES}.get(by, Drawing.BARS),
        (Event.RECEIVED, Event.ON_TIME) if by is Dimension.MONTH else (Event.RECEIVED,),
    )


def timeliness(numbers: Numbers, by: Dimension, where: Where, subject: str, minimum: int) -> Figure:
    """On-time replies ÷ replies that had a limit, with both numbers beside the rate."""
    first = Column(by, by.chinese, f"{by.chinese}的名称", Kind.NAME)
    columns = (first, *rate_columns(numbers.codes["events"], minimum))
    rows = tuple(
        (name, *_rated(numbers, place, minimum)) for name, place in _places(numbers, by, where)
    )
    total = (Name("all", "合计"), *_rated(numbers, where, minimum))
    return Figure(
        f"timeliness-{by}s",
        f"{subject}按时率，按{by.chinese}",
        f"{subject}有期限的回复里按时的占多少，按{by.chinese}分",
        _months(numbers, where),
        Table(columns, rows, total),
        Drawing.LINES if by is Dimension.MONTH else Drawing.BARS,
        ("on-time-rate",),
    )


def rate_columns(titles: Codes, minimum: int) -> tuple[Column, ...]:
    """Both counts, their sum, the rate, and what has no limit; `titles` are those of events."""
    return (
        *(Column(e, titles.title(e), titles.rows[e]["definition"]) for e in LIMITED),
        Column("with-limit", "有期限的回复", "按时回复与逾期回复之和，是按时率的分母"),
        Column(
            "on-time-rate",
            "按时率",
            f"按时回复 ÷ 有期限的回复；分母小于{minimum}、全部按时或者全部逾期时不计算",
            Kind.SHARE,
            part=Event.ON_TIME,
            whole="with-limit",
        ),
        Column(
            Event.NO_LIMIT,
            titles.title(Event.NO_LIMIT),
            titles.rows[Event.NO_LIMIT]["definition"],
        ),
    )


def monthly(numbers: Numbers, by: Dimension) -> Figure:
    """What was received month by month, a row for each code: how each changes beside the others."""
    months = [Column(str(m), m.title, f"{m.title}收到的件数") for m in numbers.months]
    first = Column(by, by.chinese, f"{by.chinese}的名称", Kind.NAME)
    whole = Column(Event.RECEIVED, numbers.codes["events"].title(Event.RECEIVED), "各月之和")

    def counts(where: Where) -> tuple[Value, ...]:
        each = [numbers.count(where._replace(month=m), Event.RECEIVED) for m in numbers.months]
        return (*each, sum(each))

    rows = tuple((name, *counts(where)) for name, where in _places(numbers, by, Where()))
    return Figure(
        f"monthly-{by}s",
        f"全市每个月收到的件数，按{by.chinese}",
        f"每个{by.chinese}各月收到的件数",
        numbers.months,
        Table((first, *months, whole), rows, (Name("all", "合计"), *counts(Where()))),
        Drawing.MULTIPLES,
        tuple(map(str, numbers.months)),
    )


def composition(numbers: Numbers, by: Dimension, minimum: int) -> Figure:
    """All replies as on time, late and without a limit: parts of one whole."""
    titles = numbers.codes["events"]
    whole = "replied"
    withheld = f"全部回复小于{minimum}、没有这一种或者只有这一种时不计算"
    counts = [Column(e, titles.title(e), titles.rows[e]["definition"]) for e in REPLIES]
    shares = [
        Column(
            f"{event}-share",
            f"{titles.title(event)}占比",
            f"{titles.title(event)} ÷ 全部回复；{withheld}",
            Kind.SHARE,
            part=event,
            whole=whole,
        )
        for event in REPLIES
    ]

    def row(where: Where) -> tuple[Value, ...]:
        parts = [numbers.count(where, event) for event in REPLIES]
        return (*parts, sum(parts), *(Rate(part, sum(parts), minimum) for part in parts))

    first = Column(by, by.chinese, f"{by.chinese}的名称", Kind.NAME)
    rows = tuple((name, *row(where)) for name, where in _places(numbers, by, Where()))
    return Figure(
        f"replies-{by}s",
        f"全市回复的构成，按{by.chinese}",
        f"每100件回复里，按时的、逾期的、未设期限的各占多少，按{by.chinese}分",
        numbers.months,
        Table(
            (first, *counts, Column(whole, "全部回复", "三种回复之和，是占比的分母"), *shares),
            rows,
            (Name("all", "合计"), *row(Where())),
        ),
        Drawing.STACK,
        tuple(share.name for share in shares),
    )


def _places(numbers: Numbers, by: Dimension, where: Where) -> Sequence[tuple[Name, Where]]:
    """The rows of a breakdown: codes in the order of their list, never a ranking of places.

    Topics come largest first, since no one is ranked by them.
    """
    if by is Dimension.MONTH:
        return [
            (Name(str(m), m.title, f"data/{m}/"), where._replace(month=m)) for m in numbers.months
        ]
    codes = numbers.codes[f"{by}s"]
    listed = {
        Dimension.REGION: codes.leaves,
        Dimension.TOPIC: codes.groups,
        Dimension.CHANNEL: tuple(c for c in numbers.channels if c in numbers.used),
    }[by]
    places = [(Name(c, codes.title(c), f"data/{by}s/{c}/"), where.narrowed(by, c)) for c in listed]
    if by is Dimension.TOPIC:
        places.sort(key=lambda pair: -numbers.count(pair[1], Event.RECEIVED))
    return places


def _events(numbers: Numbers, where: Where) -> tuple[int, ...]:
    return tuple(numbers.count(where, event) for event in Event)


def _row(
    numbers: Numbers, name: Name, where: Where, share_of: Callable[[int], Share]
) -> tuple[Value, ...]:
    received = numbers.count(where, Event.RECEIVED)
    return (name, *_events(numbers, where), share_of(received))


def _rated(numbers: Numbers, where: Where, minimum: int) -> tuple[Value, ...]:
    on_time, late = (numbers.count(where, event) for event in LIMITED)
    rate = on_time_rate(numbers, where, minimum)
    return (on_time, late, on_time + late, rate, numbers.count(where, Event.NO_LIMIT))


def on_time_rate(numbers: Numbers, where: Where, minimum: int) -> Rate:
    """On-time replies ÷ replies that had a limit, from the released counts alone."""
    on_time, late = (numbers.count(where, event) for event in LIMITED)
    return Rate(on_time, on_time + late, minimum)


def replied(numbers: Numbers, where: Where) -> int:
    """All replies: on time, late and without a limit."""
    return sum(numbers.count(where, event) for event in REPLIES)


def _months(numbers: Numbers, where: Where) -> tuple[Month, ...]:
    return (where.month,) if where.month else numbers.months
