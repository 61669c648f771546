"""Addresses by the grammar of numbers, units and what stands around them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from yanlu.intake.redact import hotlines, redact

Look = Callable[[str], list[tuple[str, str]]]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我住石梁村二街横巷5号，旁边有空地", "二街横巷5号"),
        ("我隔壁摊位（市场二区3街0718号）", "二区3街0718号"),
        ("租的房子在友谊大道特8号1栋2单元1703，", "特8号1栋2单元1703"),
        ("住在码头边57号那家", "57号"),
        ("站点在五一西路22号负一层，", "22号负一层"),
        ("林场家属区5趟房东头，", "5趟房东头"),
        ("住的是田饶步村新区五巷9号301房，", "新区五巷9号301房"),
        ("一个人住在带城桥下塘5号楼上，", "5号楼上"),
        ("我们宿舍楼后勤院北楼209的厕所", "北楼209"),
        ("现居杭州路215号院4号楼东2。", "215号院4号楼东2"),
        ("我们水产区C排27号档一年交五万", "C排27号档"),
        ("住城隍庙巷9号甲。", "9号甲"),
        ("住在盐店街77号附3，", "77号附3"),
        ("我们大杂院乙5号（西河沿）", "乙5号"),
        ("桥头1号 靖国", "1号"),
        ("幺店子三社，母秀芳", "三社"),
        ("龙腾苑四区28号楼5单元601次卧。", "四区28号楼5单元601次卧"),
        ("金色港湾16号楼地下车位B2-117是我的", "16号楼地下车位B2-117"),
        ("三水新城六街11号,楼下", "六街11号"),
        ("请贴到我们7号门（工人新村）", "7号门"),
        ("三组有一家两亩地没了", "三组"),
        ("市场干货厅27号卖花椒", "干货厅27号"),
        ("住市二院内三科27床，", "内三科27床"),
        ("夜市摊位C27、C28是我的", "C27、C28"),
        ("住平房三排东数第二家，", "三排东数第二家"),
        ("住3-2-7东，没有水", "3-2-7东"),
        ("搬到安置点5栋201两年了", "5栋201"),
    ],
)
def test_chains_of_numbers_and_units_are_masked(text: str, place: str) -> None:
    """Whatever their order: every character of what leads to a door is hidden."""
    assert place not in redact(text, hotlines()).redacted
    assert not any(char in redact(text, hotlines()).redacted for char in place if char.isdigit())


@pytest.mark.parametrize(
    "text",
    [
        "地铁3号线4号口，12号公交，S203省道12公里处",
        "市民中心3号楼二层的办税厅，县医院门诊楼4楼的儿科",
        "解放路3号门晚上八点就锁",
        "依据第二十三条第一款第4项，第5组数据不对",
        "我们三组同学做了调查，三社联动，我们一组有五个人",
        "5月12号上午停水，10号晚上才来",
        "新增5层200床位，病房6层30床位太挤",
        "步行街A区、B区的地砖，菜市场一楼、二楼之间的扶梯",
        "河堤第3段到第5段没有护栏，第6标段停工",
        "8栋楼只有两个出入口，其中82幢没有消防栓",
        "东湖公园2号门，体育馆8号、9号场地",
    ],
)
def test_numbers_of_the_public_stay(ruled: Look, text: str) -> None:
    """Lines, gates, floors of offices, days, counts."""
    assert ruled(text) == []


def test_an_address_that_was_found_is_masked_wherever_it_stands() -> None:
    """The second time nothing beside it tells."""
    shown = redact("桂湖村十一队的路灯坏了，学生从十一队走到村小。", hotlines()).redacted
    assert "十一队" not in shown


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("电动车南宁·0A0371是我的", "南宁·0A0371", "plate"),
        ("残疾军人，证号鲁军E000326，", "鲁军E000326", "identity"),
        (
            "证号川（2019）00县不动产权第0003172号。",
            "川（2019）00县不动产权第0003172号",
            "file-number",
        ),
        ("调解书编号民调字2023第41号，", "民调字2023第41号", "file-number"),
        ("编号水利字2024-0068，", "水利字2024-0068", "file-number"),
        ("我家的三棵老树，树牌JM-00562，", "JM-00562", "file-number"),
        ("孩子2021年4月30日在新余生的，", "2021年4月30日", "birth-date"),
    ],
)
def test_numbers_of_papers_titles_and_tags_are_masked(
    ruled: Look, text: str, number: str, kind: str
) -> None:
    """Each with its kind."""
    assert (kind, number) in ruled(text)


@pytest.mark.parametrize(
    "text",
    [
        "国发〔2022〕3号文件",
        "古树牌JM-00562的树洞要修",
        "2021年4月30日在新余开会",
    ],
)
def test_numbers_of_documents_and_of_all_stay(ruled: Look, text: str) -> None:
    """Published documents, tags of the public, days of something else."""
    assert ruled(text) == []
