"""Backups while the service runs, and the way back.

Records and their keys are copied apart. Backups of keys are kept for a week only: after that
what was erased cannot be opened from any backup, however long the records' are kept.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yanlu.errors import StoreError
from yanlu.intake.store.database import (
    KEYS,
    SECRET,
    STORE,
    BrokenFileError,
    Connection,
    FullDiskError,
    opened,
    refuse_git,
    rows,
    translated,
)

TERMS = {STORE: timedelta(days=30), KEYS: timedelta(days=7)}
_STAMP = "%Y%m%dT%H%M%S"  # UTC
_UNFINISHED = timedelta(hours=1)  # longer than any backup takes
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_THERE = (STORE, f"{STORE}-wal", f"{KEYS}-wal")  # a log would be taken for the restored file's
_STAGE = ".restoring"  # within the folder itself, which may be encrypted where others are not


def back_up(source: Path, target: Path, now: datetime) -> Path:
    """Copy the store in `source` into `target/<moment>/` and delete backups whose term is over.

    Keys are copied last, so that no record in the backup lacks its key. The office's own
    secret goes along: without it, receipts given before could not be found again.

    Raises:
        StoreError: there is no whole store in `source`, `target` lies in git, is full or cannot
            be written, or there is a backup of this very second. Backups that were there stay.
    """
    refuse_git(target, "备份")
    if not all((source / name).is_file() for name in (STORE, SECRET)):
        raise StoreError(
            f"{source} 里没有收件库，或者缺少 {SECRET}，没有备份。请用 --store 指定它所在的文件夹。"
        )
    folder = target / now.astimezone(UTC).strftime(_STAMP)
    aside = target / f".{folder.name}"
    if folder.exists() or aside.exists():
        raise StoreError(f"{folder} 已经有了，没有再备份。请过一秒再试。")
    with _written(target, "备份"):
        aside.mkdir(parents=True, mode=0o700)
        try:
            _copy_all(source, aside)
            aside.rename(folder)
        finally:
            if aside.exists():
                shutil.rmtree(aside)
        expire(target, now)
    return folder


@contextmanager
def _written(place: Path, what: str) -> Iterator[None]:
    """The system's refusals as sentences; whoever is called leaves nothing half-written."""
    try:
        yield
    except (OSError, FullDiskError) as error:
        if isinstance(error, OSError) and error.errno not in _FULL:
            raise StoreError(
                f"读写不了 {place}（{error.strerror}），没有{what}。请检查磁盘和权限。"
            ) from None
        raise StoreError(
            f"{place} 所在的磁盘满了，没有{what}，也没有留下半份。"
            "请腾出空间或者换一块磁盘再试；原来的都还在。"
        ) from None


def _copy_all(source: Path, aside: Path) -> None:
    with opened(source) as store:  # connections of our own: one is never shared by two threads
        for name, connection in ((STORE, store.main), (KEYS, store.keys)):
            with translated(aside.parent / name):  # the folder itself is gone by then
                _copy(connection, aside / name)
    shutil.copy2(source / SECRET, aside / SECRET)


def _copy(source: Connection, path: Path) -> None:
    with closing(Connection(str(path))) as copy:
        with copy.backup("main", source, "main") as pages:
            while not pages.done:
                pages.step(256)  # in small steps, so that the writer is not kept waiting
        copy.execute("PRAGMA journal_mode=DELETE")


def expire(target: Path, now: datetime) -> None:
    """Delete each backed-up file when its term is over, and folders that are empty then.

    What a backup left behind that was killed holds keys too, and goes as a whole.
    """
    for folder, moment in backups(target):
        for name, term in TERMS.items():
            if now - moment > term:
                (folder / name).unlink(missing_ok=True)
        if not any((folder / name).exists() for name in TERMS):
            shutil.rmtree(folder)
    for folder, moment in _stamped(target, "."):
        if now - moment > _UNFINISHED:
            shutil.rmtree(folder)


def backups(target: Path) -> Iterator[tuple[Path, datetime]]:
    """Backups with their moments, the oldest first; whatever else lies there is not ours."""
    return _stamped(target, "")


def _stamped(target: Path, mark: str) -> Iterator[tuple[Path, datetime]]:
    for folder in sorted(target.iterdir()):
        moment = _moment(folder.name.removeprefix(mark)) if folder.name.startswith(mark) else None
        if moment and folder.is_dir():
            yield folder, moment


def _moment(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None


def restore(backup: Path, folder: Path) -> int:
    """Put a backup where a new store is to be; answers how many records it holds.

    It is read through aside, and the file of the records comes last: without it there is no
    store, whatever else a restoring that was killed has left.

    Raises:
        StoreError: there is a store already, the backup is not whole or damaged, `folder` lies
            in git, is full or cannot be written. Nothing of it is left there.
    """
    refuse_git(folder, "收件库")
    if any((folder / name).exists() for name in _THERE):
        raise StoreError(
            f"{folder} 里已经有收件库，没有恢复。请先把它移到别处，核对以后再决定留哪一份。"
        )
    missing = [name for name in (*TERMS, SECRET) if not (backup / name).is_file()]
    if missing:
        raise StoreError(f"备份 {backup} 里缺少 {'、'.join(missing)}，没有恢复。")
    stage, begun = folder / _STAGE, not folder.exists()
    with _written(folder, "恢复"):
        try:
            _stage(backup, stage)
            held = _checked(backup, stage)
            for name in (SECRET, KEYS, STORE):
                (stage / name).replace(folder / name)
        finally:
            if stage.exists():
                shutil.rmtree(stage)
            if begun and folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
    return held


def _stage(backup: Path, stage: Path) -> None:
    if stage.exists():  # left by a restoring that was killed
        shutil.rmtree(stage)
    stage.mkdir(parents=True, mode=0o700)
    for name in (SECRET, KEYS, STORE):
        shutil.copy2(backup / name, stage / name)
        (stage / name).chmod(0o600)


def _checked(backup: Path, stage: Path) -> int:
    """How many records there are, once every page has been read."""
    damaged = StoreError(f"备份 {backup} 已经损坏，没有恢复。请换一份更早的。")
    try:
        with opened(stage) as store, translated(stage / STORE):
            checks = [one.pragma("integrity_check") for one in (store.main, store.keys)]
            held = int(rows(store.main, "SELECT count(*) AS n FROM submission")[0]["n"])
    except BrokenFileError:
        raise damaged from None
    if checks != ["ok", "ok"]:
        raise damaged
    return held
