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
from itertools import chain
from operator import sub
from typing import Any, NamedTuple

import msgspec

from yanlu.website.search.text import Line, Page, pieces

PART = 420  # characters: what one excerpt costs
SHARD = 1_200  # bytes before compression: what one piece costs, with those of its hash
_KEY = 12  # bytes that a piece takes beside its numbers: two characters, and what parts them
_BASE, _FIRST = 28, 35  # two times 28 characters from "#" on: none has to be escaped in JSON
_LEVELS = 3  # on which a piece may stand: anywhere, in the title of a page, in a heading
_Lists = defaultdict[str, list[int]]  # parts in which a piece stands
_SHARD = msgspec.json.Decoder(dict[str, str])


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


class Postings(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where pieces stand: the files `s/`, how many parts each page has, and the size of it all."""

    shards: list[bytes]
    counts: list[int]
    size: int


class Change(NamedTuple):
    """A part that was cut otherwise than before, and its number."""

    number: int
    old: Part
    new: Part


def index_files(pages: Iterable[Sequence[Part]], postings: Postings) -> Iterator[tuple[str, bytes]]:
    """All files of the index with their names, one after the other.

    Of pages that are alike the earlier one stands first where they are found.
    """
    whole = hashlib.sha256()
    for number, part in enumerate(chain.from_iterable(pages)):
        yield _told(whole, f"t/{number}.json", part.content)
    for number, content in enumerate(postings.shards):
        yield _told(whole, f"s/{number}.json", content)
    ends = "".join(map(_CODES.__getitem__, postings.counts))
    told = {"version": whole.hexdigest()[:10], "shards": len(postings.shards), "pages": ends}
    yield "index.json", msgspec.json.encode(told)


def postings_of(pages: Sequence[Sequence[Part]]) -> Postings:
    """Of all pages, anew."""
    lists: Sequence[_Lists] = [defaultdict(list) for _ in range(_LEVELS)]
    for number, part in enumerate(chain.from_iterable(pages)):
        for found, held in zip(lists, _held(part), strict=True):
            for piece in held.split():
                found[piece].append(number)
    anywhere, *better = lists
    shown = {piece: written(anywhere[piece]) for piece in sorted(anywhere)}
    for piece in {piece for some in better for piece in some}:
        shown[piece] = _line([some.get(piece, ()) for some in lists])
    size = sum(map(len, shown.values())) + _KEY * len(shown)
    shards: list[dict[str, str]] = [{} for _ in range(_shards_for(size))]
    for piece, text in shown.items():
        shards[shard_of(piece, len(shards))][piece] = text
    return Postings(list(map(msgspec.json.encode, shards)), list(map(len, pages)), size)


def revised(postings: Postings, changes: Iterable[Change]) -> Postings | None:
    """The postings with some parts cut otherwise, as `postings_of` would make them.

    None where that takes another number of shards.
    """
    shards: dict[int, dict[str, str]] = {}
    size = postings.size
    for piece, moves in _moves(changes).items():
        number = shard_of(piece, len(postings.shards))
        if number not in shards:
            shards[number] = _SHARD.decode(postings.shards[number])
        shard = shards[number]
        old = shard.pop(piece, "")
        if new := _line(_moved(old, moves)):
            shard[piece] = new
        size += len(new) - len(old) + _KEY * (bool(new) - bool(old))
    if _shards_for(size) != len(postings.shards):
        return None
    contents = list(postings.shards)
    for number, shard in shards.items():
        contents[number] = msgspec.json.encode(dict(sorted(shard.items())))
    return Postings(contents, postings.counts, size)


def _moves(changes: Iterable[Change]) -> dict[str, list[tuple[int, int]]]:
    """By piece, the levels and numbers at which it comes where it was not, or goes."""
    moves: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, old, new in changes:
        for level, (was, now) in enumerate(zip(_held(old), _held(new), strict=True)):
            for piece in set(was.split()) ^ set(now.split()):
                moves[piece].append((level, number))
    return moves


def _moved(line: str, moves: Iterable[tuple[int, int]]) -> list[list[int]]:
    levels = [set(_read(text)) for text in [*line.split(" "), "", ""][:_LEVELS]]
    for level, number in moves:
        levels[level] ^= {number}
    return [sorted(level) for level in levels]


def _read(text: str) -> Iterator[int]:
    """The numbers that were `written`."""
    number, step, factor = -1, 1, 1
    for letter in text:
        digit = ord(letter) - _FIRST
        step += digit % _BASE * factor
        factor *= _BASE
        if digit < _BASE:
            number += step
            yield number
            step, factor = 1, 1


def _held(part: Part) -> tuple[str, str, str]:
    """The pieces of a part, at each level: anywhere, in its title, in its headings."""
    return part.anywhere, part.title, part.headings


def _line(levels: Sequence[Sequence[int]]) -> str:
    return " ".join(map(written, levels)).rstrip(" ")


def _shards_for(size: int) -> int:
    return 1 + size // SHARD


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


def shard_of(piece: str, shards: int) -> int:
    """Which file a piece lies in."""
    number = 0
    for letter in piece:
        number = (number * 257 + ord(letter)) % 65_521
    return number % shards
