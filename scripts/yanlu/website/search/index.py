"""The index as files: few bytes for a query, whatever the size of the site.

A page is cut into parts of some hundred characters. `s/<n>.json` names, for each piece whose
hash is `n`, the parts in which it stands; `t/<part>.json` holds a part's text, for excerpts and
for a last look whether the words really stand there. `index.json` says how many of either.
`theme/assets/js/search.js` reads them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import sub

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


def index_files(pages: Sequence[Page]) -> Mapping[str, bytes]:
    """All files of the index by their names; the earlier page stands first where two are alike."""
    parts = [list(_parts(page.lines)) for page in pages]
    lists: Sequence[_Lists] = [defaultdict(list) for _ in range(3)]
    files: dict[str, bytes] = {}
    for page, own in zip(pages, parts, strict=True):
        for place, lines in enumerate(own):
            part = len(files)
            _add(lists, part, page.title if place == 0 else "", lines)
            words = "\n".join(line.text for line in lines)
            told = (page.address, page.title, page.section, words)
            files[f"t/{part}.json"] = msgspec.json.encode(told)
    shards = _shards(lists)
    files |= {f"s/{number}.json": msgspec.json.encode(held) for number, held in enumerate(shards)}
    whole = hashlib.sha256()
    for name, content in files.items():
        whole.update(f"{name} {len(content)}\n".encode() + content)
    counts = {"shards": len(shards), "pages": "".join(_CODES[len(own)] for own in parts)}
    told_all = {"version": whole.hexdigest()[:10], **counts}
    return {**files, "index.json": msgspec.json.encode(told_all)}


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


def _add(lists: Sequence[_Lists], part: int, title: str, lines: Iterable[Line]) -> None:
    anywhere, titles, headings = lists
    for piece in pieces([title, *(line.text for line in lines)]):
        anywhere[piece].append(part)
    for piece in pieces([title]):
        titles[piece].append(part)
    for piece in pieces(line.text for line in lines if line.heading):
        headings[piece].append(part)


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
