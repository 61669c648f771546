"""What a build made, so that the next one makes only what has changed.

One packed file of entries. It may be deleted at any time; a build makes the same bytes with it
and without it. An entry is used only where its key is the same, which stands for the entry's own
source, and where the mark of the file is, which stands for all else: program, libraries,
templates, settings. It is written when a build has got through: what failed is never in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

_T = TypeVar("_T")


class Remembered(Generic[_T]):
    """The entries of one kind; `folder` None: nothing is kept."""

    def __init__(self, folder: Path | None, name: str, mark: str, kind: type[_T]) -> None:
        self._path = folder / f"{name}.msgpack" if folder else None
        self._mark = mark
        self._decoder = msgspec.msgpack.Decoder(tuple[str, dict[str, tuple[bytes, kind]]])  # type: ignore[valid-type]
        self._before = self._read()
        self._after: dict[str, tuple[bytes, _T]] = {}
        self._changed = False

    def before(self, name: str) -> tuple[bytes, _T] | None:
        """What the last build made under this name and for which key, until it is asked for."""
        return self._before.get(name)

    def forget(self, name: str) -> None:
        """The next one asked for under this name is made now."""
        self._before.pop(name, None)
        self._changed = True

    def get(self, name: str, key: bytes, make: Callable[[], _T]) -> _T:
        """What was made under this name for this key, or is made now."""
        kept = self._before.pop(name, None)
        if not kept or kept[0] != key:
            kept = (key, make())
            self._changed = True
        self._after[name] = kept
        return kept[1]

    def finish(self) -> None:
        """All was asked for, and nothing failed: what nobody asked for is forgotten."""
        if self._path is None or not (self._changed or self._before):
            return
        aside = self._path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(msgspec.msgpack.encode((self._mark, self._after)))
        aside.replace(self._path)

    def _read(self) -> dict[str, tuple[bytes, _T]]:
        if self._path is None or not self._path.is_file():
            return {}
        try:
            mark, entries = self._decoder.decode(self._path.read_bytes())
        except msgspec.DecodeError:
            return {}  # cut off, or of another version: as if nothing had been kept
        return entries if mark == self._mark else {}
