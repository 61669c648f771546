"""What a year came to, once it is over: released counts, and public pages of the register.

Nothing here says which bodies were complained of: that list goes to those who ask for it by law
(《信访工作条例》 2022, Art. 41) and is never published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from yanlu.model import Event, Month, period
from yanlu.templates import environment, grouped
from yanlu.website.editions import Edition
from yanlu.website.figures import (
    Dimension,
    Drawing,
    Figure,
    breakdown,
    on_time_rate,
    timeliness,
)
from yanlu.website.news import Teaser
from yanlu.website.numbers import Numbers, Where
from yanlu.website.pages import Page, headline, internal
from yanlu.website.table import Column, Kind, Name, Share, Table
from yanlu.website.tallies import DUE, Tally


@dataclass(frozen=True)
class Year:
    """A year that is over; `numbers` holds its releases, and may hold none."""

    year: int
    numbers: Numbers
    outcomes: Mapping[str, Sequence[str]]  # ids of those first answered in it, by newest outcome
    promises: Mapping[str, Sequence[str]]  # ids of those with a promise due in it, by standing
    removed: frozenset[str] = frozenset()  # ids of those of which the words were taken down
    again: frozenset[str] = frozenset()  # ids of those that were answered again in a later year

    @property
    def span(self) -> str:
        """The released months in words."""
        return period(self.numbers.months)

    @property
    def title(self) -> str:
        """Of its page and its bulletin."""
        return f"{self.year}年年度公告"

    @property
    def slug(self) -> str:
        """The last part of the address of its bulletin."""
        return f"{self.year}-report"

    @property
    def address(self) -> str:
        """Of its page, relative to the root of the site."""
        return f"data/{self.year}/"


def years(numbers: Numbers, tally: Tally) -> list[Year]:
    """The years that are over and of which anything is public, the oldest first."""
    released = {month.year for month in numbers.months}
    return [
        Year(
            year,
            Numbers([r for r in numbers.releases if r.month.year == year], numbers.codes),
            tally.outcomes.get(year, {}),
            tally.promises.get(year, {}),
            frozenset(tally.removed),
            frozenset(tally.again),
        )
        for year in sorted(released | tally.outcomes.keys() | tally.promises.keys())
        if year < tally.day.year
    ]


def year_page(year: Year, outcomes: Mapping[str, str], day: date, minimum: int) -> Page:
    """The page of a year; `outcomes` are the names of the codes, in their order."""
    numbers, where = year.numbers, Where()
    by = (Dimension.MONTH, Dimension.TOPIC, Dimension.REGION, Dimension.CHANNEL)
    released: tuple[Figure, ...] = ()
    if numbers.months:
        released = (
            *(breakdown(numbers, one, where, "全市", minimum) for one in by),
            timeliness(numbers, Dimension.MONTH, where, "全市", minimum),
        )
    answered = _Counted("outcomes", "第一次得到回复的公开建议，按结果", outcomes, year.outcomes)
    promised = {str(stands): stands.shown for stands in DUE}
    due = _Counted("promises", "到期的承诺，按是否落实", promised, year.promises)
    tallies = [tally.figure(year.year, minimum) for tally in (answered, due) if tally.pages]
    return Page(
        year.address,
        "year.md",
        f"{year.title}：{_finding(year, minimum)}",
        f"{year.year}年收到和回复的件数，公开建议的结果，到期的承诺落实了没有。",
        (*released, *tallies),
        {
            "year": year,
            "day": day,
            "released": len(released),
            "removed": _among(year.outcomes, year.removed),
            "again": _among(year.outcomes, year.again),
            "tallies": [figure.name for figure in tallies],
            "facts": headline(numbers, where, minimum) if released else [],
            "internal": internal(numbers, None) if released else None,
        },
    )


def _among(counted: Mapping[str, Sequence[str]], ids: frozenset[str]) -> int:
    """How many of the counted pages are among these."""
    return sum(name in ids for names in counted.values() for name in names)


def _finding(year: Year, minimum: int) -> str:
    if year.numbers.months:
        return _summary(year, minimum)
    return f"{sum(map(len, year.outcomes.values()))}件公开的建议第一次得到回复"


def _summary(year: Year, minimum: int) -> str:
    """The released months, how many came in, and how many answers were in time."""
    rate = on_time_rate(year.numbers, Where(), minimum)
    received = grouped(year.numbers.count(Where(), Event.RECEIVED))
    return f"{year.span}收到{received}件" + (f"，按时率{rate}" if rate.percent else "")


@dataclass(frozen=True)
class _Counted:
    """A table of pages of the register: names of the rows by code, and the pages of each."""

    name: str
    title: str
    rows: Mapping[str, str]
    pages: Mapping[str, Sequence[str]]

    def figure(self, year: int, minimum: int) -> Figure:
        ids = {code: self.pages.get(code, ()) for code in self.rows}
        total = sum(map(len, ids.values()))
        share = partial(Share, whole=total, minimum=minimum)
        lines = [(Name(code, self.rows[code]), len(ids[code])) for code in self.rows]
        return Figure(
            self.name,
            f"{year}年{self.title}",
            f"{year}年{self.title}，每一件都有公开的网页",
            tuple(Month(year, number) for number in range(1, 13)),
            Table(
                _COLUMNS,
                tuple((name, count, share(count)) for name, count in lines),
                (Name("all", "合计"), total, share(total)),
            ),
            Drawing.BARS,
            ("page-count",),
            ids,
        )


_COLUMNS = (
    Column("result", "结果", "结果的名称", Kind.NAME),
    Column("page-count", "件数", "公开的网页有几张；承诺一项算一件"),
    Column("page-share", "占合计", "这一行的件数÷合计", Kind.SHARE, part="page-count"),
)


def issued(year: Year, editions: Iterable[Edition]) -> date:
    """The day of its bulletin: the year is over, and its releases are out."""
    days = [edition.listing.issued for edition in editions if edition.month.year == year.year]
    return max([date(year.year + 1, 1, 1), *days])


def year_bulletin(year: Year, day: date, root: str, templates: Path, minimum: int) -> str:
    """The bulletin that tells that the page of a year is there, as Markdown for Pelican."""
    template = environment(templates).get_template("year-bulletin.md")
    return template.render(
        root=root,
        year=year,
        day=day,
        finding=_finding(year, minimum),
        received=grouped(year.numbers.count(Where(), Event.RECEIVED)),
        answered=sum(map(len, year.outcomes.values())),
        again=_among(year.outcomes, year.again),
        due={str(stands): len(year.promises.get(stands, ())) for stands in DUE},
    )


def year_teaser(year: Year, day: date) -> Teaser:
    """Of the bulletin of a year."""
    return Teaser(title=year.title, address=f"bulletins/{year.slug}/", date=day.isoformat())
