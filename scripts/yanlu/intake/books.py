"""The books of the store: true figures, for the office's own screen, that must balance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.store.database import Store, rows
from yanlu.model import Month


@dataclass(frozen=True)
class Books:
    """What came in a month, by channel, by fate now, and by way to the public."""

    received: int
    by_channel: Mapping[str, int]
    by_fate: Mapping[str, int]
    by_delivery: Mapping[str, int]
    erased: int


def read_books(store: Store, month: Month) -> Books:
    """The books of one month.

    Raises:
        StoreError: the parts do not add up, or a record lacks its history.
    """
    within = (f"{month}-01", month.end.isoformat())
    held = rows(store.main, "SELECT * FROM submission WHERE day BETWEEN ? AND ?", within)
    told = rows(
        store.main,
        "SELECT count(*) AS n FROM happening WHERE what = 'received' AND day BETWEEN ? AND ?",
        within,
    )
    if told[0]["n"] != len(held):
        raise StoreError(
            f"{month} 的账对不上：收到 {told[0]['n']} 条，库里有 {len(held)} 条。"
            "请不要再改动，先备份，再联系维护的人。"
        )
    erased = sum(record["erased"] is not None for record in held)
    parts = (_count(held, "channel"), _count(held, "fate"), _count(held, "delivery"))
    return Books(len(held), *parts, erased)


def _count(held: list[dict[str, Any]], column: str) -> dict[str, int]:
    values = sorted({record[column] for record in held})
    return {value: sum(record[column] == value for record in held) for value in values}
