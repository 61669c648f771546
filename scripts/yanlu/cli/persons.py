"""`yanlu review second`, `signers` and `openings`: two persons, and who has read what."""

from __future__ import annotations

import json
from datetime import date, datetime

import click

from yanlu.cli.review import (
    act_of,
    at_office,
    by_option,
    joined,
    month_option,
    office_day,
    store_option,
)
from yanlu.errors import IntakeError
from yanlu.intake.office import StoreGiven
from yanlu.intake.persons import (
    DECISIONS,
    Decision,
    Signer,
    drop_signer,
    expected,
    name_signer,
)
from yanlu.intake.persons import signers as signers_of
from yanlu.intake.queues import openings as opened_when
from yanlu.intake.review import record
from yanlu.intake.seconding import refuse
from yanlu.intake.seconding import second as confirm_second
from yanlu.intake.store.backup import TERMS
from yanlu.intake.store.database import KEYS, STORE, Store
from yanlu.model import Month

_OPENED = {"opened": "看过原文", "exported": "导出，录入正式系统"}


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "--what",
    type=click.Choice([str(one) for one in Decision]),
    help="release 公布，withdraw 撤回，erase 删除；只有一样在等的不用写。",
)
@click.option("--refuse", "why", help="不同意：写理由，只记在库里。")
@click.option("--yes", is_flag=True, help="不再问一遍。")
@by_option
@store_option
def second(
    name: str, what: str | None, why: str | None, yes: bool, by: str, folder: StoreGiven | None
) -> None:  # fmt: skip
    """第二个人确认：一个人确认公布、提出撤回或者删除的，要另一个人也同意才算。"""
    with at_office(folder) as (_, store):
        decision = _only(store, name, what)
        if why is not None:
            refuse(store, name, decision, why, act_of(by))
            click.echo("已记下：不同意。")
            return
        if decision is Decision.RELEASE:
            click.echo(f"\n{joined(json.loads(record(store, name)['confirmed'] or '{}'))}\n")
        if not yes:
            click.confirm(
                f"{name}：{DECISIONS[decision]}。{_warning(decision)}确认吗？", abort=True
            )
        confirm_second(store, name, decision, act_of(by))
    click.echo(done(decision, office_day()))


def _only(store: Store, name: str, what: str | None) -> Decision:
    """What is meant: as said, or the one that waits."""
    if what is not None:
        return Decision(what)
    found = [Decision(one["what"]) for one in expected(store) if one["submission"] == name]
    if not found:
        raise IntakeError(f"{name} 没有等着第二个人确认的。请用 yanlu review list 查看。")
    if len(found) > 1:
        said = "、".join(f"{one}（{DECISIONS[one]}）" for one in found)
        raise IntakeError(f"{name} 有几样在等：{said}。请用 --what 写明是哪一样。")
    return found[0]


def _warning(decision: Decision) -> str:
    if decision is Decision.ERASE:
        return "要销毁内容、联系方式和钥匙，不能恢复。"
    return ""


def done(decision: Decision, today: date) -> str:
    """What has happened now, and what is still to be done by hand."""
    if decision is Decision.RELEASE:
        return "已确认。到了成批的日子，就提出审核。"
    if decision is Decision.WITHDRAW:
        return "已撤回。已经公布的，下一批换成“已撤下”。"
    keys, records = (today + TERMS[file] for file in (KEYS, STORE))
    return (
        "收件库里的已删除。已经公布的，下一批换成“已撤下”。\n"
        f"备份里还有：它的钥匙 {keys} 删去，那以后哪一份备份都打不开它；遮过的文字 {records} 删去。"
        "带到别的电脑、移动盘上的备份，程序删不到：请今天就删。"
    )


@click.command()
@click.argument("name", metavar="[姓名]", required=False)
@click.option("--deputy", help="这位不在的时候，由谁代。")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="代到哪一天（年-月-日）。")
@click.option("--remove", is_flag=True, help="不再是审核人。")
@by_option
@store_option
def signers(
    name: str | None, deputy: str | None, until: datetime | None, remove: bool, by: str,
    folder: StoreGiven | None,
) -> None:  # fmt: skip
    """谁可以做第二个人，谁代他；不写姓名就列出来。一个都没有写的，除了第一个人谁都可以。

    名单只在收件库里，不进 git。
    """
    with at_office(folder) as (_, store):
        if name and remove:
            drop_signer(store, name)
        elif name:
            signer = Signer(name, deputy, until.date() if until else None)
            name_signer(store, signer, by, office_day())
        named = signers_of(store.main)
    for one in named:
        click.echo(one.name + (f"  由{one.deputy}代到 {one.until}" if one.deputy else ""))
    click.echo(f"共 {len(named)} 人。" if named else "没有写审核人：除了第一个人，谁都可以确认。")


@click.command()
@month_option("只列这个月（年-月）的。")
@store_option
def openings(month: Month | None, folder: StoreGiven | None) -> None:
    """谁在哪天看过哪一条的原文、为什么；最近的在前。"""
    with at_office(folder) as (_, store):
        found = opened_when(store, month)
    for one in found:
        facts = (one["day"], one["submission"], _OPENED[one["what"]], one["by"], one["note"])
        click.echo("  ".join(fact for fact in facts if fact))
    click.echo(f"共 {len(found)} 次。")
