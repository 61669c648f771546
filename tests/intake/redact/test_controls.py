"""Controls go, spelling stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.intake.redact.controls import strip_controls, turns_direction

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
def test_no_bidi_control_and_no_control_survives(text: str) -> None:
    left = strip_controls(text)
    assert not set(left) & set(BIDI)
    assert not {char for char in left if char < " "} - {"\n", "\t"}
    assert strip_controls(left) == left


@pytest.mark.parametrize(
    "text",
    [
        "مەن شەھەردە تۇرىمەن، يول چىراغلىرى يوق.",  # Uyghur
        "ང་ཚོའི་གྲོང་གསེབ་ལ་གློག་མེད།",  # Tibetan
        "ᠮᠣᠩᠭᠣᠯ ᠪᠢᠴᠢᠭ᠌ ᠲᠤ ᠬᠤᠳᠠᠯᠳᠤᠭ᠎ᠠ",  # Mongolian, with variation selector and vowel separator
        "می\u200cخواهم",  # Persian, with a non-joiner
    ],
)
def test_texts_of_other_scripts_pass_unchanged(text: str) -> None:
    assert strip_controls(text) == text


def test_joiners_between_chinese_characters_go() -> None:
    assert strip_controls("路\u200d灯\u200b坏\ufeff了\r\n请\r修") == "路灯坏了\n请\n修"


def test_controls_that_turn_the_direction_are_told() -> None:
    assert turns_direction("\u202e76540000831")
    assert not turns_direction("ئۇيغۇر\u200f")
