"""How long ago somebody last held a page against the law.

《信访工作条例》 (2022) art. 18 obliges an office to publish procedures and rules; what was right
two years ago may mislead today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from yanlu.guidance.pages import Page

_NAME = "last_checked"
_REMIND = 11  # months
_ROWS = ("data/guidance/doors.csv", "data/guidance/situations.csv")  # each row is a page
_AHEAD = timedelta(days=31)  # a page may be checked a little before it is committed


def age_faults(page: Page, day: date) -> Iterator[str]:
    """Sentences on a page of the guide that has not been checked for a year, or says no day."""
    written = page.head.get(_NAME)
    if written is None:
        if page.guide:
            yield f"{page.place}：头部没有 {_NAME}。请与条文对照一遍，写上那一天，例如 2026-11-29。"
        return
    checked = _day(written)
    if checked is None:
        yield f"{page.place}：{_NAME} 不是日期。请写成年月日，例如 2026-11-29。"
    elif checked - day > _AHEAD:
        yield f"{page.place}：{_NAME} 在将来。请改成最近一次核对的那一天。"
    elif page.guide and _months_after(checked, 12) < day:
        yield (
            f"{page.place}：一年没有核对了（{checked}）。请与今天的条文对照，改正正文，"
            f"再把 {_NAME} 改成核对的那一天。"
        )


def age_notes(page: Page, day: date) -> Iterator[str]:
    """Reminders of pages that are a year old soon, or, outside the guide, are older."""
    checked = _day(page.head.get(_NAME, ""))
    if checked is None or _months_after(checked, _REMIND) >= day:
        return
    if _months_after(checked, 12) >= day or not page.guide:
        yield f"{page.place}：{checked} 核对过，快满一年或者已经过了一年，请再核对一遍。"


def row_age_faults(place: str, rows: Sequence[Mapping[str, str]], day: date) -> Iterator[str]:
    """Sentences on rows checked in the future, and on those that become pages, checked long ago.

    `stale` of the directory reminds of its rows.
    """
    for line, row in enumerate(rows, 2):
        checked = _day(row.get(_NAME, ""))
        where = f"{place} 第 {line} 行 列 {_NAME}："
        if checked and checked - day > _AHEAD:
            yield f"{where}在将来。请改成最近一次核对的那一天。"
        elif checked and place in _ROWS and _months_after(checked, 12) < day:
            yield (
                f"{where}一年没有核对了（{checked}）。"
                "请与今天的条文对照，改正这一行，再改成核对的那一天。"
            )


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _months_after(day: date, months: int) -> date:
    """The same day so many months later; of a day that the month has not, its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(1))
