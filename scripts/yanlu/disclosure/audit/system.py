"""What a reader knows, as equations between unknown whole numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from yanlu.disclosure.audit.space import Key
from yanlu.errors import TableError

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
OPEN = 1 << 32  # no upper bound is known; sums of a million such stay exact in a double
_ROUNDS = 100  # of narrowing: what is not settled by then is left to the linear programmes


@dataclass(frozen=True)
class System:
    """Unknown cells with bounds, and sums of them (coefficients whole) within bounds.

    Shapes: `low` and `high` one a cell; `matrix` sums × cells; `least` and `most` one a sum;
    `whole` one a sum, the cell that it makes up (coefficient 1), or -1; `judged` one a cell,
    whether anything is asked of it.
    """

    keys: tuple[Key, ...]
    low: Integers
    high: Integers
    matrix: csr_array
    least: Integers
    most: Integers
    whole: Integers
    judged: Mask

    def refuse_contradiction(self) -> None:
        """No whole numbers fit the tables.

        Raises:
            TableError: always of the input as a whole, since no single cell is to blame.
        """
        if (self.low > self.high).any() or (self.least > self.most).any():
            raise TableError(
                "这些表互相矛盾：没有一组数能同时满足它们。请检查是不是同一批记录、同一个阈值。"
            )


@dataclass
class Draft:
    """A system that is being written down, cell by cell and sum by sum.

    `gaps` tell staff what a reader may know that is not written down. `told` are cells that a
    table leaves out, but whose small numbers are what its own numbers leave.
    """

    place: dict[Key, int] = field(default_factory=dict)
    low: list[int] = field(default_factory=list)
    high: list[int] = field(default_factory=list)
    terms: list[tuple[int, int, int]] = field(default_factory=list)  # sum, cell, coefficient
    least: list[int] = field(default_factory=list)
    most: list[int] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    judged: frozenset[Key] = frozenset()
    gaps: list[str] = field(default_factory=list)
    told: list[Key] = field(default_factory=list)

    def know(self, key: Key, low: int = 0, high: int = OPEN) -> int:
        """The place of a cell; what was known of it before still holds."""
        at = self.place.setdefault(key, len(self.place))
        if at == len(self.low):
            self.low.append(low)
            self.high.append(high)
        self.low[at] = max(self.low[at], low)
        self.high[at] = min(self.high[at], high)
        return at

    def relate(self, terms: Iterable[tuple[int, int]]) -> None:
        """Cells with coefficients that add up to nothing."""
        self._write(terms, whole=-1)

    def add_up(self, whole: int, parts: Sequence[int]) -> None:
        """A cell is the sum of its parts."""
        self._write([(whole, 1), *((part, -1) for part in parts)], whole=whole)

    def _write(self, terms: Iterable[tuple[int, int]], *, whole: int) -> None:
        self.terms += [(len(self.least), at, times) for at, times in terms]
        self.least.append(0)
        self.most.append(0)
        self.whole.append(whole)

    def finish(self) -> System:
        """The system as a whole."""
        terms = np.array(self.terms, dtype=np.int64).reshape(-1, 3)
        sums, cells, times = terms.T
        shape = (len(self.least), len(self.low))
        return System(
            tuple(self.place),
            np.array(self.low, dtype=np.int64),
            np.array(self.high, dtype=np.int64),
            csr_array((times, (sums, cells)), shape=shape),
            np.array(self.least, dtype=np.int64),
            np.array(self.most, dtype=np.int64),
            np.array(self.whole, dtype=np.int64),
            np.array([key in self.judged for key in self.place], dtype=bool),
        )


def narrow(system: System) -> System:
    """The same system, its bounds drawn as close as each sum alone can draw them.

    Raises:
        TableError: the bounds cross, so that the input contradicts itself.
    """
    system.refuse_contradiction()
    entries = system.matrix.tocoo()
    for _ in range(_ROUNDS):
        low, high = _drawn(system, entries.row, entries.col, entries.data)
        settled = (low == system.low).all() and (high == system.high).all()
        system = replace(system, low=low, high=high)
        system.refuse_contradiction()
        if settled:
            break
    return system


def _drawn(
    system: System, sums: Integers, cells: Integers, times: Integers
) -> tuple[Integers, Integers]:
    ends = np.sort(np.stack([times * system.low[cells], times * system.high[cells]]), axis=0)
    lowest, highest = (
        np.bincount(sums, weights=end, minlength=len(system.least)).astype(np.int64)[sums] - end
        for end in ends
    )
    # times · cell lies between `least - highest of the others` and `most - lowest of them`
    least, most = system.least[sums] - highest, system.most[sums] - lowest
    swap = times < 0
    size = np.abs(times)
    floor = np.where(swap, -(most // size), -(-least // size))
    ceiling = np.where(swap, -least // size, most // size)
    low, high = system.low.copy(), system.high.copy()
    np.maximum.at(low, cells, floor)
    np.minimum.at(high, cells, ceiling)
    return low, high


def pieces(system: System) -> list[System]:
    """The system in pieces that have nothing to do with each other, known cells taken out.

    A piece has only cells that are still unknown; a cell in no sum is a piece of its own.
    Other cells keep their first bounds, since drawn bounds follow from the sums.

    Raises:
        TableError: the input contradicts itself.
    """
    drawn = narrow(system)
    unknown = np.flatnonzero(drawn.low < drawn.high)
    taken = system.matrix @ np.where(drawn.low == drawn.high, drawn.low, 0)
    rest = csr_array(system.matrix[:, unknown])
    label = connected(rest)
    of_cell, of_sum = label[: len(unknown)], label[len(unknown) :]
    count = int(label.max(initial=-1)) + 1
    place = np.full(len(system.low) + 1, -1)  # the last stands for a sum that makes up no cell
    found = []
    for cells, sums in zip(_sorted_by(of_cell, count), _sorted_by(of_sum, count), strict=True):
        at = unknown[cells]
        place[at] = np.arange(len(at))
        if at.size:
            found.append(
                System(
                    tuple(system.keys[i] for i in at),
                    system.low[at],
                    system.high[at],
                    csr_array(rest[sums][:, cells]),
                    (system.least - taken)[sums],
                    (system.most - taken)[sums],
                    place[system.whole[sums]],
                    system.judged[at],
                )
            )
    return found


def connected(matrix: csr_array) -> Integers:
    """Which piece each cell belongs to, then each sum: those joined by sums share a number."""
    links = block_array([[None, matrix.T], [matrix, None]], format="csr")
    _, label = connected_components(links, directed=False)
    numbers: Integers = label.astype(np.int64)
    return numbers


def _sorted_by(labels: Integers, count: int) -> list[Integers]:
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.searchsorted(labels[order], np.arange(1, count)))
