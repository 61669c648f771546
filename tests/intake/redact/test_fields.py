"""Names by where they are written: fields, badges, before numbers, misprints, lists."""

from __future__ import annotations

import pytest

from yanlu.intake.redact import hotlines, redact


def _redacted(text: str) -> str:
    return redact(text, hotlines()).redacted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名：敖日格乐\n性别：男", "敖日格乐"),
        ("户主：斯琴毕力格\n草场编号看不清了。", "斯琴毕力格"),
        ("From: Kevin Lau\nSubject: 地铁末班车", "Kevin Lau"),
        ("投诉人 蔚然\n被投诉人 快递站", "蔚然"),
        ("姓名:买买提江 年龄:41", "买买提江"),
    ],
)
def test_whatever_stands_in_a_field_for_a_name_is_masked(text: str, name: str) -> None:
    assert name not in _redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "投诉人：全体业主\n事由：停水",
        "联系人：不便透露",
        "反映人：市民\n内容：路灯不亮",
        "申请人：无",
    ],
)
def test_a_field_that_names_nobody_stays(text: str) -> None:
    assert _redacted(text) == text


def test_what_stands_before_a_number_at_the_end_is_masked() -> None:
    assert "轩建民" not in _redacted("请给个准话。轩建民 17600009021")
    assert "满淑芬" not in _redacted("身上有张条写着“满淑芬 家属电话13700008813”。")
    assert _redacted("有事请打。联系电话 13900001111").startswith("有事请打。联系电话 〔")


def test_a_name_that_was_misprinted_is_masked_as_well() -> None:
    assert "万侯雪" not in _redacted("本人万俟雪，回执单上名字被打成了“万侯雪”，银行不认。")
    assert "蔚迟" not in _redacted('我叫尉迟明,大家老把我的姓打成"蔚迟",卡上三个写法。')


def test_who_is_listed_with_a_name_before_a_word_for_several_is_masked() -> None:
    assert "几个" in (text := _redacted("群里老莫、阿K、豆包几个经常一起骑车。"))
    assert "阿K" not in text
    assert "豆包" not in text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("收钱的保安胸牌写的欧阳建。我有视频。", "欧阳建"),
        ("我们六个人商量好了，推罗二姐出来说话。", "罗二姐"),
        ("来的都是大公司。计科长说明年办个专场。", "计"),
        ("我们楼有三户：荆家、步家、查家。", "步"),
        ("上个月岩三骑摩托滑到沟里。", "岩三"),
        ("我同学马依努尔每天吃泡面。", "马依努尔"),
        ("我先报一个名，时文博爸爸。", "时文博"),
        ("我孙媳妇白鹭推婴儿车走到一半灯就变了。", "白鹭"),
        ("三轮车都翻了两辆，贠改改把胳膊摔了。", "贠改改"),
    ],
)
def test_names_of_rare_surnames_and_of_none_are_told_by_their_place(text: str, name: str) -> None:
    redaction = redact(text, hotlines())
    assert name not in redaction.redacted
    assert redaction.needs_person or name == "计"


@pytest.mark.parametrize(
    "text",
    [
        "应该由红白理事会带头。",
        "水价比邻县高四毛钱。",
        "他们说归路政管，路政说归交警管。",
        "from: body-petitions",
    ],
)
def test_words_that_only_look_like_these_stay(text: str) -> None:
    assert _redacted(text) == text
