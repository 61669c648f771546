"""A table on a PostgreSQL server, read there: only what is counted comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import ibis
import ibis.expr.types as ir
from ibis.common.exceptions import TableNotFound

from yanlu.errors import InputError

PATIENCE = 10  # seconds until a server must have answered


@contextmanager
def postgres_table(address: str, table: str) -> Iterator[ir.Table]:
    """The table `table` or `schema.table`, in one transaction that can write nothing.

    Every query sees the same records, however many come in meanwhile: what is counted in two
    scans must add up.

    `address` is a URL of libpq: what it leaves out comes from PGHOST, PGUSER, PGSERVICE, …, and
    the password from PGPASSWORD or ~/.pgpass.

    Raises:
        InputError: a password in the address, no server, no such table, or no end of a query.
            The server's own words may quote a record: only its code of the error is passed on.
    """
    _refuse_password(address)
    psycopg = _psycopg()
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


def _refuse_password(address: str) -> None:
    parts = urlsplit(address)
    if parts.password is not None or "password" in parse_qs(parts.query):
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
    return f"PostgreSQL 没有数完（错误代码 {error.sqlstate}）。请把这个代码告诉数据库管理员。"
