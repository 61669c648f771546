"""`yanlu review reports`, `report` and `settle`: what readers report of the site itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from yanlu.cli.review import WITH_FILE, act_of, at_office, by_option, identity, store_option
from yanlu.intake.office import StoreGiven
from yanlu.intake.reports import About, open_reports, unsealed_report
from yanlu.intake.reports import settle as settle_report
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import Store

_KINDS = {About.PERSONAL: "看到个人信息", About.MISTAKE: "内容有错"}


def report_lines(store: Store) -> Iterator[str]:
    """A line for each report that nobody has settled."""
    for held in open_reports(store.main):
        page = f"/{held['page']}" if held["page"] else "没有写是哪一页"
        yield "  ".join((held["id"], held["day"], _KINDS[About(held["about"])], page))


@click.command()
@store_option
def reports(folder: StoreGiven | None) -> None:
    """读者对网站的报告：看到个人信息的在最前，然后是内容有错的。"""
    with at_office(folder) as (_, store):
        lines = list(report_lines(store))
    for line in lines:
        click.echo(line)
    click.echo(f"共 {len(lines)} 份。看到个人信息的，先撤下那一页，再查原因。")


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "--key", "private", type=WITH_FILE, help="age 私钥文件（参考单位的是公开的，不用给）。"
)
@store_option
def report(name: str, private: Path | None, folder: StoreGiven | None) -> None:
    """在存有私钥的电脑上看一份报告写了什么，只显示在屏幕上。"""
    with at_office(folder) as (portal, store):
        told = unsealed_report(store, AGE, name, identity(portal, private))
    click.echo(told["said"] or "没有写别的，只写了是哪一页。")
    click.echo(f"\n【联系方式】\n{told['contact'] or '没有留。'}")


@click.command()
@click.argument("name", metavar="ID")
@click.option("--note", required=True, help="做了什么，只记在库里。不要写任何人的情况。")
@by_option
@store_option
def settle(name: str, note: str, by: str, folder: StoreGiven | None) -> None:
    """记下：这份报告办完了。30日以后连内容一起删除。"""
    with at_office(folder) as (_, store):
        settle_report(store, name, note, act_of(by))
    click.echo("已记下。")
