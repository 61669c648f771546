"""Who answers for whom: the suggestion into which others were merged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from yanlu.intake.delivery import Delivery
from yanlu.intake.store.database import Connection, Store, rows
from yanlu.intake.store.records import ANSWERED, by_id
from yanlu.model import Fate

OVER = frozenset({Fate.WITHDRAWN, Fate.REDIRECTED})
_ON_ITS_WAY = frozenset({Delivery.APPROVED, Delivery.FROZEN, Delivery.IN_REVIEW, Delivery.MERGED})


def pointer(main: Connection, held: Mapping[str, Any]) -> str | None:
    """The id of the suggestion into which this one was merged: as its file says, or the store."""
    if held["head"] and "merged_into" in (head := json.loads(held["head"])):
        return str(head["merged_into"])
    found = rows(main, "SELECT lead FROM merger WHERE submission = ?", (held["id"],))
    return found[0]["lead"] if found else None


def lead_of(main: Connection, held: Mapping[str, Any]) -> dict[str, Any] | None:
    """The suggestion that answers for a merged one; None: for none, or it was taken back."""
    if held["fate"] != Fate.MERGED:
        return None
    name = pointer(main, held)
    lead = by_id(main, name) if name else None
    return None if lead is None or _is_over(lead) else lead


def _is_over(lead: Mapping[str, Any]) -> bool:
    """Whether there will be no answer: what was erased after its answer has been answered."""
    gone = lead["erased"] is not None and lead["fate"] not in ANSWERED
    return gone or lead["fate"] in OVER


_FOLLOWERS = (
    "SELECT count(*) AS n FROM submission AS s LEFT JOIN merger AS m ON m.submission = s.id "
    "WHERE s.fate = 'merged' AND coalesce(json_extract(s.head, '$.merged_into'), m.lead) = ?"
)


def followers(main: Connection, name: str) -> int:
    """How many were merged into this one: a true count, for the office's own screen."""
    return int(rows(main, _FOLLOWERS, (name,))[0]["n"])


def adrift(store: Store) -> list[dict[str, Any]]:
    """Merged ones whose lead was taken back: somebody must say who answers them now."""
    merged = rows(store.main, "SELECT * FROM submission WHERE fate = 'merged' ORDER BY day, id")
    open_ = (one for one in merged if one["erased"] is None)
    return [one for one in open_ if lead_of(store.main, one) is None and pointer(store.main, one)]


def is_public(lead: Mapping[str, Any]) -> bool:
    """Whether it has a page or is about to: to no other one may a published file point."""
    return lead["head"] is not None or lead["delivery"] in _ON_ITS_WAY
