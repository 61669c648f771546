"""Blocks, groups and floors that nothing certain tells."""

from __future__ import annotations

import pytest

from yanlu.intake.redact import hotlines, redact


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("我是17幢的，孩子对粉尘过敏。", "17幢"),
        ("装修垃圾堆在6栋楼下一个月。", "6栋"),
        ("樊家岭下湾组樊俊", "下湾组"),
        ("姓杭，住沙河子四组。", "沙河子四组"),
        ("二组的水渠被堵了。", "二组"),
        ("就在我们西岭三队后头的沟里。", "西岭三队"),
        ("树枝伸到我家三楼窗户里来了。", "三楼"),
        ("沙坝村4组、5组、6组村民等九户", "4组、5组、6组"),
        ("一位老人住老供销社楼上2号，请关心一下。", "2号"),
        ("联系人 崔建华 住址 凤凰城小区三期21#-2-903", "21#-2-903"),
        ("单身宿舍在机械厂路单身楼三层318室，墙皮掉了。", "单身楼三层318室"),
        ("职业技术学院北区5号宿舍楼的学生", "北区5号宿舍楼"),
        ("现在租的是老街口37号后院，", "37号后院"),
        ("我就写真名，后街12号4楼406。", "后街12号4楼406"),
    ],
)
def test_what_leads_to_a_door_is_masked(text: str, part: str) -> None:
    assert part not in redact(text, hotlines()).redacted


@pytest.mark.parametrize(
    "text",
    [
        "小区共有12栋楼，只有两部电梯。",
        "县医院3号楼门诊的电梯坏了。",
        "领导小组、合作社、旅行社都应公示。",
        "三楼以上的老人下楼不便。",
        "等十二户居民都没有通气。",
        "新建3栋宿舍楼没有电梯。",
        "地铁3号线隔壁的工地扬尘大。",
        "检查组村里转了一圈就走了。",
    ],
)
def test_what_is_counted_public_or_another_group_stays(text: str) -> None:
    assert redact(text, hotlines()).redacted == text


@pytest.mark.parametrize("text", ["我1963年11月8日生的，", "我1964年2月生的，灵活就业。"])
def test_a_date_before_born_is_a_day_of_birth(text: str) -> None:
    assert "〔出生日期〕" in redact(text, hotlines()).redacted
