"""`yanlu`: one verb for each thing that staff do."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from yanlu.cli.progress import steps
from yanlu.errors import YanluError
from yanlu.model import Month
from yanlu.packages.check import check_data
from yanlu.settings import Portal, open_portal, settings_faults
from yanlu.stats.mapping import mapping_faults
from yanlu.stats.publish import Order, Prepared, prepare, write
from yanlu.website.build import build_site
from yanlu.website.serve import open_server

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def yanlu() -> None:
    """言路：把群众反映了什么、办得怎么样，如实公布出来。"""


@yanlu.command()
@click.option(
    "--port", default=8000, type=click.IntRange(1, 65535), show_default=True, help="本机端口。"
)
def serve(port: int) -> None:
    """生成网站，在本机打开（只有这台电脑看得到）。"""
    portal = _portal()
    root = portal.settings.office.root
    site = portal.folder / "public"
    with open_server(site, port, root) as server:
        _build(portal, site)
        click.echo(
            f"网站已经就绪，请在浏览器里打开 http://127.0.0.1:{port}{root}（按 Ctrl+C 结束）"
        )
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("已结束。")


@yanlu.command()
@click.option("--out", type=click.Path(path_type=Path), help="放到哪个文件夹（默认 public）。")
def build(out: Path | None) -> None:
    """由 data/ 和 content/ 生成整个网站。"""
    portal = _portal()
    _build(portal, out or portal.folder / "public")


def _build(portal: Portal, out: Path) -> None:
    with steps() as report:
        built = build_site(portal, out.resolve(), report=report)
    changed = "，另有未提交的改动" if built.head.changed else ""
    click.echo(
        f"已生成 {built.pages} 个页面，核对了 {built.tables} 张表；"
        f"内容以提交 {built.head.short} 为准{changed}，在 {out.name}/。"
    )


@yanlu.command()
def check() -> None:
    """发布之前检查 data/ 里的每一个文件，一次列出所有问题。"""
    portal = _portal()
    faults = [str(fault) for fault in check_data(portal.data)]
    if not faults:  # with wrong code lists, these would only say the same again
        faults = [*settings_faults(portal), *mapping_faults(portal)]
    for fault in faults:
        click.echo(fault)
    if faults:
        click.echo(f"共 {len(faults)} 处问题，请改正后再发布。")
        sys.exit(1)
    click.echo("检查通过：没有发现问题。")


@yanlu.group()
def stats() -> None:
    """统计：由案件记录做出一个月的发布。"""


@stats.command()
@click.argument("cases")
@click.option("--month", required=True, help="哪个月，例如 2015-06。")
@click.option("--mapping", help="用哪个对照表（data/mappings/ 里的文件名，不带 .toml）。")
@click.option("--dry-run", is_flag=True, help="只试算，不写入；只显示舍入后的数字。")
@click.option("--revise", is_flag=True, help="更正已经发布的月份，发布新的一版。")
@click.option("--why", help="更正的原因代码（见 data/codes/revisions.csv）。")
def publish(
    cases: str, month: str, mapping: str | None, dry_run: bool, revise: bool, why: str | None
) -> None:
    """读取案件记录 CASES，清点、舍入，写成数据包。

    CASES 可以是 .csv、.csv.gz、.xlsx、.parquet 文件，也可以是 数据库地址#表名。
    """
    portal = _portal()
    now = datetime.now(OFFICE_TIME).replace(tzinfo=None)
    order = Order(cases, Month.parse(month), mapping, revise, why)
    with steps() as report:
        prepared = prepare(portal, order, now=now, report=report)
        if not dry_run:
            report("写入数据包")
            folder = write(portal, prepared, now=now)
    _tell(prepared)
    if dry_run:
        click.echo("这是试算，什么都没有写入。")
    else:
        click.echo(f"已写入 {folder.relative_to(portal.folder)}/。请检查后用 git 提交。")


def _tell(prepared: Prepared) -> None:
    release = prepared.released.release
    total = sum(n for cell, n in release.counts.items() if cell.event == "received")
    click.echo(f"读了 {prepared.records} 条记录。")
    click.echo(
        f"{release.month.title}第 {release.version} 版：{len(release.counts)} 个非零格，"
        f"收到 {total} 件（舍入后，含内部记录）。"
    )


def _portal() -> Portal:
    return open_portal(Path.cwd())


def main() -> None:
    """Run the command; refusals are sentences, anything unforeseen names its kind only.

    The message of an unforeseen error may quote a record, so it is never printed; staff
    who look for the fault set YANLU_TRACE on a machine where that is allowed.
    """
    try:
        yanlu(prog_name="yanlu")
    except YanluError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(refusal.exit_code)
    except Exception as error:
        if os.environ.get("YANLU_TRACE"):
            raise
        click.echo(
            f"程序出错了（{type(error).__name__}），没有写入任何东西。"
            "为了不泄露记录内容，这里不显示细节；请把刚才的命令（不含数据）告诉开发者。",
            err=True,
        )
        sys.exit(70)
