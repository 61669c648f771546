"""What the last build rendered, so that the next one renders only what has changed.

The folder may be deleted at any time; a build makes the same bytes with it and without it.
An entry is used only where the bytes of the suggestion's file and the mark are the same: the
mark stands for all else that a page is made of (program, templates, code lists, the frame
around the page). Pages lie in a few hundred files, so that a build opens few and writes few.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

import yanlu
from yanlu.templates import CACHE
from yanlu.website.register.entries import Entry

_T = TypeVar("_T")
_NAME, _ORDER = "cards", "order"
_SUGGESTION = re.compile(r"suggestions/[^/]+/[^/]+\.md")  # below `data/`


class Card(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is known of a suggestion's file with these bytes, and its line in lists."""

    digest: bytes
    entry: Entry
    row: str


class _Cards(msgspec.Struct, array_like=True):
    mark: str
    cards: dict[str, Card]


class _Shard(msgspec.Struct, array_like=True):
    mark: str
    pages: dict[str, tuple[bytes, str]]


class Where(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a page is kept and for which key, its path below the site, and whether it is hidden."""

    shard: str
    key: bytes
    place: str
    hidden: bool = False


class _Order(msgspec.Struct, array_like=True):
    mark: str
    name: bytes
    pages: list[Where]


_CARDS = msgspec.msgpack.Decoder(_Cards)
_SHARDS = msgspec.msgpack.Decoder(_Shard)
_ORDERS = msgspec.msgpack.Decoder(_Order)


def digest(*parts: bytes) -> bytes:
    """A short name for bytes."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.digest()[:16]


def mark_of(files: Iterable[Path], *facts: bytes) -> str:
    """The mark of all that pages are made of beside the suggestions themselves."""
    contents = (part for path in files for part in (path.name.encode(), path.read_bytes()))
    return digest(*contents, *facts).hex()


def name_of_rest(data: Path) -> bytes:
    """A short name for all in `data/` that is no suggestion: paths and bytes."""
    start = len(str(data)) + 1
    parts: list[bytes] = []
    for folder, below, names in os.walk(str(data)):
        below.sort()
        for name in sorted(names):
            place = f"{folder}/{name}"[start:]
            if not _SUGGESTION.fullmatch(place):
                parts += [place.encode(), Path(folder, name).read_bytes()]
    return digest(*parts)


@cache
def program() -> bytes:
    """A short name for all files of the program; a running one does not change."""
    files = all_files(Path(yanlu.__file__).parent)
    return mark_of(path for path in files if path.parent.name != "__pycache__").encode()


def all_files(folder: Path) -> list[Path]:
    """Every file below a folder, in the order of paths."""
    return sorted(Path(place, name) for place, _, names in os.walk(folder) for name in names)


class Kept:
    """The folder with what was rendered; `folder` None: nothing is kept.

    One process uses it at a time; of two, the later one's files stay, and both are right.
    """

    def __init__(self, folder: Path | None, mark: str) -> None:
        self._folder, self._mark = folder, mark
        self._shard = ""
        self._used = {_NAME, _ORDER}
        self._order: list[Where] = []
        self._before: Mapping[str, tuple[bytes, str]] = {}
        self._after: dict[str, tuple[bytes, str]] = {}

    def cards(self) -> dict[str, Card]:
        """By path below `data/`."""
        found = self._read(_NAME, _CARDS)
        return found.cards if found and found.mark == self._mark else {}

    def keep_cards(self, cards: dict[str, Card]) -> None:
        """Put these in place of all before."""
        self._write(_NAME, _Cards(self._mark, cards))

    def page(self, where: Where, make: Callable[[], str]) -> str:
        """A page as it was rendered for this key, or made now.

        All pages of a shard, which is one file, are asked for together.
        """
        if where.shard != self._shard:
            self._close()
            self._shard, self._before = where.shard, self._pages(where.shard)
        kept = self._before.get(where.place)
        page = kept if kept and kept[0] == where.key else (where.key, make())
        self._after[where.place] = page
        self._order.append(where)
        return page[1]

    def again(self, name: bytes) -> list[tuple[Where, str]] | None:
        """All pages of the last time, if they were made of this, and are all still there."""
        found = self._read(_ORDER, _ORDERS)
        if not found or (found.mark, found.name) != (self._mark, name):
            return None
        shards = {shard: self._pages(shard) for shard in {where.shard for where in found.pages}}
        kept = [(where, shards[where.shard].get(where.place)) for where in found.pages]
        pages = [(where, page[1]) for where, page in kept if page and page[0] == where.key]
        return pages if len(pages) == len(kept) else None

    def finish(self, name: bytes) -> None:
        """The last page was asked for: what nobody asked for is forgotten.

        `name` is short for all that the pages were made of.
        """
        self._close()
        self._write(_ORDER, _Order(self._mark, name, self._order))
        for path in self._folder.glob("*.msgpack") if self._folder else ():
            if path.stem not in self._used:
                path.unlink()

    def _close(self) -> None:
        """Write the pages of the shard, if any is new or gone."""
        if self._after != self._before:
            self._write(self._shard, _Shard(self._mark, self._after))
        self._used.add(self._shard)
        self._shard, self._before, self._after = "", {}, {}

    def _pages(self, shard: str) -> dict[str, tuple[bytes, str]]:
        found = self._read(shard, _SHARDS)
        return found.pages if found and found.mark == self._mark else {}

    def _read(self, name: str, decoder: msgspec.msgpack.Decoder[_T]) -> _T | None:
        path = self._folder / f"{name}.msgpack" if self._folder else None
        if path is None or not path.is_file():
            return None
        try:
            return decoder.decode(path.read_bytes())
        except msgspec.DecodeError:
            return None  # cut off, or of another version: as if nothing had been kept

    def _write(self, name: str, content: object) -> None:
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f"{name}.{os.getpid()}"
        aside.write_bytes(msgspec.msgpack.encode(content))
        aside.replace(self._folder / f"{name}.msgpack")


def shard_of(name: str) -> str:
    """Which of 256 files a page lies in."""
    return hashlib.sha256(name.encode()).hexdigest()[:2]


def cache_folder(portal: Path) -> Path | None:
    """Where a portal keeps such things, out of git's sight; None where nothing can be written."""
    if not os.access(portal, os.W_OK):
        return None
    folder = portal / CACHE
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", "utf-8")
    return folder
