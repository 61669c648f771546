"""What counts as a citation, and which articles it names."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from guidance.laws import SHELF
from yanlu.guidance.citations import Citation, articles, citations, numeral, written

NUMBERS = st.integers(1, 1400)


@given(NUMBERS)
def test_a_number_written_in_chinese_is_read_as_itself(number: int) -> None:
    assert numeral(written(number)[1:-1]) == number
    assert articles(written(number)) == (number,)


@given(NUMBERS, NUMBERS)
def test_a_range_names_every_article_in_it(one: int, other: int) -> None:
    first, last = sorted((one, other))
    assert set(articles(f"{written(first)}至{written(last)}")) == set(range(first, last + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("第一百零三条", (103,)),
        ("第一千零三条", (1003,)),
        ("第一千一百六十五条", (1165,)),
        ("第110条", (110,)),
        ("第二十三条第一款第四项", (23,)),
        ("第三十一条第一项至第五项、第三十四条", (31, 34)),
        ("第四十四条至第四十六条、第五十条", (44, 45, 46, 50)),
        ("第十七条之一", (17,)),
    ],
)
def test_paragraphs_and_items_belong_to_their_article(text: str, expected: tuple[int, ...]) -> None:
    assert articles(text) == expected


def test_a_law_its_version_and_its_articles_are_read_with_their_line() -> None:
    text = "第一行\n| 回避 | 《信访工作条例》（2022年）第二十八条、第三十条第三款 |\n另见第五条。"
    assert list(citations(text)) == [
        Citation(2, "信访工作条例", "2022年", (28, 30)),
        Citation(3, "", "", (5,)),
    ]


def test_a_book_or_a_law_that_is_only_named_cites_no_article() -> None:
    (named,) = citations("见《How to Detect Outliers》一书。")
    assert named.articles == ()


@pytest.mark.parametrize(
    ("version", "known"),
    [("2023年修订", True), ("2023修订", True), ("2023年", False), ("2024年修订", False)],
)
def test_a_version_is_the_year_and_how_the_law_was_changed(version: str, known: bool) -> None:
    assert bool(SHELF.laws.find("复议法", version)) is known
    assert bool(SHELF.laws.find("中华人民共和国复议法", version)) is known


def test_a_law_may_be_called_by_another_of_its_names() -> None:
    assert SHELF.laws.find("旧名", "1999") == SHELF.laws.find("失效的条例", "1999")


def test_every_count_of_articles_says_where_it_was_counted() -> None:
    with (ROOT / "data" / "codes" / "laws.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["code"] for row in rows} >= {"petitions-2022", "openness-2019"}
    assert all(bool(row["articles"]) == bool(row["source"]) for row in rows)
