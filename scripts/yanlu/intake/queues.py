"""What staff have to look at: which records, in which order."""

from __future__ import annotations

from typing import Any

from yanlu.intake.consent import may_come_back
from yanlu.intake.store.database import Store, rows
from yanlu.intake.store.records import UNANSWERED
from yanlu.model import Month

_LISTED = (  # `same`: how many have this very text, itself among them
    "SELECT *, (SELECT count(*) FROM submission AS other WHERE other.alike = submission.alike) "
    "AS same FROM submission"
)


_MARKED = (
    "(SELECT what FROM happening AS h WHERE h.submission = submission.id "
    "AND what IN ('urgent', 'urgent-over') ORDER BY number DESC LIMIT 1) = 'urgent'"
)


def urgent(store: Store) -> list[dict[str, Any]]:
    """What staff marked as urgent and the office has not answered, the oldest first."""
    return rows(store.main, f"{_LISTED} WHERE {_MARKED} AND {UNANSWERED} ORDER BY day, id")


def waiting(store: Store) -> list[dict[str, Any]]:
    """All that staff have to look at, the oldest first; suspected spam at the end."""
    return rows(
        store.main,
        f"{_LISTED} WHERE fate NOT IN ('withdrawn', 'redirected') "
        "AND delivery IN ('waiting', 'returned', 'missing') OR kind <> 'suggestion' "
        f"AND {UNANSWERED} ORDER BY lane, day, id",
    )


def unanswered(store: Store) -> list[dict[str, Any]]:
    """Suggestions in the store alone that the office still owes an answer, the oldest first."""
    return rows(
        store.main,
        f"{_LISTED} WHERE kind = 'suggestion' AND delivery = 'kept' AND {UNANSWERED} "
        "ORDER BY day, id",
    )


def without_page(store: Store) -> list[dict[str, Any]]:
    """What its writer narrowed to a summary, was taken down and has no summary yet."""
    found = rows(
        store.main,
        f"{_LISTED} WHERE delivery = 'merged' AND wish = 'summary' AND confirmed IS NULL "
        "ORDER BY day, id",
    )
    return [held for held in found if may_come_back(held)]


def of_call(store: Store, call: str) -> list[dict[str, Any]]:
    """All that answered a topical call, whatever became of it."""
    return rows(store.main, f"{_LISTED} WHERE call = ? ORDER BY day, id", (call,))


def received_in(store: Store, month: Month) -> list[dict[str, Any]]:
    """All that was received in a month, whatever became of it: for writers who lost the code."""
    within = (month.start.isoformat(), month.end.isoformat())
    return rows(store.main, f"{_LISTED} WHERE day BETWEEN ? AND ? ORDER BY day, id", within)


def openings(store: Store, month: Month | None) -> list[dict[str, Any]]:
    """Who read raw text or exported it, when, of which record and why; the newest first.

    Of one month, or of all. What was purged as spam or erased keeps no reason.
    """
    within = (month.start.isoformat(), month.end.isoformat()) if month else ("", "9999")
    return rows(
        store.main,
        "SELECT * FROM happening WHERE what IN ('opened', 'exported') "
        "AND day BETWEEN ? AND ? ORDER BY number DESC",
        within,
    )
