"""Looking once more: what people put into a published text by hand may tell who wrote."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from yanlu.errors import PackageError
from yanlu.intake.attributed import NAMED, names_writer
from yanlu.intake.redact import kinds, official_numbers, redact
from yanlu.packages.calls import FOLDER as CALLS
from yanlu.packages.calls import Call, call_files, open_call
from yanlu.packages.proposals import Proposal, open_proposal, proposal_files
from yanlu.packages.schemas import TABLES
from yanlu.packages.suggestions import Suggestion

_WRITTEN = ("awards", "sanctions", "meetings", "upkeep")  # tables with a column of free words
_NAMES = "name"
_REMEMBERED = 2_000  # parts, as the program runs: nothing of them is kept anywhere else


def told(suggestion: Suggestion, keep: Collection[str]) -> list[str]:
    """Names of what is found with certainty in a text or its head, never the thing itself.

    `keep` are official numbers and addresses, as for `redact`.
    """
    return _told(_suggested(suggestion), keep)


def _told(parts: Iterable[str], keep: Collection[str]) -> list[str]:
    written = {part for part in parts if part}  # most steps say nothing
    kept = frozenset(keep)
    return sorted(frozenset[str]().union(*(_seen(part, kept).titles for part in written)))


class _Seen(NamedTuple):
    """Kinds found with certainty in a part, and whether it names a writer."""

    titles: frozenset[str]
    named: bool


@lru_cache(maxsize=_REMEMBERED)
def _seen(part: str, keep: frozenset[str]) -> _Seen:
    """Of one part. Notes, reasons and whole replies are often the same in very many files."""
    spans = redact(part, keep).spans
    found = {kinds()[span.kind] for span in spans if span.certain}
    titles = frozenset(kind.title for kind in found if kind.masked)
    return _Seen(titles, names_writer(part, spans))


def _answered(suggestion: Suggestion) -> list[str]:
    """The words of the office alone: of what a writer wrote, reviewers have seen each name."""
    replies = (suggestion.reply, *(earlier.text for earlier in suggestion.earlier))
    return [*replies, *_said(suggestion.front)]


def _suggested(suggestion: Suggestion) -> list[str]:
    return [suggestion.title, suggestion.text, *_answered(suggestion)]


def _proposed(proposal: Proposal) -> list[str]:
    answer = proposal.front.get("answer", {})
    said = [proposal.title, proposal.text, proposal.answer, answer.get("why", "")]
    return [*said, *_marks(proposal.front)]


def _called(call: Call) -> list[str]:
    front = call.front
    groups = front.get("result", {}).get("groups", ())
    return [
        *(front["title"], front["question"], front.get("short_because", ""), call.text),
        *(paper["title"] for paper in front["papers"]),
        *(basis["says"] for basis in front["basis"]),
        *(group[key] for group in groups for key in ("what", "why")),
        *_marks(front),
    ]


def _marks(front: Mapping[str, Any]) -> Iterator[str]:
    """What a page says of its own changes."""
    for mark in front.get("amended", ()):
        yield mark["what"]


def _cells(path: Path) -> list[str]:
    """All cells but names that stand there by consent, also of a table that is not in order."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = list(csv.DictReader(file))
    return [str(cell) for row in rows for column, cell in row.items() if column != _NAMES]


def _said(front: Mapping[str, Any]) -> Iterator[str]:
    """What people wrote into a head: everything else there is a code or a month."""
    yield front.get("reason", "")
    for step in front["history"]:
        yield step.get("note", "")
    for promise in front.get("promises", ()):
        yield from (one.get("what", "") for one in (promise, *promise.get("was", ())))
        yield promise.get("evidence", "")
    yield from _marks(front)


def others(data: Path) -> list[Path]:
    """Published files beside suggestions into which people write."""
    tables = (data / TABLES[name] for name in _WRITTEN)
    acts = [*call_files(data), *proposal_files(data)]
    return [*acts, *(table for table in tables if table.is_file())]


def faults(place: str, suggestion: Suggestion, keep: Collection[str]) -> Iterator[str]:
    """A sentence, where a published file tells something; `place` is where it lies."""
    yield from _sentence(place, told(suggestion, keep))
    said = {part for part in _answered(suggestion) if part}
    if any(_seen(part, frozenset(keep)).named for part in said):
        yield f"{place}：{NAMED}"


def other_faults(data: Path) -> Iterator[str]:
    """The same for each of the `others`.

    A file that is none is passed over: `packages.check` says what is wrong with it.
    """
    keep = official_numbers(data)
    for path in others(data):
        yield from _sentence(f"data/{path.relative_to(data).as_posix()}", _told(_parts(path), keep))


def _sentence(place: str, found: Sequence[str]) -> Iterator[str]:
    if found:
        yield (
            f"{place}：文字里还有{'、'.join(found)}。"
            "请遮盖以后再提交；已经提交过的，见手册“出了事”。"
        )


def _parts(path: Path) -> list[str]:
    """Whatever people wrote into a file; nothing where it is none of ours."""
    try:
        if path.suffix == ".csv":
            return _cells(path)
        of_call = path.parent.name == CALLS
        return _called(open_call(path)) if of_call else _proposed(open_proposal(path))
    except PackageError:
        return []
