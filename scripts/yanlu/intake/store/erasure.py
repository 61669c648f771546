"""Forgetting: in clear, under seal, and the keys, so that no file holds it any more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from datetime import date

from yanlu.errors import StoreError
from yanlu.intake.store.database import (
    Connection,
    DiskError,
    Store,
    change,
    empty_log,
    put_contact_key,
    refuse_full,
    rows,
    settle_keys,
    write,
    write_keys,
)

PATIENCE = 2_000  # milliseconds; whoever writes waits as well meanwhile


def forget_clear_text(main: Connection, name: str) -> None:
    """Remove what stands in clear of a suggestion: a tombstone needs none of it."""
    query = "UPDATE submission SET redacted = NULL, confirmed = NULL WHERE id = ?"
    change(main, query, (name,))
    forget_suspicion(main, name)


def forget_suspicion(main: Connection, name: str) -> None:
    """Once somebody has decided anything, nobody is a suspect any more, and no purge finds it."""
    change(main, "UPDATE submission SET lane = 'ordinary' WHERE id = ?", (name,))


def erase_record(main: Connection, name: str, day: date) -> None:
    """Empty all that a record holds of its writer; `secure_delete` overwrites old pages.

    Of its history the steps stay and the notes go, among them replies: they answer to words.
    """
    change(
        main,
        "UPDATE submission SET text = NULL, contact = NULL, redacted = NULL, confirmed = NULL, "
        "word_hash = NULL, alike = NULL, lane = 'ordinary', erased = ? WHERE id = ?",
        (day.isoformat(), name),
    )
    change(main, "DELETE FROM registration WHERE submission = ?", (name,))
    change(main, "DELETE FROM rating WHERE submission = ?", (name,))
    change(main, "UPDATE appeal SET reason = NULL WHERE submission = ?", (name,))
    _forget_notes(main, name)


def _forget_notes(main: Connection, name: str) -> None:
    """Rows of a history are never altered (schema.sql): each gives its place to one without."""
    noted = "submission = ? AND note IS NOT NULL"
    query = f"SELECT number, submission, day, what, by, body FROM happening WHERE {noted}"  # noqa: S608 - our own words
    steps = rows(main, query, (name,))
    change(main, f"DELETE FROM happening WHERE {noted}", (name,))  # noqa: S608 - our own words
    put = (
        "INSERT INTO happening (number, submission, day, what, by, body) "
        "VALUES (:number, :submission, :day, :what, :by, :body)"
    )
    for step in steps:
        change(main, put, step)


def destroy_keys(store: Store, names: list[str], purposes: tuple[str, ...]) -> None:
    """Destroy records' own keys; afterwards neither file nor log holds what was erased.

    But for a log that is being read: `empty_logs`.

    Called last, when the records themselves have been emptied.
    """
    write_keys(store, lambda keys: forget_keys(keys, names, purposes))
    empty_logs(store)


def forget_keys(
    keys: Connection, names: Iterable[str], purposes: Collection[str] = ("text", "contact")
) -> None:
    """Delete records' own keys, in the caller's transaction; `empty_logs` afterwards."""
    for name in names:
        change(keys, "DELETE FROM coming WHERE submission = ?", (name,))
        for purpose in purposes:
            change(keys, "DELETE FROM key WHERE submission = ? AND purpose = ?", (name, purpose))


def empty_logs(store: Store, wait: int = PATIENCE) -> bool:
    """Let no log hold what was forgotten; `wait` is milliseconds for each file.

    False where a reader was in the way all the time, or the disk has no room for it: what was
    forgotten is forgotten all the same, nobody is told otherwise, and the worker takes the last
    trace away in one of its rounds, or says what keeps it from that.
    """
    emptied = [_emptied(connection, wait) for connection in (store.keys, store.main)]
    return all(emptied)


def _emptied(connection: Connection, wait: int) -> bool:
    try:
        return empty_log(connection, wait)
    except DiskError:
        return False


def replace_contact_key(
    store: Store, name: str, key: bytes, sealed: bytes, put: Callable[[Connection], None]
) -> None:
    """Put another key in place of a contact's, and by `put` what it opens into the record.

    The two files have no transaction in common. The new key is written down beside the old one
    first, so that whoever opens the store after a crash knows which of them counts.

    Raises:
        StoreError: it could not be written; the record and its key stay as they were.
    """
    coming = (name, key, hashlib.sha256(sealed).digest())
    refuse_full(store)
    announce = (
        "INSERT INTO coming (submission, key, sealed) VALUES (?, ?, ?) "
        "ON CONFLICT (submission) DO UPDATE SET key = excluded.key, sealed = excluded.sealed"
    )
    write(store.keys, lambda keys: change(keys, announce, coming))

    def exchange(keys: Connection) -> None:
        drop = "DELETE FROM coming WHERE submission = ? AND key = ?"
        if not change(keys, drop, (name, key)):  # settled by whoever opened the store just now
            raise StoreError("联系方式没有改，旧的还在。请再试一次。")
        put_contact_key(keys, name, key)
        write(store.main, put)  # inside: where it fails, the old key stays

    try:
        write(store.keys, exchange)
    except StoreError:
        with suppress(DiskError):  # the first refusal is told; whoever opens the store settles it
            settle_keys(store)
        raise
    empty_logs(store)
