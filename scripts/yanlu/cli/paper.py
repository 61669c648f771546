"""`yanlu intake add`: letters, calls and visits into the same queue."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from yanlu.cli.review import by_option, office_day, read_text, store_option
from yanlu.errors import InputError
from yanlu.intake.entry import CALLED, REACHED, Faults, Kind, Writer, read_entry
from yanlu.intake.given import promised
from yanlu.intake.office import StoreGiven, choices, desk_at, store_folder
from yanlu.intake.paper import Taken, read_contact, record, refuse_channel, refuse_day
from yanlu.intake.printed import Paper, printed
from yanlu.intake.store.database import existing, opened
from yanlu.receipts.office import promiser
from yanlu.receipts.promises import TERM
from yanlu.settings import open_portal

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)


@click.command()
@click.option(
    "--channel", required=True, help="渠道代码，例如 letter.post（邮寄）、visit.counter（窗口）。"
)
@click.option(
    "--contact",
    type=_FILE,
    help="写着题目、电话、电子邮箱、通信地址、单位或者联名人的文件，一行一样（“电话：…”）；"
    "- 表示从键盘输入。不写就一样一样地问。",
)
@click.option(
    "--matter", required=True, type=_FILE, help="写着现在的情况的文件；- 表示从键盘输入。"
)
@click.option("--proposal", required=True, type=_FILE, help="写着办法的文件。")
@click.option("--topic", required=True, help="主题代码（第一级）。")
@click.option("--region", required=True, help="地区代码。")
@click.option("--call", default="", help="回应的征集的编号；收到的那天要还没有截止。")
@click.option(
    "--kind", type=click.Choice([str(kind) for kind in Kind]), default="suggestion", help="哪一类。"
)
@click.option(
    "--writer", type=click.Choice([str(who) for who in Writer]), default="one", help="谁写的。"
)
@click.option(
    "--consent",
    "consents",
    multiple=True,
    type=click.Choice(["summary", "words"]),
    help="本人同意公布什么，两样都同意就写两次；不写就是不公布。",
)
@click.option("--child", is_flag=True, help="不满14周岁。")
@click.option("--word", "with_word", is_flag=True, help="由本人当面输入口令。")
@click.option("--no-receipt", is_flag=True, help="本人不要回执：不显示编号，以后也查不到。")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="收到的日期（默认今天）。")
@by_option
@store_option
def add(
    folder: StoreGiven | None, day: datetime | None, by: str, no_receipt: bool, **given: Any
) -> None:
    """登记来信、来电、来访，与网上的一起排队，给同样的回执，可以打印。"""
    portal = open_portal(Path.cwd())
    signer = promiser(portal)  # or nothing is taken in for which nobody can promise
    received = day.date() if day else office_day()
    refuse_day(received, office_day())
    refuse_channel(portal.codes["channels"], given["channel"])
    entry = read_entry(_fields(given), choices(portal, received))
    if isinstance(entry, Faults):
        raise InputError("没有登记：\n" + "\n".join(f"  · {said}" for said in entry.said.values()))
    # the first letter may be one on paper; where a folder was named, there must be a store
    open_there = existing if folder else opened
    with open_there(store_folder(portal, folder)) as store:
        taken = Taken(given["channel"], received, by, office_day())
        code, first = record(store, desk_at(portal, store), entry, taken)
    if no_receipt or first is None:
        click.echo("已经登记。本人不要回执，编号没有显示，以后也找不回来。")
        return
    click.echo("已经登记。下面是回执，请打印或者抄给本人，这里不再显示第二次。\n")
    paper = Paper(
        code,
        received,
        entry.kind,
        bool(entry.word),
        promised(signer, first),
        date.fromisoformat(first.day) + TERM,
        signer.key_id,
    )
    click.echo(printed(paper, portal.settings))


def _asked(child: bool) -> dict[str, str]:
    """Title and contact from the keyboard: what stands in a command, others on the machine read.

    A child's contact is not kept, and so not asked for.
    """
    title = click.prompt(CALLED["title"])
    if child:
        return {"title": title}
    click.echo("没有留的，直接按回车。")
    reached = {name: click.prompt(CALLED[name], default="", show_default=False) for name in REACHED}
    return {"title": title, **reached}


def _fields(given: dict[str, Any]) -> list[tuple[str, str]]:
    """What staff gave, as the form would have sent it."""
    told = read_contact(read_text(given["contact"])) if given["contact"] else _asked(given["child"])
    fields = [(name, str(given[name])) for name in ("topic", "region", "call", "kind", "writer")]
    fields += told.items()
    fields += [(name, read_text(given[name])) for name in ("matter", "proposal")]
    fields += [(f"consent_{one}", "yes") for one in dict.fromkeys(given["consents"])]
    if given["child"]:
        fields.append(("child", "yes"))
    if given["with_word"]:
        fields.append(
            ("word", click.prompt("口令", hide_input=True, confirmation_prompt="再输一遍"))
        )
    return fields
