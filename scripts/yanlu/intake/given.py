"""What a receipt is worth: the messages of the log under it, and the promise that was signed.

It follows from the code and from what the store still has; nothing of a promise is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from yanlu.intake.accept import code_hash
from yanlu.intake.store.database import Store
from yanlu.intake.store.events import messages
from yanlu.intake.store.records import by_code
from yanlu.receipts.commitments import event_line
from yanlu.receipts.promises import Promiser

FILE = "yanlu-receipt.json"  # what the file is called; it names nobody


@dataclass(frozen=True)
class Given:
    """Messages by the numbers of their events, and the promise of the first.

    After an erasure there are neither, and `erased` is its day: with it, whoever has the code
    can tell the last line of this receipt in the log. Of what was accepted before there were
    promises, there is nothing at all.
    """

    origin: str
    messages: Sequence[Mapping[str, str]]
    promise: str
    erased: str | None = None

    @property
    def file(self) -> dict[str, object]:
        """The receipt as a file; the code is not in it."""
        erased = {"erased": self.erased} if self.erased else {}
        told = {"v": "1", "origin": self.origin, "messages": list(self.messages)}
        return {**told, "promise": self.promise, **erased}


def given(store: Store, promiser: Promiser, secret: bytes) -> Given | None:
    """What the holder of a code may check; None where no submission has this code."""
    held = by_code(store.main, code_hash(secret))
    if held is None:
        return None
    said = messages(store.main, held["id"])
    promise = promised(promiser, secret, said[0]) if said else ""
    return Given(promiser.origin, said, promise, held["erased"])


def promised(promiser: Promiser, secret: bytes, first: Mapping[str, str]) -> str:
    """The promise of a receipt, from the message of its first event."""
    accepted = date.fromisoformat(first["date"])
    return str(promiser.promise(accepted, event_line(secret, 0, first)))
