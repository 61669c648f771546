"""Corrections go out in one bundle a quarter."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.model import Month
from yanlu.packages.bundles import bundle_of, next_quarter, out_of_bundle
from yanlu.packages.read import Listing

MARCH, APRIL = Month(2024, 3), Month(2024, 4)


def _listing(month: Month, version: int, issued: str) -> Listing:
    return Listing(month, version, date.fromisoformat(issued), "method" if version > 1 else "", 5)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2024-01-01", "2024-04-01"),
        ("2024-03-31", "2024-04-01"),
        ("2024-04-01", "2024-07-01"),
        ("2024-12-31", "2025-01-01"),
    ],
)
def test_the_next_bundle_may_go_out_on_the_first_day_of_the_next_quarter(
    day: str, first: str
) -> None:
    assert next_quarter(date.fromisoformat(day)) == date.fromisoformat(first)


def test_first_versions_need_no_bundle() -> None:
    entries = [_listing(MARCH, 1, "2024-04-02"), _listing(APRIL, 1, "2024-05-02")]
    assert bundle_of(entries, date(2024, 5, 2)) is None
    assert list(out_of_bundle(entries)) == []


def test_all_corrections_of_one_day_are_one_bundle() -> None:
    entries = [_listing(MARCH, 2, "2024-05-02"), _listing(APRIL, 2, "2024-05-02")]
    assert bundle_of(entries, date(2024, 6, 30)) == date(2024, 5, 2)
    assert list(out_of_bundle(entries)) == []


def test_a_correction_on_another_day_of_the_quarter_is_out_of_its_bundle() -> None:
    entries = [
        _listing(MARCH, 2, "2024-05-03"),
        _listing(APRIL, 1, "2024-05-09"),
        _listing(APRIL, 2, "2024-05-02"),
        _listing(MARCH, 3, "2024-07-01"),
    ]
    assert list(out_of_bundle(entries)) == [0]


def test_a_month_is_corrected_once_in_a_bundle() -> None:
    entries = [_listing(MARCH, 2, "2024-05-02"), _listing(MARCH, 3, "2024-05-02")]
    assert list(out_of_bundle(entries)) == [1]


days = st.integers(0, 800).map(lambda n: date(2024, 1, 1) + timedelta(days=n))


@given(st.lists(days, max_size=12))
def test_one_who_waits_for_the_next_quarter_is_never_out_of_bundle(wanted: list[date]) -> None:
    entries: list[Listing] = []
    for number, day in enumerate(sorted(wanted), start=2):
        issued = day if bundle_of(entries, day) in (None, day) else next_quarter(day)
        if any(entry.issued == issued for entry in entries):
            continue  # the same month was corrected in this bundle
        entries.append(Listing(MARCH, number, issued, "method", 5))
    assert list(out_of_bundle(entries)) == []
