"""What is deleted by rule, without anyone asking: 个人信息保护法 (2021) 第四十七条."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from yanlu.intake.opinions import appeals
from yanlu.intake.reports import KEPT, forget_settled
from yanlu.intake.store.database import Connection, Store, change, rows, write_keys, write_records
from yanlu.intake.store.erasure import destroy_keys, empty_logs, forget_keys

_ENDS = "'replied', 'closed', 'carried-out', 'merged', 'redirected', 'withdrawn'"
# what was merged into another is answered by that one's answer
_WITH_LEAD = (
    "SELECT 1 FROM submission l WHERE l.id = coalesce("  # noqa: S608 - our own words
    "json_extract(s.head, '$.merged_into'), "
    "(SELECT lead FROM merger WHERE submission = s.id)) AND l.erased IS NULL "
    "AND (l.fate = 'restudied' OR coalesce((SELECT max(day) FROM happening "
    f"WHERE submission = l.id AND what IN ({_ENDS})), '9999') > :limit)"
)
# what is studied anew after a first answer has not been answered: its term has not begun
_DUE = (
    "SELECT s.id FROM submission s JOIN happening h ON h.submission = s.id "  # noqa: S608 - our own words
    f"WHERE s.{{column}} IS NOT NULL AND s.fate <> 'restudied' AND h.what IN ({_ENDS}) "
    f"AND NOT (s.fate = 'merged' AND EXISTS ({_WITH_LEAD})) "
    "GROUP BY s.id HAVING max(h.day) <= :limit"
)


_NO_REASON = "UPDATE appeal SET reason = NULL WHERE submission = ?"  # sealed like the text


@dataclass(frozen=True)
class Terms:
    """Days after the last answer (or the end) for which contact and raw text are kept."""

    contact_days: int
    text_days: int


@dataclass(frozen=True)
class Cleared:
    """How many contacts and raw texts were destroyed, and used proofs forgotten."""

    contacts: int
    texts: int
    proofs: int


def clear(store: Store, terms: Terms, day: date, now: int) -> Cleared:
    """Destroy what has outlived its purpose; the masked text and the fate stay.

    That a receipt's submission was purged as spam is told for as long as a raw text is kept.
    """
    contacts = _clear(store, "contact", day - timedelta(days=terms.contact_days))
    texts = _clear(store, "text", day - timedelta(days=terms.text_days))
    month = (day - timedelta(days=terms.text_days)).isoformat()[:7]
    write_records(store, lambda main: change(main, "DELETE FROM gone WHERE month < ?", (month,)))
    write_records(store, lambda main: forget_settled(main, day - timedelta(days=KEPT)))
    proofs = write_records(
        store, lambda main: change(main, "DELETE FROM spent WHERE until < ?", (now,))
    )
    return Cleared(contacts, texts, proofs)


def due(store: Store, column: str, limit: date) -> list[str]:
    """Ids of records whose last answer, or end, was on `limit` or before, and that hold this.

    Whoever asked that an answer be studied again has not been answered: nobody could read why,
    or tell the writer what came of it, once text and contact are gone.
    """
    query = _DUE.format(column=column)
    asked = {one["id"] for one in appeals(store)}
    found = rows(store.main, query, {"limit": limit.isoformat()})
    return [r["id"] for r in found if r["id"] not in asked]


def _clear(store: Store, column: str, limit: date) -> int:
    names = due(store, column, limit)
    query = f"UPDATE submission SET {column} = NULL WHERE id = ?"  # noqa: S608 - one of two names
    write_records(store, lambda main: [change(main, query, (name,)) for name in names])
    if column == "text":
        write_records(store, lambda main: [change(main, _NO_REASON, (name,)) for name in names])
    destroy_keys(store, names, (column,))
    return len(names)


def sweep_keys(store: Store, before: frozenset[str]) -> frozenset[str]:
    """Destroy keys whose record was never written; answers those without a record now.

    A key is durable before its record, so that one seen once may be on its way. `before`
    were seen without a record long ago. Keys of what its record holds no more are destroyed at
    once: whoever was to do so was killed in between.
    """
    if _idle(store):
        write_keys(store, lambda keys: _forget_idle(store, keys))  # nobody replaces one meanwhile
        empty_logs(store)
    keys = {r["submission"] for r in rows(store.keys, "SELECT submission FROM key")}
    orphans = frozenset(keys - {r["id"] for r in rows(store.main, "SELECT id FROM submission")})
    destroy_keys(store, sorted(orphans & before), _PURPOSES)
    return orphans - before


def _idle(store: Store) -> list[tuple[str, str]]:
    """Ids and purposes of keys that have nothing left to open in their records."""
    held = rows(store.keys, "SELECT submission, purpose FROM key")
    query = "SELECT id, text IS NULL AS text, contact IS NULL AS contact FROM submission"
    emptied = {(r["id"], what) for r in rows(store.main, query) for what in _PURPOSES if r[what]}
    return sorted({(r["submission"], r["purpose"]) for r in held} & emptied)


def _forget_idle(store: Store, keys: Connection) -> None:
    for name, purpose in _idle(store):
        forget_keys(keys, [name], [purpose])


_PURPOSES = ("text", "contact")
