"""`yanlu intake counts`: the true figures of a month, for the office's own screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import click

from yanlu.cli.review import office_day, store_option
from yanlu.intake.books import ERASED, Books, read_books
from yanlu.intake.delivery import DELIVERIES, Delivery
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.store.database import existing
from yanlu.model import FATES, Fate, Month
from yanlu.settings import Portal, open_portal


@click.command()
@click.option("--month", required=True, help="月份，例如 2026-11。")
@click.option(
    "--publish", is_flag=True, help="季度的最后一个月：舍入以后写进 data/quarters/，可以公布。"
)
@store_option
def counts(month: str, publish: bool, folder: StoreGiven | None) -> None:
    """一个月的账：月初、收到、办出、月末，对不上就拒绝。显示的是真实的数，不要公布。"""
    portal, asked = open_portal(Path.cwd()), Month.parse(month)
    with existing(store_folder(portal, folder)) as store:
        _show(portal, asked, read_books(store, asked))
        if publish:
            from yanlu.intake.quarter import publish_quarter  # heavy: the attack on the tables

            made = publish_quarter(portal, store, asked, office_day())
            place = made.relative_to(portal.folder)
            click.echo(f"已写入 {place}/，是舍入过的。请检查后用 git 提交。")


def _show(portal: Portal, month: Month, books: Books) -> None:
    settled = sum(books.settled.values())
    click.echo(
        f"{month} 月初 {books.opening} 条，收到 {books.received} 条，"
        f"办出 {settled} 条，月末 {books.closing} 条，对得上。"
    )
    click.echo(f"收到的里面，已按本人要求删除 {books.erased} 条。")
    _table("办出", books.settled, _fate)
    _table("渠道", books.by_channel, portal.codes["channels"].title)
    _table("进展", books.by_fate, _fate)
    _table("公布", books.by_delivery, lambda delivery: DELIVERIES[Delivery(delivery)].shown)
    click.echo("这些是真实的数，只给本单位看；可以公布的，加 --publish 舍入以后写进 data/。")


def _fate(code: str) -> str:
    return "本人删除" if code == ERASED else FATES[Fate(code)].shown


def _table(title: str, parts: Mapping[str, int], name: Callable[[str], str]) -> None:
    click.echo(f"{title}：" + "，".join(f"{name(code)} {count}" for code, count in parts.items()))
