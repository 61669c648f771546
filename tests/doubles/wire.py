"""A wire to a PostgreSQL server that can be cut, or fall silent, when a test wants it to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PART = 64 << 10  # bytes


class Wire:
    """A port of this machine that leads to the socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._target = str(folder / ".s.PGSQL.5432")
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        self._is_cut = False
        self._last = b""  # of what the client says: nothing comes back after it
        self.silent = False
        self._heard = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def url(self, database: str) -> str:
        """The address of a database behind it."""
        return f"postgresql://yanlu@127.0.0.1:{self._door.getsockname()[1]}/{database}"

    def cut(self) -> None:
        """Cut all that goes over it, and let nothing new through."""
        self._is_cut = True
        with self._lock:
            for one in self._open:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._open.clear()

    def cut_after(self, said: bytes) -> None:
        """Let the server hear these words of a client once more, and cut before it answers."""
        self._last = said

    def mend(self) -> None:
        """As if nothing had been."""
        self._is_cut, self.silent, self._last = False, False, b""

    def close(self) -> None:
        """Away with it."""
        self.cut()
        self._door.close()

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client = self._door.accept()[0]
                if self._is_cut:
                    client.close()
                    continue
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(self._target)
        except OSError:  # the server is not there: nor is the wire
            client.close()
            return
        with self._lock:
            self._open += [client, server]
        for one, other, asks in ((client, server, True), (server, client, False)):
            threading.Thread(target=self._pass, args=(one, other, asks), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while said := one.recv(_PART):
                if self.silent:
                    self._heard.set()
                    continue
                is_last = asks and self._last and self._last in said
                if is_last:
                    self.silent = True
                other.sendall(said)
                if is_last:
                    self._heard.wait(10)  # it has been done
                    self.cut()
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def wire(folder: Path) -> Iterator[Wire]:
    """A wire that is whole, and gone afterwards."""
    made = Wire(folder)
    try:
        yield made
    finally:
        made.close()
