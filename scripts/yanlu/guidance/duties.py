"""Who answers for what, and what became of it: posts, leaders' counts, meetings, money.

`data/guidance/posts.csv`, `leaders.csv`, `meetings.csv`, `budget.csv`; an office may have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yanlu.guidance.rows import Row, rows, said
from yanlu.model import Month

COUNTS = ("letters", "visitors", "taken", "settled")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ –-]?)?1[3-9]\d[ –-]?\d{4}[ –-]?\d{4}(?!\d)")


@dataclass(frozen=True)
class Post:
    """A duty with its work contact alone; `name` is "" unless the duty list publishes it.

    《政府信息公开条例》 (2019) art. 20 (2).
    """

    code: str
    post: str
    name: str
    body: str
    duties: str
    telephone: str
    address: str


@dataclass(frozen=True)
class Period:
    """A month (`2026-10`) or a quarter (`2026-q4`) of which leaders' counts are told."""

    name: str

    @property
    def months(self) -> tuple[Month, ...]:
        """The month, or the three of the quarter."""
        year, part = self.name.split("-")
        if not part.startswith("q"):
            return (Month(int(year), int(part)),)
        last = 3 * int(part[1:])
        return tuple(Month(int(year), number) for number in range(last - 2, last + 1))

    @property
    def quarter(self) -> tuple[int, int]:
        """The quarter that it is, or lies in."""
        month = self.months[0]
        return month.year, (month.number - 1) // 3

    @property
    def title(self) -> str:
        """As readers see it: 2026年10月, 2026年第4季度."""
        if len(self.months) == 1:
            return self.months[0].title
        return f"{self.name[:4]}年第{self.name[-1]}季度"


@dataclass(frozen=True)
class Handled:
    """What all leaders of an office together did in a period; None: not told.

    《信访工作条例》 (2022) art. 18 ¶2: letters, receptions, matters that they take on.
    """

    period: Period
    letters: int | None
    visitors: int | None
    taken: int | None
    settled: int | None


@dataclass(frozen=True)
class Meeting:
    """A meeting that discussed suggestions or petitions, and what it decided openly."""

    date: date
    meeting: str
    about: str
    decision: str
    link: str


@dataclass(frozen=True)
class Line:
    """A line of a published budget or account; `amount` in 万元 as it was written.

    《信访工作条例》 (2022) art. 16 ¶4.
    """

    year: int
    item: str
    amount: str
    where: str
    link: str


def read_posts(data: Path) -> list[Post]:
    """In the order of the file."""
    return [Post(**row) for _, row in rows(data, "posts")]


def read_handled(data: Path) -> list[Handled]:
    """The latest period first."""
    found = (
        Handled(Period(row["period"]), **{name: _count(row, name) for name in COUNTS})
        for _, row in rows(data, "leaders")
    )
    return sorted(found, key=lambda one: one.period.months[-1], reverse=True)


def read_meetings(data: Path) -> list[Meeting]:
    """The latest first."""
    found = (
        Meeting(**{**row, "date": date.fromisoformat(row["date"])})  # type: ignore[arg-type]
        for _, row in rows(data, "meetings")
    )
    return sorted(found, key=lambda one: one.date, reverse=True)


def read_budget(data: Path) -> list[Line]:
    """The latest year first, else in the order of the file."""
    found = (Line(**{**row, "year": int(row["year"])}) for _, row in rows(data, "budget"))  # type: ignore[arg-type]
    return sorted(found, key=lambda one: one.year, reverse=True)


def posts_faults(data: Path) -> Iterator[str]:
    """Telephones that are somebody's own."""
    for line, row in rows(data, "posts"):
        if _MOBILE.search(row["telephone"]):
            words = "看上去是手机号码。个人的联系方式不公布，请写单位的电话，没有就空着"
            yield said("posts", line, "telephone", words)


def handled_faults(data: Path, least: int) -> Iterator[str]:
    """Counts so small that they point to people, or periods that are told twice.

    Of counts from 1 to `least` - 1 none is told, and a quarter not beside its months: the
    difference would tell a small one.
    """
    kinds: dict[tuple[int, int], set[int]] = {}
    for line, row in rows(data, "leaders"):
        period = Period(row["period"])
        kind = kinds.setdefault(period.quarter, set())
        kind.add(len(period.months))
        if len(kind) > 1:
            yield said("leaders", line, "period", _TWICE)
        for column in COUNTS:
            if 0 < (_count(row, column) or 0) < least:
                yield said("leaders", line, column, _small(period, least))


def unready(data: Path, day: date) -> Iterator[str]:
    """Periods that are not over on `day`, and meetings that have not been held.

    A count that grows from one day to the next tells a small one by subtraction.
    """
    for line, row in rows(data, "leaders"):
        if Period(row["period"]).months[-1].end >= day:
            yield said("leaders", line, "period", "这一时期还没有结束，请等结束以后再写")
    for line, row in rows(data, "meetings"):
        if date.fromisoformat(row["date"]) > day:
            yield said("meetings", line, "date", "这一天还没有到，请等会议开过以后再写")


_TWICE = (
    "同一个季度既有整个季度的，又有里面月份的，相减就露出小数。请只留一种：三个月的，或者一个季度的"
)


def _small(period: Period, least: int) -> str:
    what = f"是1到{least - 1}的数，可能认得出人，不公布"
    if len(period.months) == 1:
        return f"{what}。请把这个季度的三个月合成一行（写成2026-q4这样），季度也不够{least}的空着"
    return f"{what}。请空着"


def _count(row: Row, column: str) -> int | None:
    return int(row[column]) if row[column] else None
