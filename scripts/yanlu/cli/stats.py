"""`yanlu stats`: case records to a release."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from yanlu.cli.costs import cost_lines
from yanlu.cli.progress import steps
from yanlu.cli.questions import Questions, agreed
from yanlu.cli.understood import public_lines, understood_lines
from yanlu.model import Month
from yanlu.settings import Portal, open_portal
from yanlu.stats.publish import Order, Prepared, prepare, write
from yanlu.stats.trial import try_out

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


@click.group()
def stats() -> None:
    """统计：由案件记录做出一个月的发布。"""


@stats.command()
@click.argument("cases")
@click.option("--month", required=True, help="哪个月，例如 2015-06。")
@click.option("--mapping", help="用哪个对照表（data/mappings/ 里的文件名，不带 .toml）。")
@click.option("--dry-run", is_flag=True, help="只试算，不写入；另外显示保护的代价。")
@click.option("--revise", is_flag=True, help="更正已经发布的月份，发布新的一版。")
@click.option("--why", help="更正的原因代码（见 data/codes/revisions.csv）。")
def publish(
    cases: str, month: str, mapping: str | None, dry_run: bool, revise: bool, why: str | None
) -> None:
    """读取案件记录 CASES，清点、舍入，写成数据包。

    CASES 可以是 .csv、.csv.gz、.xlsx、.parquet 文件，也可以是 地址#表名：
    duckdb:///路径、sqlite:///路径、postgresql://用户@主机/库、spark://主机:7077。
    业务系统导出的表照原样给：第一次见到的，在终端里问几个问题，记在 data/mappings/ 里。
    """
    portal = open_portal(Path.cwd())
    now = datetime.now(OFFICE_TIME).replace(tzinfo=None)
    order = Order(cases, Month.parse(month), mapping, revise, why)
    asked = sys.stdin.isatty() and sys.stdout.isatty()
    with steps() as report:
        asks = Questions(portal, report) if asked else None
        prepared = prepare(portal, order, now=now, report=report, asks=asks)
        if dry_run:
            report("比较几种分法")
            trial = try_out(portal, prepared)
    _tell(portal, prepared)
    if dry_run:
        for line in cost_lines(trial):
            click.echo(line)
        click.echo("这是试算，什么都没有写入 data/statistics/。")
    elif asked and not agreed("写入数据包？", default=False):
        click.echo("没有写入。")
    else:
        folder = write(portal, prepared, now=now)
        click.echo(f"已写入 {folder.relative_to(portal.folder)}/。请检查后用 git 提交。")


def _tell(portal: Portal, prepared: Prepared) -> None:
    for line in (*understood_lines(prepared), *public_lines(portal, prepared)):
        click.echo(line)
