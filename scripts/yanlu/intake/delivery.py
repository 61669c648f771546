"""How a suggestion gets from the store to the site: its own table of states, beside its fate."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from yanlu.errors import StoreError
from yanlu.intake.store.database import Connection, change


class Delivery(StrEnum):
    """Where a suggestion is on its way to the public."""

    WAITING = "waiting"
    APPROVED = "approved"
    FROZEN = "frozen"
    IN_REVIEW = "in-review"
    MERGED = "merged"
    RETURNED = "returned"
    MISSING = "missing"
    VANISHED = "vanished"
    KEPT = "kept"


class Step(NamedTuple):
    """How a state is shown to staff, and which may follow it."""

    shown: str
    goes_to: frozenset[Delivery]


def _step(shown: str, *goes_to: Delivery) -> Step:
    return Step(shown, frozenset(goes_to))


DELIVERIES: Mapping[Delivery, Step] = {
    # merged from anywhere: a restored store may be behind the main branch (restored.py)
    Delivery.WAITING: _step("待审看", Delivery.APPROVED, Delivery.KEPT, Delivery.MERGED),
    # back to merged: the tombstone stands, and nothing comes in its place
    Delivery.APPROVED: _step(
        "待成批", Delivery.FROZEN, Delivery.WAITING, Delivery.KEPT, Delivery.MERGED
    ),
    Delivery.FROZEN: _step("已成批", Delivery.IN_REVIEW, Delivery.APPROVED),
    Delivery.IN_REVIEW: _step(
        "审核中", Delivery.MERGED, Delivery.RETURNED, Delivery.MISSING, Delivery.APPROVED
    ),
    # approved again: as a tombstone, or as what its writer still allows in the place of one
    Delivery.MERGED: _step("已公布", Delivery.APPROVED, Delivery.VANISHED),
    Delivery.VANISHED: _step("主分支上不见了", Delivery.MERGED, Delivery.APPROVED),
    Delivery.RETURNED: _step(
        "被退回", Delivery.APPROVED, Delivery.WAITING, Delivery.KEPT, Delivery.MERGED
    ),
    Delivery.MISSING: _step(
        "审核分支不见了", Delivery.APPROVED, Delivery.WAITING, Delivery.KEPT, Delivery.MERGED
    ),
    Delivery.KEPT: _step("只在库内", Delivery.WAITING, Delivery.MERGED),
}


def deliver(main: Connection, submission: str, before: Delivery, after: Delivery) -> None:
    """Move one submission on.

    Raises:
        StoreError: the table does not allow it, or the submission is somewhere else by now.
    """
    query = "UPDATE submission SET delivery = ? WHERE id = ? AND delivery = ?"
    allowed = after in DELIVERIES[before].goes_to
    if not allowed or not change(main, query, (after, submission, before)):
        raise StoreError(
            f"{submission} 现在不能从“{DELIVERIES[before].shown}”变成“{DELIVERIES[after].shown}”，"
            "没有改动。请用 yanlu review show 看它现在的状态。"
        )
