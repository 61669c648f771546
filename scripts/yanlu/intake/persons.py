"""Two persons: what one has decided takes effect when a second, different one has confirmed it.

It holds for a text that goes out and for a removal on behalf of a writer. Who may be the second
one stands in the store; where nobody is named there, it may be anybody but the first.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.store.database import Connection, Store, change, rows, write_act

_FOR = "（代"  # between a deputy's name and that of the one who is away


class Decision(StrEnum):
    """What needs two persons."""

    RELEASE = "release"
    WITHDRAW = "withdraw"
    ERASE = "erase"


DECISIONS: Mapping[Decision, str] = {
    Decision.RELEASE: "公布",
    Decision.WITHDRAW: "替本人撤回",
    Decision.ERASE: "替本人删除",
}


@dataclass(frozen=True)
class Signer:
    """Who may be the second person, and who stands in until the end of which day."""

    name: str
    deputy: str | None = None
    until: date | None = None

    def stands_in(self, name: str, day: date) -> bool:
        """Whether `name` may sign for this one on that day."""
        in_time = self.until is not None and day <= self.until
        return in_time and is_same(self.deputy or "", name)


def is_same(one: str, other: str) -> bool:
    """Whether two names as they were typed are of one person, whomever they stand in for."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    whole = unicodedata.normalize("NFKC", name.partition(_FOR)[0])
    return "".join(whole.split()).casefold()


def expect(main: Connection, name: str, what: Decision, by: str, day: date) -> None:
    """Write down that a second person has to confirm what `by` decided of a submission."""
    query = (
        "INSERT INTO pending (submission, what, by, day) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (submission, what) DO UPDATE SET by = excluded.by, day = excluded.day"
    )
    change(main, query, (name, what, by, day.isoformat()))


def expect_no_more(main: Connection, name: str, *which: Decision) -> None:
    """Nothing of a submission, or none of these, has to be confirmed any more."""
    for what in which or Decision:
        change(main, "DELETE FROM pending WHERE submission = ? AND what = ?", (name, what))


def is_expected(main: Connection, name: str, what: Decision) -> bool:
    """Whether a decision still waits for its second person."""
    query = "SELECT 1 FROM pending WHERE submission = ? AND what = ?"
    return bool(rows(main, query, (name, what)))


def expected(store: Store) -> list[dict[str, Any]]:
    """All that waits for a second person, the oldest first: submission, what, by, day."""
    return rows(
        store.main,
        "SELECT p.* FROM pending AS p JOIN submission AS s ON s.id = p.submission "
        "WHERE p.what <> 'release' OR s.delivery = 'approved' AND s.confirmed IS NOT NULL "
        "ORDER BY p.day, p.submission, p.what",
    )


def sign(main: Connection, name: str, what: Decision, by: str, day: date) -> str:
    """The second person's name as it is recorded; of a deputy with whom it stands in for.

    Raises:
        StoreError: nothing waits, it is the first person again, or one who may not sign.
    """
    query = "SELECT by FROM pending WHERE submission = ? AND what = ?"
    found = rows(main, query, (name, what))
    if not found:
        raise StoreError(f"{name} 没有等着第二个人确认“{DECISIONS[what]}”的，没有改动。")
    first = found[0]["by"]
    if is_same(first, by):
        raise StoreError(
            f"{name} 的“{DECISIONS[what]}”就是{first}提出的，要由另一个人确认，没有改动。"
        )
    return _recorded(signers(main), first, by, day)


def _recorded(named: Sequence[Signer], first: str, by: str, day: date) -> str:
    if not named or any(is_same(one.name, by) for one in named):
        return by
    # nobody stands in for the first person: that would be one person's word twice
    for one in named:
        if one.stands_in(by, day) and not is_same(one.name, first):
            return f"{by}{_FOR}{one.name}）"
    listed = "、".join(one.name for one in named)
    raise StoreError(
        f"{by}不是审核人，今天也不代别的审核人，没有改动。审核人有：{listed}。"
        "名单用 yanlu review signers 改。"
    )


def signers(main: Connection) -> list[Signer]:
    """Who may be the second person, by name; empty: anybody."""
    found = rows(main, "SELECT * FROM signer ORDER BY name")
    return [
        Signer(r["name"], r["deputy"], date.fromisoformat(r["until"]) if r["until"] else None)
        for r in found
    ]


def name_signer(store: Store, signer: Signer, by: str, day: date) -> None:
    """Put somebody among those who may sign, or change who stands in.

    Raises:
        StoreError: no name, or a deputy who is none or whose time is over.
    """
    if not signer.name.strip():
        raise StoreError("没有写审核人的姓名，没有改动。")
    if (signer.deputy is None) != (signer.until is None):
        raise StoreError("代理人和代到哪一天要一起写，没有改动。")
    if signer.deputy is not None and is_same(signer.deputy, signer.name):
        raise StoreError(f"{signer.name}不能代自己，没有改动。")
    if signer.until is not None and signer.until < day:
        raise StoreError("代到的那一天已经过去，没有改动。")
    until = signer.until.isoformat() if signer.until else None
    values = (signer.name.strip(), signer.deputy, until, by, day.isoformat())
    query = (
        "INSERT INTO signer (name, deputy, until, by, day) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET deputy = excluded.deputy, until = excluded.until, "
        "by = excluded.by, day = excluded.day"
    )
    write_act(store, lambda main: change(main, query, values))


def drop_signer(store: Store, name: str) -> None:
    """Take somebody off the list.

    Raises:
        StoreError: nobody of this name is on it.
    """
    query = "DELETE FROM signer WHERE name = ?"
    if not write_act(store, lambda main: change(main, query, (name,))):
        raise StoreError(f"审核人里没有{name}，没有改动。")
