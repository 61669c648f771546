"""The thread beside the service: one works, another waits, and a bad forge ends nothing."""

from __future__ import annotations

import queue
from pathlib import Path

from intake.arrivals import arrival
from yanlu.intake.batches import Policy
from yanlu.intake.forge.local import LocalGitForge
from yanlu.intake.publisher import Round
from yanlu.intake.retention import Terms
from yanlu.intake.store.database import change, opened
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


def test_a_forge_that_is_not_there_is_an_alarm_each_round_and_nothing_more(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as store:
        one = arrival()
        commit(store, [one], 0)
        change(store.main, "UPDATE submission SET delivery = 'approved' WHERE id = ?", (one.id,))
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds)
    worker.start()
    first, second = rounds.get(timeout=10), rounds.get(timeout=10)
    assert worker.alive
    worker.stop()
    assert first.alarms
    assert first.alarms == second.alarms
    assert not worker.alive


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


def test_it_ends_at_once_when_asked_however_long_it_pauses(tmp_path: Path) -> None:
    rounds: queue.Queue[Round] = queue.Queue()
    worker = _worker(tmp_path, rounds, pause=3600)
    worker.start()
    rounds.get(timeout=10)
    worker.stop()
    assert not worker.alive
