"""Which suggestions go out together, and as which files: frozen once, the same for ever."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.forge.port import Batch
from yanlu.intake.store.database import Connection, change, rows
from yanlu.intake.store.records import history
from yanlu.packages.suggestions import Suggestion, suggestion_path, write_suggestion

CHINA = timezone(timedelta(hours=8))
_GROUPED = 8  # symbols of chance in a batch's name
Title = Callable[[str], str]


@dataclass(frozen=True)
class Policy:
    """On which weekday (Monday is 0; None: any) a batch goes out, and from how many items on.

    Few items on an odd day would tell who was at the counter the day before.
    """

    weekday: int | None
    least: int

    def allows(self, day: date, ready: int) -> bool:
        """Whether a batch of so many may be frozen on this day."""
        return (self.weekday is None or day.weekday() == self.weekday) and ready >= self.least


def freeze(main: Connection, policy: Policy, day: date, base: str, group: Title) -> str | None:
    """Make a batch of all that is approved, in the caller's transaction; None where none may go.

    `group` gives the topic group of a topic code. `base` is the main branch's commit.
    """
    ready = rows(main, "SELECT * FROM submission WHERE delivery = 'approved' ORDER BY id")
    if not policy.allows(day, len(ready)):
        return None
    name = f"{day.isoformat()}-{secrets.token_hex(_GROUPED // 2)}"
    files = dict(_file(main, record, group) for record in ready)
    frozen = {
        "id": name,
        "base": base,
        "moment": datetime.combine(day, datetime.min.time(), CHINA).isoformat(),
        "title": f"建议 {day.isoformat()}：{len(files)} 条",
        "body": _BODY,
        "message": f"Propose suggestions of batch {name}",
        "files": files,
    }
    values = (name, json.dumps(frozen, ensure_ascii=False), Delivery.FROZEN)
    change(main, "INSERT INTO batch (id, frozen, delivery) VALUES (?, ?, ?)", values)
    for record in ready:
        deliver(main, record["id"], Delivery.APPROVED, Delivery.FROZEN)
        change(main, "UPDATE submission SET batch = ? WHERE id = ?", (name, record["id"]))
    return name


_BODY = """这一批由收件程序提出，内容已经由工作人员确认过一遍。

合并以前请再读一遍：有没有还能看出是谁写的地方；摘要写得准不准。可以直接在这个分支上修改，以修改后的为准。
不公布的，关闭这个审核就行，收件库会记为“被退回”。
"""


def thaw(frozen: str) -> Batch:
    """The batch as it was frozen, byte for byte."""
    said: dict[str, Any] = json.loads(frozen)
    files = {path: text.encode() for path, text in said.pop("files").items()}
    return Batch(**{**said, "moment": datetime.fromisoformat(said["moment"]), "files": files})


def members(main: Connection, batch: str) -> Sequence[Mapping[str, Any]]:
    """The submissions of a batch."""
    return rows(main, "SELECT * FROM submission WHERE batch = ? ORDER BY id", (batch,))


def _file(main: Connection, record: Mapping[str, Any], group: Title) -> tuple[str, str]:
    suggestion = _suggestion(main, record, group)
    return f"data/{suggestion_path(suggestion.front)}", write_suggestion(suggestion)


def _suggestion(main: Connection, record: Mapping[str, Any], group: Title) -> Suggestion:
    """What the public may know: codes, months, and the text that a person confirmed."""
    if record["fate"] == "withdrawn" or record["erased"]:
        return _tombstone(main, record, group)
    if not record["confirmed"]:
        raise StoreError(f"{record['id']} 还没有人确认过文字，不能成批。")
    text = json.loads(record["confirmed"])
    return Suggestion(_head(main, record, group), text["title"], text["text"])


def _tombstone(main: Connection, record: Mapping[str, Any], group: Title) -> Suggestion:
    """The head that was last published, its fate brought up to date, and no text."""
    head = json.loads(record["head"] or "null") or _head(main, record, group)
    steps = [_step(h) for h in history(main, record["id"]) if h["what"] == "withdrawn"]
    fate = {"fate": "withdrawn", "history": [*head["history"], *steps]} if steps else {}
    return Suggestion({**head, **fate, "publication": "removed"})


def _head(main: Connection, record: Mapping[str, Any], group: Title) -> dict[str, Any]:
    happenings = [h for h in history(main, record["id"]) if h["what"] in _PUBLIC]
    return {
        "id": record["id"],
        "topic": group(record["topic"]),
        "region": record["region"],
        "month": record["day"][:7],
        "fate": record["fate"],
        "publication": record["wish"],
        "bodies": {"lead": _lead(happenings)},
        "history": [_step(h) for h in happenings],
        **({"call": record["call"]} if record["call"] else {}),
    }


_PUBLIC = frozenset({"received", "screened", "registered"})


def _lead(happenings: Sequence[Mapping[str, Any]]) -> str:
    bodies = [h["body"] for h in happenings if h["body"]]
    if not bodies:
        raise StoreError("这一条还没有登记承办单位，不能成批。")
    return str(bodies[-1])


def _step(happening: Mapping[str, Any]) -> dict[str, str]:
    step = {"state": happening["what"], "month": happening["day"][:7]}
    return {**step, **({"body": happening["body"]} if happening["body"] else {})}
