"""`data/collected/<id>/`: what is kept of a lower office's log, and why something was refused.

`log.csv` has every line of a package in it, `state.toml` how far it was read and the sum of those
lines, `checkpoint` what was signed last. `state.toml` is written last: lines behind its size were
left by a run that was interrupted, and count for nothing.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import msgspec

from yanlu.errors import LogError, SettingsError
from yanlu.packages.write import csv_text, write_whole
from yanlu.receipts.checkpoints import open_checkpoint
from yanlu.receipts.lines import BatchLine, ReleaseLine, read_line
from yanlu.receipts.notes import Key, read_key
from yanlu.receipts.ranges import Frontier
from yanlu.receipts.rules import Before
from yanlu.settings import read_toml

COLLECTED = "collected"  # in data/
CHECKPOINT, STATE, LOG = "checkpoint", "state.toml", "log.csv"
FORKED, SHORTER = "forked", "shorter"  # checkpoints that contradict it, or could
WHOLE_LOG = "log"  # in `refused`, where no package can be named
_COLUMNS = ("name", "version", "digest", "size", "index", "day")


class _State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    address: str
    origin: str
    size: int
    frontier: tuple[str, ...]
    batch: str
    log: str
    etag: str
    keys: tuple[str, ...] = ()
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
    `keys` are those that the log named since the pinned one. `collected` is the day on which
    something came that was not there before.
    """

    address: str = ""
    origin: str = ""
    frontier: Frontier = field(default_factory=Frontier)
    last: BatchLine | None = None
    etag: str = ""
    collected: date | None = None
    announced: Sequence[Announced] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    keys: Sequence[Key] = ()

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
        keys = [read_key(one) for one in told.keys]
    except (SettingsError, LogError, ValueError, OSError, csv.Error):
        raise _damaged(folder) from None
    if not frontier.is_whole or not (last is None or isinstance(last, BatchLine)):
        raise _damaged(folder)
    if _sum(_rows(announced)) != told.log:
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
        keys,
    )


def is_signed(folder: Path, key: Key, state: State) -> bool:
    """Whether the checkpoint that is kept is there and signs what was read; nothing needs none."""
    if not state.frontier.size:
        return True
    try:
        told = open_checkpoint((folder / CHECKPOINT).read_bytes(), key).checkpoint
    except (OSError, LogError):
        return False
    return (told.size, told.root) == (state.frontier.size, state.frontier.root)


def _damaged(folder: Path) -> SettingsError:
    return SettingsError(
        f"data/{COLLECTED}/{folder.name}/ 的 {STATE} 或者 {LOG} 改过，或者不完整。请从 git 里恢复；"
        f"删去整个 {folder.name}/ 文件夹，会从头再收一遍。"
    )


def _announced(path: Path) -> Iterable[Announced]:
    """The lines of the list; a ValueError where it was cut off or is another table."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, strict=True)
        if tuple(next(rows, ())) != _COLUMNS:
            raise ValueError
        for name, version, digest, size, index, day in rows:
            line = ReleaseLine(name, version, digest, int(size))
            yield Announced(line, int(index), date.fromisoformat(day))


def write_state(folder: Path, state: State) -> None:
    """Keep it: the list first, and what makes it count last."""
    rows = _rows(state.announced)
    write_whole(folder / LOG, csv_text([_COLUMNS, *rows]))
    write_whole(folder / STATE, _toml(state, _sum(rows)))


def _rows(announced: Iterable[Announced]) -> Sequence[Sequence[str]]:
    return [
        (
            one.line.name,
            one.line.version,
            one.line.digest,
            str(one.line.size),
            str(one.index),
            one.day.isoformat(),
        )
        for one in announced
    ]


def _sum(rows: Iterable[Sequence[str]]) -> str:
    return sha256(csv_text(rows).encode()).hexdigest()


def _toml(state: State, log: str) -> str:
    out = io.StringIO()
    settings: dict[str, str | int] = {
        "address": state.address,
        "origin": state.origin,
        "size": state.frontier.size,
        "batch": str(state.last or ""),
        "log": log,
        "etag": state.etag,
    }
    for name, value in settings.items():
        out.write(f"{name} = {_quoted(value)}\n")
    hashes = "".join(f'  "{one.hex()}",\n' for one in state.frontier.hashes)
    out.write(f"frontier = [\n{hashes}]\n")
    if state.keys:
        out.write(f"keys = [{', '.join(_quoted(one.vkey) for one in state.keys)}]\n")
    if state.collected:
        out.write(f"collected = {state.collected}\n")
    if state.refused:
        out.write("\n[refused]\n")
    for name, why in sorted(state.refused.items()):
        out.write(f"{_quoted(name)} = {_quoted(why)}\n")
    return out.getvalue()


def _quoted(value: str | int) -> str:
    """As TOML has it, which forbids one control more than JSON does."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
