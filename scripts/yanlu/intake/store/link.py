"""A link to a PostgreSQL server: how it is made, what the server must promise, what it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo, TransactionStatus
from psycopg.rows import DictRow, dict_row

from yanlu.errors import StoreError
from yanlu.intake.store.port import WAIT, ConflictError, DiskError, FullDiskError, Server

LEAST = 150_000  # PostgreSQL 15: the oldest that is tested, and that Debian 12 has
CONNECT = 2  # seconds; libpq waits no shorter
SILENCE = 10.0  # seconds without an end, after which a statement's link is taken for broken
FROZEN = 10  # seconds after which the server gives up a transaction whose process has stopped
BROKEN = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.IdleInTransactionSessionTimeout,  # given up by the server: FROZEN
)
_WHERE = ("host", "hostaddr", "service")  # each can name another machine
_LOCAL = ("", "localhost", "127.0.0.1", "::1")
# What lets somebody in: libpq's mark for what is typed unseen, and two that it does not mark so.
_SECRETS = {"scram_client_key", "scram_server_key"} | {
    one.keyword.decode() for one in Conninfo.get_defaults() if one.dispchar == b"*"
}
_FACTS = """
SELECT current_setting('server_version_num')::int AS version,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes,
    current_setting('synchronous_commit') AS synchronous_commit,
    current_setting('server_encoding') AS encoding,
    pg_is_in_recovery() AS standby
"""


class Link(psycopg.Connection[DictRow]):
    """A link to the server that waits no longer than `silence` for the end of a statement."""

    silence = SILENCE

    def wait(
        self, gen: Any, interval: float = 0.1, timeout: float | None = None
    ) -> Any:  # psycopg's own types are private
        """As psycopg's; who does not answer in time is left."""
        try:
            return super().wait(gen, interval, timeout or self.silence)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # in the middle of a statement nothing else can be asked
            raise


class BusyError(DiskError):
    """Another process's transaction, or a reader, was in the way all the time."""


_AWAY = (
    "连不上收件库的数据库（{server}），或者连接断了。请检查数据库有没有启动、"
    "网络通不通、用户和密码文件（PGPASSFILE）对不对。"
)
_Kinds = tuple[type[psycopg.Error], ...]
# What the server says, what that is to us, and in which words: the first that fits.
_REFUSALS: Sequence[tuple[_Kinds, type[StoreError], str]] = (
    (
        (errors.DiskFull,),
        FullDiskError,
        "数据库服务器的磁盘满了，没有写入。请腾出空间再试。",
    ),
    (
        (errors.LockNotAvailable, errors.DeadlockDetected, errors.QueryCanceled),
        BusyError,
        "收件库正被别的命令占用，没有写入。请过一会儿再试。",
    ),
    (
        (errors.ReadOnlySqlTransaction,),
        DiskError,
        "{server} 是只读的副本，没有写入。请把 --store 指向主库。",
    ),
    (
        (errors.InsufficientPrivilege, errors.InvalidSchemaName),
        DiskError,
        "{server} 的这个用户没有权限，什么都没有改。请照手册建库，让这个用户拥有它。",
    ),
    (
        (errors.UndefinedTable, errors.UndefinedFunction),
        DiskError,
        "{server} 里的收件库不见了，或者不完整，没有写入。"
        "请停下服务，照手册恢复备份里的 whole.dump。",
    ),
    (
        (psycopg.IntegrityError, errors.CardinalityViolation),
        ConflictError,
        "这一条与收件库里已有的冲突，没有写入。请重试。",
    ),
    (
        (psycopg.DataError,),
        StoreError,
        "里面有 PostgreSQL 存不下的内容（例如空字符），没有写入。请把这句话告诉开发者。",
    ),
    (
        (errors.ObjectNotInPrerequisiteState,),  # our own: postgres_records.sql
        DiskError,
        "{server} 里的收件库还没有搬完，没有写入，现在管用的是原来的文件。"
        "请再运行一次 yanlu intake migrate，它会接着搬。",
    ),
    (
        (errors.InFailedSqlTransaction,),
        StoreError,
        "这一步中间有一处没有写成，整步都没有写入。请重试。",
    ),
    ((errors.IdleInTransactionSessionTimeout,), DiskError, _AWAY),
    (  # a quota that is exhausted has no code of its own: XX000
        (
            psycopg.InternalError,
            errors.IoError,
            errors.UndefinedFile,
            errors.OutOfMemory,
            errors.InsufficientResources,
            errors.ConfigurationLimitExceeded,
        ),
        DiskError,
        "数据库服务器自己出了错（{code}），没有写入。请看数据库的日志：磁盘、配额、内存。",
    ),
    (BROKEN, DiskError, _AWAY),
)


