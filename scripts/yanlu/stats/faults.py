"""Name every fault of the records in one message, by column, row and number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from yanlu.errors import InputError
from yanlu.stats.coded import CHINESE
from yanlu.stats.dates import EARLIEST, OTHER_FORMATS, parsed
from yanlu.stats.mapping import CODED, DATED
from yanlu.stats.mapping import Mapping as Mapped
from yanlu.stats.read import Cases

LISTED = 1000  # values without a code placed one by one; more than that is no list of codes


def fault_rules(table: Any, now: datetime) -> dict[str, Any]:
    """Which records have a wrong date, by the kind of fault; `now` is local time."""
    t = table
    return {
        "received": t.received_at.isnull(),
        "due": t.due.notnull() & t.due_at.isnull(),
        "replied": t.replied.notnull() & t.replied_at.isnull(),
        "future": any_of(moment > now for moment in (t.received_at, t.replied_at)),
        "ancient": any_of(moment < EARLIEST for moment in (t.received_at, t.due_at, t.replied_at)),
    }


def any_of(rules: Iterable[Any]) -> Any:
    """Whether one of the rules holds; NULL where none does and a value is missing."""
    return reduce(or_, rules)


def how_many(rule: Any) -> Any:
    """In how many records a rule holds; one over a missing value does not."""
    return ibis.ifelse(rule, 1, 0).sum()


@ibis.udf.scalar.builtin(name="hash")  # type: ignore[untyped-decorator]
def _hash(text: str) -> int:  # type: ignore[empty-body]
    """DuckDB's, of 64 bits."""


def _marks(numbers: Any) -> Any:
    """What stands for case numbers when they are compared: smaller than a text, or the text.

    Different marks are different numbers; equal marks may be chance, and NULL may have one.
    """
    engine, text = numbers.get_backend().name, numbers.cast("string")
    if engine == "duckdb":
        return _hash(text)
    return text.hash() if engine == "postgres" else text


def reversed_rule(table: Any) -> Any:
    """Which records were replied before they were received."""
    return table.replied_at < table.received_at


