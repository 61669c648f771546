"""Dates in case records as Ibis expressions: one stated format, nothing guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from yanlu.errors import InputError
from yanlu.stats.mapping import DATED, Mapping
from yanlu.stats.written import written_moment
from yanlu.workbooks.days import YEAR_FIRST

EARLIEST = datetime.combine(date(1949, 10, 1), time.min)  # no office has older records
_ALL = 2**62  # more rows than any table has

# Ways of writing a date that office systems mix; used only to name a mixture, never to read.
OTHER_FORMATS = {
    "年-月-日": "%Y-%m-%d",
    "年-月-日 时:分:秒": "%Y-%m-%d %H:%M:%S",
    "年/月/日": "%Y/%m/%d",
    "年/月/日 时:分": "%Y/%m/%d %H:%M",
    "年年月月日日": "%Y%m%d",
    "中文年月日": "%Y年%m月%d日",
    "月/日/年": "%m/%d/%Y",
    "日/月/年": "%d/%m/%Y",
}


@ibis.udf.scalar.builtin(name="try_strptime")  # type: ignore[untyped-decorator]
def _strptime(text: str, pattern: str) -> datetime:  # type: ignore[empty-body]
    """DuckDB's strptime that answers NULL where the text does not fit the format."""


def parsed(text: Any, pattern: str) -> Any:
    """The moment that a column of texts writes in one format; NULL where it does not fit."""
    engine = text.get_backend().name
    return _strptime(text, pattern) if engine == "duckdb" else written_moment(text, pattern, engine)


def with_moments(table: ir.Table, mapping: Mapping) -> ir.Table:
    """Add `received_at`, `due_at`, `replied_at` (local time) beside the source columns.

    A limit that is a day, not a moment, runs to the end of that day. A reply of which the day
    alone is known did not come before what it replies to, if that came on the same day.
    """
    texts = [name for name in DATED if name in table.columns and table[name].type().is_string()]
    trimmed: Any = {name: table[name].strip().nullif("") for name in texts}
    table = table.mutate(**trimmed)
    moments = {f"{name}_at": _moment(table, name, mapping) for name in DATED}
    if "due" not in table.columns:
        table = table.mutate(due=ibis.null(dt.string))
    table = _once(table.mutate(**moments), texts)
    if mapping.dates.format == YEAR_FIRST:
        table = table.mutate(replied_at=_not_before_receipt(table))
    return table


def _once(table: ir.Table, texts: Sequence[str]) -> ir.Table:
    """Let PostgreSQL read each date once, not again wherever it is compared.

    It writes a plain subquery into the outer one; one with a limit it computes first.
    """
    return table.limit(_ALL) if texts and table.get_backend().name == "postgres" else table


def _not_before_receipt(table: Any) -> Any:
    same_day = table.replied_at.date() == table.received_at.date()
    day_alone = table.replied_at == table.replied_at.truncate("D")
    within = same_day & day_alone & (table.replied_at < table.received_at)
    return ibis.ifelse(within, table.received_at, table.replied_at)


def _moment(table: ir.Table, name: str, mapping: Mapping) -> Any:
    if name not in table.columns:
        return ibis.null(dt.timestamp)
    column: Any = table[name]
    kind = column.type()
    if kind.is_timestamp() and kind.timezone is None:
        return column
    if kind.is_date():
        return _end_of_day(column.cast("timestamp"), name)
    if kind.is_string() and mapping.dates.format == YEAR_FIRST:
        day = _end_of_day(parsed(column, "%Y-%m-%d"), name)
        return ibis.coalesce(parsed(column, "%Y-%m-%d %H:%M:%S"), day)
    if kind.is_string():
        moment = parsed(column, mapping.dates.format)
        return _end_of_day(moment, name) if mapping.day_precision else moment
    raise InputError(
        f"列 {getattr(mapping.columns, name)} 不是日期、没有时区的时间或文本。"
        "请在来源里换成当地时间后重新导出。"
    )


def _end_of_day(moment: Any, name: str) -> Any:
    if name != "due":
        return moment
    return moment + ibis.interval(days=1) - ibis.interval(microseconds=1)
