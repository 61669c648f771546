"""Small logs that are sealed as an office does, with chance that can be repeated."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from yanlu.receipts.lines import EventLine, ReleaseLine
from yanlu.receipts.log import read_log
from yanlu.receipts.notes import Signer
from yanlu.receipts.policies import Policy
from yanlu.receipts.sealing import Made, Order, seal
from yanlu.receipts.serving import site_files

SIGNER = Signer("log.example/sealed", bytes(range(32)))
FIRST = date(2026, 11, 23)
EVENTS = 8


def chance(seed: int) -> Callable[[int], bytes]:
    """Bytes that look random and are the same in every run."""
    return random.Random(seed).randbytes  # noqa: S311


def event(number: int) -> EventLine:
    """A real event line."""
    draw = chance(hash_of("event", str(number)))
    return EventLine(draw(16), draw(32))


def package(name: str, version: str) -> ReleaseLine:
    """A published package."""
    return ReleaseLine(name, version, chance(hash_of(name, version))(32).hex(), 100)


def hash_of(name: str, version: str) -> int:
    """A number for a name and a version."""
    return int.from_bytes(f"{name}/{version}".encode())


def sealed_days(
    data: Path, days: Iterable[int], *, packages: Iterable[ReleaseLine] = (), seed: int = 1
) -> Made | None:
    """Seal on each of these days, counted from the first; answers what came last."""
    made = None
    for day in days:
        order = Order(FIRST + timedelta(days=day), EVENTS, list(packages))
        made = seal(data, SIGNER, order, chance(seed + day), None)
    return made


def served_log(data: Path, folder: Path) -> Path:
    """The files that a site would serve of the log of `data`."""
    for place, content in site_files(read_log(data), Policy([SIGNER.key])):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
    return folder
