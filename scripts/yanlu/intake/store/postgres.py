"""The door to PostgreSQL: one database with two schemas, for several intake processes at once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.rows import DictRow

from yanlu.errors import StoreError
from yanlu.intake.store import dialect
from yanlu.intake.store.link import (
    BROKEN,
    SILENCE,
    BusyError,
    Link,
    away,
    connect,
    is_last,
    translated,
    unsure,
)
from yanlu.intake.store.port import (
    KEYS_SQL,
    RECORDS_SQL,
    WAIT,
    DiskError,
    Server,
    Store,
    UnsureError,
    Values,
    Waiting,
)
from yanlu.intake.store.sqlite import sql

Result = TypeVar("Result")
RECORDS_SCHEMA, KEYS_SCHEMA = "records", "keys"
_AT_ONCE = 1.0  # seconds within which a link that broke long ago tells so
_PAUSE = 0.25  # seconds at least between two tries for a new link
_LOOK = 500  # milliseconds in the queue for a transaction, before asking whether to wait on
_REWRITE = 600.0  # seconds for writing a table anew
_LOCK = 0x79616E6C  # "yanl": our part of the database's advisory locks
_MAKING = 3  # the lock of whoever makes the tables; 1 and 2 are those of the schemas
_VERSION = 1
_SCHEMAS = {
    RECORDS_SCHEMA: (*RECORDS_SQL, "postgres.sql", "postgres_records.sql"),
    KEYS_SCHEMA: (*KEYS_SQL, "postgres.sql", "postgres_keys.sql"),
}
# Seconds for which what was deleted may lie in a table's file: keys are few and written anew at
# once; to write the records anew keeps everybody waiting, and without keys they are noise. Citizens
# are told an hour: the rest of it is for rounds in which somebody reads.
_STALE = {RECORDS_SCHEMA: 3_000, KEYS_SCHEMA: 0}
_GLANCE = 0.02  # seconds between two looks at who may still see what was deleted
# Whether anybody may still see what was deleted, by whose transaction the mark was written last:
# all that keeps a row from VACUUM (procarray.c, ComputeXidHorizons). Acts follow one another, so
# that no earlier deletion has a later number. Before PostgreSQL 16 a setting adds to the age.
_SEEN = """
SELECT 1 FROM stale WHERE relation = ? AND age(stale.xmin) <= (
    SELECT coalesce(max(age(held)), 0) FROM (
        SELECT unnest(ARRAY[backend_xmin, backend_xid]) AS held FROM pg_stat_activity
        WHERE pid <> pg_backend_pid()
            AND (datname = current_database() OR backend_type = 'walsender')
        UNION ALL SELECT xmin FROM pg_replication_slots
        UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database()
    ) AS holders
) + coalesce(CAST(current_setting('vacuum_defer_cleanup_age', true) AS int), 0)
"""


class Database:
    """One of the two schemas; its link is made anew where it has broken."""

    def __init__(self, server: Server, schema: str, store: str) -> None:
        self._server, self._schema, self._store = server, schema, store
        self._link: Link | None = None
        self._inside = False
        self._shut = 0.0  # no new link before this moment (time.monotonic)
        self._waiting = _patient(WAIT / 1000)

    def rows(self, query: str, values: Values = ()) -> list[dict[str, Any]]:
        """See `Connection`."""
        with self._translated():
            return self._asked(lambda link: _said(link, query, values).fetchall())

    def change(self, query: str, values: Values = ()) -> int:
        """See `Connection`."""
        with self._translated():
            return _said(self._linked(), query, values).rowcount

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Connection`. The lock is the server's: it ends with the transaction, or the link."""
        with self._translated():
            try:
                self._begin()
                yield
                ended = self._commit()
            finally:
                self._end()
        if ended != "COMMIT":  # a statement had failed, and the act went on
            raise StoreError("这一步中间有一处没有写成，整步都没有写入。请重试。")

    def _commit(self) -> str | None:
        link = self._linked()
        try:
            return link.execute("COMMIT").statusmessage
        except errors.IdleInTransactionSessionTimeout:
            raise  # given up long before it was asked
        except psycopg.Error as error:
            if not (link.closed or is_last(error)):
                raise
            link.close()  # a server that fell over while it wrote may have written all of it
            raise UnsureError(unsure(self._server)) from None

    def _begin(self) -> None:
        lock = list(_SCHEMAS).index(self._schema) + 1
        ask = (
            f"BEGIN; SET LOCAL lock_timeout = {_LOOK}; "
            f"SELECT pg_advisory_xact_lock({_LOCK}, {lock}); SET LOCAL lock_timeout = {WAIT}"
        )
        looks = 0
        while True:
            try:
                self._asked(lambda link: link.execute(ask, prepare=False))
            except errors.LockNotAvailable:
                self._linked().execute("ROLLBACK")
                if not self._waiting(looks):
                    raise
                looks += 1
            else:
                self._inside = True
                return

    def _end(self) -> None:
        self._inside = False
        link = self._link
        if link and not link.closed and link.info.transaction_status:
            link.execute("ROLLBACK")

    def forget(self, wait: int) -> bool:
        """Write anew the tables whose files still hold what was deleted: VACUUM alone keeps it.

        It keeps what a snapshot may still see as well: the mark stays until there is none so old.
        """
        end = time.monotonic() + wait / 1000
        query = "SELECT relation, times FROM stale WHERE since <= now() - make_interval(secs => ?)"
        found = self.rows(query, (_STALE[self._schema],))
        done = [self._forgotten(one["relation"], one["times"], end) for one in found]
        return all(done)

    def _forgotten(self, relation: str, times: int, end: float) -> bool:
        while self.rows(_SEEN, (relation,)):
            if time.monotonic() >= end:
                return False
            time.sleep(_GLANCE)
        try:
            with self._translated():
                self._rewrite(relation, end)
        except BusyError:
            return False
        self.change("DELETE FROM stale WHERE relation = ? AND times = ?", (relation, times))
        return True

    def _rewrite(self, relation: str, end: float) -> None:
        link = self._linked()
        link.silence = _REWRITE
        try:
            left = max(1, int((end - time.monotonic()) * 1000))
            link.execute(f"SET lock_timeout = {left}")
            link.execute(f"VACUUM (FULL, ANALYZE) {relation}", prepare=False)
        finally:
            link.silence = SILENCE
            if not link.closed:
                link.execute(f"SET lock_timeout = {WAIT}")

    def wait_by(self, waiting: Waiting) -> None:
        """See `Connection`."""
        self._waiting = waiting

    def free(self) -> float:
        """Its server alone can tell; where its disk is full, a transaction fails as a whole."""
        return float("inf")

    def refuse_moved(self) -> None:
        """Every link is to the store that was opened (`_joined`), or to none."""

    def agrees(self, secret: bytes | None) -> bool:
        """See `Connection`."""
        if secret is not None:
            self.change("UPDATE format SET secret = ? WHERE secret IS NULL", (secret,))
        [found] = self.rows("SELECT secret FROM format")
        return bool(found["secret"] == secret)

    def close(self) -> None:
        """See `Connection`."""
        if self._link:
            self._link.close()

    def _asked(self, ask: Callable[[Link], Result]) -> Result:
        """Outside a transaction once more, by a new link, where the old one turns out broken."""
        is_old, began = self._link is not None and not self._link.closed, time.monotonic()
        try:
            return ask(self._linked())
        except BROKEN:
            if self._inside or self._link is None or not self._link.closed:
                raise
            if not is_old or time.monotonic() - began > _AT_ONCE:
                self._shut_after(began)
                raise
        return ask(self._linked())

    def _shut_after(self, began: float) -> None:
        """Whoever asks for a while is told at once, however long the server let us wait."""
        now = time.monotonic()
        self._shut = now + max(_PAUSE, 4 * (now - began))

    def _linked(self) -> Link:
        if self._link and (self._inside or not self._link.closed):
            return self._link
        began = time.monotonic()
        if began < self._shut:
            raise DiskError(away(self._server))
        try:
            self._link = self._joined()
        except psycopg.OperationalError:
            self._shut_after(began)
            raise
        return self._link

    def _joined(self) -> Link:
        link = connect(self._server, self._schema)
        if _store_of(link) == self._store:
            return link
        link.close()
        raise DiskError(
            f"{self._server} 里的收件库换成了另一个，没有写入。"
            "请核对是哪一个，再重新启动服务或者命令。"
        )

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with translated(self._server):
            yield


