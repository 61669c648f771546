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
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from yanlu.errors import PackageError
from yanlu.packages.faults import Fault
from yanlu.packages.schemas import load_schema
from yanlu.settings import Codes, read_codes

FOLDER = "suggestions"
_REPLY = "<!-- 回复 -->"
_EARLIER = "<!-- 原回复 {month} -->"
_MARK = re.compile(r"^<!-- (?:回复|原回复 (\d{4}-(?:0[1-9]|1[0-2]))) -->$", re.MULTILINE)
_FENCE = "---\n"
_CODES = ("topics", "regions", "bodies", "conversions")
_CONFLICT = ("<<<<<<< ", ">>>>>>> ", "=======")
LARGEST = 1 << 16  # bytes of a file


@dataclass(frozen=True)
class Earlier:
    """A reply that was corrected later, and the month (`2026-10`) in which it was given."""

    month: str
    text: str


@dataclass(frozen=True)
class Suggestion:
    """One published suggestion; `title` and `text` are empty in a tombstone."""

    front: Mapping[str, Any]
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
    faults = list(_head_faults(front))
    if faults:
        raise PackageError(f"建议 {front.get('id', '')} 的头部不对：{faults[0]}")
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    for part in (suggestion.title, suggestion.text, *replies):
        if _MARK.search(part):
            raise PackageError(f"建议 {front['id']} 的文字里单独有一行 {_REPLY}，请删去这一行。")
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
    body = f"# {suggestion.title}\n\n{suggestion.text}\n" if suggestion.title else ""
    told = [(_REPLY, suggestion.reply)] if suggestion.reply else []
    told += [(_EARLIER.format(month=past.month), past.text) for past in suggestion.earlier]
    return f"{_FENCE}{head}{_FENCE}\n{body}" + "".join(f"\n{m}\n\n{t}\n" for m, t in told)


def read_suggestion(content: str) -> Suggestion:
    """A suggestion from its file.

    Raises:
        PackageError: it is not written as it must be; the message names the part, no text.
    """
    _, fence, rest = content.partition(_FENCE)
    head, closing, body = rest.partition(f"\n{_FENCE}")
    if not fence or not closing or not content.startswith(_FENCE):
        raise PackageError("缺少头部：文件的第一行和头部的最后一行都应当是“---”")
    front = _front(head)
    text, *told = _MARK.split(body)
    title, _, words = text.strip().partition("\n")
    if title and not title.startswith("# "):
        raise PackageError("正文的第一行应当是“# ”加标题")
    reply, earlier = _replies(list(zip(told[::2], told[1::2], strict=True)))
    return Suggestion(front, title[2:].strip(), words.strip(), reply, earlier)


def _front(head: str) -> Mapping[str, Any]:
    try:  # everything in a head is text: a day or a number is not turned into anything else
        front: Mapping[str, Any] = yaml.load(head, Loader=yaml.CBaseLoader)  # noqa: S506 - safe
    except yaml.YAMLError:
        raise PackageError("头部不是正确的 YAML") from None
    for fault in _head_faults(front):
        raise PackageError(fault)
    return front


def _replies(told: Sequence[tuple[str | None, str]]) -> tuple[str, tuple[Earlier, ...]]:
    """The reply that is in force, then those before it; each a month, or None, and a text."""
    if any(month is None for month, _ in told[1:]) or (told and told[0][0] is not None):
        raise PackageError(f"回复（{_REPLY}）应当只有一个，在原回复的前面")
    reply = told[0][1].strip() if told else ""
    return reply, tuple(Earlier(month, text.strip()) for month, text in told[1:] if month)


def _head_faults(front: Any) -> Iterator[str]:
    for error in _validator().iter_errors(front):
        place = ".".join(str(step) for step in error.absolute_path)
        yield f"头部{f'的 {place} ' if place else ''}不符合规定（{error.validator}）"


@cache
def _validator() -> Draft202012Validator:
    dates = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(load_schema("suggestion.schema"), format_checker=dates)


def suggestion_files(data: Path) -> list[Path]:
    """All files of suggestions, in the order of their paths."""
    return sorted((data / FOLDER).rglob("*.md"))


def open_suggestion(path: Path) -> Suggestion:
    """A suggestion from a file of the work tree.

    Raises:
        PackageError: it cannot be one.
    """
    if path.stat().st_size > LARGEST:
        raise PackageError(f"文件超过 {LARGEST // 1024} KiB，不会是一条建议")
    try:
        return read_suggestion(path.read_text("utf-8"))
    except UnicodeDecodeError:
        raise PackageError("文件不是 UTF-8 编码") from None


def suggestion_faults(data: Path, paths: Iterable[Path]) -> Iterator[Fault]:
    """What is wrong with files of suggestions: their heads, their codes, their places."""
    codes = {name: read_codes(data / "codes" / f"{name}.csv") for name in _CODES}
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
        yield str(error)
        return
    if suggestion_path(suggestion.front) != place:
        yield "文件夹的年份和文件名，与头部的月份和编号不一致"
    for name, code in _codes(suggestion.front):
        if code not in codes[name]:
            yield f"代码 {code} 不在 codes/{name}.csv 里"
    words = (suggestion.text, suggestion.reply)
    if any(line.startswith(_CONFLICT) for part in words for line in part.splitlines()):
        yield "文字里有合并冲突留下的标记（<<<<<<<、=======、>>>>>>>）"
    if (suggestion.front["publication"] == "removed") == bool(suggestion.title):
        yield "已撤下的不能有标题和文字；没有撤下的，一定要有"


def _codes(front: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "topics", front["topic"]
    yield "regions", front["region"]
    for body in (front["bodies"]["lead"], *front["bodies"].get("with", ())):
        yield "bodies", body
    for step in (*front["history"], *front.get("promises", ())):
        if "body" in step:
            yield "bodies", step["body"]
    if "conversion" in front:
        yield "conversions", front["conversion"]
