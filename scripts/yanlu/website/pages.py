"""Which statistics pages there are, and what stands on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from yanlu.model import Event, Month, chinese_day, period
from yanlu.templates import grouped
from yanlu.website.charts import spark
from yanlu.website.figures import (
    Dimension,
    Figure,
    breakdown,
    composition,
    monthly,
    on_time_rate,
    replied,
    timeliness,
)
from yanlu.website.numbers import Numbers, Where
from yanlu.website.table import Share
from yanlu.website.trends import RULE, analyse, trend_figure

Link = tuple[str, str]  # address relative to the root, and title


@dataclass(frozen=True)
class Page:
    """A page to be generated: its address relative to the root, its template and its facts."""

    address: str
    template: str
    title: str
    description: str
    figures: tuple[Figure, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """One number at the head of a page, with what it stands on."""

    label: str
    value: str
    note: str


def statistics_pages(numbers: Numbers, minimum: int, annual: Sequence[Link]) -> Iterator[Page]:
    """Overview, months, regions, topics, channels, timeliness; none before the first release.

    `minimum` is the smallest denominator of a rate; `annual` are address and title of the
    pages of years.
    """
    if not numbers.months:
        return
    span = period(numbers.months)
    yield _overview(numbers, span, minimum, annual)
    for month in numbers.months:
        yield _month(numbers, month, minimum)
    for dimension in (Dimension.REGION, Dimension.TOPIC, Dimension.CHANNEL):
        yield _index(numbers, dimension, span, minimum)
        for code in _codes(numbers, dimension):
            yield _one(numbers, dimension, code, span, minimum)
    yield _timeliness(numbers, span, minimum)


def _codes(numbers: Numbers, dimension: Dimension) -> tuple[str, ...]:
    codes = numbers.codes[f"{dimension}s"]
    if dimension is Dimension.CHANNEL:
        return tuple(code for code in codes.groups if code in numbers.used)
    return codes.leaves if dimension is Dimension.REGION else codes.groups


def _overview(numbers: Numbers, span: str, minimum: int, annual: Sequence[Link]) -> Page:
    where = Where()
    return Page(
        "data/",
        "overview.md",
        finding(numbers, where, span, minimum),
        f"{span}收到和回复的件数，按月份、主题、地区和渠道分。",
        (
            breakdown(numbers, Dimension.MONTH, where, "全市", minimum),
            breakdown(numbers, Dimension.TOPIC, where, "全市", minimum),
        ),
        {
            "span": span,
            "facts": headline(numbers, where, minimum),
            "months": numbers.months,
            "annual": annual,
        },
    )


def _month(numbers: Numbers, month: Month, minimum: int) -> Page:
    where = Where(month=month)
    around = numbers.months.index(month)
    analysis = analyse(numbers, month)
    return Page(
        f"data/{month}/",
        "month.md",
        finding(numbers, where, month.title, minimum),
        f"{month.title}收到和回复的件数，按主题、地区和渠道分；截至{chinese_day(month.end)}。",
        (
            breakdown(numbers, Dimension.TOPIC, where, "全市", minimum),
            breakdown(numbers, Dimension.CHANNEL, where, "全市", minimum),
            breakdown(numbers, Dimension.REGION, where, "全市", minimum),
            timeliness(numbers, Dimension.TOPIC, where, "全市", minimum),
            *([trend_figure(numbers, analysis)] if analysis and analysis.trends else ()),
        ),
        {
            "month": month,
            "analysis": analysis,
            "rule": RULE,
            "before": period(analysis.before) if analysis else "",
            "facts": headline(numbers, where, minimum),
            "internal": internal(numbers, month),
            "previous": numbers.months[around - 1] if around else None,
            "next": dict(zip(numbers.months, numbers.months[1:], strict=False)).get(month),
        },
    )


def _index(numbers: Numbers, dimension: Dimension, span: str, minimum: int) -> Page:
    return Page(
        f"data/{dimension}s/",
        f"{dimension}s.md",
        f"按{dimension.chinese}看（{span}）",
        f"{span}收到和回复的件数，按{dimension.chinese}分。",
        (
            breakdown(numbers, dimension, Where(), "全市", minimum),
            *([monthly(numbers, dimension)] if dimension is not Dimension.CHANNEL else ()),
        ),
        {"span": span, "internal": internal(numbers, None)},
    )


def _one(numbers: Numbers, dimension: Dimension, code: str, span: str, minimum: int) -> Page:
    where = Where().narrowed(dimension, code)
    newest = numbers.months[-1]
    name = numbers.codes[f"{dimension}s"].title(code)
    others = [d for d in (Dimension.TOPIC, Dimension.CHANNEL, Dimension.REGION) if d != dimension]
    if dimension is Dimension.CHANNEL and code not in numbers.channels:
        name = f"{name}（不计入群众反映）"
    return Page(
        f"data/{dimension}s/{code}/",
        "one.md",
        f"{name}：{finding(numbers, where, span, minimum)}",
        f"{name}{span}收到和回复的件数。",
        (
            breakdown(numbers, Dimension.MONTH, where, name, minimum),
            *(breakdown(numbers, other, where, name, minimum) for other in others),
            timeliness(numbers, Dimension.MONTH, where, name, minimum),
        ),
        {
            "span": span,
            "name": name,
            "dimension": dimension,
            "facts": headline(numbers, where, minimum),
            "newest": finding(numbers, where._replace(month=newest), newest.title, minimum),
            "internal": None,
        },
    )


def _timeliness(numbers: Numbers, span: str, minimum: int) -> Page:
    return Page(
        "data/timeliness/",
        "timeliness.md",
        f"回复是否按时（{span}）",
        f"{span}有期限的回复里按时的占多少，分子、分母和截止日期都写在旁边。",
        (
            *(
                timeliness(numbers, by, Where(), "全市", minimum)
                for by in (Dimension.MONTH, Dimension.TOPIC, Dimension.CHANNEL)
            ),
            composition(numbers, Dimension.MONTH, minimum),
        ),
        {"span": span, "rate": on_time_rate(numbers, Where(), minimum), "minimum": minimum},
    )


def finding(numbers: Numbers, where: Where, span: str, minimum: int) -> str:
    """The title of a statistics page: what the numbers say, in one sentence."""
    received = grouped(numbers.count(where, Event.RECEIVED))
    overdue = numbers.count(where, Event.OVERDUE)
    return f"{span}收到{received}件{_tenths(on_time_rate(numbers, where, minimum), overdue)}"


def _tenths(rate: Share, overdue: int) -> str:
    """The rate in words; it speaks of replies, since overdue matters without one are not in it."""
    if rate.percent is None:
        return ""
    tenths = round(10 * rate.part / rate.whole)
    if tenths < 10:
        return f"，有期限的回复每10件约{tenths}件按时"
    return "" if overdue else "，有期限的回复几乎都按时"


def headline(numbers: Numbers, where: Where, minimum: int) -> list[Fact]:
    """The four numbers at the head of a page."""
    rate = on_time_rate(numbers, where, minimum)
    stands_on = f"{grouped(rate.part)} ÷ {grouped(rate.whole)}件有期限的回复"
    shown = Fact("按时率", str(rate), stands_on)
    if rate.percent is None:
        few = rate.whole < minimum
        why = f"有期限的回复少于{minimum}件" if few else "舍入后只有一种结果"
        shown = Fact("按时率", "不计算", why)
    return [
        Fact("收到", grouped(numbers.count(where, Event.RECEIVED)), "件"),
        Fact("回复", grouped(replied(numbers, where)), "件，含未设期限的"),
        shown,
        Fact("新增逾期", grouped(numbers.count(where, Event.OVERDUE)), "件到期未回复"),
    ]


def home_headline(numbers: Numbers, minimum: int) -> dict[str, Any]:
    """The newest month in one line of numbers, each with a small line of all months."""
    month = numbers.months[-1]
    facts = headline(numbers, Where(month=month), minimum)
    counts: list[list[int | None]] = [
        [numbers.count(Where(month=m), Event.RECEIVED) for m in numbers.months],
        [replied(numbers, Where(month=m)) for m in numbers.months],
        [_tenth_percent(on_time_rate(numbers, Where(month=m), minimum)) for m in numbers.months],
        [numbers.count(Where(month=m), Event.OVERDUE) for m in numbers.months],
    ]
    return {
        "month": month.title,
        "address": f"data/{month}/",
        "cutoff": chinese_day(month.end),
        "span": period(numbers.months),
        "items": [
            {"label": f.label, "value": f.value, "note": f.note, "points": spark(values)}
            for f, values in zip(facts, counts, strict=True)
        ],
    }


def _tenth_percent(rate: Share) -> int | None:
    return None if rate.percent is None else round(10 * float(rate.percent))


def internal(numbers: Numbers, month: Month | None) -> dict[str, Any]:
    """Records that the office made itself: stated beside the table, never inside it."""
    channels = numbers.codes["channels"]
    others = [c for c in channels.groups if c not in numbers.channels]
    return {
        "names": [{"title": channels.title(c), "address": f"data/channels/{c}/"} for c in others],
        "received": grouped(
            sum(numbers.count(Where(month=month, channel=c), Event.RECEIVED) for c in others)
        ),
    }
