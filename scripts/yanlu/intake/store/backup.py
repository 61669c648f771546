"""Backups while the service runs, and the way back.

Records and their keys are copied apart. Backups of keys are kept for a week only: after that
what was erased cannot be opened from any backup, however long the records' are kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yanlu.errors import StoreError
from yanlu.intake.store.database import KEYS, SECRET, STORE, Connection, opened, refuse_git, rows

TERMS = {STORE: timedelta(days=30), KEYS: timedelta(days=7)}
_STAMP = "%Y%m%dT%H%M%S"  # UTC
_UNFINISHED = timedelta(hours=1)  # longer than any backup takes


def back_up(source: Path, target: Path, now: datetime) -> Path:
    """Copy the store in `source` into `target/<moment>/` and delete backups whose term is over.

    Keys are copied last, so that no record in the backup lacks its key. The office's own
    secret goes along: without it, receipts given before could not be found again.

    Raises:
        StoreError: there is no whole store in `source`, `target` lies in git, or there is a backup
            of this very second.
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
    aside.mkdir(parents=True, mode=0o700)
    try:
        _copy_all(source, aside)
        aside.rename(folder)
    finally:
        if aside.exists():
            shutil.rmtree(aside)
    expire(target, now)
    return folder


def _copy_all(source: Path, aside: Path) -> None:
    with opened(source) as store:  # connections of our own: one is never shared by two threads
        for name, connection in ((STORE, store.main), (KEYS, store.keys)):
            _copy(connection, aside / name)
    shutil.copy2(source / SECRET, aside / SECRET)


def _copy(source: Connection, path: Path) -> None:
    copy = Connection(str(path))
    with copy.backup("main", source, "main") as pages:
        while not pages.done:
            pages.step(256)  # in small steps, so that the writer is not kept waiting
    copy.execute("PRAGMA journal_mode=DELETE")
    copy.close()


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

    Raises:
        StoreError: there is a store already, the backup is not whole, or `folder` lies in git.
    """
    refuse_git(folder, "收件库")
    if (folder / STORE).exists():
        raise StoreError(
            f"{folder} 里已经有收件库，没有恢复。请先把它移到别处，核对以后再决定留哪一份。"
        )
    missing = [name for name in (*TERMS, SECRET) if not (backup / name).is_file()]
    if missing:
        raise StoreError(f"备份 {backup} 里缺少 {'、'.join(missing)}，没有恢复。")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(backup.iterdir()):
        shutil.copy2(path, folder / path.name)
        (folder / path.name).chmod(0o600)
    with opened(folder) as store:
        for connection in (store.main, store.keys):
            if connection.pragma("integrity_check") != "ok":
                raise StoreError(f"备份 {backup} 已经损坏，请换一份更早的。")
        return int(rows(store.main, "SELECT count(*) AS n FROM submission")[0]["n"])
