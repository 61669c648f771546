"""The dimensions of a table: leaf codes and the published sums over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from yanlu.errors import TableError

Integers = npt.NDArray[np.int64]
TOTAL = "Total"  # the sum over a whole dimension, in every table that is read or written


@dataclass(frozen=True)
class Hierarchy:
    """One dimension: its leaf codes, and which leaves each published sum adds up.

    Two overlapping hierarchies in one dimension are simply more sums.

    Raises:
        TableError: no leaves, a repeated leaf, a sum over unknown or no leaves, or a
            sum that has a leaf's code.
    """

    name: str
    leaves: tuple[str, ...]
    groups: Mapping[str, frozenset[str]]

    def __post_init__(self) -> None:
        known = set(self.leaves)
        if not known or len(known) != len(self.leaves):
            raise TableError(f"维度 {self.name} 没有最细的代码，或者有重复的代码。")
        for code, parts in self.groups.items():
            if code in known:
                raise TableError(f"维度 {self.name}：{code} 既是最细的代码，又是上级代码。")
            if not parts or not parts <= known:
                raise TableError(f"维度 {self.name}：上级代码 {code} 包含未知的下级代码。")

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Every published code: the leaves, then the sums."""
        return (*self.leaves, *self.groups)

    def sums(self) -> Integers:
        """0/1 matrix, one row a published code (leaves first), one column a leaf."""
        leaves = np.eye(len(self.leaves), dtype=np.int64)
        rows = [[int(leaf in parts) for leaf in self.leaves] for parts in self.groups.values()]
        return np.vstack([leaves, *([np.array(rows, dtype=np.int64)] if rows else [])])

    def kinship(self) -> Integers:
        """How many published codes two leaves share: a square matrix, leaves × leaves."""
        sums = self.sums()
        return sums.T @ sums

    def parts(self) -> Mapping[int, tuple[int, ...]]:
        """Each sum's position, with the positions of few codes that make it up exactly.

        The largest sums inside it come first, so that a sum over a county is the sum of its
        towns and not of every household.
        """
        members = [frozenset({leaf}) for leaf in self.leaves] + list(self.groups.values())
        order = sorted(range(len(members)), key=lambda i: (-len(members[i]), i))
        return {
            at: _cover(members, [i for i in order if _inside(members, i, at)], members[at])
            for at in range(len(self.leaves), len(members))
        }


def _inside(members: Sequence[frozenset[str]], part: int, whole: int) -> bool:
    """Whether a code may stand as a part of another; equal sums in one direction only."""
    if members[part] == members[whole]:
        return part < whole
    return members[part] < members[whole]


def _cover(
    members: Sequence[frozenset[str]], candidates: Sequence[int], whole: frozenset[str]
) -> tuple[int, ...]:
    rest, chosen = set(whole), []
    for candidate in candidates:
        if rest and members[candidate] <= rest:
            chosen.append(candidate)
            rest -= members[candidate]
    return tuple(chosen)


def publish(table: Integers, hierarchies: Sequence[Hierarchy]) -> Integers:
    """All published cells of a table of leaves: one axis a dimension, in the order of codes."""
    for axis, hierarchy in enumerate(hierarchies):
        sums = hierarchy.sums().astype(float)  # doubles hold counts exactly, and are faster
        table = np.moveaxis(np.tensordot(sums, table.astype(float), axes=(1, axis)), 0, axis)
    published: Integers = np.rint(table).astype(np.int64)
    return published


class Relation(NamedTuple):
    """One row of a hierarchy file: a code, the code above it, and the tree it stands in."""

    child: str
    parent: str
    tree: str


