"""Values of the coded columns that have no code yet, and the code that each most likely has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import ibis

from yanlu.model import Month
from yanlu.settings import Codes
from yanlu.stats.guess import COMMON, is_code
from yanlu.stats.mapping import CODED
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.read import Cases

_PERSONAL = re.compile(r"\d{17}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|@")  # identity card, mobile, mail


@dataclass(frozen=True)
class Unknown:
    """One value without a code, in how many records it stands, and the row of the first.

    `code`: ours that is called so; empty where none is.
    """

    value: str
    count: int
    row: int
    code: str

    @property
    def shown(self) -> bool:
        """Whether it may stand on a screen: it is called like a code, or common and short.

        What few records have may be a name in the wrong column.
        """
        return bool(self.code) or not self.value or (self.count >= COMMON and is_code(self.value))

    @property
    def personal(self) -> bool:
        """Whether it is the number or the address of a person, which no mapping may hold."""
        return bool(_PERSONAL.search(self.value))


def unknown_values(
    cases: Cases, mapping: Mapped, codes: Mapping[str, Codes], month: Month
) -> dict[str, list[Unknown]]:
    """What has no code that holds in the month, by column, the commonest first."""
    found = {}
    for column in CODED:
        counted = cases.table.group_by(column).agg(count=ibis._.count(), first=ibis._.row.min())
        listed = codes[f"{column}s"]
        unknown = [
            Unknown(row[column] or "", row["count"], row["first"], _called(row[column], listed))
            for row in counted.to_pyarrow().to_pylist()
            if not mapping.knows(column, row[column], listed, month)
        ]
        if unknown:
            found[column] = sorted(unknown, key=lambda one: (-one.count, one.row))
    return found


def _called(value: str | None, codes: Codes) -> str:
    """The code of that name, or that the office's own list maps to it; the finest of several."""
    called = [
        code
        for code, row in codes.rows.items()
        if value and value in (code, row["name"], *(row.get("maps_to") or "").split(";"))
    ]
    return max(called, key=lambda code: code in codes.leaves, default="")
