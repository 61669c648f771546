"""Several suggestions that say the same: one is studied and answered for all of them.

What is compared and joined are proposals. That two of them may be of one writer is nobody's
business, and nothing here could tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.leads import OVER, followers, lead_of
from yanlu.intake.redact import Redacted
from yanlu.intake.review import Act, record
from yanlu.intake.store.database import Connection, Store, change, rows, write_act
from yanlu.intake.store.erasure import forget_suspicion
from yanlu.intake.store.records import Note, happen
from yanlu.model import FATES, Fate

_NEW = frozenset({Fate.RECEIVED, Fate.SCREENED})
_POINTER = (
    "INSERT INTO merger (submission, lead) VALUES (?, ?) "
    "ON CONFLICT (submission) DO UPDATE SET lead = excluded.lead"
)


def merge(store: Store, name: str, into: str, reason: Redacted, act: Act) -> None:
    """Let a suggestion be answered by another; `reason` is published where its own file is.

    Raises:
        StoreError: it was registered for itself already, the other cannot answer for it, or
            the two would make a chain or a circle.
    """

    def write_down(main: Connection) -> None:
        own, lead = record(store, name), record(store, into)
        _refuse_own(main, own)
        _refuse_lead(name, lead)
        if own["fate"] == Fate.RECEIVED:
            happen(main, name, act.day.isoformat(), Fate.SCREENED, by=act.by)
        change(main, "UPDATE submission SET fate = 'merged' WHERE id = ?", (name,))
        change(main, _POINTER, (name, into))
        forget_suspicion(main, name)
        forget_suspicion(main, into)
        body = _body(main, lead)
        note = Note(reason.text)
        happen(main, name, act.day.isoformat(), Fate.MERGED, by=act.by, body=body, note=note)

    write_act(store, write_down)


def _refuse_own(main: Connection, own: Mapping[str, Any]) -> None:
    name, fate = own["id"], Fate(own["fate"])
    if own["kind"] != "suggestion":
        raise StoreError(f"{name} 是申诉或者检举，不能并案。请用 yanlu review move 转送。")
    others = followers(main, name)
    if others:
        raise StoreError(
            f"已经有 {others} 条并入 {name}，它不能再并入别的一条。请反过来，把另一条并入 {name}。"
        )
    adrift = fate is Fate.MERGED and not own["head"] and lead_of(main, own) is None
    if fate not in _NEW and not adrift:
        raise StoreError(
            f"{name} 现在是“{FATES[fate].shown}”，不能再并案：只有还没有登记的可以。"
            "已经登记的，照样办理，回复可以一样。"
        )


def _refuse_lead(name: str, lead: Mapping[str, Any]) -> None:
    into, fate = lead["id"], Fate(lead["fate"])
    if into == name:
        raise StoreError(f"{name} 不能并入自己。")
    if lead["kind"] != "suggestion":
        raise StoreError(f"{into} 是申诉或者检举，建议不能并入它。")
    if fate is Fate.MERGED:
        raise StoreError(
            f"{into} 自己已经并入别的一条：请用 yanlu review show {into} 看是哪一条，"
            "直接并入那一条。"
        )
    if fate in OVER or lead["erased"]:
        raise StoreError(f"{into} 已经撤回、转送或者删除，不会再答复，不能并入它。")
    if fate in _NEW:
        raise StoreError(
            f"{into} 还没有登记。请先用 yanlu review approve {into} 确认，定下承办单位，再并案。"
        )


def _body(main: Connection, lead: Mapping[str, Any]) -> str | None:
    """Who answers: as the lead's file says, or as it was last asked in the store."""
    if lead["head"]:
        return str(json.loads(lead["head"])["bodies"]["lead"])
    query = (
        "SELECT body FROM happening WHERE submission = ? AND body IS NOT NULL "
        "ORDER BY number DESC LIMIT 1"
    )
    found = rows(main, query, (lead["id"],))
    return found[0]["body"] if found else None
