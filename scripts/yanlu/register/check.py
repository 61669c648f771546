"""All that must hold of the register before it is published.

A suggestion is looked at on its own (`file_faults`), with those it points to (`linked_faults`)
and with what readers were once told of it (`amended_faults`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from yanlu.errors import PackageError
from yanlu.model import Fate, Month
from yanlu.packages.calls import call_path
from yanlu.packages.faults import Fault
from yanlu.packages.plain import text_faults, texts
from yanlu.packages.suggestions import (
    FOLDER,
    Suggestion,
    open_suggestion,
    suggestion_of,
)
from yanlu.register.amended import amendment_faults
from yanlu.register.answers import answer_faults, answer_notes
from yanlu.register.path import path_faults

FILES = f"data/{FOLDER}/*/*.md"  # below the folder of a portal
_TODO = "请照《给工作人员：台账》改正"


@dataclass(frozen=True)
class Link:
    """What of a suggestion's head must go together with other files; "" where there is none."""

    id: str
    fate: str
    merged_into: str = ""
    call: str = ""


def link_of(suggestion: Suggestion) -> Link:
    """The link of a suggestion whose head follows the schema."""
    front = suggestion.front
    return Link(front["id"], front["fate"], front.get("merged_into", ""), front.get("call", ""))


def file_faults(place: str, suggestion: Suggestion, now: Month) -> Iterator[Fault]:
    """Path, answer and words of one suggestion; `now` is the month of the commit.

    What has no fault in one month has none in a later one.
    """
    yield from _faults(place, path_faults(suggestion.front, now))
    yield from _faults(place, answer_faults(suggestion, now))
    yield from _faults(place, _written_faults(suggestion))


def file_notes(place: str, suggestion: Suggestion) -> Iterator[Fault]:
    """What may stand, but should be read once more."""
    for what in answer_notes(suggestion):
        yield Fault(place, 0, "", what, "不改也可以公布")


def linked_faults(data: Path, links: Mapping[str, Link]) -> Iterator[Fault]:
    """Ids that stand twice, merges and calls that lead nowhere, in the files of these links.

    Links are by place (`data/suggestions/…`); files that they point to are opened where their
    links are not among these.
    """
    known = {link.id: link for link in links.values()}

    def find(name: str) -> Link | None:
        return known.get(name) or _opened(data, name)

    yield from _doubled(data, links)
    for place, link in links.items():
        yield from _faults(place, _merge_faults(link, find))
        if link.call and not (data / call_path(link.call)).is_file():
            yield from _faults(place, [f"所属的征集 {link.call} 没有这个文件"])


def amended_faults(folder: Path, past: Iterable[tuple[str, bytes]]) -> Iterator[Fault]:
    """Files that take back what readers were told; `past` are contents that were published.

    Paths are relative to `folder`. A past content that was no suggestion was never shown.
    """
    versions: Mapping[str, list[bytes]] = defaultdict(list)
    for place, content in past:
        versions[place].append(content)
    for place, contents in versions.items():
        yield from _faults(place, _amended(folder / place, contents))


def _amended(path: Path, contents: Iterable[bytes]) -> Iterator[str]:
    """What a file of today takes back of these contents; most never were others."""
    there = path.is_file()
    today = path.read_bytes() if there else None
    others = [content for content in contents if content != today]
    after = _current(path) if there and others else None
    if others and (after or not there):  # a broken one is told elsewhere
        befores = filter(None, map(_read, others))
        found = chain.from_iterable(amendment_faults(before, after) for before in befores)
        yield from dict.fromkeys(found)


def _doubled(data: Path, asked: Iterable[str]) -> Iterator[Fault]:
    """Ids of these places that stand in two years."""
    names = {place.rpartition("/")[2] for place in asked}
    places: Mapping[str, list[str]] = defaultdict(list)
    for year in sorted((data / FOLDER).glob("*/")):
        for name in sorted(names.intersection(path.name for path in year.iterdir())):
            places[name].append(f"data/{FOLDER}/{year.name}/{name}")
    for same in places.values():
        if len(same) > 1:
            first, *others = same
            yield from _faults(first, [f"同一个编号在两个年份里都有：还有 {'、'.join(others)}"])


def _merge_faults(link: Link, find: Callable[[str], Link | None]) -> Iterator[str]:
    """A merged suggestion must point to one that is there and was not merged itself."""
    target = link.merged_into
    if not target:
        return
    other = find(target)
    if target == link.id:
        yield "并入了自己"
    elif other is None:
        yield f"并入的 {target} 没有这个文件，或者读不出来"
    elif other.fate == Fate.MERGED:
        yield f"并入的 {target} 自己也并入了别处；请直接并入最后那一条"


def _opened(data: Path, name: str) -> Link | None:
    found = [_current(path) for path in (data / FOLDER).glob(f"*/{name}.md")]
    return next((link_of(one) for one in found if one), None)


def _written_faults(suggestion: Suggestion) -> Iterator[str]:
    """Markup and marks of a conflict, in whatever people wrote."""
    parts = [("题目", suggestion.title), ("正文", suggestion.text), ("回复", suggestion.reply)]
    parts += [(f"{past.month} 的原回复", past.text) for past in suggestion.earlier]
    parts += [("头部", text) for text in texts(suggestion.front)]
    told = (f"{name}：{fault}" for name, text in parts for fault in text_faults(text))
    return iter(dict.fromkeys(told))


def _faults(place: str, told: Iterable[str]) -> Iterator[Fault]:
    for what in told:
        yield Fault(place, 0, "", what, _TODO)


def _current(path: Path) -> Suggestion | None:
    try:
        return open_suggestion(path)
    except PackageError:
        return None


def _read(content: bytes) -> Suggestion | None:
    try:
        return suggestion_of(content)
    except PackageError:
        return None
