"""`yanlu review likely` and `merge`: several suggestions that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from yanlu.cli.replying import key_option, known_details
from yanlu.cli.review import (
    act_of,
    at_office,
    by_option,
    confirmed,
    store_option,
)
from yanlu.cli.together import alike_line
from yanlu.errors import StoreError
from yanlu.intake.details import refuse_details, refuse_doubtful
from yanlu.intake.leads import followers
from yanlu.intake.likeness import likely as find_likely
from yanlu.intake.mergers import merge as merge_into
from yanlu.intake.office import StoreGiven
from yanlu.intake.redact import official_numbers
from yanlu.intake.review import record
from yanlu.intake.store.database import Store
from yanlu.intake.store.records import by_id
from yanlu.settings import Portal


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "--most", default=5, show_default=True, type=click.IntRange(1, 50), help="最多列几条。"
)
@store_option
def likely(name: str, most: int, folder: StoreGiven | None) -> None:
    """找说法相近的：只比文字，不比人、渠道和地区；是不是同一件事，由您看。"""
    with at_office(folder) as (portal, store):
        record(store, name)
        for one in find_likely(store, portal.data, name, most):
            click.echo(alike_line(store, one))


@click.command()
@click.argument("name", metavar="ID")
@click.argument("into", metavar="INTO")
@click.option("--reason", required=True, help="为什么算同一件事，会公布。不要写来信人的情况。")
@key_option
@by_option
@store_option
def merge(
    name: str, into: str, reason: str, private: Path | None, by: str, folder: StoreGiven | None
) -> None:
    """把还没有登记的 ID 并入 INTO，一起办，一起答复。"""
    with at_office(folder) as (portal, store):
        refuse_filed(portal, store, name, into)
        refuse_telling(portal, store, (name, into), reason, private)
        merge_into(store, name, into, confirmed(portal, reason, by), act_of(by))
        together = followers(store.main, into) + 1
    click.echo(
        f"已并入 {into}，那里一共 {together} 条。本人同意公布的，再用 yanlu review approve {name} "
        "确认文字，公布的一页指向那一条；不公布的，用 yanlu review return 留在库里。"
    )


def refuse_filed(portal: Portal, store: Store, name: str, into: str) -> None:
    """What has a file and no record cannot answer for others: no receipt could follow it.

    Raises:
        StoreError: it is such a one; the message says what to do instead.
    """
    # late: it brings the checker of tables along, which most verbs of `review` have no use for
    from yanlu.packages.suggestions import suggestion_files

    if by_id(store.main, into) is None and into in {p.stem for p in suggestion_files(portal.data)}:
        raise StoreError(
            f"{into} 只在台账里，收件库里没有，不能并入：凭编号看不到它的进展。"
            f"请照常确认、登记、办理 {name}；答复可以一样，写明同一件事见 {into} 的网页。"
        )


def refuse_telling(
    portal: Portal, store: Store, names: Sequence[str], reason: str, private: Path | None
) -> None:
    """A reason is published: it must not tell of either writer what was hidden of them."""
    for name in names:
        details = known_details(portal, store, record(store, name), private)
        if details is None:
            refuse_doubtful(reason, official_numbers(portal.data))
        else:
            refuse_details(reason, details)
