"""Backups while the service runs, and the way back.

Records and their keys are copied apart. Backups of keys are kept for a week only: after that
what was erased cannot be opened from any backup, however long the records' are kept.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from yanlu.errors import StoreError
from yanlu.intake.store.database import (
    KEYS,
    SECRET,
    SECRET_BYTES,
    STORE,
    BrokenFileError,
    Connection,
    FullDiskError,
    Server,
    Store,
    change,
    existing,
    opened,
    refuse_git,
    rows,
    write,
)
from yanlu.intake.store.manifest import MANIFEST, is_whole, make_durable, write_manifest
from yanlu.intake.store.sqlite import Database, Pages, open_files, translated
from yanlu.intake.store.tries import note_failed, note_good

TERMS = {STORE: timedelta(days=30), KEYS: timedelta(days=7)}
# Also of what the manual has pg_dump write, where a store that has moved was backed up before.
_ENDS = {**TERMS, "records.dump": TERMS[STORE], "whole.dump": TERMS[KEYS]}
_PARTS = (SECRET, KEYS, STORE)
_STAMP = "%Y%m%dT%H%M%S"  # UTC
_KNOWN = "backups.txt"
# what an earlier program made: nothing tells whether it is still as it was written
_UNSUMMED = (
    "早先的程序做的备份没有校验和。有新的备份，请用新的；只有这一份的，先核对它是从哪里来的，"
    f"再在那个文件夹里运行 sha256sum {' '.join(_PARTS)} > {MANIFEST}，然后重新恢复："
    "程序仍然会逐页检查，查得出坏页和缺的钥匙，查不出有人换过的文件。"
)
_UNFINISHED = timedelta(hours=1)  # longer than any backup takes
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_THERE = (STORE, f"{STORE}-wal", f"{KEYS}-wal")  # a log would be taken for the restored file's
_STAGE = ".restoring"  # within the folder itself, which may be encrypted where others are not


def back_up(source: Path, target: Path, now: datetime) -> Path:
    """Copy the store in `source` into `target/<moment>/` and delete backups whose term is over.

    Both files are copied as of one moment, however much is written meanwhile. The office's own
    secret goes along: without it, receipts given before could not be found again. What is over
    its term goes first, also where no new one can be made: citizens are told so. The place is
    written down beside the store, for `expire_known`; and how it went, for `tries.since`.

    Raises:
        StoreError: there is no whole store in `source`, `target` lies in git, is full or cannot
            be written, or there is a backup of this very second. Backups that were there stay.
    """
    try:
        folder = _back_up(source, target, now)
    except StoreError:
        note_failed(source, now)
        raise
    with _written(source, "记下备份的时间"):
        note_good(source, now)
    return folder


def _back_up(source: Path, target: Path, now: datetime) -> Path:
    refuse_git(target, "备份")
    with _written(target, "备份"):
        if target.is_dir():
            expire(target, now)
    if not all((source / name).is_file() for name in (STORE, SECRET)):
        raise StoreError(
            f"{source} 里没有收件库，或者缺少 {SECRET}，没有备份。请用 --store 指定它所在的文件夹。"
        )
    folder = target / now.astimezone(UTC).strftime(_STAMP)
    aside = target / f".{folder.name}"
    if folder.exists() or aside.exists():
        raise StoreError(f"{folder} 已经有了，没有再备份。请过一秒再试。")
    with _written(target, "备份"):
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_down(source, target)
        aside.mkdir(mode=0o700)
        try:
            _copy_all(source, aside)
            aside.rename(folder)
            make_durable(target)
        finally:
            if aside.exists():
                shutil.rmtree(aside)
    return folder


def _write_down(source: Path, target: Path) -> None:
    """Where backups are, in a file of the store's folder: one place a line."""
    place, known = str(target.resolve()), _places(source)
    if place not in known:
        (source / _KNOWN).write_text("".join(f"{one}\n" for one in (*known, place)), "utf-8")


