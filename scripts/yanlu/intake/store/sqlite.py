"""The door to SQLite: two files, opened so that what is committed stays committed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw

from yanlu.errors import StoreError
from yanlu.intake.store.port import (
    KEYS,
    KEYS_SQL,
    RECORDS_SQL,
    STORE,
    WAIT,
    BrokenFileError,
    DiskError,
    FullDiskError,
    Values,
    Waiting,
)

Pages = apsw.Backup
# Below it two connections in WAL mode may lose committed writes (sqlite.org/wal.html, "WAL-reset
# bug", fixed in 3.51.3): Debian's own SQLite is among them, so the bundled one is checked.
_LEAST_SQLITE = 3_051_003
_VERSION = 1
_SHUT = "moved_away"  # what the triggers say that refuse every change


class Database(apsw.Connection):
    """A connection to one of the files, or to a database in memory."""

    _file: tuple[int, int] | None = None  # of the records: tells the file from another of its name

    def rows(self, query: str, values: Values = ()) -> list[dict[str, Any]]:
        """See `Connection`."""
        cursor = self.cursor()
        cursor.row_trace = lambda c, row: dict(
            zip((d[0] for d in c.get_description()), row, strict=True)
        )
        return list(cursor.execute(query, values))

    def change(self, query: str, values: Values = ()) -> int:
        """See `Connection`."""
        self.execute(query, values)
        return self.changes()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Connection`."""
        with translated(Path(self.filename)):
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.execute("COMMIT")
            finally:
                if self.in_transaction:
                    self.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything that is read inside is of one moment; others write on meanwhile."""
        with translated(Path(self.filename)):
            self.execute("BEGIN")
            try:
                yield
            finally:
                self.execute("ROLLBACK")

    def shut(self) -> None:
        """Let no program change a row any more, not even one that knows nothing of this.

        In the caller's transaction.
        """
        listed = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        for (table,) in list(self.execute(listed)):
            for act in ("INSERT", "UPDATE", "DELETE"):
                self.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_{_SHUT}_{act} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_SHUT}'); END"
                )

    def forget(self, wait: int) -> bool:
        """Write the log back and cut it off: SQLite would keep it until it is overwritten."""
        # by a connection of its own: a timeout set on another would end how that one waits
        with closing(Database(self.filename, flags=apsw.SQLITE_OPEN_READWRITE)) as aside:
            aside.set_busy_timeout(wait)
            with translated(Path(self.filename)):
                [(busy, *_)] = aside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return not busy

    def wait_by(self, waiting: Waiting) -> None:
        """See `Connection`."""
        self.set_busy_handler(waiting)

    def free(self) -> float:
        """See `Connection`."""
        self.refuse_moved()
        with self._answering():
            space = os.statvfs(Path(self.filename).parent)
        return space.f_bavail * space.f_frsize

    def refuse_moved(self) -> None:
        """See `Connection`."""
        with self._answering():
            there = _identity(Path(self.filename))
        if there != self._file:
            raise DiskError(
                f"{Path(self.filename).parent} 里的收件库换成了另一个，没有写入。"
                "请核对是哪一个，再重新启动服务或者命令。"
            )

    def agrees(self, secret: bytes | None) -> bool:  # noqa: ARG002 - the port's interface
        """The secret lies beside the files: there is no other."""
        return True

    def remember_file(self) -> None:
        """Take the file of this name for ours from now on."""
        self._file = _identity(Path(self.filename))

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            folder = Path(self.filename).parent
            raise DiskError(
                f"收件库的文件夹 {folder} 不见了，或者磁盘没有回答。请检查磁盘。"
            ) from None


def open_files(folder: Path) -> tuple[Database, Database]:
    """Records and keys of the store in `folder`; what is not there yet is made."""
    refuse_old_sqlite()
    with ExitStack() as undo:
        main = undo.enter_context(closing(_open(folder / STORE, *RECORDS_SQL)))
        keys = _open(folder / KEYS, *KEYS_SQL)
        undo.pop_all()
    return main, keys


def move_of(folder: Path) -> str:
    """By which move the store in `folder` has gone to another place; empty where it has not."""
    if not (folder / STORE).is_file():
        return ""
    with closing(Database(str(folder / STORE), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        connection.set_busy_timeout(WAIT)
        with translated(folder / STORE):
            known = connection.rows("SELECT 1 FROM sqlite_schema WHERE name = 'moving'")
            gone = known and connection.rows("SELECT id FROM moving WHERE state = 'gone'")
    return str(gone[0]["id"]) if gone else ""


@contextmanager
def in_memory() -> Iterator[Database]:
    """A database that nobody else sees and that leaves no file."""
    connection = Database(":memory:")
    try:
        connection.execute("PRAGMA temp_store=MEMORY")
        yield connection
    finally:
        connection.close()


def refuse_old_sqlite() -> None:
    """Let no SQLite open a store that may lose what it has committed.

    Raises:
        StoreError: it is too old.
    """
    version = apsw.sqlite_lib_version()
    major, minor, patch = (int(part) for part in version.split(".")[:3])
    if major * 1_000_000 + minor * 1_000 + patch < _LEAST_SQLITE:
        raise StoreError(
            f"这里的 SQLite 是 {version}，早于 3.51.3 的可能丢失已经提交的内容，没有打开收件库。"
            "请运行 scripts/setup 安装锁定的版本。"
        )


def _open(path: Path, schema: str, *later: str) -> Database:
    """A file of ours; what `later` schemas add is made where an earlier program left it out."""
    with translated(path), ExitStack() as undo:
        connection = undo.enter_context(closing(Database(str(path))))
        connection.set_busy_timeout(WAIT)
        _when_free(partial(_prepare, connection, path, schema, *later))
        connection.remember_file()
        undo.pop_all()
    return connection


def _prepare(connection: Database, path: Path, schema: str, *later: str) -> None:
    """Nothing here locks a file that has all it needs: whoever only reads need not wait."""
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA secure_delete=ON")
    with connection:
        _make(connection, path, schema)
        for more in later:
            connection.execute(sql(more))
        _add_columns(connection)
    if connection.pragma("synchronous") != 2:  # 2 is FULL
        raise StoreError(f"{path.name} 不能设为“写稳再答复”，没有打开收件库。")


def _when_free(prepare: Callable[[], None]) -> None:
    """Again and again until the file is free: at two places SQLite does not wait by itself.

    Those are the switch to WAL, and a transaction that began by reading (sqlite.org/rescode.html,
    SQLITE_BUSY): several processes that make a store at once come to both.
    """
    end = time.monotonic() + WAIT / 1000
    while True:
        try:
            return prepare()
        except apsw.BusyError:
            if time.monotonic() >= end:
                raise
        time.sleep(0.01)


def _make(connection: Database, path: Path, schema: str) -> None:
    """Our tables in a new file; the version of the format in any."""
    version = connection.pragma("user_version")
    if version == 0 and not list(connection.execute("SELECT 1 FROM sqlite_schema")):
        connection.execute(sql(schema))
        connection.execute(f"PRAGMA user_version={_VERSION}")
    elif version != _VERSION:
        raise StoreError(
            f"{path} 不是这个版本的收件库（格式 {version}，需要 {_VERSION}）。没有改动它。"
        )


def sql(name: str) -> str:
    """A schema of ours."""
    return (files("yanlu.intake.store") / name).read_text("utf-8")


def _add_columns(connection: Database) -> None:
    """What a store of an earlier program lacks: there, words bring no consent to a summary."""
    columns = [row[1] for row in connection.execute("PRAGMA table_info(submission)")]
    if columns and "summary_allowed" not in columns:
        connection.execute(
            "ALTER TABLE submission ADD COLUMN summary_allowed INTEGER NOT NULL DEFAULT 0"
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's refusals as sentences: they name the file, never what is in it.

    Raises:
        DiskError: the disk is full, the file is locked or broken, or cannot be reached.
        StoreError: what is to be written does not fit what is there.
    """
    try:
        yield
    except apsw.FullError:
        raise FullDiskError("磁盘满了，没有写入。请腾出空间再试。") from None
    except apsw.BusyError:
        raise DiskError("收件库正被别的命令占用，没有写入。请过一会儿再试。") from None
    except apsw.ConstraintError as refusal:
        if _SHUT in str(refusal):  # our own word: what stands in it is nobody's
            raise DiskError("收件库已经搬到别处，这里的没有写入。请用新的 --store 启动。") from None
        raise StoreError("这一条与收件库里已有的冲突，没有写入。请重试。") from None
    except (apsw.NotADBError, apsw.CorruptError):
        raise BrokenFileError(
            f"{path.name} 不是完好的收件库。请用 yanlu intake restore 恢复备份。"
        ) from None
    except (apsw.CantOpenError, apsw.IOError, apsw.ReadOnlyError):
        raise DiskError(f"打不开或者写不进 {path}。请检查磁盘和权限。") from None


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
