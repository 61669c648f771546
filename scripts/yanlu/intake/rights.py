"""What a citizen may ask with the code and the second word: read, withdraw, correct, erase.

个人信息保护法 (2021) 第四十四条至第四十七条. The code alone shows the stage and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from yanlu.errors import IntakeError, ReceiptError, StoreError
from yanlu.intake.accept import about, code_hash
from yanlu.intake.consent import allowed, exceeds, give_way, narrower, stands
from yanlu.intake.delivery import Delivery
from yanlu.intake.entry import Contact
from yanlu.intake.leads import lead_of
from yanlu.intake.persons import expect_no_more
from yanlu.intake.review import appeal_reason, unsealed
from yanlu.intake.seal import Suite, lock, new_key
from yanlu.intake.store.database import Connection, Store, change, rows, write_act, write_both
from yanlu.intake.store.erasure import (
    empty_logs,
    erase_record,
    forget_clear_text,
    forget_keys,
    replace_contact_key,
)
from yanlu.intake.store.events import messages
from yanlu.intake.store.records import by_code, by_id, happen, history
from yanlu.intake.words import is_word
from yanlu.model import FATES, Fate
from yanlu.receipts.codes import reading_key

WRITER = "writer"
Find = Callable[[], Mapping[str, Any]]  # the record of an act, read in its transaction
REPLY = '{"outcome": '  # how the note of an answer begins; other notes are the staff's own
_SHOWN = frozenset(Fate)  # happenings that a citizen sees; those of staff's own work are not


@dataclass(frozen=True)
class Stage:
    """What the code alone shows: the stage in words, since which month, and the public page."""

    shown: str
    since: str
    history: Sequence[tuple[str, str]]  # stage in words, month
    published: str | None  # public id, once it is merged and the site may show it
    with_word: bool
    kind: str
    can_withdraw: bool
    narrower: Sequence[str]  # what its publication may be narrowed to
    down: bool  # its page was published once, and is not there any more or will not be
    erased: bool
    call: str | None  # which topical call it answered
    provable: bool  # the public log tells of it
    lead: Stage | None = None  # of the suggestion that is answered for this one as well


@dataclass(frozen=True)
class Held:
    """All that is held of a writer, for the writer's eyes.

    `facts` are the record's codes as they are stored; `allowed` what may be public by now.
    """

    text: Mapping[str, str]
    contact: Mapping[str, str]
    masked: Mapping[str, str]
    confirmed: Mapping[str, str]  # title and text as staff confirmed them
    replies: Sequence[Reply]
    down: bool  # the page on which it is answered, as in `Stage`
    facts: Mapping[str, Any]
    allowed: Collection[str]
    grade: str | None  # that the writer gave to the answer (grades.csv)
    appeal: str  # why it should be studied again, if the writer asked for that


@dataclass(frozen=True)
class Reply:
    """An answer of the office: its outcome (outcomes.csv), its words, and why."""

    outcome: str
    text: str
    reason: str = ""


def stage(store: Store, secret: bytes) -> Stage | None:
    """How far it has come; None where no submission has this code."""
    held = by_code(store.main, code_hash(secret))
    if held is None:
        return None
    lead = lead_of(store.main, held)
    return replace(_stage(store, held), lead=_stage(store, lead) if lead else None)


def _stage(store: Store, held: Mapping[str, Any]) -> Stage:
    steps = [h for h in history(store.main, held["id"]) if h["what"] in _SHOWN]
    shown = [(FATES[Fate(h["what"])].shown, h["day"][:7]) for h in steps]
    return Stage(
        FATES[Fate(held["fate"])].shown,
        steps[-1]["day"][:7],
        shown,
        held["id"] if _is_public(held) else None,
        held["word_hash"] is not None,
        held["kind"],
        _can_withdraw(held),
        narrower(held),
        _is_down(held),
        held["erased"] is not None,
        held["call"],
        bool(messages(store.main, held["id"])),
    )


def _is_public(held: Mapping[str, Any]) -> bool:
    there = held["delivery"] == Delivery.MERGED and stands(held) != "removed"
    return there and not exceeds(held, stands(held))


def _is_down(held: Mapping[str, Any]) -> bool:
    return held["head"] is not None and not _is_public(held)


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
    own = proven(store, secret, word)
    answering = lead_of(store.main, own) or own
    private = suite.pair(reading_key(secret)).private
    opened = {
        purpose: json.loads(unsealed(store, suite, own, purpose, private))
        for purpose in ("text", "contact")
        if own[purpose] is not None
    }
    return Held(
        opened.get("text", {}),
        opened.get("contact", {}),
        json.loads(own["redacted"] or "{}"),
        json.loads(own["confirmed"] or "{}"),
        [*replies(history(store.main, answering["id"])), *_from_page(store.main, answering)],
        _is_down(answering),
        {name: own[name] for name in _FACTS},
        allowed(own),
        _grade(store, own["id"]),
        appeal_reason(store, suite, own, private),
    )


def _grade(store: Store, name: str) -> str | None:
    found = rows(store.main, "SELECT grade FROM rating WHERE submission = ?", (name,))
    return found[0]["grade"] if found else None


_FACTS = ("day", "kind", "channel", "writer", "child", "topic", "region", "call", "fate")


def replies(happenings: Sequence[Mapping[str, Any]]) -> list[Reply]:
    """The answers in a history; where a page is published, they stand on that page instead."""
    notes = [h["note"] for h in happenings if h["what"] == Fate.REPLIED]
    said = [json.loads(note) for note in notes if note and note.startswith(REPLY)]
    return [Reply(one["outcome"], one["text"], one.get("reason", "")) for one in said]


def _from_page(main: Connection, held: Mapping[str, Any]) -> Iterator[Reply]:
    """The answer of a page that is down, as it was kept when that was taken down (pages.py)."""
    from yanlu.intake.pages import kept_replies  # heavy: it knows the files of suggestions

    said, head = kept_replies(main, held["id"])[0], json.loads(held["head"] or "{}")
    if said and _is_down(held):
        yield Reply(head.get("outcome", ""), said, head.get("reason", ""))


def withdraw(store: Store, secret: bytes, word: str, day: date) -> None:
    """Take a suggestion back: what is published gives way to a tombstone in the next batch.

    Raises:
        ReceiptError: code and word do not fit.
        StoreError: it is being handled already; it can still be erased.
    """
    own = proven(store, secret, word)
    take_back(store, partial(present, store, own["id"]), day, WRITER)


def erase(store: Store, secret: bytes, word: str, day: date) -> None:
    """Destroy text, contact and their keys, at any stage; a page gives way to a tombstone.

    The row stays, empty, so that the books still balance.
    """
    own = proven(store, secret, word)
    destroy(store, partial(present, store, own["id"]), day, WRITER)


def present(store: Store, name: str) -> dict[str, Any]:
    """A record whose word was right a moment ago, as it is now.

    Raises:
        StoreError: it was erased or purged meanwhile.
    """
    held = by_id(store.main, name)
    if held is None or held["erased"]:
        raise StoreError("这一条刚刚已经删除，这一次什么都没有改。请再查一次。")
    return held


def take_back(store: Store, find: Find, day: date, by: str) -> None:
    """Withdraw the record that `find` answers, whoever asked: the writer, or staff for one."""

    def act(main: Connection) -> None:
        held = find()
        if held["fate"] == Fate.WITHDRAWN:
            return  # asked twice: nothing to do, nothing wrong
        if not _can_withdraw(held):
            raise StoreError(
                f"这一条{FATES[Fate(held['fate'])].shown}，不能再撤回。"
                "您仍然可以要求删除：网上的那一页会撤下，您写的内容和联系方式会销毁。"
            )
        _withdrawn(main, held["id"], day, by)
        forget_clear_text(main, held["id"])
        give_way(main, held["id"])

    write_act(store, act)
    empty_logs(store)


def destroy(store: Store, find: Find, day: date, by: str) -> None:
    """Erase the record that `find` answers, whoever asked: the writer, or staff for one."""

    def forget(main: Connection, keys: Connection) -> None:
        held = find()
        name = held["id"]
        if _can_withdraw(held):
            _withdrawn(main, name, day, by)
        erase_record(main, name, day)
        expect_no_more(main, name)
        happen(main, name, day.isoformat(), "erased", by=by)
        give_way(main, name)
        forget_keys(keys, [name])

    write_both(store, forget)
    empty_logs(store)


def _can_withdraw(held: Mapping[str, Any]) -> bool:
    return Fate.WITHDRAWN in FATES[Fate(held["fate"])].goes_to


def _withdrawn(main: Connection, name: str, day: date, by: str) -> None:
    change(main, "UPDATE submission SET fate = 'withdrawn' WHERE id = ?", (name,))
    expect_no_more(main, name)
    happen(main, name, day.isoformat(), Fate.WITHDRAWN, by=by)


def correct(store: Store, secret: bytes, word: str, wish: str, day: date) -> bool:
    """Allow less to be public than before; answers whether anything changed.

    A published page that shows more gives way to a tombstone; staff may put a summary there.

    Raises:
        StoreError: it would publish what was not agreed to: that needs a new suggestion, and a
            new confirmation by its writer.
    """
    name = proven(store, secret, word)["id"]

    def narrow(main: Connection) -> bool:
        own = present(store, name)
        if wish == own["wish"]:
            return False
        if wish not in narrower(own):
            raise StoreError(
                "只能把公布的范围改小，也不能改成当初没有同意过的。要公布别的，请重新提交一次。"
            )
        _narrow(main, own, wish, day)
        return True

    changed = write_act(store, narrow)
    empty_logs(store)
    return changed


def _narrow(main: Connection, own: Mapping[str, Any], wish: str, day: date) -> None:
    name = own["id"]
    change(main, "UPDATE submission SET wish = ? WHERE id = ?", (wish, name))
    confirmed = json.loads(own["confirmed"] or "{}")
    if wish == "summary" and confirmed.get("publication") != "summary":
        change(main, "UPDATE submission SET confirmed = NULL WHERE id = ?", (name,))
    happen(main, name, day.isoformat(), "consent-narrowed", by=WRITER)
    give_way(main, name)


@dataclass(frozen=True)
class Sealer:
    """With what a contact is sealed anew: the office's suite, and its public key."""

    suite: Suite
    recipient: str


