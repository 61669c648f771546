"""The vocabulary of Yanlu: a month, a cell, a cube, a release, the fates of a suggestion."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple

from yanlu.errors import DisclosureError, InputError

CHINA = timezone(timedelta(hours=8))  # the zone of every office, wherever its machine stands


def chinese_day(day: date) -> str:
    """A day as readers see it: 2026年6月3日."""
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, written `2015-06`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`; anything else is refused."""
        match = re.fullmatch(r"((?:19|20)\d{2})-(0[1-9]|1[0-2])", text)
        if match is None:
            raise InputError(f"月份“{text[:20]}”看不懂。请写成年-月，例如 2015-06。")
        return cls(int(match[1]), int(match[2]))

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, self.number, 1)

    @property
    def next(self) -> Month:
        """The month after."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def end(self) -> date:
        """The last day: the cut-off date of every figure of the month."""
        return date.fromordinal(self.next.start.toordinal() - 1)

    @property
    def title(self) -> str:
        """As readers see it: 2015年6月."""
        return f"{self.year}年{self.number}月"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


class Event(StrEnum):
    """What can happen to a matter in a month. Flows only: a stock would undo the rounding."""

    RECEIVED = "received"
    ON_TIME = "replied-on-time"
    LATE = "replied-late"
    NO_LIMIT = "replied-no-limit"
    OVERDUE = "became-overdue"


class Cell(NamedTuple):
    """The address of one count: codes from `data/codes/`; topic and channel are groups."""

    region: str
    topic: str
    channel: str
    event: Event


@dataclass(frozen=True)
class Cube:
    """True counts of events in one month. Private: it never leaves memory."""

    month: Month
    counts: Mapping[Cell, int]


@dataclass(frozen=True)
class Release:
    """One published version of a month's cube: what the public may know, and no more.

    `counts` holds the non-zero leaf cells; a cell that is not there is 0, which stands
    for 0 to `base` - 1. `method` is the version of the rounding that made it: with its
    records and its key, a release can be remade for ever.
    """

    month: Month
    version: int
    base: int
    method: int
    counts: Mapping[Cell, int]
    nonce: str
    why: str | None = None

    def __post_init__(self) -> None:
        if any(count < self.base for count in self.counts.values()):
            raise DisclosureError(
                f"{self.month} 的发布表里有小于 {self.base} 的数，没有经过舍入，不能发布。"
            )

    @property
    def revises(self) -> int | None:
        """The version that this one corrects."""
        return self.version - 1 if self.version > 1 else None


@dataclass(frozen=True)
class Released:
    """The gate: a release that disclosure control has made.

    `packages` writes nothing else, and only `yanlu.disclosure` may construct one
    (tests/test_architecture.py holds this).
    """

    release: Release


@dataclass(frozen=True)
class RollUp:
    """A month's published figures of several offices, added up: one version of the sum.

    `counts` holds the non-zero cells, each in codes of the office that adds up; its region may be
    one that has others below it. A cell that is not there is 0 with all of them: it stands for 0
    to `base` - 1 with each, so for more than that in all.
    """

    month: Month
    version: int
    base: int
    counts: Mapping[Cell, int]
    why: str | None = None

    def __post_init__(self) -> None:
        if any(count < self.base for count in self.counts.values()):
            raise DisclosureError(
                f"{self.month} 的汇总里有小于 {self.base} 的数，不是公布过的数之和，不能发布。"
            )

    @property
    def revises(self) -> int | None:
        """The version in whose place this one comes."""
        return self.version - 1 if self.version > 1 else None


@dataclass(frozen=True)
class ReleasedRollUp:
    """The gate, as `Released`: only `yanlu.disclosure` may construct one, after its audit."""

    rollup: RollUp


@dataclass(frozen=True)
class Quarterly:
    """What the public may know of an office's quarter: by table and code, rounded counts.

    `quarter` is its first month. Every code of a table is there; 0 stands for 0 to `base` - 1.
    """

    quarter: Month
    base: int
    method: int
    tables: Mapping[str, Mapping[str, int]]
    nonce: str

    def __post_init__(self) -> None:
        counts = [count for table in self.tables.values() for count in table.values()]
        if any(0 < count < self.base for count in counts):
            raise DisclosureError(
                f"{self.name} 的表里有小于 {self.base} 的数，没有经过舍入，不能发布。"
            )

    @property
    def name(self) -> str:
        """As its folder is called: 2026-q4."""
        return f"{self.quarter.year}-q{(self.quarter.number + 2) // 3}"


@dataclass(frozen=True)
class ReleasedQuarter:
    """The gate, as `Released`: only `yanlu.disclosure` may construct one."""

    release: Quarterly


@dataclass(frozen=True)
class Issued:
    """A version of a month as readers may hold it.

    `contents` are all counts that it ever had, those in force first: more than one where a
    published file was replaced.
    """

    month: Month
    number: int
    base: int
    contents: Sequence[Mapping[Cell, int]]


class Fate(StrEnum):
    """Where a suggestion stands (design: one table, `FATES`)."""

    RECEIVED = "received"
    SCREENED = "screened"
    REGISTERED = "registered"
    FORWARDED = "forwarded"
    RETURNED = "returned"
    HANDLING = "handling"
    REPLIED = "replied"
    RESTUDIED = "restudied"
    PROMISED = "promised"
    PROMISE_OVERDUE = "promise-overdue"
    CARRIED_OUT = "carried-out"
    CLOSED = "closed"
    MERGED = "merged"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"


class Standing(NamedTuple):
    """How a fate is shown to readers, and which fates may follow it."""

    shown: str
    goes_to: frozenset[Fate]


def _standing(shown: str, *goes_to: Fate) -> Standing:
    return Standing(shown, frozenset(goes_to))


FATES: Mapping[Fate, Standing] = {
    Fate.RECEIVED: _standing("已收到", Fate.SCREENED, Fate.WITHDRAWN),
    Fate.SCREENED: _standing(
        "已审看", Fate.REGISTERED, Fate.REDIRECTED, Fate.MERGED, Fate.WITHDRAWN
    ),
    Fate.REGISTERED: _standing("已登记", Fate.FORWARDED, Fate.REPLIED, Fate.WITHDRAWN),
    Fate.FORWARDED: _standing("已转交", Fate.RETURNED, Fate.HANDLING),
    Fate.RETURNED: _standing("已交还", Fate.FORWARDED),
    Fate.HANDLING: _standing("办理中", Fate.REPLIED),
    Fate.REPLIED: _standing("已回复", Fate.PROMISED, Fate.CLOSED, Fate.RESTUDIED),
    Fate.RESTUDIED: _standing("再研究中", Fate.REPLIED),
    Fate.PROMISED: _standing("已承诺落实", Fate.CARRIED_OUT, Fate.PROMISE_OVERDUE),
    Fate.PROMISE_OVERDUE: _standing("落实逾期", Fate.CARRIED_OUT),
    Fate.CARRIED_OUT: _standing("已落实"),
    Fate.CLOSED: _standing("已办结"),
    Fate.MERGED: _standing("已并案"),
    Fate.REDIRECTED: _standing("已依规转送"),
    Fate.WITHDRAWN: _standing("已撤回"),
}
