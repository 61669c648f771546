"""The vocabulary: months, releases, the fates of a suggestion."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.errors import DisclosureError, InputError
from yanlu.model import FATES, Cell, Event, Fate, Month, Release

months = st.builds(Month, st.integers(1950, 2098), st.integers(1, 12))


@given(months)
def test_a_month_is_read_back_from_its_text(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(months)
def test_a_month_ends_on_the_day_before_the_next_begins(month: Month) -> None:
    assert (month.next.start - month.end).days == 1
    assert month.start <= month.end


def test_february_knows_leap_years() -> None:
    assert Month(2024, 2).end == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text", ["2024-13", "2024-3", "24-03", "", "2024-03-01", "二〇二四年", "0000-01", "9999-12"]
)
def test_anything_but_year_and_month_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="2015-06"):
        Month.parse(text)


def test_a_release_with_an_unrounded_count_cannot_be_made() -> None:
    cell = Cell("dorchester", "noise", "phone", Event.RECEIVED)
    with pytest.raises(DisclosureError):
        Release(Month(2024, 3), 1, 5, 1, {cell: 4}, "nonce")


def test_every_fate_has_words_and_leads_only_to_known_fates() -> None:
    assert set(FATES) == set(Fate)
    assert all(standing.shown for standing in FATES.values())
    assert {fate for standing in FATES.values() for fate in standing.goes_to} <= set(Fate)


def test_every_fate_can_be_reached_from_the_first() -> None:
    reached, edge = {Fate.RECEIVED}, {Fate.RECEIVED}
    while edge:
        edge = {after for fate in edge for after in FATES[fate].goes_to} - reached
        reached |= edge
    assert reached == set(Fate)


def test_a_suggestion_is_studied_again_only_once() -> None:
    assert FATES[Fate.RESTUDIED].goes_to == {Fate.REPLIED}