def _places(source: Path) -> list[str]:
    path = source / _KNOWN
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def take_along(source: Path, target: Path) -> None:
    """Have in `target` what no store can do without, of the one in `source` that moves.

    That is the office's own secret, and where backups are, so that they go in time.

    Raises:
        StoreError: as `secret_to_take`; nothing was changed.
    """
    if source.resolve() == target.resolve():
        return
    secret_to_take(source, target)
    mine, other = source / SECRET, target / SECRET
    if not other.exists():
        with _written(target, "带去单位的密钥"):
            aside = other.with_name(f".{SECRET}.moving")
            shutil.copy2(mine, aside)
            make_durable(aside)
            aside.rename(other)
            make_durable(target)
    for place in _places(source):
        _write_down(target, Path(place))


def secret_to_take(source: Path, target: Path) -> bytes:
    """The office's own secret, of the store in `source` that moves.

    Raises:
        StoreError: there is none, or another one in `target`.
    """
    mine, other = source / SECRET, target / SECRET
    if not mine.exists():
        raise StoreError(
            f"{mine} 不见了，没有搬：没有它，以前的回执都对不上。请从备份恢复这个文件，再运行一次。"
        )
    if other.exists() and mine.read_bytes() != other.read_bytes():
        raise StoreError(
            f"{target} 里已经有另一把 {SECRET}，没有搬：用它，以前的回执都对不上。"
            "请先把它移到别处。"
        )
    return mine.read_bytes()


def expire_known(source: Path, now: datetime) -> list[str]:
    """`expire` wherever backups of this store were made, and a sentence for each failure.

    So that they go in time also where nobody makes a new one any more. A disk that is not
    there now has its turn when it is.
    """
    faults = []
    for place in map(Path, _places(source)):
        try:
            if place.is_dir():
                expire(place, now)
        except OSError as error:
            faults.append(f"到期的备份删不掉：{place}（{error.strerror}）。请检查磁盘和权限。")
    return faults


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
    main, keys = open_files(source)  # of our own: one is never shared by two threads
    with closing(main), closing(keys):
        _hold(source, main, keys)
        for name, connection in ((STORE, main), (KEYS, keys)):
            with translated(aside.parent / name):  # the folder itself is gone by then
                copy_database(connection, aside / name)
    shutil.copy2(source / SECRET, aside / SECRET)
    write_manifest(aside, _PARTS)


def _hold(source: Path, *both: Database) -> None:
    """Have these connections read both files as of this moment until they are closed.

    A copy of what changes meanwhile would begin anew with each change, and never end. Records
    are held first, since keys are written before them. The lock keeps out whoever puts a
    contact and its key in each other's place: records and keys would be of two moments.
    """

    def begin(keys: Connection) -> None:
        del keys  # locked, and not to be changed
        for connection in both:
            connection.execute("BEGIN")
            rows(connection, "SELECT 1 FROM sqlite_schema")  # only what reads holds a moment

    with opened(source) as other:
        write(other.keys, begin)


def copy_database(source: Database, path: Path) -> None:
    """Copy a database as `source` reads it into a new file."""
    with closing(Database(str(path))) as copy:
        with copy.backup("main", source, "main") as pages:
            while not pages.done:
                copy_some(pages)
        copy.execute("PRAGMA journal_mode=DELETE")


def copy_some(pages: Pages) -> None:
    """Copy some more pages: in small steps, so that no other thread is kept waiting."""
    pages.step(256)


def expire(target: Path, now: datetime) -> None:
    """Delete each backed-up file when its term is over, and folders that are empty then.

    What a backup left behind that was killed holds keys too, and goes as a whole.
    """
    for folder, moment in backups(target):
        for name, term in _ENDS.items():
            if now - moment > term:
                (folder / name).unlink(missing_ok=True)
        if not any((folder / name).exists() for name in _ENDS):
            _away_with(folder)
    for folder, moment in _stamped(target, "."):
        if now - moment > _UNFINISHED:
            _away_with(folder)


def _away_with(folder: Path) -> None:
    with suppress(FileNotFoundError):  # another service of this machine is at it as well
        shutil.rmtree(folder)


