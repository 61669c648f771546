"""A count in words that a reader can check with a wall calendar, and as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from yanlu.deadlines.calendars import WEEKDAYS
from yanlu.deadlines.count import Count, Step
from yanlu.deadlines.rules import Rule, Unit
from yanlu.model import chinese_day

NOT_YET = "{year}年的放假安排尚未公布，还不知道到期那天是不是休息。"
RESTING = "到期那天是{why}。这里写的是不顺延的日期。"
_UNITS = {Unit.CALENDAR: "日", Unit.WORKING: "个工作日"}


def with_weekday(day: date) -> str:
    """A day with its weekday."""
    return f"{chinese_day(day)}（{WEEKDAYS[day.weekday()]}）"


def length(rule: Rule) -> str:
    """How long: 15日, 5个工作日."""
    return f"{rule.length}{_UNITS[rule.unit]}"


def explain(count: Count) -> Iterator[str]:
    """The whole answer, line by line: rule, basis, every day, due date, what is not known."""
    rule = count.rule
    yield f"期限：{rule.name}，{length(rule)}"
    yield f"依据：{rule.basis}"
    yield f"由谁：{rule.who}"
    yield f"适用：{rule.applies_to}"
    yield f"起算：{rule.starts_at}，{with_weekday(count.start)}；当天不算，第二天是第1日"
    yield from (_line(step) for step in count.steps)
    yield f"到期：{with_weekday(count.due)}"
    yield from notes(count)


def notes(count: Count) -> Iterator[str]:
    """What the reader should know of a due date on which offices rest, or may."""
    if count.rest is None:
        yield f"说明：{NOT_YET.format(year=count.due.year)}"
    elif count.rest:
        yield f"说明：{RESTING.format(why=count.rest)}"


def as_data(count: Count) -> dict[str, Any]:
    """The answer as JSON holds it; `counted` is null for a day that was skipped."""
    rule = count.rule
    return {
        "rule": rule.code,
        "name": rule.name,
        "law": rule.law,
        "version": rule.version,
        "article": rule.article,
        "who": rule.who,
        "applies_to": rule.applies_to,
        "starts_at": rule.starts_at,
        "start": count.start.isoformat(),
        "length": rule.length,
        "unit": str(rule.unit),
        "due": count.due.isoformat(),
        "days": [
            {"date": step.date.isoformat(), "counted": step.number, "why": step.why}
            for step in count.steps
        ],
        "notes": [note.removeprefix("说明：") for note in notes(count)],
    }


def _line(step: Step) -> str:
    counted = f"第{step.number}日" if step.number else "不算"
    why = f"  {step.why}" if step.why else ""
    return f"  {step.date} {WEEKDAYS[step.date.weekday()]} {counted}{why}"