def _patient(seconds: float) -> Waiting:
    return lambda looks: looks * _LOOK < seconds * 1000


def open_server(place: Server) -> Store:
    """The store in a database, whose tables are made where they are not there yet.

    Raises:
        DiskError: the server is away, or does not make durable what it has committed.
        StoreError: the address holds a password, or the database is not for us.
    """
    with translated(place), closing(connect(place, RECORDS_SCHEMA)) as link:
        if not _is_made(link):
            _make(link)
        _refuse_version(link, place)
        store = _store_of(link)
    return Store(
        place.folder,
        Database(place, RECORDS_SCHEMA, store),
        Database(place, KEYS_SCHEMA, store),
    )


def is_there(place: Server) -> bool:
    """Whether the database holds a store."""
    with translated(place), closing(connect(place, RECORDS_SCHEMA)) as link:
        return _is_begun(link)


def came_from(place: Server) -> dict[str, str]:
    """From which folder the store has come, by the name of the move; nothing is made."""
    query = f"SELECT id, other FROM {RECORDS_SCHEMA}.moving WHERE state = 'here'"  # noqa: S608 - our own name
    with translated(place), closing(connect(place, RECORDS_SCHEMA)) as link:
        found = link.execute(query).fetchall() if _is_begun(link) else []
    return {str(one["id"]): str(one["other"]) for one in found}


