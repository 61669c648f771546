"""Names told by many weak clues, and what is learned."""

from __future__ import annotations

import random

import pytest

from intake.redact.corpus import parse
from intake.redact.learn import Namer, Worder, examples, learned, learning
from yanlu.intake.redact import hotlines, redact
from yanlu.intake.redact.words import commonness, over


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我妹妹白雪在镇上毛毯厂干了七个月。", "白雪"),
        ("院里的倪护士人挺好，就是条件差。", "倪"),
        ("租户代表次旺多吉，希望早点通网。", "次旺多吉"),
        ("停车费我交了七百多。常亮，盼复。", "常亮"),
        ("下坝村七组23号向美菊", "向美菊"),
    ],
)
def test_a_name_that_no_rule_knows_is_masked_and_read_by_a_person(text: str, name: str) -> None:
    redaction = redact(text, hotlines())
    assert name not in redaction.redacted
    assert redaction.needs_person


@pytest.mark.parametrize(
    "text",
    [
        "我是满族，希望博物馆多介绍一些满族文化。",
        "包工头说等验收完再给钱。",
        "灯杆上贴满了小广告。",
        "费用由财政和家长各出一半，大家都能接受。",
    ],
)
def test_words_beside_titles_and_marks_stay(text: str) -> None:
    assert redact(text, hotlines()).redacted == text


def test_others_stand_in_for_names_so_that_contexts_are_learned() -> None:
    text = parse("邻居⟦name:王小明⟧说，⟦name:王小明⟧和老⟦name:李⟧都同意。电话⟦phone:13800000000⟧")
    other = Namer(random.Random(1)).renamed(text)  # noqa: S311 - draws names for a test
    named = [other.text[start:end] for start, end, _ in other.plants]
    assert named[0] == named[1] != "王小明"
    assert named[3] == "13800000000"
    assert other.text.startswith(f"邻居{named[0]}说，")


def test_every_candidate_is_an_example_and_only_names_are_names() -> None:
    found = list(examples(parse("我叫⟦name:王小明⟧，住在城北。")))
    assert [named for _, named in found].count(True) == 1
    assert len(found) > 1


def test_the_same_texts_give_the_same_weights_and_names_weigh_more() -> None:
    texts = [parse("我叫⟦name:王小明⟧，"), parse("邻居⟦name:李建国⟧说")]
    known = learning(texts, ["明天再说。", "安全和卫生要管。"])
    weights = learned(known)
    assert weights == learned(known)

    def weight(clues: list[str]) -> int:
        return sum(weights.get(clue, 0) for clue in clues)

    least = min(weight(clues) for clues, named in known if named)
    assert least > max(weight(clues) for clues, named in known if not named)


def test_other_words_of_the_same_kind_stand_in_for_those_of_a_clean_text() -> None:
    text = "建议公园增加座椅，方便老人休息。"
    other = Worder(random.Random(1)).reworded(text)  # noqa: S311 - draws words for a test
    assert other != text
    assert len(other) == len(text)
    assert other.index("，") == text.index("，")


def test_common_words_are_told_and_what_reaches_over_a_place() -> None:
    assert commonness("季节") >= 3 > commonness("黄桃")
    assert over("份子钱越来越重", 5) >= 1
    assert over("来了", 1) == over("来了", 2) == 0
