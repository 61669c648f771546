"""Suspected spam goes for good: nothing of it stays but what tells its receipt that it is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yanlu.intake.accept import Lane
from yanlu.intake.delivery import Delivery
from yanlu.intake.persons import expect_no_more
from yanlu.intake.store.database import Connection, Store, change, rows, write_both
from yanlu.intake.store.erasure import empty_logs, forget_keys
from yanlu.intake.store.events import PURGED, end
from yanlu.intake.store.records import by_id
from yanlu.model import FATES, Fate


@dataclass(frozen=True)
class Purged:
    """Ids that are gone, and those that stay, each with the reason."""

    gone: Sequence[str]
    refused: Mapping[str, str]


def purge_suspected(store: Store, names: Sequence[str], day: date) -> Purged:
    """Delete suspected spam that a person looked at, and on which nobody has acted yet.

    Of it stay only the hash of its code and the month, so that its receipt is not called
    unknown; not even who purged it.
    """

    def forget(main: Connection, keys: Connection) -> Purged:
        refused = {name: why for name in names if (why := _why_not_purged(by_id(main, name)))}
        gone = [name for name in dict.fromkeys(names) if name not in refused]
        for name in gone:
            change(main, _REMEMBER_GONE, (day.isoformat()[:7], name))
            end(main, name, day.isoformat(), PURGED)
            change(main, "DELETE FROM happening WHERE submission = ?", (name,))
            expect_no_more(main, name)
            change(main, "DELETE FROM submission WHERE id = ?", (name,))
        forget_keys(keys, gone)
        return Purged(gone, refused)

    purged = write_both(store, forget)
    empty_logs(store)
    return purged


_REMEMBER_GONE = (
    "INSERT INTO gone (code_hash, month) SELECT code_hash, ? FROM submission WHERE id = ?"
)


def _why_not_purged(held: Mapping[str, Any] | None) -> str | None:
    """A store of an earlier program may hold records that were acted on and are suspected still."""
    if held is None:
        return "收件库里没有这个编号"
    if held["lane"] != Lane.SUSPECTED:
        return "不是疑似垃圾，或者已经有人处理过"
    untouched = held["delivery"] == (
        Delivery.WAITING if held["kind"] == "suggestion" else Delivery.KEPT
    )
    if held["fate"] != Fate.RECEIVED or not untouched or held["confirmed"] or held["head"]:
        return "已经有人处理过，现在是“" + FATES[Fate(held["fate"])].shown + "”"
    return None


def purged_in(store: Store, code_hash: bytes) -> str | None:
    """The month in which the submission of this receipt was purged as spam; None: it was not."""
    found = rows(store.main, "SELECT month FROM gone WHERE code_hash = ?", (code_hash,))
    return str(found[0]["month"]) if found else None
