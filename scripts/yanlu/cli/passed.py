"""Which files of suggestions have passed a look, so that a build looks at the others only.

An entry says that these very bytes passed this very program, with these official numbers, in
this month or an earlier one; it never says that something did not. `yanlu check` looks at all
files and asks no memory. The file lies in `.cache/`, out of git's sight: what others could put
there by a commit counts for nothing, nor does a file that was cut off or altered.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path

import msgspec

from yanlu.cli.looks import Look
from yanlu.errors import BuildError
from yanlu.git import Head, in_repository, tracked
from yanlu.model import CHINA, Month
from yanlu.register.check import Link
from yanlu.sources import has_head, head_of
from yanlu.templates import CACHE
from yanlu.website.register.kept import cache_folder, name_of_rest, program

_NAME = "passed.msgpack"
_SUM = 32  # bytes of the sum before the content
_OFFICIAL = ("office.toml", "guidance/offices.csv")  # have the numbers and addresses that may stand
_LIBRARIES = ("jsonschema-rs", "pyyaml", "rjieba")  # what reads and looks beside the program


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file that passed: the SHA-256 sum of its bytes, and what others must agree with."""

    name: bytes
    link: Link


class _Kept(msgspec.Struct, array_like=True):
    mark: bytes
    month: str
    files: dict[str, Entry]
    rest: bytes


_DECODER = msgspec.msgpack.Decoder(_Kept)
Passed = Mapping[str, Entry]


class Memory:
    """What passed in a portal; `now` is the month of its commit.

    `rest_passed` tells, once it was read, that all in `data/` beside suggestions passed as it is.
    """

    def __init__(self, portal: Path, now: Month) -> None:
        folder = cache_folder(portal)
        self._path = folder / _NAME if folder else None
        self._mark, self._now = _mark(portal / "data"), str(now)
        self._rest = name_of_rest(portal / "data")
        self.rest_passed = False

    def read(self) -> Passed:
        """By place (`data/suggestions/…`); nothing where it is of another program or time."""
        whole = self._path.read_bytes() if self._path and self._path.is_file() else b""
        content = whole[_SUM:]
        if hashlib.sha256(content).digest() != whole[:_SUM]:
            return {}
        try:
            kept = _DECODER.decode(content)
        except msgspec.DecodeError:
            return {}  # of a version that wrote it otherwise
        if kept.mark != self._mark or kept.month > self._now:
            return {}
        self.rest_passed = kept.rest == self._rest
        return kept.files

    def keep(self, files: Passed, *, rest: bool) -> None:
        """Put these in place of all before; `rest` tells that all beside suggestions passed too."""
        if self._path is None:
            return
        content = msgspec.msgpack.encode(
            _Kept(self._mark, self._now, dict(files), self._rest if rest else b"")
        )
        aside = self._path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(hashlib.sha256(content).digest() + content)
        aside.replace(self._path)


def passed(looks: Mapping[str, Look]) -> dict[str, Entry]:
    """Entries of the files in which nothing was found."""
    return {
        place: Entry(look.name, look.link)
        for place, look in looks.items()
        if look.link and not look.faults
    }


def office_month(portal: Path) -> Month:
    """The month of `office_day`.

    Raises:
        HistoryError: no commit yet, or a shallow clone.
    """
    own = office_day(portal)
    return Month(own.year, own.month)


def office_day(portal: Path) -> date:
    """The day of the commit that is checked out.

    Of what is not committed yet, and outside git, the office's own: it will be committed today
    at the earliest. Days are those of China, in which people write them.

    Raises:
        HistoryError: no commit yet, or a shallow clone.
    """
    return day_of(head_of(portal) if has_head(portal) else None)


def day_of(head: Head | None) -> date:
    """The same where the commit is known; None: outside git."""
    own = datetime.now(CHINA).date()
    if head:
        own = max(head.day, own) if head.changed else head.day
    return own


def refuse_committed(portal: Path) -> None:
    """What a build remembers is not for others.

    Raises:
        BuildError: something of it is in git, so that a commit could put words on the site
            that are in no file which people review.
    """
    folder = CACHE.partition("/")[0]
    if in_repository(portal) and tracked(portal, folder):
        raise BuildError(
            f"{folder}/ 里的文件进了 git，不能用，也不能公布。"
            f"请运行 git rm -r --cached {folder}，提交以后再来。"
        )


def _mark(data: Path) -> bytes:
    """Of the whole program with its word lists, its libraries, and the numbers that may stand."""
    facts = [
        sys.version,
        *(f"{name} {version(name)}" for name in _LIBRARIES),
    ]
    whole = hashlib.sha256("\0".join(facts).encode() + program())
    for path in filter(Path.is_file, (data / place for place in _OFFICIAL)):
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.digest()
