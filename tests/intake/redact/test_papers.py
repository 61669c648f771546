"""Papers, case numbers and plates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("护照EA0001234过期", ("identity", "EA0001234")),
        ("回乡证H0000123401", ("identity", "H0000123401")),
        ("台胞证号码：00001234", ("identity", "00001234")),
        ("军官证南字第0001234号", ("identity", "南字第0001234号")),
        ("身份证明A123456(3)", ("identity", "A123456(3)")),
        ("（2023）沪0101民初00123号之一", ("file-number", "（2023）沪0101民初00123号之一")),
        ("浦公行罚决字〔2023〕123号", ("file-number", "浦公行罚决字〔2023〕123号")),
        ("信访件编号：XF-2023-000871", ("file-number", "XF-2023-000871")),
        ("2014年朝民初字第四十五号", ("file-number", "2014年朝民初字第四十五号")),
        (
            "二〇二三年京0101民初字第一二三四号",
            ("file-number", "二〇二三年京0101民初字第一二三四号"),
        ),
        ("案件编号二〇二三年第四十五号", ("file-number", "二〇二三年第四十五号")),
        ("案号是2023京0101民初45", ("file-number", "2023京0101民初45")),
        ("档案号一二三四五", ("file-number", "一二三四五")),
        ("车牌ＷＪ京12345", ("plate", "ＷＪ京12345")),
        ("车牌WJ0112345", ("plate", "WJ0112345")),
        ("车牌沪AD12345", ("plate", "沪AD12345")),
        ("粤Z1234港", ("plate", "粤Z1234港")),
        ("浙B·1234学", ("plate", "浙B·1234学")),
    ],
)
def test_papers_files_and_plates_are_masked(
    masked: Look, text: str, found: tuple[str, str]
) -> None:
    assert masked(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "护照费用120元，驾照扣12分",
        "灯杆编号A12034",
        "国办发〔2020〕45号",
        "国办发〔2020〕四十五号",
        "公告编号2023年第5号，灯杆编号：甲2023-0045",
        "通知书于2023-05-06收到，回执号：市民2023年5月收到",
        "快递12345，工单请拨12345",
        "C919、G15高速、T2航站楼",
        "新增3个窗口",
    ],
)
def test_things_of_the_public_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
