"""Backups that cannot be written, and backups that are damaged: refused, and nothing is left."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import ROOT
from intake.arrivals import arrival
from yanlu.errors import StoreError
from yanlu.intake.store import backup as backup_module
from yanlu.intake.store import erasure
from yanlu.intake.store.backup import (
    back_up,
    backups,
    copy_database,
    expire_known,
    restore,
)
from yanlu.intake.store.database import KEYS, SECRET, STORE, Store, opened, rows
from yanlu.intake.store.manifest import MANIFEST, write_manifest
from yanlu.intake.store.sqlite import Database, Pages
from yanlu.intake.store.tries import Since, since
from yanlu.intake.store.writer import commit

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
LIMIT = 48 << 10  # bytes of any file: less than the records have, more than their shared memory


@pytest.fixture
def source(tmp_path: Path) -> Path:
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(b"k" * 32)
        commit(store, [arrival() for _ in range(50)], 0)
    assert (tmp_path / "store" / STORE).stat().st_size > LIMIT
    return tmp_path / "store"


@pytest.fixture
def made(source: Path, tmp_path: Path) -> Path:
    return back_up(source, tmp_path / "backups", NOW)


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def _assert_kept(target: Path, before: dict[str, bytes]) -> None:
    assert _contents(target) == before
    assert len(list(target.iterdir())) == len(list(backups(target))) == 1


def test_a_disk_that_fills_up_ends_the_command_as_a_refusal_and_the_last_backup_stays(
    source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "backups"
    back_up(source, target, NOW)
    before = _contents(target)
    yanlu = str(Path(sys.executable).with_name("yanlu"))
    done = subprocess.run(
        [yanlu, "intake", "backup", str(target), "--store", str(source)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT)),
    )  # fmt: skip
    assert done.returncode == 2, done
    assert str(target) in done.stderr
    assert "请检查磁盘和权限" in done.stderr
    _assert_kept(target, before)


def _few_pages(path: str) -> Database:
    """A file that is as full as a disk can be."""
    connection = Database(path)
    connection.execute("PRAGMA max_page_count=4")
    return connection


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(("what", "how"), [("Database", _few_pages), ("shutil.copy2", _full)])
def test_a_full_disk_is_named_and_nothing_half_written_is_left(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, how: object
) -> None:
    target = tmp_path / "backups"
    back_up(source, target, NOW)
    before = _contents(target)
    with monkeypatch.context() as patched:
        patched.setattr(f"{backup_module.__name__}.{what}", how)
        with pytest.raises(StoreError, match=f"{target} 所在的磁盘满了") as refused:
            back_up(source, target, NOW + timedelta(minutes=5))
    assert refused.value.exit_code == 2
    _assert_kept(target, before)
    back_up(source, target, NOW + timedelta(minutes=5))
    assert len(list(backups(target))) == 2


def test_a_target_that_is_no_folder_is_a_refusal(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file", "utf-8")
    with pytest.raises(StoreError, match="没有备份"):
        back_up(source, tmp_path / "file", NOW)


def _overwritten(path: Path) -> None:
    path.write_bytes(b"no store" * 1000)


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def _spoiled_inside(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xff" * 4096 + content[12288:])


@pytest.mark.parametrize("there", [True, False], ids=["in a folder", "in a new folder"])
@pytest.mark.parametrize(
    ("name", "damage"),
    [(STORE, _overwritten), (STORE, _cut_off), (STORE, _spoiled_inside), (KEYS, _overwritten)],
)
def test_a_damaged_backup_leaves_no_file_where_it_was_to_be_restored(
    source: Path, tmp_path: Path, name: str, damage: object, there: bool
) -> None:
    made = back_up(source, tmp_path / "backups", NOW)
    damage(made / name)  # type: ignore[operator]
    if there:
        (tmp_path / "new").mkdir()
        (tmp_path / "new" / "lost+found").mkdir()
    with pytest.raises(StoreError, match="已经损坏，没有恢复"):
        restore(made, tmp_path / "new")
    left = sorted(path.name for path in (tmp_path / "new").iterdir()) if there else None
    assert left == (["lost+found"] if there else None)
    assert (tmp_path / "new").exists() == there


def test_a_disk_that_fills_up_while_restoring_leaves_nothing_and_the_next_try_succeeds(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = back_up(source, tmp_path / "backups", NOW)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copy2", _full)
        with pytest.raises(StoreError, match="磁盘满了，没有恢复"):
            restore(made, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "new" / ".restoring").mkdir(parents=True)  # one that was killed left this
    (tmp_path / "new" / ".restoring" / STORE).write_bytes(b"half")
    assert restore(made, tmp_path / "new") == 50
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [SECRET, KEYS, STORE]
    with pytest.raises(StoreError, match="已经有收件库"):
        restore(made, tmp_path / "new")


def test_no_store_is_put_beside_a_log_that_is_not_its_own(source: Path, tmp_path: Path) -> None:
    made = back_up(source, tmp_path / "backups", NOW)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / f"{KEYS}-wal").write_bytes(b"of another")
    with pytest.raises(StoreError, match="已经有收件库"):
        restore(made, tmp_path / "new")


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:16])


def _of_another_store(path: Path) -> None:
    with opened(path.parent.parent / "another"):
        pass
    shutil.copy(path.parent.parent / "another" / path.name, path)


def _swapped(path: Path) -> None:
    aside = path.with_name("aside")
    path.rename(aside)
    (path.parent / STORE).rename(path)
    aside.rename(path.parent / STORE)


def _one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (STORE, _emptied), (KEYS, _emptied), (SECRET, _emptied), (SECRET, _shortened),
        (KEYS, _of_another_store), (KEYS, _swapped), (STORE, _one_bit), (MANIFEST, _emptied),
    ],
)  # fmt: skip
def test_a_backup_that_is_not_byte_for_byte_what_was_written_is_refused(
    made: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(made / name)
    with pytest.raises(StoreError, match="已经损坏，没有恢复"):
        restore(made, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "damage"), [(SECRET, _shortened), (KEYS, _of_another_store), (KEYS, _emptied)]
)
def test_a_backup_of_what_was_broken_already_is_refused(
    made: Path, tmp_path: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(made / name)
    write_manifest(made, (SECRET, KEYS, STORE))
    with pytest.raises(StoreError, match="已经损坏，没有恢复"):
        restore(made, tmp_path / "new")


def test_what_is_restored_is_for_its_owner_alone(made: Path, tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        restore(made, tmp_path / "new")
    finally:
        os.umask(umask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "new").iterdir()} == {0}


def test_records_and_keys_are_of_one_moment_whatever_is_written_between_their_copies(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(source) as store:
        name = rows(store.main, "SELECT id FROM submission")[0]["id"]

        def put(main: Database) -> None:
            main.execute("UPDATE submission SET contact = x'01' WHERE id = ?", (name,))

        def copied(connection: Database, path: Path) -> None:
            if path.name == KEYS:
                erasure.replace_contact_key(store, name, b"new", b"\x01", put)
            copy_database(connection, path)

        monkeypatch.setattr(erasure, "empty_logs", lambda _: False)  # the copy reads meanwhile
        monkeypatch.setattr(backup_module, "copy_database", copied)
        made = back_up(source, tmp_path / "backups", NOW)
    restore(made, tmp_path / "new")
    with opened(tmp_path / "new") as store:
        [held] = rows(store.main, "SELECT contact FROM submission WHERE id = ?", (name,))
        keys = rows(store.keys, "SELECT key FROM key WHERE key = ?", (b"new",))
    assert (held["contact"] == b"\x01") == bool(keys)


def _overtaken(store: Store) -> Callable[[Pages], None]:
    step, left = backup_module.copy_some, iter(range(20))

    def stepped(pages: Pages) -> None:
        next(left)  # a copy that began anew would use them up
        step(pages)
        commit(store, [arrival()], 0)

    return stepped


def test_a_backup_ends_while_every_step_of_it_is_overtaken_by_a_letter(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(source) as store:
        commit(store, [arrival(text=bytes(4096)) for _ in range(600)], 0)
        monkeypatch.setattr(backup_module, "copy_some", _overtaken(store))
        made = back_up(source, tmp_path / "backups", NOW)
    assert restore(made, tmp_path / "new") == 650


def test_what_is_over_its_term_goes_even_if_no_new_backup_can_be_made(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "backups"
    made = back_up(source, target, NOW)
    monkeypatch.setattr(backup_module, "copy_database", _full)
    for days, left in ((7, {KEYS, STORE}), (8, {STORE}), (30, {STORE}), (31, set())):
        with pytest.raises(StoreError, match="磁盘满了"):
            back_up(source, target, NOW + timedelta(days=days))
        assert {name for name in (KEYS, STORE) if (made / name).exists()} == left
    assert not made.exists()


def test_what_is_over_its_term_goes_even_if_there_is_no_store_to_back_up(
    source: Path, tmp_path: Path
) -> None:
    made = back_up(source, tmp_path / "backups", NOW)
    shutil.rmtree(source)
    with pytest.raises(StoreError, match="没有收件库"):
        back_up(source, tmp_path / "backups", NOW + timedelta(days=8))
    assert not (made / KEYS).exists()


def test_the_service_knows_where_backups_are_and_lets_them_go_in_time(
    source: Path, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    made = [back_up(source, place, NOW) for place in (here, there)]
    back_up(source, here, NOW + timedelta(seconds=1))
    shutil.move(there, tmp_path / "not plugged in")
    assert expire_known(source, NOW + timedelta(days=8)) == []
    assert not (made[0] / KEYS).exists()
    shutil.move(tmp_path / "not plugged in", there)
    assert (made[1] / KEYS).exists()
    assert expire_known(source, NOW + timedelta(days=8)) == []
    assert not (made[1] / KEYS).exists()


def test_a_backup_of_an_earlier_program_says_how_it_may_be_restored_all_the_same(
    made: Path, tmp_path: Path
) -> None:
    (made / MANIFEST).unlink()
    with pytest.raises(StoreError, match="早先的程序做的备份没有校验和") as refused:
        restore(made, tmp_path / "new")
    [command] = re.findall(r"sha256sum .* > SHA256SUMS", str(refused.value))
    subprocess.run(command, shell=True, cwd=made, check=True)  # noqa: S602 - as staff do
    assert restore(made, tmp_path / "new") == 50


def test_how_the_last_backups_went_is_known_beside_the_store(source: Path, tmp_path: Path) -> None:
    now = int(NOW.timestamp())
    assert since(source, now) == Since(now, now)
    assert not since(source, now).is_failing
    target = tmp_path / "backups"
    back_up(source, target, NOW)
    assert since(source, now + 60) == Since(60, now + 60)
    with pytest.raises(StoreError, match="已经有了"):
        back_up(source, target, NOW)
    later = NOW + timedelta(minutes=5)
    target.rename(tmp_path / "moved")
    target.write_text("no folder")
    with pytest.raises(StoreError):
        back_up(source, target, later)
    assert since(source, now + 600) == Since(600, 300)
    assert since(source, now + 600).is_failing
    target.unlink()
    back_up(source, target, later + timedelta(minutes=5))
    assert not since(source, now + 601).is_failing


def test_a_backup_of_no_store_leaves_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="没有收件库"):
        back_up(tmp_path / "unmounted", tmp_path / "backups", NOW)
    assert not (tmp_path / "unmounted").exists()