@dataclass(frozen=True)
class Faults:
    """The records with their parsed moments, to be searched only when something is wrong."""

    cases: Cases
    table: ir.Table
    mapping: Mapped
    now: datetime

    @property
    def _numbered(self) -> bool:
        """Whether the source has rows to count; a database has none, in no order."""
        return self.cases.first_row is not None

    def refuse(self, tallies: Iterable[Mapping[str, Any]]) -> None:
        """Raise one InputError that lists every fault; return when there is none."""
        totals: Counter[str] = Counter()
        for tally in tallies:
            totals.update({k: v for k, v in tally.items() if k not in CODED})
        if not totals["records"]:
            raise InputError(f"{self.cases.name}：只有列名，没有记录。请重新导出。")
        lines = [
            *self._numbers(),
            *(self._dates() if totals["faulty"] else ()),
            *self._order(totals["reversed"]),
            *self._codes(totals),
        ]
        if lines:
            listed = "\n".join(f"  · {line}" for line in lines)
            raise InputError(
                f"{self.cases.name}：记录有下面的问题，什么都没有写入。"
                f"请在来源系统或导出文件里改正，再运行一次。\n{listed}"
            )

    def _numbers(self) -> Iterator[str]:
        column = self.mapping.columns.id
        t: Any = self.table
        records, empty, distinct = self._one(
            records=t.count(), missing=how_many(t.id.isnull()), distinct=_marks(t.id).nunique()
        )
        if empty or distinct < records:
            records, empty, distinct = self._one(
                records=t.count(), missing=how_many(t.id.isnull()), distinct=t.id.nunique()
            )
        if empty:
            yield f"列 {column}：{empty} 条记录没有编号{self._first(t.id.isnull())}。"
        repeated = records - empty - distinct
        if repeated > 0:
            yield f"列 {column}：{repeated} 条记录的编号与别的记录重复{self._first_again()}。"

    def _first_again(self) -> str:
        if not self._numbered:
            return ""
        t: Any = self.table
        again = ibis.row_number().over(group_by=t.id, order_by=t.received_at)
        twice = t.mutate(again=again, row=_row(self.cases)).filter(ibis._.again > 0)
        return self._at(twice.row.min().to_pyarrow().as_py())

    def _dates(self) -> Iterator[str]:
        rules = fault_rules(self.table, self.now)
        sums = {name: how_many(rule) for name, rule in rules.items()}
        found = dict(zip(rules, self._one(**sums), strict=True))
        for name in DATED:
            if found[name]:
                column = getattr(self.mapping.columns, name)
                yield (
                    f"列 {column}：{found[name]} 个日期不存在、缺失，或不是约定的写法"
                    f" {self.mapping.dates.format}{self._first(rules[name])}"
                    f"{self._mixture(name, rules[name])}。"
                )
        if found["future"]:
            where = self._first(rules["future"])
            yield f"{found['future']} 条记录的收到或回复时间在将来{where}。"
        if found["ancient"]:
            where = self._first(rules["ancient"])
            yield f"{found['ancient']} 条记录的收到、期限或回复时间早于 1949 年{where}。"

    def _mixture(self, name: str, faulty: Any) -> str:
        if not self.table[name].type().is_string():
            return ""
        column: Any = self.table[name]
        fits = {
            f"f{i}": how_many(faulty & parsed(column, other).notnull())
            for i, other in enumerate(OTHER_FORMATS.values())
        }
        counts = zip(OTHER_FORMATS, self._one(**fits), strict=True)
        mixed = [f"{count} 个像“{shown}”" for shown, count in counts if count]
        return f"；一列里混用了两种日期写法：{'、'.join(mixed)}" if mixed else ""

    def _order(self, count: int) -> Iterator[str]:
        columns = self.mapping.columns
        bound = self.mapping.assertions.replied_before_received_max
        if count > bound:
            where = self._first(reversed_rule(self.table))
            yield (
                f"{count} 条记录的 {columns.replied} 早于 {columns.received}，"
                f"对照表只容许 {bound} 条{where}。"
            )

    def _codes(self, totals: Mapping[str, int]) -> Iterator[str]:
        for column in CODED:
            if totals[f"{column}_unknown"]:
                yield self._unknown(column, totals[f"{column}_unknown"])

    def _unknown(self, column: str, records: int) -> str:
        """Values stay where they are: in a wrongly mapped column they are names and numbers."""
        each = self._each(column)
        most = each.order_by([ibis.desc("records"), "first", ibis.desc("blank")]).limit(LISTED + 1)
        rows = most.select("blank", "first", "records").to_pyarrow().to_pylist()
        kinds = len(rows) if len(rows) <= LISTED else each.count().to_pyarrow().as_py()
        shown = [
            f"{'空白' if row['blank'] else ''}{self._at(row['first'])}{row['records']} 条"
            for row in rows[:LISTED]
        ]
        more = f"等，另有 {kinds - LISTED} 个" if kinds > LISTED else ""
        theirs = getattr(self.mapping.columns, column)
        return (
            f"列 {theirs}：{kinds} 个取值在对照表里没有{CHINESE[column]}代码，"
            f"或代码当月无效，共 {records} 条记录；"
            f"各取值的位置和条数：{'、'.join(shown)}{more}{self._hint(theirs)}"
        )

    def _each(self, column: str) -> Any:
        """One row for each value without a code: in how many records it is, first in which row."""
        row = _row(self.cases) if self._numbered else ibis.null("int64")
        numbered: Any = self.table.mutate(row=row)
        unknown = numbered.filter(~numbered[f"{column}_known"])
        each = unknown.group_by(column).agg(records=unknown.count(), first=unknown.row.min())
        return each.mutate(blank=each[column].isnull())

    def _hint(self, column: str) -> str:
        """How to find the values, where there are no rows to count, or to give them codes."""
        if "row" in self.cases.table.columns:
            return "（在终端里运行同样的命令，程序会逐个问）"
        if self._numbered:
            return ""
        return f"（数据库没有行号：请在数据库里按 {column} 分组计数，对照上面的条数）"

    def _one(self, **measures: Any) -> list[int]:
        """Aggregate the whole table into one row of numbers."""
        row = self.table.aggregate(**measures).to_pyarrow().to_pylist()[0]
        return [int(row[name] or 0) for name in measures]

    def _first(self, faulty: Any) -> str:
        if not self._numbered:
            return ""
        numbered: Any = self.table.mutate(row=_row(self.cases), faulty=faulty)
        first = numbered.filter(numbered.faulty).row.min().to_pyarrow().as_py()
        return self._at(first)

    def _at(self, row: int | None) -> str:
        return "" if row is None else f"（首见第 {row} 行）"


def _row(cases: Cases) -> Any:
    if "row" in cases.table.columns:
        return ibis._.row
    return ibis.row_number() + (cases.first_row or 0)
