"""Which suggestions an answer is owed to, and since when: for the office's own queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from yanlu.intake.store.database import Store, rows
from yanlu.model import Fate

_OPEN = (Fate.REGISTERED, Fate.FORWARDED, Fate.RETURNED, Fate.HANDLING, Fate.RESTUDIED)
_QUERY = (
    "SELECT s.id, s.fate, "
    "(SELECT max(day) FROM happening WHERE submission = s.id "
    " AND what IN ('registered', 'restudied')) AS since, "
    "(SELECT body FROM happening WHERE submission = s.id AND body IS NOT NULL "
    " ORDER BY number DESC LIMIT 1) AS body "
    "FROM submission AS s "
    "WHERE s.kind = 'suggestion' AND s.fate IN (SELECT value FROM json_each(?))"
)


@dataclass(frozen=True)
class Owed:
    """A suggestion without its answer: the day it was registered, and who was last asked."""

    name: str
    fate: Fate
    since: date
    body: str | None


def owed_answers(store: Store) -> list[Owed]:
    """All suggestions that were registered, or are studied again, and have no answer yet."""
    states = "[" + ", ".join(f'"{fate}"' for fate in _OPEN) + "]"
    return [
        Owed(row["id"], Fate(row["fate"]), date.fromisoformat(row["since"]), row["body"])
        for row in rows(store.main, _QUERY, (states,))
        if row["since"]
    ]
