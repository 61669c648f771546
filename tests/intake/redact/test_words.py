"""The door to rjieba."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yanlu.intake.redact.words import forget, is_everyday, is_torn, segment


@given(st.text())
def test_the_segments_are_the_text_again(text: str) -> None:
    assert "".join(word for word, _ in segment(text)) == text


def test_words_are_told_from_names() -> None:
    assert is_everyday("方便")
    assert is_everyday("养老金")
    assert not is_everyday("王建国")


def test_nothing_begins_within_a_word() -> None:
    assert is_torn("时任局长", 1)
    assert not is_torn("请张主任", 1)


def test_what_was_asked_is_forgotten() -> None:
    is_everyday("张伟")
    forget()
    assert is_everyday.cache_info().currsize == 0
