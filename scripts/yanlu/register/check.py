"""All that must hold of the register before it is published.

A suggestion is looked at on its own (`file_faults`), with those it points to (`linked_faults`)
and with what readers were once told of it (`amended_faults`), as are calls and proposals.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeVar

from yanlu.errors import PackageError
from yanlu.model import Fate, Month
from yanlu.packages.calls import Call, call_of, call_path
from yanlu.packages.faults import Fault
from yanlu.packages.heads import Head, first_bytes
from yanlu.packages.plain import text_faults, texts
from yanlu.packages.proposals import Proposal, proposal_of
from yanlu.packages.suggestions import (
    FOLDER,
    Suggestion,
    open_suggestion,
    suggestion_of,
)
from yanlu.register.acts import call_amendment_faults, proposal_amendment_faults
from yanlu.register.amended import amendment_faults
from yanlu.register.backdated import backdated_faults, backdated_marks
from yanlu.register.path import path_faults
from yanlu.register.taken_down import noted_steps, stone_faults

FILES = f"data/{FOLDER}/*/*.md"  # below the folder of a portal
CALLS, PROPOSALS = "data/calls/*.md", "data/supervision/*/*.md"
_LONGEST_TITLE = 100  # characters; a list shows titles whole
_SECOND_TITLE = re.compile(r"^# ", re.MULTILINE)
_T = TypeVar("_T")
_Act = TypeVar("_Act", Call, Proposal)
_TODO = "请照《给工作人员：台账》改正"


@dataclass(frozen=True)
class Link:
    """What of a suggestion's head must go together with other files; "" where there is none.

    `gone` tells that it was withdrawn or taken down.
    """

    id: str
    fate: str
    merged_into: str = ""
    call: str = ""
    gone: bool = False


def link_of(suggestion: Suggestion) -> Link:
    """The link of a suggestion whose head follows the schema."""
    front = suggestion.front
    into, call = front.get("merged_into", ""), front.get("call", "")
    return Link(front["id"], front["fate"], into, call, front["publication"] == "removed")


def file_faults(place: str, suggestion: Suggestion, now: Month) -> Iterator[Fault]:
    """Path, answer and words of one suggestion; `now` is the month of the commit.

    What has no fault in one month has none in a later one.
    """
    from yanlu.register.answers import answer_faults  # patterns that take long to compile

    yield from _faults(place, path_faults(suggestion.front, now))
    yield from _faults(place, answer_faults(suggestion, now))
    yield from _faults(place, _written_faults(suggestion))


def file_notes(place: str, suggestion: Suggestion) -> Iterator[Fault]:
    """What may stand, but should be read once more."""
    from yanlu.register.answers import answer_notes  # as above

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


def gone_targets(data: Path, links: Mapping[str, Link]) -> Mapping[str, str]:
    """Places of merged suggestions, and of those they went into that are gone, by the first."""
    places = {link.id: place for place, link in links.items()}
    found: dict[str, str] = {}
    for place, link in links.items():
        target = link.merged_into
        there = places.get(target)
        other = links[there] if there else _opened(data, target) if target else None
        if other and other.gone and target != link.id:
            found[place] = there or _place_of(data, target)
    return found


def merged_late(place: str, target: str) -> Fault:
    """The fault of a merge into what was gone by then; both are places."""
    name = PurePosixPath(target).stem
    (fault,) = _faults(
        place, [f"并入的 {name} 那时已经撤回或者撤下，不会再答复；请换一条，或者照样办理"]
    )
    return fault


class Version(NamedTuple):
    """A content that a file had, and the month of the commit that gave it to the file."""

    content: bytes
    month: Month


def amended_faults(
    folder: Path, past: Iterable[tuple[str, Version]], now: Month
) -> Iterator[Fault]:
    """Files that take back what readers were told; `past` are versions that were published.

    Paths are relative to `folder`; of each the newest version comes first, and what is in no
    commit yet is of `now`. A past content that cannot be read was never shown.
    """
    versions: Mapping[str, list[Version]] = defaultdict(list)
    for place, version in past:
        versions[place].append(version)
    for place, found in versions.items():
        yield from _faults(place, _amended(folder, place, found, now))


def _amended(folder: Path, place: str, past: Sequence[Version], now: Month) -> Iterator[str]:
    """What a file of today takes back of these versions; most never had others."""
    path = folder / place
    today = first_bytes(path) if path.is_file() else None
    others = [version for version in past if version.content != today]
    if not others:
        return
    since = next((version.month for version in past if version.content == today), now)
    if place.startswith(f"data/{FOLDER}/"):
        told = _suggestion_amended(folder / "data", others, today, since)
    else:
        told = _AMENDED[place.split("/")[1]](others, today, since)
    yield from dict.fromkeys(told)


def _suggestion_amended(
    data: Path, others: Sequence[Version], today: bytes | None, since: Month
) -> Iterator[str]:
    """`since`: in which month the content of today was committed."""
    after = _read(today, suggestion_of)
    if today is not None and after is None:
        return  # a broken one is told elsewhere
    read = ((_read(version.content, suggestion_of), version.month) for version in others)
    # a path against the table was refused by every build: nobody saw it, and it may be put right
    shown = [
        (before, month)
        for before, month in read
        if before and not any(path_faults(before.front, month))
    ]
    for before, _ in shown:
        yield from amendment_faults(before, after)
        if after:
            yield from _moved(data, before.front, after.front)
    if after and shown:
        steps = after.front["history"]
        if after.front["publication"] == "removed":
            told = [before for before, _ in reversed(shown)]
            yield from stone_faults(told, after)
            steps = noted_steps(after, told)
        past = [(month, before.front) for before, month in shown]
        yield from backdated_faults(steps, since, [(m, head["history"]) for m, head in past])
        yield from backdated_marks(after.front, since, past)


def _moved(data: Path, before: Head, after: Head) -> Iterator[str]:
    """A merge stays, unless that into which it went is gone or was merged itself."""
    target = before.get("merged_into", "")
    if target == after.get("merged_into", "") or not target:
        return
    other = _opened(data, target)
    if other and not other.gone and other.fate != Fate.MERGED:
        yield f"公布过并入 {target}，不能改成并入别处"


def _acts_amended(
    read: Callable[[bytes], _Act],
    rule: Callable[[_Act, _Act | None], Iterator[str]],
    others: Sequence[Version],
    today: bytes | None,
    since: Month,
) -> Iterator[str]:
    after = _read(today, read)
    if today is not None and after is None:
        return
    shown = [(v.month, before) for v in others if (before := _read(v.content, read))]
    for _, before in shown:
        yield from rule(before, after)
    if after:
        yield from backdated_marks(after.front, since, [(m, one.front) for m, one in shown])


_AMENDED: Mapping[str, Callable[[Sequence[Version], bytes | None, Month], Iterator[str]]] = {
    "calls": partial(_acts_amended, call_of, call_amendment_faults),
    "supervision": partial(_acts_amended, proposal_of, proposal_amendment_faults),
}


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


def _place_of(data: Path, name: str) -> str:
    (path, *_) = sorted((data / FOLDER).glob(f"*/{name}.md"))
    return f"data/{path.relative_to(data).as_posix()}"


def _opened(data: Path, name: str) -> Link | None:
    found = [_current(path) for path in (data / FOLDER).glob(f"*/{name}.md")]
    return next((link_of(one) for one in found if one), None)


def _written_faults(suggestion: Suggestion) -> Iterator[str]:
    """Markup, marks of a conflict and signs that are not seen, in whatever people wrote."""
    if len(suggestion.title) > _LONGEST_TITLE:
        yield f"题目超过{_LONGEST_TITLE}字，请写短一些"
    if _SECOND_TITLE.search(suggestion.text):
        yield "正文里又有一行以“# ”开头：像是两条建议合在了一起，请分开；不是的，去掉“# ”"
    parts = [("题目", suggestion.title), ("正文", suggestion.text), ("回复", suggestion.reply)]
    parts += [(f"{past.month} 的原回复", past.text) for past in suggestion.earlier]
    parts += [("头部", text) for text in texts(suggestion.front)]
    told = (f"{name}：{fault}" for name, text in parts for fault in text_faults(text))
    yield from dict.fromkeys(told)


def _faults(place: str, told: Iterable[str]) -> Iterator[Fault]:
    for what in told:
        yield Fault(place, 0, "", what, _TODO)


def _current(path: Path) -> Suggestion | None:
    try:
        return open_suggestion(path)
    except PackageError:
        return None


def _read(content: bytes | None, read: Callable[[bytes], _T]) -> _T | None:
    try:
        return None if content is None else read(content)
    except PackageError:
        return None