def refuse_lasting(place: Server) -> None:
    """Tell of a server whose log keeps what was deleted for longer than citizens are told.

    Raises:
        DiskError: it does, or does not answer.
    """
    with translated(place), closing(connect(place, RECORDS_SCHEMA)) as link:
        wrong = [f"{one['name']} = {one['wanted']}" for one in link.execute(_LASTING).fetchall()]
    if wrong:
        raise DiskError(
            f"删除了的在 {place} 的日志（WAL）里留得比承诺的半个小时久。"
            f"请在 postgresql.conf 里改成：{'，'.join(wrong)}。"
        )


# A file of the log goes at the end of the first checkpoint that begins after it was full, or was
# closed by `archive_timeout`, also where nothing is archived: in a quiet office none gets full.
_LASTING = """
SELECT name, wanted FROM pg_settings JOIN (VALUES
    ('wal_recycle', 'off', 0, 0),
    ('wal_keep_size', '0', 0, 0),
    ('checkpoint_timeout', '10min', 0, 600),
    ('archive_timeout', '5min', 1, 300)
) AS ours (name, wanted, least, most) USING (name)
WHERE CASE vartype WHEN 'bool' THEN setting <> wanted
    ELSE setting::bigint NOT BETWEEN least AND most END
ORDER BY name
"""


def refuse_unsafe(place: Server) -> None:
    """Let no server be used that may lose what it has committed, or that nobody answers for.

    Raises:
        DiskError: it is away, too old, does not write through, or is a replica.
        StoreError: the address holds a password.
    """
    with translated(place):
        connect(place, RECORDS_SCHEMA).close()


def _is_begun(link: Link) -> bool:
    found = link.execute(f"SELECT to_regclass('{RECORDS_SCHEMA}.format') AS held").fetchone()
    return bool(found and found["held"])


def _is_made(link: Link) -> bool:
    """Whether all our tables are there, as this program makes them."""
    if not _is_begun(link):
        return False
    query = f"SELECT made FROM {RECORDS_SCHEMA}.format"  # noqa: S608 - our own name
    found = link.execute(query).fetchone()
    return bool(found and found["made"] == _digest())


def _store_of(link: Link) -> str:
    query = f"SELECT store FROM {RECORDS_SCHEMA}.format"  # noqa: S608 - our own name
    found = link.execute(query).fetchone() if _is_begun(link) else None
    return str(found["store"]) if found else ""


def _refuse_version(link: Link, place: Server) -> None:
    query = f"SELECT version FROM {RECORDS_SCHEMA}.format"  # noqa: S608 - our own name
    found = link.execute(query).fetchone()
    if found and found["version"] != _VERSION:
        raise StoreError(
            f"{place} 不是这个版本的收件库（格式 {found['version']}，需要 {_VERSION}）。"
            "没有改动它。"
        )


def _make(link: Link) -> None:
    """All of it or nothing, by one process at a time: several may start at once."""
    with link.transaction():
        link.execute(f"SELECT pg_advisory_xact_lock({_LOCK}, {_MAKING})")
        for schema, names in _SCHEMAS.items():
            link.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            link.execute(f"SET LOCAL search_path = {schema}")
            link.execute(_told(names), prepare=False)
        link.execute(
            f"INSERT INTO {RECORDS_SCHEMA}.format (store, version, made) "  # noqa: S608 - our own names
            f"SELECT gen_random_uuid()::text, {_VERSION}, '' "
            f"WHERE NOT EXISTS (SELECT 1 FROM {RECORDS_SCHEMA}.format)"
        )
        link.execute(f"UPDATE {RECORDS_SCHEMA}.format SET made = %s", (_digest(),))  # noqa: S608 - our own name


def _told(names: tuple[str, ...]) -> str:
    return "\n".join(_one(name) for name in names)


def _one(name: str) -> str:
    """A file of ours; those that PostgreSQL alone reads are written in its own words."""
    return sql(name) if name.startswith("postgres") else dialect.schema(sql(name))


def _digest() -> str:
    return hashlib.sha256("".join(map(_told, _SCHEMAS.values())).encode()).hexdigest()


def _said(link: Link, query: str, values: Values) -> psycopg.Cursor[DictRow]:
    return link.execute(dialect.statement(query), dialect.values(values))
