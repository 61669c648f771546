"""The service that is killed at one moment of a letter, with SIGKILL, as by a power cut.

As a program: `python killed_door.py MOMENT --port P --metrics-port P --store DIR`. Moments:
`masking`, `before-commit`, `after-commit`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import narrow_door

from yanlu.intake.store import writer
from yanlu.intake.store.database import STORE, Connection, write


def _die(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(moment: str) -> Callable[[Connection, Callable[[Connection], Any]], Any]:
    """A `write` during which, or after which, everything ends; keys are written as ever."""

    def act(connection: Connection, wanted: Callable[[Connection], Any]) -> Any:
        if not connection.filename.endswith(STORE):
            return write(connection, wanted)
        if moment == "before-commit":
            return write(connection, lambda main: (wanted(main), _die()))
        write(connection, wanted)
        return _die()

    return act


def main() -> None:
    """Serve until then."""
    moment = sys.argv.pop(1)
    if moment == "masking":
        narrow_door._broken = _die  # noqa: SLF001 - the mask that `mask=broken` puts in
        sys.argv.append("mask=broken")
    else:
        writer.write = _dying(moment)
    narrow_door.main()


if __name__ == "__main__":
    main()
