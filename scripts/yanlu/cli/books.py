"""`yanlu intake counts`: the true figures of a month, for the office's own screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from yanlu.cli.review import store_option
from yanlu.intake.books import read_books
from yanlu.intake.delivery import DELIVERIES, Delivery
from yanlu.intake.office import store_folder
from yanlu.intake.store.database import opened
from yanlu.model import FATES, Fate, Month
from yanlu.settings import open_portal


@click.command()
@click.option("--month", required=True, help="月份，例如 2026-11。")
@store_option
def counts(month: str, folder: Path | None) -> None:
    """一个月收到多少、各在哪一步。是真实的数，不要公布。"""
    portal = open_portal(Path.cwd())
    with opened(store_folder(portal, folder)) as store:
        books = read_books(store, Month.parse(month))
    click.echo(f"{month} 收到 {books.received} 条，其中已按本人要求删除 {books.erased} 条。")
    channels = portal.codes["channels"]
    _table("渠道", books.by_channel, channels.title)
    _table("进展", books.by_fate, lambda fate: FATES[Fate(fate)].shown)
    _table("公布", books.by_delivery, lambda delivery: DELIVERIES[Delivery(delivery)].shown)
    click.echo("这些是真实的数，只给本单位看；对外的数由 yanlu stats publish 舍入以后公布。")


def _table(title: str, parts: Mapping[str, int], name: Callable[[str], str]) -> None:
    click.echo(f"{title}：" + "，".join(f"{name(code)} {count}" for code, count in parts.items()))
