"""Days on which those in office receive people: `data/guidance/receptions.csv`.

《信访工作条例》 (2022) art. 18: times and places are published, leaders receive regularly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from yanlu.guidance.rows import Row, rows, said
from yanlu.model import CHINA, chinese_day

# Why offices rest on a day, "" where they work, None where the year's notice is not known.
Rests = Callable[[date], str | None]
UNKNOWN = "{year}年的放假安排尚未公布"


@dataclass(frozen=True)
class Reception:
    """One reception; `region` and `office` are codes, `name` is "" unless it was published."""

    code: str
    region: str
    post: str
    name: str
    start: datetime
    end: datetime
    office: str
    topics: str
    booking: str

    @property
    def day(self) -> date:
        """The day of it, in China."""
        return self.start.date()


def read_receptions(data: Path) -> list[Reception]:
    """All of them, past ones too, the earliest first; the table was found to be in order."""
    found = (_reception(row) for _, row in rows(data, "receptions"))
    return sorted(found, key=lambda one: (one.start, one.code))


def upcoming(receptions: Iterable[Reception], day: date) -> list[Reception]:
    """Those that have not passed on `day`."""
    return [one for one in receptions if one.day >= day]


def receptions_faults(data: Path) -> Iterator[str]:
    """Receptions that end before they begin."""
    for line, row in rows(data, "receptions"):
        if row["end"] <= row["start"]:
            yield said("receptions", line, "end", "结束的时间不在开始以后，请改正")


def resting(data: Path, day: date, rests: Rests) -> Iterator[str]:
    """Receptions to come on a day off, or in a year whose days off nobody knows; no fault."""
    unknown = set()
    for line, row in rows(data, "receptions"):
        held = date.fromisoformat(row["date"])
        if held < day:
            continue
        why = rests(held)
        if why is None:
            unknown.add(held.year)
        elif why:
            words = f"{chinese_day(held)}是{why}，请核对；确实照常接待的，不用改"
            yield said("receptions", line, "date", words)
    for year in sorted(unknown):
        told = UNKNOWN.format(year=year)
        yield (
            f"data/guidance/receptions.csv：{told}，那一年的接待日还不能对照休息日，公布以后再看一次。"
        )


def _reception(row: Row) -> Reception:
    day = date.fromisoformat(row["date"])
    start, end = (
        datetime.combine(day, time.fromisoformat(row[at]), CHINA) for at in ("start", "end")
    )
    same = ("code", "region", "post", "name", "office", "topics", "booking")
    return Reception(**{name: row[name] for name in same}, start=start, end=end)
