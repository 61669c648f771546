"""Rows of the store as values, and the few ways in which they come to be and change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from operator import attrgetter
from typing import Any, NewType

from yanlu.errors import StoreError
from yanlu.intake.store.database import Connection, change, rows
from yanlu.intake.store.events import ERASED, STEPS, Told, end, log_step
from yanlu.model import Fate

# What stands beside a happening, in clear: staff's words that `noted` has searched (notes.py), or
# the program's own; a plain text does not pass the type check.
Note = NewType("Note", str)
SITE = "site"
REPLY_KEPT = "reply-kept"  # a happening whose note is no remark (pages.py)
ANSWERED = (
    Fate.REPLIED,
    Fate.PROMISED,
    Fate.PROMISE_OVERDUE,
    Fate.CARRIED_OUT,
    Fate.CLOSED,
    Fate.MERGED,
    Fate.REDIRECTED,
    Fate.WITHDRAWN,
)
# SQL: the office still owes this one an answer, or has yet to send it on
UNANSWERED = f"fate NOT IN ({', '.join(repr(str(f)) for f in ANSWERED)}) AND erased IS NULL"


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
    summary_allowed: bool = False  # beside words; a wish for a summary says it by itself
    proof: tuple[bytes, int] | None = None  # a used proof of work, and when it runs out
    by: str = SITE  # who took it in: the site, or the member of staff who wrote it down
    first: First | None = None  # what the public log will say of it


@dataclass(frozen=True)
class First:
    """Event 0: the day on which it is written, its message, and its line as `events` packs it."""

    day: str
    message: str
    line: bytes


_BESIDE = ("keys", "proof", "by", "first")  # not in the row of the record
_COLUMNS = tuple(f.name for f in fields(Arrival) if f.name not in _BESIDE)
_values = attrgetter(*_COLUMNS)
_REDACTED = _COLUMNS.index("redacted")
_INSERT = (
    f"INSERT INTO submission ({', '.join(_COLUMNS)}, fate, delivery) VALUES ",  # noqa: S608 - our own names
    " ON CONFLICT (nonce_hash) DO NOTHING",
)
_INSERT_KEY = (
    "INSERT INTO key (submission, purpose, key) VALUES ",
    " ON CONFLICT (submission, purpose) DO UPDATE SET key = excluded.key "
    "WHERE key.key = excluded.key",
)
_INSERT_HAPPENING = ("INSERT INTO happening (submission, day, what, by) VALUES ", "")
_INSERT_EVENT = ("INSERT INTO log_event (submission, number, message) VALUES ", "")
_SPEND = "INSERT INTO spent (proof, until) VALUES (?, ?) ON CONFLICT (proof) DO NOTHING"
_INSERT_LINE = ("INSERT INTO log_line (day, line) VALUES ", "")


def _put(connection: Connection, query: tuple[str, str], table: Sequence[Sequence[Any]]) -> int:
    """Rows of a group in one statement; how many were written.

    One for each row would have the writer wait for its turn among the threads at each of them.
    """
    if not table:
        return 0
    row = f"({', '.join('?' * len(table[0]))})"
    told = f"{query[0]}{', '.join([row] * len(table))}{query[1]}"
    return change(connection, told, list(chain.from_iterable(table)))


def add_keys(keys: Connection, arrivals: Iterable[Arrival]) -> None:
    """The keys of records; written and made durable before the records themselves.

    A second try brings the same keys again, which is well.

    Raises:
        StoreError: another record has this id: its key is what opens it, and stays.
    """
    table = [(one.id, purpose, key) for one in arrivals for purpose, key in one.keys.items()]
    if _put(keys, _INSERT_KEY, table) < len(table):
        raise StoreError("编号碰巧和别的重了，没有写入。请再试一次。")


def add(main: Connection, arrivals: Sequence[Arrival]) -> list[bool]:
    """Write records; False where the same nonce has one already, which then stays as it is."""
    count = _put(main, _INSERT, [_row(one) for one in arrivals])
    new = [True] * count if count == len(arrivals) else _are_new(main, arrivals, count)
    added = [one for one, is_new in zip(arrivals, new, strict=True) if is_new]
    _put(main, _INSERT_HAPPENING, [(one.id, one.day, "received", one.by) for one in added])
    told = [(one.id, one.first) for one in added if one.first]
    _put(main, _INSERT_EVENT, [(name, 0, first.message) for name, first in told])
    _put(main, _INSERT_LINE, [(first.day, first.line) for _, first in told])
    for proof in filter(None, (one.proof for one in added)):
        change(main, _SPEND, proof)
    return new


def _are_new(main: Connection, arrivals: Sequence[Arrival], count: int) -> list[bool]:
    """Which are the `count` records just written: nothing has been said to happen to them yet."""
    if not count:
        return [False for _ in arrivals]
    marks = ", ".join("?" * len(arrivals))
    query = (
        f"SELECT id FROM submission WHERE id IN ({marks}) "  # noqa: S608 - question marks
        "AND NOT EXISTS (SELECT 1 FROM happening WHERE happening.submission = submission.id)"
    )
    written = {row["id"] for row in rows(main, query, [one.id for one in arrivals])}
    return [one.id in written for one in arrivals]


def _row(arrival: Arrival) -> list[Any]:
    row = [*_values(arrival), "received", "waiting" if arrival.kind == "suggestion" else "kept"]
    if arrival.redacted is not None:
        row[_REDACTED] = json.dumps(dict(arrival.redacted), ensure_ascii=False)
    return row


def happen(
    main: Connection,
    submission: str,
    day: str,
    what: str,
    *,
    by: str,
    body: str | None = None,
    note: Note | None = None,
    told: Told | None = None,
) -> None:
    """Append to the history of a submission; `note` is the staff's, never a citizen's text.

    What a citizen sees as a step is told to the log as well, with `told`; an erasure ends that.
    """
    change(
        main,
        "INSERT INTO happening (submission, day, what, by, body, note) VALUES (?, ?, ?, ?, ?, ?)",
        (submission, day, what, by, body, note),
    )
    if what in STEPS:
        log_step(main, submission, day, what, told)
    elif what == ERASED:
        end(main, submission, day, what)


def by_code(main: Connection, code_hash: bytes) -> dict[str, Any] | None:
    """The record to which a receipt belongs."""
    found = rows(main, "SELECT * FROM submission WHERE code_hash = ?", (code_hash,))
    return found[0] if found else None


def by_nonce(main: Connection, nonce_hash: bytes) -> dict[str, Any] | None:
    """The record that was written under this nonce."""
    found = rows(main, "SELECT * FROM submission WHERE nonce_hash = ?", (nonce_hash,))
    return found[0] if found else None


def oldest_waiting(main: Connection) -> str | None:
    """The day of the oldest that has not reached the public and still may, or must be sent on."""
    query = (
        "SELECT min(day) AS day FROM submission WHERE lane = 'ordinary' "  # noqa: S608 - our own words
        "AND (delivery NOT IN ('merged', 'kept', 'vanished') "
        f"OR kind <> 'suggestion' AND {UNANSWERED})"
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
