"""Small-count rounding of generated tables: time and closeness of the published sums."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from yanlu.disclosure.hierarchy import Hierarchy, Integers
from yanlu.disclosure.rounding import ranks, round_small_counts

SIZES = ((10, 10, 4), (40, 30, 5), (80, 60, 5, 4))
BASE = 5


@dataclass(frozen=True)
class Rounded:
    """One table: its size, what was rounded, how far its published sums are off, seconds."""

    cells: int
    small: int
    published: int
    mean: float
    largest: int
    seconds: float


def measure() -> list[Rounded]:
    """Tables of growing size with a skew like that of real records."""
    return [_one(size) for size in SIZES]


def _one(size: tuple[int, ...]) -> Rounded:
    random = np.random.default_rng(sum(size))
    hierarchies = [_hierarchy(f"d{i}", width) for i, width in enumerate(size)]
    weights = 1.0
    for width in size:
        weights = np.multiply.outer(weights, random.pareto(1.2, width) + 0.2)
    counts = random.poisson(weights / np.mean(weights) * 3)
    cells = np.argwhere(counts)
    values = counts[tuple(cells.T)]
    rank = ranks([str(cell).encode() for cell in cells.tolist()], key=b"bench", context=b"")
    began = time.perf_counter()
    rounded = round_small_counts(values, cells, hierarchies, base=BASE, rank=rank)
    seconds = time.perf_counter() - began
    table = np.zeros(size, dtype=np.int64)
    table[tuple(cells.T)] = rounded
    off = np.abs(_published(table, hierarchies) - _published(counts, hierarchies))
    small = int(((values > 0) & (values < BASE)).sum())
    return Rounded(len(cells), small, off.size, float(off.mean()), int(off.max()), seconds)


def _hierarchy(name: str, width: int) -> Hierarchy:
    leaves = tuple(f"{name}-{i}" for i in range(width))
    groups = {f"{name}-g{i}": frozenset(leaves[i::4]) for i in range(4)} if width > 8 else {}
    return Hierarchy(name, leaves, {**groups, "all": frozenset(leaves)})


def _published(table: Integers, hierarchies: list[Hierarchy]) -> Integers:
    for axis, hierarchy in enumerate(hierarchies):
        table = np.moveaxis(np.tensordot(hierarchy.sums(), table, axes=(1, axis)), 0, axis)
    return table
