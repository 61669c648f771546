"""The geometry of drawings: honest axes, gaps that stay gaps, labels that can be read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.website import charts


def _series(label: str, values: list[float | None]) -> charts.Series:
    return charts.Series(label, values, list(map(str, values)), str(values[-1]))


sizes = st.lists(st.integers(0, 10**6), min_size=1, max_size=30)


@given(sizes)
def test_bars_start_at_zero_and_keep_their_proportion(values: list[int]) -> None:
    drawn = charts.bars([(str(v), float(v), str(v)) for v in values])
    largest = max(values) or 1
    for bar, value in zip(drawn, values, strict=True):
        assert abs(bar.length - charts.WIDEST_BAR * value / largest) <= 0.01


@given(st.floats(0.001, 10**9))
def test_the_axis_ends_at_a_round_number_not_far_above(largest: float) -> None:
    top = charts.axis_top(largest)
    assert top >= largest
    assert top % 2 == 0
    assert top <= max(2.0, 2.5 * largest)


def test_a_gap_in_a_line_stays_a_gap() -> None:
    (line,) = charts.lines([_series("率", [10.0, None, 30.0, 40.0])], 100.0)
    assert len(line.points) == 3
    assert len(line.segments) == 1


@given(st.lists(st.floats(0, 100), min_size=2, max_size=4))
def test_labels_at_the_ends_of_lines_never_overlap(values: list[float | None]) -> None:
    drawn = charts.lines([_series(str(i), [v]) for i, v in enumerate(values)], 100.0)
    heights = sorted(line.label_y for line in drawn)
    assert all(b - a >= 2 * charts.LABEL_GAP - 1e-6 for a, b in pairwise(heights))


def test_a_withheld_value_is_left_out_of_a_small_line() -> None:
    assert charts.spark([10, None, 10]) == "2.0,2.0 98.0,2.0"


@given(sizes)
def test_small_lines_stay_in_their_box(values: list[int]) -> None:
    for point in charts.spark(values).split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= 100
        assert 0 <= y <= 24


@given(st.lists(st.integers(1, 10**6), min_size=3, max_size=3))
def test_the_parts_of_a_bar_follow_each_other_and_fill_it(parts: list[int]) -> None:
    shares = [round(100 * part / sum(parts), 1) for part in parts]
    (bar,) = charts.stacks([("三月", shares, list(map(str, shares)))])
    for one, after in pairwise(bar.parts):
        assert one.x + one.length == pytest.approx(after.x, abs=0.011)
    assert bar.parts[-1].x + bar.parts[-1].length == pytest.approx(100, abs=0.2)


def test_a_bar_whose_parts_are_withheld_is_not_drawn() -> None:
    (bar,) = charts.stacks([("三月", [None, None, None], ["–", "–", "–"])])
    assert bar.parts == ()


@given(sizes)
def test_tiles_keep_order_and_place_and_their_short_bars_their_proportion(
    values: list[int],
) -> None:
    drawn, step = charts.tiles([(f"地方{n}", float(v), str(v)) for n, v in enumerate(values)])
    assert [tile.words for tile in drawn] == list(map(str, values))
    assert len({(tile.x, tile.y) for tile in drawn}) == len(values)
    for tile, value in zip(drawn, values, strict=True):
        assert tile.x + charts.COLUMN <= 100
        assert tile.y % step == 0
        assert tile.width == pytest.approx(charts.COLUMN * value / (max(values) or 1), abs=0.01)
        assert 1 <= tile.band <= 4


@given(st.lists(st.lists(st.integers(0, 10**6), min_size=4, max_size=4), min_size=1, max_size=9))
def test_panels_have_one_scale_from_zero(rows: list[list[int]]) -> None:
    drawn, _ = charts.panels([("某地", row, list(map(str, row))) for row in rows])
    largest = max(max(row) for row in rows) or 1
    for panel, row in zip(drawn, rows, strict=True):
        for point, value in zip(panel.points, row, strict=True):
            assert panel.base - point.y == pytest.approx(charts.PANEL * value / largest, abs=0.11)


def test_a_name_fits_its_tile() -> None:
    lines = charts.name_lines("芬威—肯莫尔—朗伍德")
    assert "".join(lines) == "芬威—肯莫尔—朗伍德"
    assert all(len(line) <= charts.NAME_CHARACTERS for line in lines)
