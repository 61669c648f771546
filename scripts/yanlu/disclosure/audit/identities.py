"""Declared identities: sums of published cells that a reader knows to be nothing.

A file has the columns `identity`, `sign` (+ or -) and any dimensions; rows with the same
name in `identity` are one sum. It holds for each code of the dimensions it does not name:

    identity,sign,month,event
    february,+,2015-01,open
    february,+,2015-02,received
    february,-,2015-02,closed
    february,-,2015-02,open

A cell that no table shows may stand in an identity: it is unknown and not negative. A code
that no table shows is outside `Total`, as the stock before the first month is, unless a
hierarchy file lists it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from yanlu.disclosure.audit.space import Key, Space
from yanlu.disclosure.tables import read_text_rows
from yanlu.errors import TableError


@dataclass(frozen=True)
class Identity:
    """One sum: for each term its sign and its codes, dimension by dimension."""

    dimensions: tuple[str, ...]
    terms: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def codes(self) -> Mapping[str, frozenset[str]]:
        """The codes that it names in each dimension."""
        columns = zip(*(codes for _, codes in self.terms), strict=True)
        return dict(zip(self.dimensions, map(frozenset, columns), strict=True))

    def instances(self, space: Space, keys: Iterable[Key]) -> Iterator[list[tuple[Key, int]]]:
        """The sum for every combination of other codes that stands beside one of its terms."""
        named = [space.dimensions.index(dimension) for dimension in self.dimensions]
        codes = {term for _, term in self.terms}
        others = {
            tuple("" if axis in named else code for axis, code in enumerate(key))
            for key in keys
            if tuple(key[axis] for axis in named) in codes
        }
        for other in sorted(others):
            yield [(_filled(other, named, term), sign) for sign, term in self.terms]

    def everywhere(self, space: Space) -> Iterator[list[tuple[Key, int]]]:
        """The sum for every combination of the other dimensions' atoms."""
        named = [space.dimensions.index(dimension) for dimension in self.dimensions]
        others = [at for at in range(len(space.axes)) if at not in named]
        first = self.terms[0][1]
        return self.instances(space, (_filled(key, named, first) for key in space.atoms(others)))


def read_identities(file: TextIO, name: str) -> list[Identity]:
    """Read an identity file.

    Raises:
        TableError: the columns or a sign are wrong.
    """
    columns, rows = read_text_rows(file, name)
    repeated = len(set(columns)) < len(columns)
    if len(columns) < 3 or columns[:2] != ["identity", "sign"] or repeated:
        raise TableError(f"{name} 的列名应当是 identity,sign，后面是一个或几个维度。")
    sums: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for number, (identity, sign, *codes) in rows:
        if sign not in ("+", "-") or not all(codes):
            raise TableError(f"{name} 第 {number} 行：sign 要写 + 或 -，代码不能空。")
        sums.setdefault(identity, []).append((1 if sign == "+" else -1, tuple(codes)))
    if not sums:
        raise TableError(f"{name} 里没有一个等式。")
    return [Identity(tuple(columns[2:]), tuple(terms)) for terms in sums.values()]


def _filled(other: Sequence[str], named: Sequence[int], codes: Sequence[str]) -> Key:
    key = list(other)
    for axis, code in zip(named, codes, strict=True):
        key[axis] = code
    return tuple(key)
