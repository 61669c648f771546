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
    ],
)
def test_other_days_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
