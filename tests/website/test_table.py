"""Tables whose parts do not add up cannot be made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.errors import BuildError
from yanlu.templates import grouped
from yanlu.website.table import Column, Kind, Name, Rate, Share, Table

COLUMNS = (
    Column("topic", "主题", "", Kind.NAME),
    Column("received", "收到", ""),
    Column("share", "占收到", "", Kind.SHARE, part="received"),
)


def _table(parts: list[int], total: int, share: Share | None = None) -> Table:
    rows = tuple(
        (Name(str(i), str(i)), n, share or Share(n, total, 1)) for i, n in enumerate(parts)
    )
    return Table(COLUMNS, rows, (Name("all", "合计"), total, Share(total, total, 1)))


@given(st.lists(st.integers(0, 1000), min_size=1))
def test_a_table_whose_rows_add_up_is_made(parts: list[int]) -> None:
    assert _table(parts, sum(parts)).total[1] == sum(parts)


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 50))
def test_a_table_whose_rows_do_not_add_up_is_refused(parts: list[int], more: int) -> None:
    with pytest.raises(BuildError, match="各行之和与合计不等"):
        _table(parts, sum(parts) + more)


def test_a_share_of_something_else_is_refused() -> None:
    with pytest.raises(BuildError, match="分子、分母"):
        _table([3, 7], 10, Share(3, 11, 1))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 3, "33.3"), (2, 3, "66.7"), (1, 1, "100.0"), (0, 30, "0.0"), (1, 2000, "0.1")],
)
def test_a_share_has_one_decimal_rounded_half_up(part: int, whole: int, shown: str) -> None:
    assert Share(part, whole, 1).percent == shown


def test_a_share_of_too_small_a_whole_is_withheld() -> None:
    assert Share(7, 29, 30).percent is None
    assert Share(7, 30, 30).percent == "23.3"
    assert Share(0, 0, 1).percent is None


def test_a_rate_never_says_that_all_of_a_row_had_one_outcome() -> None:
    assert Rate(40, 40, 30).percent is None
    assert Rate(0, 40, 30).percent is None
    assert str(Rate(0, 40, 30)) == "–"
    assert Rate(39, 40, 30).percent == "97.5"
    assert Rate(20, 29, 30).percent is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (9999, "9999"), (10000, "10\u202f000"), (1234567, "1\u202f234\u202f567")],
)
def test_numbers_are_grouped_from_five_digits_on(number: int, shown: str) -> None:
    assert grouped(number) == shown
