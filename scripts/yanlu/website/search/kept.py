"""The parts of pages as the last build cut them, so that the next one cuts only what has changed.

An entry is used only where the address, the name of the section and all that stands in `<main>`
are the same, to the byte, and where they were cut by these modules, this Python and this
edition of Unicode.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import partial
from pathlib import Path

from yanlu.website.register.kept import digest, mark_of
from yanlu.website.remembered import Remembered
from yanlu.website.search.index import Part, parts_of
from yanlu.website.search.text import read_page


class Kept:
    """What was cut; `folder` None: nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._pages = Remembered(folder, "search", _mark(), list[Part])

    def parts(self, address: str, section: str, html: bytes) -> list[Part]:
        """The parts of a finished page."""
        start, end = html.find(b"<main"), html.rfind(b"</main>")
        key = digest(section.encode(), html[start:end] if 0 <= start < end else html)
        return self._pages.get(address, key, partial(_cut, address, section, html))

    def finish(self) -> None:
        """The last page was asked for: put these in place of all before."""
        self._pages.finish()


def _cut(address: str, section: str, html: bytes) -> list[Part]:
    return parts_of(read_page(address, section, html.decode("utf-8")))


def _mark() -> str:
    """Of all that pages are cut by."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return mark_of(sources, sys.version.encode(), unicodedata.unidata_version.encode())
