"""Small-count rounding: how far published sums are off, and what it costs."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from tests.bench.measure import Cost, run
from tests.bench.tables import COUNT, read_table, write_files

from yanlu.disclosure.cost import narrower
from yanlu.disclosure.hierarchy import publish
from yanlu.disclosure.rounding import round_leaves
from yanlu.disclosure.tables import Leaves

BASE = 5
KEYS = [bytes([number]) * 32 for number in range(1, 9)]
TABLES = ("syn_coarse_m1", "syn_m1", "syn_full")


@dataclass(frozen=True)
class Rounded:
    """One table: published sums, the worst of eight keys, and the median of seconds.

    `one_way` are the mean and largest error of the sums that are narrower than they could be
    in one dimension alone; `process` is what the whole command costs, file to file.
    """

    name: str
    published: int
    mean: float
    largest: int
    one_way: tuple[float, int]
    small: int
    seconds: float
    process: Cost


def measure() -> list[Rounded]:
    """The bench tables, and ten sets of the regions of the largest."""
    tables = {name: read_table(name) for name in TABLES}
    tables["10×syn_full"] = _tenfold(tables["syn_full"])
    return [_one(name, leaves) for name, leaves in tables.items()]


def _one(name: str, leaves: Leaves) -> Rounded:
    truth = publish(leaves.dense(), leaves.hierarchies)
    one_way = narrower(leaves.hierarchies) == 1
    errors, small, seconds = [], 0, []
    for key in KEYS if truth.size < 1_000_000 else KEYS[:1]:
        began = time.perf_counter()
        rounded = round_leaves(leaves, base=BASE, key=key)
        seconds.append(time.perf_counter() - began)
        off = np.abs(rounded - truth)
        wide = off[one_way]
        errors.append((float(off.mean()), int(off.max()), float(wide.mean()), int(wide.max())))
        small += int(((rounded > 0) & (rounded < BASE)).sum())
    mean, largest, wide_mean, wide_largest = (max(kind) for kind in zip(*errors, strict=True))
    return Rounded(
        name,
        truth.size,
        mean,
        int(largest),
        (wide_mean, int(wide_largest)),
        small,
        sorted(seconds)[len(seconds) // 2],
        _process(leaves),
    )


def _process(leaves: Leaves) -> Cost:
    """`yanlu disclosure round` from start to end, as an office runs it."""
    with tempfile.TemporaryDirectory(prefix="yanlu-bench-") as aside:
        folder = Path(aside)
        (folder / "KEY").write_text(KEYS[0].hex(), "ascii")
        hier = (f"--hier={name}={path}" for name, path in write_files(leaves, folder).items())
        return run(
            *("-c", "from yanlu.cli import main; main()", "disclosure", "round", "LEAF.csv"),
            *("--count", COUNT, *hier, "--key", "KEY", "--out", "OUT.csv"),
            folder=folder,
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
