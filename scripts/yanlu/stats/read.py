"""Open case records, wherever they lie, as one Ibis table with our column names."""

from __future__ import annotations

import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.csv
from ibis.common.exceptions import IbisError, TableNotFound

from yanlu.errors import InputError
from yanlu.stats.grid import refuse_nothing
from yanlu.stats.mapping import Columns, Mapping, mapped_columns
from yanlu.stats.postgres import postgres_table
from yanlu.stats.spark import spark_table
from yanlu.stats.textfile import LONGEST_LINE, sniff_encoding
from yanlu.stats.workbook import read_workbook

FILES = ("duckdb", "sqlite")  # databases that are a file; the address is sqlite:///path
_SAVED_AGAIN = "请用 WPS 或 Excel 打开，另存为 .xlsx。"
_OTHER_KINDS = {
    ".xls": "{}：是旧格式的工作簿，不能读。" + _SAVED_AGAIN,
    ".et": "{}：是 WPS 自己的格式，不能读。" + _SAVED_AGAIN,
    ".xlsb": "{}：是二进制的工作簿，不能读。" + _SAVED_AGAIN,
    ".xlsm": "{}：里面可以有宏，没有打开。请用 WPS 或 Excel 打开，另存为不含宏的 .xlsx。",
}
_NO_KIND = "{}：不认识这种文件。可以用 .csv、.csv.gz、.xlsx 或 .parquet。"
MEMORY = 3 << 30  # bytes, or half of a small machine's; beyond, it spills to a private folder


@dataclass(frozen=True)
class Cases:
    """Case records under our names (id, received, due, replied, region, topic, channel).

    `first_row` is the number that a spreadsheet shows for the first record; None where
    the source has no rows to count, as in a database. Where rows between the records were
    dropped, the table has a column `row` with the number of each.
    """

    table: ir.Table
    name: str
    first_row: int | None


@contextmanager
def open_cases(source: str, mapping: Mapping) -> Iterator[Cases]:
    """Open a file (.csv, .csv.gz, .xlsx, .parquet) or a database table (`URL#table`).

    What the engine must put aside goes to a private folder that is gone afterwards.

    Raises:
        InputError: nothing there, not readable, empty, or with columns that the mapping
            does not name.
    """
    with _engine(source) as engine, _opened(source, engine) as cases:
        _refuse_unknown_columns(cases, mapping)
        yield _brought(_renamed(cases, mapping.columns), source, engine)


@contextmanager
def hold_cases(table: pa.Table, name: str) -> Iterator[Cases]:
    """Records that were picked from a sheet, with the number of each in the column `row`."""
    with _engine(name) as engine:
        yield Cases(_held(engine, ibis.memtable(table)), name, 0)


@contextmanager
def _engine(source: str) -> Iterator[Any]:
    with tempfile.TemporaryDirectory(prefix="yanlu-") as aside:
        most = min(MEMORY, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
        engine = ibis.duckdb.connect(temp_directory=aside, memory_limit=f"{most}B")
        try:
            yield engine
        except (duckdb.Error, pa.ArrowException) as error:
            raise _unreadable(source, error) from None
        finally:
            engine.disconnect()


@contextmanager
def _opened(source: str, engine: Any) -> Iterator[Cases]:
    if "://" not in source:
        yield _from_file(Path(source), engine)
        return
    address, _, table = source.rpartition("#")
    if not address:
        raise InputError("数据库来源要写成 地址#表名，例如 duckdb:///var/cases.db#案件。")
    with _database(address, table, engine) as there:
        yield Cases(there, table.rpartition("/")[2], None)


def _from_file(path: Path, engine: Any) -> Cases:
    refuse_nothing(path)
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        return Cases(_from_csv(path, engine), path.name, 2)
    if name.endswith(".xlsx"):
        return Cases(_held(engine, ibis.memtable(read_workbook(path))), path.name, 2)
    if name.endswith(".parquet"):
        return Cases(engine.read_parquet(path), path.name, 1)
    raise InputError(_OTHER_KINDS.get(path.suffix.lower(), _NO_KIND).format(path.name))


def _from_csv(path: Path, engine: Any) -> ir.Table:
    """Every column as text: what a value means is the mapping's business, not a guess."""
    if sniff_encoding(path) == "gb18030":
        return _held(engine, ibis.memtable(_decoded(path)))
    table = engine.read_csv(
        path,
        all_varchar=True,
        header=True,
        delim=",",
        quote='"',
        escape='"',
        skip=0,
        strict_mode=True,
        max_line_size=LONGEST_LINE,
    )
    return _held(engine, table)


def _held(engine: Any, table: Any) -> ir.Table:
    return engine.create_table("cases", _trimmed(table), temp=True)


def _trimmed(table: Any) -> ir.Table:
    """Spaces around a text mean nothing, and a text of spaces is no value."""
    texts = [name for name, kind in table.schema().items() if kind.is_string()]
    return table.mutate(**{name: table[name].strip().nullif("") for name in texts})


def _decoded(path: Path) -> pa.Table:
    options = pyarrow.csv.ReadOptions(encoding="gb18030", use_threads=False)
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    with pyarrow.csv.open_csv(path, options, parsing) as head:
        names: Sequence[str] = head.schema.names
    return pyarrow.csv.read_csv(
        path,
        options,
        parsing,
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True
        ),
    )


