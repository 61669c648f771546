"""Whether values have a code, asked where the records lie: no other value ever leaves there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from yanlu.errors import InputError
from yanlu.model import Month
from yanlu.settings import Codes
from yanlu.stats.mapping import CODED
from yanlu.stats.mapping import Mapping as Mapped

CHINESE = {"region": "地区", "topic": "主题", "channel": "渠道"}
_LARGEST = 2**63  # what no engine's whole number reaches


def with_known(
    table: ir.Table, mapping: Mapped, codes: Mapping[str, Codes], month: Month
) -> ir.Table:
    """Add `region_known`, `topic_known`, `channel_known`: the value has a code in that month.

    Raises:
        InputError: a coded column whose type is no way of writing a code.
    """
    known = {}
    for column in CODED:
        names = mapping.known(column, codes[f"{column}s"], month)
        values: Any = table[column]
        listed = [*_typed(names, _maker(values.type(), column, mapping))]
        known[f"{column}_known"] = ibis.ifelse(values.isnull(), "" in names, values.isin(listed))
    return table.mutate(**known)


def known_keys(table: Any) -> dict[str, Any]:
    """The coded columns without the values that have no code: of them there is no bound."""
    return {column: table[f"{column}_known"].ifelse(table[column], ibis.null()) for column in CODED}


def _maker(kind: Any, column: str, mapping: Mapped) -> Callable[[str], Any]:
    """What makes a value of the column's type from a text."""
    if kind.is_string():
        return str
    if kind.is_integer() or (kind.is_decimal() and kind.scale == 0):
        return int
    if kind.is_floating():
        return float
    raise InputError(
        f"列 {getattr(mapping.columns, column)} 应当是{CHINESE[column]}，类型却不是文本或整数。"
        "请在来源里换成文本（例如建一个视图），或者在对照表里改正列名。"
    )


def _typed(names: list[str], made: Callable[[str], Any]) -> Iterator[Any]:
    """The names as values of the column; without those that it would write in another way."""
    for name in names:
        try:
            value = made(name)
        except ValueError:
            continue
        if str(value) == name and (made is str or abs(value) < _LARGEST):
            yield value
