"""The bench tables of disclosure control (tests/vectors/disclosure/tables)."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from yanlu.disclosure.hierarchy import Relation
from yanlu.disclosure.tables import Leaves, read_leaves, read_relations

FOLDER = Path(__file__).parents[1] / "vectors" / "disclosure" / "tables"
COUNT = "n"


def read_trees(name: str) -> dict[str, list[Relation]]:
    """The hierarchies of a table; syn_coarse_m1 has none but the totals."""
    family = "" if name == "syn_coarse_m1" else name.split("_")[0]
    with_month = name == "syn_full"
    trees = {}
    for path in sorted(FOLDER.glob(f"{family}_hier_*.csv")) if family else []:
        dimension = path.stem.rpartition("_")[2]
        if dimension != "month" or with_month:
            with path.open(encoding="utf-8", newline="") as file:
                trees[dimension] = read_relations(file, path.name)
    return trees


def read_table(name: str) -> Leaves:
    """A leaf table with its hierarchies."""
    path = FOLDER / f"{name}_leaf.csv"
    packed = path.with_name(f"{path.name}.gz")
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8", newline="") as file:
            return read_leaves(file, name, COUNT, read_trees(name))
    with path.open(encoding="utf-8", newline="") as file:
        return read_leaves(file, name, COUNT, read_trees(name))


def write_files(leaves: Leaves, folder: Path) -> Mapping[str, str]:
    """A table as `LEAF.csv` and hierarchy files; answers the file of each dimension.

    Each sum is a tree of its own, so that any sums can be written.
    """
    columns = [
        np.array(hierarchy.leaves)[leaves.cells[:, axis]].tolist()
        for axis, hierarchy in enumerate(leaves.hierarchies)
    ]
    rows = zip(*columns, leaves.counts.tolist(), strict=True)
    _write(folder / "LEAF.csv", [*leaves.dimensions, COUNT], rows)
    files = {}
    for hierarchy in leaves.hierarchies:
        files[hierarchy.name] = f"H{len(files)}.csv"
        sums = hierarchy.groups.items()
        links = ((leaf, code, code) for code, parts in sums for leaf in sorted(parts))
        _write(folder / files[hierarchy.name], ["child", "parent", "group"], links)
    return files


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header])
        csv.writer(file).writerows(rows)