def grow(name: str, relations: Iterable[Relation], used: Iterable[str]) -> Hierarchy:
    """The hierarchy of one dimension from parent–child rows and the leaf codes in use.

    Without rows the only sum is `Total`. A dimension of which one code only is in use has no
    sum at all: the table is about that code, and says nothing of others that there may be
    (content/about/decisions/0010-one-code.md). Leaves are in the order of their codes, so
    that the order of rows in any file means nothing.

    Raises:
        TableError: a cycle, a code with two parents in one tree, a parent among the
            leaves in use, a leaf that the rows do not know, two trees that disagree on
            what a common code adds up, or a `Total` that is not over all leaves or not on top.
    """
    relations, used = list(relations), frozenset(used)
    if not relations and TOTAL in used:
        raise TableError(f"维度 {name}：{TOTAL} 是上级代码。请删去合计行，只留最细的格。")
    if not relations:
        relations = [Relation(leaf, TOTAL, "") for leaf in used]
    parents = {relation.parent for relation in relations}
    leaves = {relation.child for relation in relations} - parents
    groups = _groups(name, relations, parents)
    _refuse_wrong_total(name, relations, groups, leaves)
    _refuse_strange_leaves(name, used, leaves, parents)
    if len(used) == 1:
        return Hierarchy(name, tuple(used), {})
    return Hierarchy(name, tuple(sorted(leaves)), {code: groups[code] for code in sorted(groups)})


def _refuse_strange_leaves(
    name: str, used: frozenset[str], leaves: set[str], parents: set[str]
) -> None:
    if used & parents:
        alone = "表只说这一个代码的，请不要给这个维度写 --hier。" if len(used) == 1 else ""
        raise TableError(
            f"维度 {name}：{_some(used & parents)} 是上级代码，不能又作为最细的格出现。"
            f"请删去合计行，只留最细的格。{alone}"
        )
    if used - leaves:
        raise TableError(
            f"维度 {name}：表里有 {len(used - leaves)} 个代码不在层次文件里。请补上它们的上级代码。"
        )


def _refuse_wrong_total(
    name: str,
    relations: Sequence[Relation],
    groups: Mapping[str, frozenset[str]],
    leaves: set[str],
) -> None:
    if any(relation.child == TOTAL for relation in relations):
        raise TableError(f"维度 {name}：{TOTAL} 是整个维度的合计，上面不能再有上级代码。")
    outside = leaves - groups.get(TOTAL, frozenset())
    if outside:
        raise TableError(
            f"维度 {name}：层次文件里有 {len(outside)} 个最细的代码，一级一级往上没有写到 {TOTAL}。"
            f"请补上，例如写明最上一级的上级是 {TOTAL}。"
        )


def _groups(
    name: str, relations: Sequence[Relation], parents: set[str]
) -> Mapping[str, frozenset[str]]:
    trees: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    above: dict[tuple[str, str], str] = {}
    for child, parent, tree in relations:
        if above.setdefault((tree, child), parent) != parent:
            raise TableError(
                f"维度 {name}：有的代码在同一个层次里有两个上级。"
                "两个交叠的层次请用 group 一列分开写。"
            )
        trees[tree][parent].append(child)
    groups: dict[str, frozenset[str]] = {}
    for below in trees.values():
        for parent, members in _members(name, below).items():
            if members & parents:
                raise TableError(
                    f"维度 {name}：{_some(members & parents)} 在一个层次里有下级，在另一个里没有。"
                )
            if groups.setdefault(parent, members) != members:
                raise TableError(f"维度 {name}：{parent} 在两个层次里包含的代码不同。")
    return groups


def _members(name: str, below: Mapping[str, Sequence[str]]) -> Mapping[str, frozenset[str]]:
    """For each parent of a tree, the codes under it that have no children there."""
    try:
        order = tuple(TopologicalSorter(below).static_order())
    except CycleError as error:
        code = error.args[1][0]
        raise TableError(f"维度 {name}：{code} 是自己的上级（直接或者绕一圈）。") from None
    members: dict[str, frozenset[str]] = {}
    for code in order:  # children come before their parents
        children = below.get(code, ())
        members[code] = frozenset().union(*(members[child] for child in children)) or frozenset(
            {code}
        )
    return {parent: members[parent] for parent in below}


def _some(codes: Iterable[str]) -> str:
    listed = sorted(codes)
    return "、".join(listed[:5]) + ("等" if len(listed) > 5 else "")
