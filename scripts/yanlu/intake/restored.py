"""What a restored store has to learn again from the main branch, which went on without it.

A tombstone there that the store knows no reason for was asked for after the backup: it is not
proposed as a text again, and what its writer had taken away is taken away once more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from yanlu.intake.batches import BOT
from yanlu.intake.consent import allowed, exceeds, stands
from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.lease import Lease
from yanlu.intake.store.database import Connection, Store, change, rows
from yanlu.intake.store.erasure import destroy_keys, erase_record, forget_suspicion
from yanlu.intake.store.records import Note, happen
from yanlu.model import FATES, Fate

PUBLIC = frozenset({Delivery.MERGED, Delivery.VANISHED})
_LIST = "INSERT INTO restored (submission) VALUES (?) ON CONFLICT (submission) DO NOTHING"
_NAMED = 5  # a line of a log is no list
_WHY = "恢复以后，照主分支上的"
_FOUND = "没有照审核合并，照主分支上的"
# whatever was proposed may be on the main branch, also if its review was closed: staff may have
# opened it again, or merged the branch by hand
_FOLLOWED = (
    "SELECT id, seen, delivery FROM submission WHERE delivery IN ('merged', 'vanished', 'approved')"
    " OR batch IS NOT NULL AND delivery NOT IN ('frozen', 'in-review')"
    " UNION SELECT id, seen, delivery FROM restored JOIN submission ON id = submission "
    "WHERE delivery NOT IN ('frozen', 'in-review')"  # these are followed once they are settled
)


def followed(main: Connection) -> list[dict[str, Any]]:
    """Records (id, seen, delivery) whose files on the main branch, if any, the store follows."""
    return rows(main, _FOLLOWED)


def learn(main: Connection, record: Mapping[str, Any], front: Mapping[str, Any], day: date) -> None:
    """Take a file's word for a record that is behind it, in the caller's transaction.

    `front` is the file's head, which the record has not got yet.
    """
    name = record["id"]
    if record["head"] is not None and not _is_listed(main, name):
        return
    if record["delivery"] not in PUBLIC:
        deliver(main, name, Delivery(record["delivery"]), Delivery.MERGED)
        forget_suspicion(main, name)
        why = _WHY if _is_listed(main, name) else _FOUND
        happen(main, name, day.isoformat(), "published", by=BOT, note=Note(f"{why}记下"))
    stone = front["publication"] == "removed"
    if stone and _is_listed(main, name) and _is_unexplained(record):
        _take_back(main, record, Fate(front["fate"]), day)
    else:
        change(main, "DELETE FROM restored WHERE submission = ?", (name,))


def _is_listed(main: Connection, name: str) -> bool:
    return bool(rows(main, "SELECT 1 FROM restored WHERE submission = ?", (name,)))


def _is_unexplained(record: Mapping[str, Any]) -> bool:
    """Whether the store itself would have a text stand where there is a tombstone."""
    if record["erased"] is not None:
        return False
    if record["head"] is None:
        return bool(allowed(record))
    return stands(record) != "removed" and not exceeds(record, stands(record))


def _take_back(main: Connection, record: Mapping[str, Any], fate: Fate, day: date) -> None:
    """As its writer must have asked for; the keys are destroyed by `settle`.

    Who erases what can still be withdrawn withdraws it as well. What can be and is not was only
    to be public no more: it is kept, and still answered.
    """
    name = record["id"]
    if Fate.WITHDRAWN in FATES[fate].goes_to:
        change(main, "UPDATE submission SET wish = 'unlisted' WHERE id = ?", (name,))
        happen(
            main, name, day.isoformat(), "consent-narrowed", by=BOT, note=Note(f"{_WHY}“已撤下”")
        )
        change(main, "DELETE FROM restored WHERE submission = ?", (name,))
        return
    erase_record(main, name, day)
    happen(main, name, day.isoformat(), "erased", by=BOT, note=Note(f"{_WHY}“已撤下”"))
    change(main, _LIST, (name,))


def settle(store: Store, lease: Lease, unchanged: Collection[str]) -> list[str]:
    """Destroy the keys of what was taken back anew, whose ids are answered.

    These, and those whose files say nothing new (`unchanged`), are up to date from now on.
    """
    query = "SELECT id FROM restored JOIN submission ON id = submission WHERE erased IS NOT NULL"
    gone = [r["id"] for r in rows(store.main, query)]
    if gone:
        destroy_keys(store, gone, ("text", "contact"))
    names = json.dumps([*gone, *unchanged])
    done = "DELETE FROM restored WHERE submission IN (SELECT value FROM json_each(?))"
    if gone or rows(store.main, "SELECT 1 FROM restored LIMIT 1"):
        lease.write(lambda main: change(main, done, (names,)))
    return gone


def alarm(names: Collection[str]) -> list[str]:
    """A sentence for staff on what `settle` destroyed; none where that was nothing."""
    if not names:
        return []
    return [
        f"恢复以后，有 {len(names)} 条在主分支上已经撤下（{'、'.join(sorted(names)[:_NAMED])}"
        f"{' 等' if len(names) > _NAMED else ''}），内容、联系方式和钥匙重新销毁了。"
    ]
