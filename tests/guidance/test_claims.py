"""Statements that no page may make, and sentences that say they are not made."""

from __future__ import annotations

import pytest

from conftest import ROOT
from yanlu.guidance.claims import claim_faults, claims

BAD = {
    "说遮盖过的文字是匿名的": [
        "公布的建议都是匿名的。", "我们把您的话匿名公布。", "文字已经做了匿名化处理。",
        "匿名化了的原话放在台账里。",
    ],
    "说遮盖、舍入以后无法还原": [
        "遮住以后无法还原。", "舍入过的数不能倒推。", "这种处理是不可逆的。",
    ],
    "说不记录IP地址": [
        "本站不记录IP。", "我们从不保存您的网络地址。", "网站不会收集访问者的IP地址。",
    ],
    "给简易办理写了天数": ["简易办理的，10个工作日内答复。", "符合简易办理条件，三日内受理。"],
    "写了本地的期限，没有写依据": ["本市的建议15日内答复。", "我县规定，要在30个工作日内回复。"],
    "说自己符合一项标准或者通过了测评": [
        "本站符合GB/T 37668的要求。", "网站已通过适老化测评。", "系统达到等保三级。",
        "加密采用国密算法，符合国密要求。", "按照适老化规范做成。",
    ],
    "说信访能让别的期限停下来": [
        "信访期间，复议的期限停止计算。", "写信以后仲裁时效重新算。", "请求复查可以中断诉讼时效。",
    ],
}  # fmt: skip
GOOD = [
    "遮盖不是匿名，熟悉情况的人仍可能认出是谁。",
    "本站不说遮盖过的文字是匿名的。",
    "匿名举报也收。",
    "匿名化，是指个人信息经过处理无法识别特定自然人且不能复原的过程。",
    "个人信息不包括匿名化处理后的信息。",
    "我们不能保证遮住以后无法还原。",
    "收件程序不保存您的网络地址。",
    "简易办理的期限没有核对过原文。",
    "本市的建议15日内答复，依据《上海市人民建议征集若干规定》（2021年）第十一条。",
    "本单位承诺，本市的建议60日内答复。",
    "信访部门15日内登记。",
    "本站没有请机构检测，不说自己符合哪一项标准。",
    "本站没有做过适老化测评，不说自己符合GB/T 37668。",
    "信访能不能让这些时限停下来、重新算，本站没有查到依据。",
    "信访期间，复议的期限不会停下来。",
    "听证所需的时间不算在复核的30日里。",
    "收藏和复印都可以还原当时的样子。",
]


@pytest.mark.parametrize(
    ("what", "sentence"), [(what, bad) for what, sentences in BAD.items() for bad in sentences]
)
def test_each_statement_is_found_with_its_line_and_what_to_do(what: str, sentence: str) -> None:
    faults = list(claim_faults("content/x.md", f"好的一句。\n前一句。{sentence}后一句。"))
    assert [fault.partition("。")[0] for fault in faults] == [f"content/x.md 第 2 行：{what}"]
    assert "请" in faults[0]


@pytest.mark.parametrize("sentence", GOOD)
def test_a_sentence_that_says_it_is_not_so_passes(sentence: str) -> None:
    assert list(claim_faults("content/x.md", sentence)) == []


def test_every_entry_of_the_list_has_a_sentence_that_it_finds() -> None:
    assert {claim.what for claim in claims()} == set(BAD)


def test_marks_between_the_words_hide_nothing() -> None:
    assert len(list(claim_faults("theme/x.html", "<p>本站<b>不记录</b>IP。</p>"))) == 1


def test_no_written_page_names_the_city_of_the_example() -> None:
    """An office replaces data/, not pages: names come by inserts. Bulletins are the office's."""
    for path in sorted((ROOT / "content").rglob("*.md")):
        place = path.relative_to(ROOT / "content").as_posix()
        if not place.startswith("bulletins/"):
            assert "示例市" not in path.read_text("utf-8"), place
