"""Rows of the store as values, and the few ways in which they come to be and change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from yanlu.intake.store.database import Connection, change, rows


@dataclass(frozen=True)
class Arrival:
    """All that is written when something arrives; `schema.sql` says what each part means."""

    id: str
    nonce_hash: bytes
    code_hash: bytes
    word_hash: str | None
    day: str
    kind: str
    channel: str
    writer: str
    child: bool
    topic: str
    region: str
    call: str | None
    wish: str
    redacted: Mapping[str, str] | None
    needs_person: bool
    lane: str
    alike: bytes
    suite: str
    text: bytes
    contact: bytes | None
    log_keys: bytes
    keys: Mapping[str, bytes] = field(repr=False)  # purpose → the record's own key
    proof: tuple[bytes, int] | None = None  # a used proof of work, and when it runs out


_COLUMNS = tuple(f.name for f in fields(Arrival) if f.name not in ("keys", "proof"))
_INSERT = (
    f"INSERT INTO submission ({', '.join(_COLUMNS)}, fate, delivery) "  # noqa: S608 - our own names
    f"VALUES ({', '.join('?' * len(_COLUMNS))}, 'received', ?) ON CONFLICT (nonce_hash) DO NOTHING"
)


def add_keys(keys: Connection, arrivals: Iterable[Arrival]) -> None:
    """The keys of records; written and made durable before the records themselves."""
    keys.executemany(
        "INSERT OR REPLACE INTO key (submission, purpose, key) VALUES (?, ?, ?)",
        [(a.id, purpose, key) for a in arrivals for purpose, key in a.keys.items()],
    )


def add(main: Connection, arrival: Arrival) -> bool:
    """Write a record; False where the same nonce has one already, which then stays as it is."""
    values = [_plain(getattr(arrival, name)) for name in _COLUMNS]
    delivery = "waiting" if arrival.kind == "suggestion" else "kept"
    if not change(main, _INSERT, [*values, delivery]):
        return False
    if arrival.proof:
        change(main, "INSERT OR IGNORE INTO spent (proof, until) VALUES (?, ?)", arrival.proof)
    happen(main, arrival.id, arrival.day, "received", by="site")
    return True


def _plain(value: Any) -> Any:
    return json.dumps(dict(value), ensure_ascii=False) if isinstance(value, Mapping) else value


def happen(
    main: Connection,
    submission: str,
    day: str,
    what: str,
    *,
    by: str,
    body: str | None = None,
    note: str | None = None,
) -> None:
    """Append to the history of a submission; `note` is the staff's, never a citizen's text."""
    change(
        main,
        "INSERT INTO happening (submission, day, what, by, body, note) VALUES (?, ?, ?, ?, ?, ?)",
        (submission, day, what, by, body, note),
    )


def by_code(main: Connection, code_hash: bytes) -> dict[str, Any] | None:
    """The record to which a receipt belongs."""
    found = rows(main, "SELECT * FROM submission WHERE code_hash = ?", (code_hash,))
    return found[0] if found else None


def by_nonce(main: Connection, nonce_hash: bytes) -> dict[str, Any] | None:
    """The record that was written under this nonce."""
    found = rows(main, "SELECT * FROM submission WHERE nonce_hash = ?", (nonce_hash,))
    return found[0] if found else None


def oldest_waiting(main: Connection) -> str | None:
    """The day of the oldest submission that has not reached the public and still may."""
    query = (
        "SELECT min(day) AS day FROM submission WHERE delivery NOT IN ('merged', 'kept') "
        "AND lane = 'ordinary'"
    )
    day: str | None = rows(main, query)[0]["day"]
    return day


def by_id(main: Connection, name: str) -> dict[str, Any] | None:
    """The record with this public id."""
    found = rows(main, "SELECT * FROM submission WHERE id = ?", (name,))
    return found[0] if found else None


def history(main: Connection, name: str) -> list[dict[str, Any]]:
    """What happened to a submission, the oldest first."""
    return rows(main, "SELECT * FROM happening WHERE submission = ? ORDER BY number", (name,))


def is_spent(main: Connection, proof: bytes) -> bool:
    """Whether a proof of work was used before."""
    return bool(rows(main, "SELECT 1 FROM spent WHERE proof = ?", (proof,)))
