"""Homes are masked; streets, counts and public buildings stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("家住阳光花园3栋1单元502室", "阳光花园3栋1单元502室"),
        ("家住枫林路128弄15号602室", "枫林路128弄15号602室"),
        ("人民路100号门口积水", "100号"),
        ("我们3号楼的电梯", "3号楼"),
        ("和平小区门口", "和平小区"),
        ("金桥镇红星村六组", "红星村六组"),
        ("住在学府花园二期8幢1203", "学府花园二期8幢1203"),
        ("小区叫阳光水岸，", "阳光水岸"),
        ("住址：滨江区江虹路甲5号后院", "江虹路甲5号后院"),
        ("住东方名城5-2-301", "东方名城5-2-301"),
    ],
)
def test_what_is_finer_than_a_street_is_masked(masked: Look, text: str, home: str) -> None:
    assert masked(text) == [("address", home)]


@pytest.mark.parametrize(
    "text",
    [
        "老旧小区、我们小区、无电梯小区",
        "共有12栋楼，新建5栋住宅，两梯四户",
        "市中心医院3号楼门诊，政务中心302室",
        "地铁2号线3号口，解放路3号门",
        "312国道88号桩，一幢大楼",
        "人民路、黄河路交叉口",
        "设立3个工作组，分为第三小组",
    ],
)
def test_places_of_the_public_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
