"""Which calls take opinions on a day: what the form offers, and the intake accepts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from yanlu.errors import PackageError
from yanlu.packages.calls import Call, Phase, call_files, open_call, phase


def open_calls(data: Path, day: date) -> list[Call]:
    """The calls that are open on `day`; the one that closes next before all."""
    found = (call for call in _read(data) if phase(call, day) is Phase.OPEN)
    return sorted(found, key=lambda call: (call.closes, call.front["id"]))


def _read(data: Path) -> Iterator[Call]:
    for path in call_files(data):
        try:
            yield open_call(path)
        except PackageError:
            continue  # `yanlu check` tells of it; meanwhile nobody is kept from writing
