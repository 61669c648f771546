"""A link to a database that can be cut: a port of this machine in front of a server's socket."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from pathlib import Path

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closed without a word, what is under way is lost


class Link:
    """All that is said between the two sides goes through here, until it is cut."""

    def __init__(self, to: Path) -> None:
        self._to = str(to)
        self._open: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> int:
        """End every connection at once, in the middle of whatever it says; how many there were."""
        cut = [*self._open]
        for one in cut:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                one.shutdown(socket.SHUT_RDWR)
        return len(cut) // 2

    def close(self) -> None:
        """Take nobody any more."""
        self._door.close()
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.socket(socket.AF_UNIX)
                try:
                    far.connect(self._to)
                except OSError:
                    near.close()
                    continue
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while said := source.recv(1 << 16):
                target.sendall(said)
        for one in (source, target):
            self._open.discard(one)
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
                one.close()
