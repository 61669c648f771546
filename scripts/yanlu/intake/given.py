"""What a receipt is worth: the messages of the log under it, and the promise that was signed.

It follows from the code and from what the store still has; nothing of a promise is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yanlu.intake.accept import Desk, arrival, code_hash
from yanlu.intake.entry import Entry
from yanlu.intake.nonce import Nonce
from yanlu.intake.rights import Held
from yanlu.intake.store.database import Store
from yanlu.intake.store.events import messages, packed, unpacked
from yanlu.intake.store.records import Arrival, First, by_code
from yanlu.model import Fate
from yanlu.receipts.commitments import canonical, event_line
from yanlu.receipts.promises import Promiser

MONTHS = 2  # without a change, after which whoever has a receipt is asked to telephone
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


def accepted(
    desk: Desk, promiser: Promiser, entry: Entry, nonce: Nonce, **facts: Any
) -> tuple[Arrival, str]:
    """What is written of an entry, and its promise; `facts` as for `arrival`."""
    made = arrival(desk, entry, nonce, **facts)
    return made, promised(promiser, made.first) if made.first else ""


def given(store: Store, promiser: Promiser, secret: bytes) -> Given | None:
    """What the holder of a code may check; None where no submission has this code."""
    held = by_code(store.main, code_hash(secret))
    if held is None:
        return None
    said = messages(store.main, held["id"])
    promise = promised(promiser, first_of(secret, said[0])) if said else ""
    return Given(promiser.origin, said, promise, held["erased"])


def words_of(held: Held, messages: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The words that messages bind, by the number of the event; for whoever has the second word.

    Answers that are published stand on their page, and are not among these.
    """
    bound = [n for n, message in enumerate(messages) if "words" in message]
    written = {"0": held.masked} if held.masked and 0 in bound else {}
    answered = [number for number in bound if messages[number]["event"] == Fate.REPLIED]
    if len(answered) != len(held.replies):
        return written
    said = [{"text": one.text, "reason": one.reason} for one in held.replies]
    return {**written, **{str(n): one for n, one in zip(answered, said, strict=True)}}


def first_of(secret: bytes, message: Mapping[str, str]) -> First:
    """Event 0 as it was written, from its message."""
    line = event_line(secret, 0, message)
    return First(message["date"], canonical(message).decode(), packed(line))


def promised(promiser: Promiser, first: First) -> str:
    """The promise of a receipt, whose line was written as its event 0."""
    return str(promiser.promise(date.fromisoformat(first.day), unpacked(first.line)))
