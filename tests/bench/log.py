"""A log of a million lines: computed anew from its text, checked, sealed, written as files."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from tests.bench.measure import Cost, run

from yanlu.receipts.checkpoints import Checkpoint
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.log import Day, Log, read_log
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.notes import Signer
from yanlu.receipts.policies import Policy
from yanlu.receipts.sealing import Order, batches, seal
from yanlu.receipts.serving import site_files

ROOT = Path(__file__).parents[2]
SIZE, EVENTS = 1_000_000, 1000  # lines, and event lines a day
SIGNER = Signer("bench.example/log", bytes(32))
_DAYS = SIZE // (EVENTS + 1) + 1
_FIRST = date(2026, 1, 1)
_CHANCE = random.Random(8).randbytes  # noqa: S311 - the same log in every run


@dataclass(frozen=True)
class Measured:
    """What it costs to seal one more day, and to make all files of the site."""

    size: int
    checkpoints: int
    seal: Cost
    serve: Cost


def measure() -> Measured:
    """Write a log with a checkpoint a day; processes of their own seal a day and serve it."""
    with tempfile.TemporaryDirectory() as place:
        data = Path(place)
        _write(data / "log")
        costs = [_cost(step, place) for step in ("sealed", "served")]
        log = read_log(data)
        return Measured(log.size, len(log.notes), *costs)


def _cost(step: str, place: str) -> Cost:
    program = f"import sys; from tests.bench import log; log.{step}(sys.argv[1])"
    return run("-c", program, place, folder=ROOT)


def sealed(place: str) -> None:
    """Seal one more day."""
    order = Order(_FIRST + timedelta(days=_DAYS), EVENTS)
    fresh = random.Random(9).randbytes  # noqa: S311 - no label of the days before again
    if seal(Path(place), SIGNER, order, fresh, None) is None:
        raise RuntimeError("nothing was sealed")


def served(place: str) -> None:
    """Make every file of the site, and let it go."""
    made = sum(
        len(content) for _, content in site_files(read_log(Path(place)), Policy([SIGNER.key]))
    )
    if made < SIZE:
        raise RuntimeError("nothing was made")


def _write(folder: Path) -> None:
    """The days of the log, and a checkpoint after each."""
    for name in ("entries", "checkpoints"):
        (folder / name).mkdir(parents=True)
    days = list(_days())
    tree = tree_of(entry for day in days for entry in day.entries)
    for day in days:
        (folder / day.place).write_bytes(day.text)
    for size in accumulate(len(day.entries) for day in days):
        text = Checkpoint(SIGNER.name, size, tree.root(size)).text
        (folder / "checkpoints" / str(size)).write_text(str(SIGNER.sign(text)), "utf-8")


def _days() -> Iterator[Day]:
    first = batches(Log(), Order(_FIRST, EVENTS), [KeyLine("log", SIGNER.key)], _CHANCE)
    begun = Log(first, {len(first[0].entries): SIGNER.sign("x\n")})
    last = _FIRST + timedelta(days=_DAYS - 1)
    yield from [*first, *batches(begun, Order(last, EVENTS), [], _CHANCE)]
