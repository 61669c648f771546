"""What may be told of a quarter: true figures, rounded, then attacked as a reader would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec
import numpy as np

from yanlu.disclosure.audit.judge import judge
from yanlu.disclosure.audit.knowledge import Rounding
from yanlu.disclosure.audit.space import make_space, place
from yanlu.disclosure.quarter import release_quarter
from yanlu.disclosure.tables import Rows
from yanlu.errors import DisclosureError, StoreError
from yanlu.intake.books import SETTLED, Quarter, is_over, read_books, read_quarter
from yanlu.intake.store.database import Store
from yanlu.model import Month, ReleasedQuarter
from yanlu.packages.quarters import RATINGS, UNPUBLISHED, write_quarter
from yanlu.packages.write import About
from yanlu.settings import Portal, read_codes, read_key

RATERS = 20  # from so many on, grades are told
_NOTE = (
    "“没有公布的建议”指没有单独页面的，按季度里第一次办出的结果数；撤回的包括删除的。"
    f"评价满{RATERS}人才公布，评价的人数就是各等之和。不按承办单位和经办人分。"
)


def publish_quarter(portal: Portal, store: Store, last: Month, today: date) -> Path:
    """Write what may be told of the quarter that ends with the month `last`.

    Raises:
        StoreError: it is no last month of a quarter that is over, or the books do not balance.
        DisclosureError: a reader could find out small counts.
        PackageError: it was written before.
    """
    first = Month(last.year, last.number - 2) if last.number % 3 == 0 else None
    if first is None or not is_over(first, today):
        raise StoreError(
            f"{last} 不是已经结束的季度的最后一个月，没有写。请在季度结束以后，"
            "用那个季度的最后一个月（3、6、9、12月）再运行。"
        )
    for month in (first, first.next, last):
        read_books(store, month)
    true = read_quarter(store, first)
    released = prepare(portal, first, true)
    settings = portal.settings
    about = About(
        settings.office.name,
        settings.office.site,
        settings.licence.title,
        _NOTE,
        msgspec.to_builtins(settings.licence),
    )
    return write_quarter(released, about, data=portal.data, issued=today)


def prepare(portal: Portal, first: Month, true: Quarter) -> ReleasedQuarter:
    """Round, and refuse what a reader who counts the pages could undo."""
    grades = read_codes(portal.data / "codes" / "grades.csv").rows
    tables = {UNPUBLISHED: {str(fate): true.unpublished.get(fate, 0) for fate in SETTLED}}
    if sum(true.grades.values()) >= RATERS:
        tables[RATINGS] = {grade: true.grades.get(grade, 0) for grade in grades}
    base = portal.settings.disclosure.base
    released = release_quarter(first, tables, base=base, key=read_key(portal))
    pages = {str(fate): true.published.get(fate, 0) for fate in SETTLED}
    refuse_leaks(released.release.tables, pages, base)
    return released


def refuse_leaks(
    tables: Mapping[str, Mapping[str, int]], pages: Mapping[str, int], base: int
) -> None:
    """Attack the tables as a reader who knows the rule and has counted the pages.

    Raises:
        DisclosureError: a small count can be told, or it could not be decided.
    """
    for name, counts in tables.items():
        rows = _rows(name, "none", counts)
        known = [_rows("pages", "page", pages)] if name == UNPUBLISHED else []
        space = make_space([rows, *known], {})
        exact = [place(one, space) for one in known]
        verdict = judge([place(rows, space)], space, Rounding(base), exact=exact)
        if verdict.leaks or not verdict.decided:
            raise DisclosureError(
                f"{name}：知道网上有几页的人，推得出小的数，没有写入。请把这件事告诉开发者。"
            )


def _rows(name: str, page: str, counts: Mapping[str, int]) -> Rows:
    cells = np.array([[0, at] for at in range(len(counts))], dtype=np.int64)
    numbers = np.array(list(counts.values()), dtype=np.int64)
    return Rows(name, ("page", "code"), ((page,), tuple(counts)), cells, numbers)
