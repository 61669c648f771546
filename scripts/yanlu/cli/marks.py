"""`yanlu review urgent` and `archive`: what the office notes for itself."""

from __future__ import annotations

import click

from yanlu.cli.review import act_of, at_office, by_option, store_option
from yanlu.intake.marks import hand_over, mark_urgent, no_longer_urgent
from yanlu.intake.office import StoreGiven

_REPORT = (
    "已标为紧急。《信访工作条例》（2022年）第二十五条：对可能造成社会影响的重大、紧急信访事项，"
    "应当及时报告本级党委和政府，通报相关主管部门和本级信访工作联席会议办公室；"
    "地方信访部门还应当向上一级信访部门报告，同时报告国家信访局。"
    "这个标记只在收件库里，不公布。"
)


@click.command()
@click.argument("name", metavar="ID")
@click.option("--why", required=True, help="理由，只记在库里。不要写来信人的情况。")
@click.option("--over", is_flag=True, help="不再紧急。")
@by_option
@store_option
def urgent(name: str, why: str, over: bool, by: str, folder: StoreGiven | None) -> None:
    """标为重大、紧急，排在 review list 的最前面。不公布。"""
    with at_office(folder) as (_, store):
        (no_longer_urgent if over else mark_urgent)(store, name, why, act_of(by))
    click.echo("已去掉紧急的标记。" if over else _REPORT)


@click.command()
@click.argument("name", metavar="ID")
@click.option("--note", required=True, help="交到哪里、卷号多少，只记在库里。")
@by_option
@store_option
def archive(name: str, note: str, by: str, folder: StoreGiven | None) -> None:
    """记下：这一条的档案副本已经移交。原文和联系方式照样按期限销毁。"""
    with at_office(folder) as (_, store):
        hand_over(store, name, note, act_of(by))
    click.echo("已记下。")
