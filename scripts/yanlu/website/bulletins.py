"""A bulletin for each release, written from its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.model import Event, Month, chinese_day, period
from yanlu.templates import environment, grouped
from yanlu.website.editions import Edition
from yanlu.website.figures import Dimension, breakdown, on_time_rate, replied
from yanlu.website.numbers import Numbers, Where
from yanlu.website.table import Share, Value
from yanlu.website.trends import analyse, said

LARGEST = 5
NOTEWORTHY = 20  # a smaller change between two months may come from the rounding alone


@dataclass(frozen=True)
class Issue:
    """A bulletin: the release it tells of, the numbers when it came out, and what replaced it."""

    edition: Edition
    numbers: Numbers
    later: Edition | None


def bulletin_files(
    issues: Iterable[Issue], root: str, templates: Path, minimum: int
) -> Iterator[tuple[str, str]]:
    """Bulletins as (file name, Markdown with Pelican's metadata); one for every release."""
    template = environment(templates).get_template("bulletin.md")
    for issue in issues:
        month = issue.edition.month
        words = _words(issue.numbers, month, minimum)
        text = template.render(
            root=root, edition=issue.edition, later=issue.later, month=month, **words
        )
        yield f"{issue.edition.slug}.md", text


def _words(numbers: Numbers, month: Month, minimum: int) -> dict[str, object]:
    where = Where(month=month)
    table = breakdown(numbers, Dimension.TOPIC, where, month.title, minimum).table
    received = numbers.count(where, Event.RECEIVED)
    rate = on_time_rate(numbers, where, minimum)
    counts = f"{grouped(rate.whole)}件里按时{grouped(rate.part)}件（{rate}）"
    tail = f"，有期限的回复{counts}" if rate.percent else ""
    return {
        "received": grouped(received),
        "replied": grouped(replied(numbers, where)),
        "overdue": grouped(numbers.count(where, Event.OVERDUE)),
        "rate": rate,
        "cutoff": chinese_day(month.end),
        "largest": table.rows[:LARGEST],
        "others": _others(table.rows[LARGEST:], received, minimum),
        "total": table.total,
        "tags": [str(row[0]) for row in table.rows[:3]],
        "summary": f"{month.title}收到{grouped(received)}件{tail}。",
        **_change(numbers, month),
        **_trends(numbers, month),
    }


def _trends(numbers: Numbers, month: Month) -> dict[str, object]:
    """What stands out against the months before, by subject and region; places are not ranked."""
    analysis = analyse(numbers, month)
    trends = analysis.trends if analysis else ()
    return {
        "analysis": analysis,
        "before": period(analysis.before) if analysis else "",
        "rises": [said(numbers, trend) for trend in trends if trend.rises],
        "falls": [said(numbers, trend) for trend in trends if not trend.rises],
    }


def _others(rows: Sequence[Sequence[Value]], whole: int, minimum: int) -> dict[str, object]:
    received = sum(row[1] for row in rows if isinstance(row[1], int))
    return {"count": len(rows), "received": received, "share": Share(received, whole, minimum)}


def _change(numbers: Numbers, month: Month) -> dict[str, object]:
    around = numbers.months.index(month)
    if around == 0 or numbers.months[around - 1].next != month:
        return {"change": "", "previous": None}
    previous = numbers.months[around - 1]
    difference = numbers.count(Where(month=month), Event.RECEIVED) - numbers.count(
        Where(month=previous), Event.RECEIVED
    )
    change = "相差不多"
    if abs(difference) >= NOTEWORTHY:
        change = f"{'增加' if difference > 0 else '减少'}{grouped(abs(difference))}件"
    return {"change": change, "previous": previous}
