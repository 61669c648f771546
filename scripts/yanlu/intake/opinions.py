"""What a writer says to an answer: a grade, and once a request that it be studied again.

再研究 is this portal's own offer. It is neither 复查 nor 复核, which《信访工作条例》(2022) arts. 35
and 36 keep for petitions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from yanlu.errors import InputError, StoreError
from yanlu.intake.accept import about
from yanlu.intake.entry import clean
from yanlu.intake.leads import lead_of
from yanlu.intake.rights import Sealer, present, proven
from yanlu.intake.seal import lock
from yanlu.intake.store.database import Connection, Store, change, rows, write_act
from yanlu.intake.store.records import history
from yanlu.model import Fate
from yanlu.receipts.codes import reading_key

LONGEST = 1000  # characters of a reason
ANSWERED = frozenset(
    {Fate.REPLIED, Fate.PROMISED, Fate.PROMISE_OVERDUE, Fate.CARRIED_OUT, Fate.CLOSED}
)
Until = Callable[[date], date | None]  # day of a grade → last day on which it may be changed


def may_ask_again(main: Connection, held: Mapping[str, Any]) -> bool:
    """Whether the answer is the last step so far, and the first one."""
    answering = _answering(main, held)
    steps = {step["what"] for step in history(main, answering["id"])}
    return answering["fate"] == Fate.REPLIED and Fate.RESTUDIED not in steps


def _answering(main: Connection, held: Mapping[str, Any]) -> Mapping[str, Any]:
    """The suggestion whose answer is meant: the one into which this was merged, or itself."""
    return lead_of(main, held) or held


def rate(store: Store, secret: bytes, word: str, grade: str, day: date, until: Until) -> bool:
    """Keep a grade (a code of grades.csv); answers whether it is another than before.

    Raises:
        ReceiptError: code and word do not fit.
        StoreError: there is no answer yet, or the term for changing the grade is over.
    """
    name = proven(store, secret, word)["id"]
    return write_act(store, lambda main: _rate(main, present(store, name), grade, day, until))


def _rate(main: Connection, own: Mapping[str, Any], grade: str, day: date, until: Until) -> bool:
    if Fate(_answering(main, own)["fate"]) not in ANSWERED:
        raise StoreError("还没有回复，不能评价。有了回复，请再来。")
    before = rating(main, own["id"])
    if before is None or _answered_since(main, own, before["day"]):
        _keep(main, own["id"], grade, day)
        return True
    last = until(date.fromisoformat(before["day"]))
    if last is None or day > last:
        raise StoreError("已经评价过，过了可以修改的期限，没有改动。")
    if before["grade"] == grade:
        return False
    _keep(main, own["id"], grade, date.fromisoformat(before["day"]))
    return True


def rating(main: Connection, name: str) -> dict[str, Any] | None:
    """The grade that was given, and its day."""
    found = rows(main, "SELECT * FROM rating WHERE submission = ?", (name,))
    return found[0] if found else None


def _answered_since(main: Connection, own: Mapping[str, Any], day: str) -> bool:
    """Whether another answer came after the grade: that one may be rated anew."""
    steps = history(main, _answering(main, own)["id"])
    return any(step["what"] == Fate.REPLIED and step["day"] > day for step in steps)


def _keep(main: Connection, name: str, grade: str, day: date) -> None:
    query = (
        "INSERT INTO rating (submission, grade, day) VALUES (?, ?, ?) "
        "ON CONFLICT (submission) DO UPDATE SET grade = excluded.grade, day = excluded.day"
    )
    change(main, query, (name, grade, day.isoformat()))


def ask_again(
    store: Store, sealer: Sealer, secret: bytes, word: str, reason: str, day: date
) -> None:
    """Ask once that an answer be studied again; the reason is sealed as the raw text is.

    Raises:
        ReceiptError: code and word do not fit.
        InputError: no reason, or too long a one.
        StoreError: there is no answer to object to, it was asked before, or the text is gone.
    """
    name = proven(store, secret, word)["id"]
    said = clean(reason, lines=True)
    if not said:
        raise InputError("请写理由：哪一点没有答到，或者有什么新的情况。")
    if len(said) > LONGEST:
        raise InputError(f"理由请写在{LONGEST}字以内。")

    def ask(main: Connection) -> None:
        own = present(store, name)
        if rows(main, "SELECT 1 FROM appeal WHERE submission = ?", (name,)):
            raise StoreError("已经请求过一次再研究，每一条只有一次。有新的情况，请另写一份。")
        if not may_ask_again(main, own):
            raise StoreError(
                "现在不能请求再研究：还没有回复，已经再研究过，或者已经往下落实、办结。"
            )
        sealed = _sealed(store, sealer, own, secret, said)
        query = "INSERT INTO appeal (submission, day, reason) VALUES (?, ?, ?)"
        change(main, query, (name, day.isoformat(), sealed))

    write_act(store, ask)


def _sealed(
    store: Store, sealer: Sealer, own: Mapping[str, Any], secret: bytes, said: str
) -> bytes:
    query = "SELECT key FROM key WHERE submission = ? AND purpose = 'text'"
    keys = rows(store.keys, query, (own["id"],))
    if not keys:
        raise StoreError("原文已经按期限删除，不能再请求再研究。请另写一份。")
    plain = json.dumps({"reason": said}, ensure_ascii=False).encode()
    readers = [sealer.recipient, sealer.suite.pair(reading_key(secret)).public]
    return sealer.suite.seal(lock(plain, keys[0]["key"], about(own["id"], "appeal")), readers)


def appeals(store: Store) -> list[dict[str, Any]]:
    """Requests that nobody has followed yet, the oldest first, each with its day as `asked`."""
    return pending(store.main)


def pending(main: Connection) -> list[dict[str, Any]]:
    """As `appeals`, of the store's main file: it is neither studied again nor closed."""
    query = (
        "SELECT s.*, a.day AS asked FROM appeal a JOIN submission s ON s.id = a.submission "
        "WHERE s.erased IS NULL AND s.fate IN ('replied', 'merged') ORDER BY a.day, s.id"
    )
    return [one for one in rows(main, query) if may_ask_again(main, one)]
