"""How much of a suggestion its writer allows to be public, against what stands there.

One rule for consent, withdrawal, erasure and the under-14s: what is shown never exceeds what is
allowed. Where it does, the page gives way to a tombstone in the next batch, by nobody's leave.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.store.database import Connection
from yanlu.intake.store.records import by_id
from yanlu.model import Fate

_MUCH = {"removed": 0, "unlisted": 0, "summary": 1, "words": 2}
_OVER = frozenset({Fate.WITHDRAWN, Fate.REDIRECTED})
_IN_BATCH = frozenset({Delivery.FROZEN, Delivery.IN_REVIEW})


def exceeds(record: Mapping[str, Any], publication: str) -> bool:
    """Whether a `publication` (as heads of files have it) shows more than is allowed."""
    return _MUCH[publication] > _allowed(record)


def stands(record: Mapping[str, Any]) -> str:
    """The `publication` of the file on the main branch, as last seen; "removed" for none."""
    head = json.loads(record["head"] or "{}")
    return str(head.get("publication", "removed"))


def give_way(main: Connection, name: str) -> None:
    """Let a submission be where its writer's wish puts it, in the caller's transaction.

    What is in a batch already is the publisher's: it dissolves the batch, or warns staff and
    comes back here when the batch is settled.
    """
    record = by_id(main, name)
    if record is None:
        return
    now = Delivery(record["delivery"])
    after = _after(record, now)
    if after is not now:
        deliver(main, name, now, after)


def _after(record: Mapping[str, Any], now: Delivery) -> Delivery:
    if now in _IN_BATCH:
        return now
    if exceeds(record, stands(record)):
        return Delivery.APPROVED  # as a tombstone
    if record["head"]:
        return now
    if _is_over(record) or (now is Delivery.APPROVED and not _allowed(record)):
        return Delivery.KEPT
    if now is Delivery.APPROVED and record["confirmed"] is None:
        return Delivery.WAITING  # a text that fits the narrower consent must be confirmed
    return now


def _allowed(record: Mapping[str, Any]) -> int:
    return 0 if record["child"] or _is_over(record) else _MUCH[record["wish"]]


def _is_over(record: Mapping[str, Any]) -> bool:
    return record["erased"] is not None or record["fate"] in _OVER
