"""The number under which a record stands in the official system: 信访工作条例 (2022) 第二十一条."""

from __future__ import annotations

import unicodedata

from yanlu.errors import IntakeError, StoreError
from yanlu.intake.review import Act, record
from yanlu.intake.seal import Suite
from yanlu.intake.store.database import Connection, Store, change, rows, write_act
from yanlu.intake.store.erasure import forget_suspicion
from yanlu.intake.store.records import happen

LONGEST = 60  # characters of a number


def keep_number(
    store: Store, suite: Suite, recipient: str, name: str, number: str, act: Act
) -> None:
    """Seal the number to the office's public key; a later one takes the place of an earlier.

    Raises:
        IntakeError: this is no number.
        StoreError: there is no such record, or its writer had it erased.
    """
    plain = number.strip()
    if not plain or len(plain) > LONGEST or any(unicodedata.category(c)[0] == "C" for c in plain):
        raise IntakeError(f"登记编号要写在一行里，1至{LONGEST}个字符。")
    sealed = suite.seal(plain.encode(), [recipient])

    def note(main: Connection) -> None:
        if record(store, name)["erased"]:
            raise StoreError(f"{name} 已经按本人的要求删除，不再记登记编号。")
        change(main, _PUT, (name, sealed))
        forget_suspicion(main, name)
        happen(main, name, act.day.isoformat(), "numbered", by=act.by)

    write_act(store, note)


_PUT = (
    "INSERT INTO registration (submission, number) VALUES (?, ?) "
    "ON CONFLICT (submission) DO UPDATE SET number = excluded.number"
)


def number_of(store: Store, suite: Suite, name: str, private: str) -> str:
    """The number of a record, for whoever holds the office's private key; empty without one."""
    found = rows(store.main, "SELECT number FROM registration WHERE submission = ?", (name,))
    return suite.unseal(found[0]["number"], private).decode() if found else ""
