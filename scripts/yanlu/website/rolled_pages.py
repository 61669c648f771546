"""Pages of a level above: which offices are in, what all of them sum up to, who answers in time.

Offices stand in the order of the office's own list, never in that of a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from yanlu.model import Event, Month, chinese_day, period
from yanlu.packages.rollups import COLLECTED, MISSING, REFUSED
from yanlu.settings import Codes
from yanlu.website.figures import (
    LIMITED,
    Dimension,
    Drawing,
    Figure,
    breakdown,
    rate_columns,
)
from yanlu.website.numbers import Where
from yanlu.website.pages import Page, finding, headline
from yanlu.website.rollups import ADDRESS, ALL, Federation, Member, Rolled
from yanlu.website.spans import Span, share_span
from yanlu.website.table import Column, Kind, Measure, Name, Rate, Table, Value

MONTHS = 6  # side by side in the small multiples
NAMED = 20  # offices that a sentence names; the table of the month has all
TOLD = 3  # offices of which a sentence says what they lack themselves
_SUBJECT = "各地"
_OFFICE = Column("office", "单位", "单位的名称", Kind.NAME)
_NOTHING = Measure(None)


def federation_pages(federation: Federation, minimum: int) -> Iterator[Page]:
    """The newest roll-up with the months before it, and a page for each month.

    `minimum` is the smallest denominator of a rate.
    """
    yield _overview(federation, minimum)
    for rolled in federation.rolled:
        yield _month(federation, rolled, minimum)


def _overview(federation: Federation, minimum: int) -> Page:
    numbers, rolled = federation.numbers, federation.rolled
    newest, span = rolled[-1], period(federation.numbers.months)
    at = Where(month=newest.month)
    return Page(
        ADDRESS,
        "federation.md",
        f"{_heading(newest)}：{finding(numbers, at, newest.month.title, minimum)}",
        f"{span}各地公布的件数相加，哪些单位在内，各单位的回复是否按时。",
        (
            _timely_months(rolled[-MONTHS:], minimum),
            _linked(breakdown(numbers, Dimension.MONTH, Where(), _SUBJECT, minimum), _month_page),
        ),
        {
            "rolled": list(reversed(rolled)),
            "absent": {one.month: _absent(one) for one in rolled},
            "partly": {one.month: _partly(one) for one in rolled},
            "uneven": len({_counted_in(one) for one in rolled}) > 1,
            "newest": newest,
            "said": coverage(newest),
            "minimum": minimum,
            "facts": headline(numbers, at, minimum),
        },
    )


def _month(federation: Federation, rolled: Rolled, minimum: int) -> Page:
    numbers, month = federation.numbers, rolled.month
    at = Where(month=month)
    topics = breakdown(numbers, Dimension.TOPIC, at, _SUBJECT, minimum)
    return Page(
        rolled.address,
        "federation-month.md",
        f"{_heading(rolled)}：{finding(numbers, at, month.title, minimum)}",
        f"{month.title}各地公布的件数相加，哪些单位在内；截至{chinese_day(month.end)}。",
        (
            _linked(topics, lambda _: None),
            _offices(rolled, numbers.codes["events"]),
            _timely(rolled, numbers.codes["events"], minimum),
        ),
        {
            "month": month,
            "rolled": rolled,
            "said": coverage(rolled),
            "minimum": minimum,
            "states": STATES,
            "partly": PARTLY,
            "unsure": [member.name for member in rolled.members if not member.spans],
            "facts": headline(numbers, at, minimum),
        },
    )


def _heading(rolled: Rolled) -> str:
    """A title stands alone in lists and searches: a sum of some must not look like one of all."""
    total, held, partly = len(rolled.covered), len(rolled.held.taken), len(rolled.partly)
    if held == total and not partly:
        return "各地汇总"
    more = f"，其中{partly}个自己也不全" if partly else ""
    return f"各地汇总（{total}个单位里{held}个{more}）"


PARTLY = "在内，自己也不全"
STATES = {COLLECTED: "在内", MISSING: "没有", REFUSED: "没有采用"}


def coverage(rolled: Rolled) -> str:
    """How many of the lower offices are in, in words; some that are not, by their names."""
    total, held = len(rolled.covered), len(rolled.held.taken)
    there = f"{total}个单位都在内"
    if held < total:
        there = f"{total}个单位里有{held}个在内，缺{_absent(rolled)}"
    return f"{there}；其中{_partly(rolled)}" if rolled.partly else there


def _partly(rolled: Rolled) -> str:
    """Which of those that are in have gaps of their own: a few with what is missing there."""
    if len(rolled.partly) > TOLD:
        return f"{len(rolled.partly)}个自己也不全"
    return "、".join(f"{one.name}自己也不全（{one.gaps}）" for one in rolled.partly)


def _counted_in(rolled: Rolled) -> frozenset[tuple[str, str]]:
    """Who is in, with what each of them lacks itself."""
    return frozenset((one.id, one.gaps) for one in rolled.held.taken)


def _absent(rolled: Rolled) -> str:
    names = [one.name for one in rolled.covered if one.status != COLLECTED]
    return "、".join(names[:NAMED]) + (f"等{len(names)}个" if len(names) > NAMED else "")


def _month_page(code: str) -> str:
    return f"{ADDRESS}{code}/"


def _linked(figure: Figure, address: Callable[[str], str | None]) -> Figure:
    """A figure whose rows lead to pages of roll-ups: their codes have pages of our own, too."""
    rows = tuple((_name(row[0], address), *row[1:]) for row in figure.table.rows)
    return replace(figure, table=replace(figure.table, rows=rows))


def _name(value: Value, address: Callable[[str], str | None]) -> Value:
    return replace(value, address=address(value.code)) if isinstance(value, Name) else value


def _offices(rolled: Rolled, events: Codes) -> Figure:
    """Every event by office: a table alone, for a drawing would look like a ranking."""
    counts = [Column(e, events.title(e), events.rows[e]["definition"]) for e in Event]
    rows = tuple(map(_counted, rolled.members))
    return Figure(
        "offices",
        "各单位收到和回复",
        "各单位收到和回复的件数，按本单位名单的次序",
        (rolled.month,),
        Table((_OFFICE, *counts), rows, _counted(_together(rolled.members))),
        Drawing.NONE,
        (),
    )


def _counted(member: Member) -> tuple[Value, ...]:
    return (Name(member.code, member.name), *(member.counts[event] for event in Event))


def _timely(rolled: Rolled, events: Codes, minimum: int) -> Figure:
    """On-time replies ÷ replies that had a limit, by office, with what the share may be."""
    *counts, rate, _ = rate_columns(events, minimum)
    sure = [
        Column(f"{rate.name}-low", "至少%", "不论舍入以前是多少，按时率不会低于它", Kind.MEASURE),
        Column(f"{rate.name}-high", "至多%", "不论舍入以前是多少，按时率不会高于它", Kind.MEASURE),
    ]
    rows = tuple(_rated(member, minimum) for member in rolled.members)
    everyone = _rated(_together(rolled.members), minimum)
    return Figure(
        "timeliness-offices",
        "各单位按时率",
        "各单位有期限的回复里按时的占多少，和舍入使它不能确定的范围",
        (rolled.month,),
        Table((_OFFICE, *counts, rate, *sure), rows, everyone),
        Drawing.RANGES,
        (rate.name,),
    )


def _together(members: Sequence[Member]) -> Member:
    """All as one; how sure their sum is, only where it is known of each."""
    counts = {event: sum(member.counts[event] for member in members) for event in Event}
    spans: Mapping[Event, Span] = {}
    if all(member.spans for member in members):
        spans = {e: sum((m.spans[e] for m in members), Span(0, 0, 0)) for e in LIMITED}
    return Member(ALL, "合计", counts, spans)


def _rated(member: Member, minimum: int) -> tuple[Value, ...]:
    on_time, late = (member.counts[event] for event in LIMITED)
    rate, *sure = _share(member, minimum)
    return (Name(member.code, member.name), on_time, late, on_time + late, rate, *sure)


def _share(member: Member, minimum: int) -> tuple[Rate, Measure, Measure]:
    on_time, late = (member.counts[event] for event in LIMITED)
    rate = Rate(on_time, on_time + late, minimum)
    if rate.percent is None or not member.spans:
        return rate, _NOTHING, _NOTHING
    least, most = share_span(*(member.spans[event] for event in LIMITED))
    return rate, Measure(least), Measure(most)


def _timely_months(rolled: Sequence[Rolled], minimum: int) -> Figure:
    """The shares of some months side by side; the counts behind them are on the months' pages."""
    columns = [column for one in rolled for column in _of_month(one.month, rolled[-1].month)]
    names = {m.code: m.name for one in reversed(rolled) for m in one.members}
    order = [m.code for m in rolled[-1].members]
    order += [code for code in names if code not in order]
    rows = tuple(_all_months(rolled, Name(code, names[code]), minimum) for code in order)
    return Figure(
        "timeliness-months",
        "各单位按时率，按月份",
        "各单位每个月有期限的回复里按时的占多少，和舍入使它不能确定的范围",
        tuple(one.month for one in rolled),
        Table((_OFFICE, *columns), rows, _all_months(rolled, Name(ALL, "合计"), minimum)),
        Drawing.RANGES,
        tuple(column.name for column in columns[::3]),
    )


def _of_month(month: Month, last: Month) -> list[Column]:
    head = f"{month.number}月" if month.year == last.year else month.title
    name, said = f"{month}-on-time-rate", f"{month.title}按时回复 ÷ 有期限的回复，单位%"
    return [
        Column(name, head, said, Kind.MEASURE),
        Column(f"{name}-low", "至少", f"{month.title}按时率不会低于它，单位%", Kind.MEASURE),
        Column(f"{name}-high", "至多", f"{month.title}按时率不会高于它，单位%", Kind.MEASURE),
    ]


def _all_months(rolled: Sequence[Rolled], name: Name, minimum: int) -> tuple[Value, ...]:
    """A row: the share and its range of each month; of all offices together by the code `ALL`."""
    found: list[Value] = [name]
    for one in rolled:
        everyone = (*one.members, _together(one.members))
        member = next((member for member in everyone if member.code == name.code), None)
        found += _measures(member, minimum) if member else [_NOTHING] * 3
    return tuple(found)


def _measures(member: Member, minimum: int) -> list[Measure]:
    rate, *sure = _share(member, minimum)
    return [Measure(None if rate.percent is None else Decimal(rate.percent)), *sure]
