"""`yanlu review export` and `number`: entries for the official system, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from yanlu.cli.review import WITH_FILE, act_of, at_office, by_option, identity, store_option
from yanlu.errors import InputError
from yanlu.intake.export import (
    note_export,
    read_entries,
    refuse_place,
    table,
    write_privately,
)
from yanlu.intake.layout import Names, read_layout
from yanlu.intake.office import StoreGiven
from yanlu.intake.registration import keep_number
from yanlu.intake.seal import AGE
from yanlu.model import Month

_ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030"}  # a spreadsheet knows UTF-8 by its mark


@click.command()
@click.option("--month", required=True, help="哪个月收到的，例如 2026-11。")
@click.option(
    "--out", "path", required=True, type=click.Path(path_type=Path, dir_okay=False),
    help="写到哪个文件：.csv 或者 .xlsx，不能在 git 仓库里。",
)  # fmt: skip
@click.option("--layout", "name", default="official", show_default=True, help="录入格式的名称。")
@click.option(
    "--encoding", type=click.Choice(list(_ENCODINGS)), default="utf-8", show_default=True,
    help="CSV 的编码；正式系统只认国标编码的，用 gb18030。",
)  # fmt: skip
@click.option(
    "--key", "private", type=WITH_FILE, help="age 私钥文件（参考单位的是公开的，不用给）。"
)
@click.option("--why", required=True, help="为什么导出，每一条都会记下来。")
@by_option
@store_option
def export(
    month: str, path: Path, name: str, encoding: str, private: Path | None, why: str, by: str,
    folder: StoreGiven | None,
) -> None:  # fmt: skip
    """把一个月收到的建议写成正式系统的录入表。在存有私钥的电脑上用：里面有原文和联系方式。"""
    if path.suffix not in (".csv", ".xlsx"):
        raise InputError(f"{path.name}：文件名要以 .csv 或者 .xlsx 结尾。")
    refuse_place(path)
    with at_office(folder) as (portal, store):
        layout, key = read_layout(portal, name), identity(portal, private)
        found = read_entries(store, AGE, Month.parse(month), key, layout, Names(portal))
        note_export(store, found.names, why, act_of(by))
    write_privately(path, _content(path, encoding, found.rows))
    for reason, count in found.left.items():
        click.echo(f"没有写 {count} 条：{reason}。")
    click.echo(f"写了 {len(found.names)} 条到 {path}，{len(layout.columns)} 列：")
    click.echo("、".join(layout.header) + "。")
    click.echo(
        "里面是没有遮盖的原文和联系方式，只有您能读。不要发邮件，不要放进共享文件夹；"
        "录入以后马上删去，再用 yanlu review number 记下登记编号。"
    )


def _content(path: Path, encoding: str, rows: Sequence[Sequence[str]]) -> bytes:
    if path.suffix == ".csv":
        return table(rows, _ENCODINGS[encoding])
    from yanlu.workbooks.writing import write_workbook  # loads openpyxl, of no use for a CSV

    return write_workbook("录入", rows)


@click.command()
@click.argument("name", metavar="ID")
@click.argument("number", metavar="NUMBER")
@by_option
@store_option
def number(name: str, number: str, by: str, folder: StoreGiven | None) -> None:
    """记下正式系统的登记编号。封存给本单位的私钥，不公布。"""
    with at_office(folder) as (portal, store):
        keep_number(store, AGE, portal.settings.intake.age_recipient, name, number, act_of(by))
    click.echo("已封存。下次 export 的时候写在那一条里。")
