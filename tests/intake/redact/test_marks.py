"""What a writer says about themselves is marked, and stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yanlu.intake.redact import redact

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("我在红星机械厂上班", ("employer", "红星机械厂")),
        ("我是第三中学的学生", ("school", "第三中学")),
        ("我任石桥镇副镇长", ("post", "石桥镇副镇长")),
        ("我家是苗族", ("ethnicity", "苗族")),
        ("本人信佛教", ("faith", "佛教")),
        ("我得了肺癌", ("illness", "肺癌")),
    ],
)
def test_what_makes_a_writer_recognisable_is_marked_and_read_by_a_person(
    marked: Look, text: str, mark: tuple[str, str]
) -> None:
    redaction = redact(text, frozenset())
    assert mark[0] in [kind for kind, _ in marked(text)]
    assert redaction.redacted == text
    assert redaction.needs_person


def test_marks_are_never_certain() -> None:
    assert not any(span.certain for span in redact("我在红星机械厂上班", frozenset()).spans)


@pytest.mark.parametrize("text", ["我儿子今年六岁", "我妈妈有高血压"])
def test_weak_marks_alone_need_no_person(marked: Look, text: str) -> None:
    assert marked(text) != []
    assert not redact(text, frozenset()).needs_person


def test_three_weak_marks_together_do() -> None:
    assert redact("我妈妈今年八十二岁，我妈妈有高血压", frozenset()).needs_person


@pytest.mark.parametrize(
    "text",
    [
        "我在一家公司上班，孩子上小学",
        "实验小学门口拥堵，医院少数民族医生不够",
        "60岁以上老人免费，残疾人优先",
        "我给书记信箱写过信",
    ],
)
def test_what_is_said_of_nobody_is_not_marked(marked: Look, text: str) -> None:
    assert [mark for mark in marked(text) if mark[0] != "kinship"] == []
