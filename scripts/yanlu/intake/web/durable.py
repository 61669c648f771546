"""Between the event loop and the thread that writes: a whole group's answers at one call.

A call for each record would wake the loop as many times, and have both threads wait for each
other in between.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial

from yanlu.intake.store.records import Arrival
from yanlu.intake.store.writer import Writer

_Loop = asyncio.AbstractEventLoop
_Told = tuple["asyncio.Future[bool]", "Future[bool]"]  # who waits, and the writer's answer


@dataclass
class Durable:
    """The writer as the event loop asks it."""

    writer: Writer
    _told: deque[_Told] = field(default_factory=deque)
    _called: _Loop | None = None

    async def store(self, arrival: Arrival, seconds: float) -> bool:
        """Wait until a record is durable; answers whether its nonce was new.

        Raises:
            StoreError: it was not written.
            TimeoutError: it did not come to that in time; if its transaction has begun, it may
                be written all the same, else it never is.
        """
        loop = asyncio.get_running_loop()
        waits: asyncio.Future[bool] = loop.create_future()
        asked = self.writer.submit(arrival)
        asked.add_done_callback(partial(self._hear, loop, waits))
        try:
            async with asyncio.timeout(seconds):
                return await waits
        finally:
            asked.cancel()  # given up: nothing, once it is answered

    def _hear(self, loop: _Loop, waits: asyncio.Future[bool], answer: Future[bool]) -> None:
        """In the writer's thread: only the first of a group calls the loop."""
        self._told.append((waits, answer))
        if self._called is not loop and not loop.is_closed():
            self._called = loop
            loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        """In the loop: what comes meanwhile is told as well, or by the next call."""
        self._called = None
        while self._told:
            waits, answer = self._told.popleft()
            if waits.done():
                continue  # given up
            if error := answer.exception():
                waits.set_exception(error)
            else:
                waits.set_result(answer.result())
