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
    ],
)
def test_days_of_birth_are_masked(masked: Look, text: str, date: str) -> None:
    assert masked(text) == [("birth-date", date)]


@pytest.mark.parametrize(
    "text",
    ["2023年生态补偿", "2016年出生的孩子", "2023年出生人口", "9月30日前卫生检查", "2023年12月1日"],
)
def test_other_days_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
