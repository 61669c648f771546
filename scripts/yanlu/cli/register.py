"""`yanlu register`: what the office owes, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from yanlu.cli.review import office_day, refuse_unlisted, store_option
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.rules import REPLY, read_rules
from yanlu.errors import DeadlineError, PackageError
from yanlu.intake.office import StoreGiven, store_folder
from yanlu.intake.owed import Owed, owed_answers
from yanlu.intake.store.database import StorePlace, existing, is_there
from yanlu.model import FATES
from yanlu.packages.suggestions import Suggestion, open_suggestion, suggestion_files
from yanlu.register.due import Due, Term, answers_due, promises_due
from yanlu.settings import Portal, open_portal, read_codes

_MONTH = 31  # days: what is due later can wait for another look


@click.group()
def register() -> None:
    """台账：每一条建议办到了哪一步，还欠着什么。"""


@register.command()
@click.option("--all", "whole", is_flag=True, help="也列出一个月以后才到期的。")
@click.option("--body", help="只列一个承办单位的：代码，见 data/codes/bodies.csv。")
@store_option
def due(whole: bool, body: str | None, folder: StoreGiven | None) -> None:
    """还欠着的回复和承诺，先到期的在前。只给本单位看。"""
    portal = open_portal(Path.cwd())
    bodies = read_codes(portal.data / "codes" / "bodies.csv")
    if body is not None:
        refuse_unlisted(bodies, body)
    owed = _known(store_folder(portal, folder), named=folder is not None)
    today = office_day()
    found = sorted(one for one in all_due(portal, owed) if body in (None, one.body))
    shown = [one for one in found if whole or one.left(today) <= _MONTH]
    for one in shown:
        named = bodies.title(one.body) if one.body and one.body in bodies else "还没有转交"
        click.echo(f"{one.day}  {_left(one.left(today))}  {one.name}  {named}  {one.what}")
    overdue = sum(one.left(today) < 0 for one in found)
    later = len(found) - len(shown)
    click.echo(
        f"共 {len(found)} 件，逾期 {overdue} 件" + (f"，{later} 件还早。" if later else "。")
    )


def _known(folder: StorePlace, *, named: bool) -> Sequence[Owed]:
    """What the store knows; an office that takes nothing in on the web has none."""
    if not named and not is_there(folder):
        return []
    with existing(folder) as store:
        return owed_answers(store)


def all_due(portal: Portal, owed: Sequence[Owed]) -> Iterator[Due]:
    """From the store, which knows the days; of what it does not know, from the public files."""
    rules = read_rules(portal.data, portal.settings.deadlines.profile)
    if REPLY not in rules:
        raise DeadlineError(
            f"data/codes/deadlines.csv 里没有 {REPLY}（答复建议的期限），不知道什么时候到期。"
        )
    term, known = Term(rules[REPLY], read_calendar(portal.data)), {one.name for one in owed}
    for one in owed:
        yield Due(term.due(one.since), one.name, f"回复（{FATES[one.fate].shown}）", one.body)
    for suggestion in _published(portal):
        yield from promises_due([suggestion])
        yield from answers_due([suggestion], term, known)


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
