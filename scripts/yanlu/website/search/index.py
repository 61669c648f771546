"""The index as files: few bytes for a query, whatever the size of the site.

A page is cut into parts of some hundred characters. `s/<n>.json` names, for each piece whose
hash is `n`, the parts in which it stands; `t/<part>.json` holds a part's text, for excerpts and
for a last look whether the words really stand there. `index.json` says how many of either.
`theme/assets/js/search.js` reads them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from operator import sub
from typing import Any

import msgspec

from yanlu.website.search.text import Line, Page, pieces

PART = 420  # characters: what one excerpt costs
SHARD = 1_200  # bytes before compression: what one piece costs, with those of its hash
_KEY = 12  # bytes that a piece takes beside its numbers: two characters, and what parts them
_BASE, _FIRST = 28, 35  # two times 28 characters from "#" on: none has to be escaped in JSON
_Lists = defaultdict[str, list[int]]  # parts in which a piece stands


class _Codes(dict[int, str]):
    """A step to the next number, written in base 28; all digits but the last are 28 higher."""

    def __missing__(self, step: int) -> str:
        rest, digits = step - 1, ""
        while rest >= _BASE:
            digits += chr(_FIRST + _BASE + rest % _BASE)
            rest //= _BASE
        self[step] = digits + chr(_FIRST + rest)
        return self[step]


_CODES = _Codes()


def written(numbers: Sequence[int]) -> str:
    """Growing numbers from 0 on as text: each by its step from the one before."""
    return "".join(map(_CODES.__getitem__, map(sub, numbers, [-1, *numbers])))


class Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A part of a page: its file, and the pieces in it, in its title and in its headings.

    Pieces are parted by spaces; the title of a page belongs to its first part.
    """

    content: bytes
    anywhere: str
    title: str
    headings: str


def parts_of(page: Page) -> list[Part]:
    """A page cut into parts, of which none depends on another page."""
    return [
        _part(page, page.title if place == 0 else "", lines)
        for place, lines in enumerate(_parts(page.lines))
    ]


def _part(page: Page, title: str, lines: Sequence[Line]) -> Part:
    words = "\n".join(line.text for line in lines)
    return Part(
        msgspec.json.encode((page.address, page.title, page.section, words)),
        " ".join(pieces([title, words])),
        " ".join(pieces([title])),
        " ".join(pieces(line.text for line in lines if line.heading)),
    )


def index_files(pages: Iterable[Sequence[Part]]) -> Iterator[tuple[str, bytes]]:
    """All files of the index with their names, one after the other.

    Of pages that are alike the earlier one stands first where they are found.
    """
    lists: Sequence[_Lists] = [defaultdict(list) for _ in range(3)]
    counts, whole, numbers = [], hashlib.sha256(), count()
    for own in pages:
        for part, number in zip(own, numbers, strict=False):
            _add(lists, number, part)
            yield _told(whole, f"t/{number}.json", part.content)
        counts.append(len(own))
    shards = _shards(lists)
    for number, held in enumerate(shards):
        yield _told(whole, f"s/{number}.json", msgspec.json.encode(held))
    ends = "".join(map(_CODES.__getitem__, counts))
    told = {"version": whole.hexdigest()[:10], "shards": len(shards), "pages": ends}
    yield "index.json", msgspec.json.encode(told)


def _told(whole: Any, name: str, content: bytes) -> tuple[str, bytes]:
    """A file, which the version of the whole index depends on."""
    whole.update(f"{name} {len(content)}\n".encode() + content)
    return name, content


def _parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Whole lines, as many as fit; a page without a line has one part all the same."""
    part: list[Line] = []
    size = 0
    for line in lines:
        if part and size + len(line.text) > PART:
            yield part
            part, size = [], 0
        part.append(line)
        size += len(line.text)
    yield part


def _add(lists: Sequence[_Lists], number: int, part: Part) -> None:
    for found, held in zip(lists, (part.anywhere, part.title, part.headings), strict=True):
        for piece in held.split():
            found[piece].append(number)


def shard_of(piece: str, shards: int) -> int:
    """Which file a piece lies in."""
    number = 0
    for letter in piece:
        number = (number * 257 + ord(letter)) % 65_521
    return number % shards


def _shards(lists: Sequence[_Lists]) -> list[dict[str, str]]:
    anywhere, *better = lists
    shown = {piece: written(anywhere[piece]) for piece in sorted(anywhere)}
    for piece in {piece for some in better for piece in some}:
        shown[piece] = " ".join(written(some.get(piece, ())) for some in lists).rstrip(" ")
    size = sum(map(len, shown.values())) + _KEY * len(shown)
    shards: list[dict[str, str]] = [{} for _ in range(1 + size // SHARD)]
    for piece, text in shown.items():
        shards[shard_of(piece, len(shards))][piece] = text
    return shards
