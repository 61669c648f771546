"""`yanlu intake backup` and `restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from yanlu.cli.review import store_option
from yanlu.errors import StoreError
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.store.backup import TERMS, accept_restored, back_up
from yanlu.intake.store.backup import restore as put_back
from yanlu.intake.store.database import KEYS, STORE, Server, StorePlace, opened, write
from yanlu.intake.store.events import skip_used
from yanlu.receipts.log import read_log
from yanlu.settings import open_portal

_BY_SERVER = (
    "收件库在 PostgreSQL 里，由数据库自己的工具备份，这里没有做备份。"
    "请照手册“收件用PostgreSQL”里的命令，用 pg_dump 备份：有钥匙的只留 7 天。"
)
_FOLDER = click.Path(path_type=Path, file_okay=False)


def _folder(place: StorePlace) -> Path:
    """A store in files, which alone can be copied so.

    Raises:
        StoreError: it is in a database; what to do is said.
    """
    if isinstance(place, Server):
        raise StoreError(_BY_SERVER)
    return place


@click.command()
@click.argument("target", type=_FOLDER)
@store_option
def backup(target: Path, folder: StoreGiven | None) -> None:
    """备份收件库（服务可以开着），并删去到期的备份。放到另一块磁盘上。"""
    source = _folder(store_folder(open_portal(Path.cwd()), folder))
    made = back_up(source, target, datetime.now(UTC))
    records, keys = (TERMS[name].days for name in (STORE, KEYS))
    click.echo(
        f"已备份到 {made}。记录的备份保留 {records} 天，钥匙的保留 {keys} 天；"
        "钥匙的备份到期以后，已删除的内容就再也打不开。"
    )


@click.command()
@click.argument("source", type=_FOLDER)
@store_option
def restore(source: Path, folder: StoreGiven | None) -> None:
    """从一份备份恢复。这份备份之后收到的会缺失，请按备份的时间告知。

    收件库在 PostgreSQL 里的，先用 pg_restore 恢复数据库，再运行这一条。
    """
    portal = open_portal(Path.cwd())
    target = store_folder(portal, folder)
    labels = read_log(portal.data).labels
    if isinstance(target, Server):
        held = accept_restored(source, target)
    else:
        held = put_back(source, target)
    click.echo(f"已恢复 {held} 条到 {target}。")
    with opened(target) as store:
        behind = write(store.main, lambda main: skip_used(main, labels))
    if behind:
        click.echo(
            f"其中 {behind} 条，公开记录里已经有备份以后的步骤。那几步的内容没有了，"
            "以后的接着往下写；持有编号的人核对时会看到“记录里有，这里没有”，请如实说明。"
        )
