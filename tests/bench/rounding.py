"""Small-count rounding: how far published sums are off, and what it costs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from tests.bench.tables import read_table

from yanlu.disclosure.hierarchy import publish
from yanlu.disclosure.rounding import round_leaves
from yanlu.disclosure.tables import Leaves

BASE = 5
KEYS = [bytes([number]) * 32 for number in range(1, 9)]
TABLES = ("syn_coarse_m1", "syn_m1", "syn_full")


@dataclass(frozen=True)
class Rounded:
    """One table: published sums, the worst of eight keys, and the median of seconds."""

    name: str
    published: int
    mean: float
    largest: int
    small: int
    seconds: float


def measure() -> list[Rounded]:
    """The bench tables, and ten sets of the regions of the largest."""
    tables = {name: read_table(name) for name in TABLES}
    tables["10×syn_full"] = _tenfold(tables["syn_full"])
    return [_one(name, leaves) for name, leaves in tables.items()]


def _one(name: str, leaves: Leaves) -> Rounded:
    truth = publish(leaves.dense(), leaves.hierarchies)
    means, largest, small, seconds = [], [], 0, []
    for key in KEYS if truth.size < 1_000_000 else KEYS[:1]:
        began = time.perf_counter()
        rounded = round_leaves(leaves, base=BASE, key=key)
        seconds.append(time.perf_counter() - began)
        off = np.abs(rounded - truth)
        means.append(float(off.mean()))
        largest.append(int(off.max()))
        small += int(((rounded > 0) & (rounded < BASE)).sum())
    return Rounded(
        name, truth.size, max(means), max(largest), small, sorted(seconds)[len(seconds) // 2]
    )


def _tenfold(leaves: Leaves) -> Leaves:
    """Ten copies of every region, each with its own sums, under one total."""
    axis = leaves.dimensions.index("region")
    region = leaves.hierarchies[axis]
    named = tuple(f"{copy}-{code}" for copy in range(10) for code in region.leaves)
    groups = {
        f"{copy}-{code}": frozenset(f"{copy}-{leaf}" for leaf in parts)
        for copy in range(10)
        for code, parts in region.groups.items()
    }
    wide = replace(region, leaves=named, groups={**groups, "Total": frozenset(named)})
    shift = np.zeros(len(leaves.dimensions), dtype=np.int64)
    shift[axis] = len(region.leaves)
    cells = np.concatenate([leaves.cells + copy * shift for copy in range(10)])
    hierarchies = (*leaves.hierarchies[:axis], wide, *leaves.hierarchies[axis + 1 :])
    return Leaves(hierarchies, cells, np.tile(leaves.counts, 10))
