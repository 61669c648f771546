"""One dimension of the common space: what each of its codes adds up, down to its atoms.

Atoms are what no table divides: every code that a reader can meet is the sum of some of
them, also where two hierarchies overlap. Most atoms are codes themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from yanlu.disclosure.hierarchy import TOTAL, Relation
from yanlu.errors import TableError

Ways = Mapping[str, tuple[tuple[str, ...], ...]]  # for a code, the codes that add up to it


@dataclass(frozen=True)
class Axis:
    """One dimension: the codes that tables use, and for each parent its children, tree by tree.

    `closed` says that a hierarchy file lists all codes there are.
    """

    name: str
    below: Ways
    used: frozenset[str]
    closed: bool

    def using(self, codes: Iterable[str]) -> Axis:
        """The same dimension where a reader meets these codes.

        Raises:
            TableError: a code that is not in the hierarchy file.
        """
        used = frozenset(codes)
        strange = used - self._finest.keys() - {TOTAL}
        if self.closed and strange:
            raise TableError(
                f"维度 {self.name}：有 {len(strange)} 个用到的代码不在层次文件里。"
                "请补上它们的上级代码。"
            )
        return replace(self, used=used)

    @cached_property
    def used_below(self) -> Mapping[str, frozenset[str]]:
        """The codes in use anywhere below a code."""
        found: dict[str, frozenset[str]] = {}
        for code in self._order:
            children = {child for parts in self.below.get(code, ()) for child in parts}
            found[code] = frozenset(children & self.used).union(*(found[c] for c in children))
        return found

    def leaves(self, code: str) -> frozenset[str]:
        """The finest codes that a code adds up: itself, where nothing is below it."""
        return self._finest.get(code, frozenset({code}))

    def lists(self, code: str) -> bool:
        """Whether a code is used, or is one of the finest that a file lists."""
        return code in self.used or (code in self._finest and code not in self.below)

    @cached_property
    def _finest(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for code in self._order:
            children = {child for parts in self.below.get(code, ()) for child in parts}
            found[code] = frozenset().union(*(found[c] for c in children)) or frozenset({code})
        return found

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """All codes, children before their parents."""
        children = {code: {c for parts in ways for c in parts} for code, ways in self.below.items()}
        try:
            return tuple(TopologicalSorter(children).static_order())
        except CycleError as error:
            code = error.args[1][0]
            raise TableError(f"维度 {self.name}：{code} 是自己的上级（直接或者绕一圈）。") from None

    @cached_property
    def ways(self) -> Ways:
        """Each way in which a code that a reader can meet is the sum of others.

        A code that no table uses is met where another of the same sum is used. Codes of
        which nothing is used below are not divided, unless another code cuts across them.
        """
        met: dict[str, tuple[tuple[str, ...], ...]] = {}
        ahead = [*sorted(self.used), TOTAL]
        for code in ahead:
            if code not in met:
                met[code] = tuple(self._nearest(parts) for parts in self._divided(code))
                ahead += [part for parts in met[code] for part in parts]
        return {**met, **self._cut([code for code, ways in met.items() if not ways], met)}

    @cached_property
    def atoms(self) -> tuple[str, ...]:
        """What no table divides; an atom without a code has a name that no file can hold."""
        return tuple(sorted(code for code, ways in self.ways.items() if not ways))

    def _divided(self, code: str) -> list[tuple[str, ...]]:
        """The sums of a code in which a code stands that is used, or above one."""
        return [
            parts
            for parts in self.below.get(code, ())
            if any(part in self.used or self.used_below[part] for part in parts)
        ]

    def _nearest(self, parts: Sequence[str]) -> tuple[str, ...]:
        """The parts; in the place of one that no table uses, and that is divided, its own."""
        found, ahead = [], list(reversed(parts))
        while ahead:
            part = ahead.pop()
            divided = [] if part in self.used else self._divided(part)
            if divided:
                ahead += reversed(divided[0])
            else:
                found.append(part)
        return tuple(found)

    def _cut(self, codes: Sequence[str], met: Iterable[str]) -> Ways:
        """Codes that are not divided, as sums of the classes of leaves between all codes."""
        crossed: dict[str, list[str]] = defaultdict(list)
        for code in met:
            for leaf in self.leaves(code):
                crossed[leaf].append(code)
        classes: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for leaf, crossing in crossed.items():
            classes[tuple(crossing)].add(leaf)
        named = {self.leaves(code): code for code in sorted(codes, reverse=True)}
        names = {  # no code that was read begins with a space
            crossing: named.get(frozenset(leaves), f" {number}")
            for number, (crossing, leaves) in enumerate(classes.items())
        }
        cut: dict[str, tuple[tuple[str, ...], ...]] = dict.fromkeys(names.values(), ())
        for code in codes:
            if code not in cut:
                cut[code] = (tuple(name for crossing, name in names.items() if code in crossing),)
        return cut


def make_axis(name: str, codes: Iterable[str], relations: Sequence[Relation]) -> Axis:
    """A dimension that tables use; without a hierarchy it has only the sum `Total`.

    Raises:
        TableError: a cycle, a code that is not in the hierarchy or has two parents in one
            tree, trees that disagree, or a `Total` that is not over all codes.
    """
    used = frozenset(codes)
    if not relations:
        parts = tuple(sorted(used - {TOTAL}))
        return Axis(name, {TOTAL: (parts,)} if parts else {}, used, closed=False)
    trees: dict[tuple[str, str], set[str]] = defaultdict(set)
    for child, parent, tree in relations:
        trees[parent, tree].add(child)
    below: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for (parent, _), children in trees.items():
        below[parent].append(tuple(sorted(children)))
    axis = Axis(name, {code: tuple(sums) for code, sums in below.items()}, used, closed=True)
    everything = _refuse_disorder(axis)
    if TOTAL not in below:
        axis = replace(axis, below={**axis.below, TOTAL: (tuple(sorted(everything)),)})
    return axis.using(used)


def _refuse_disorder(axis: Axis) -> frozenset[str]:
    """All leaves of a hierarchy file whose sums agree with each other.

    Raises:
        TableError: with the kind of disorder.
    """
    for code, ways in axis.below.items():
        for parts in ways:
            leaves = [axis.leaves(part) for part in parts]
            members = frozenset().union(*leaves)
            if sum(map(len, leaves)) > len(members):
                raise TableError(
                    f"维度 {axis.name}：有的代码在同一个层次里有两个上级。"
                    "两个交叠的层次请用 group 一列分开写。"
                )
            if members != axis.leaves(code):
                raise TableError(f"维度 {axis.name}：{code} 在两个层次里包含的代码不同。")
    everything = frozenset().union(*(axis.leaves(code) for code in axis.below))
    above = any(TOTAL in parts for ways in axis.below.values() for parts in ways)
    if above or axis.leaves(TOTAL) not in ({TOTAL}, everything):
        raise TableError(f"维度 {axis.name}：{TOTAL} 应当是整个维度的合计，在最上面。")
    return everything
