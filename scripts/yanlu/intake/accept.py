"""From a confirmed form to what is written: masked in clear, raw sealed, the code forgotten."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from yanlu.intake.entry import Contact, Entry, Kind
from yanlu.intake.nonce import Nonce
from yanlu.intake.redact import Redaction
from yanlu.intake.seal import Suite, lock, new_key
from yanlu.intake.store.events import LABEL, LOG_EVENTS, SLOT, message_of
from yanlu.intake.store.records import SITE, Arrival, First
from yanlu.intake.words import hash_word
from yanlu.receipts.codes import event_keys, reading_key
from yanlu.receipts.commitments import canonical, committed_words
from yanlu.receipts.keyed import keyed_hash

TEXTS = ("title", "matter", "proposal")
_ID_SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"


class Lane(StrEnum):
    """Where a record waits for staff; nothing else ever follows from it."""

    ORDINARY = "ordinary"
    SUSPECTED = "suspected"


@dataclass(frozen=True)
class Desk:
    """What every acceptance needs: the office's keys and the mask."""

    key: bytes = field(repr=False)
    suite: Suite
    recipient: str  # public half of the office's key
    mask: Callable[[str], Redaction]
    origin: str  # of the public log


def masked(desk: Desk, entry: Entry) -> Mapping[str, Redaction]:
    """The three texts of an entry, masked."""
    return {name: desk.mask(getattr(entry, name)) for name in TEXTS}


def wish(entry: Entry) -> str:
    """The most that may be published. Words do not bring a summary with them: see `consent`."""
    if entry.words_allowed:
        return "words"
    return "summary" if entry.summary_allowed else "unlisted"


def arrival(
    desk: Desk,
    entry: Entry,
    nonce: Nonce,
    *,
    day: date,
    channel: str,
    lane: Lane = Lane.ORDINARY,
    proof: tuple[bytes, int] | None = None,
    by: str = SITE,
    written: date | None = None,
) -> Arrival:
    """All that is written of an entry. A claim or an accusation leaves no clear text at all.

    `written` is the day from which the log's deadline counts, where that is not `day`.
    """
    secret = nonce.secret(desk.key)
    name, events = new_id(), event_keys(secret, LOG_EVENTS)
    keys = {"text": new_key(), **({"contact": new_key()} if entry.contact != Contact() else {})}
    readers = [desk.recipient, desk.suite.pair(reading_key(secret)).public]

    def sealed(purpose: str, content: Mapping[str, str]) -> bytes:
        plain = json.dumps(dict(content), ensure_ascii=False).encode()
        return desk.suite.seal(lock(plain, keys[purpose], about(name, purpose)), readers)

    open_text = masked(desk, entry) if entry.kind is Kind.SUGGESTION else {}
    clear = {part: r.redacted for part, r in open_text.items()}
    return Arrival(
        id=name,
        nonce_hash=nonce.hashed,
        code_hash=code_hash(secret),
        word_hash=hash_word(entry.word) if entry.word else None,
        day=day.isoformat(),
        kind=entry.kind,
        channel=channel,
        writer=entry.writer,
        child=entry.child,
        topic=entry.topic,
        region=entry.region,
        call=entry.call,
        wish=wish(entry) if entry.kind is Kind.SUGGESTION else "unlisted",
        redacted=clear or None,
        needs_person=any(r.needs_person for r in open_text.values()),
        lane=lane,
        alike=_alike(desk.key, entry),
        suite=desk.suite.name,
        text=sealed("text", {part: getattr(entry, part) for part in TEXTS}),
        contact=sealed("contact", asdict(entry.contact)) if "contact" in keys else None,
        log_keys=events[SLOT:],
        keys=keys,
        summary_allowed=entry.summary_allowed,
        proof=proof,
        by=by,
        first=_first(events, desk.origin, (written or day).isoformat(), clear),
    )


def about(name: str, purpose: str) -> str:
    """What a record's own lock is bound to."""
    return f"yanlu/v1/{name}/{purpose}"


def code_hash(secret: bytes) -> bytes:
    """Under which a receipt's record is found."""
    return hashlib.sha256(b"code" + secret).digest()


def new_id() -> str:
    """A public id: eight random symbols, 40 bits, nothing to do with the receipt."""
    chance = secrets.randbits(40)
    return "".join(_ID_SYMBOLS[chance >> shift & 31] for shift in range(0, 40, 5))


def _first(keys: bytes, origin: str, day: str, clear: Mapping[str, str]) -> First:
    """Event 0: it binds the masked text that was confirmed, and does not show it.

    Its key, first of `keys`, is not kept: once the text is gone, nobody without the code could try
    guesses at it.
    """
    label, key = keys[:LABEL], keys[LABEL:SLOT]
    message = message_of("submitted", origin, day)
    if clear:
        message["words"] = committed_words(key, clear)
    said = canonical(message)
    return First(day, said.decode(), label + keyed_hash(key, said))


def _alike(key: bytes, entry: Entry) -> bytes:
    text = "\0".join("".join(getattr(entry, part).split()) for part in TEXTS)
    return keyed_hash(key, b"yanlu/v1/alike" + text.encode())
