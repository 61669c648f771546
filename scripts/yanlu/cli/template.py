"""`yanlu template`: a workbook to fill in for all that staff keep, and back."""

from __future__ import annotations

from pathlib import Path

import click

from yanlu.cli.replies import replied, waiting
from yanlu.errors import InputError
from yanlu.overlay import in_data
from yanlu.packages import replies
from yanlu.packages.documents import (
    document_titles,
    documents_workbook,
    read_documents,
)
from yanlu.packages.forms import find_form, form_workbook, titles, unknown_form
from yanlu.packages.returned import read_form, recognised
from yanlu.packages.write import write_whole
from yanlu.settings import Portal, open_portal

_THEN = "请运行 yanlu check，看一眼改动，再提交。"


@click.command()
@click.argument("table", required=False)
@click.option(
    "--out", "path", type=click.Path(path_type=Path, dir_okay=False),
    help="写到哪个文件，默认是当前文件夹里的 表名.xlsx。",
)  # fmt: skip
@click.option(
    "--read", "filled", type=click.Path(path_type=Path, dir_okay=False),
    help="把填好的工作簿写回 data/。",
)  # fmt: skip
def template(table: str | None, path: Path | None, filled: Path | None) -> None:
    """做一个可以在 WPS、Excel 里填的工作簿：现有的内容、下拉列表、说明、例子。

    TABLE 是名字，例如 offices 或者 办事窗口；不写就列出有哪些。
    """
    portal = open_portal(Path.cwd())
    if filled is not None:
        _write_back(portal, filled, table)
    elif table is None:
        for name, title in _all().items():
            click.echo(f"{name}（{title}）")
        click.echo("做一个：yanlu template 名字；填好以后写回：yanlu template --read 文件.xlsx")
    else:
        _make(portal, table, path)


def _all() -> dict[str, str]:
    """Everything that there is a workbook for: names and titles."""
    return {**titles(), **document_titles(), replies.NAME: replies.TITLE}


def _named(called: str) -> str:
    """The name of what is called so, by its name or by its title.

    Raises:
        SettingsError: nothing is.
    """
    known = _all()
    name = next((n for n, title in known.items() if called in (n, title, f"{n}.csv")), None)
    if name is None:
        raise unknown_form(known)
    return name


def _make(portal: Portal, called: str, path: Path | None) -> None:
    name = _named(called)
    if name == replies.NAME:
        content = replies.replies_workbook(portal.data, waiting(portal))
    elif name in document_titles():
        content = documents_workbook(portal.data, name)
    else:
        content = form_workbook(portal.data, find_form(portal.data, name))
    path = path or Path(f"{_all()[name]}.xlsx")
    if path.exists():
        raise InputError(f"{path} 已经有了，没有覆盖。请先移走，或者用 --out 另写一个名字。")
    path.write_bytes(content)
    click.echo(f"已写好 {path}。填好保存以后：yanlu template --read {path}")


def _write_back(portal: Portal, filled: Path, called: str | None) -> None:
    if not filled.is_file():
        raise InputError(f"没有找到文件 {filled}。请检查路径。")
    name = recognised(filled, _all())
    if called is not None and _named(called) != name:
        raise InputError(
            f"{filled.name} 是“{_all()[name]}”，不是“{called}”，没有写入。请检查文件。"
        )
    if name == replies.NAME:
        changed = replied(portal, replies.read_replies(portal.data, filled))
    elif name in document_titles():
        changed = dict(read_documents(portal.data, filled).changed)
    else:
        changed = _changed_table(portal, filled)
    for place, content in changed.items():
        (portal.data / place).parent.mkdir(parents=True, exist_ok=True)
        write_whole(portal.data / place, content)
        click.echo(f"已写入 data/{place}。")
    click.echo(_THEN if changed else "没有改动，什么都没有写入。")


def _changed_table(portal: Portal, filled: Path) -> dict[str, str]:
    """The CSV file of a table by its place, where it says something else now."""
    returned = read_form(portal.data, filled)
    place = in_data(portal.data, returned.form.place)
    same = place.is_file() and place.read_text("utf-8-sig") == returned.text
    return {} if same else {returned.form.place: returned.text}
