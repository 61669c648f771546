"""`data/suggestions/<year>/<id>.md`: a suggestion as the public may read it.

The head is YAML and holds codes and months only (`schemas/suggestion.schema.json`). Below it
stands the text: a summary by the office, or the writer's own words with the masked parts, and
after a line of its own the reply. All of it is plain text: nothing in it is Markdown or HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
_FENCE = "---\n"
_CODES = ("topics", "regions", "bodies")


@dataclass(frozen=True)
class Suggestion:
    """One published suggestion; `title` and `text` are empty in a tombstone."""

    front: Mapping[str, Any]
    title: str = ""
    text: str = ""
    reply: str = ""


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
    for part in (suggestion.title, suggestion.text, suggestion.reply):
        if _REPLY in part.splitlines():
            raise PackageError(f"建议 {front['id']} 的文字里单独有一行 {_REPLY}，请删去这一行。")
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False)
    body = f"# {suggestion.title}\n\n{suggestion.text}\n" if suggestion.title else ""
    reply = f"\n{_REPLY}\n\n{suggestion.reply}\n" if suggestion.reply else ""
    return f"{_FENCE}{head}{_FENCE}\n{body}{reply}"


def read_suggestion(content: str) -> Suggestion:
    """A suggestion from its file.

    Raises:
        PackageError: it is not written as it must be; the message names the part, no text.
    """
    _, fence, rest = content.partition(_FENCE)
    head, closing, body = rest.partition(f"\n{_FENCE}")
    if not fence or not closing or not content.startswith(_FENCE):
        raise PackageError("缺少头部：文件的第一行和头部的最后一行都应当是“---”")
    try:
        front = yaml.safe_load(head)
    except yaml.YAMLError:
        raise PackageError("头部不是正确的 YAML") from None
    faults = list(_head_faults(front))
    if faults:
        raise PackageError(faults[0])
    text, _, reply = body.partition(f"\n{_REPLY}\n")
    title, _, words = text.strip().partition("\n")
    if title and not title.startswith("# "):
        raise PackageError("正文的第一行应当是“# ”加标题")
    return Suggestion(front, title[2:].strip(), words.strip(), reply.strip())


def _head_faults(front: Any) -> Iterator[str]:
    validator = Draft202012Validator(load_schema("suggestion.schema"))
    for error in validator.iter_errors(front):
        place = ".".join(str(step) for step in error.absolute_path)
        yield f"头部{f'的 {place} ' if place else ''}不符合规定（{error.validator}）"


def suggestion_faults(data: Path) -> Iterator[Fault]:
    """What is wrong with any file of a suggestion: its head, its codes, its place."""
    codes = {name: read_codes(data / "codes" / f"{name}.csv") for name in _CODES}
    for path in sorted((data / FOLDER).rglob("*.md")):
        place = path.relative_to(data).as_posix()
        for what in _file_faults(path, place, codes):
            yield Fault(f"data/{place}", 0, "", what, "请对照数据字典改正，或者从审核分支恢复")


def _file_faults(path: Path, place: str, codes: Mapping[str, Codes]) -> Iterator[str]:
    try:
        front = read_suggestion(path.read_text("utf-8")).front
    except UnicodeDecodeError:
        yield "文件不是 UTF-8 编码"
        return
    except PackageError as error:
        yield str(error)
        return
    if suggestion_path(front) != place:
        yield "文件夹的年份和文件名，与头部的月份和编号不一致"
    for name, code in _codes(front):
        if code not in codes[name]:
            yield f"代码 {code} 不在 codes/{name}.csv 里"


def _codes(front: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "topics", front["topic"]
    yield "regions", front["region"]
    for body in (front["bodies"]["lead"], *front["bodies"].get("with", ())):
        yield "bodies", body