def _database(address: str, table: str, engine: Any) -> AbstractContextManager[ir.Table]:
    scheme, _, place = address.partition("://")
    if scheme in ("postgres", "postgresql"):
        return postgres_table(address, table)
    if scheme == "spark":
        return spark_table(address, table)
    if scheme in FILES:
        return _file_table(scheme, Path(place), table, engine)
    named = scheme if scheme.isalpha() else "这种"  # a slip may have put a password before ://
    raise InputError(
        f"不认识 {named} 数据库。可以用 duckdb、sqlite、postgresql、spark（小写，后面紧跟 ://），"
        "或者先导出成 CSV、Parquet。"
    )


@contextmanager
def _file_table(scheme: str, path: Path, table: str, engine: Any) -> Iterator[ir.Table]:
    """A table in a database that is a file; an SQLite file is read by SQLite itself."""
    if not path.is_file():
        raise InputError(f"打不开 {scheme} 数据库：没有这个文件。请检查地址。")
    try:
        if scheme == "duckdb":
            engine.attach(path, name="source", read_only=True)
            opened = engine.table(table, database=("source", "main"))
        else:
            opened = ibis.sqlite.connect(path).table(table)
    except (IbisError, TableNotFound, duckdb.Error, sqlite3.Error):
        raise InputError(f"打不开 {scheme} 数据库或里面的表。请检查地址、权限和表名。") from None
    yield opened


def _refuse_unknown_columns(cases: Cases, mapping: Mapping) -> None:
    present = cases.table.columns
    wanted = set(mapped_columns(mapping.columns).values())
    unknown = [c for c in present if c not in wanted | set(mapping.ignore.columns)]
    missing = sorted(wanted - set(present))
    if missing:
        raise InputError(
            f"{cases.name}：缺少对照表要用的列：{'、'.join(missing)}。"
            "请换用对应的导出表，或者在 data/mappings/ 里改正对照表。"
        )
    if unknown:
        # Every expected column is there, so the first row is a header and not a record.
        raise InputError(
            f"{cases.name}：有 {len(unknown)} 个列，对照表里没有写：{'、'.join(unknown)}。"
            "请在对照表的 [columns] 里写明用途，或者写进 [ignore]（不读取）。"
        )


def _renamed(cases: Cases, columns: Columns) -> Cases:
    table = cases.table.select(
        **{ours: cases.table[c] for ours, c in mapped_columns(columns).items()}
    )
    return Cases(table, cases.name, cases.first_row)


def _brought(cases: Cases, source: str, engine: Any) -> Cases:
    """What is counted where it lies; of an SQLite file, only the mapped columns, by our own.

    A Parquet file was written by a program, and its texts are as that meant them.
    """
    if "://" not in source or source.lower().endswith(".parquet"):
        return cases
    if cases.table.get_backend().name == "sqlite":
        held = _held(engine, ibis.memtable(cases.table.to_pyarrow()))
        return Cases(held, cases.name, cases.first_row)
    return Cases(_trimmed(cases.table), cases.name, cases.first_row)


def _unreadable(source: str, error: Exception) -> InputError:
    """The reader's own words may quote a record: only its line number is passed on."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return InputError(
            f"{Path(source.partition('#')[0]).name}：记录太多，这台机器的内存不够数。"
            "请换内存大的机器，或者放进 PostgreSQL、Spark 里数（网站上“一台机器不够时”）。"
        )
    line = re.search(r"(?:Line:|[Rr]ow #?|[Ll]ine)\s*(\d+)", str(error))
    where = f"第 {line[1]} 行附近" if line else "文件里"
    return InputError(
        f"{Path(source.partition('#')[0]).name}：{where}读不下去，"
        "可能是列数不对、引号不配对或文件不完整。请重新导出整个文件。"
    )
