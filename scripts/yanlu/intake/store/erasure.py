"""Forgetting: in clear, under seal, and the keys, so that no file holds it any more."""

from __future__ import annotations

from datetime import date

from yanlu.intake.store.database import Connection, Store, change, write


def forget_clear_text(main: Connection, name: str) -> None:
    """Remove what stands in clear; it is kept out of any batch from now on."""
    change(
        main,
        "UPDATE submission SET redacted = NULL, confirmed = NULL, "
        "delivery = 'kept' WHERE id = ? AND delivery NOT IN ('frozen', 'in-review', 'merged')",
        (name,),
    )


def erase_record(main: Connection, name: str, day: date) -> None:
    """Empty all that a record holds of its writer; `secure_delete` overwrites the old pages."""
    change(
        main,
        "UPDATE submission SET text = NULL, contact = NULL, redacted = NULL, confirmed = NULL, "
        "word_hash = NULL, alike = NULL, erased = ? WHERE id = ?",
        (day.isoformat(), name),
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
    for connection in (store.keys, store.main):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # waits for readers to finish
