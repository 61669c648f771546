"""What the public log will say of a submission, written in the transaction that makes it true.

The receipt's secret is not here: labels and keys of later events were derived on acceptance
(`log_keys`), and each is cut off as soon as its line is written. The number of an event follows
from how many are left; the last one is kept for the end.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yanlu.intake.store.database import Connection, change, rows
from yanlu.model import Fate
from yanlu.receipts.commitments import canonical, committed_words, line_under
from yanlu.receipts.lines import EventLine

LABEL, KEY = 16, 32  # bytes
SLOT = LABEL + KEY
LOG_EVENTS = 16  # events of a submission that the log can tell of; there are about five
ERASED, PURGED = "erased", "purged"
ANSWER = "answer"  # no step: the published answer says something else than it did
STEPS = frozenset(Fate) - {Fate.RECEIVED}  # that one is event 0, written with the record


@dataclass(frozen=True)
class Told:
    """What is told with a step: the outcome of an answer, and its words, which are only bound."""

    facts: Mapping[str, str]
    words: Mapping[str, str]

    @property
    def digest(self) -> bytes:
        """By which another answer is told from this one: 32 bytes."""
        said = json.dumps([dict(self.facts), dict(self.words)], sort_keys=True)
        return hashlib.sha256(said.encode()).digest()


def message_of(event: str, origin: str, day: str) -> dict[str, str]:
    """What every message says: strings only."""
    return {"v": "1", "event": event, "origin": origin, "date": day}


def packed(line: EventLine) -> bytes:
    """A line as the store holds it."""
    return line.label + line.commitment


def unpacked(line: bytes) -> EventLine:
    """A line of the store."""
    return EventLine(line[:LABEL], line[LABEL:])


def log_step(
    main: Connection, submission: str, day: str, event: str, told: Told | None = None
) -> None:
    """Let the log tell of a step, in the caller's transaction.

    The last place but one says that no further step will be told of. Of records from before
    there were promises nothing is told.
    """
    held = _held(main, submission)
    if held is None or (left := len(held["log_keys"]) // SLOT) < 2:
        return
    facts = {**(told.facts if told else {}), **({"last": "yes"} if left == 2 else {})}
    message = _written(main, held, day, event, facts, told.words if told else {})
    if told:
        bound = (
            "INSERT INTO log_answer (submission, words) VALUES (?, ?) "
            "ON CONFLICT (submission) DO UPDATE SET words = excluded.words"
        )
        change(main, bound, (submission, told.digest))
    put = "INSERT INTO log_event (submission, number, message) VALUES (?, ?, ?)"
    change(main, put, (submission, LOG_EVENTS - left, message))
    cut = "UPDATE submission SET log_keys = substr(log_keys, ?) WHERE id = ?"
    change(main, cut, (SLOT + 1, submission))


def log_answer(main: Connection, submission: str, day: str, told: Told) -> None:
    """Let the log bind a published answer, where it is not the one that it bound last.

    A reply that was corrected, or a promise that was added, changes no step. In the caller's
    transaction.
    """
    bound = rows(main, "SELECT words FROM log_answer WHERE submission = ?", (submission,))
    if not bound or bound[0]["words"] != told.digest:
        log_step(main, submission, day, ANSWER, told)


def end(main: Connection, submission: str, day: str, event: str) -> None:
    """Let the log tell that this is the end, and forget messages and keys.

    What the log holds of it leads nowhere any more. In the caller's transaction.
    """
    held = _held(main, submission)
    if held and held["log_keys"]:
        _written(main, held, day, event, {}, {})
    change(main, "UPDATE submission SET log_keys = ? WHERE id = ?", (b"", submission))
    change(main, "DELETE FROM log_event WHERE submission = ?", (submission,))
    change(main, "DELETE FROM log_answer WHERE submission = ?", (submission,))


def _held(main: Connection, submission: str) -> dict[str, Any] | None:
    query = (
        "SELECT s.log_keys, e.message FROM submission s "
        "JOIN log_event e ON e.submission = s.id AND e.number = 0 WHERE s.id = ?"
    )
    found = rows(main, query, (submission,))
    return found[0] if found else None


def _written(
    main: Connection,
    held: Mapping[str, Any],
    day: str,
    event: str,
    facts: Mapping[str, str],
    words: Mapping[str, str],
) -> str:
    """Put the next line among those that wait; answers its message."""
    label, key = held["log_keys"][:LABEL], held["log_keys"][LABEL:SLOT]
    message = {**message_of(event, json.loads(held["message"])["origin"], day), **facts}
    if words:
        message["words"] = committed_words(key, words)
    line = packed(line_under(label, key, message))
    change(main, "INSERT INTO log_line (day, line) VALUES (?, ?)", (day, line))
    return canonical(message).decode()


def messages(main: Connection, submission: str) -> list[dict[str, str]]:
    """What the log tells of a submission, by number; empty where one was lost with a store."""
    query = "SELECT number, message FROM log_event WHERE submission = ? ORDER BY number"
    found = {r["number"]: json.loads(r["message"]) for r in rows(main, query, (submission,))}
    return [found.get(number, {}) for number in range(max(found, default=-1) + 1)]


def waiting_lines(main: Connection) -> Iterator[EventLine]:
    """Lines that wait, those of the oldest day first; within a day in the order of their bytes."""
    for row in rows(main, "SELECT line FROM log_line ORDER BY day, line"):
        yield unpacked(row["line"])


def forget_sealed(main: Connection, labels: Collection[bytes]) -> int:
    """Forget the lines whose labels the log has; answers how many still wait."""
    done = [
        (row["day"], row["line"])
        for row in rows(main, "SELECT day, line FROM log_line")
        if row["line"][:LABEL] in labels
    ]
    for one in done:
        change(main, "DELETE FROM log_line WHERE day = ? AND line = ?", one)
    return int(rows(main, "SELECT count(*) AS n FROM log_line")[0]["n"])


def overdue(main: Connection, before: date) -> int:
    """How many lines that were written before this day have not been seen in the log."""
    query = "SELECT count(*) AS n FROM log_line WHERE day < ?"
    return int(rows(main, query, (before.isoformat(),))[0]["n"])


def skip_used(main: Connection, labels: Collection[bytes]) -> int:
    """In a restored store: leave out what the log tells of already; answers of how many records.

    The store has lost those messages; to write others under the same labels would be to say two
    things of one event.
    """
    behind = 0
    for held in rows(main, "SELECT id, log_keys FROM submission WHERE log_keys <> ?", (b"",)):
        keys = held["log_keys"]
        while keys[:LABEL] in labels:
            keys = keys[SLOT:]
        if keys != held["log_keys"]:
            behind += 1
            change(main, "UPDATE submission SET log_keys = ? WHERE id = ?", (keys, held["id"]))
    return behind
