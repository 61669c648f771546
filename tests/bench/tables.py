"""The bench tables of disclosure control (tests/vectors/disclosure/tables)."""

from __future__ import annotations

import gzip
from pathlib import Path

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
