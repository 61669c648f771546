"""What protection costs: how far rounded totals lie from the true ones.

A reader who had these figures could undo the rounding: nothing writes them into a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yanlu.disclosure.hierarchy import Hierarchy, Integers, publish
from yanlu.disclosure.tables import Leaves

# A reader compares two rows of a page. Where totals are off by a twentieth of their size on
# the average, rows that differ by a tenth still stand in the right order; beyond that, the
# page tells of the rounding as much as of the town.
TOLERABLE = 0.05


@dataclass(frozen=True)
class Cost:
    """What rounding did to one crossing.

    `cells` are the inner cells that are not 0 in truth; `changed` of them have another
    number now. `mean` and `largest` are the absolute errors of the `totals` that a reader
    will look at, whose true numbers are `size` on the average.
    """

    cells: int
    changed: int
    totals: int
    size: float
    mean: float
    largest: int

    @property
    def tolerable(self) -> bool:
        """Whether the totals are still near enough to the truth."""
        return self.mean <= TOLERABLE * self.size


def cost(true: Leaves, shown: Integers) -> Cost:
    """The cost of showing these published cells, one axis a dimension, for a true table.

    The totals that a reader will look at are, for each event, those of at most two
    dimensions: every published sum that takes all other dimensions at their broadest code.
    A dimension without sums has no broadest code: its codes stand side by side, as events
    do. Totals that are 0 in truth and as shown are on no page and do not count.
    """
    truth = publish(true.dense(), true.hierarchies)
    error = np.abs(shown - truth)
    looked_at = (narrower(true.hierarchies) <= 2) & ((truth > 0) | (error > 0))
    totals = max(1, int(looked_at.sum()))
    return Cost(
        cells=int((true.counts > 0).sum()),
        changed=int((shown[tuple(true.cells.T)] != true.counts)[true.counts > 0].sum()),
        totals=totals,
        size=int(truth[looked_at].sum()) / totals,
        mean=int(error[looked_at].sum()) / totals,
        largest=int(error[looked_at].max(initial=0)),
    )


def narrower(hierarchies: Sequence[Hierarchy]) -> Integers:
    """In how many dimensions each published cell is narrower than it could be.

    One axis a dimension, in the order of codes.
    """
    narrow = np.zeros((1,) * len(hierarchies), dtype=np.int64)
    for axis, hierarchy in enumerate(hierarchies):
        own = np.full(len(hierarchy.codes), bool(hierarchy.groups), dtype=np.int64)
        own[int(hierarchy.sums().sum(axis=1).argmax())] = 0
        narrow = narrow + np.expand_dims(own, [at for at in range(narrow.ndim) if at != axis])
    return narrow
