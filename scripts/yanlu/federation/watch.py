"""Ends connections whose time is up, whatever they are in the midst of.

A time limit on a socket is one of silence: a server that sends a byte now and then holds its
reader for ever, in a head line as well as in a body. Somebody else has to look at the clock.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

_LOOK = 0.25  # seconds between two looks at the clock


class Watch:
    """Looks at the clock for all connections of a run, in a thread of its own."""

    def __init__(self) -> None:
        self._ends: dict[socket.socket, float] = {}
        self._ended: set[socket.socket] = set()
        self._lock, self._over = Lock(), Event()

    @contextmanager
    def looking(self) -> Iterator[Watch]:
        """Look until the end."""
        thread = Thread(target=self._look, name="watch", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def begin(self, wire: socket.socket, seconds: float) -> None:
        """Give a connection so long from now on."""
        with self._lock:
            self._ends[wire] = time.monotonic() + seconds

    def end(self, wire: socket.socket) -> bool:
        """Leave a connection alone again; answers whether its time was up."""
        with self._lock:
            self._ends.pop(wire, None)
            late = wire in self._ended
            self._ended.discard(wire)
            return late

    def _look(self) -> None:
        while not self._over.wait(_LOOK):
            now = time.monotonic()
            with self._lock:
                late = [wire for wire, end in self._ends.items() if end < now]
                self._ended.update(late)
                for wire in late:
                    del self._ends[wire]
            for wire in late:
                with suppress(OSError):  # closed meanwhile by its other end
                    socket.socket.shutdown(wire, socket.SHUT_RDWR)  # under TLS, if there is any
