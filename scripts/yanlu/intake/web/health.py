"""Whether the service lives, whether it can take anything now, and what it has counted."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from yanlu.errors import StoreError
from yanlu.intake.store.database import Connection, Store, free_bytes, write
from yanlu.intake.store.records import oldest_waiting
from yanlu.intake.web.metrics import CONTENT_TYPE, written
from yanlu.intake.web.service import Service, today

_DAY = 24 * 3600.0
_PATIENCE = 3.0  # seconds for the store to say that it can be written


@dataclass(frozen=True)
class Health:
    """The routes for machines. A forge that is down makes nothing unready."""

    service: Service

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
        if free_bytes(writer.store.folder) < writer.floor:
            return "disk"
        try:
            await asyncio.wait_for(self.service.aside.do(_refuse_unwritable), _PATIENCE)
        except (StoreError, TimeoutError):
            return "store"
        return None

    async def metrics(self, request: Request) -> Response:  # noqa: ARG002 - Starlette's interface
        """For Prometheus."""
        writer = self.service.writer
        oldest = oldest_waiting(self.service.reader.main)
        waited = (today() - date.fromisoformat(oldest)).days if oldest else 0
        gauges = {
            "yanlu_queue_depth": writer.waiting,
            "yanlu_oldest_unpublished_seconds": waited * _DAY,
            "yanlu_free_bytes": free_bytes(writer.store.folder),
            "yanlu_writer_alive": int(writer.alive),
        }
        text = written(self.service.counters, gauges)
        return PlainTextResponse(text, headers={"Content-Type": CONTENT_TYPE})


def _refuse_unwritable(store: Store) -> None:
    """A transaction that takes the lock for writing and changes nothing."""

    def nothing(main: Connection) -> None:
        del main

    write(store.main, nothing)


def metrics_app(service: Service) -> Starlette:
    """The counts, for another port that only this machine reaches."""
    return Starlette(routes=[Route("/metrics", Health(service).metrics)])
