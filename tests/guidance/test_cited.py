"""Pages that cite wrongly, each with the sentence that it gets."""

from __future__ import annotations

import pytest

from guidance.laws import SHELF
from yanlu.guidance.cited import page_faults, table_faults
from yanlu.guidance.pages import read_page

HEAD = "---\ntitle: 题目\nlaws:\n  - 《信访工作条例》（2022年） 第三条、第五条\n---\n\n"
GOOD = HEAD + "| 甲 | 《信访工作条例》（2022年）第三条 |\n\n还有第五条第二款。\n"


def _faults(text: str, place: str = "content/guide/a.md") -> list[str]:
    return list(page_faults(read_page(place, text), SHELF))


def test_a_page_whose_head_and_text_agree_has_no_fault() -> None:
    assert _faults(GOOD) == []


def test_a_law_of_the_head_may_be_named_without_its_version() -> None:
    assert (
        _faults(GOOD.replace("《信访工作条例》（2022年）第三条 |", "《信访工作条例》第三条 |"))
        == []
    )


@pytest.mark.parametrize(
    ("cited", "said"),
    [
        ("《信访工作条例》（2022年）第五十一条", "（2022年）只有50条，没有第五十一条"),
        ("《复议法》（2023年修订）第九十一条", "（2023年修订）只有90条，没有第九十一条"),
        ("《信访工作条例》（2005年）第三条", "的这一版，有的是《信访工作条例》（2022年）"),
        ("《复议法》第三条", "没有写是哪一版。请写成《中华人民共和国复议法》（2023年修订）"),
        ("《不存在法》（2020年）第一条", "data/codes/laws.csv 里没有《不存在法》"),
        ("《失效的条例》（1999年）第三条", "2020-12-31以后已经失效"),
        ("《将来的法》（2027年）第三条", "2027-01-01才施行"),
    ],
)  # fmt: skip
def test_an_article_that_is_not_there_is_told_with_its_line(cited: str, said: str) -> None:
    faults = _faults(f"---\ntitle: 题目\n---\n\n正文。\n\n依{cited}办。\n", "content/about/a.md")
    assert len(faults) == 1
    assert faults[0].startswith("content/about/a.md 第 7 行：")
    assert said in faults[0]


def test_an_article_that_only_the_text_has_is_told() -> None:
    (fault,) = _faults(GOOD + "又见《信访工作条例》（2022年）第七条。\n")
    assert "正文引了第七条，头部的 laws 里没有" in fault
    (fault,) = _faults(GOOD + "又见第七条。\n")
    assert "正文引了第七条，头部的 laws 里没有" in fault


def test_an_article_that_only_the_head_has_is_told() -> None:
    (fault,) = _faults(GOOD.replace("第三条、第五条", "第三条、第五条、第九条"))
    assert "头部的 laws 列了《信访工作条例》（2022年）第九条，正文没有引用" in fault


def test_an_item_of_the_head_that_cannot_be_read_is_told() -> None:
    (fault, *_) = _faults(GOOD.replace("《信访工作条例》（2022年） 第三条、第五条", "信访工作条例"))
    assert "content/guide/a.md 第 4 行：laws 的一项读不懂" in fault


def test_a_page_of_the_guide_that_cites_needs_a_list_of_laws() -> None:
    (fault,) = _faults("---\ntitle: 题目\n---\n\n见《信访工作条例》（2022年）第三条。\n")
    assert "头部没有 laws" in fault


def test_an_article_of_no_law_is_told_outside_the_guide_too() -> None:
    (fault,) = _faults("# 题目\n\n见第三条。\n", "content/about/a.md")
    assert "第三条，没有写是哪部法" in fault
    (fault,) = _faults("# 题目\n\n《信访工作条例》（2022年）里的第六十条。\n", "content/about/a.md")
    assert "第六十条，本页提到的法都没有这一条" in fault
    assert _faults("# 题目\n\n见《信访工作条例》（2022年）。第六条。\n", "content/about/a.md") == []


def test_code_is_no_citation() -> None:
    assert _faults("# 题目\n\n```\n第九百条\n```\n", "content/about/a.md") == []


def test_a_table_is_read_by_its_columns_of_law_and_by_every_cell() -> None:
    rows = [
        {"law": "《信访工作条例》", "version": "2022", "article": "第六十条第二款", "note": ""},
        {"law": "本站的公开承诺", "version": "2026", "article": "", "note": ""},
        {"law": "", "version": "", "article": "", "note": "《不存在法》（2020年）第一条"},
    ]
    first, second = table_faults("data/guidance/x.csv", rows, SHELF)
    assert first.startswith("data/guidance/x.csv 第 2 行：《信访工作条例》（2022年）只有50条")
    assert second.startswith("data/guidance/x.csv 第 4 行：data/codes/laws.csv 里没有")
