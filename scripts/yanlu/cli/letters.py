"""`yanlu review letter`: 告知书 and 回复, filled in from the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from yanlu.cli.review import at_office, office_day, store_option
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import REPLY, Rule, read_rules
from yanlu.errors import DeadlineError, IntakeError
from yanlu.intake.letters import Letter, Matter, matter_of
from yanlu.intake.office import StoreGiven
from yanlu.settings import Portal, read_codes

ROUTE = "register-route"  # 信访工作条例 (2022) 第二十二条, in deadlines.csv


@click.command()
@click.argument("name", metavar="ID")
@click.option(
    "--kind", required=True, type=click.Choice([str(kind) for kind in Letter]),
    help="notice 是告知书，reply 是回复。",
)  # fmt: skip
@store_option
def letter(name: str, kind: str, folder: StoreGiven | None) -> None:
    """写告知书或者回复，显示在屏幕上，可以打印。姓名和地址由您写，程序不填。"""
    with at_office(folder) as (portal, store):
        matter = matter_of(store, portal.data, name)
    if kind == Letter.REPLY and matter.answer is None:
        raise IntakeError(f"{name} 还没有回复。先写好回复，再打印。")
    click.echo(written(portal, Letter(kind), matter))


def written(portal: Portal, kind: Letter, matter: Matter) -> str:
    """The letter as it is printed."""
    from yanlu.templates import environment, theme_folder  # Jinja, which reviewing does not need

    template = environment(theme_folder(portal.folder) / "letters").get_template(f"{kind}.txt")
    return template.render(**_facts(portal, matter)).strip()


def _facts(portal: Portal, matter: Matter) -> dict[str, Any]:
    settings, folder = portal.settings, portal.data / "codes"
    rules = read_rules(portal.data, settings.deadlines.profile)
    bodies, outcomes = (read_codes(folder / f"{name}.csv") for name in ("bodies", "outcomes"))
    answer = matter.answer
    return {
        "office": settings.office,
        "contact": settings.contact,
        "url": settings.office.base_url,
        "id": matter.name,
        "received": matter.received,
        "title": matter.title,
        "topic": portal.codes["topics"].title(matter.topic),
        "region": portal.codes["regions"].title(matter.region),
        "body": bodies.title(matter.body) if matter.body else "",
        "sent": matter.sent,
        "merged": matter.merged,
        "late": _routed(portal, rules, matter.received) < office_day(),
        "route": _routed(portal, rules, matter.received),
        "limit": rules.get(REPLY),
        "outcome": outcomes.rows[answer.outcome] if answer else None,
        "reason": answer.reason if answer else "",
        "reply": answer.text if answer else "",
        "day": office_day(),
    }


def _routed(portal: Portal, rules: Mapping[str, Rule], received: date) -> date:
    """By when a suggestion must have been sent on."""
    if ROUTE not in rules:
        raise DeadlineError(
            f"data/codes/deadlines.csv 里没有 {ROUTE}（登记并转送、交办），不知道什么时候到期。"
        )
    return count(rules[ROUTE], received, read_calendar(portal.data)).due
