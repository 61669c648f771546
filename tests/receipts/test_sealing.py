"""Sealing: a batch for every day, nobody can count; all or nothing, and never two truths."""

from __future__ import annotations

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from conftest import snapshot
from doubles.sealed import EVENTS, FIRST, SIGNER, chance, event, package, sealed_days
from yanlu.errors import ForkError, LogError
from yanlu.receipts import sealing
from yanlu.receipts.lines import KeyLine, SiteLine
from yanlu.receipts.log import log_faults, read_log
from yanlu.receipts.notes import Signer
from yanlu.receipts.releases import add_pending, release_faults
from yanlu.receipts.sealing import Order, refuse_clock, seal

SITE = SiteLine("a" * 64, "b" * 64)


def _data(tmp_path: Path, name: str = "data") -> Path:
    (tmp_path / name).mkdir(parents=True)
    return tmp_path / name


def test_a_day_is_sealed_with_the_key_what_was_published_and_blind_lines(tmp_path: Path) -> None:
    data = _data(tmp_path)
    add_pending(data, SITE)
    first, second = package("statistics-2026-10", "1"), package("statistics-2026-10", "2")
    made = sealed_days(data, [0], packages=[first])
    assert made
    log = read_log(data)
    assert list(log_faults(log, SIGNER.key)) == []
    kinds = [entry.split()[0] for entry in log.entries]
    assert kinds == [b"batch/1", b"key/1", b"site/1", b"release/1"] + [b"event/1"] * EVENTS
    assert not (data / "log" / "pending.txt").exists()
    sealed_days(data, [1], packages=[first, second])
    told = [(index, line) for index, line in read_log(data).public if index > len(kinds)]
    assert [(index, line.revises) for index, line in told] == [(13, 3)]  # type: ignore[union-attr]
    assert list(release_faults(read_log(data), [first, second])) == []


def test_days_that_were_missed_get_their_batches_and_today_is_sealed_once(tmp_path: Path) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0])
    made = sealed_days(data, [4])
    assert made
    assert [day.day for day in made.days] == [FIRST + timedelta(days=n) for n in (1, 2, 3, 4)]
    before = snapshot(data)
    assert sealed_days(data, [4, 3]) is None
    assert snapshot(data) == before
    assert sorted(read_log(data).notes) == [2 + EVENTS, 2 + EVENTS + 4 * (1 + EVENTS)]


def test_what_does_not_fit_waits_for_the_next_day_and_nothing_is_sealed_twice(
    tmp_path: Path,
) -> None:
    data = _data(tmp_path)
    waiting = [event(number) for number in range(EVENTS + 3)]
    for day, expected in ((0, EVENTS), (1, EVENTS + 3), (2, EVENTS + 3)):
        order = Order(FIRST + timedelta(days=day), EVENTS, [], waiting)
        seal(data, SIGNER, order, chance(day), None)
        entries = set(read_log(data).entries)
        assert sum(str(line).encode() in entries for line in waiting) == expected
    assert str(waiting[EVENTS]).encode() not in read_log(data).days[0].entries


def test_a_label_that_says_two_things_is_not_sealed(tmp_path: Path) -> None:
    data = _data(tmp_path)
    line = event(1)
    other = type(line)(line.label, event(2).commitment)
    with pytest.raises(LogError, match="一个标签写了两样内容"):
        seal(data, SIGNER, Order(FIRST, EVENTS, [], [line, other]), chance(0), None)
    seal(data, SIGNER, Order(FIRST, EVENTS, [], [line]), chance(0), None)
    before = snapshot(data)
    order = Order(FIRST + timedelta(days=1), EVENTS, [], [other])
    with pytest.raises(LogError, match="一个标签写了两样内容"):
        seal(data, SIGNER, order, chance(0), None)
    assert snapshot(data) == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"events:8", b"events:9", "实际有"),
        (b"event/1 ", b"event/2 ", "应当是事件行"),
        (b"release/1 a 1", b"release/1 a 2", "重新算出的根不同"),
        (b"batch/1 2026-11-24", b"batch/1 2026-11-25", "每天一批"),
    ],
)
def test_a_log_that_is_not_what_was_signed_is_not_continued(
    tmp_path: Path, old: bytes, new: bytes, said: str
) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0, 1], packages=[package("a", "1")])
    day = 1 if b"batch" in old else 0
    path = data / "log" / read_log(data).days[day].place
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    before = snapshot(data)
    with pytest.raises(LogError, match=said):
        sealed_days(data, [2])
    assert snapshot(data) == before


