"""What staff note of a record for the office alone: that it is urgent, that it is archived.

Notes go into the history of the record in the store. They are never public, and go with it when
its writer has it erased.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.notes import noted
from yanlu.intake.queues import urgent
from yanlu.intake.retention import due
from yanlu.intake.review import Act, record
from yanlu.intake.store.database import Connection, Store, write_act
from yanlu.intake.store.erasure import forget_suspicion
from yanlu.intake.store.records import happen, history

Fit = Callable[[dict[str, Any]], None]  # raises StoreError where a record is not
_SHELF = frozenset({"file-number"})  # an archive finds a copy by a number, which is no person's
AHEAD = 30  # days before the raw text is destroyed, from which on staff are told to archive it


def mark_urgent(store: Store, name: str, why: str, act: Act) -> None:
    """Note that a matter is grave and urgent: 信访工作条例 (2022) 第二十五条 wants it reported.

    Raises:
        StoreError: there is no such record, it was erased, or it is marked already.
    """

    def fit(held: dict[str, Any]) -> None:
        _refuse_erased(held)
        if _is_urgent(store, name):
            raise StoreError(f"{name} 已经标为紧急。")

    _note(store, name, "urgent", why, act, fit)


def no_longer_urgent(store: Store, name: str, why: str, act: Act) -> None:
    """Take the mark away.

    Raises:
        StoreError: there is no such record, or it is not marked.
    """

    def fit(_: dict[str, Any]) -> None:
        if not _is_urgent(store, name):
            raise StoreError(f"{name} 没有标为紧急，或者已经答复、转送。")

    _note(store, name, "urgent-over", why, act, fit)


def _is_urgent(store: Store, name: str) -> bool:
    return any(held["id"] == name for held in urgent(store))


def reason(store: Store, name: str) -> str:
    """Why it was marked as urgent the last time."""
    notes = [h["note"] for h in history(store.main, name) if h["what"] == "urgent" and h["note"]]
    return notes[-1] if notes else ""


def hand_over(store: Store, name: str, note: str, act: Act) -> None:
    """Note that a copy has been handed over to the archive, and where it is found.

    Raises:
        StoreError: there is no such record, or it was erased.
    """
    _note(store, name, "archived", note, act, _refuse_erased, _SHELF)


def unarchived(store: Store, text_days: int, day: date) -> list[dict[str, Any]]:
    """Records whose raw text is destroyed soon, and of which no copy was handed over yet."""
    limit = day - timedelta(days=text_days - AHEAD)
    names = due(store, "text", limit)
    return [record(store, name) for name in names if not _is_archived(store, name)]


def _is_archived(store: Store, name: str) -> bool:
    return any(happening["what"] == "archived" for happening in history(store.main, name))


def _refuse_erased(held: dict[str, Any]) -> None:
    if held["erased"]:
        raise StoreError(f"{held['id']} 已经按本人的要求删除，没有可办的了。")


def _note(
    store: Store, name: str, what: str, said: str, act: Act, fit: Fit, fits: Collection[str] = ()
) -> None:
    """One line of the history, if the record is `fit` for it at that moment."""
    note = noted(said, fits)

    def write_down(main: Connection) -> None:
        fit(record(store, name))
        forget_suspicion(main, name)
        happen(main, name, act.day.isoformat(), what, by=act.by, note=note)

    write_act(store, write_down)
