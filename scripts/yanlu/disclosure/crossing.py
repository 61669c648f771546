"""Coarser crossings of a table: what an office can publish where the finest cells are too thin.

A dimension is made coarser by merging its leaves into sums that readers know already, one
level after another; where a sum over all leaves is published, the last level is that sum
alone. A dimension without sums (events, that stand side by side) stays as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import numpy as np

from yanlu.disclosure.hierarchy import Hierarchy, Integers
from yanlu.disclosure.tables import Leaves
from yanlu.errors import DisclosureError

# Below a tenth, nine of ten events stand in cells of which a reader learns "0 or base": such
# a table tells where the rounding put them, and not where they were.
WORTH_READING = 0.1

Blocks = Mapping[str, frozenset[str]]  # the codes of one level, each with its leaves


@dataclass(frozen=True)
class Crossing:
    """A table, and the level to which each of its dimensions is merged; 0 is the leaves."""

    finest: Leaves
    levels: tuple[int, ...]
    blocks: tuple[Blocks, ...]

    @property
    def size(self) -> int:
        """How many inner cells there can be."""
        return prod(len(blocks) for blocks in self.blocks)

    @cached_property
    def leaves(self) -> Leaves:
        """The merged table."""
        pairs = list(zip(self.finest.hierarchies, self.blocks, strict=True))
        columns = [
            _position(hierarchy, blocks)[self.finest.cells[:, axis]]
            for axis, (hierarchy, blocks) in enumerate(pairs)
        ]
        cells, place = np.unique(np.array(columns).T, axis=0, return_inverse=True)
        counts = np.zeros(len(cells), dtype=np.int64)
        np.add.at(counts, place.reshape(-1), self.finest.counts)
        return Leaves(tuple(_merged(h, blocks) for h, blocks in pairs), cells, counts)

    @property
    def words(self) -> str:
        """What is merged, for a clerk."""
        merged = [
            f"不分“{name}”" if len(blocks) == 1 else f"“{name}”合并成 {len(blocks)} 项"
            for name, level, blocks in zip(
                self.finest.dimensions, self.levels, self.blocks, strict=True
            )
            if level
        ]
        return "，".join(merged)


def crossings(finest: Leaves) -> list[Crossing]:
    """Every crossing that is coarser than the table itself, the finest first."""
    ladders = [ladder(hierarchy) for hierarchy in finest.hierarchies]
    coarser = [
        Crossing(
            finest, levels, tuple(steps[at] for steps, at in zip(ladders, levels, strict=True))
        )
        for levels in product(*(range(len(steps)) for steps in ladders))
        if any(levels)
    ]
    return sorted(coarser, key=lambda crossing: (-crossing.size, crossing.levels))


def ladder(hierarchy: Hierarchy) -> list[Blocks]:
    """The levels of a dimension, from its leaves upwards.

    Each level merges the one below into the smallest sums over at least two of its codes.
    Where trees overlap, one is climbed; a code that is in no sum stays as it is.
    """
    levels: list[Blocks] = [{leaf: frozenset({leaf}) for leaf in hierarchy.leaves}]
    while sums := _sums_over(levels[-1], hierarchy.groups):
        chosen = _apart(_smallest(sums))
        merged = frozenset().union(*chosen.values())
        rest = {code: parts for code, parts in levels[-1].items() if not parts <= merged}
        levels.append({**chosen, **rest})
    return levels


def _sums_over(blocks: Blocks, groups: Blocks) -> Blocks:
    """Sums that hold at least two codes of a level, and cut none in two; each once."""
    named: dict[frozenset[str], str] = {}
    for code, parts in groups.items():
        inside = sum(block <= parts for block in blocks.values())
        if inside > 1 and not any(block & parts and block - parts for block in blocks.values()):
            named.setdefault(parts, code)
    return {code: parts for parts, code in named.items()}


def _smallest(sums: Blocks) -> Blocks:
    return {
        code: parts
        for code, parts in sums.items()
        if not any(other < parts for other in sums.values())
    }


def _apart(sums: Blocks) -> Blocks:
    """Sums that share no leaf, of one tree where two overlap.

    The leaf with the fewest sums left decides next: once a sum of one tree is taken, the
    leaves around it have no choice left but their sum in the same tree.
    """
    left, chosen = dict(sums), {}
    while left:
        choices = Counter(leaf for parts in left.values() for leaf in sorted(parts))
        leaf = min(choices, key=choices.__getitem__)
        code = next(code for code, parts in left.items() if leaf in parts)
        chosen[code] = left[code]
        left = {other: parts for other, parts in left.items() if not parts & chosen[code]}
    return chosen


def _position(hierarchy: Hierarchy, blocks: Blocks) -> Integers:
    """In which block each leaf lies."""
    place = {leaf: at for at, parts in enumerate(blocks.values()) for leaf in parts}
    return np.array([place[leaf] for leaf in hierarchy.leaves], dtype=np.int64)


def _merged(hierarchy: Hierarchy, blocks: Blocks) -> Hierarchy:
    """The dimension with its blocks as leaves, and the sums that still add some of them up."""
    sums = {
        code: frozenset(name for name, block in blocks.items() if block <= parts)
        for code, parts in _sums_over(blocks, hierarchy.groups).items()
    }
    return Hierarchy(hierarchy.name, tuple(blocks), sums)


def refuse_sparse(
    counts: Integers,
    cells: Integers,
    hierarchies: Sequence[Hierarchy],
    *,
    base: int,
    by: str = "舍入",
) -> None:
    """Refuse a table of which protection (`by` a method, in words) leaves too little.

    Raises:
        DisclosureError: less than a tenth of all events lie in inner cells of at least
            `base`; the message names the finest coarser crossing that would do.
    """
    finest = Leaves(tuple(hierarchies), cells, counts)
    if _worth_reading(finest, base):
        return
    dense = (c.words for c in crossings(finest) if _worth_reading(c.leaves, base))
    raise DisclosureError(
        f"这张表太稀：不到十分之一的件数在不小于 {base} 的格里，{by}以后看不出什么，没有写入。"
        f"{advice(dense)}"
    )


def advice(crossings_that_do: Iterator[str]) -> str:
    """What an office can do whose table is too thin, for a clerk; the finest comes first."""
    first = next(crossings_that_do, None)
    if first is None:
        return "合并到最粗也不够：请把几个月合在一起，或者不发布这张表。"
    return f"请改用粗一些的分法，可行的分法里最细的是：{first}。"


def _worth_reading(leaves: Leaves, base: int) -> bool:
    large = int(leaves.counts[leaves.counts >= base].sum())
    return large > 0 and large >= WORTH_READING * int(leaves.counts.sum())
