"""The dimensions of a table: leaf codes and the published sums over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from yanlu.errors import DisclosureError

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hierarchy:
    """One dimension: its leaf codes, and which leaves each published sum adds up.

    Two overlapping hierarchies in one dimension are simply more sums.

    Raises:
        DisclosureError: no leaves, a repeated leaf, a sum over unknown or no leaves, or a
            sum that has a leaf's code.
    """

    name: str
    leaves: tuple[str, ...]
    groups: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        known = set(self.leaves)
        if not known or len(known) != len(self.leaves):
            raise DisclosureError(f"维度 {self.name} 没有最细的代码，或者有重复的代码。")
        for code, parts in self.groups.items():
            if code in known:
                raise DisclosureError(f"维度 {self.name}：{code} 既是最细的代码，又是上级代码。")
            if not parts or not parts <= known:
                raise DisclosureError(f"维度 {self.name}：上级代码 {code} 包含未知的下级代码。")

    def sums(self) -> Integers:
        """0/1 matrix, one row a published code (leaves first), one column a leaf."""
        leaves = np.eye(len(self.leaves), dtype=np.int64)
        rows = [[int(leaf in parts) for leaf in self.leaves] for parts in self.groups.values()]
        return np.vstack([leaves, *([np.array(rows, dtype=np.int64)] if rows else [])])

    def kinship(self) -> Integers:
        """How many published codes two leaves share: a square matrix, leaves × leaves."""
        sums = self.sums()
        return sums.T @ sums
