"""Dates of calls, proposals and tables of years that cannot be: to come yet, or out of order.

`day` is that of the commit, or today's for what is not committed. What has no fault on one day
has none on a later one. A call may open on a day to come; its result is of a day that has come.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

from yanlu.errors import PackageError
from yanlu.packages.calls import Call, call_files, open_call
from yanlu.packages.faults import Fault
from yanlu.packages.proposals import Proposal, open_proposal, proposal_files
from yanlu.packages.schemas import TABLES

_TODO = "请核对日子；确实还没有到的，到那天再提交"
_YEARS = ("awards", "sanctions")  # tables with a column `year`
_T = TypeVar("_T")


def date_faults(data: Path, day: date) -> Iterator[Fault]:
    """Faults of all calls, proposals, awards and sanctions; broken files are told elsewhere."""
    for path in call_files(data):
        yield from _faults(data, path, _told(path, open_call, call_date_faults, day))
    for path in proposal_files(data):
        yield from _faults(data, path, _told(path, open_proposal, proposal_date_faults, day))
    for name in _YEARS:
        yield from _table(data, data / TABLES[name], day)


def _told(
    path: Path, read: Callable[[Path], _T], rule: Callable[[_T, date], Iterator[str]], day: date
) -> Iterator[str]:
    try:
        act = read(path)
    except PackageError:
        return iter(())
    return rule(act, day)


def call_date_faults(call: Call, day: date) -> Iterator[str]:
    """What is wrong with the dates of one call."""
    if call.published and call.published > day:
        yield "公布结果的日子（result.published）还没有到"
    yield from _marks(call.front.get("amended", ()), "", day)


def proposal_date_faults(proposal: Proposal, day: date) -> Iterator[str]:
    """What is wrong with the months of one proposal."""
    front, now = proposal.front, _month(day)
    if front["made"] > now:
        yield "提出的月份（made）还没有到"
    if "answer" in front and front["answer"]["month"] > now:
        yield "反馈的月份（answer.month）还没有到"
    yield from _marks(front.get("amended", ()), front["made"], day)


def _marks(marks: Sequence[Mapping[str, str]], since: str, day: date) -> Iterator[str]:
    months = [mark["month"] for mark in marks]
    if months != sorted(months):
        yield "修改说明（amended）应当按时间排，最近的在最后面"
    if any(not since <= month <= _month(day) for month in months):
        yield (
            "修改的月份（amended）早于提出的月份，或者还没有到"
            if since
            else ("修改的月份（amended）还没有到")
        )


def _table(data: Path, path: Path, day: date) -> Iterator[Fault]:
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        years = [row.get("year") or "" for row in csv.DictReader(file)]
    for line, year in enumerate(years, start=2):  # the first holds the names of the columns
        if year.isdecimal() and int(year) > day.year:
            place = f"data/{path.relative_to(data).as_posix()}"
            yield Fault(place, line, "year", "这一年还没有到", _TODO)


def _faults(data: Path, path: Path, told: Iterator[str]) -> Iterator[Fault]:
    for what in told:
        yield Fault(f"data/{path.relative_to(data).as_posix()}", 0, "", what, _TODO)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