def test_another_key_does_not_continue_the_log(tmp_path: Path) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0])
    other = Signer(SIGNER.name, bytes(32))
    with pytest.raises(LogError, match="没有登记"):
        seal(data, other, Order(FIRST + timedelta(days=1), EVENTS), chance(0), None)


class _StoppedError(Exception):
    """The machine was switched off here."""


@pytest.mark.parametrize("count", range(4))
def test_a_sealing_that_fails_leaves_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0])
    before, left, real = snapshot(data), [count], os.fsync

    def stop(handle: int) -> None:
        if not left[0]:
            raise _StoppedError
        left[0] -= 1
        real(handle)

    monkeypatch.setattr(os, "fsync", stop)
    with suppress(_StoppedError):
        sealed_days(data, [3])
        pytest.fail("four files are written, and the last one makes the others count")
    assert snapshot(data) == before
    monkeypatch.undo()
    sealed_days(data, [3])
    assert list(log_faults(read_log(data), SIGNER.key)) == []


def _die_at(data: Path, journal: Path | None, at: int) -> None:
    """Seal, and be killed before the file of a number is in its place."""
    left, real = [at], os.replace

    def write(path: Path, content: bytes) -> None:
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        aside = path.with_name(f".{path.name}")
        aside.write_bytes(content)
        real(aside, path)

    sealing.put_file = write  # in a process of its own
    seal(data, SIGNER, Order(FIRST + timedelta(days=2), EVENTS), chance(7), journal)


@pytest.mark.parametrize("journalled", [True, False])
@pytest.mark.parametrize("at", range(4))
def test_a_sealing_that_is_killed_is_redone_or_completed_and_never_forks(
    tmp_path: Path, at: int, journalled: bool
) -> None:
    data, journal = _data(tmp_path), tmp_path / "key.signed" if journalled else None
    order = Order(FIRST, EVENTS)
    seal(data, SIGNER, order, chance(1), journal)
    before = read_log(data)
    process = get_context("fork").Process(target=_die_at, args=(data, journal, at))
    process.start()
    process.join()
    killed = process.exitcode == -signal.SIGKILL
    assert killed == (at < 3 + journalled)
    if killed:
        assert read_log(data).entries == before.entries
    seal(data, SIGNER, Order(FIRST + timedelta(days=3), EVENTS), chance(9), journal)
    log = read_log(data)
    assert list(log_faults(log, SIGNER.key)) == []
    assert len(log.days) == 4
    # with the key's own record, what it had signed is completed rather than signed anew
    assert len(log.notes) == (3 if not killed or (journalled and at) else 2)


def test_of_two_sealers_at_once_one_wins_and_none_forks(tmp_path: Path) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0])
    order = Order(FIRST + timedelta(days=1), EVENTS)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: seal(data, SIGNER, order, chance(n), None), range(4)))
    assert sum(one is not None for one in made) == 1
    log = read_log(data)
    assert len(log.notes) == len(log.days) == 2
    assert list(log_faults(log, SIGNER.key)) == []


