"""The thread beside the service: one works, another waits, and a bad forge ends nothing."""

from __future__ import annotations

import queue
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.arrivals import arrival
from yanlu.intake import waits
from yanlu.intake import worker as worker_module
from yanlu.intake.batches import Policy
from yanlu.intake.forge import local
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.lease import take
from yanlu.intake.publisher import Round
from yanlu.intake.retention import Terms
from yanlu.intake.store import database, erasure
from yanlu.intake.store.backup import back_up
from yanlu.intake.store.database import KEYS, SECRET, change, opened, rows
from yanlu.intake.store.records import happen
from yanlu.intake.store.writer import commit
from yanlu.intake.worker import Worker

TERMS = Terms(90, 180)


def _worker(tmp_path: Path, rounds: queue.Queue[Round], pause: float = 0.02) -> Worker:
    forge = LocalGitForge(tmp_path / "no-repository", "main")
    return Worker(
        tmp_path / "store",
        forge,
        "main",
        Policy(None, 1),
        TERMS,
        str,
        frozenset(),
        rounds.put,
        pause,
    )


def _approve_one(folder: Path) -> None:
    """A store in which one letter waits for its batch."""
    with opened(folder / "store") as store:
        one = arrival()
        commit(store, [one], 0)
        change(store.main, "UPDATE submission SET delivery = 'approved' WHERE id = ?", (one.id,))


def test_a_forge_that_is_not_there_is_an_alarm_in_every_round_and_is_asked_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _approve_one(tmp_path)
    asked: list[str] = []
    head = LocalGitForge.head

    def counting(forge: LocalGitForge, branch: str) -> str:
        asked.append(branch)
        return head(forge, branch)

    monkeypatch.setattr(LocalGitForge, "head", counting)
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    worker.start()
    told = [rounds.get(timeout=10) for _ in range(10)]
    assert worker.alive
    worker.stop()
    assert told[0].alarms
    assert told[0].wait >= 60
    assert {one.alarms for one in told} == {told[0].alarms}
    assert asked == ["main"]
    assert not worker.alive


def test_a_forge_is_asked_again_when_its_wait_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _approve_one(tmp_path)
    monkeypatch.setattr(local, "PAUSE", 1.0)
    monkeypatch.setattr(waits, "_FIRST", 1)
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    worker.start()
    asked = []
    while len(asked) < 2:
        if rounds.get(timeout=10).wait:
            asked.append(time.monotonic())
    assert asked[1] - asked[0] >= 0.9
    worker.stop()


def _with_old_contact(folder: Path) -> None:
    with opened(folder) as store:
        one = arrival(contact=b"sealed", keys={"text": b"T" * 32, "contact": b"C" * 32})
        commit(store, [one], 0)
        happen(store.main, one.id, "2020-01-01", "replied", by="王某")


def _contacts(folder: Path) -> int:
    with opened(folder) as store:
        return len(rows(store.main, "SELECT 1 FROM submission WHERE contact IS NOT NULL"))


@pytest.mark.parametrize(("steady", "left"), [(3600.0, 1), (0.0, 0)])
def test_what_is_deleted_by_date_waits_until_the_clock_has_kept_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steady: float, left: int
) -> None:
    monkeypatch.setattr("yanlu.intake.worker.STEADY", steady)
    _with_old_contact(tmp_path / "store")
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    worker.start()
    rounds.get(timeout=10)
    time.sleep(0.3)
    worker.stop()
    assert _contacts(tmp_path / "store") == left


def test_of_two_workers_one_works(tmp_path: Path) -> None:
    with opened(tmp_path / "store"):
        pass
    mine: queue.Queue[Round] = queue.Queue()
    theirs: queue.Queue[Round] = queue.Queue()
    first, second = _worker(tmp_path, mine), _worker(tmp_path, theirs)
    first.start()
    mine.get(timeout=10)
    second.start()
    for _ in range(3):
        mine.get(timeout=10)
    first.stop()
    second.stop()
    assert theirs.empty()


