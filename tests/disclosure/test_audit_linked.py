"""Several tables of the same records: the auditor against a reader of all of them at once.

The reader here is one whole-number programme over the leaves of all dimensions crossed with
each other, solved twice for each cell. It shares nothing with the auditor but the tables.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from yanlu.disclosure.audit import joint
from yanlu.disclosure.audit.attack import Finding
from yanlu.disclosure.audit.axes import make_axis
from yanlu.disclosure.audit.identities import Identity
from yanlu.disclosure.audit.judge import Verdict, judge
from yanlu.disclosure.audit.knowledge import Rounding, Suppression
from yanlu.disclosure.audit.space import Key, Space, Table
from yanlu.disclosure.tables import HIDDEN

MANY = 60  # no count of a case is as large
BASE = 3
ENOUGH = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
Relations = tuple[tuple[str, str, str], ...]
Members = Mapping[str, frozenset[str]]

FLAT: Relations = ()
TWO_TREES: Relations = (
    *(("e1", "east", ""), ("e2", "east", ""), ("w1", "west", ""), ("w2", "west", "")),
    *(("east", "Total", ""), ("west", "Total", "")),
    *(("e1", "north", "ns"), ("w1", "north", "ns"), ("e2", "south", "ns"), ("w2", "south", "ns")),
    *(("north", "Total", "ns"), ("south", "Total", "ns")),
)
LEAVES = {
    "channel": ("c1", "c2"),
    "region": ("e1", "e2", "w1", "w2"),
    "stage": ("s1", "s2"),
    "topic": ("t1", "t2", "t3"),
}
COARSE = ("east", "west", "north", "south")


@dataclass
class Reader:
    """All that is known of the leaves, as rows of one whole-number programme."""

    leaves: Sequence[Key]
    above: Sequence[Members]
    rows: list[tuple[dict[int, float], float, float]] = field(default_factory=list)
    columns: int = 0

    def __post_init__(self) -> None:
        self.columns = len(self.leaves)

    def terms(self, key: Key) -> dict[int, float]:
        """The leaves of a cell."""
        inside = [over.get(code, {code}) for over, code in zip(self.above, key, strict=True)]
        return {
            at: 1.0
            for at, leaf in enumerate(self.leaves)
            if all(code in of for code, of in zip(leaf, inside, strict=True))
        }

    def know(self, terms: Mapping[int, float], low: float, high: float = math.inf) -> None:
        self.rows.append((dict(terms), low, high))

    def column(self) -> int:
        self.columns += 1
        return self.columns - 1

    def rounded(self, terms: Mapping[int, float], base: int) -> int:
        """A column more: the number that rounding may have made of a sum."""
        answer, small, up = self.column(), self.column(), self.column()
        self.know({small: 1}, 0, 1)
        self.know({up: 1, small: -1}, -1, 0)
        self.know({**terms, small: MANY}, -math.inf, base - 1 + MANY)
        self.know({**terms, small: base}, base)
        for sign in (1, -1):  # as it is, where it is not small
            told = {at: sign * times for at, times in terms.items()}
            self.know({**told, answer: -sign, small: -MANY}, -math.inf, 0)
            self.know({answer: sign, up: -sign * base, small: MANY}, -math.inf, MANY)
        self.know({**terms, up: -1}, 0)  # nothing stays nothing
        return answer

    def numbers(self, key: Key) -> list[int]:
        """The smallest, the largest and, if there is one, another number of a cell."""
        cost = np.zeros(self.columns)
        cost[list(terms)] = list(terms.values()) if (terms := self.terms(key)) else []
        low, high = self._best(cost, 0, MANY), self._best(-cost, 0, MANY)
        assert low is not None
        assert high is not None
        between = self._best(cost, low + 1, -high - 1) if low + 1 < -high else None
        return sorted({low, -high} | ({between} if between is not None else set()))

    def _best(self, cost: np.ndarray, least: int, most: int) -> int | None:
        matrix = np.zeros((len(self.rows), self.columns))
        for at, (terms, _, _) in enumerate(self.rows):
            matrix[at, list(terms)] = list(terms.values())
        low, high = (np.array([row[side] for row in self.rows]) for side in (1, 2))
        done = milp(
            cost,
            integrality=np.ones(self.columns),
            bounds=Bounds(0, MANY),
            constraints=[
                LinearConstraint(matrix, low, high),
                LinearConstraint(abs(cost), least, most),
            ],
        )
        return round(float(done.fun)) if done.success else None


@dataclass(frozen=True)
class Linked:
    """A case: dimensions, how each is divided, true leaves, and the cells each table has."""

    dimensions: tuple[str, ...]
    relations: tuple[Relations, ...]
    truth: Mapping[Key, int]
    tables: tuple[tuple[Key, ...], ...]

    @property
    def above(self) -> list[Members]:
        found = []
        for at, relations in enumerate(self.relations):
            leaves = frozenset(key[at] for key in self.truth)
            over: dict[str, frozenset[str]] = {"Total": leaves}
            for code in COARSE if relations else ():
                over[code] = frozenset(child for child, up, _ in relations if up == code)
            found.append(over)
        return found

    def space(self) -> Space:
        return Space(
            tuple(
                make_axis(name, {key[at] for keys in self.tables for key in keys}, relations)
                for at, (name, relations) in enumerate(
                    zip(self.dimensions, self.relations, strict=True)
                )
            )
        )

    def reader(self) -> Reader:
        return Reader(list(self.truth), self.above)

    def count(self, key: Key) -> int:
        counts = list(self.truth.values())
        return sum(counts[at] for at in self.reader().terms(key))


@st.composite
def linked(draw: st.DrawFn, *, whole: bool = False) -> Linked:
    """Two or three tables by one to three of the dimensions each; some leave out rows."""
    dimensions = tuple(
        sorted(draw(st.sets(st.sampled_from(sorted(LEAVES)), min_size=2, max_size=3)))
    )
    relations = tuple(TWO_TREES if d == "region" else FLAT for d in dimensions)
    keys = list(product(*(LEAVES[d] for d in dimensions)))
    counts = draw(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 5]), min_size=len(keys), max_size=len(keys))
    )
    tables = []
    for _ in range(draw(st.integers(2, 3))):
        by = draw(st.sets(st.sampled_from(dimensions), min_size=1))
        codes = [_codes(draw, d) if d in by else ("Total",) for d in dimensions]
        cells = list(product(*codes))
        if not whole and draw(st.booleans()):
            cells = draw(st.lists(st.sampled_from(cells), min_size=1, unique=True))
            here = [{key[at] for key in cells} for at in range(len(dimensions))]
            assume(
                all(not relations[at] or known == set(codes[at]) for at, known in enumerate(here))
            )  # of districts that a table leaves out, nobody could say how they were cut
        tables.append(tuple(cells))
    used = [{key[at] for table in tables for key in table} for at in range(len(dimensions))]
    for at, dimension in enumerate(dimensions):  # codes that no table has do not exist
        if relations[at] == FLAT and not used[at] >= set(LEAVES[dimension]):
            tables.append(tuple(_along(at, dimension, dimensions)))
    return Linked(dimensions, relations, dict(zip(keys, counts, strict=True)), tuple(tables))


def _codes(draw: st.DrawFn, dimension: str) -> tuple[str, ...]:
    if dimension != "region":
        return (*LEAVES[dimension], "Total")
    kinds = [LEAVES["region"], COARSE[:2], COARSE[2:], (*LEAVES["region"], *COARSE)]
    return (*draw(st.sampled_from(kinds)), "Total")


def _along(at: int, dimension: str, dimensions: Sequence[str]) -> Iterable[Key]:
    for code in (*LEAVES[dimension], "Total"):
        yield tuple(code if here == at else "Total" for here in range(len(dimensions)))


def _finding(numbers: Sequence[int], limit: int, beyond: int) -> Finding:
    if len(numbers) >= (3 if numbers[0] < limit else beyond):
        return Finding.SAFE
    return Finding.NARROW if len(numbers) > 1 else Finding.EXACT


def _refuse_difference(verdict: Verdict, reader: Reader, limit: int, beyond: int) -> None:
    """Nothing is called safe or a leak that is not; undecided only where a gap is told.

    With a gap, a leak is what all that is known leaves open, whether it is small or not.
    """
    for key, found in verdict.findings.items():
        numbers = reader.numbers(key)
        if verdict.gaps:
            assert found is Finding.UNDECIDED or len(numbers) < 3, (key, found, numbers)
            assert found is not Finding.SAFE
        else:
            assert found is _finding(numbers, limit, beyond), (key, found, numbers)


def _hidden(
    case: Linked, draw: st.DrawFn, reader: Reader, *, zeros_shown: bool, insider: bool
) -> tuple[list[Table], Suppression]:
    """The tables as an office would hide them, each by itself, and what the reader knows."""
    least = 1 if zeros_shown else 0
    small, tables = set(), []
    for at, cells in enumerate(case.tables):
        shown = {}
        for key in cells:
            count = case.count(key)
            hide = least <= count < BASE or (count >= BASE and draw(st.integers(0, 3)) == 0)
            small |= {key} if hide and count < BASE else set()
            shown[key] = HIDDEN if hide else count
            bounds = (count, count) if not hide else (least, math.inf)
            if hide and insider:
                bounds = (least, BASE - 1) if count < BASE else (BASE, math.inf)
            reader.know(reader.terms(key), *bounds)
        tables.append(Table(f"T{at}", shown))
    return tables, Suppression(BASE, zeros_shown, frozenset(small) if insider else None)


def _rounded(case: Linked, draw: st.DrawFn, reader: Reader) -> list[Table]:
    """The tables as an office would round them, each by itself."""
    tables = []
    for at, cells in enumerate(case.tables):
        finest = _finest(case, cells)
        made = {}
        for key in finest:
            count = case.count(key)
            made[key] = BASE * draw(st.integers(0, 1)) if 0 < count < BASE else count
        column = {key: reader.rounded(reader.terms(key), BASE) for key in finest}
        shown = {}
        for key in cells:
            inside = [part for part in finest if _within(case, part, key)]
            shown[key] = sum(made[part] for part in inside)
            reader.know({column[part]: 1 for part in inside}, shown[key], shown[key])
        tables.append(Table(f"T{at}", shown))
    return tables


def _refuse_unasked(verdict: Verdict, tables: Sequence[Table]) -> None:
    """Every cell that is hidden, and that no table shows, was looked at."""
    every = [(key, number) for table in tables for key, number in table.shown.items()]
    hidden = {key for key, number in every if number == HIDDEN}
    hidden -= {key for key, number in every if number != HIDDEN}
    assert hidden <= verdict.findings.keys()


@given(linked(), st.data(), st.booleans(), st.booleans())
@ENOUGH
def test_hidden_cells_are_found_as_by_a_reader_of_all_tables_at_once(
    case: Linked, data: st.DataObject, zeros_shown: bool, insider: bool
) -> None:
    reader = case.reader()
    tables, rule = _hidden(case, data.draw, reader, zeros_shown=zeros_shown, insider=insider)
    verdict = judge(tables, case.space(), rule)
    _refuse_unasked(verdict, tables)
    _refuse_difference(verdict, reader, BASE, 2)


@given(linked(), st.data())
@ENOUGH
def test_rounded_cells_are_found_as_by_a_reader_of_all_tables_at_once(
    case: Linked, data: st.DataObject
) -> None:
    reader = case.reader()
    tables = _rounded(case, data.draw, reader)
    countable = sorted({key for cells in case.tables for key in cells})
    public = data.draw(st.lists(st.sampled_from(countable), unique=True, max_size=2))
    for key in public:  # by anyone, for instance on pages of the site
        reader.know(reader.terms(key), case.count(key), case.count(key))
    exact = [Table("P", {key: case.count(key) for key in public})] if public else []
    verdict = judge(tables, case.space(), Rounding(BASE), exact=exact)
    _refuse_difference(verdict, reader, BASE, 1)


@st.composite
def stocks_and_flows(draw: st.DrawFn) -> Linked:
    """What is open at the end of two months, and what came and went, in different tables."""
    topics = LEAVES["topic"][:2]
    number = st.integers(0, 5)
    truth: dict[Key, int] = {}
    for topic in topics:
        before, received = draw(number), draw(number)
        closed = draw(st.integers(0, before + received))
        counts = {"open": (before, before + received - closed)}
        counts |= {"received": (draw(number), received), "closed": (draw(number), closed)}
        for event, (first, second) in counts.items():
            truth |= {(event, "m1", topic): first, (event, "m2", topic): second}
    tables = []
    for events in draw(st.permutations([("open",), ("received", "closed")])):
        by_topic, by_month = draw(st.booleans()), "open" in events or draw(st.booleans())
        months = draw(st.sampled_from([("m1", "m2"), ("m2",)])) if by_month else ("Total",)
        of = draw(st.sampled_from([topics, (*topics, "Total")])) if by_topic else ("Total",)
        tables.append(tuple(product(events, months, of)))
    listed = [tuple((code, "Total", "") for code in codes) for codes in (("m1", "m2"), topics)]
    return Linked(("event", "month", "topic"), (FLAT, *listed), truth, tuple(tables))


MONTHS = Identity(
    ("month", "event"),
    (
        (1, ("m1", "open")),
        (1, ("m2", "received")),
        (-1, ("m2", "closed")),
        (-1, ("m2", "open")),
    ),
)


@given(stocks_and_flows(), st.data(), st.sampled_from(["rounded", "hidden", "insider"]))
@ENOUGH
def test_stocks_and_flows_are_found_as_by_a_reader_of_all_tables_at_once(
    case: Linked, data: st.DataObject, way: str
) -> None:
    reader = case.reader()
    for topic in ("t1", "t2"):
        terms = [(sign, (event, month, topic)) for sign, (month, event) in MONTHS.terms]
        reader.know({at: sign for sign, key in terms for at in reader.terms(key)}, 0, 0)
    if way == "rounded":
        rule: Rounding | Suppression = Rounding(BASE)
        tables = _rounded(case, data.draw, reader)
    else:
        insider = way == "insider"
        tables, rule = _hidden(case, data.draw, reader, zeros_shown=False, insider=insider)
    space = case.space()
    verdict = judge(tables, space, rule, identities=[MONTHS])
    _refuse_difference(verdict, reader, BASE, rule.beyond)


def _finest(case: Linked, cells: Sequence[Key]) -> list[Key]:
    """The cells that a table rounded: those of which it shows no part, and what is beside them."""
    reader, grid = case.reader(), []
    for at, over in enumerate(case.above):
        codes = {key[at] for key in cells}
        leaves = {code: over.get(code, frozenset({code})) for code in codes}
        fine = {c for c in codes if not any(leaves[o] < leaves[c] for o in codes)}
        missing = over["Total"].difference(*(leaves[c] for c in fine)) if len(codes) > 1 else ()
        grid.append(sorted({*fine, *missing}))
    inside = {key: frozenset(reader.terms(key)) for key in (*cells, *product(*grid))}
    shown = [key for key in cells if not any(inside[part] < inside[key] for part in cells)]
    taken = [at for key in shown for at in inside[key]]
    assume(len(taken) == len(set(taken)))  # nothing can have been rounded twice
    finest = shown + [key for key in product(*grid) if inside[key].isdisjoint(taken)]
    for whole in cells:
        parts = [inside[key] for key in finest if inside[key] <= inside[whole]]
        assume(frozenset().union(*parts) == inside[whole])
    return finest


def _within(case: Linked, part: Key, whole: Key) -> bool:
    reader = case.reader()
    return reader.terms(part).keys() <= reader.terms(whole).keys()


def test_with_too_many_joint_cells_nothing_is_called_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "LARGEST", -100)
    space = Space(tuple(make_axis(name, LEAVES[name], ()) for name in ("channel", "topic")))
    tables = [
        Table("A", {("c1", "Total"): HIDDEN, ("c2", "Total"): HIDDEN, ("Total", "Total"): 90}),
        Table("B", {("Total", topic): 30 for topic in LEAVES["topic"]}),
    ]
    verdict = judge(tables, space, Suppression(BASE, zeros_shown=False))
    assert verdict.gaps
    assert verdict.of(Finding.UNDECIDED) == [("c1", "Total"), ("c2", "Total")]
    assert not verdict.decided
