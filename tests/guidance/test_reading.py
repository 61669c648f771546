"""How hard a page is to read, as it is measured and reported."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.guidance.pages import read_page
from yanlu.guidance.reading import ease, reading_notes

EASY = "请写清楚。\n"
LONG = f"{'这句话很长很长' * 6}。\n"
RARE = "他踯躅于阛阓之间。\n"


def _notes(text: str, place: str = "content/guide/a.md") -> list[str]:
    return list(reading_notes(read_page(place, f"---\ntitle: 题目\n---\n\n{text}")))


def test_a_sentence_is_as_long_as_its_characters_and_numbers() -> None:
    found = ease("收到后15日内，书面告知。\n\n- 能查；能评\n")
    assert found.sentence == pytest.approx((10 + 2 + 2) / 3)
    assert found.rare == 0


def test_headings_tables_code_links_and_titles_of_laws_are_no_sentences() -> None:
    page = "# 很长很长很长的标题\n\n| 甲 | 乙 |\n\n见[这里](很长.md)。`代码`《很长的法名》。\n"
    assert ease(page).sentence == 3


@pytest.mark.parametrize(
    ("text", "said"), [(LONG, "一句话平均42个字"), (RARE, "不是常用字（踯躅阓阛）")]
)
def test_a_page_that_asks_too_much_is_reported(text: str, said: str) -> None:
    (note,) = _notes(text)
    assert said in note
    assert "请" in note


def test_an_easy_page_and_pages_for_staff_are_not_reported() -> None:
    assert _notes(EASY) == []
    assert _notes(LONG, "content/about/intake.md") == []


WORDS = st.text("的一是在不了有和人这。！？；\n", min_size=1, max_size=100)


@given(WORDS, WORDS)
def test_two_texts_together_lie_between_the_two(one: str, other: str) -> None:
    alone = sorted(e.sentence for e in (ease(one), ease(other)) if e.sentence)
    both = ease(f"{one}\n{other}")
    assert both.rare == 0
    assert both.sentence == 0 or alone[0] - 1e-9 <= both.sentence <= alone[-1] + 1e-9
