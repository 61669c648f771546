"""`yanlu deadlines`: when something is due, day by day."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import Rule, read_rules
from yanlu.deadlines.words import as_data, explain, length
from yanlu.errors import DeadlineError
from yanlu.settings import Portal, open_portal


@click.group()
def deadlines() -> None:
    """期限：按哪一条，从哪天算起，哪些天算、哪些天不算，哪天到期。"""


@deadlines.command("list")
def list_() -> None:
    """本单位使用的期限，一行一个。"""
    for code, rule in _rules(open_portal(Path.cwd())).items():
        click.echo(f"{code}  {rule.name}，{length(rule)}，{rule.basis}")


@deadlines.command("explain")
@click.argument("rule")
@click.argument("date", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--json", "as_json", is_flag=True, help="写成JSON。")
def explain_(rule: str, date: datetime, as_json: bool) -> None:
    """从 DATE（例如 2026-09-18）起算，RULE 这个期限哪天到期，为什么。

    RULE 是 yanlu deadlines list 里的代码，例如 objection。
    """
    portal = open_portal(Path.cwd())
    rules = _rules(portal)
    if rule not in rules:
        raise DeadlineError(f"没有这个期限，或者没有启用。可以用的有：{'、'.join(rules)}。")
    counted = count(rules[rule], date.date(), read_calendar(portal.data))
    if as_json:
        click.echo(json.dumps(as_data(counted), ensure_ascii=False, indent=2))
    else:
        for line in explain(counted):
            click.echo(line)


def _rules(portal: Portal) -> dict[str, Rule]:
    return read_rules(portal.data, portal.settings.deadlines.profile)
