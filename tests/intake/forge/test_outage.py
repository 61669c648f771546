"""A forge that is down, in a hurry or forgetful for hours: nothing is lost or hammered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from doubles.github.hub import Account
from doubles.github.server import Double
from intake.forge.conftest import PLANTED
from intake.loop import DAY, NOW, Loop, approve, send
from yanlu.intake import worker as worker_module
from yanlu.intake.batches import Policy
from yanlu.intake.forge.github import GitHubForge
from yanlu.intake.forge.port import AuthLost, Retry
from yanlu.intake.forge.session import Place, Token
from yanlu.intake.lease import SECONDS, take
from yanlu.intake.publisher import Round
from yanlu.intake.retention import Terms
from yanlu.intake.store.database import opened, rows, write
from yanlu.intake.store.records import oldest_waiting
from yanlu.intake.store.sqlite import Database
from yanlu.intake.worker import Worker

HOUR = 3600
TICK = 100  # seconds between rounds; within a lease


@dataclass
class Clock:
    """Time as the worker reads it."""

    moment: float = NOW

    def time(self) -> float:
        return self.moment

    def monotonic(self) -> float:
        return self.moment


@dataclass
class Shift:
    """A worker whose rounds a test calls, by a clock of its own."""

    loop: Loop
    worker: Worker
    clock: Clock
    told: list[Round] = field(default_factory=list)

    def last(self, seconds: int) -> list[Round]:
        """Let so much time pass; what the rounds reported."""
        before = len(self.told)
        for _ in range(seconds // TICK):
            self.clock.moment += TICK
            self.worker._round(self.loop.store, self.clock.moment, DAY)  # noqa: SLF001
        return self.told[before:]


@pytest.fixture
def shift(tmp_path: Path, forge: GitHubForge, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shift]:
    clock = Clock()
    monkeypatch.setattr(worker_module, "time", clock)
    with opened(tmp_path / "store") as store:
        if isinstance(store.main, Database):
            store.main.execute("PRAGMA synchronous=OFF")  # hours of rounds; nobody pulls the plug
        told: list[Round] = []
        worker = Worker(
            store.folder, forge, "main", Policy(None, 1), Terms(90, 180), str, frozenset(),
            told.append,
        )  # fmt: skip
        yield Shift(Loop(store, forge), worker, clock, told)


def _nowhere(double: Double) -> GitHubForge:
    """A forge whose host answers no more."""
    hub = double.hub
    place = Place("http://127.0.0.1:9", hub.host, hub.owner, hub.name, "main")
    return GitHubForge(place, Token(PLANTED), lambda: datetime.now(UTC))


def test_a_forge_that_is_down_for_a_day_keeps_nobody_out_and_gets_everything_afterwards(
    double: Double, shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge = shift.worker.forge
    asked = _counted(shift, _nowhere(double), monkeypatch)
    names = [shift.loop.approved()[0]]
    alarms = shift.last(6 * HOUR)
    names.append(shift.loop.approved()[0])  # the door stays open, the queue grows
    alarms += shift.last(18 * HOUR)
    assert alarms
    assert all(round_.alarms for round_ in alarms)
    assert 24 <= len(asked) <= 60  # one minute, two, four … then every half hour
    gaps = [after - before for before, after in pairwise(asked)]
    assert gaps[0] < gaps[4] < max(gaps) <= 1800 * 1.25 + TICK
    assert oldest_waiting(shift.loop.store.main) == DAY.isoformat()
    assert double.hub.branches() == []
    shift.worker.forge = forge
    shift.last(HOUR)
    assert {shift.loop.of(name)["delivery"] for name in names} == {"in-review"}
    assert len(double.hub.pulls) == len(double.hub.branches()) == 1


def _counted(shift: Shift, forge: GitHubForge, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Put a forge in; the moments at which it is asked for anything."""
    asked: list[float] = []
    fetched: Callable[[], Any] = forge._fetched  # noqa: SLF001

    def counting() -> Any:
        asked.append(shift.clock.moment)
        return fetched()

    monkeypatch.setattr(forge, "_fetched", counting)
    shift.worker.forge = forge
    return asked