def _missing(backup: Path) -> list[str]:
    return [name for name in (*TERMS, SECRET, MANIFEST) if not (backup / name).is_file()]


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
    if missing := _missing(backup):
        said = _UNSUMMED if missing == [MANIFEST] else "请换一份更近的备份。"
        raise StoreError(f"备份 {backup} 里缺少 {'、'.join(missing)}，没有恢复。{said}")
    stage, begun = folder / _STAGE, not folder.exists()
    with _written(folder, "恢复"):
        try:
            _stage(backup, stage)
            held = _checked(backup, stage)
            _put(stage, folder)
        finally:
            if stage.exists():
                shutil.rmtree(stage)
            if begun and folder.exists() and not any(folder.iterdir()):
                folder.rmdir()
    return held


def accept_restored(backup: Path, place: Server) -> int:
    """Take a database that its own tools have restored for a store; answers how many records.

    `backup` holds the office's secret, which comes beside it where none is.

    Raises:
        StoreError: there is no store, or keys or the secret are missing: nothing was changed.
    """
    if not (place.folder / SECRET).exists() and not (backup / SECRET).is_file():
        raise StoreError(f"备份 {backup} 里缺少 {SECRET}，没有恢复。请换一份更近的备份。")
    with existing(place) as store:
        if not (place.folder / SECRET).exists():
            shutil.copy2(backup / SECRET, place.folder / SECRET)
            (place.folder / SECRET).chmod(0o600)
        if not _opens(store):
            raise StoreError(
                f"{place} 里有的记录没有钥匙，没有恢复完：这份备份里记录和钥匙不是同一刻的，"
                "或者恢复的是 records.dump。请另建一个空的库，照手册用 pg_restore 恢复"
                "另一份备份的 whole.dump，再运行一次。"
            )
        return write(store.main, _remember)


def _put(stage: Path, folder: Path) -> None:
    for path in (stage / name for name in _PARTS):
        make_durable(path)
        path.replace(folder / path.name)
        make_durable(folder)
    make_durable(folder.parent)


def _stage(backup: Path, stage: Path) -> None:
    if stage.exists():  # left by a restoring that was killed
        shutil.rmtree(stage)
    stage.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stage.mkdir(mode=0o700)
    for name in _PARTS:
        shutil.copy2(backup / name, stage / name)
        (stage / name).chmod(0o600)


def _checked(backup: Path, stage: Path) -> int:
    """How many records there are, once every byte has been compared and every page read."""
    damaged = StoreError(f"备份 {backup} 已经损坏，没有恢复。请换一份更早的。")
    if not is_whole(stage, _PARTS, backup / MANIFEST):
        raise damaged
    try:
        with opened(stage) as store, translated(stage / STORE):
            if not _are_sound(stage) or not _opens(store):
                raise damaged
            return write(store.main, _remember)
    except BrokenFileError:
        raise damaged from None


def _are_sound(folder: Path) -> bool:
    main, keys = open_files(folder)
    with closing(main), closing(keys):
        return all(one.pragma("integrity_check") == "ok" for one in (main, keys))


def _opens(store: Store) -> bool:
    """Whether there is a secret, and a key for each text and each contact."""
    if (store.folder / SECRET).stat().st_size != SECRET_BYTES:
        return False
    sealed = rows(
        store.main,
        "SELECT id, 'text' AS purpose FROM submission WHERE text IS NOT NULL UNION ALL "
        "SELECT id, 'contact' AS purpose FROM submission WHERE contact IS NOT NULL",
    )
    keys = rows(store.keys, "SELECT submission AS id, purpose FROM key")
    return {(r["id"], r["purpose"]) for r in sealed} <= {(r["id"], r["purpose"]) for r in keys}


def _remember(main: Connection) -> int:
    """That these records are old ones, for the publisher; answers how many records there are."""
    change(
        main,
        "INSERT INTO restored SELECT id FROM submission WHERE erased IS NULL "
        "ON CONFLICT (submission) DO NOTHING",
    )
    return int(rows(main, "SELECT count(*) AS n FROM submission")[0]["n"])
