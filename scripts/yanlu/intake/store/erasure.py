"""Forgetting: in clear, under seal, and the keys, so that no file holds it any more."""

from __future__ import annotations

from datetime import date

from yanlu.intake.store.database import Connection, Store, change, write


def forget_clear_text(main: Connection, name: str) -> None:
    """Remove what stands in clear of a suggestion: a tombstone needs none of it."""
    query = "UPDATE submission SET redacted = NULL, confirmed = NULL WHERE id = ?"
    change(main, query, (name,))
    forget_suspicion(main, name)


def forget_suspicion(main: Connection, name: str) -> None:
    """Once somebody has decided anything, nobody is a suspect any more, and no purge finds it."""
    change(main, "UPDATE submission SET lane = 'ordinary' WHERE id = ?", (name,))


def erase_record(main: Connection, name: str, day: date) -> None:
    """Empty all that a record holds of its writer; `secure_delete` overwrites the old pages.

    Of its history the steps stay and the notes go, among them replies: they answer to words.
    """
    change(
        main,
        "UPDATE submission SET text = NULL, contact = NULL, redacted = NULL, confirmed = NULL, "
        "word_hash = NULL, alike = NULL, lane = 'ordinary', erased = ? WHERE id = ?",
        (day.isoformat(), name),
    )
    change(main, "DELETE FROM rating WHERE submission = ?", (name,))
    change(main, "UPDATE appeal SET reason = NULL WHERE submission = ?", (name,))
    # rows of a history are never altered (schema.sql); each gives its place to one without note
    change(
        main,
        "INSERT OR REPLACE INTO happening (number, submission, day, what, by, body) "
        "SELECT number, submission, day, what, by, body FROM happening "
        "WHERE submission = ? AND note IS NOT NULL",
        (name,),
    )


def destroy_keys(store: Store, names: list[str], purposes: tuple[str, ...]) -> None:
    """Destroy records' own keys; afterwards neither file nor log holds what was erased.

    Called last, when the records themselves have been emptied.
    """

    def forget(keys: Connection) -> None:
        for name in names:
            for purpose in purposes:
                change(
                    keys, "DELETE FROM key WHERE submission = ? AND purpose = ?", (name, purpose)
                )

    write(store.keys, forget)
    empty_logs(store)


def empty_logs(store: Store) -> None:
    """Let no log hold what was forgotten; SQLite would leave it there until it writes over it."""
    for connection in (store.keys, store.main):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # waits for readers to finish