def test_a_limit_is_waited_out_as_long_as_it_says_and_then_it_goes_on(
    double: Double, shift: Shift
) -> None:
    name, _ = shift.loop.approved()
    double.fail("POST .*/git/trees", status=403, headers={"Retry-After": "7200"})
    (limited,) = shift.last(TICK)
    assert limited.wait == 7200
    double.rest()
    calls = len(double.calls)
    shift.last(7200 - TICK)
    assert len(double.calls) == calls
    shift.last(HOUR)
    assert shift.loop.of(name)["delivery"] == "in-review"
    assert len(double.hub.pulls) == 1


def test_a_lost_token_stops_all_calls_but_an_hourly_probe_and_loses_nothing(
    double: Double, shift: Shift
) -> None:
    published, _ = shift.loop.approved()
    shift.last(TICK)
    double.hub.merge(double.hub.pulls[0], "staff", squash=False)
    shift.last(TICK)
    assert shift.loop.of(published)["delivery"] == "merged"
    waiting, _ = shift.loop.approved()
    double.hub.tokens.pop(PLANTED)
    double.rest()
    calls = len(double.calls)
    alarms = shift.last(5 * HOUR)
    double.rest()
    assert 4 <= len(double.calls) - calls <= 5
    assert all("请换发令牌" in alarm for round_ in alarms for alarm in round_.alarms)
    assert shift.loop.of(waiting)["delivery"] == "approved"
    double.hub.tokens[PLANTED] = Account("yanlu-bot")
    shift.last(HOUR + HOUR // 4 + TICK)
    assert shift.loop.of(waiting)["delivery"] == "in-review"


def test_a_clock_that_is_put_back_a_year_delays_no_batch_and_no_successor(
    double: Double, shift: Shift
) -> None:
    name, _ = shift.loop.approved()
    double.fail("POST .*/git/trees", status=500)
    shift.last(TICK)
    assert shift.loop.of(name)["delivery"] == "frozen"
    back = int(shift.clock.moment) - 365 * 24 * HOUR
    assert take(shift.loop.store, "publisher", "successor", back) is not None
    shift.loop.work(now=back, holder="successor")
    assert shift.loop.of(name)["delivery"] == "in-review"
    assert len(double.hub.pulls) == 1


def test_a_clock_that_runs_ahead_proposes_nothing_twice(double: Double, shift: Shift) -> None:
    name, _ = shift.loop.approved()
    double.fail("POST .*/pulls$", drop=True, effect=True)
    shift.last(TICK)
    ahead = int(shift.clock.moment + timedelta(days=365).total_seconds())
    shift.loop.work(now=ahead, holder="b")
    shift.loop.work(now=int(shift.clock.moment) + SECONDS, holder="c")
    assert shift.loop.of(name)["delivery"] == "in-review"
    assert len(double.hub.pulls) == 1


class _Overtaken:
    """A forge that answers only when another worker has taken over and done the same."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loop.forge, name)

    def publish(self, batch: Any) -> Any:
        published = self._loop.forge.publish(batch)
        self._loop.work(now=NOW + SECONDS + 1, holder="b")
        return published


def test_a_worker_that_was_overtaken_in_the_middle_records_nothing(
    double: Double, shift: Shift
) -> None:
    name, _ = shift.loop.approved()
    done = shift.loop.work(forge=_Overtaken(shift.loop))
    assert done.proposed == 0
    assert any("另一个进程接手" in alarm for alarm in done.alarms)
    steps = rows(shift.loop.store.main, "SELECT what FROM happening WHERE submission = ?", (name,))
    assert [step["what"] for step in steps].count("proposed") == 1
    assert len(double.hub.pulls) == 1


@pytest.mark.parametrize("error", [Retry("网络中断。", 5.0), AuthLost("令牌失效。")])
def test_a_forge_that_cannot_be_asked_is_asked_once_a_round(
    shift: Shift, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def head(branch: str) -> str:
        asked.append(branch)
        raise error

    for _ in range(2):
        name, _ = send(shift.loop.store)
        approve(shift.loop.store, name)
    write(shift.loop.store.main, lambda main: main.change(
        "UPDATE submission SET delivery = 'merged' WHERE id = ?", (name,)
    ))  # fmt: skip
    monkeypatch.setattr(shift.loop.forge, "head", head)
    assert shift.loop.work().wait > 0
    assert len(asked) == 1
