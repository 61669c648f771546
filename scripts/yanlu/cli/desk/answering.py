"""Answers and letters at the desk: looked over with all faults told, before anything is kept."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from yanlu.cli.desk.room import Room, act, key_of, summary
from yanlu.cli.letters import written
from yanlu.cli.published import is_published, propose_answer
from yanlu.cli.replying import (
    Checked,
    Given,
    answer,
    checked,
    details_by,
    known_details,
    refuse_conversion,
)
from yanlu.errors import IntakeError
from yanlu.intake import review as acts
from yanlu.intake.letters import Letter, matter_of
from yanlu.intake.store.database import Store
from yanlu.intake.web.desk import Asked, Done, Page, Place
from yanlu.templates import environment, theme_folder

_KEYS = frozenset({"key"})


def places(room: Room) -> list[Place]:
    """Their addresses."""
    item = "item/{name}"
    return [
        Place(f"{item}/reply", partial(_replying, room), partial(_reply, room), _KEYS),
        *(Place(f"{item}/letter-{kind}", partial(_letter, room, kind)) for kind in Letter),
    ]


def _replying(room: Room, asked: Asked) -> Page:
    with room.store() as store:
        held = acts.record(store, asked.parts["name"])
        item = summary(room, store, held)
    outcomes = room.options("outcomes")
    facts = {"item": item, "outcomes": outcomes, "bodies": room.options("bodies")}
    public = room.portal.settings.intake.public_test_identity is not None
    ways = room.options("conversions") if is_published(held) else []
    return Page("reply", {**facts, "public_key": public, "conversions": ways})


def _models(room: Room, outcomes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """How an answer of each outcome may begin; what is to be filled in is a blank."""
    models = environment(theme_folder(room.portal.folder) / "letters" / "answers")
    names = set(models.list_templates())
    found = [code for code, _ in outcomes if f"{code}.txt" in names]
    return [(code, models.get_template(f"{code}.txt").render().strip()) for code in found]


def _reply(room: Room, asked: Asked) -> Page | Done:
    """As the command: linted, compared with what was hidden, and only then kept."""
    step = asked.one("step")
    if step == "edit":
        return _again(room, asked, {})
    if not asked.one("outcome"):
        raise IntakeError("请先选结果：采纳、部分采纳、不采纳，或者留作参考。")
    if step == "model":
        return _with_model(room, asked)
    key, name = key_of(asked), asked.parts["name"]
    with room.store() as store:
        held = acts.record(store, name)
        details = _details(room, store, held, key)
        given = _given(held, asked)
        good = checked(room.portal, store, name, given, details, asked.by)
        if asked.one("conversion"):
            refuse_conversion(room.portal, asked.one("conversion"))
        if step == "save":
            return Done(f"item/{name}", _kept(room, store, held, good, asked))
        item = summary(room, store, held)
    facts = {"item": item, "good": good, "typed": given, "compared": details is not None}
    titles = {
        "outcome": room.codes("outcomes").title(good.outcome),
        "to": room.codes("bodies").title(good.body),
        "conversion": asked.one("conversion"),
    }
    return Page("answer", {**facts, **titles})


def _details(
    room: Room, store: Store, held: Mapping[str, Any], key: str | None
) -> Collection[str] | None:
    """What was hidden of the writer; None where there is no key to compare with."""
    if key:
        return details_by(room.portal, store, held, key)
    return known_details(room.portal, store, held, None)


def _kept(room: Room, store: Store, held: Mapping[str, Any], good: Checked, asked: Asked) -> str:
    """Keep an answer where it belongs, and say what follows."""
    if not is_published(held):
        answer(store, held["id"], good, act(asked))
        return "已回复。本人凭编号和口令看得到。"
    way = asked.one("conversion") or None
    branch = propose_answer(room.portal, store, held["id"], good, way, act(asked))
    return f"已提出（{branch}）。另一个人合并以后，网上才有。"


def _given(held: Mapping[str, Any], asked: Asked) -> Given:
    """The answer as it was typed; who answers, where nobody was chosen, git or the store says."""
    body = asked.one("body") or None
    if body is None and is_published(held):
        body = str(json.loads(held["head"])["bodies"]["lead"])
    return Given(asked.one("outcome"), asked.one("reason"), asked.one("text"), body)


def _with_model(room: Room, asked: Asked) -> Page:
    """The form with a model of its outcome; what was written already is not lost."""
    begin = dict(_models(room, room.options("outcomes"))).get(asked.one("outcome"), "")
    text = "\n\n".join(filter(None, (asked.one("text"), begin)))
    return _again(room, asked, {"text": text})


def _again(room: Room, asked: Asked, changed: Mapping[str, str]) -> Page:
    """The form as it was typed, but for the key, with changes."""
    page = _replying(room, asked)
    typed = {name: value for name, value in asked.typed if name not in _KEYS}
    return Page(page.template, {**page.facts, "values": {**typed, **changed}})


def _letter(room: Room, kind: Letter, asked: Asked) -> Page:
    with room.store() as store:
        matter = matter_of(store, room.portal.data, asked.parts["name"])
    if kind is Letter.REPLY and matter.answer is None:
        raise IntakeError("还没有回复。先写好回复，再打印。")
    return Page("letter", {"text": written(room.portal, kind, matter), "name": matter.name})
