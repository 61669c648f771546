"""The lists of the desk: what is to be done by when, spam, who waits, who read what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial

from yanlu.cli.desk.room import Room, act, line, pending
from yanlu.cli.letters import ROUTE
from yanlu.cli.register import all_due
from yanlu.cli.review import office_day
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import read_rules
from yanlu.errors import DeadlineError, IntakeError
from yanlu.intake.leads import adrift
from yanlu.intake.opinions import appeals
from yanlu.intake.owed import owed_answers
from yanlu.intake.persons import Signer, drop_signer, is_same, name_signer, signers
from yanlu.intake.purging import purge_suspected
from yanlu.intake.queues import openings, unanswered, urgent, waiting, without_page
from yanlu.intake.reports import open_reports
from yanlu.intake.web.desk import Asked, Done, Page, Place
from yanlu.model import Fate

_MONTH = 31  # days: what is due later can wait for another look
_AT_ONCE = 50  # of spam on one page: a form has so many fields
_NEW = frozenset({Fate.RECEIVED, Fate.SCREENED})  # not registered yet
_OPENED = {"opened": "看过原文", "exported": "导出，录入正式系统"}


def places(room: Room) -> list[Place]:
    """Their addresses."""
    return [
        Place("", partial(_home, room)),
        Place("spam", partial(_spam, room), partial(_purge, room)),
        Place("second", partial(_second, room)),
        Place("openings", partial(_openings, room)),
        Place("signers", partial(_signers, room), partial(_name_signer, room)),
    ]


def _home(room: Room, asked: Asked) -> Page:
    """What is owed by when, then what must be looked at; the same lists as the commands have."""
    with room.store() as store:
        today = office_day()
        due = sorted(all_due(room.portal, owed_answers(store)))
        ordinary = [held for held in waiting(store) if held["lane"] != "suspected"]
        by = _route_by(room, {held["day"] for held in ordinary})
        lists = [
            ("紧急，要马上报告的", urgent(store), ""),
            ("要看的", ordinary, "先来的在前，先到期。"),
            ("只在库里，还没有回复的", unanswered(store), "改进展、回复。"),
            ("本人改成只公布摘要的", without_page(store), "写好摘要，那一页就放回去。"),
            ("本人请求再研究的", appeals(store), "看原文里的理由；同意的，进展改成“再研究中”。"),
            ("并入的那一条不在了的", adrift(store), "请另选一条并入。"),
        ]
        shown = [
            (
                title,
                [
                    {**line(room, h), "by": by.get(h["day"]) if h["fate"] in _NEW else None}
                    for h in held
                ],
                said,
            )
            for title, held, said in lists
        ]
        wait = [one for one in pending(store) if not is_same(one["by"], asked.by)]
        reports = len(open_reports(store.main))
        spam = sum(held["lane"] == "suspected" for held in waiting(store))
    bodies = room.codes("bodies")
    owed = [
        {
            "day": one.day,
            "left": one.left(today),
            "name": one.name,
            "what": one.what,
            "body": bodies.title(one.body) if one.body and one.body in bodies else "还没有转交",
        }
        for one in due
        if one.left(today) <= _MONTH
    ]
    counts = {"wait": len(wait), "spam": spam, "reports": reports, "later": len(due) - len(owed)}
    return Page("home", {"lists": shown, "owed": owed, **counts})


def _route_by(room: Room, days: Iterable[str]) -> Mapping[str, date]:
    """Until when what came on which day must have been sent on, as far as a rule tells."""
    rules = read_rules(room.portal.data, room.portal.settings.deadlines.profile)
    if ROUTE not in rules:
        return {}
    calendar, found = read_calendar(room.portal.data), {}
    for day in days:
        # of a year without a calendar nobody can tell yet
        with suppress(DeadlineError):
            found[day] = count(rules[ROUTE], date.fromisoformat(day), calendar).due
    return found


def _spam(room: Room, asked: Asked) -> Page:
    with room.store() as store:
        found = [held for held in waiting(store) if held["lane"] == "suspected"]
        shown = [{**line(room, h), "text": _beginning(h["redacted"])} for h in found[:_AT_ONCE]]
    return Page("spam", {"found": shown, "all": len(found), "chosen": asked.many("name")})


def _beginning(redacted: str | None) -> str:
    parts = json.loads(redacted or "{}")
    return " ".join(parts.values())[:200]


def _purge(room: Room, asked: Asked) -> Done:
    names = asked.many("name")
    if not names:
        raise IntakeError("没有选哪一条。请在要删的前面打勾。")
    if asked.one("sure") != "yes":
        raise IntakeError("删了不能恢复。确实要删，请在“确实要删”前面打勾，再点一次。")
    with room.store() as store:
        purged = purge_suspected(store, names, office_day())
    left = "".join(f"没有删 {name}：{why}。" for name, why in purged.refused.items())
    return Done("spam", f"删了 {len(purged.gone)} 条。{left}")


def _second(room: Room, asked: Asked) -> Page:
    with room.store() as store:
        found = pending(store)
    return Page("second", {"found": found, "is_own": partial(is_same, asked.by)})


def _openings(room: Room, asked: Asked) -> Page:  # noqa: ARG001 - as all pages
    with room.store() as store:
        found = [{**one, "title": _OPENED[one["what"]]} for one in openings(store, None)]
    return Page("openings", {"found": found[:200], "all": len(found)})


def _signers(room: Room, asked: Asked) -> Page:  # noqa: ARG001 - as all pages
    with room.store() as store:
        return Page("signers", {"found": signers(store.main), "today": office_day()})


def _name_signer(room: Room, asked: Asked) -> Done:
    with room.store() as store:
        if asked.one("drop"):
            drop_signer(store, asked.one("drop"))
            return Done("signers", "已经去掉。")
        until = asked.one("until")
        signer = Signer(asked.one("name"), asked.one("deputy") or None, _day(until))
        doing = act(asked)
        name_signer(store, signer, doing.by, doing.day)
    return Done("signers", "已记下。")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise IntakeError("日期看不懂。请写成年-月-日，例如 2026-12-31。") from None
