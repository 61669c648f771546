"""A move of a store that ends at one moment by SIGKILL, as by a power cut.

As a program: `python moving_process.py MOMENT FOLDER ADDRESS HOME`. Moments: `copying`, in the
middle of the first pass; `switching`, while nobody else may write, before the mark; `marked`,
when the records are gone and the keys are not yet; `gone`, before the server's side knows of it.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from yanlu.intake.store import moving
from yanlu.intake.store.database import STORE, Server
from yanlu.intake.store.sqlite import Database


def _die(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_after(times: int, act: Any) -> Any:
    def counted(*given: Any) -> Any:
        nonlocal times
        times -= 1
        return act(*given) if times >= 0 else _die()

    return counted


def _write(connection: Any, act: Any, write: Any = moving.write) -> Any:
    done = write(connection, act)
    if isinstance(connection, Database) and connection.filename.endswith(STORE):
        _die()
    return done


def main() -> None:
    """Move until then."""
    moment, folder, address, home = sys.argv[1:]
    if moment == "copying":
        moving._put = _die_after(3, moving._put)  # noqa: SLF001 - in the middle of a pass
    elif moment == "switching":
        Database.shut = _die  # type: ignore[method-assign]
    elif moment == "marked":
        moving.write = _write
    else:
        moving.arrive = _die
    moving.move(Path(folder), Server(address, Path(home)), lambda _: None)


if __name__ == "__main__":
    main()
