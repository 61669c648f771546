"""The store: what was acknowledged stays, once, and in no git work tree."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from intake.arrivals import arrival
from yanlu.errors import StoreError
from yanlu.intake.store import database
from yanlu.intake.store.backup import back_up, backups, restore
from yanlu.intake.store.database import Store, change, opened, rows, write
from yanlu.intake.store.records import add_keys, by_code, happen, history
from yanlu.intake.store.writer import GROUP, Writer, commit

LATER = ("gone", "merger", "rating", "appeal")  # tables that the first stores lack


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _counted(store: Store) -> int:
    return int(rows(store.main, "SELECT count(*) AS n FROM submission")[0]["n"])


def test_each_file_writes_through_before_it_answers(store: Store) -> None:
    for connection in (store.main, store.keys):
        assert connection.pragma("journal_mode") == "wal"
        assert connection.pragma("synchronous") == 2
        assert connection.pragma("secure_delete") == 1


def test_files_can_be_read_by_their_owner_alone(store: Store) -> None:
    assert {path.stat().st_mode & 0o077 for path in store.folder.iterdir()} == {0}


def test_a_store_inside_a_git_work_tree_is_refused(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    with pytest.raises(StoreError, match="git"), opened(tmp_path / "deep" / "store"):
        pass
    assert not (tmp_path / "deep").exists()


def _link(tmp_path: Path, inside: Path) -> Path:
    inside.mkdir(parents=True, exist_ok=True)
    (tmp_path / "link").symlink_to(inside)
    return tmp_path / "link" / "store"


@pytest.mark.parametrize("kind", ["link", "bare", "below"])
def test_no_way_into_git_is_open_to_a_store_a_backup_or_a_restored_one(
    tmp_path: Path, kind: str
) -> None:
    git = tmp_path / "git"
    subprocess.run(["git", "init", "-q", *(["--bare"] if kind == "bare" else []), git], check=True)
    place = _link(tmp_path, git / "deep") if kind == "link" else git / "deep"
    before = sorted(git.rglob("*"))
    with opened(tmp_path / "outside") as store:
        (store.folder / database.SECRET).write_bytes(b"k" * 32)
    backup = back_up(tmp_path / "outside", tmp_path / "backups", datetime.now(UTC))
    with pytest.raises(StoreError, match="git"), opened(place):
        pass
    with pytest.raises(StoreError, match="git"):
        back_up(tmp_path / "outside", place, datetime.now(UTC))
    with pytest.raises(StoreError, match="git"):
        restore(backup, place)
    assert sorted(git.rglob("*")) == before


def test_a_store_of_an_earlier_program_gets_what_it_lacks(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        for table in LATER:
            store.main.execute(f"DROP TABLE {table}")
    with opened(tmp_path) as store:
        assert [rows(store.main, f"SELECT * FROM {table}") for table in LATER] == [[]] * 4  # noqa: S608


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(StoreError, match=r"3\.40\.1"), opened(tmp_path / "store"):
        pass


def test_a_file_that_is_no_store_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / database.STORE).write_text("这不是数据库" * 100, "utf-8")
    with pytest.raises(StoreError, match="不是完好的收件库"), opened(tmp_path):
        pass
    assert (tmp_path / database.STORE).read_text("utf-8").startswith("这不是数据库")


def test_a_store_of_another_format_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        store.main.execute("PRAGMA user_version=9")
    with pytest.raises(StoreError, match="格式 9"), opened(tmp_path):
        pass


def test_many_at_once_are_each_written_once_and_durable(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        writer = Writer(store)
        sent = [arrival() for _ in range(300)]
        answers: list[bool] = []
        threads = [
            threading.Thread(
                target=lambda some: answers.extend(writer.submit(a).result() for a in some),
                args=(sent[at::10],),
            )
            for at in range(10)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        writer.stop()
    with opened(tmp_path) as again:
        assert answers == [True] * 300
        assert _counted(again) == 300
        assert len(rows(again.keys, "SELECT 1 FROM key")) == 300
        assert len(rows(again.main, "SELECT 1 FROM happening WHERE what = 'received'")) == 300


def test_the_same_nonce_again_changes_nothing_and_says_so(store: Store) -> None:
    writer = Writer(store)
    first = arrival()
    again = arrival(nonce_hash=first.nonce_hash, code_hash=first.code_hash)
    assert writer.submit(first).result() is True
    assert writer.submit(again).result() is False
    writer.stop()
    found = by_code(store.main, first.code_hash)
    assert found is not None
    assert found["id"] == first.id
    assert _counted(store) == 1


def test_in_one_group_each_is_told_whether_it_is_new(store: Store) -> None:
    """Old ones, the very same record, one nonce twice within the group: what is new stays new."""
    old = [arrival(), arrival()]
    assert commit(store, old, 0) == [True, True]
    twin = arrival()
    again = arrival(nonce_hash=twin.nonce_hash)
    spent = arrival(nonce_hash=old[1].nonce_hash, proof=(b"proof of a repeat", 1))
    new = arrival(proof=(b"proof", 1))
    assert commit(store, [old[0], twin, again, new, spent], 0) == [False, True, False, True, False]
    assert commit(store, [old[0], spent], 0) == [False, False]
    assert commit(store, [], 0) == []
    heard = rows(store.main, "SELECT submission FROM happening ORDER BY number")
    assert [one["submission"] for one in heard] == [one.id for one in (*old, twin, new)]
    assert rows(store.main, "SELECT proof FROM spent") == [{"proof": b"proof"}]


def test_a_letter_alone_does_not_wait_and_a_crowd_goes_in_one_transaction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yanlu.intake.store.writer.PACE", 0.5)
    commits: list[float] = []

    def committed() -> bool:
        commits.append(time.monotonic())
        return False  # true would roll it back

    store.main.set_commit_hook(committed)
    writer, began = Writer(store), time.monotonic()
    assert writer.submit(arrival()).result()
    answers = [writer.submit(arrival()) for _ in range(GROUP)]
    assert all(answer.result() for answer in answers)
    writer.stop()
    lone, crowd = commits
    assert lone - began < 0.5 <= crowd - began


def test_a_faulty_record_does_not_keep_others_of_its_group_out(store: Store) -> None:
    writer = Writer(store)
    sent = [arrival(), arrival(lane="nowhere"), arrival()]
    answers = [writer.submit(one) for one in sent]
    assert answers[0].result() is answers[2].result() is True
    with pytest.raises(StoreError):
        answers[1].result()
    writer.stop()
    assert _counted(store) == 2


def test_an_id_that_is_taken_leaves_the_other_record_its_key(store: Store) -> None:
    writer = Writer(store)
    first = arrival()
    writer.submit(first).result()
    with pytest.raises(StoreError, match="再试一次"):
        writer.submit(arrival(id=first.id)).result()
    writer.stop()
    held = rows(store.keys, "SELECT key FROM key WHERE submission = ?", (first.id,))
    assert [one["key"] for one in held] == [first.keys["text"]]


def test_what_failed_after_its_keys_were_written_can_be_written_again(store: Store) -> None:
    one = arrival()
    add_keys(store.keys, [one])
    writer = Writer(store)
    assert writer.submit(one).result() is True
    writer.stop()


def test_a_disk_that_is_nearly_full_takes_nothing_and_says_so(store: Store) -> None:
    writer = Writer(store, floor=1 << 60)
    with pytest.raises(StoreError, match="磁盘空间"):
        writer.submit(arrival()).result()
    writer.stop()
    assert _counted(store) == 0
    assert not rows(store.keys, "SELECT 1 FROM key")


def test_whoever_gave_up_before_the_transaction_is_not_written(store: Store) -> None:
    writer = Writer(store)
    hold = threading.Event()
    writer._queue.put((arrival(), _Held(hold)))  # type: ignore[arg-type]  # noqa: SLF001
    given_up = writer.submit(arrival())
    assert given_up.cancel()
    hold.set()
    writer.stop()
    assert _counted(store) == 1


class _Held:
    """A future that keeps the writer busy until it may go on."""

    def __init__(self, hold: threading.Event) -> None:
        self._hold = hold

    def set_running_or_notify_cancel(self) -> bool:
        return self._hold.wait(10)

    def set_result(self, new: bool) -> None:
        assert new


def test_an_act_that_fails_midway_leaves_nothing(store: Store) -> None:
    def act(main: database.Connection) -> None:
        change(main, "INSERT INTO spent (proof, until) VALUES (?, ?)", (b"x", 1))
        raise StoreError("半路出错")

    with pytest.raises(StoreError, match="半路"):
        write(store.main, act)
    assert not rows(store.main, "SELECT 1 FROM spent")


def test_history_can_only_grow(store: Store) -> None:
    writer = Writer(store)
    one = arrival()
    writer.submit(one).result()
    writer.stop()
    happen(store.main, one.id, "2026-11-26", "screened", by="李四")
    with pytest.raises(apsw.ConstraintError):
        store.main.execute("UPDATE happening SET what = 'replied'")
    assert [h["what"] for h in history(store.main, one.id)] == ["received", "screened"]


def test_a_backup_made_while_others_write_is_whole_and_restores(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as store:
        (store.folder / database.SECRET).write_bytes(b"k" * 32)
        writer = Writer(store)
        first = arrival()
        writer.submit(first).result()
        later = [writer.submit(arrival()) for _ in range(200)]
        folder = back_up(store.folder, tmp_path / "backups", datetime(2026, 11, 25, 3, tzinfo=UTC))
        assert all(one.result() for one in later)
        writer.stop()
    held = restore(folder, tmp_path / "new")
    assert 1 <= held <= 201
    with opened(tmp_path / "new") as back:
        assert by_code(back.main, first.code_hash) is not None
        records = {r["id"] for r in rows(back.main, "SELECT id FROM submission")}
        assert records <= {r["submission"] for r in rows(back.keys, "SELECT submission FROM key")}


def test_backups_of_keys_go_after_a_week_and_of_records_after_a_month(tmp_path: Path) -> None:
    target, begun = tmp_path / "backups", datetime(2026, 1, 1, tzinfo=UTC)
    with opened(tmp_path / "store") as store:
        (store.folder / database.SECRET).write_bytes(b"k" * 32)
        first = back_up(store.folder, target, begun)
        back_up(store.folder, target, begun + timedelta(days=8))
        assert sorted(p.name for p in first.iterdir()) == ["intake.key", "store.sqlite"]
        back_up(store.folder, target, begun + timedelta(days=31))
    assert first not in [folder for folder, _ in backups(target)]


def _with_secret(folder: Path) -> Path:
    with opened(folder) as store:
        (store.folder / database.SECRET).write_bytes(b"k" * 32)
    return folder


def test_what_a_killed_backup_left_goes_with_its_keys(tmp_path: Path) -> None:
    source, target, begun = _with_secret(tmp_path / "s"), tmp_path / "b", datetime.now(UTC)
    left = target / begun.strftime(".%Y%m%dT%H%M%S")
    left.mkdir(parents=True)
    (left / database.KEYS).write_bytes(b"keys")
    back_up(source, target, begun + timedelta(minutes=59))
    assert left.exists()  # it may be under way
    back_up(source, target, begun + timedelta(minutes=61))
    assert not left.exists()


def test_what_is_not_ours_among_backups_is_left_and_stops_nothing(tmp_path: Path) -> None:
    source, target, begun = _with_secret(tmp_path / "s"), tmp_path / "b", datetime.now(UTC)
    for name in ("lost+found", ".snapshots", "20260101T000000.txt"):
        (target / name).mkdir(parents=True)
    (target / "20200101T000000").write_text("a file", "utf-8")
    first = back_up(source, target, begun)
    back_up(source, target, begun + timedelta(days=31))
    assert not first.exists()
    assert len(list(target.iterdir())) == 5


def test_a_backup_is_as_old_as_its_name_says_in_utc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")  # UTC+14
    time.tzset()
    try:
        moment = datetime(2026, 11, 25, 3, tzinfo=UTC)
        back_up(_with_secret(tmp_path / "s"), tmp_path / "b", moment.astimezone())
        [(folder, told)] = backups(tmp_path / "b")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (folder.name, told) == ("20261125T030000", moment)


def test_a_backup_that_fails_leaves_nothing_and_a_second_one_at_once_is_refused(
    tmp_path: Path,
) -> None:
    source, now = _with_secret(tmp_path / "s"), datetime.now(UTC)
    whole = (source / database.KEYS).read_bytes()
    (source / database.KEYS).write_bytes(b"no store" * 1000)
    with pytest.raises(StoreError, match="不是完好的收件库"):
        back_up(source, tmp_path / "b", now)
    assert list((tmp_path / "b").iterdir()) == []
    (source / database.KEYS).write_bytes(whole)
    back_up(source, tmp_path / "b", now)
    with pytest.raises(StoreError, match="过一秒"):
        back_up(tmp_path / "s", tmp_path / "b", now)


def test_without_the_offices_secret_no_backup_is_whole_and_none_is_made(tmp_path: Path) -> None:
    with opened(tmp_path / "s"):
        pass
    with pytest.raises(StoreError, match=r"intake\.key"):
        back_up(tmp_path / "s", tmp_path / "b", datetime.now(UTC))
    assert not (tmp_path / "b").exists()


def test_nothing_is_restored_over_a_store_that_is_there(tmp_path: Path) -> None:
    with opened(tmp_path / "store"):
        pass
    with pytest.raises(StoreError, match="已经有收件库"):
        restore(tmp_path, tmp_path / "store")


def test_a_backup_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(StoreError, match=r"keys\.sqlite"):
        restore(tmp_path / "backup", tmp_path / "new")
    assert not (tmp_path / "new").exists()