def test_old_backups_of_one_machine_go_in_time_also_while_another_one_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "STEADY", 0.0)
    with opened(tmp_path / "store") as store:
        (store.folder / SECRET).write_bytes(b"k" * 32)
        made = back_up(store.folder, tmp_path / "backups", datetime(2020, 1, 1, tzinfo=UTC))
        assert take(store, "publisher", "another", int(time.time()))
    worker = _worker(tmp_path, queue.Queue())
    worker.start()
    deadline = time.monotonic() + 10
    while made.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.stop()
    assert not made.exists()


def test_a_store_that_cannot_be_opened_is_an_alarm_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a killed command left to be settled needs the lock that another program has."""
    monkeypatch.setattr(database, "WAIT", 50)
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    with opened(tmp_path / "store") as store:
        change(store.keys, "INSERT INTO coming VALUES ('x', X'00', X'00')")
        store.keys.execute("BEGIN IMMEDIATE")
        worker.start()
        for _ in range(2):
            [alarm] = rounds.get(timeout=10).alarms
            assert "正被别的命令占用" in alarm
        store.keys.execute("ROLLBACK")
        while rounds.get(timeout=10).alarms:
            pass
        assert worker.alive
        worker.stop()


def test_it_ends_soon_while_another_program_holds_the_store(tmp_path: Path) -> None:
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    with opened(tmp_path / "store") as store:
        worker.start()
        rounds.get(timeout=10)
        store.main.execute("BEGIN IMMEDIATE")
        time.sleep(0.2)
        began = time.monotonic()
        worker.stop()
        assert not worker.alive
        assert time.monotonic() - began < 3
        store.main.execute("ROLLBACK")


def test_it_ends_at_once_when_asked_however_long_it_pauses(tmp_path: Path) -> None:
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds, pause=3600)
    worker.start()
    rounds.get(timeout=10)
    worker.stop()
    assert not worker.alive


def test_keys_that_a_reader_kept_in_the_log_leave_it_in_a_later_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "TRACES", 0.0)
    key = b"MARK" * 8
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    with opened(tmp_path / "store") as store, opened(tmp_path / "store") as reader:
        one = arrival(keys={"text": key})
        commit(store, [one], 0)
        reader.keys.execute("BEGIN")
        assert rows(reader.keys, "SELECT * FROM key")
        monkeypatch.setattr(erasure, "empty_logs", lambda _: False)  # it waited long enough
        erasure.destroy_keys(store, [one.id], ("text",))
        log = tmp_path / "store" / f"{KEYS}-wal"
        assert key in log.read_bytes()
        worker.start()
        assert "日志清不掉" in rounds.get(timeout=10).alarms[0]
        reader.keys.execute("COMMIT")
        deadline = time.monotonic() + 10
        while key in log.read_bytes() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert key not in b"".join(p.read_bytes() for p in store.folder.iterdir())
        worker.stop()


def test_where_another_store_lies_by_now_it_writes_nothing_and_says_so(tmp_path: Path) -> None:
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    with opened(tmp_path / "store"):
        worker.start()
        rounds.get(timeout=10)
        (tmp_path / "store").rename(tmp_path / "moved")
        while "不见了" not in "".join(rounds.get(timeout=10).alarms):
            pass
        assert not (tmp_path / "store").exists()
        with opened(tmp_path / "store") as other:
            while "换成了另一个" not in "".join(rounds.get(timeout=10).alarms):
                pass
            assert rows(other.main, "SELECT * FROM lease") == []
        worker.stop()


def test_a_store_that_was_not_there_is_not_made_by_it(tmp_path: Path) -> None:
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    worker.start()
    [alarm] = rounds.get(timeout=10).alarms
    worker.stop()
    assert "没有收件库" in alarm
    assert not (tmp_path / "store").exists()
