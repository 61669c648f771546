"""The store of an office: how it is opened, and the few ways in which it is read and written."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from yanlu.errors import StoreError
from yanlu.git import would_be_in_git
from yanlu.intake.store import sqlite
from yanlu.intake.store.port import (
    FLOOR,
    KEYS,
    SECRET,
    SECRET_BYTES,
    STORE,
    WAIT,
    BrokenFileError,
    Connection,
    DiskError,
    FullDiskError,
    Server,
    Store,
    StorePlace,
    UnsureError,
    Values,
    home,
)

__all__ = [  # what the rest of the intake knows of the store, from the port too
    "FLOOR", "KEYS", "SECRET", "SECRET_BYTES", "STORE", "WAIT", "BrokenFileError", "Connection",
    "DiskError", "FullDiskError", "Server", "Store", "StorePlace", "UnsureError", "arrive",
    "came_from", "change", "empty_log", "existing", "free_bytes", "home", "is_there", "open_anyway",
    "open_store", "opened", "put_contact_key", "refuse_full", "refuse_git", "refuse_gone",
    "refuse_lasting", "refuse_moved", "refuse_unsafe", "rows", "settle_keys", "write", "write_act",
    "write_both", "write_keys", "write_records",
]  # fmt: skip
Result = TypeVar("Result")


@contextmanager
def opened(place: StorePlace) -> Iterator[Store]:
    """The store at `place`, which is made where it is not there yet.

    Raises:
        StoreError: it lies in a git work tree, the database is too old or not durable, or what
            is there is none of ours.
    """
    store = open_store(place)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def existing(place: StorePlace) -> Iterator[Store]:
    """As `opened`, but of a store that must be there: an empty one would hide a wrong place.

    Raises:
        StoreError: there is none, or as `opened`; nothing was made.
    """
    if not is_there(place):
        raise StoreError(
            f"{place} 里没有收件库，什么都没有改。请检查磁盘，核对 --store 写的是不是那里；"
            "还没有收过件的，先启动一次 yanlu serve 或者 yanlu intake serve。"
        )
    with opened(place) as store:
        yield store


def is_there(place: StorePlace) -> bool:
    """Whether there is a store at this place; DiskError where its server does not answer."""
    if isinstance(place, Server):
        with _driver():
            from yanlu.intake.store import postgres
        return postgres.is_there(place)
    return (place / STORE).is_file()


def open_store(place: StorePlace) -> Store:
    """As `opened`, for a process that keeps it."""
    with ExitStack() as undo:
        store = open_anyway(place)
        undo.callback(store.close)
        _refuse_moving(store)
        settle_keys(store)
        undo.pop_all()
    return store


def open_anyway(place: StorePlace) -> Store:
    """The same of a store that may be on its way to another place: not for use."""
    return _open_server(place) if isinstance(place, Server) else _open_files(place)


def _refuse_moving(store: Store) -> None:
    """Let no store be used that has gone to another place, or has not all come from there.

    Where the other one says that it has gone, all had come: only the last word was missing.
    """
    refuse_gone(store.main)
    for move in rows(store.main, "SELECT * FROM moving WHERE state = 'coming'"):
        if sqlite.move_of(Path(move["other"])) != move["id"]:
            raise StoreError(
                f"这个收件库还没有搬完，现在管用的是 {move['other']}。"
                "请再运行一次 yanlu intake migrate，它会接着搬。"
            )
        arrive(store, move["id"])


def refuse_gone(main: Connection) -> None:
    """Let nothing be done with records that have moved to another place.

    Raises:
        StoreError: they have.
    """
    for move in rows(main, "SELECT other FROM moving WHERE state = 'gone'"):
        raise StoreError(
            f"这个收件库已经搬到 {move['other']}，这里的不再用。"
            "请用 --store 写那里，再启动服务或者命令。"
        )


def arrive(store: Store, move: str) -> None:
    """From now on this store is in charge, and not the one that it came from."""
    done = "UPDATE moving SET state = 'here' WHERE id = ? AND state = 'coming'"
    if rows(store.main, "SELECT 1 FROM moving WHERE id = ? AND state = 'coming'", (move,)):
        write(store.main, lambda main: change(main, done, (move,)))


def _open_server(place: Server) -> Store:
    with _driver():
        from yanlu.intake.store import postgres
    _make_folder(place.folder)
    return postgres.open_server(place)


def refuse_unsafe(place: Server) -> None:
    """Let no server be used that may lose what it has committed.

    Raises:
        StoreError: it is away, too old, does not write through, or is a replica.
    """
    with _driver():
        from yanlu.intake.store import postgres
    postgres.refuse_unsafe(place)


def came_from(place: Server) -> dict[str, str]:
    """From which folder the store on a server has come, by the name of the move.

    Raises:
        StoreError: the server does not answer.
    """
    with _driver():
        from yanlu.intake.store import postgres
    return postgres.came_from(place)


def refuse_lasting(place: Server) -> None:
    """Tell of a server whose log keeps what was deleted for longer than citizens are told.

    Raises:
        StoreError: it does, or does not answer.
    """
    with _driver():
        from yanlu.intake.store import postgres
    postgres.refuse_lasting(place)


@contextmanager
def _driver() -> Iterator[None]:
    """The driver of PostgreSQL is an extra, which few offices have."""
    try:
        yield
    except ImportError:
        raise StoreError(
            "这里没有装 PostgreSQL 的驱动，没有打开收件库。请运行 uv sync --extra postgres。"
        ) from None


def _open_files(folder: Path) -> Store:
    sqlite.refuse_old_sqlite()
    _make_folder(folder)
    return Store(folder, *sqlite.open_files(folder))


def _make_folder(folder: Path) -> None:
    refuse_git(folder, "收件库")
    os.umask(0o077)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise DiskError(f"打不开收件库的文件夹 {folder}。请检查磁盘和权限。") from None


def settle_keys(store: Store) -> None:
    """Finish or undo what a process left half done that was killed while a key was replaced.

    The new key counts where the record holds what it opens; where not, the old one is left.
    """
    if not rows(store.keys, "SELECT 1 FROM coming"):
        return

    def settle(keys: Connection) -> None:
        for one in rows(keys, "SELECT * FROM coming"):
            if _contact_hash(store.main, one["submission"]) == one["sealed"]:
                put_contact_key(keys, one["submission"], one["key"])
        change(keys, "DELETE FROM coming")

    write(store.keys, settle)
    empty_log(store.keys)


def put_contact_key(keys: Connection, name: str, key: bytes) -> None:
    """Let this key open the contact of a record from now on, in the caller's transaction."""
    put = (
        "INSERT INTO key (submission, purpose, key) VALUES (?, 'contact', ?) "
        "ON CONFLICT (submission, purpose) DO UPDATE SET key = excluded.key"
    )
    change(keys, put, (name, key))


