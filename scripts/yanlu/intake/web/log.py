"""The service's own log: one JSON object a line, on standard error, with nothing of a person.

What other code would print of an error may quote what somebody wrote; here its kind is all.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TextIO

UNSTORED = "unstored"  # the event that the store would not take a record, with its reason
_WRITTEN = json.JSONEncoder(ensure_ascii=False).encode
_SIZES = ((0, "0"), (1 << 10, "1k"), (4 << 10, "4k"), (16 << 10, "16k"), (64 << 10, "64k"))


@dataclass(frozen=True)
class Log:
    """Lines of facts that we name ourselves."""

    stream: TextIO
    _latest: dict[str, float] = field(default_factory=dict)

    def say(self, event: str, **facts: str | int | float | None) -> None:
        """One line."""
        self._latest[event] = time.monotonic()
        self.stream.write(_WRITTEN({"event": event, **facts}) + "\n")
        self.stream.flush()

    def since(self, event: str) -> float:
        """Seconds since this was last said; infinite where it never was."""
        return time.monotonic() - self._latest.get(event, float("-inf"))


def size_class(count: int) -> str:
    """How large a body was, so roughly that it tells nobody's apart."""
    return next((name for most, name in _SIZES if count <= most), "large")


class _Kinds(logging.Handler):
    """Every other logger's warnings: who said it and the kind of error, never the message."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        self.log.say("warning", source=record.name, error=kind.__name__ if kind else None)


def silence(log: Log) -> None:
    """From now on nothing in this process prints an error's message or a traceback."""
    logging.basicConfig(handlers=[_Kinds(log)], force=True)

    def failed(source: str, kind: type[BaseException] | None) -> None:
        log.say("failed", source=source, error=kind.__name__ if kind else None)

    threading.excepthook = lambda told: failed("thread", told.exc_type)
    sys.unraisablehook = lambda told: failed("finaliser", told.exc_type)
