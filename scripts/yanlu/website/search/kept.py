"""The parts of pages as the last build cut them, so that the next one cuts only what has changed.

The file may be deleted at any time; a build makes the same bytes with it and without it. An
entry is used only where the address, the name of the section and all that stands in `<main>`
are the same, to the byte, and where they were cut by these modules, this Python and this
edition of Unicode. What is on no page any more is forgotten with the next build.
"""

from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import msgspec

from yanlu.website.register.kept import digest, mark_of
from yanlu.website.search.index import Part, parts_of
from yanlu.website.search.text import read_page

_NAME = "search.msgpack"


class _Pages(msgspec.Struct, array_like=True):
    mark: str
    pages: dict[str, tuple[bytes, list[Part]]]


_DECODER = msgspec.msgpack.Decoder(_Pages)


class Kept:
    """What was cut; `folder` None: nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / _NAME if folder else None
        self._before = _read(self._path) if self._path else {}
        self._after: dict[str, tuple[bytes, list[Part]]] = {}
        self._changed = False

    def parts(self, address: str, section: str, html: bytes) -> list[Part]:
        """The parts of a finished page."""
        start, end = html.find(b"<main"), html.rfind(b"</main>")
        key = digest(section.encode(), html[start:end] if 0 <= start < end else html)
        kept = self._before.pop(address, None)
        if not kept or kept[0] != key:
            kept = (key, parts_of(read_page(address, section, html.decode("utf-8"))))
            self._changed = True
        self._after[address] = kept
        return kept[1]

    def finish(self) -> None:
        """The last page was asked for: put these in place of all before."""
        if self._path is None or not (self._changed or self._before):
            return
        aside = self._path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(msgspec.msgpack.encode(_Pages(_mark(), self._after)))
        aside.replace(self._path)


def _read(path: Path) -> dict[str, tuple[bytes, list[Part]]]:
    try:
        found = _DECODER.decode(path.read_bytes()) if path.is_file() else None
    except msgspec.DecodeError:
        return {}  # cut off, or of another version: as if nothing had been kept
    return found.pages if found and found.mark == _mark() else {}


def _mark() -> str:
    """Of all that pages are cut by."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return mark_of(sources, sys.version.encode(), unicodedata.unidata_version.encode())
