"""`yanlu intake backup` and `restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from yanlu.cli.review import store_option
from yanlu.intake.office import store_folder
from yanlu.intake.store.backup import TERMS, back_up
from yanlu.intake.store.backup import restore as put_back
from yanlu.intake.store.database import KEYS, STORE
from yanlu.settings import open_portal

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("target", type=_FOLDER)
@store_option
def backup(target: Path, folder: Path | None) -> None:
    """备份收件库（服务可以开着），并删去到期的备份。放到另一块磁盘上。"""
    source = store_folder(open_portal(Path.cwd()), folder)
    made = back_up(source, target, datetime.now(UTC))
    records, keys = (TERMS[name].days for name in (STORE, KEYS))
    click.echo(
        f"已备份到 {made}。记录的备份保留 {records} 天，钥匙的保留 {keys} 天；"
        "钥匙的备份到期以后，已删除的内容就再也打不开。"
    )


@click.command()
@click.argument("source", type=_FOLDER)
@store_option
def restore(source: Path, folder: Path | None) -> None:
    """从一份备份恢复。这份备份之后收到的会缺失，请按备份的时间告知。"""
    target = store_folder(open_portal(Path.cwd()), folder)
    click.echo(f"已恢复 {put_back(source, target)} 条到 {target}。")
