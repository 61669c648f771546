"""`data/supervision/<year>/<id>.md`: what a petition office proposes to a body, and its answer.

《信访工作条例》 (2022) art. 40: the office proposes to improve work or policy, and the body answers
in writing how far it adopts that. The head is YAML (`schemas/proposal.schema.json`); below it
stand the proposal and, after a line of its own, the answer. Proposals to hold someone
responsible have no file: `sanctions.csv` tells how many there were in a year, and no more.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

from yanlu.errors import PackageError
from yanlu.packages.faults import Fault
from yanlu.packages.heads import (
    NO_TITLE,
    Head,
    faults_of,
    first_bytes,
    head_faults,
    read_head,
    text_of,
    titled,
    write_head,
)
from yanlu.packages.plain import text_faults, texts
from yanlu.packages.schemas import TABLES, load_schema
from yanlu.settings import Codes, read_codes

FOLDER = "supervision"
_ANSWER = "<!-- 反馈 -->"
_SCHEMA = "proposal.schema"
CODES = {"from": "bodies", "to": "bodies", "topic": "topics"}
_PETITIONS = "petitions"  # the type of a body that may propose
_TODO = "请对照《给工作人员：台账》的“督办建议”改正"


@dataclass(frozen=True)
class Kind:
    """A kind of proposal, and the article by which it is made."""

    title: str
    law: str
    version: str
    article: str


@dataclass(frozen=True)
class Proposal:
    """One proposal: its head, its title and text, and the answer ("" until there is one)."""

    front: Head
    title: str
    text: str
    answer: str = ""


@dataclass(frozen=True)
class Sanctions:
    """How many proposals to hold someone responsible were made in a year."""

    year: int
    count: int
    note: str


@cache
def proposal_kinds() -> Mapping[str, Kind]:
    """All kinds by code, as the schema lists them."""
    listed = load_schema(_SCHEMA)["properties"]["kind"]["oneOf"]
    return {
        kind["const"]: Kind(kind["title"], kind["x-law"], kind["x-version"], kind["x-article"])
        for kind in listed
    }


def proposal_path(front: Head) -> str:
    """Where a proposal lies, relative to `data/`."""
    return f"{FOLDER}/{front['made'][:4]}/{front['id']}.md"


def write_proposal(proposal: Proposal) -> str:
    """The file of a proposal.

    Raises:
        PackageError: a head that the schema does not allow.
    """
    for fault in head_faults(dict(proposal.front), _SCHEMA):
        raise PackageError(f"督办建议 {proposal.front.get('id', '')} 的头部不对：{fault}")
    answer = f"\n{_ANSWER}\n\n{proposal.answer}\n" if proposal.answer else ""
    return f"{write_head(proposal.front)}\n# {proposal.title}\n\n{proposal.text}\n{answer}"


def read_proposal(content: str) -> Proposal:
    """A proposal from its file.

    Raises:
        PackageError: it is not written as it must be; the message names the part, no text.
    """
    front, below = read_head(content, _SCHEMA)
    text, *answers = f"\n{below}".split(f"\n{_ANSWER}\n")
    title, words = titled(text)
    if not title:
        raise PackageError(NO_TITLE)
    if len(answers) > 1:
        raise PackageError(f"反馈（{_ANSWER}）应当只有一处")
    return Proposal(front, title, words, "".join(answers).strip())


def open_proposal(path: Path) -> Proposal:
    """A proposal from a file of the work tree.

    Raises:
        PackageError: it cannot be one.
    """
    return proposal_of(first_bytes(path))


def proposal_of(content: bytes) -> Proposal:
    """A proposal from the bytes of its file.

    Raises:
        PackageError: it cannot be one.
    """
    return read_proposal(text_of(content, "一条督办建议"))


def proposal_files(data: Path) -> list[Path]:
    """All files of proposals, in the order of their paths."""
    return sorted((data / FOLDER).glob("*/*.md"))


def read_sanctions(data: Path) -> list[Sanctions]:
    """The counts by year, the latest first; the table was found to be in order."""
    path = data / TABLES["sanctions"]
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            Sanctions(int(row["year"]), int(row["count"]), row["note"])
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.year, reverse=True)


def proposals_faults(data: Path) -> Iterator[Fault]:
    """What is wrong with files of proposals: heads, codes, places, answers, texts."""
    codes = {name: read_codes(data / "codes" / f"{name}.csv") for name in CODES.values()}
    places: dict[str, str] = {}
    for path in proposal_files(data):
        place = f"data/{path.relative_to(data).as_posix()}"
        faults = list(_file_faults(path, path.relative_to(data).as_posix(), codes))
        if path.stem in places:
            faults.append(f"编号与 {places[path.stem]} 相同")
        places.setdefault(path.stem, place)
        for what in faults:
            yield Fault(place, 0, "", what, _TODO)


def _file_faults(path: Path, place: str, codes: Mapping[str, Codes]) -> Iterator[str]:
    try:
        proposal = open_proposal(path)
    except PackageError as error:
        yield from faults_of(error)
        return
    if proposal_path(proposal.front) != place:
        yield "文件夹的年份和文件名，与头部的月份（made）和编号不一致"
    yield from _code_faults(proposal.front, codes)
    if not proposal.text:
        yield "标题下面没有写建议的内容"
    yield from _answer_faults(proposal)
    parts = (proposal.title, proposal.text, proposal.answer, *texts(proposal.front))
    yield from dict.fromkeys(chain.from_iterable(map(text_faults, parts)))


def _code_faults(front: Head, codes: Mapping[str, Codes]) -> Iterator[str]:
    for key, name in CODES.items():
        if front[key] not in codes[name]:
            yield f"代码 {front[key]} 不在 codes/{name}.csv 里"
    bodies = codes["bodies"]
    if front["from"] in bodies and bodies.rows[front["from"]]["type"] != _PETITIONS:
        yield (
            f"提出的单位 {front['from']} 不是信访部门（codes/bodies.csv 的 type 不是 {_PETITIONS}）"
        )
    if front["from"] == front["to"]:
        yield "提出的单位和接收的单位是同一个"


def _answer_faults(proposal: Proposal) -> Iterator[str]:
    answer = proposal.front.get("answer")
    if answer and not proposal.answer:
        yield f"头部写了反馈（answer），下面没有反馈的原文；请在 {_ANSWER} 的下面写上"
    if proposal.answer and not answer:
        yield "下面有反馈的原文，头部没有写反馈（answer）：月份、采纳情况和一句话"
    if answer and answer["month"] < proposal.front["made"]:
        yield "反馈的月份早于提出的月份"
