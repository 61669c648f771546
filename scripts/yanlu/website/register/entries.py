"""Suggestions and calls as the pages need them: typed, and small enough to hold them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec
from msgspec.structs import replace

from yanlu.errors import BuildError
from yanlu.model import Fate, Month
from yanlu.packages.suggestions import Suggestion
from yanlu.settings import Portal, read_codes

ADOPTED = frozenset({"adopted", "partly-adopted"})
NOT_ADOPTED = "not-adopted"
_CODES = ("topics", "regions", "bodies", "outcomes", "conversions")


class Step(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One move, in a month."""

    state: Fate
    month: str
    body: str = ""
    note: str = ""


class Was(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What was promised before, and the month in which that was changed."""

    body: str
    by: date
    month: str
    what: str = ""


class Mark(msgspec.Struct, frozen=True, gc=False):
    """That a page was changed after it was published: when, and what."""

    month: str
    what: str


class Promise(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a body will do, by when; `evidence` is where to see that it is done."""

    body: str
    by: date
    what: str = ""
    evidence: str = ""
    was: tuple[Was, ...] = ()

    @property
    def first(self) -> date:
        """The first of the days until which it was promised: it is overdue by that one."""
        return min((self.by, *(past.by for past in self.was)))

    @property
    def put_off(self) -> bool:
        """Whether it was first promised until an earlier day."""
        return self.first < self.by


class Bodies(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who answers, and who answers with them."""

    lead: str
    others: tuple[str, ...] = msgspec.field(name="with", default=())


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The head of a suggestion's file (`suggestion.schema.json`) with its title."""

    id: str
    topic: str
    region: str
    month: str
    fate: Fate
    publication: str
    bodies: Bodies
    history: tuple[Step, ...]
    promises: tuple[Promise, ...] = ()
    call: str = ""
    outcome: str = ""
    reason: str = ""
    conversion: str = ""
    merged_into: str = ""
    amended: tuple[Mark, ...] = ()
    title: str = ""

    @property
    def address(self) -> str:
        """Relative to the root of the site."""
        return f"register/{self.id}/"

    @property
    def removed(self) -> bool:
        """Whether its words are gone; path, outcome and promised days stay."""
        return self.publication == "removed"

    @property
    def called(self) -> str:
        """Its title; of what was taken down, the number alone."""
        return self.title or f"已撤下的建议（{self.id}）"

    @property
    def moved(self) -> str:
        """The month of its last move."""
        return self.history[-1].month

    def month_of(self, fate: Fate) -> str:
        """The last month in which it came into a state; "" if it never did."""
        return next((step.month for step in reversed(self.history) if step.state is fate), "")

    @property
    def answered(self) -> str:
        """The month of the first reply; "" if there is none."""
        return next((step.month for step in self.history if step.state is Fate.REPLIED), "")

    @property
    def answered_by(self) -> str:
        """The body of the last reply."""
        replies = [step.body for step in self.history if step.state is Fate.REPLIED and step.body]
        return replies[-1] if replies else self.bodies.lead


def entry_of(suggestion: Suggestion) -> Entry:
    """A suggestion whose head follows the schema.

    Of what was taken down no words are shown, also where its file still has some.
    """
    entry = msgspec.convert({**suggestion.front, "title": suggestion.title}, Entry)
    if not entry.removed:
        return entry
    return replace(
        entry,
        reason="",
        amended=(),
        history=tuple(replace(step, note="") for step in entry.history),
        promises=tuple(
            replace(one, what="", was=tuple(replace(past, what="") for past in one.was))
            for one in entry.promises
        ),
    )


def newest_first(entries: Sequence[Entry]) -> list[Entry]:
    """By the month of the last move, then by id, which is random: no order of arrival shows."""
    return sorted(entries, key=lambda entry: (entry.moved, entry.id), reverse=True)


def refuse_doubles(entries: Sequence[Entry]) -> None:
    """Two files of one id would be one page.

    Raises:
        BuildError: there are such; they are named.
    """
    seen: set[str] = set()
    for entry in entries:
        if entry.id in seen:
            raise BuildError(f"data/suggestions/ 里有两个编号都是 {entry.id} 的建议。")
        seen.add(entry.id)


class Names:
    """Codes as readers see them, and what the office calls itself."""

    def __init__(self, portal: Portal) -> None:
        self.office = portal.settings.office.name
        folder = portal.data / "codes"
        self._codes = {name: read_codes(folder / f"{name}.csv") for name in _CODES}

    def __call__(self, kind: str, code: str) -> str:
        """The name of a code of a list, for instance `bodies`."""
        return self._codes[kind].title(code)

    def order(self, kind: str) -> Mapping[str, int]:
        """The places of the codes in their list."""
        return {code: place for place, code in enumerate(self._codes[kind].rows)}


def last_day(month: str) -> date:
    """The last day of a month, from which on a period must have begun that began in it."""
    return Month.parse(month).end