def test_one_key_in_two_copies_of_the_log_signs_one_truth(tmp_path: Path) -> None:
    here, journal = _data(tmp_path, "here/data"), tmp_path / "key.signed"
    seal(here, SIGNER, Order(FIRST, EVENTS), chance(1), journal)
    there = tmp_path / "there" / "data"
    shutil.copytree(here, there)
    old = tmp_path / "old" / "data"
    shutil.copytree(here, old)
    order = Order(FIRST + timedelta(days=1), EVENTS)
    seal(here, SIGNER, order, chance(2), journal)
    assert seal(there, SIGNER, order, chance(3), journal) is None
    assert snapshot(there) == snapshot(here)
    seal(here, SIGNER, Order(FIRST + timedelta(days=2), EVENTS), chance(4), journal)
    before = snapshot(old)
    with pytest.raises(ForkError, match="两份不同的记录"):
        seal(old, SIGNER, order, chance(5), journal)
    assert snapshot(old) == before


def test_a_new_key_signs_once_the_old_one_has_sealed_it(tmp_path: Path) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0])
    new = Signer(SIGNER.name, bytes(32))
    add_pending(data, KeyLine("log", new.key))
    sealed_days(data, [1])
    seal(data, new, Order(FIRST + timedelta(days=2), EVENTS), chance(0), None)
    assert list(log_faults(read_log(data), new.key)) == []


def test_another_number_of_lines_begins_with_the_next_year_and_never_breaks_the_log(
    tmp_path: Path,
) -> None:
    """Else a setting that was changed too early would be sealed, and nothing ever after it."""
    data, day = _data(tmp_path), date(2026, 12, 28)
    for ahead, events in ((0, EVENTS), (1, EVENTS + 1), (5, EVENTS + 1), (6, EVENTS)):
        assert seal(data, SIGNER, Order(day + timedelta(ahead), events), chance(ahead), None)
    log = read_log(data)
    assert list(log_faults(log, SIGNER.key)) == []
    counts = {one.day.year: set() for one in log.days}
    for one in log.days:
        counts[one.day.year].add(sum(entry[:5] == b"event" for entry in one.entries))
    assert counts == {2026: {EVENTS}, 2027: {EVENTS + 1}}


def test_chance_that_repeats_itself_is_not_sealed(tmp_path: Path) -> None:
    """As after a machine was put back to an earlier state: it would tell which lines are real."""
    data = _data(tmp_path)
    seal(data, SIGNER, Order(FIRST, EVENTS), chance(1), None)
    before = snapshot(data)
    with pytest.raises(LogError, match="同一个标签出现了两次"):
        seal(data, SIGNER, Order(FIRST + timedelta(1), EVENTS), chance(1), None)
    assert snapshot(data) == before


def test_a_clock_that_leaps_seals_nothing_until_its_day_is_confirmed(tmp_path: Path) -> None:
    data = _data(tmp_path)
    sealed_days(data, [0])
    log = read_log(data)
    for ahead in (0, 1, 7):
        refuse_clock(log, FIRST + timedelta(ahead), None)
    late = FIRST + timedelta(8)
    with pytest.raises(LogError, match=f"--until {late}"):
        refuse_clock(log, late, None)
    with pytest.raises(LogError, match="缺 3650 天"):
        refuse_clock(log, FIRST + timedelta(3650), late)
    refuse_clock(log, late, late)
    with pytest.raises(LogError, match="日期慢了"):
        refuse_clock(log, FIRST - timedelta(1), FIRST - timedelta(1))
    refuse_clock(read_log(tmp_path / "none"), date(2030, 1, 1), None)


def test_the_first_day_is_any_day(tmp_path: Path) -> None:
    data = _data(tmp_path)
    made = seal(data, SIGNER, Order(date(2030, 1, 1), 1), chance(1), None)
    assert made
    assert made.size == 3


def test_a_record_of_the_key_that_cannot_be_read_stops_it(tmp_path: Path) -> None:
    data, journal = _data(tmp_path), tmp_path / "key.signed"
    for content in (b"", b"[]"):
        journal.write_bytes(content)
        with pytest.raises(LogError, match="从备份恢复"):
            seal(data, SIGNER, Order(FIRST, EVENTS), chance(1), journal)
    assert not (data / "log").exists()
