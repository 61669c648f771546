"""The thread beside the service that publishes, watches and clears, one round after another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from yanlu.errors import YanluError
from yanlu.intake.batches import Policy, Title
from yanlu.intake.forge.port import Forge
from yanlu.intake.holder import holder_name
from yanlu.intake.lease import take
from yanlu.intake.publisher import Publisher, Round, work
from yanlu.intake.retention import Terms, clear, sweep_keys
from yanlu.intake.store.backup import expire_known
from yanlu.intake.store.database import (
    Store,
    StorePlace,
    empty_log,
    existing,
    home,
    refuse_moved,
)
from yanlu.intake.store.patience import Patience
from yanlu.intake.waits import backoff, spread
from yanlu.model import CHINA

PAUSE = 30.0  # seconds between rounds
STEADY = 600.0  # seconds for which a day must have lasted before anything is deleted by its date
LAST = 1.0  # seconds for a locked store, once the end is asked for
EXPIRY = 3600.0  # seconds between two looks for backups whose term is over
TRACES = 3600.0  # seconds within which no log holds what was forgotten: citizens are told so
_BRIEF = 200  # milliseconds in which a round waits for readers: whoever writes waits as well
Report = Callable[[Round], None]


@dataclass
class Worker:
    """Rounds in a thread of its own, with a store of its own, until `stop`.

    `report` hears of each round, also of its alarms; what it hears holds no citizen's text.
    """

    folder: StorePlace
    forge: Forge
    branch: str
    policy: Policy
    terms: Terms
    group: Title
    keep: Collection[str]
    report: Report
    pause: float = PAUSE
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._holder = holder_name()
        self._cleared: date | None = None
        self._orphans: frozenset[str] = frozenset()
        self._since: tuple[date, float] | None = None
        self._quiet = 0.0
        self._emptied = time.monotonic()
        self._alarms: tuple[str, ...] = ()
        self._expired = -EXPIRY
        self._misses = 0
        self._patience = Patience()
        self._thread = threading.Thread(target=self._run, name="yanlu-worker", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether rounds go on; intake itself does not depend on it."""
        return self._thread.is_alive()

    def stop(self, patience: float = 5.0) -> None:
        """End after the round that is under way, or without it after so many seconds.

        Whoever ends in the middle of a round leaves a state from which the next one goes on.
        """
        self._ended.set()
        self._patience.end(LAST)
        self._thread.join(patience)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with existing(self.folder) as store:
                    self._rounds(self._patience.keep(store))
            except YanluError as error:  # it could not be opened; it may be at the next try
                self.report(Round(alarms=(str(error),)))
                self._ended.wait(self.pause)

    def _rounds(self, store: Store) -> None:
        while not self._ended.is_set():
            try:
                self._round(store, time.time(), datetime.now(CHINA).date())
            except YanluError as error:
                self.report(Round(alarms=(str(error),)))
            self._ended.wait(self.pause)

    def _round(self, store: Store, now: float, day: date) -> None:
        refuse_moved(store)
        self._empty_logs(store)
        is_steady = self._is_steady(day)
        if is_steady:
            self._expire_backups(now)  # of this machine, whichever works for all
        lease = take(store, "publisher", self._holder, int(now))
        if lease is None:
            return  # another process is at it
        if time.monotonic() < self._quiet:
            self.report(Round(alarms=self._alarms))  # nothing was asked, and nothing is mended
        else:
            publisher = Publisher(
                store, lease, self.forge, self.policy, self.branch, self.group, self.keep
            )
            self._leave_alone(work(publisher, int(now), day))
        if is_steady and self._cleared != day:
            clear(store, self.terms, day, int(now))
            self._orphans = sweep_keys(store, self._orphans)
            self._cleared = day

    def _empty_logs(self, store: Store) -> None:
        """What was forgotten while somebody read, or by whoever was killed, leaves the logs."""
        emptied = [empty_log(connection, _BRIEF) for connection in (store.keys, store.main)]
        if all(emptied):
            self._emptied = time.monotonic()
        elif time.monotonic() - self._emptied >= TRACES:
            self.report(Round(alarms=(_HELD,)))

    def _expire_backups(self, now: float) -> None:
        if time.monotonic() - self._expired >= EXPIRY:
            self._expired = time.monotonic()
            faults = expire_known(home(self.folder), datetime.fromtimestamp(now, UTC))
            if faults:  # else this round has been told of already
                self.report(Round(alarms=tuple(faults)))

    def _leave_alone(self, done: Round) -> None:
        """A forge that could not be asked is left alone: as long as it says, longer each time."""
        self.report(done)
        self._alarms = done.alarms
        if done.wait:
            wait = spread(max(done.wait, backoff(self._misses)))
            self._quiet = time.monotonic() + wait
        self._misses = self._misses + 1 if done.wait else 0

    def _is_steady(self, day: date) -> bool:
        """Whether this day is more than a clock's slip: what is deleted does not come back."""
        if self._since is None or self._since[0] != day:
            self._since = (day, time.monotonic())
        return time.monotonic() - self._since[1] >= STEADY


_HELD = (
    "一个多小时了，收件库一直有程序在读，日志清不掉，里面可能还有已经删除的内容。"
    "请找出是哪个程序开着收件库（没有做完的备份、sqlite3、数据库里没有结束的事务之类），把它停下。"
)
