"""The files of several offices as linked tables, for the auditor: does one give away another?

An office's table is divided by codes of its own; the roll-up adds its cells up to cells of the
office above. Where some office publishes a cell of a region in which others lie, that cell is a
total over them, and what the others leave of it is what a reader looks for.

A roll-up cell that stands under no such total shares no sum with any other, and it was added up
from shown numbers, so it binds none of its parts to another: what can be told of a part hangs on
its own number alone, and of the cell the more is open the more parts there are that are open. So
of many parts shown as 0, or as the base, few are attacked, which is the easier prey; and of cells
that are then alike, one. However finely a table is divided, what is attacked stays small.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, product

from yanlu.disclosure.audit.attack import Finding
from yanlu.disclosure.audit.axes import make_axis
from yanlu.disclosure.audit.judge import Verdict, judge
from yanlu.disclosure.audit.knowledge import Rounding
from yanlu.disclosure.audit.space import Space, Table
from yanlu.disclosure.hierarchy import TOTAL, Relation
from yanlu.model import Cell, Event, Release, RollUp

_FEW = 2  # parts of one kind that are attacked: one, and one beside which it stands
_MARK = "\t"  # between the codes of a cell; a part's own cell has its number and a blank before


@dataclass(frozen=True)
class Part:
    """What an office has published of a month, and in which cells of ours it is counted.

    `regions`, `topics` and `channels` are all codes by which its table is divided: what `figures`
    does not list of them is 0. All is counted under our `region`; without one its regions are
    ours. The mappings lead from its groups to ours, where they differ.
    """

    name: str
    figures: Release | RollUp
    regions: Sequence[str]
    topics: Sequence[str]
    channels: Sequence[str]
    region: str | None = None
    our_topics: Mapping[str, str] = field(default_factory=dict)
    our_channels: Mapping[str, str] = field(default_factory=dict)

    def ours(self, cell: Cell) -> Cell:
        """The cell of ours in which one of its own is counted."""
        return Cell(
            self.region or cell.region,
            self.our_topics.get(cell.topic, cell.topic),
            self.our_channels.get(cell.channel, cell.channel),
            cell.event,
        )

    @cached_property
    def counted(self) -> Mapping[Cell, Mapping[Cell, int]]:
        """Its own cells that are not 0, by the cell of ours in which they are counted."""
        found: dict[Cell, dict[Cell, int]] = defaultdict(dict)
        for cell, count in self.figures.counts.items():
            found[self.ours(cell)][cell] = count
        return found

    def within(self, ours: Cell) -> Iterator[Cell]:
        """All its own cells that are counted in one of ours, also those that are 0."""
        regions = self.regions if self.region else [ours.region]
        for region, topic, channel in product(
            regions, self._topics[ours.topic], self._channels[ours.channel]
        ):
            yield Cell(region, topic, channel, ours.event)

    def shown(self, ours: Cell) -> dict[Cell, int]:
        """The numbers of all its own cells that are counted in one of ours."""
        counts = self.counted.get(ours, {})
        return {theirs: counts.get(theirs, 0) for theirs in self.within(ours)}

    def few(self, ours: Cell) -> dict[Cell, int]:
        """Of these some that are 0, some that are the base, and the smallest of the others."""
        counts, base = self.counted.get(ours, {}), self.figures.base
        zeros = (theirs for theirs in self.within(ours) if theirs not in counts)
        raised = (theirs for theirs, count in counts.items() if count == base)
        others = [theirs for theirs, count in counts.items() if count != base]
        smallest = sorted(others, key=lambda theirs: (counts[theirs], theirs))[:1]
        kept = (*islice(zeros, _FEW), *islice(raised, _FEW), *smallest)
        return {theirs: counts.get(theirs, 0) for theirs in kept}

    def size(self, ours: Cell) -> int:
        """How many those are."""
        regions = len(self.regions) if self.region else 1
        return regions * len(self._topics[ours.topic]) * len(self._channels[ours.channel])

    def grid(self, regions: Collection[str]) -> list[Cell]:
        """All cells of ours in some regions in which anything of it can be counted."""
        here = [code for code in self.claimed if code in regions]
        return [Cell(*codes) for codes in product(here, self._topics, self._channels, Event)]

    def empty(self) -> Iterator[Cell]:
        """Of cells of ours in which nothing of it is counted, one for each `size`."""
        sizes = set[int]()
        for region, topic, channel in product(self.claimed[:1], self._topics, self._channels):
            cells = (Cell(region, topic, channel, event) for event in Event)
            cell = next((one for one in cells if one not in self.counted), None)
            if cell and (size := self.size(cell)) not in sizes:
                sizes.add(size)
                yield cell

    @property
    def claimed(self) -> Sequence[str]:
        """The regions of ours of which it tells."""
        return [self.region] if self.region else self.regions

    @cached_property
    def _topics(self) -> Mapping[str, Sequence[str]]:
        return _turned(self.topics, self.our_topics)

    @cached_property
    def _channels(self) -> Mapping[str, Sequence[str]]:
        return _turned(self.channels, self.our_channels)


def _turned(theirs: Iterable[str], mapped: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code in theirs:
        found[mapped.get(code, code)].append(code)
    return found


@dataclass(frozen=True)
class Linked:
    """The verdict, and the names of the tables in which, or between which, it was found."""

    verdict: Verdict
    tables: Sequence[str]


def audit_together(
    parts: Sequence[Part],
    within: Mapping[str, Sequence[str]],
    *,
    base: int,
    report: Callable[[float], None] = lambda _: None,
) -> Linked:
    """Attack the published tables of all parts, with the cells of the roll-up as their sums.

    `within` names the regions of ours directly below each that has some.

    Raises:
        TableError: the tables contradict each other.
    """
    totals = _totals(parts, within)
    linked = frozenset(totals).union(*totals.values())
    chosen = [
        _Chosen(at, ours, part.shown(ours))
        for at, part in enumerate(parts)
        for ours in part.grid(linked)
    ]
    chosen += _one_of_each_kind(parts, linked)
    tables, relations = _tables(parts, chosen)
    relations += _divisions(totals, {one.ours for one in chosen})
    below = {relation.child for relation in relations}
    used = [key[0] for table in tables for key in table.shown]
    relations += [Relation(code, TOTAL, "") for code in dict.fromkeys(used) if code not in below]
    space = Space((make_axis("cell", used, relations),))
    verdict = judge(tables, space, Rounding(base), report=report)
    return Linked(verdict, _named(verdict, tables, linked))


Totals = Mapping[str, Sequence[str]]  # a region that stands for others: those that divide it


def _totals(parts: Sequence[Part], within: Mapping[str, Sequence[str]]) -> Totals:
    """Regions that a table shows and in which those of others lie, with what divides them."""
    claimed = frozenset(region for part in parts for region in part.claimed)
    return {
        region: divided
        for region in sorted(claimed & within.keys())
        if claimed.intersection(divided := _frontier(region, within, claimed))
    }


def _frontier(
    region: str, within: Mapping[str, Sequence[str]], claimed: frozenset[str]
) -> list[str]:
    """What a region consists of: regions that are claimed, and the finest of the others."""
    found: list[str] = []
    for below in within[region]:
        finest = below in claimed or below not in within
        found += [below] if finest else _frontier(below, within, claimed)
    return found


@dataclass(frozen=True)
class _Chosen:
    """A cell of ours that is attacked: of which part, and the numbers of cells of its own in it."""

    at: int
    ours: Cell
    shown: Mapping[Cell, int]


def _one_of_each_kind(parts: Sequence[Part], linked: frozenset[str]) -> list[_Chosen]:
    kinds: dict[tuple[bool, int, int, bool], _Chosen] = {}
    for at, part in enumerate(parts):
        for ours in (*part.counted, *part.empty()):
            if ours.region not in linked:
                counts = part.counted.get(ours, {}).values()
                raised = sum(1 for count in counts if count == part.figures.base)
                zeros = min(part.size(ours) - len(counts), _FEW)
                kind = (part.region is None, zeros, min(raised, _FEW), len(counts) > raised)
                if kind not in kinds:
                    kinds[kind] = _Chosen(at, ours, part.few(ours))
    return list(kinds.values())


def _tables(parts: Sequence[Part], chosen: Sequence[_Chosen]) -> tuple[list[Table], list[Relation]]:
    """A table for each part, with the roll-up's cells above its own; and how they are divided."""
    shown: dict[int, dict[tuple[str, ...], int]] = defaultdict(dict)
    relations = []
    for one in chosen:
        whole = _code(one.ours)
        shown[one.at][(whole,)] = sum(one.shown.values())
        for theirs, count in one.shown.items() if parts[one.at].region else ():
            code = f"{one.at} {_code(theirs)}"
            shown[one.at][(code,)] = count
            relations.append(Relation(code, whole, ""))
    return [Table(parts[at].name, told) for at, told in shown.items()], relations


def _divisions(totals: Totals, chosen: Iterable[Cell]) -> list[Relation]:
    return [
        Relation(_code(cell._replace(region=below)), _code(cell), "")
        for cell in sorted(chosen)
        for below in totals.get(cell.region, ())
    ]


def _named(verdict: Verdict, tables: Sequence[Table], linked: frozenset[str]) -> Sequence[str]:
    """Tables that show a cell which is given away, or a cell of the sum that gives it away."""
    told = {
        code
        for key in (*verdict.shown, *verdict.of(Finding.EXACT), *verdict.of(Finding.NARROW))
        for code in key
    }
    sums = {code.partition(_MARK)[2] for code in told}
    return [
        table.name
        for table in tables
        if any(
            code in told or (region in linked and rest in sums)
            for code, (region, _, rest) in (
                (key[0], key[0].partition(_MARK)) for key in table.shown
            )
        )
    ]


def _code(cell: Cell) -> str:
    return _MARK.join(cell)
