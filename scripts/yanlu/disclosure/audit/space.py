"""The common space of several tables: one address for each cell, and what adds up to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from yanlu.disclosure.hierarchy import TOTAL, Relation, publish
from yanlu.disclosure.tables import HIDDEN, Leaves, Rows
from yanlu.errors import TableError

LARGEST = 1 << 31  # no office counts so much; the reckoning is exact below it
Key = tuple[str, ...]  # a code in every dimension; `Total` where a table has not the dimension


@dataclass(frozen=True)
class Space:
    """All dimensions of all tables, and for each parent code its children, tree by tree."""

    dimensions: tuple[str, ...]
    below: tuple[Mapping[str, tuple[tuple[str, ...], ...]], ...]

    def sums(self, key: Key) -> Iterator[tuple[Key, ...]]:
        """The ways in which a cell is a sum of others: the children in each dimension and tree."""
        for axis, code in enumerate(key):
            for children in self.below[axis].get(code, ()):
                yield tuple((*key[:axis], child, *key[axis + 1 :]) for child in children)

    def below_threshold(self, leaves: Leaves, threshold: int) -> Iterator[Key]:
        """Addresses of all published cells of a true table that are below the threshold."""
        counts = publish(leaves.dense(), leaves.hierarchies)
        for place in np.argwhere(counts < threshold).tolist():
            pairs = zip(leaves.hierarchies, place, strict=True)
            codes = {hierarchy.name: hierarchy.codes[at] for hierarchy, at in pairs}
            yield tuple(codes.get(dimension, TOTAL) for dimension in self.dimensions)

    @cached_property
    def inside(self) -> tuple[Mapping[str, frozenset[str]], ...]:
        """For every parent code of a dimension, all codes anywhere below it."""
        return tuple(_inside(below) for below in self.below)


@dataclass(frozen=True)
class Table:
    """One published table: what it shows in each of its cells; HIDDEN is a hidden one."""

    name: str
    shown: Mapping[Key, int]


def make_space(tables: Sequence[Rows], trees: Mapping[str, Sequence[Relation]]) -> Space:
    """The common space; a dimension without a hierarchy has only the sum `Total`.

    Raises:
        TableError: a hierarchy for no dimension, a cycle, or a code that is not in it.
    """
    dimensions = tuple(sorted({d for table in tables for d in table.dimensions}))
    strange = sorted(set(trees) - set(dimensions))
    if strange:
        raise TableError(f"表里没有 {'、'.join(strange)} 这一列，--hier 却给了它的层次。")
    below = []
    for dimension in dimensions:
        codes = {
            code
            for table in tables
            if dimension in table.dimensions
            for code in table.codes[table.dimensions.index(dimension)]
        }
        below.append(_below(dimension, codes, trees.get(dimension, ())))
    return Space(dimensions, tuple(below))


def place(rows: Rows, space: Space) -> Table:
    """A table with its cells at their addresses in the common space.

    Raises:
        TableError: a number so large that it cannot be a count.
    """
    if rows.numbers.max() >= LARGEST:
        raise TableError(f"{rows.name} 有大得不像件数的数。请检查是不是选错了文件。")
    columns = [
        _column(rows, dimension) if dimension in rows.dimensions else [TOTAL] * len(rows.numbers)
        for dimension in space.dimensions
    ]
    keys = zip(*columns, strict=True)
    return Table(rows.name, dict(zip(keys, rows.numbers.tolist(), strict=True)))


def inner(table: Table, space: Space) -> list[Key]:
    """The finest cells of a table: those of which it shows no part, in any dimension."""
    return [key for key in table.shown if not _has_part(table, space, key)]


def _has_part(table: Table, space: Space, key: Key) -> bool:
    return any(
        (*key[:axis], code, *key[axis + 1 :]) in table.shown
        for axis, inside in enumerate(space.inside)
        for code in inside.get(key[axis], ())
    )


def refuse_contradiction(table: Table, space: Space) -> None:
    """Shown numbers that do not add up are bad input: no reader could have been given them.

    Raises:
        TableError: with how many sums are broken.
    """
    broken = 0
    for key, value in table.shown.items():
        for parts in space.sums(key) if value != HIDDEN else ():
            shown = [table.shown.get(part, HIDDEN) for part in parts]
            broken += HIDDEN not in shown and sum(shown) != value
    if broken:
        raise TableError(
            f"{table.name}：有 {broken} 处合计与各部分之和不等。请检查是不是同一张表。"
        )


def _column(rows: Rows, dimension: str) -> list[str]:
    axis = rows.dimensions.index(dimension)
    codes = rows.codes[axis]
    return [codes[at] for at in rows.cells[:, axis].tolist()]


def _below(
    dimension: str, codes: set[str], relations: Sequence[Relation]
) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    if not relations:
        return {TOTAL: (tuple(sorted(codes - {TOTAL})),)}
    known = {relation.child for relation in relations} | {r.parent for r in relations}
    if codes - known:
        raise TableError(
            f"维度 {dimension}：表里有 {len(codes - known)} 个代码不在层次文件里。"
            "请补上它们的上级代码。"
        )
    trees: dict[tuple[str, str], list[str]] = defaultdict(list)
    for child, parent, tree in relations:
        trees[tree, parent].append(child)
    below: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (_, parent), children in trees.items():
        below[parent].append(tuple(sorted(set(children))))
    for code in below:
        if code in _reach(below, code):
            raise TableError(f"维度 {dimension}：{code} 是自己的上级（直接或者绕一圈）。")
    return {
        parent: tuple(_nearest(children, below, codes) for children in sums)
        for parent, sums in below.items()
    }


def _nearest(
    children: Iterable[str], below: Mapping[str, Sequence[Sequence[str]]], codes: set[str]
) -> tuple[str, ...]:
    """The children; in the place of one that no table uses, and that has children, these."""
    found: list[str] = []
    for child in children:
        skipped = child not in codes and child in below
        found += _nearest(below[child][0], below, codes) if skipped else (child,)
    return tuple(found)


def _inside(below: Mapping[str, Sequence[Sequence[str]]]) -> Mapping[str, frozenset[str]]:
    return {code: _reach(below, code) for code in below}


def _reach(below: Mapping[str, Sequence[Sequence[str]]], code: str) -> frozenset[str]:
    seen: set[str] = set()
    ahead = [code]
    while ahead:
        new = {c for children in below.get(ahead.pop(), ()) for c in children} - seen
        seen |= new
        ahead += new
    return frozenset(seen)