def _contact_hash(main: Connection, name: str) -> bytes | None:
    query = "SELECT contact FROM submission WHERE id = ? AND contact IS NOT NULL"
    held = rows(main, query, (name,))
    return hashlib.sha256(held[0]["contact"]).digest() if held else None


def empty_log(connection: Connection, wait: int = WAIT) -> bool:
    """Let nothing be left of what was deleted; False where a reader held it all the time.

    Waits `wait` milliseconds for readers; then it has to be done later.
    """
    return connection.forget(wait)


def refuse_git(folder: Path, what: str) -> None:
    """Nothing of a person may come near a history that cannot be erased.

    Raises:
        StoreError: `folder` lies in a git repository, by whatever way; `what` names its use.
    """
    if would_be_in_git(folder):
        raise StoreError(f"{what}不能放在 git 仓库里（{folder}）。请指定仓库以外的文件夹。")


def free_bytes(store: Store) -> float:
    """What is left on the disk of the store; infinite where its server alone can tell.

    Raises:
        DiskError: as `refuse_moved`.
    """
    return store.main.free()


def refuse_moved(store: Store) -> None:
    """Let nothing be written, or deleted, where it would be so in no store any more.

    Raises:
        DiskError: it is gone, or does not answer; or another one is in its place.
    """
    store.main.refuse_moved()


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
        StoreError: the disk is full, or the store is locked, broken or away; nothing was written
            (where the link to a server broke at the very end, it may have been).
    """
    with connection.transaction():
        return act(connection)


def rows(connection: Connection, query: str, values: Values = ()) -> list[dict[str, Any]]:
    """Rows by column name."""
    return connection.rows(query, values)


def change(connection: Connection, query: str, values: Values = ()) -> int:
    """How many rows a statement changed."""
    return connection.change(query, values)
