"""Numbers of known make-up, long ones, and those that are nobody's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("打13800004567一直没人接", ("phone", "13800004567")),
        ("电话一三八〇〇〇〇四五六七一直没人接", ("phone", "一三八〇〇〇〇四五六七")),
        ("座机（021）60001234转806", ("phone", "（021）60001234转806")),
        ("电话6000-1234", ("phone", "6000-1234")),
        ("+86 138 0000 4567", ("phone", "+86 138 0000 4567")),
        ("香港电话+852 6000 1234", ("phone", "+852 6000 1234")),
        ("本店400-000-4567", ("phone", "400-000-4567")),
        ("电话138****4567", ("phone", "138****4567")),
        ("残疾证11010519620807000943", ("identity", "11010519620807000943")),
        ("54010219620807000 x", ("identity", "54010219620807000 x")),
        ("卡号12345678901", ("bank-card", "12345678901")),
        ("尾号是4567", ("file-number", "4567")),
        ("登记时给我的号是GZF-2019-04417，", ("file-number", "GZF-2019-04417")),
        ("轮候序号：GZ-2020-1188", ("file-number", "GZ-2020-1188")),
    ],
)
def test_numbers_that_lead_to_a_person_are_masked(
    masked: Look, text: str, found: tuple[str, str]
) -> None:
    assert masked(text) == [found]


def test_two_numbers_without_a_space_are_two(masked: Look) -> None:
    assert [kind for kind, _ in masked("11010519620807000913800004567")] == ["identity", "phone"]


@pytest.mark.parametrize(
    "text",
    [
        "312国道K120至K125，9:00—17:30，2019-2023年，20231201，投资12000000元",
        "13、15、17、19、21、2路公交",
        "人口2500000人，坐标31.2304163",
        "沪ICP备12345678号，GB/T 30240.1-2013，JT/T 1076-2016",
        "打12345、110、95598、400以下",
        "国发〔2022〕8号，第十二届，0x80070005",
        "补贴标准1000-2000元，10000-20000人次",
    ],
)
def test_numbers_of_the_public_stay(masked: Look, text: str) -> None:
    assert masked(text) == []
