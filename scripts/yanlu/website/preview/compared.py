"""Two built sites, page by page: what readers would find added, changed or gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path

from yanlu.sources import HISTORY, SOURCE
from yanlu.website.published import SUMS
from yanlu.website.search.build import FOLDER as SEARCH
from yanlu.website.search.text import read_page
from yanlu.website.sitemap import PAGE, ROBOTS, SITEMAP, files_of

_MAIN = re.compile(rb"<main\b[^>]*>.*</main>", re.DOTALL)
# what a commit changes by itself: its date, its name, and that its sources are offered
_STAMP = re.compile(
    r'生成日期.*?</code>(?:（另有未提交的改动）)?|<a href="[^"]*source\.tar">source\.tar</a>'
    r"|<code>source\.tar</code>".encode()
)
# made of the pages, or telling only that there was a build
_DERIVED = re.compile(
    rf"(?:{SEARCH}|log|assets)/|.*\.atom\.xml$|({SUMS}|{SOURCE}|{HISTORY}|{SITEMAP}|{ROBOTS})$"
)


class Kind(StrEnum):
    """What happened to a page or a file."""

    ADDED = "新增"
    CHANGED = "改动"
    REMOVED = "删去"


@dataclass(frozen=True)
class Piece:
    """Words of a page: `kept` in both, or only `before`, or only `after`."""

    kept: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    """A page whose own content differs: its address, its title, and its words."""

    address: str
    title: str
    kind: Kind
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class File:
    """A file to be downloaded that differs."""

    place: str
    kind: Kind


@dataclass(frozen=True)
class Compared:
    """All that differs; `around` counts pages of which only header, menu, footer or style do."""

    pages: tuple[Page, ...]
    files: tuple[File, ...]
    around: int


def compare(before: Path, after: Path) -> Compared:
    """What differs between two built sites, by address."""
    pages, files, around = list[Page](), list[File](), 0
    kinds = _kinds(files_of(before), files_of(after))
    for place, kind in sorted(kinds.items()):
        old, new = _content(before / place), _content(after / place)
        if old == new or _DERIVED.match(place):
            continue
        if not f"/{place}".endswith(f"/{PAGE}"):
            files.append(File(place, kind))
        elif _own(old) != _own(new):
            pages.append(_page(place.removesuffix(PAGE), kind, old.decode(), new.decode()))
        else:
            around += 1
    return Compared(tuple(pages), tuple(files), around)


def _kinds(before: Iterable[str], after: Iterable[str]) -> Mapping[str, Kind]:
    old, new = set(before), set(after)
    return {
        **dict.fromkeys(old & new, Kind.CHANGED),
        **dict.fromkeys(new - old, Kind.ADDED),
        **dict.fromkeys(old - new, Kind.REMOVED),
    }


def _content(path: Path) -> bytes:
    """What the site has there; nothing where it has no such file."""
    return _STAMP.sub(b"", path.read_bytes()) if path.is_file() else b""


def _own(page: bytes) -> bytes:
    found = _MAIN.search(page)
    return found[0] if found else page


def _page(address: str, kind: Kind, old: str, new: str) -> Page:
    title = read_page(address, "", new or old).title
    return Page(address, title, kind, tuple(_pieces(_words(old), _words(new))))


def _words(html: str) -> list[str]:
    """The lines of a page as a reader sees them."""
    page = read_page("", "", html)
    return [page.title, *(line.text for line in page.lines)] if html else []


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    """What differs, in the order of the page, each with the line before and the line after it."""
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(1):
        for how, a, b, c, d in group:
            if how == "equal":
                yield Piece(kept="\n".join(new[c:d]))
            else:
                yield Piece(before="\n".join(old[a:b]), after="\n".join(new[c:d]))
