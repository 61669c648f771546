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


def _die(*_: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _then_die(act: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: (act(*given), _die())


def main() -> None:
    """Serve until then."""
    moment = sys.argv.pop(1)
    if moment == "masking":
        narrow_door._broken = _die  # noqa: SLF001 - the mask that `mask=broken` puts in
        sys.argv.append("mask=broken")
    elif moment == "before-commit":
        writer.add = _then_die(writer.add)  # in the transaction of the record; its key is written
    else:
        writer.commit = _then_die(writer.commit)
    narrow_door.main()


if __name__ == "__main__":
    main()
