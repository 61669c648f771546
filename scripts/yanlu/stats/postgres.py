"""A table on a PostgreSQL server, read there: only what is counted comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import TableNotFound

from yanlu.errors import InputError

PATIENCE = 10  # seconds until a server must have answered
_SECRET = re.compile(rb"password|secret|scram_.*_key")  # passfile, sslkey name a file
_FOREIGN = ("42883", "34000")  # no such function, no cursor: not for a type of this kind


@contextmanager
def postgres_table(address: str, table: str) -> Iterator[ir.Table]:
    """The table `table` or `schema.table`, in one transaction that can write nothing.

    Every query sees the same records, however many come in meanwhile: what is counted in two
    scans must add up.

    `address` is a URL of libpq: what it leaves out comes from PGHOST, PGUSER, PGSERVICE, …, and
    the password from PGPASSWORD or ~/.pgpass.

    Raises:
        InputError: no address, a secret in it, no server, no such table, or no end of a query.
            The server's own words may quote a record: only its code of the error is passed on.
    """
    psycopg = _psycopg()
    _refuse_secrets(address, psycopg)
    schema, _, name = table.rpartition(".")
    try:
        with psycopg.connect(address, connect_timeout=PATIENCE, autocommit=True) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with connection.transaction():  # those of Ibis are savepoints in it
                server = ibis.postgres.from_connection(connection)
                yield server.table(name, database=schema or None)
    except TableNotFound:
        raise InputError(
            "PostgreSQL 里没有这个表。请检查 # 后面的表名，或者写成 模式.表名。"
        ) from None
    except psycopg.Error as error:
        raise InputError(_refusal(_first(error, psycopg.Error))) from None


def _first(error: BaseException, kind: type[BaseException]) -> Any:
    """The error itself, not that of closing what it broke."""
    while isinstance(error.__context__, kind):
        error = error.__context__
    return error


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        raise InputError(
            "连接 PostgreSQL 还缺少程序包：请先安装 yanlu[postgres]，或者先导出成 CSV、Parquet。"
        ) from None
    return psycopg


def _refuse_secrets(address: str, psycopg: Any) -> None:
    """What the parts of an address are is said by libpq; of a wrong one, it would quote them."""
    try:
        parts = psycopg.pq.Conninfo.parse(address.encode())
    except psycopg.Error:
        raise InputError(
            "PostgreSQL 的地址写得不对。应当像 postgresql://用户@主机/数据库，"
            "? 后面只写 PostgreSQL 自己的参数。"
        ) from None
    if any(part.val is not None and _SECRET.search(part.keyword) for part in parts):
        raise InputError(
            "地址里不要写密码：命令行会留在历史记录里，同一台机器上的人也看得到。"
            "请写进 ~/.pgpass，或者用环境变量 PGPASSWORD。"
        )


def _refusal(error: Any) -> str:
    if error.sqlstate is None:
        return (
            "连不上 PostgreSQL，或者中途断开了。请检查地址、网络、用户名，"
            "以及 ~/.pgpass 或 PGPASSWORD 里的密码。"
        )
    if error.sqlstate == "42501":  # insufficient_privilege
        return "PostgreSQL 不让这个用户读这个表。请管理员授予 SELECT 权限。"
    if error.sqlstate in _FOREIGN:
        return (
            "PostgreSQL 的表里有一列的类型不能数，例如枚举、xml、网络地址"
            f"（错误代码 {error.sqlstate}）。请在视图里把编号、地区、主题、渠道换成文本，"
            "例如 渠道::text as 渠道。"
        )
    return f"PostgreSQL 没有数完（错误代码 {error.sqlstate}）。请把这个代码告诉数据库管理员。"
