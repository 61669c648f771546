"""What a letter to the writer of a suggestion says, taken from its record.

Of the writer it holds nothing: no name, no address, no words of theirs. A title stands in it
only as a member of staff confirmed it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.review import record
from yanlu.intake.rights import Reply, replies
from yanlu.intake.store.database import Store
from yanlu.intake.store.records import history
from yanlu.model import Fate

_BEFORE = frozenset({Fate.RECEIVED, Fate.SCREENED, Fate.REGISTERED})  # it was sent on


class Letter(StrEnum):
    """Which letter: its name is that of its template."""

    NOTICE = "notice"  # 告知书
    REPLY = "reply"  # 回复


@dataclass(frozen=True)
class Matter:
    """What a letter may say of a record; `body` is a code of bodies.csv, or empty."""

    name: str
    received: date
    topic: str
    region: str
    title: str
    body: str
    sent: bool  # whether it has left this office for the body
    answer: Reply | None
    reason: str


def matter_of(store: Store, data: Path, name: str) -> Matter:
    """The facts of one suggestion, from the store and from its published file.

    Raises:
        StoreError: there is none, it is a claim or an accusation, or nothing is left of it.
    """
    held = record(store, name)
    if held["kind"] != "suggestion":
        raise StoreError(f"{name} 是申诉或者检举，告知和答复另有格式，不用这里的。")
    if held["erased"] or held["fate"] == Fate.WITHDRAWN:
        raise StoreError(f"{name} 本人已经撤回或者删除，不再写信。")
    steps = history(store.main, name)
    bodies = [step["body"] for step in steps if step["body"]]
    answer, reason = _answer(held, steps, data)
    return Matter(
        name,
        date.fromisoformat(held["day"]),
        held["topic"],
        held["region"],
        json.loads(held["confirmed"] or "{}").get("title", ""),
        bodies[-1] if bodies else "",
        Fate(held["fate"]) not in _BEFORE,
        answer,
        reason,
    )


def _answer(
    held: Mapping[str, Any], steps: list[dict[str, Any]], data: Path
) -> tuple[Reply | None, str]:
    """The latest answer, and why: from the published file, where there is one."""
    # loads frictionless, which reviewing does not need
    from yanlu.packages.suggestions import FOLDER, open_suggestion

    path = data / FOLDER / held["day"][:4] / f"{held['id']}.md"
    if path.is_file():
        published = open_suggestion(path)
        if published.reply:
            front = published.front
            return Reply(front.get("outcome", ""), published.reply), front.get("reason", "")
    said = replies(steps)
    return (said[-1] if said else None), ""
