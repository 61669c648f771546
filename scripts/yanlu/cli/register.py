"""`yanlu register`: what the office owes, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from yanlu.cli.review import office_day, store_option
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import REPLY, read_rules
from yanlu.errors import DeadlineError, PackageError
from yanlu.intake.office import store_folder
from yanlu.intake.owed import Owed, owed_answers
from yanlu.intake.store.database import opened
from yanlu.model import FATES
from yanlu.packages.suggestions import Suggestion, open_suggestion, suggestion_files
from yanlu.register.due import Due, promises_due
from yanlu.settings import Portal, open_portal, read_codes

_MONTH = 31  # days: what is due later can wait for another look


@click.group()
def register() -> None:
    """台账：每一条建议办到了哪一步，还欠着什么。"""


@register.command()
@click.option("--all", "whole", is_flag=True, help="也列出一个月以后才到期的。")
@store_option
def due(whole: bool, folder: Path | None) -> None:
    """还欠着的回复和承诺，先到期的在前。只给本单位看。"""
    portal = open_portal(Path.cwd())
    with opened(store_folder(portal, folder)) as store:
        owed = owed_answers(store)
    today = office_day()
    found = sorted([*_answers(portal, owed), *promises_due(_published(portal))])
    shown = [one for one in found if whole or one.left(today) <= _MONTH]
    bodies = read_codes(portal.data / "codes" / "bodies.csv")
    for one in shown:
        body = bodies.title(one.body) if one.body and one.body in bodies else "还没有转交"
        click.echo(f"{one.day}  {_left(one.left(today))}  {one.name}  {body}  {one.what}")
    overdue = sum(one.left(today) < 0 for one in found)
    later = len(found) - len(shown)
    click.echo(
        f"共 {len(found)} 件，逾期 {overdue} 件" + (f"，{later} 件还早。" if later else "。")
    )


def _answers(portal: Portal, owed: Iterable[Owed]) -> Iterator[Due]:
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    if REPLY not in rules:
        raise DeadlineError(
            f"data/codes/deadlines.csv 里没有 {REPLY}（答复建议的期限），不知道什么时候到期。"
        )
    calendar = read_calendar(portal.data)
    for one in owed:
        day = count(rules[REPLY], one.since, calendar).due
        yield Due(day, one.name, f"回复（{FATES[one.fate].shown}）", one.body)


def _published(portal: Portal) -> Iterator[Suggestion]:
    for path in suggestion_files(portal.data):
        try:
            yield open_suggestion(path)
        except PackageError as error:
            place = path.relative_to(portal.folder)
            raise PackageError(f"{place}：{error}。请先运行 yanlu check。") from None


def _left(days: int) -> str:
    if days < 0:
        return f"逾期{-days}天"
    return f"还有{days}天" if days else "今天到期"
