"""Days of birth, and days that are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("出生日期：1985-03-12", "1985-03-12"),
        ("一九八五年三月十二日出生", "一九八五年三月十二日"),
        ("1958年生，退休", "1958年"),
        ("生日是08-15", "08-15"),
        ("五五年六月出生", "五五年六月"),
        ("生于1985 . 3 . 12", "1985 . 3 . 12"),
        ("（民国二十七年腊月初八生）", "民国二十七年腊月初八"),
        ("生于民国十九年，今年九十多", "民国十九年"),
        ("我父亲是丁丑年腊月廿三生的，", "丁丑年腊月廿三"),
        ("我出生在一九九零年的三月七号", "一九九零年的三月七号"),
        ("1990年的3月7号是我的生日", "1990年的3月7号"),
        ("三月七日是我生日", "三月七日"),
        ("我生日0307", "0307"),
        ("我六月一号过生日", "六月一号"),
    ],
)
def test_days_of_birth_are_masked(masked: Look, text: str, date: str) -> None:
    assert masked(text) == [("birth-date", date)]


@pytest.mark.parametrize(
    "text",
    [
        "2023年生态补偿",
        "2016年出生的孩子",
        "2023年出生人口",
        "9月30日前卫生检查",
        "2023年12月1日",
        "民国二十三年修的老戏台漏雨了",
        "甲辰年春节灯会",
        "10月1日是祖国的生日",
        "3月5日我们给老人过生日",
        "2月3日他家停水，生日没法过",
    ],
)
def test_other_days_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
