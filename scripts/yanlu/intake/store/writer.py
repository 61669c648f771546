"""Group commit: one thread writes all that arrives meanwhile in one durable transaction."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from yanlu.errors import StoreError
from yanlu.intake.store.database import FLOOR, DiskError, FullDiskError, Store, free_bytes, write
from yanlu.intake.store.records import Arrival, add, add_keys

GROUP = 256  # records of one transaction at most
# Seconds from the begin of a transaction to the next: a transaction costs as much as ten records
# in it. A lone letter does not wait, those of a crowd go together, and longer in a larger one.
PACE, CROWDED = 0.015, 0.05
MANY = 8  # records of one transaction, from which on it is a larger crowd
_Job = tuple[Arrival, "Future[bool]"]


@dataclass
class Writer:
    """The thread that owns the writing connections of the service.

    A future that `submit` gives resolves only after COMMIT: True for a new record, False
    where the nonce had one already.
    """

    store: Store
    floor: int = FLOOR

    def __post_init__(self) -> None:
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="yanlu-writer", daemon=True)
        self._thread.start()

    def submit(self, arrival: Arrival) -> Future[bool]:
        """Ask for a record to be written."""
        answer: Future[bool] = Future()
        self._queue.put((arrival, answer))
        return answer

    @property
    def alive(self) -> bool:
        """Whether the thread runs: without it nothing can be accepted."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """Records that wait for their transaction."""
        return self._queue.qsize()

    def stop(self) -> None:
        """Finish what was asked, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            jobs = [job]
            while len(jobs) < GROUP and not self._queue.empty():
                following = self._queue.get()
                if following is None:
                    self._queue.put(None)
                    break
                jobs.append(following)
            began = time.monotonic()
            # a future that was given up is not written: nobody was told of it
            self._commit([job for job in jobs if job[1].set_running_or_notify_cancel()])
            pace = CROWDED if len(jobs) >= MANY else PACE
            time.sleep(max(0.0, began + pace - time.monotonic()))

    def _commit(self, jobs: Sequence[_Job]) -> None:
        """One transaction for all; where a record does not fit, one for each: only it fails.

        A disk that takes nothing takes none of them, and is not asked for each.
        """
        if not jobs:
            return  # all were given up: no lock is waited for
        try:
            answers = commit(self.store, [arrival for arrival, _ in jobs], self.floor)
        except StoreError as refusal:
            if len(jobs) == 1 or isinstance(refusal, DiskError):
                for _, answer in jobs:
                    answer.set_exception(refusal)
                return
            for job in jobs:
                self._commit([job])
        else:
            for (_, answer), new in zip(jobs, answers, strict=True):
                answer.set_result(new)


def commit(store: Store, arrivals: Sequence[Arrival], floor: int) -> list[bool]:
    """Write records durably; for each, whether its nonce was new.

    Keys first: a key without a record is swept up later, a record without key would be lost.

    Raises:
        DiskError: the disk is nearly full, locked or gone; no record was written.
        StoreError: a record does not fit; no record was written.
    """
    if free_bytes(store) < floor:
        raise FullDiskError("磁盘空间快用完了，暂时不收。请腾出空间。")
    write(store.keys, lambda keys: add_keys(keys, arrivals))
    return write(store.main, lambda main: add(main, arrivals))
