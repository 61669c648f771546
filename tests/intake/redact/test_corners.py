"""Parts of buildings and streets that lead to one place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("在市二院3号楼9层25床打针", ["3号楼9层25床"]),
        ("养老院3楼12床，夜里没人", ["3楼12床"]),
        ("考场在一中明德楼304教室", ["明德楼304教室"]),
        ("租的是老粮站后2排6号，", ["后2排6号"]),
        ("我在红旗大街附1号修鞋", ["附1号"]),
        ("三轮车放在后院地下室，", ["后院地下室"]),
        ("夕阳红养老院二楼东头一个人看", ["二楼东头"]),
        ("新村路的路灯坏了，从52号到70号那一段全黑", ["52号", "70号"]),
        ("站点在纬七路1008号仓库，", ["1008号仓库"]),
    ],
)
def test_places_within_houses_and_streets_are_masked(
    masked: Look, text: str, places: list[str]
) -> None:
    assert masked(text) == [("address", place) for place in places]


@pytest.mark.parametrize(
    "text",
    [
        "从3号到5号停水，道路封闭",
        "解放路大厅从1号窗口到8号窗口",
        "新建5层200床位",
        "多媒体教室，三层的教室",
        "附1表格，附件2号文件",
        "后院的杂草，教学楼的地下室",
        "体育馆前3排设老人席",
    ],
)
def test_days_counts_and_places_of_all_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
