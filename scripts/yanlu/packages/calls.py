"""`data/calls/<id>.md`: a topical call, in which an office asks the public one question.

The head is YAML (`schemas/call.schema.json`), the text below it is the office's own. Its state
follows from a day: the same file is open, closed or answered, and is never edited for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from yanlu.errors import PackageError
from yanlu.packages.faults import Fault
from yanlu.packages.heads import (
    Head,
    faults_of,
    first_bytes,
    head_faults,
    read_head,
    text_of,
    write_head,
)
from yanlu.packages.plain import text_faults, texts
from yanlu.packages.schemas import load_schema
from yanlu.settings import Codes, read_codes

FOLDER = "calls"
REST = "其他"  # the group that takes in every opinion of fewer than LEAST
LEAST = 5  # opinions; a smaller group might be known by its neighbours
_SCHEMA = "call.schema"
CODES = {"topic": "topics", "region": "regions", "body": "bodies"}


class Phase(StrEnum):
    """Where a call stands on a day."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"
    ANSWERED = "answered"


PHASES: Mapping[Phase, str] = {
    Phase.COMING: "尚未开始",
    Phase.OPEN: "正在征集",
    Phase.CLOSED: "已经截止",
    Phase.ANSWERED: "已公布结果",
}


@dataclass(frozen=True)
class Kind:
    """A kind of call: its title, and the period that its law asks for, where one does.

    `least_days` is 0 where no law sets a period; `law`, `version` and `article` are then empty.
    """

    title: str
    least_days: int = 0
    law: str = ""
    version: str = ""
    article: str = ""


@dataclass(frozen=True)
class Call:
    """One topical call: its head, and the office's text."""

    front: Head
    text: str

    @property
    def opens(self) -> date:
        """The first day."""
        return date.fromisoformat(self.front["opens"])

    @property
    def closes(self) -> date:
        """The last day, on which opinions are still taken."""
        return date.fromisoformat(self.front["closes"])

    @property
    def days(self) -> int:
        """The length of the period in calendar days; the day of publication is not counted."""
        return (self.closes - self.opens).days

    @property
    def published(self) -> date | None:
        """The day on which the result was published; None: not yet."""
        result = self.front.get("result")
        return date.fromisoformat(result["published"]) if result else None


def phase(call: Call, day: date) -> Phase:
    """Where a call stands on `day`, which for a site is the date of its build."""
    if day < call.opens:
        return Phase.COMING
    if day <= call.closes:
        return Phase.OPEN
    published = call.published
    return Phase.ANSWERED if published and published <= day else Phase.CLOSED


@cache
def call_kinds() -> Mapping[str, Kind]:
    """All kinds by code, as the schema lists them."""
    listed = load_schema(_SCHEMA)["properties"]["kind"]["oneOf"]
    return {
        kind["const"]: Kind(
            kind["title"],
            kind.get("x-least-days", 0),
            *(kind.get(f"x-{name}", "") for name in ("law", "version", "article")),
        )
        for kind in listed
    }


def call_path(name: str) -> str:
    """Where a call lies, relative to `data/`."""
    return f"{FOLDER}/{name}.md"


def write_call(call: Call) -> str:
    """The file of a call.

    Raises:
        PackageError: a head that the schema does not allow.
    """
    for fault in head_faults(dict(call.front), _SCHEMA):
        raise PackageError(f"征集 {call.front.get('id', '')} 的头部不对：{fault}")
    return f"{write_head(call.front)}\n{call.text}\n"


def read_call(content: str) -> Call:
    """A call from its file.

    Raises:
        PackageError: it is not written as it must be; the message names the part, no text.
    """
    front, text = read_head(content, _SCHEMA)
    return Call(front, text.strip())


def open_call(path: Path) -> Call:
    """A call from a file of the work tree.

    Raises:
        PackageError: it cannot be one.
    """
    return call_of(first_bytes(path))


def call_of(content: bytes) -> Call:
    """A call from the bytes of its file.

    Raises:
        PackageError: it cannot be one.
    """
    return read_call(text_of(content, "一次征集"))


def call_files(data: Path) -> list[Path]:
    """All files of calls, in the order of their names."""
    return sorted((data / FOLDER).glob("*.md"))


def calls_faults(data: Path) -> Iterator[Fault]:
    """What is wrong with files of calls: heads, codes, periods, results."""
    codes = {name: read_codes(data / "codes" / f"{name}.csv") for name in CODES.values()}
    for path in call_files(data):
        for what in _file_faults(path, codes):
            todo = "请对照《给工作人员：台账》改正"
            yield Fault(f"data/{path.relative_to(data).as_posix()}", 0, "", what, todo)


def _file_faults(path: Path, codes: Mapping[str, Codes]) -> Iterator[str]:
    try:
        call = open_call(path)
    except PackageError as error:
        yield from faults_of(error)
        return
    if call.front["id"] != path.stem:
        yield "文件名与头部的编号不一致"
    for key, name in CODES.items():
        if call.front[key] not in codes[name]:
            yield f"代码 {call.front[key]} 不在 codes/{name}.csv 里"
    if not call.text:
        yield "头部下面没有说明的文字"
    parts = (call.text, *texts(call.front))
    yield from dict.fromkeys(chain.from_iterable(map(text_faults, parts)))
    yield from _period_faults(call)
    yield from _result_faults(call)


def _period_faults(call: Call) -> Iterator[str]:
    kind = call_kinds()[call.front["kind"]]
    if call.closes < call.opens:
        yield "截止的日子早于开始的日子"
    elif call.days < kind.least_days and "short_because" not in call.front:
        yield (
            f"{kind.title}征求意见一般不少于 {kind.least_days} 日"
            f"（《{kind.law}》{kind.article}），更短的要写理由（short_because）"
        )
    cited = {(basis["law"], basis["article"]) for basis in call.front["basis"]}
    if kind.law and (kind.law, kind.article) not in cited:
        yield f"依据（basis）里没有《{kind.law}》{kind.article}"


def _result_faults(call: Call) -> Iterator[str]:
    if call.published is None:
        return
    if call.published <= call.closes:
        yield "征集截止以后才能公布结果（result.published）"
    groups: Sequence[Mapping[str, Any]] = call.front["result"]["groups"]
    named = [group["what"] for group in groups]
    if len(set(named)) < len(named):
        yield "结果里有两组意见写得一样"
    for group in groups:
        yield from _count_faults(group)


def _count_faults(group: Mapping[str, Any]) -> Iterator[str]:
    """How many said so: never fewer than LEAST, as one number or as a range."""
    if "how_many" not in group:
        if group["what"] != REST:
            yield f"结果里有一组意见没有写条数（how_many）；只有“{REST}”可以不写"
        return
    bounds = [int(bound) for bound in group["how_many"].split("–")]
    if bounds[0] < LEAST:
        yield f"结果里有一组意见不到 {LEAST} 条，不能单独列出，请归入“{REST}”"
    if bounds != sorted(set(bounds)):
        yield "结果里的条数范围前后颠倒"
