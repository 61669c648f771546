"""What protection costs, on a table that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from yanlu.disclosure.cost import TOLERABLE, Cost, cost
from yanlu.disclosure.hierarchy import Hierarchy, publish
from yanlu.disclosure.tables import Leaves

REGIONS = Hierarchy("地区", ("east", "west"), {"town": frozenset({"east", "west"})})
TOPICS = Hierarchy("主题", ("roads", "noise"), {"all": frozenset({"roads", "noise"})})
CHANNELS = Hierarchy("渠道", ("phone", "web", "own"), {"citizens": frozenset({"phone", "web"})})
EVENTS = Hierarchy("事件", ("in", "out"), {})
# region, topic, channel, event; true count, shown count. `out` never happened.
CELLS = [
    (0, 0, 0, 0, 10, 10),
    (0, 0, 1, 0, 4, 5),
    (0, 1, 0, 0, 3, 0),
    (1, 0, 0, 0, 2, 5),
    (1, 1, 1, 0, 1, 0),
    (1, 1, 2, 0, 7, 7),
]


def _cost(cells: list[tuple[int, ...]]) -> Cost:
    rows = np.array(cells)
    true = Leaves((REGIONS, TOPICS, CHANNELS, EVENTS), rows[:, :4], rows[:, 4])
    shown = replace(true, counts=rows[:, 5])
    return cost(true, publish(shown.dense(), shown.hierarchies))


def test_the_figures_are_those_worked_out_by_hand() -> None:
    """Totals as true → shown, all of event `in`.

    Over all citizens 20 → 20. By region 17 → 15, 3 → 5. By topic 16 → 20, 4 → 0. By
    channel 15 → 15, 5 → 5, own 7 → 7. Region × topic 14 → 15, 3 → 0, 2 → 5, 1 → 0.
    Region × channel 13 → 10, 4 → 5, 2 → 5, 1 → 0, own 7 → 7. Topic × channel 12 → 15,
    4 → 5, 3 → 0, 1 → 0, own 7 → 7. In all 22 totals: errors 0 + 2 + 2 + 4 + 4 + 0 + 0 + 0
    + 1 + 3 + 3 + 1 + 3 + 1 + 3 + 1 + 0 + 3 + 1 + 3 + 1 + 0 = 36, true numbers 161.
    """
    found = _cost(CELLS)
    assert (found.cells, found.changed) == (6, 4)
    assert found.totals == 22
    assert found.mean == pytest.approx(36 / 22)
    assert found.size == pytest.approx(161 / 22)
    assert found.largest == 4
    assert not found.tolerable


def test_a_table_without_small_cells_costs_nothing() -> None:
    found = _cost([(0, 0, 0, 0, 10, 10), (1, 1, 1, 1, 7, 7)])
    assert (found.changed, found.mean, found.largest) == (0, 0, 0)
    assert found.tolerable


def test_a_number_that_stays_where_none_is_left_is_an_error_of_the_totals() -> None:
    found = _cost([(0, 0, 0, 0, 100, 100), (1, 0, 0, 0, 0, 5)])
    assert (found.cells, found.changed) == (1, 0)
    assert found.largest == 5


def test_what_is_tolerable_is_a_share_of_the_totals() -> None:
    near = Cost(cells=9, changed=3, totals=20, size=40, mean=40 * TOLERABLE, largest=9)
    assert near.tolerable
    assert not replace(near, mean=near.mean + 0.1).tolerable
