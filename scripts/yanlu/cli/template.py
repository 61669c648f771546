"""`yanlu template`: a workbook to fill in for each table that staff keep, and back."""

from __future__ import annotations

from pathlib import Path

import click

from yanlu.errors import InputError
from yanlu.packages.forms import find_form, form_workbook, titles
from yanlu.packages.returned import read_form
from yanlu.packages.write import write_whole
from yanlu.settings import Portal, open_portal


@click.command()
@click.argument("table", required=False)
@click.option(
    "--out", "path", type=click.Path(path_type=Path, dir_okay=False),
    help="写到哪个文件，默认是当前文件夹里的 表名.xlsx。",
)  # fmt: skip
@click.option(
    "--read", "filled", type=click.Path(path_type=Path, dir_okay=False),
    help="把填好的工作簿写回 data/ 里的表。",
)  # fmt: skip
def template(table: str | None, path: Path | None, filled: Path | None) -> None:
    """给一张表做一个可以在 WPS、Excel 里填的工作簿：现有的内容、下拉列表、说明、例子。

    TABLE 是表的名字，例如 offices 或者 办事窗口；不写就列出有哪些。
    """
    portal = open_portal(Path.cwd())
    if filled is not None:
        _write_back(portal, filled)
    elif table is None:
        for name, title in titles().items():
            click.echo(f"{name}（{title}）")
        click.echo("做一张：yanlu template 表名；填好以后写回：yanlu template --read 文件.xlsx")
    else:
        _make(portal, table, path)


def _make(portal: Portal, table: str, path: Path | None) -> None:
    form = find_form(portal.data, table)
    path = path or Path(f"{form.title}.xlsx")
    if path.exists():
        raise InputError(f"{path} 已经有了，没有覆盖。请先移走，或者用 --out 另写一个名字。")
    path.write_bytes(form_workbook(portal.data, form))
    click.echo(f"已写好 {path}。填好保存以后：yanlu template --read {path}")


def _write_back(portal: Portal, filled: Path) -> None:
    if not filled.is_file():
        raise InputError(f"没有找到文件 {filled}。请检查路径。")
    returned = read_form(portal.data, filled)
    place = portal.data / returned.form.place
    if place.is_file() and place.read_text("utf-8-sig") == returned.text:
        click.echo(f"data/{returned.form.place} 没有改动。")
        return
    write_whole(place, returned.text)
    click.echo(
        f"已写入 data/{returned.form.place}：{returned.rows} 行。"
        "请运行 yanlu check，看一眼改动，再提交。"
    )
