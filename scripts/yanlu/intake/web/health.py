"""Whether the service lives, whether it can take anything now, and what it has counted."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from yanlu.errors import StoreError
from yanlu.intake.store.database import DiskError, Store, free_bytes, refuse_gone, write
from yanlu.intake.store.tries import since
from yanlu.intake.web.alarms import alarms, standing
from yanlu.intake.web.log import UNSTORED
from yanlu.intake.web.metrics import CONTENT_TYPE, written
from yanlu.intake.web.service import Service, now, today

DOCTOR = "yanlu-doctor"  # as `yanlu doctor` calls itself
_DAY = 24 * 3600
_PATIENCE = 3.0  # seconds for the store to say that it can be written


@dataclass
class Health:
    """The routes for machines. A forge that is down makes nothing unready."""

    service: Service
    _asked: Future[None] | None = None  # the last probe, which may be under way
    _looked: int = 0  # Unix seconds at which a program last read the alarms

    async def alive(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's interface
        """The event loop answers."""
        return PlainTextResponse("ok\n")

    async def ready(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's interface
        """The writer runs, the disk has room, the store can be written."""
        fault = await self._fault()
        return PlainTextResponse(f"{fault or 'ok'}\n", 503 if fault else 200)

    async def _fault(self) -> str | None:
        writer = self.service.writer
        if not writer.alive:
            return "writer"
        try:
            if free_bytes(writer.store) < writer.floor:
                return "disk"
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._probe())), _PATIENCE)
        except (StoreError, TimeoutError):
            return "store"
        return None

    def _probe(self) -> Future[None]:
        """One at a time, however many ask: on a locked store they would queue up."""
        if self._asked is None or self._asked.done():
            self._asked = self.service.probe.ask(_refuse_unwritable)
        return self._asked

    async def metrics(self, request: Request) -> Response:
        """For Prometheus."""
        gauges = await self.service.watch.do(self._gauges)  # thousands of letters are looked at
        gauges["yanlu_alarms_read_age_seconds"] = now() - self._looked
        if request.headers.get("user-agent") != DOCTOR:  # who asks whether anybody looks
            self._looked = now()
        text = written(self.service.counters, gauges)
        return PlainTextResponse(text, headers={"Content-Type": CONTENT_TYPE})

    def _gauges(self, store: Store) -> dict[str, float]:
        """A store that does not answer tells nothing, and is an alarm itself."""
        writer = self.service.writer
        free = _free(writer.store)
        own = {
            "yanlu_queue_depth": writer.waiting,
            "yanlu_free_bytes": free,
            "yanlu_writer_alive": int(writer.alive),
        }
        try:
            return {**own, **self._told(store, free)}
        except DiskError:
            return {**own, 'yanlu_alarm{of="writer"}': 1}

    def _told(self, store: Store, free: float) -> dict[str, float]:
        writer, log = self.service.writer, self.service.log
        faults = (log.since("alarm"), log.since(UNSTORED))
        backups = since(store.folder, now())
        told = standing(store.main, self.service.periods, now(), today(), *faults, backups)
        needed = alarms(told, writer.alive, free, writer.floor)
        return {
            **{f'yanlu_unpublished{{state="{s}"}}': n for s, n in told.unpublished.items()},
            "yanlu_oldest_unpublished_seconds": told.oldest * _DAY,
            **{f'yanlu_overdue_days{{of="{name}"}}': n for name, n in told.late.items()},
            "yanlu_worker_round_age_seconds": told.since_round,
            "yanlu_forge_failed_tries": told.tries,
            "yanlu_forge_pause_seconds": told.pause,
            "yanlu_backup_age_seconds": backups.good,
            "yanlu_backup_failure_age_seconds": backups.failed,
            **{f'yanlu_alarm{{of="{name}"}}': int(one) for name, one in needed.items()},
        }


def _free(store: Store) -> float:
    """A disk that does not answer has no room: the alarm is the same."""
    try:
        return free_bytes(store)
    except DiskError:
        return 0


def _refuse_unwritable(store: Store) -> None:
    """A transaction that takes the lock for writing and changes nothing."""
    write(store.main, refuse_gone)


def metrics_app(service: Service) -> Starlette:
    """The counts, for another port that only this machine reaches."""
    return Starlette(routes=[Route("/metrics", Health(service).metrics)])
