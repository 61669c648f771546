"""What an office does every year, every quarter, every month: `data/guidance/upkeep.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from yanlu.guidance.rows import Row, rows

_OFTEN = {12: "每月", 4: "每季度"}
_YEARLY = "每年"
KINDS = (*_OFTEN.values(), _YEARLY)


@dataclass(frozen=True)
class Chore:
    """Something to be done by `day` of each of `months`; `page` is an address below the root."""

    code: str
    title: str
    months: tuple[int, ...]
    day: int
    who: str
    how: str
    page: str
    law: str

    @property
    def kind(self) -> str:
        """How often, in the words of `KINDS`."""
        return _OFTEN.get(len(self.months), _YEARLY)

    @property
    def when(self) -> str:
        """As readers see it: 每月10日, 1月、4月、7月、10月的15日, 9月1日."""
        if len(self.months) == 12:
            return f"每月{self.day}日"
        named = "、".join(f"{month}月" for month in self.months)
        return f"{named}{'的' if len(self.months) > 1 else ''}{self.day}日"


def read_upkeep(data: Path) -> list[Chore]:
    """In the order of the year; the table was found to be in order."""
    return sorted(
        (_chore(row) for _, row in rows(data, "upkeep")), key=lambda one: (one.months[0], one.day)
    )


def coming(chores: Iterable[Chore], day: date) -> Iterator[tuple[date, Chore]]:
    """What is to be done from `day` on, for a year: each day with its chore, unsorted."""
    for one in chores:
        for month in one.months:
            this = date(day.year, month, one.day)
            yield (this if this >= day else this.replace(year=day.year + 1)), one


def _chore(row: Row) -> Chore:
    months = tuple(sorted(map(int, row["months"].split(";"))))
    said = {name: row[name] for name in ("code", "title", "who", "how", "page", "law")}
    return Chore(**said, months=months, day=int(row["day"]))
