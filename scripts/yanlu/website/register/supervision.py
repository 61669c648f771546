"""Pages of what the petition office proposed to bodies, and of their written answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from yanlu.packages.proposals import (
    Proposal,
    open_proposal,
    proposal_files,
    proposal_kinds,
    read_sanctions,
)
from yanlu.website.register.calls import ADOPTED
from yanlu.website.register.entries import Names
from yanlu.website.register.words import reply_html
from yanlu.website.sheet import News, Series, Sheet

ADDRESS = "register/supervision/"
WAITING = "等待书面反馈"
FILES = "data/supervision/*/*.md"  # below the folder of a portal


@dataclass(frozen=True)
class Supervision:
    """All proposals of an office, the latest first, on the day of a build.

    `days` are the publishing days of each proposal, in the same order.
    """

    proposals: Sequence[Proposal]
    days: Sequence[tuple[date, date]]
    sanctions: Sequence[dict[str, Any]]
    names: Names
    root: str

    def sheets(self) -> Iterator[Sheet]:
        """A page for each."""
        for proposal in self.proposals:
            facts = partial(self._facts, proposal)
            yield Sheet(_address(proposal), "supervision_item", facts)

    def series(self) -> Series:
        """The list of all, with its feed."""
        rows = [self._line(proposal) for proposal in self.proposals]
        facts = {
            "title": "督办建议和反馈",
            "count": len(rows),
            "waiting": sum(row["kind"] == "going" for row in rows),
            "sanctions": self.sanctions,
        }
        feed = [self._news(*one) for one in zip(self.proposals, self.days, strict=True)]
        newest = sorted(feed, key=lambda one: (one.modified, one.url), reverse=True)
        return Series(ADDRESS, "supervision", facts, rows, newest)

    def _line(self, proposal: Proposal) -> dict[str, Any]:
        front, answer = proposal.front, proposal.front.get("answer")
        return {
            "title": proposal.title,
            "address": _address(proposal),
            "what": proposal_kinds()[front["kind"]].title,
            "to": self.names("bodies", front["to"]),
            "made": front["made"],
            "shown": ADOPTED[answer["adopted"]] if answer else WAITING,
            "kind": "going" if not answer else "ended" if answer["adopted"] == "no" else "done",
            "answered": answer["month"] if answer else "",
            "why": answer["why"] if answer else "",
        }

    def _facts(self, proposal: Proposal) -> dict[str, Any]:
        front = proposal.front
        return {
            **self._line(proposal),
            "basis": proposal_kinds()[front["kind"]],
            "from": self.names("bodies", front["from"]),
            "topic": self.names("topics", front["topic"]),
            "html": reply_html(proposal.text, self.root),
            "amended": front.get("amended", ()),
            "answer": reply_html(proposal.answer, self.root) if proposal.answer else "",
        }

    def _news(self, proposal: Proposal, days: tuple[date, date]) -> News:
        line = self._line(proposal)
        first, last = (datetime.combine(day, time()) for day in days)
        summary = f"{line['what']}，向{line['to']}提出。{line['shown']}。{line['why']}"
        return News(proposal.title, line["address"], summary, first, last)


def supervision(
    data: Path, names: Names, root: str, published: Mapping[str, tuple[date, date]], day: date
) -> Supervision:
    """What lies in `data/supervision/`, and when it was published.

    A file that is not committed yet is published on `day`.
    """
    found = [
        (
            open_proposal(path),
            published.get(f"data/{path.relative_to(data).as_posix()}", (day, day)),
        )
        for path in proposal_files(data)
    ]
    found.sort(key=lambda one: (one[0].front["made"], one[0].front["id"]), reverse=True)
    return Supervision(
        [proposal for proposal, _ in found],
        [days for _, days in found],
        [asdict(row) for row in read_sanctions(data)],
        names,
        root,
    )


def _address(proposal: Proposal) -> str:
    return f"{ADDRESS}{proposal.front['id']}/"
