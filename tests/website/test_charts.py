"""The geometry of drawings: honest axes, gaps that stay gaps, labels that can be read."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from yanlu.website import charts

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
    (line,) = charts.lines([("率", [10.0, None, 30.0, 40.0], "40")], 100.0)
    assert len(line.points) == 3
    assert len(line.segments) == 1


@given(st.lists(st.floats(0, 100), min_size=2, max_size=4))
def test_labels_at_the_ends_of_lines_never_overlap(values: list[float]) -> None:
    drawn = charts.lines([(str(i), [v], str(v)) for i, v in enumerate(values)], 100.0)
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