def correct_contact(
    store: Store, sealer: Sealer, secret: bytes, word: str, contact: Contact, day: date
) -> bool:
    """Put another contact in place of the one that is held; answers whether they differ.

    个人信息保护法 (2021) 第四十六条. The new one has a key of its own, and the old key is
    destroyed: no backup opens the old one once its term is over.

    Raises:
        StoreError: a child's is not kept; it was erased meanwhile; or the store cannot be
            written, and the old one stays.
    """
    own = proven(store, secret, word)
    if own["child"]:
        raise StoreError("不满14周岁的，我们不存联系方式。请凭编号和口令来查。")
    if contact == _contact(store, sealer.suite, own, secret):
        return False
    name, key = own["id"], new_key()
    plain = json.dumps(asdict(contact), ensure_ascii=False).encode()
    readers = [sealer.recipient, sealer.suite.pair(reading_key(secret)).public]
    sealed = sealer.suite.seal(lock(plain, key, about(name, "contact")), readers)

    def put(main: Connection) -> None:
        query = "UPDATE submission SET contact = ? WHERE id = ? AND erased IS NULL"
        if not change(main, query, (sealed, name)):  # erased since its word was asked for
            raise StoreError("这一条已经删除，联系方式没有存。请重新提交一次。")
        happen(main, name, day.isoformat(), "contact-corrected", by=WRITER)

    replace_contact_key(store, name, key, sealed, put)
    return True


def _contact(store: Store, suite: Suite, own: Mapping[str, Any], secret: bytes) -> Contact | None:
    """The contact as it is held; None where there is none, or none that can be read."""
    if own["contact"] is None:
        return None
    private = suite.pair(reading_key(secret)).private
    try:
        return Contact(**json.loads(unsealed(store, suite, own, "contact", private)))
    except (IntakeError, StoreError):
        return None  # whoever corrects it mends this as well
