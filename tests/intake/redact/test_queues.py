"""Numbers with letters by which somebody is called, and those of roads, trains and papers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("周末排号排到B217，等了三小时", "B217"),
        ("排到了第YE-2024-01386号", "YE-2024-01386"),
        ("登记号DJ7781，说是已经转办", "DJ7781"),
        ("医院拿的号是C056，等了一天", "C056"),
        ("档案号社退字〔2021〕第0147号", "社退字〔2021〕第0147号"),
        ("文号是宁建复字〔2022〕第031号", "宁建复字〔2022〕第031号"),
    ],
)
def test_numbers_of_queues_and_files_are_masked_whole(masked: Look, text: str, number: str) -> None:
    assert masked(text) == [("file-number", number)]


@pytest.mark.parametrize(
    "text",
    [
        "G104国道和S202省道的路口",
        "排到K12路公交的站牌",
        "5G信号，A4纸，地铁出口B2",
        "坐G1027次列车，D312次停靠，MU5137航班",
        "路灯编号L2045，灯杆的编号是LD2019-0031",
        "执行GB 3096-2008标准",
        "市政字〔2021〕11号、国办发〔2023〕12号",
    ],
)
def test_numbers_of_roads_trains_and_documents_stay(ruled: Look, text: str) -> None:
    assert ruled(text) == []
