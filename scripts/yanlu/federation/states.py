"""`data/collected/<id>/`: what is kept of a lower office's log, and why something was refused.

`log.csv` has every line of a package in it, `state.toml` how far it was read, `checkpoint` what
was signed last. `state.toml` is written last: lines behind its size were left by a run that was
interrupted, and count for nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from yanlu.errors import LogError, SettingsError
from yanlu.packages.write import csv_text, write_whole
from yanlu.receipts.lines import BatchLine, ReleaseLine, read_line
from yanlu.receipts.ranges import Frontier
from yanlu.receipts.rules import Before
from yanlu.settings import read_toml

COLLECTED = "collected"  # in data/
CHECKPOINT, STATE, LOG, FORKED = "checkpoint", "state.toml", "log.csv", "forked"
WHOLE_LOG = "log"  # in `refused`, where no package can be named
_COLUMNS = ("name", "version", "digest", "size", "index", "day")


class _State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    address: str
    origin: str
    size: int
    frontier: tuple[str, ...]
    batch: str
    etag: str
    collected: date | None = None
    refused: dict[str, str] = {}  # msgspec copies it for each


@dataclass(frozen=True)
class Announced:
    """A package that the log names, the index of its line, and the day on which it was sealed."""

    line: ReleaseLine
    index: int
    day: date

    @property
    def number(self) -> tuple[int, ...]:
        """Its version, to be compared."""
        return tuple(int(part) for part in self.line.version.split("."))


@dataclass(frozen=True)
class State:
    """How far the log of one office was read, and what was last found wrong.

    `origin` is the name of the log, `last` the head of its last batch, `etag` the mark of its
    checkpoint at `address`; `refused` says why, by the names of packages (or WHOLE_LOG).
    `collected` is the day on which something came that was not there before.
    """

    address: str = ""
    origin: str = ""
    frontier: Frontier = field(default_factory=Frontier)
    last: BatchLine | None = None
    etag: str = ""
    collected: date | None = None
    announced: Sequence[Announced] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    @property
    def before(self) -> Before:
        """What the lines so far have told those who check the next ones."""
        newest = {one.line.name: one.index for one in self.announced}
        return Before(self.frontier.size, self.last, newest)

    def newest(self, series: str) -> dict[str, Announced]:
        """The package of the highest version of each month, by its month, of one series.

        Of a version that was sealed twice, the first line counts.
        """
        latest: dict[str, Announced] = {}
        for one in self.announced:
            kind, _, month = one.line.name.partition("-")
            if kind == series and (month not in latest or one.number > latest[month].number):
                latest[month] = one
        return latest

    @cached_property
    def first(self) -> Mapping[tuple[str, str], Announced]:
        """The line that counts of each name and version: the first, where there are several."""
        found: dict[tuple[str, str], Announced] = {}
        for one in self.announced:
            found.setdefault((one.line.name, one.line.version), one)
        return found

    @property
    def contradicted(self) -> Sequence[Announced]:
        """Lines that say of a version something else than an earlier line does."""
        return [
            one
            for one in self.announced
            if self.first[one.line.name, one.line.version].line.digest != one.line.digest
        ]


def read_state(folder: Path) -> State:
    """What is kept of an office; that of one which was never read where nothing is.

    Raises:
        SettingsError: a file of it was changed by hand or cut off.
    """
    if not (folder / STATE).is_file():
        return State()
    try:
        told = read_toml(folder / STATE, _State)
        frontier = Frontier(told.size, tuple(bytes.fromhex(one) for one in told.frontier))
        last = read_line(told.batch) if told.batch else None
        announced = [one for one in _announced(folder / LOG) if one.index < told.size]
    except (SettingsError, LogError, ValueError, KeyError, OSError):
        raise _damaged(folder) from None
    if not frontier.is_whole or not (last is None or isinstance(last, BatchLine)):
        raise _damaged(folder)
    return State(
        told.address,
        told.origin,
        frontier,
        last,
        told.etag,
        told.collected,
        announced,
        told.refused,
    )


def _damaged(folder: Path) -> SettingsError:
    return SettingsError(
        f"data/{COLLECTED}/{folder.name}/ 的 {STATE} 或者 {LOG} 改过，或者不完整。请从 git 里恢复；"
        f"删去整个 {folder.name}/ 文件夹，会从头再收一遍。"
    )


def _announced(path: Path) -> Iterable[Announced]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            line = ReleaseLine(row["name"], row["version"], row["digest"], int(row["size"]))
            yield Announced(line, int(row["index"]), date.fromisoformat(row["day"]))


def write_state(folder: Path, state: State) -> None:
    """Keep it: the list first, and what makes it count last."""
    rows = [
        (
            one.line.name,
            one.line.version,
            one.line.digest,
            str(one.line.size),
            str(one.index),
            one.day.isoformat(),
        )
        for one in state.announced
    ]
    write_whole(folder / LOG, csv_text([_COLUMNS, *rows]))
    write_whole(folder / STATE, _toml(state))


def _toml(state: State) -> str:
    out = io.StringIO()
    settings = {
        "address": state.address,
        "origin": state.origin,
        "size": state.frontier.size,
        "batch": str(state.last or ""),
        "etag": state.etag,
    }
    for name, value in settings.items():
        out.write(f"{name} = {json.dumps(value, ensure_ascii=False)}\n")
    hashes = "".join(f'  "{one.hex()}",\n' for one in state.frontier.hashes)
    out.write(f"frontier = [\n{hashes}]\n")
    if state.collected:
        out.write(f"collected = {state.collected}\n")
    if state.refused:
        out.write("\n[refused]\n")
    for name, why in sorted(state.refused.items()):
        out.write(f"{json.dumps(name)} = {json.dumps(why, ensure_ascii=False)}\n")
    return out.getvalue()
