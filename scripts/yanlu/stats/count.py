"""Count the events of one month: region × topic group × channel group × event.

Two expressions do the work on any size of input: one grouped scan that counts events and
faults together, one that counts distinct case numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import ibis.expr.types as ir

from yanlu.errors import InputError
from yanlu.model import Cell, Cube, Event, Month
from yanlu.settings import Codes
from yanlu.stats.coded import known_keys, with_known
from yanlu.stats.dates import with_moments
from yanlu.stats.faults import Faults, any_of, fault_rules, how_many, reversed_rule
from yanlu.stats.mapping import CODED
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.read import Cases


@dataclass(frozen=True)
class Counted:
    """A cube and how many records stand behind it; in `outside` of them the month has no event."""

    cube: Cube
    records: int
    outside: int


def count_events(
    cases: Cases, mapping: Mapped, codes: Mapping[str, Codes], month: Month, now: datetime
) -> Counted:
    """Count the month's events over all records; private until disclosure control.

    Raises:
        InputError: any fault in the records; all of them are named in one message, by
            column, row and number, never by value.
    """
    table = with_known(with_moments(cases.table, mapping), mapping, codes, month)
    tallies = _tallies(table, month, now)
    faults = Faults(cases, table, mapping, now)
    records = sum(tally["records"] for tally in tallies)
    faults.refuse(tallies)
    cube = Cube(month, _cells(tallies, mapping, codes))
    if not cube.counts:
        raise InputError(
            f"{cases.name}：{month.title}没有任何事件。请检查月份，或者导出文件是否包含这个月。"
        )
    return Counted(cube, records, records - sum(tally["inside"] for tally in tallies))


def _tallies(table: ir.Table, month: Month, now: datetime) -> list[dict[str, Any]]:
    """One row for each region × topic × channel of the source, in its own words.

    Values without a code are one, NULL: where a column is mapped wrongly, each record has its own.
    """
    t: Any = table
    measures = {str(event): rule for event, rule in _rules(t, month).items()}
    measures["inside"] = any_of(measures.values())
    measures["faulty"] = any_of(fault_rules(t, now).values())
    measures["reversed"] = reversed_rule(t)
    measures |= {f"{column}_unknown": ~t[f"{column}_known"] for column in CODED}
    sums = {name: how_many(rule) for name, rule in measures.items()}
    grouped = t.group_by(**known_keys(t)).agg(records=t.count(), **sums)
    rows: list[dict[str, Any]] = grouped.to_pyarrow().to_pylist()
    return rows


def _rules(t: Any, month: Month) -> dict[Event, Any]:
    """What each event is (data/codes/events.csv says the same in words)."""

    def within(moment: Any) -> Any:
        start = datetime.combine(month.start, time.min)
        end = datetime.combine(month.next.start, time.min)
        return (moment >= start) & (moment < end)

    replied = within(t.replied_at)
    unanswered = t.replied_at.isnull() | (t.replied_at > t.due_at)
    return {
        Event.RECEIVED: within(t.received_at),
        Event.ON_TIME: replied & (t.replied_at <= t.due_at),
        Event.LATE: replied & (t.replied_at > t.due_at),
        Event.NO_LIMIT: replied & t.due_at.isnull(),
        Event.OVERDUE: within(t.due_at) & unanswered,
    }


def _cells(
    tallies: Iterable[dict[str, Any]], mapping: Mapped, codes: Mapping[str, Codes]
) -> Mapping[Cell, int]:
    counts: Counter[Cell] = Counter()
    for tally in tallies:
        region, topic, channel = (mapping.code(column, tally[column]) for column in CODED)
        for event in Event:
            cell = Cell(
                region, codes["topics"].group(topic), codes["channels"].group(channel), event
            )
            counts[cell] += int(tally[event])
    return {cell: count for cell, count in sorted(counts.items()) if count}
