"""The redaction as a whole."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanlu.intake.redact import hotlines, kinds, redact

PIECES = [
    "我叫张伟，", "电话13800004567", "阳光花园3栋502", "沪A12345", "路灯坏了。", "微信abc123",
    "（2023）", "@qq.com", "\u202e", "·", "王", "1", " ", "\n",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=12).map("".join)


@given(texts)
@settings(max_examples=150, deadline=None)  # word lists are read at the first
def test_the_same_text_gives_the_same_redaction(text: str) -> None:
    assert redact(text, hotlines()) == redact(text, hotlines())


@given(texts)
@settings(max_examples=150, deadline=None)  # word lists are read at the first
def test_spans_lie_in_the_text_in_order_and_masks_never_overlap(text: str) -> None:
    spans = redact(text, hotlines()).spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert list(spans) == sorted(spans, key=lambda span: (span.start, span.end))
    masks = [span for span in spans if kinds()[span.kind].masked]
    assert all(one.end <= other.start for one, other in pairwise(masks))


@given(texts)
@settings(max_examples=150, deadline=None)  # word lists are read at the first
def test_masked_text_is_gone_and_all_else_stays(text: str) -> None:
    redaction = redact(text, hotlines())
    masks = [span for span in redaction.spans if kinds()[span.kind].masked]
    assert sum(redaction.redacted.count(kind.placeholder) for kind in kinds().values()
               if kind.masked) >= len(masks)  # fmt: skip
    if not masks and text.isprintable():
        assert redaction.redacted == text


@given(texts)
@settings(max_examples=150, deadline=None)  # word lists are read at the first
def test_nothing_certain_is_left_after_one_pass(text: str) -> None:
    again = redact(redact(text, hotlines()).redacted, hotlines())
    assert [span for span in again.spans if span.certain and span.kind != "name"] == []


@pytest.mark.parametrize(
    "number", ["021-6000 1234", "（021）６０００１２３４", "〇二一六〇〇〇一二三四", "60001234"]
)
def test_official_numbers_stay_in_every_spelling(number: str) -> None:
    text = f"请拨打{number}咨询"
    assert redact(text, {"021-60001234"}).redacted == text
    assert redact(text, frozenset()).redacted == "请拨打〔电话〕咨询"


def test_official_addresses_stay() -> None:
    text = "请到示例大道1号办理"
    assert redact(text, {"示例大道1号"}).redacted == text
    assert redact(text, frozenset()).redacted != text


@pytest.mark.parametrize(
    "text",
    [
        "مەن شەھەردە تۇرىمەن، يول چىراغلىرى يوق.",
        "ང་ཚོའི་གྲོང་གསེབ་ལ་གློག་མེད།",
        "Please build a new road between our two villages soon",
        "电话\u202e76540000831",
    ],
)
def test_what_detectors_cannot_read_goes_to_a_person(text: str) -> None:
    assert redact(text, frozenset()).needs_person


def test_borrowed_words_need_no_person() -> None:
    assert not redact("请在App里增加PM2.5和Wi-Fi的说明，α值", frozenset()).needs_person


@pytest.mark.parametrize(
    "unit",
    ["1 ", "和", "王·", "(2023)", "我是", "a@", "路1号", "\n", "1985.1.", "http://", "某", "一"],
)
def test_a_long_hostile_text_is_read_to_its_end(unit: str) -> None:
    text = unit * (16384 // len(unit))
    assert len(redact(text, hotlines()).redacted) <= 8 * len(text)
