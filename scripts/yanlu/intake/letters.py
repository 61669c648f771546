"""What a letter to the writer of a suggestion says, taken from its record.

Of the writer it holds nothing: no name, no address, no words of theirs. A title stands in it
only as a member of staff confirmed it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yanlu.errors import StoreError
from yanlu.intake.leads import lead_of
from yanlu.intake.review import record
from yanlu.intake.rights import Reply, replies
from yanlu.intake.store.database import Store
from yanlu.intake.store.records import history
from yanlu.model import Fate

if TYPE_CHECKING:
    from yanlu.packages.suggestions import Suggestion

_AWAY = frozenset({Fate.FORWARDED, Fate.HANDLING})  # at a body, to which it was sent
_BACK = frozenset({Fate.RETURNED, Fate.REGISTERED})  # with this office


class Letter(StrEnum):
    """Which letter: its name is that of its template."""

    NOTICE = "notice"  # 告知书
    REPLY = "reply"  # 回复


@dataclass(frozen=True)
class Matter:
    """What a letter may say of a record; `body` is a code of bodies.csv, or empty.

    For one that was merged, `sent`, `body` and `answer` are those of the one it was merged into.
    """

    name: str
    received: date
    topic: str
    region: str
    title: str
    body: str
    sent: bool  # whether it has left this office for the body
    merged: bool
    answer: Reply | None


def matter_of(store: Store, data: Path, name: str) -> Matter:
    """The facts of one suggestion, from the store and from its published file.

    Raises:
        StoreError: there is none, it is a claim or an accusation, nothing is left of it, or
            nobody answers for it any more.
    """
    held = record(store, name)
    _refuse_letter(held)
    answering = lead_of(store.main, held) if held["fate"] == Fate.MERGED else held
    if answering is None:
        raise StoreError(
            f"{name} 并入的那一条已经撤回、删除，或者没有写明是哪一条，没有人答复它。"
            "请先用 yanlu review merge 另选一条并入。"
        )
    steps = history(store.main, answering["id"])
    published = _published(answering, data)
    path = published.front["history"] if published else [{"state": s["what"], **s} for s in steps]
    bodies = [step["body"] for step in path if step.get("body")]
    return Matter(
        name,
        date.fromisoformat(held["day"]),
        held["topic"],
        held["region"],
        json.loads(held["confirmed"] or "{}").get("title", ""),
        bodies[-1] if bodies else "",
        _is_sent([step["state"] for step in path]),
        answering is not held,
        _answer(published, steps),
    )


def _refuse_letter(held: Mapping[str, Any]) -> None:
    name = held["id"]
    if held["kind"] != "suggestion":
        raise StoreError(f"{name} 是申诉或者检举，告知和答复另有格式，不用这里的。")
    if held["erased"] or held["fate"] == Fate.WITHDRAWN:
        raise StoreError(f"{name} 本人已经撤回或者删除，不再写信。")


def _is_sent(states: Sequence[str]) -> bool:
    """Whether it was sent to a body and did not come back: an answer alone does not tell so."""
    moves = [state for state in states if state in _AWAY | _BACK]
    return bool(moves) and moves[-1] in _AWAY


def _published(held: Mapping[str, Any], data: Path) -> Suggestion | None:
    """The public file of a record, where there is one."""
    # loads frictionless, which reviewing does not need
    from yanlu.packages.suggestions import FOLDER, open_suggestion

    path = data / FOLDER / held["day"][:4] / f"{held['id']}.md"
    return open_suggestion(path) if path.is_file() else None


def _answer(published: Suggestion | None, steps: Sequence[Mapping[str, Any]]) -> Reply | None:
    """The latest answer: that of the public file, where it has one."""
    if published and published.reply:
        front = published.front
        return Reply(front.get("outcome", ""), published.reply, front.get("reason", ""))
    said = replies(steps)
    return said[-1] if said else None
