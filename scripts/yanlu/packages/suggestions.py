"""`data/suggestions/<year>/<id>.md`: a suggestion as the public may read it.

The head is YAML and holds codes and months only (`schemas/suggestion.schema.json`). Below it
stands the text: a summary by the office, or the writer's own words with the masked parts; after
a line of its own the reply, and replies that it corrected, the latest first. The text is plain;
of a reply the website alone says what Markdown it may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yanlu.errors import PackageError
from yanlu.packages.faults import Fault
from yanlu.packages.heads import (
    FENCE,
    Head,
    faults_of,
    first_bytes,
    head_faults,
    read_head,
    text_of,
    titled,
    write_head,
)
from yanlu.settings import Codes, read_codes

FOLDER = "suggestions"
_REPLY = "<!-- 回复 -->"
_EARLIER = "<!-- 原回复 {month} -->"
_MARK = re.compile(r"^<!-- (?:回复|原回复 ((?:19|20)\d{2}-(?:0[1-9]|1[0-2]))) -->$", re.MULTILINE)
_MISMARKED = re.compile(r"^[ \t]*<!--\s*原?\s*回\s*[复覆][^>]*-->[ \t]*$", re.MULTILINE)
_SCHEMA = "suggestion.schema"
CODES = ("topics", "regions", "bodies", "conversions")  # the lists that a head is written with
_CONFLICT = ("<<<<<<< ", ">>>>>>> ")
_SECOND = re.compile(rf"^{FENCE}[a-z_]+:(?: |$)", re.MULTILINE)  # a rule, and then a head


@dataclass(frozen=True)
class Earlier:
    """A reply that was corrected later, and the month (`2026-10`) in which it was given."""

    month: str
    text: str


@dataclass(frozen=True)
class Suggestion:
    """One published suggestion; `title` and `text` are empty in a tombstone."""

    front: Head
    title: str = ""
    text: str = ""
    reply: str = ""
    earlier: Sequence[Earlier] = ()


def suggestion_path(front: Mapping[str, Any]) -> str:
    """Where a suggestion lies, relative to `data/`."""
    return f"{FOLDER}/{front['month'][:4]}/{front['id']}.md"


def write_suggestion(suggestion: Suggestion) -> str:
    """The file of a suggestion.

    Raises:
        PackageError: a head that the schema does not allow, or a text that would break the file.
    """
    front = dict(suggestion.front)
    for fault in head_faults(front, _SCHEMA):
        raise PackageError(f"建议 {front.get('id', '')} 的头部不对：{fault}")
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    for part in (suggestion.title, suggestion.text, *replies):
        if _MARK.search(part):
            raise PackageError(f"建议 {front['id']} 的文字里单独有一行 {_REPLY}，请删去这一行。")
    body = f"# {suggestion.title}\n\n{suggestion.text}\n" if suggestion.title else ""
    told = [(_REPLY, suggestion.reply)] if suggestion.reply else []
    told += [(_EARLIER.format(month=past.month), past.text) for past in suggestion.earlier]
    return f"{write_head(front)}\n{body}" + "".join(f"\n{m}\n\n{t}\n" for m, t in told)


def read_suggestion(content: str) -> Suggestion:
    """A suggestion from its file.

    Raises:
        PackageError: it is not written as it must be; the message names the part, no text.
    """
    front, body = read_head(content, _SCHEMA)
    if _MISMARKED.search(_MARK.sub("", body)):
        old = _EARLIER.format(month="2026-10")
        raise PackageError(f"回复前面的那一行写得不对：要写成 {_REPLY}，原来的写成 {old}")
    text, *told = _MARK.split(body)
    title, words = titled(text)
    reply, earlier = _replies(list(zip(told[::2], told[1::2], strict=True)))
    return Suggestion(front, title, words, reply, earlier)


def _replies(told: Sequence[tuple[str | None, str]]) -> tuple[str, tuple[Earlier, ...]]:
    """The reply that is in force, then those before it; each a month, or None, and a text."""
    if any(month is None for month, _ in told[1:]) or (told and told[0][0] is not None):
        raise PackageError(f"回复（{_REPLY}）应当只有一个，在原回复的前面")
    reply = told[0][1].strip() if told else ""
    return reply, tuple(Earlier(month, text.strip()) for month, text in told[1:] if month)


def first_promised(promise: Mapping[str, Any]) -> str:
    """The first of the days until which it was promised; a new one does not undo an old one."""
    return min(str(one["by"]) for one in (promise, *promise.get("was", ())))


def suggestion_files(data: Path) -> list[Path]:
    """All files of suggestions, in the order of their paths."""
    return sorted((data / FOLDER).rglob("*.md"), key=str)


def open_suggestion(path: Path) -> Suggestion:
    """A suggestion from a file of the work tree.

    Raises:
        PackageError: it cannot be one.
    """
    return suggestion_of(first_bytes(path))


def suggestion_of(content: bytes) -> Suggestion:
    """A suggestion from the bytes of its file.

    Raises:
        PackageError: it cannot be one.
    """
    return read_suggestion(text_of(content, "一条建议"))


def suggestion_faults(data: Path, paths: Iterable[Path]) -> Iterator[Fault]:
    """What is wrong with files of suggestions: their heads, their codes, their places."""
    codes = {name: read_codes(data / "codes" / f"{name}.csv") for name in CODES}
    for path in paths:
        place = path.relative_to(data).as_posix()
        for what in _file_faults(path, place, codes):
            yield suggestion_fault(place, what)


def suggestion_fault(place: str, what: str) -> Fault:
    """A fault of one file; `place` is relative to `data/`."""
    return Fault(f"data/{place}", 0, "", what, "请对照数据字典改正，或者从审核分支恢复")


def _file_faults(path: Path, place: str, codes: Mapping[str, Codes]) -> Iterator[str]:
    try:
        suggestion = open_suggestion(path)
    except PackageError as error:
        yield from faults_of(error)
        return
    if suggestion_path(suggestion.front) != place:
        yield (
            "文件夹的年份和文件名，与头部的月份和编号不一致；公布过的，收到的月份不能改到另一年："
            "月份照原样写，在头部的 amended 加一项，说明其实是哪个月收到的"
        )
    for name, code in _codes(suggestion.front):
        if code not in codes[name]:
            yield f"代码 {code} 不在 codes/{name}.csv 里"
    topic = suggestion.front["topic"]
    if topic in codes["topics"] and topic not in codes["topics"].groups:
        yield f"主题 {topic} 太细：只写第一级的代码 {codes['topics'].group(topic)}"
    words = (suggestion.text, suggestion.reply, *(past.text for past in suggestion.earlier))
    if any(line.startswith(_CONFLICT) for part in words for line in part.splitlines()):
        yield "文字里有合并冲突留下的标记（<<<<<<<、=======、>>>>>>>）"
    if any(map(_SECOND.search, words)):
        yield "正文里又有一个头部：像是两个文件合在了一起，请分开，一条建议一个文件"
    if (suggestion.front["publication"] == "removed") == bool(suggestion.title):
        yield "已撤下的不能有标题和文字；没有撤下的，一定要有"


def _codes(front: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "topics", front["topic"]
    yield "regions", front["region"]
    for body in (front["bodies"]["lead"], *front["bodies"].get("with", ())):
        yield "bodies", body
    promises = front.get("promises", ())
    former = (past for promise in promises for past in promise.get("was", ()))
    for step in (*front["history"], *promises, *former):
        if "body" in step:
            yield "bodies", step["body"]
    if "conversion" in front:
        yield "conversions", front["conversion"]
