"""`yanlu intake migrate`: the store moves to a database server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from yanlu.cli.progress import steps
from yanlu.cli.review import store_option
from yanlu.errors import InputError
from yanlu.intake.office import StoreGiven, store_folder, store_given
from yanlu.intake.store.database import Server
from yanlu.intake.store.moving import Moved, move
from yanlu.settings import open_portal


@click.command()
@click.argument("target", metavar="数据库", type=store_given)
@store_option
def migrate(target: StoreGiven, folder: StoreGiven | None) -> None:
    """把收件库从文件搬到 PostgreSQL，逐行核对；服务可以开着。断了就再运行一次。"""
    portal = open_portal(Path.cwd())
    source = store_folder(portal, folder)
    if isinstance(source, Server):
        raise InputError("--store 要写原来的文件夹：只能从文件搬到数据库，没有搬。")
    server = store_folder(portal, target)
    if not isinstance(server, Server):
        raise InputError("要写数据库的地址，例如 postgresql:///yanlu，没有搬。")
    with steps() as say:
        moved = move(source, server, say)
    for line in _told(moved) if moved else ["上一次已经搬完、核对过，这一次没有再搬。"]:
        click.echo(line)
    click.echo(
        f"已经搬到 {server}，原来的不再收、不再改。请把服务和命令的 --store 改成刚才写的地址，"
        f"重新启动服务，看一看 /readyz。{source} 里的旧文件还留着内容和钥匙：七天以内删掉，"
        f"不然本人删除了的，在那里还打得开；{server.folder} 里的 intake.key 要留着。"
    )


def _told(moved: Moved) -> Iterator[str]:
    """Each table with its rows, and the beginning of the hash that both sides have."""
    for words, tables in (("记录", moved.records), ("钥匙", moved.keys)):
        for name, (tally, _) in tables.items():
            yield f"{words} {name}：{tally.count} 行，两边一样（SHA-256 {tally.digest[:16]}）"
