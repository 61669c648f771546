"""The geometry of drawings: honest axes, gaps that stay gaps, labels that can be read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.model import Month
from yanlu.website import charts


def _series(label: str, values: list[float | None]) -> charts.Series:
    return charts.Series(label, values, list(map(str, values)), str(values[-1]))


def _months(count: int, first: int) -> list[Month]:
    numbers = range(first - 1, first - 1 + count)
    return [Month(2015 + number // 12, number % 12 + 1) for number in numbers]


# Pixels in the elder view on a telephone of 360: the drawing, a year or "12月" with room beside
# it, a letter. Then those of theme/pages/lines.svg: from a label to its value, the months' line.
CHART, YEAR, LETTER = 311, 36 + 4, 16
VALUE, MONTH_LINE = 17, 212

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


ends = st.lists(st.sampled_from([0.0, 0.0, 100.0]) | st.floats(0, 100), min_size=1, max_size=4)


@given(ends)
def test_labels_at_the_ends_of_lines_never_overlap_and_stay_above_the_months(
    values: list[float | None],
) -> None:
    drawn = charts.lines([_series(str(i), [v]) for i, v in enumerate(values)], 100.0)
    heights = sorted(line.label_y for line in drawn)
    assert all(b - a >= 2 * charts.LABEL_GAP - 1e-6 for a, b in pairwise(heights))
    assert heights[0] - LETTER >= 0
    assert heights[-1] + VALUE <= MONTH_LINE - LETTER


def test_lines_that_all_end_at_zero_are_labelled_in_their_order_above_it() -> None:
    drawn = charts.lines([_series(str(i), [9.0, 0.0]) for i in range(3)], 10.0)
    assert [line.label_y for line in drawn] == [106, 142, 178]


@given(st.integers(1, 60), st.integers(1, 12))
def test_months_are_named_as_far_apart_as_their_letters_need_on_a_telephone(
    count: int, first: int
) -> None:
    months = _months(count, first)
    drawn = charts.ticks(months)
    spots, places = [tick.x for tick in drawn], charts.places(count)
    assert all((b - a) * CHART / 100 >= YEAR for a, b in pairwise(spots))
    assert len(drawn) <= 6
    assert (spots[0], spots[-1]) == (places[0], places[-1])
    assert (drawn[0].month, drawn[-1].month) == (f"{first}月", f"{months[-1].number}月")


@given(st.integers(1, 60), st.integers(1, 12))
def test_the_year_stands_where_it_is_new_and_every_january_has_it(count: int, first: int) -> None:
    months = _months(count, first)
    at = dict(zip(charts.places(count), months, strict=True))
    years = [0]
    for tick in charts.ticks(months):
        years.append(at[tick.x].year)
        assert tick.year == (str(years[-1]) if years[-1] != years[-2] else "")
        assert tick.year or tick.month != "1月"


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "1月2015"),
        (6, "1月2015 2月 3月 4月 5月 6月"),
        (8, "1月2015 3月 5月 8月"),
        (12, "1月2015 4月 7月 12月"),
        (24, "1月2015 7月 1月2016 7月 12月"),
        (60, "1月2015 1月2016 1月2017 1月2018 12月2019"),
    ],
)
def test_months_between_are_those_of_quarters_halves_and_years(count: int, named: str) -> None:
    drawn = charts.ticks(_months(count, 1))
    assert " ".join(tick.month + tick.year for tick in drawn) == named


def test_months_that_are_missing_leave_no_less_room() -> None:
    months = [Month(2015 + n, number) for n in range(8) for number in (1, 7)]
    spots = [tick.x for tick in charts.ticks(months)]
    assert all(b - a >= charts.TICK_WIDTH for a, b in pairwise(spots))


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
