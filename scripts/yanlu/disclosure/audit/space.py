"""The common space of several tables: one address for each cell, and what adds up to what."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from yanlu.disclosure.audit.axes import Axis, make_axis
from yanlu.disclosure.hierarchy import TOTAL, Relation
from yanlu.disclosure.tables import HIDDEN, Leaves, Rows
from yanlu.errors import TableError

LARGEST = 1 << 31  # no office counts so much; the reckoning is exact below it
Key = tuple[str, ...]  # a code in every dimension; `Total` where a table has not the dimension


@dataclass(frozen=True)
class Space:
    """All dimensions of all tables, and the names of those in which a table hides cells."""

    axes: tuple[Axis, ...]
    hiding: frozenset[str] = frozenset()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions."""
        return tuple(axis.name for axis in self.axes)

    def sums(self, key: Key, along: Collection[int] | None = None) -> Iterator[tuple[Key, ...]]:
        """The ways in which a cell is a sum of others: its parts in each dimension and tree."""
        for at in range(len(key)) if along is None else along:
            for parts in self.axes[at].ways.get(key[at], ()):
                yield tuple((*key[:at], part, *key[at + 1 :]) for part in parts)

    def atoms(self, along: Collection[int]) -> Iterator[Key]:
        """The cells that nothing divides in some dimensions; all others are at `Total`."""
        yield from product(
            *(axis.atoms if at in along else (TOTAL,) for at, axis in enumerate(self.axes))
        )

    def lists(self, key: Key) -> bool:
        """Whether all codes of a cell are used, or among the finest that a file lists."""
        return all(axis.lists(code) for axis, code in zip(self.axes, key, strict=True))

    def size(self, along: Collection[int]) -> int:
        """How many cells nothing divides in some dimensions."""
        return math.prod(len(self.axes[at].atoms) for at in along)

    def meeting(self, codes: Mapping[str, Collection[str]]) -> Space:
        """The same space, where a reader meets these codes as well.

        Raises:
            TableError: a dimension that no table has, or a code that is in no hierarchy.
        """
        strange = sorted(set(codes) - set(self.dimensions))
        if strange:
            raise TableError(f"表里没有 {'、'.join(strange)} 这一列，--identity 却用了它。")
        axes = [a.using(a.used | frozenset(codes.get(a.name, ()))) for a in self.axes]
        return replace(self, axes=tuple(axes))

    def below_threshold(self, leaves: Leaves, threshold: int) -> Iterator[Key]:
        """Addresses of all cells of the tables that are below the threshold in truth.

        The true table may be finer than all tables, also by a dimension that none has.

        Raises:
            TableError: it has not a dimension in which a table hides cells.
        """
        missing = sorted(self.hiding.difference(leaves.dimensions))
        if missing:
            raise TableError(f"--insider 的表没有 {'、'.join(missing)} 这一列，分不出哪些格小。")
        axes = {axis.name: axis for axis in self.axes}
        counts, codes = leaves.dense().astype(float), []
        for at, hierarchy in enumerate(leaves.hierarchies):
            axis = axes.get(hierarchy.name)
            codes.append(sorted(axis.used | {TOTAL}) if axis else [TOTAL])
            inside = [
                axis.leaves(c) if axis and c != TOTAL else hierarchy.leaves for c in codes[at]
            ]
            adds = np.array([[leaf in of for leaf in hierarchy.leaves] for of in inside], float)
            counts = np.moveaxis(np.tensordot(adds, counts, (1, at)), 0, at)
        for place in np.argwhere(np.rint(counts) < threshold).tolist():
            told = zip(leaves.dimensions, codes, place, strict=True)
            of = {dimension: known[at] for dimension, known, at in told}
            yield tuple(of.get(dimension, TOTAL) for dimension in self.dimensions)


@dataclass(frozen=True)
class Table:
    """One published table: what it shows in each of its cells; HIDDEN is a hidden one."""

    name: str
    shown: Mapping[Key, int]

    def codes(self, at: int) -> frozenset[str]:
        """All codes that stand in one dimension."""
        return frozenset(key[at] for key in self.shown)


def make_space(tables: Sequence[Rows], trees: Mapping[str, Sequence[Relation]]) -> Space:
    """The common space; a dimension without a hierarchy has only the sum `Total`.

    Raises:
        TableError: a hierarchy for no dimension, a cycle, or a code that is not in it.
    """
    dimensions = sorted({d for table in tables for d in table.dimensions})
    strange = sorted(set(trees).difference(dimensions))
    if strange:
        raise TableError(f"表里没有 {'、'.join(strange)} 这一列，--hier 却给了它的层次。")
    axes = []
    for dimension in dimensions:
        codes = {
            code
            for table in tables
            if dimension in table.dimensions
            for code in table.codes[table.dimensions.index(dimension)]
        }
        axes.append(make_axis(dimension, codes, trees.get(dimension, ())))
    hiding = [table.dimensions for table in tables if (table.numbers == HIDDEN).any()]
    return Space(tuple(axes), frozenset().union(*hiding))


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


def own_space(table: Table, space: Space) -> Space:
    """The space of one table alone: of its own codes, and of what its `Total` has beside them.

    A table with nothing but `Total` in a dimension does not divide it.
    """
    axes = []
    for at, axis in enumerate(space.axes):
        codes = table.codes(at)
        whole = axis.used if TOTAL in codes and len(codes) > 1 else codes
        own = axis if axis.closed else make_axis(axis.name, whole, ())
        axes.append(own.using(codes))
    return Space(tuple(axes))


def inner(table: Table, space: Space) -> list[Key]:
    """The finest cells of a table: those of which it shows no part."""
    axes = own_space(table, space).axes
    codes = [table.codes(at) for at in range(len(axes))]
    if len(table.shown) == math.prod(map(len, codes)):  # all codes crossed with each other
        finest = [{c for c in codes[at] if not a.used_below.get(c)} for at, a in enumerate(axes)]
        return [
            key
            for key in table.shown
            if all(code in fine for code, fine in zip(key, finest, strict=True))
        ]
    above: list[dict[str, list[str]]] = [{code: [code] for code in known} for known in codes]
    for axis, known, own in zip(axes, codes, above, strict=True):
        for whole in sorted(known):
            for code in axis.used_below.get(whole, ()):
                own[code].append(whole)
    divided = set()
    for key in table.shown:
        wholes = product(*(own[code] for code, own in zip(key, above, strict=True)))
        divided |= {whole for whole in wholes if whole != key}
    return [key for key in table.shown if key not in divided]


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
