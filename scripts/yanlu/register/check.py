"""All that must hold of the register before it is published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    read_suggestion,
)
from yanlu.register.amended import amendment_faults
from yanlu.register.answers import answer_faults
from yanlu.register.path import path_faults

FILES = f"data/{FOLDER}/*/*.md"  # below the folder of a portal
_TODO = "请照《给工作人员：台账》改正"


def register_faults(data: Path, paths: Sequence[Path], now: Month) -> Iterator[Fault]:
    """Paths, answers and merges of these files; a file that is none is passed over here.

    `now` is the month of the commit that is checked out.
    """
    yield from _doubled(data, paths)
    for path in paths:
        suggestion = _current(path)
        if suggestion is None:
            continue
        place = f"data/{path.relative_to(data).as_posix()}"
        yield from _faults(place, path_faults(suggestion.front, now))
        yield from _faults(place, answer_faults(suggestion, now))
        yield from _faults(place, _written_faults(suggestion))
        yield from _faults(place, _merge_faults(data, suggestion))
        yield from _faults(place, _call_faults(data, suggestion))


def amended_faults(folder: Path, past: Iterable[tuple[str, bytes]]) -> Iterator[Fault]:
    """Files that take back what readers were told; `past` are contents that were published.

    Paths are relative to `folder`. A past content that was no suggestion was never shown.
    """
    versions: Mapping[str, list[Suggestion]] = defaultdict(list)
    for place, content in past:
        version = _read(content)
        if version:
            versions[place].append(version)
    for place, befores in versions.items():
        path = folder / place
        after = _current(path) if path.is_file() else None
        if after is None and path.is_file():
            continue  # broken: told elsewhere
        faults = (fault for before in befores for fault in amendment_faults(before, after))
        yield from _faults(place, dict.fromkeys(faults))


def _doubled(data: Path, paths: Sequence[Path]) -> Iterator[Fault]:
    """Ids that stand in two years."""
    asked = {path.name for path in paths}
    places: Mapping[str, list[Path]] = defaultdict(list)
    for path in (data / FOLDER).glob("*/*.md"):
        if path.name in asked:
            places[path.name].append(path)
    for same in places.values():
        if len(same) > 1:
            place = f"data/{min(same).relative_to(data).as_posix()}"
            yield from _faults(place, ["同一个编号在两个年份里都有"])


def _merge_faults(data: Path, suggestion: Suggestion) -> Iterator[str]:
    """A merged suggestion must point to one that is there and was not merged itself."""
    target = suggestion.front.get("merged_into")
    if target is None:
        return
    found = list((data / FOLDER).glob(f"*/{target}.md"))
    other = _current(found[0]) if found else None
    if target == suggestion.front["id"]:
        yield "并入了自己"
    elif other is None:
        yield f"并入的 {target} 没有这个文件，或者读不出来"
    elif other.front["fate"] == Fate.MERGED:
        yield f"并入的 {target} 自己也并入了别处；请直接并入最后那一条"


def _call_faults(data: Path, suggestion: Suggestion) -> Iterator[str]:
    call = suggestion.front.get("call")
    if call is not None and not (data / call_path(call)).is_file():
        yield f"所属的征集 {call} 没有这个文件"


def _written_faults(suggestion: Suggestion) -> Iterator[str]:
    """Markup and marks of a conflict, in whatever people wrote."""
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    parts = (suggestion.title, suggestion.text, *replies, *texts(suggestion.front))
    return iter(dict.fromkeys(chain.from_iterable(map(text_faults, parts))))


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
        return read_suggestion(content.decode("utf-8"))
    except (PackageError, UnicodeDecodeError):
        return None
