"""How long one waits for another's lock, and that nobody waits on when the service is to end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from yanlu.intake.store.database import WAIT, Store

_LONGEST_NAP = 0.05  # seconds between two looks at a lock


@dataclass
class Patience:
    """Seconds for each lock; once the end is told, no lock is waited for beyond it.

    SQLite's own timeout cannot be shortened while a thread waits by it.
    """

    seconds: float = WAIT / 1000
    _end: float = float("inf")

    def keep(self, store: Store) -> Store:
        """The same store: from now on its connections wait so."""
        for connection in (store.main, store.keys):
            connection.wait_by(self._waiting())
        return store

    def end(self, seconds: float) -> None:
        """Let every wait end within so many seconds, those under way as well."""
        self._end = min(self._end, time.monotonic() + seconds)

    def _waiting(self) -> Callable[[int], bool]:
        began = 0.0

        def wait(looks: int) -> bool:
            nonlocal began
            now = time.monotonic()
            began = now if looks == 0 else began
            if now >= min(began + self.seconds, self._end):
                return False
            time.sleep(min(_LONGEST_NAP, 0.001 * (looks + 1)))
            return True

        return wait
