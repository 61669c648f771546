"""The shadow reads many spellings as one and knows the way back."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.redact.spellings import respelled
from yanlu.intake.redact.shadow import cast

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(texts)
def test_every_character_of_a_shadow_lies_in_the_input(text: str) -> None:
    shadow = cast(text)
    assert len(shadow.text) == len(shadow.digits) == len(shadow.starts) == len(shadow.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(shadow.starts, shadow.ends, strict=True))
    assert list(shadow.starts) == sorted(shadow.starts)


@given(texts, texts)
def test_a_shadow_is_that_of_its_parts(one: str, other: str) -> None:
    assert cast(one + other).text == cast(one).text + cast(other).text


@pytest.mark.parametrize("seed", range(5))
def test_all_spellings_of_a_number_have_the_same_digits(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - spellings must be the same each time
    shown = {"".join(c for c in cast(written).digits if c.isdigit())
             for _, written in respelled("mobile", "13800004567", rng)}  # fmt: skip
    assert shown == {"13800004567"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ａｂ＠ｑｑ．ｃｏｍ", "ab@qq.com"),
        ("張偉的電話", "张伟的电话"),
        ("㈠⑩②", "一102"),
        ("1\u200b3\u2060８", "138"),
        ("1\ufe0f\u20e3", "1"),
        ("١٢༣", "123"),
    ],
)
def test_compatibility_forms_are_folded(written: str, read: str) -> None:
    assert cast(written).text == read


def test_a_combining_mark_belongs_to_the_character_before_it() -> None:
    shadow = cast("x1\u03363")
    assert shadow.place(1, 2) == (1, 3)
