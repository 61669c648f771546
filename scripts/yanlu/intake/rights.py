"""What a citizen may ask with the code and the second word: read, withdraw, correct, erase.

个人信息保护法 (2021) 第四十四条至第四十七条. The code alone shows the stage and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from yanlu.errors import ReceiptError, StoreError
from yanlu.intake.accept import code_hash
from yanlu.intake.delivery import Delivery
from yanlu.intake.review import unsealed
from yanlu.intake.seal import Suite
from yanlu.intake.store.database import Connection, Store, change, write
from yanlu.intake.store.erasure import destroy_keys, erase_record, forget_clear_text
from yanlu.intake.store.records import by_code, happen, history
from yanlu.intake.words import is_word
from yanlu.model import FATES, Fate
from yanlu.receipts.codes import reading_key

WRITER = "writer"
_SHOWN = frozenset(Fate)  # happenings that a citizen sees; those of staff's own work are not


@dataclass(frozen=True)
class Stage:
    """What the code alone shows: the stage in words, since which month, and the public page."""

    shown: str
    since: str
    history: Sequence[tuple[str, str]]  # stage in words, month
    published: str | None  # public id, once it is on the site
    with_word: bool
    kind: str


@dataclass(frozen=True)
class Held:
    """All that is held of a writer, for the writer's eyes."""

    text: Mapping[str, str]
    contact: Mapping[str, str]
    masked: Mapping[str, str]
    replies: Sequence[str]


def stage(store: Store, secret: bytes) -> Stage | None:
    """How far it has come; None where no submission has this code."""
    held = by_code(store.main, code_hash(secret))
    if held is None:
        return None
    steps = [h for h in history(store.main, held["id"]) if h["what"] in _SHOWN]
    shown = [(FATES[Fate(h["what"])].shown, h["day"][:7]) for h in steps]
    merged = held["delivery"] == Delivery.MERGED and held["fate"] != Fate.WITHDRAWN
    return Stage(
        FATES[Fate(held["fate"])].shown,
        steps[-1]["day"][:7],
        shown,
        held["id"] if merged else None,
        held["word_hash"] is not None,
        held["kind"],
    )


def proven(store: Store, secret: bytes, word: str) -> dict[str, Any]:
    """The record of a code, where the second word is right.

    Raises:
        ReceiptError: no such code, no word was chosen, or it is another: one sentence for all.
    """
    held = by_code(store.main, code_hash(secret))
    if not is_word(held["word_hash"] if held else None, word) or held is None:
        raise ReceiptError(
            "回执编号和口令对不上，或者当初没有设口令。请检查以后再试；"
            "也可以打电话或者到窗口，用您留下的联系方式证明是您本人。"
        )
    return held


def held(store: Store, suite: Suite, secret: bytes, word: str) -> Held:
    """Everything that is held, opened with the key that follows from the code."""
    record = proven(store, secret, word)
    private = suite.pair(reading_key(secret)).private
    opened = {
        purpose: json.loads(unsealed(store, suite, record, purpose, private))
        for purpose in ("text", "contact")
        if record[purpose] is not None
    }
    replies = [h["note"] for h in history(store.main, record["id"]) if h["what"] == Fate.REPLIED]
    return Held(
        opened.get("text", {}),
        opened.get("contact", {}),
        json.loads(record["redacted"] or "{}"),
        [json.loads(note)["text"] for note in replies if note],
    )


def withdraw(store: Store, secret: bytes, word: str, day: date) -> None:
    """Take a suggestion back: what is published gives way to a tombstone in the next batch.

    Raises:
        ReceiptError: code and word do not fit.
        StoreError: it is being handled already; it can still be erased.
    """
    record = proven(store, secret, word)
    if record["fate"] == Fate.WITHDRAWN:
        return  # asked twice: nothing to do, nothing wrong
    if not _can_withdraw(record):
        raise StoreError(
            f"这一条{FATES[Fate(record['fate'])].shown}，不能再撤回。"
            "您仍然可以要求删除：网上的那一页会撤下，您写的内容和联系方式会销毁。"
        )
    write(store.main, lambda main: _withdraw(main, record, day))


def erase(store: Store, secret: bytes, word: str, day: date) -> None:
    """Destroy text, contact and their keys, at any stage; a page gives way to a tombstone.

    The row stays, empty, so that the books still balance.
    """
    record = proven(store, secret, word)

    def forget(main: Connection) -> None:
        if _can_withdraw(record):
            _withdraw(main, record, day)
        elif record["delivery"] == Delivery.MERGED:
            change(main, _TO_TOMBSTONE, (record["id"],))
        erase_record(main, record["id"], day)

    write(store.main, forget)
    destroy_keys(store, [record["id"]], ("text", "contact"))


def _can_withdraw(record: Mapping[str, Any]) -> bool:
    return Fate.WITHDRAWN in FATES[Fate(record["fate"])].goes_to


_TO_TOMBSTONE = "UPDATE submission SET delivery = 'approved' WHERE id = ?"
_IN_GIT = frozenset({Delivery.FROZEN, Delivery.IN_REVIEW, Delivery.MERGED})


def _withdraw(main: Connection, record: Mapping[str, Any], day: date) -> None:
    """In a batch it waits for the watcher; merged it goes into the next batch as a tombstone."""
    name = record["id"]
    change(main, "UPDATE submission SET fate = 'withdrawn' WHERE id = ?", (name,))
    happen(main, name, day.isoformat(), Fate.WITHDRAWN, by=WRITER)
    if record["delivery"] == Delivery.MERGED:
        change(main, _TO_TOMBSTONE, (name,))
    if record["delivery"] not in _IN_GIT:
        forget_clear_text(main, name)


def correct(store: Store, secret: bytes, word: str, wish: str, day: date) -> None:
    """Change one's consents: from words to a summary, or to nothing; never more than was given.

    Raises:
        StoreError: it would publish more, which needs a new suggestion with a new confirmation.
    """
    record = proven(store, secret, word)
    order = ("unlisted", "summary", "words")
    if wish not in order or order.index(wish) > order.index(record["wish"]):
        raise StoreError("只能把公布的范围改小。要公布更多，请重新提交一次。")
    query = "UPDATE submission SET wish = ? WHERE id = ?"
    write(store.main, lambda main: _corrected(main, query, (wish, record["id"]), day))


def _corrected(main: Connection, query: str, values: tuple[str, str], day: date) -> None:
    change(main, query, values)
    happen(main, values[1], day.isoformat(), "consent-narrowed", by=WRITER)