@contextmanager
def translated(server: Server) -> Iterator[None]:
    """PostgreSQL's refusals as sentences: they name the database, never what is in it.

    Raises:
        DiskError: the server is away, full, busy, at fault, or has no such store any more.
        StoreError: what is to be written does not fit what is there.
    """
    try:
        yield
    except psycopg.Error as error:
        for kinds, refusal, words in _REFUSALS:
            if isinstance(error, kinds):
                raise refusal(words.format(server=server, code=error.sqlstate)) from None
        raise


def is_last(error: psycopg.Error) -> bool:
    """Whether the server says no more on this link: what it did before that, nobody can tell."""
    return error.diag.severity_nonlocalized in ("FATAL", "PANIC")


def unsure(server: Server) -> str:
    """What staff are told where the link broke at the very end of an act."""
    return (
        f"写稳的那一刻，与收件库的数据库（{server}）的连接断了，不能确定这一步有没有写进去。"
        "请先查一查，没有的再做一次。"
    )


def away(server: Server) -> str:
    """What staff are told of a server that cannot be reached."""
    return _AWAY.format(server=server)


def connect(place: Server, schema: str) -> Link:
    """A link, once the server has said that what it commits stays."""
    link = Link.connect(**options(place, schema), autocommit=True, row_factory=dict_row)
    with ExitStack() as undo:
        undo.enter_context(closing(link))
        _refuse(link, place)
        undo.pop_all()
    return link


def options(place: Server, schema: str) -> dict[str, Any]:
    """What libpq is told: the address, our own settings, and when a silent link is given up."""
    given = address(place)
    ours = {
        "search_path": schema,
        "synchronous_commit": "on",
        # an act sees what was committed while it waited for the lock, whatever the default is here
        "default_transaction_isolation": "read\\ committed",
        "lock_timeout": WAIT,
        "idle_in_transaction_session_timeout": FROZEN * 1000,
        "client_min_messages": "warning",
    }
    settings = " ".join(f"-c {name}={value}" for name, value in ours.items())
    told = {**{name: os.environ.get(f"PG{name.upper()}", "") for name in _WHERE}, **given}
    named = [str(told[name]) for name in _WHERE if name != "service"]
    is_near = not told["service"] and all(
        one.startswith("/") or one in _LOCAL for names in named for one in names.split(",")
    )
    return {
        "connect_timeout": CONNECT,
        "application_name": "yanlu",
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 10_000,
        "sslmode": "prefer" if is_near else "verify-full",
        **given,
        "client_encoding": "UTF8",
        "options": f"{given.get('options', '')} {settings}".strip(),
    }


def address(place: Server) -> dict[str, Any]:
    """The parts of an address.

    Raises:
        StoreError: it is none, or holds a password or key, which everybody here could read.
    """
    try:
        given = dict(conninfo_to_dict(place.address))
    except psycopg.ProgrammingError:
        raise StoreError(
            "--store 的数据库地址写得不对，应当像 postgresql:///yanlu "
            "或者 postgresql://用户@主机/yanlu?sslrootcert=/证书。"
        ) from None
    if _SECRETS & given.keys():
        raise StoreError(
            "数据库地址里不要写密码和密钥：同一台机器上谁都看得到。请换一个密码，"
            "写进只有本用户能读的文件，用环境变量 PGPASSFILE 指出它；证书的私钥不要加口令，"
            "只让本用户能读。"
        )
    return given


def _refuse(link: Link, place: Server) -> None:
    found = link.execute(_FACTS).fetchone()
    assert found is not None  # noqa: S101 - a SELECT without FROM has one row
    wanted = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    if found["version"] < LEAST:
        raise DiskError(f"{place} 的 PostgreSQL 太旧，至少要 15，没有打开收件库。")
    for name, value in wanted.items():
        if found[name] != value:
            raise DiskError(
                f"{place} 的 {name} 是 {found[name]}，可能丢失已经提交的内容，没有打开收件库。"
                f"请在 postgresql.conf 里改成 {name} = {value}。"
            )
    if found["encoding"] != "UTF8":
        raise DiskError(f"{place} 的编码是 {found['encoding']}。请用 UTF8 重新建库。")
    if found["standby"]:
        raise DiskError(f"{place} 是只读的副本，没有打开收件库。请把 --store 指向主库。")
