"""The door to SQLite: two files, opened so that what is committed stays committed."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import apsw

from yanlu.errors import StoreError
from yanlu.git import would_be_in_git

Result = TypeVar("Result")
Connection = apsw.Connection
Pages = apsw.Backup
Values = Sequence[Any] | Mapping[str, Any]
# Below it two connections in WAL mode may lose committed writes (sqlite.org/wal.html, "WAL-reset
# bug", fixed in 3.51.3): Debian's own SQLite is among them, so the bundled one is checked.
_LEAST_SQLITE = 3_051_003
_TABLES = (
    "schema.sql",
    "gone.sql",
    "mergers.sql",
    "opinions.sql",
    "registrations.sql",
    "restored.sql",
    "reports.sql",
    "events.sql",
    "persons.sql",
)
_VERSION = 1
WAIT = 5_000  # milliseconds for another process's transaction
FLOOR = 64 << 20  # bytes that must stay free on the disk
STORE, KEYS, SECRET = "store.sqlite", "keys.sqlite", "intake.key"
SECRET_BYTES = 32


class DiskError(StoreError):
    """The machine does not take or give it, whatever was asked: words for staff alone."""


class FullDiskError(DiskError):
    """There is no room for it."""


class BrokenFileError(DiskError):
    """A file that is no SQLite database, or not a whole one."""


@dataclass(frozen=True)
class Store:
    """The open store of one office: `main` holds records, `keys` what opens them.

    Its connections belong to one thread; another thread opens the store for itself. `file` tells
    the file of the records from another of its name; `floor` is how many bytes must stay free.
    """

    folder: Path
    main: Connection
    keys: Connection
    file: tuple[int, int]
    floor: int = FLOOR

    def close(self) -> None:
        """Close both files; the last connection checkpoints the log."""
        self.main.close()
        self.keys.close()


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    """The store in `folder`, which is made where it is not there yet.

    Raises:
        StoreError: it lies in a git work tree, SQLite is too old, or a file is none of ours.
    """
    store = open_store(folder)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def existing(folder: Path) -> Iterator[Store]:
    """As `opened`, but of a store that must be there: an empty one would hide a wrong folder.

    Raises:
        StoreError: there is none, or as `opened`; nothing was made.
    """
    if not (folder / STORE).is_file():
        raise StoreError(
            f"{folder} 里没有收件库，什么都没有改。请检查磁盘，核对 --store 写的文件夹；"
            "还没有收过件的，先启动一次 yanlu serve 或者 yanlu intake serve。"
        )
    with opened(folder) as store:
        yield store


def open_store(folder: Path) -> Store:
    """As `opened`, for a process that keeps it."""
    refuse_old_sqlite()
    refuse_git(folder, "收件库")
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise DiskError(f"打不开收件库的文件夹 {folder}。请检查磁盘和权限。") from None
    with ExitStack() as undo:
        main = undo.enter_context(closing(_open(folder / STORE, *_TABLES)))
        keys = undo.enter_context(closing(_open(folder / KEYS, "keys.sql", "coming.sql")))
        store = Store(folder, main, keys, _identity(folder))
        with translated(folder / KEYS):
            settle_keys(store)
        undo.pop_all()
    return store


def settle_keys(store: Store) -> None:
    """Finish or undo what a process left half done that was killed while a key was replaced.

    The new key counts where the record holds what it opens; where not, the old one is left.
    """
    if not rows(store.keys, "SELECT 1 FROM coming"):
        return

    def settle(keys: Connection) -> None:
        for one in rows(keys, "SELECT * FROM coming"):
            if _contact_hash(store.main, one["submission"]) == one["sealed"]:
                put = "INSERT OR REPLACE INTO key VALUES (?, 'contact', ?)"
                change(keys, put, (one["submission"], one["key"]))
        change(keys, "DELETE FROM coming")

    write(store.keys, settle)
    empty_log(store.keys)


def _contact_hash(main: Connection, name: str) -> bytes | None:
    query = "SELECT contact FROM submission WHERE id = ? AND contact IS NOT NULL"
    held = rows(main, query, (name,))
    return hashlib.sha256(held[0]["contact"]).digest() if held else None


def empty_log(connection: Connection, wait: int = WAIT) -> bool:
    """Write a log back and cut it off: SQLite would keep what is in it until it is overwritten.

    Waits `wait` milliseconds for readers; False where one of them still holds the log, which
    then has to be emptied later.
    """
    # by a connection of its own: a timeout set on another would end how that one waits
    with closing(Connection(connection.filename, flags=apsw.SQLITE_OPEN_READWRITE)) as aside:
        aside.set_busy_timeout(wait)
        with translated(Path(connection.filename)):
            [(busy, *_)] = aside.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return not busy


@contextmanager
def in_memory() -> Iterator[Connection]:
    """A database that nobody else sees and that leaves no file."""
    connection = Connection(":memory:")
    try:
        connection.execute("PRAGMA temp_store=MEMORY")
        yield connection
    finally:
        connection.close()


def refuse_git(folder: Path, what: str) -> None:
    """Nothing of a person may come near a history that cannot be erased.

    Raises:
        StoreError: `folder` lies in a git repository, by whatever way; `what` names its use.
    """
    if would_be_in_git(folder):
        raise StoreError(f"{what}不能放在 git 仓库里（{folder}）。请指定仓库以外的文件夹。")


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


def _open(path: Path, schema: str, *later: str) -> Connection:
    """A file of ours; what `later` schemas add is made where an earlier program left it out."""
    with translated(path), ExitStack() as undo:
        connection = undo.enter_context(closing(Connection(str(path))))
        connection.set_busy_timeout(WAIT)
        _when_free(partial(_prepare, connection, path, schema, *later))
        undo.pop_all()
    return connection


def _prepare(connection: Connection, path: Path, schema: str, *later: str) -> None:
    """Nothing here locks a file that has all it needs: whoever only reads need not wait."""
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
    connection.execute("PRAGMA secure_delete=ON")
    with connection:
        _make(connection, path, schema)
        for more in later:
            connection.execute(_sql(more))
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


def _make(connection: Connection, path: Path, schema: str) -> None:
    """Our tables in a new file; the version of the format in any."""
    version = connection.pragma("user_version")
    if version == 0 and not list(connection.execute("SELECT 1 FROM sqlite_schema")):
        connection.execute(_sql(schema))
        connection.execute(f"PRAGMA user_version={_VERSION}")
    elif version != _VERSION:
        raise StoreError(
            f"{path} 不是这个版本的收件库（格式 {version}，需要 {_VERSION}）。没有改动它。"
        )


def _sql(name: str) -> str:
    return (files("yanlu.intake.store") / name).read_text("utf-8")


def _add_columns(connection: Connection) -> None:
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
    except apsw.ConstraintError:
        raise StoreError("这一条与收件库里已有的冲突，没有写入。请重试。") from None
    except (apsw.NotADBError, apsw.CorruptError):
        raise BrokenFileError(
            f"{path.name} 不是完好的收件库。请用 yanlu intake restore 恢复备份。"
        ) from None
    except (apsw.CantOpenError, apsw.IOError, apsw.ReadOnlyError):
        raise DiskError(f"打不开或者写不进 {path}。请检查磁盘和权限。") from None


def _identity(folder: Path) -> tuple[int, int]:
    found = (folder / STORE).stat()
    return found.st_dev, found.st_ino


def free_bytes(store: Store) -> int:
    """What is left on the disk of the store; DiskError as `refuse_moved`."""
    refuse_moved(store)
    with _answering(store.folder):
        space = os.statvfs(store.folder)
    return space.f_bavail * space.f_frsize


def refuse_moved(store: Store) -> None:
    """Let nothing be written, or deleted, where it would be so in no file any more.

    Raises:
        DiskError: its folder is gone, or its disk does not answer; or another store lies there.
    """
    with _answering(store.folder):
        there = _identity(store.folder)
    if there != store.file:
        raise DiskError(
            f"{store.folder} 里的收件库换成了另一个，没有写入。"
            "请核对是哪一个，再重新启动服务或者命令。"
        )


@contextmanager
def _answering(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        raise DiskError(f"收件库的文件夹 {folder} 不见了，或者磁盘没有回答。请检查磁盘。") from None


def write_records(store: Store, act: Callable[[Connection], Result]) -> Result:
    """As `write`, where the store still lies; on a full disk too, since most of it deletes."""
    refuse_moved(store)
    return write(store.main, act)


def write_keys(store: Store, act: Callable[[Connection], Result]) -> Result:
    """The same on the keys."""
    refuse_moved(store)
    return write(store.keys, act)


def write_act(store: Store, act: Callable[[Connection], Result]) -> Result:
    """One act of a person on the records, as `write`; what it reads by `main` is of that moment.

    Two acts on one record are done one after the other: the second sees what the first did.

    Raises:
        DiskError: the store is not where it was, or its disk has no room; nothing was written.
    """
    refuse_full(store)
    return write(store.main, act)


def write_both(store: Store, act: Callable[[Connection, Connection], Result]) -> Result:
    """As `write_act`, on records and keys: both are locked before anything is read or written.

    Who is killed between the two ends leaves a key too many, which `sweep_keys` destroys.
    """
    refuse_full(store)
    return write(store.keys, lambda keys: write(store.main, lambda main: act(main, keys)))


def refuse_full(store: Store) -> None:
    """Let nothing be written where it would not last.

    Raises:
        DiskError: the store is not where it was, or its disk has no room.
    """
    if free_bytes(store) < store.floor:
        raise FullDiskError("磁盘空间快用完了，没有写入，什么都没有改。请腾出空间再试。")


def write(connection: Connection, act: Callable[[Connection], Result]) -> Result:
    """One act in one transaction, durable when this returns.

    Raises:
        StoreError: the disk is full, or the file is locked or broken; nothing was written.
    """
    with translated(Path(connection.filename)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = act(connection)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
    return result


def rows(connection: Connection, query: str, values: Values = ()) -> list[dict[str, Any]]:
    """Rows by column name."""
    cursor = connection.cursor()
    cursor.row_trace = lambda c, row: dict(
        zip((d[0] for d in c.get_description()), row, strict=True)
    )
    return list(cursor.execute(query, values))


def change(connection: Connection, query: str, values: Values = ()) -> int:
    """How many rows a statement changed."""
    connection.execute(query, values)
    return connection.changes()
