"""A process as the holder of a lease: by a name from which another can tell that it has ended.

The name says on which start of which machine the process runs, among which processes, which one
it is and when it began (proc(5)): a number alone is given to another process later on.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_ENDED = frozenset("ZXx")  # states of proc_pid_stat(5): a zombie does nothing any more
_STATE, _STARTED = 0, 19  # fields after the name of the program, which may hold anything


class _Process(NamedTuple):
    """What a holder's name says; `place` is the start of the machine and the space of numbers."""

    place: str
    number: int
    started: str


def holder_name() -> str:
    """A name for a holder in this process; no two are equal, of one process neither."""
    return ":".join([*_described(_PROC, os.getpid()), secrets.token_hex(8)])


def _described(proc: Path, number: int) -> tuple[str, ...]:
    """Where nothing tells it, a name says nothing, and its holder is waited for."""
    place, stat = _place(proc), _stat(proc, number)
    return (place, str(number), stat[_STARTED]) if place and stat else ()


def has_ended(name: str, proc: Path = _PROC) -> bool:
    """Whether the holder of a name is known to have ended: a process of this machine, and gone.

    `proc` is where the kernel tells of processes. Of another machine's, or of one before the
    last start, nobody can tell.
    """
    said = _parsed(name)
    if said is None or said.place != _place(proc):
        return False
    stat = _stat(proc, said.number)
    if stat is None:
        return not _is_there(said.number)
    return stat[_STARTED] != said.started or stat[_STATE] in _ENDED


def _parsed(name: str) -> _Process | None:
    parts = name.split(":")
    if len(parts) != 4 or not parts[1].isdecimal():
        return None
    return _Process(parts[0], int(parts[1]), parts[2])


def _place(proc: Path) -> str | None:
    """The start of this machine, and the space in which its processes are numbered."""
    try:
        boot = (proc / "sys/kernel/random/boot_id").read_text("ascii").strip()
        space = (proc / "self/ns/pid").readlink().name
    except OSError:
        return None
    return f"{boot}/{''.join(filter(str.isdecimal, space))}"


def _stat(proc: Path, number: int) -> list[str] | None:
    try:
        told = (proc / str(number) / "stat").read_text("utf-8", errors="replace")
    except OSError:
        return None
    return told.rpartition(")")[2].split()


def _is_there(number: int) -> bool:
    """Whether a process lives that the kernel does not tell us of (proc(5), hidepid)."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
