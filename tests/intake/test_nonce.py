"""The one-time nonce: bound to what was shown, ripe for a day, always the same receipt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.intake.nonce import LATEST, SOONEST, Age, issue, read_nonce

KEY, OTHER = b"k" * 32, b"o" * 32
FIELDS = [("title", "修路灯"), ("matter", "路灯坏了"), ("consent_summary", "yes")]
NOW = 1_800_000_000


def test_a_nonce_is_read_back_and_leads_to_one_receipt() -> None:
    text = issue(KEY, NOW, FIELDS)
    first, again = read_nonce(KEY, text, FIELDS), read_nonce(KEY, text, FIELDS)
    assert first is not None
    assert first == again
    assert len(first.secret(KEY)) == 16
    assert first.secret(KEY) != first.secret(OTHER)


def test_the_order_of_fields_and_empty_ones_do_not_matter() -> None:
    text = issue(KEY, NOW, FIELDS)
    assert read_nonce(KEY, text, [*reversed(FIELDS), ("phone", ""), ("nonce", text)])


@pytest.mark.parametrize(
    "fields",
    [
        [*FIELDS[:2], ("consent_words", "yes")],
        [("title", "修路灯路灯"), ("matter", "坏了"), FIELDS[2]],
        [*FIELDS, ("phone", "1")],
    ],
)
def test_what_differs_from_what_was_shown_is_not_taken(fields: list[tuple[str, str]]) -> None:
    assert read_nonce(KEY, issue(KEY, NOW, FIELDS), fields) is None


@given(st.text(max_size=120))
def test_nothing_that_we_did_not_sign_is_a_nonce(text: str) -> None:
    assert read_nonce(KEY, text, FIELDS) is None


def test_a_nonce_of_another_office_is_none() -> None:
    assert read_nonce(OTHER, issue(KEY, NOW, FIELDS), FIELDS) is None


@pytest.mark.parametrize(
    ("passed", "age"),
    [
        (0, Age.SOON),
        (SOONEST - 1, Age.SOON),
        (SOONEST, Age.RIPE),
        (LATEST, Age.RIPE),
        (LATEST + 1, Age.LATE),
        (-60, Age.RIPE),  # the clock was set back a little
        (-3600, Age.LATE),
    ],
)
def test_it_is_ripe_from_three_seconds_to_a_day_after(passed: int, age: Age) -> None:
    nonce = read_nonce(KEY, issue(KEY, NOW, FIELDS), FIELDS)
    assert nonce is not None
    assert nonce.age(NOW + passed) is age


def test_two_pages_of_the_same_text_have_two_receipts() -> None:
    secrets = {
        nonce.secret(KEY)
        for nonce in (read_nonce(KEY, issue(KEY, NOW, FIELDS), FIELDS) for _ in range(2))
        if nonce
    }
    assert len(secrets) == 2
