"""Each suggestion looked at on its own: what the register and the intake have to say of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from yanlu.errors import PackageError
from yanlu.model import Month
from yanlu.packages.heads import first_bytes
from yanlu.packages.suggestions import suggestion_of
from yanlu.register.check import Link, file_faults, file_notes, link_of

Report = Callable[[str], None]
_MANY = 1000  # files, from which on more processes are worth their start
_TOGETHER = 100  # files that are handed to a process at a time
_PROCESSES = 8


@dataclass(frozen=True)
class Look:
    """What was found in one file: the SHA-256 sum of its bytes, its link, faults and notes.

    Without a link it cannot be read as a suggestion; `packages.check` says what is wrong.
    """

    name: bytes = b""
    link: Link | None = None
    faults: Sequence[str] = ()
    notes: Sequence[str] = ()


def look_at(data: Path, paths: Sequence[Path], now: Month, report: Report) -> Mapping[str, Look]:
    """Look at these files; answers by place (`data/suggestions/…`). `now` is the commit's month."""
    if not paths:
        return {}
    from yanlu.intake.redact import official_numbers  # loads the word lists, half a second

    look = partial(_looks, data, official_numbers(data), now)
    parts = [paths[start : start + _TOGETHER] for start in range(0, len(paths), _TOGETHER)]
    looks: dict[str, Look] = {}
    for found in _each(look, parts, len(paths)):
        looks |= found
        report(f"看建议的文字（{len(looks)}／{len(paths)}）")
    return looks


def place_of(data: Path, path: Path) -> str:
    """A file of `data/` as messages name it."""
    return f"data{path.as_posix()[len(data.as_posix()) :]}"


def name_of(content: bytes) -> bytes:
    """By which bytes are known again."""
    return hashlib.sha256(content).digest()


def _each(
    look: Callable[[Sequence[Path]], Mapping[str, Look]], parts: Sequence[Sequence[Path]], size: int
) -> Iterator[Mapping[str, Look]]:
    """One after the other, or over the cores. New processes inherit no thread and no lock."""
    if size < _MANY:
        yield from map(look, parts)
        return
    from concurrent.futures import ProcessPoolExecutor  # few need it
    from multiprocessing import get_context

    processes = min(os.cpu_count() or 1, _PROCESSES)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(look, parts)


def _looks(data: Path, keep: Collection[str], now: Month, paths: Sequence[Path]) -> dict[str, Look]:
    return {(place := place_of(data, path)): _look(place, path, keep, now) for path in paths}


def _look(place: str, path: Path, keep: Collection[str], now: Month) -> Look:
    try:
        content = first_bytes(path)
        suggestion = suggestion_of(content)
    except PackageError:
        return Look()
    name = name_of(content)
    from yanlu.intake import rescan  # as above

    faults = [str(fault) for fault in file_faults(place, suggestion, now)]
    faults += rescan.faults(place, suggestion, keep)
    notes = [str(note) for note in file_notes(place, suggestion)]
    return Look(name, link_of(suggestion), faults, notes)
