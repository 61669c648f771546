"""Checks within numbers."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.redact.corpus import card, resident_id
from yanlu.intake.redact.checks import (
    is_day,
    is_hong_kong_id,
    is_luhn,
    is_resident_id,
    plausible_id,
)

seeds = st.integers(0, 10_000).map(random.Random)
digit = st.integers(1, 9)


@given(seeds, st.integers(0, 16), digit)
def test_one_wrong_digit_of_a_resident_id_is_noticed(
    rng: random.Random, place: int, more: int
) -> None:
    number = resident_id(rng).lower()
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert is_resident_id(number)
    assert not is_resident_id(wrong)


@given(seeds, st.integers(0, 14), digit)
def test_one_wrong_digit_of_a_card_is_noticed(rng: random.Random, place: int, more: int) -> None:
    number = card(rng)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assert is_luhn(number)
    assert not is_luhn(wrong)


@pytest.mark.parametrize("number", ["110105850229001", "990105850312001", "110105851312001"])
def test_an_old_id_needs_a_region_and_a_day(number: str) -> None:
    assert plausible_id("110105840229001")
    assert not plausible_id(number)


@pytest.mark.parametrize(
    ("digits", "day"), [("20240229", True), ("20230229", False), ("18991231", False)]
)
def test_days_are_those_of_the_calendar(digits: str, day: bool) -> None:
    assert is_day(digits) is day


@pytest.mark.parametrize(("number", "right"), [("a1234563", True), ("a1234564", False)])
def test_hong_kong_ids_check(number: str, right: bool) -> None:
    assert is_hong_kong_id(number) is right
