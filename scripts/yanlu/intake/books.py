"""The books of the store: true figures, for the office's own screen, that must balance.

Each matter is settled once, by the first answer or end that its history tells; what is studied
again afterwards is not opened anew in the books.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.store.database import Store, rows
from yanlu.intake.store.records import ANSWERED
from yanlu.model import Fate, Month

ERASED = "erased"  # settles what its writer erased before there was an answer
_NAMED = 10  # records that a refusal names
_ENDS = (
    "SELECT submission, day, what FROM happening "
    "WHERE what IN (SELECT value FROM json_each(?)) ORDER BY number"
)


@dataclass(frozen=True)
class Books:
    """What came in a month, by channel, by fate now, and by way to the public; what was open."""

    received: int
    by_channel: Mapping[str, int]
    by_fate: Mapping[str, int]
    by_delivery: Mapping[str, int]
    erased: int
    opening: int
    settled: Mapping[str, int]
    closing: int


@dataclass(frozen=True)
class End:
    """How a matter was settled first, and on which day."""

    day: str
    what: str


def read_books(store: Store, month: Month) -> Books:
    """The books of one month.

    Raises:
        StoreError: opening and received are not fates and closing, or the parts do not add up;
            the difference is named, and the records that make it.
    """
    all_ = rows(store.main, "SELECT * FROM submission")
    ends = first_ends(store)
    start, end = month.start.isoformat(), month.end.isoformat()
    held = [record for record in all_ if start <= record["day"] <= end]
    opening = sum(r["day"] < start and not _ended(ends, r, start) for r in all_)
    closing = sum(r["day"] <= end and _open_after(ends, r, end) for r in all_)
    settled = Counter(one.what for one in ends.values() if start <= one.day <= end)
    received = _received(store, start, end)
    _refuse_gap(month, len(held), received, "收到的记录", "库里的")
    if opening + received != settled.total() + closing:
        raise StoreError(
            f"{month} 的账对不上：月初 {opening} 条，加收到 {received} 条，应当等于"
            f"办出 {settled.total()} 条，加月末 {closing} 条，差"
            f" {abs(opening + received - settled.total() - closing)} 条。{_named(ends, all_)}"
            "请不要再改动，先备份，再联系维护的人。"
        )
    erased = sum(record["erased"] is not None for record in held)
    parts = (_count(held, "channel"), _count(held, "fate"), _count(held, "delivery"))
    return Books(received, *parts, erased, opening, dict(sorted(settled.items())), closing)


def first_ends(store: Store) -> Mapping[str, End]:
    """By id, the end of each matter that has one."""
    asked = "[" + ", ".join(f'"{what}"' for what in (*ANSWERED, ERASED)) + "]"
    ends: dict[str, End] = {}
    for row in rows(store.main, _ENDS, (asked,)):
        ends.setdefault(row["submission"], End(row["day"], row["what"]))
    return ends


def _ended(ends: Mapping[str, End], record: Mapping[str, Any], before: str) -> bool:
    end = ends.get(record["id"])
    return end is not None and end.day < before


def _open_after(ends: Mapping[str, End], record: Mapping[str, Any], day: str) -> bool:
    """Open now by what the record itself says; or settled, but later than the day."""
    end = ends.get(record["id"])
    return _is_open(record) if end is None or end.day <= day else True


def _is_open(record: Mapping[str, Any]) -> bool:
    fate = Fate(record["fate"])
    return fate not in (*ANSWERED, Fate.RESTUDIED) and record["erased"] is None


def _named(ends: Mapping[str, End], all_: Sequence[Mapping[str, Any]]) -> str:
    """Records whose fate and whose history tell different things."""
    wrong = sorted(r["id"] for r in all_ if _is_open(r) == (r["id"] in ends))
    if not wrong:
        return ""
    more = f"等 {len(wrong)} 条" if len(wrong) > _NAMED else ""
    return f"进展与经过不一致的：{'、'.join(wrong[:_NAMED])}{more}。"


def _received(store: Store, start: str, end: str) -> int:
    query = "SELECT count(*) AS n FROM happening WHERE what = 'received' AND day BETWEEN ? AND ?"
    return int(rows(store.main, query, (start, end))[0]["n"])


def _refuse_gap(month: Month, one: int, other: int, *called: str) -> None:
    if one != other:
        raise StoreError(
            f"{month} 的账对不上：{called[0]} {other} 条，{called[1]} {one} 条，差"
            f" {abs(one - other)} 条。请不要再改动，先备份，再联系维护的人。"
        )


def _count(held: Sequence[Mapping[str, Any]], column: str) -> dict[str, int]:
    values = sorted({record[column] for record in held})
    return {value: sum(record[column] == value for record in held) for value in values}


@dataclass(frozen=True)
class Quarter:
    """True figures of a quarter: of suggestions without a page, of those with one, of grades."""

    unpublished: Mapping[str, int]
    published: Mapping[str, int]
    grades: Mapping[str, int]


def read_quarter(store: Store, first: Month) -> Quarter:
    """What was settled in the quarter that begins with `first`, and what writers said of answers.

    What its writer withdrew or erased counts as withdrawn.
    """
    start, end = first.start.isoformat(), first.next.next.end.isoformat()
    query = "SELECT * FROM submission WHERE kind = 'suggestion'"
    pages = {row["id"]: row["head"] is not None for row in rows(store.main, query)}
    counts: Mapping[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for name, one in first_ends(store).items():
        if name in pages and start <= one.day <= end and _shown(one.what):
            counts[pages[name]][_shown(one.what)] += 1
    query = "SELECT grade, count(*) AS n FROM rating WHERE day BETWEEN ? AND ? GROUP BY grade"
    grades = {row["grade"]: row["n"] for row in rows(store.main, query, (start, end))}
    return Quarter(counts[False], counts[True], grades)


SETTLED = (Fate.REPLIED, Fate.MERGED, Fate.WITHDRAWN)  # what is told of a quarter


def _shown(what: str) -> str:
    if what in (ERASED, Fate.WITHDRAWN):
        return Fate.WITHDRAWN
    if what == Fate.REDIRECTED:
        return ""  # it was no suggestion
    return Fate.MERGED if what == Fate.MERGED else Fate.REPLIED


def is_over(first: Month, today: date) -> bool:
    """Whether the quarter that begins with `first` has ended."""
    return first.next.next.end < today
