"""The parts of pages as the last build cut them, so that the next one cuts only what has changed.

An entry is used only where the address, the name of the section and all that stands in `<main>`
are the same, to the byte, and where they were cut by these modules, this Python and this
edition of Unicode. Where no page has another number of parts, only the postings of pieces that
came or went are written anew.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from yanlu.website.register.kept import digest, mark_of
from yanlu.website.remembered import Remembered
from yanlu.website.search.index import (
    Change,
    Part,
    Postings,
    index_files,
    parts_of,
    postings_of,
    revised,
)
from yanlu.website.search.text import read_page


class Kept:
    """What was cut; `folder` None: nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        mark = _mark()
        self._pages = Remembered(folder, "search", mark, list[Part])
        self._postings = Remembered(folder, "postings", mark, Postings)
        self._added: list[_Page] = []

    def add(self, address: str, section: str, html: bytes) -> None:
        """Cut a finished page, if it was not; they are added in their order."""
        start, end = html.find(b"<main"), html.rfind(b"</main>")
        key = digest(section.encode(), html[start:end] if 0 <= start < end else html)
        before = self._pages.before(address)
        parts = self._pages.get(address, key, partial(_cut, address, section, html))
        self._added.append(_Page(address, key, parts, before))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The index of all that was added."""
        name = _name((page.address, page.key) for page in self._added)
        before = self._postings.before("")
        postings = self._postings.get("", name, partial(self._revised, before))
        yield from index_files([page.parts for page in self._added], postings)

    def finish(self) -> None:
        """The index is written: put all this in place of all before."""
        self._postings.finish()
        self._pages.finish()

    def _revised(self, before: tuple[bytes, Postings] | None) -> Postings:
        """From the postings before where they are of these pages, each with as many parts."""
        found = [(page.address, page.before[0]) for page in self._added if page.before]
        changes = list(_changes(self._added))
        if before and before[0] == _name(found) and None not in changes:
            told = revised(before[1], filter(None, changes))
            if told:
                return told
        return postings_of([page.parts for page in self._added])


class _Page(NamedTuple):
    address: str
    key: bytes
    parts: list[Part]
    before: tuple[bytes, list[Part]] | None


def _name(pages: Iterable[tuple[str, bytes]]) -> bytes:
    return digest(*(part for address, key in pages for part in (address.encode(), key)))


def _changes(pages: Iterable[_Page]) -> Iterator[Change | None]:
    """Parts that were cut otherwise before; None: their numbers are others."""
    number = 0
    for page in pages:
        old = page.before[1] if page.before else []
        if len(old) != len(page.parts):
            yield None
            return
        for was, now in zip(old, page.parts, strict=True):
            if was is not now and was != now:
                yield Change(number, was, now)
            number += 1


def _cut(address: str, section: str, html: bytes) -> list[Part]:
    return parts_of(read_page(address, section, html.decode("utf-8")))


def _mark() -> str:
    """Of all that pages are cut by."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return mark_of(sources, sys.version.encode(), unicodedata.unidata_version.encode())
