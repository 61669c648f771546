"""Trying out what protection costs: three crossings, one recommended, nothing kept."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from conftest import NOW, Row, Writes, record, snapshot
from yanlu.disclosure.cost import TOLERABLE
from yanlu.model import Month
from yanlu.settings import Portal
from yanlu.stats.publish import Order, prepare, write
from yanlu.stats.trial import Trial, try_out

MARCH = Month(2024, 3)
TOPICS, REGIONS, CHANNELS = ("路灯", "噪声", "垃圾"), ("多区", "南区"), ("热线", "网站", "自查")


def _spread(each: int) -> list[list[str]]:
    """So many records in each of the eighteen cells that the small mapping knows."""
    cells = [(t, r, c) for t in TOPICS for r in REGIONS for c in CHANNELS]
    return [
        record(number * 100 + i, 主题=topic, 地区=region, 渠道=channel)
        for number, (topic, region, channel) in enumerate(cells)
        for i in range(each)
    ]


def _try(portal: Portal, path: Path, *, revise: bool = False) -> Trial:
    why = "late-records" if revise else None
    order = Order(str(path), MARCH, revise=revise, why=why)
    return try_out(portal, prepare(portal, order, now=NOW, report=lambda _: None))


def test_where_no_cell_is_small_the_crossing_of_the_release_is_recommended(
    portal: Portal, write_records: Writes
) -> None:
    trial = _try(portal, write_records(_spread(6)))
    assert trial.recommended is trial.tried[0]
    assert trial.tried[0].words == "现在的分法"
    # received and replied in time, in eighteen cells each
    assert (trial.tried[0].cost.cells, trial.tried[0].cost.changed) == (36, 0)


def test_two_coarser_crossings_stand_beside_it_the_finest_first(
    portal: Portal, write_records: Writes
) -> None:
    words = [tried.words for tried in _try(portal, write_records(_spread(6))).tried]
    assert words == ["现在的分法", "“渠道”合并成 2 项", "不分“地区”"]


def test_on_a_sparse_table_a_coarser_crossing_is_recommended(
    portal: Portal, write_records: Writes
) -> None:
    rows: list[Row] = [*_spread(2), *(record(9000 + i) for i in range(20))]
    trial = _try(portal, write_records(rows))
    declared, finest, enough = trial.tried
    assert not declared.cost.tolerable
    assert not finest.cost.tolerable
    assert trial.recommended is enough
    assert enough.cost.mean <= TOLERABLE * enough.cost.size


def test_where_nothing_is_near_enough_nothing_is_recommended(
    portal: Portal, write_records: Writes
) -> None:
    trial = _try(portal, write_records([*_spread(1)[:4], *(record(9000 + i) for i in range(6))]))
    assert trial.recommended is None


def test_a_number_that_a_correction_keeps_counts_as_an_error(
    portal: Portal, write_records: Writes
) -> None:
    few = [record(500 + i, 主题="噪声") for i in range(4)]
    many = [record(i) for i in range(60)]
    first = prepare(
        portal, Order(str(write_records([*many, *few])), MARCH), now=NOW, report=lambda _: None
    )
    write(portal, first, now=NOW)
    shown = [n for cell, n in first.released.release.counts.items() if cell.topic == "noise"]
    assert shown == [5, 5]
    trial = _try(portal, write_records([*many, record(900)], name="fewer.csv"), revise=True)
    assert trial.tried[0].cost.largest == 5


@pytest.mark.parametrize("each", [2, 6])
def test_trying_out_writes_nothing(portal: Portal, write_records: Writes, each: int) -> None:
    path = write_records([*_spread(each), *(record(9000 + i) for i in range(20))])
    before = snapshot(portal.folder.parent)
    _try(portal, path)
    assert snapshot(portal.folder.parent) == before
    assert len(list(csv.reader(path.open(encoding="utf-8")))) == 18 * each + 21
