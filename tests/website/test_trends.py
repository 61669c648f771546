"""Trends: a subject in a region against its own months before, by a method that has a name."""

from __future__ import annotations

from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from yanlu.model import Cell, Event, Month, Release
from yanlu.settings import Codes
from yanlu.website.numbers import Numbers
from yanlu.website.trends import RULE, Analysis, analyse, trend_figure


def _codes(name: str, *codes: str, **more: str) -> Codes:
    return Codes(name, {code: {"code": code, "name": code, "parent": "", **more} for code in codes})


CODES = {
    "topics": _codes("topics", "trees", "noise"),
    "regions": _codes("regions", "east", "west"),
    "channels": _codes("channels", "phone", "online", writer="citizen"),
}
USUAL = (22, 25, 24, 21, 23)


def _numbers(*received: int, base: int = 5) -> Numbers:
    """A month for each count of what came by telephone about trees in the east."""
    cell = Cell("east", "trees", "phone", Event.RECEIVED)
    months = [Month(2024, 1 + place) for place in range(len(received))]
    releases = [
        Release(month, 1, base, 2, {cell: count} if count else {}, "nonce")
        for month, count in zip(months, received, strict=True)
    ]
    return Numbers(releases, CODES)


def _analysis(*received: int) -> Analysis:
    numbers = _numbers(*received)
    found = analyse(numbers, numbers.months[-1])
    assert found is not None
    return found


def test_the_example_of_the_methods_page_comes_out_as_it_says() -> None:
    (trend,) = _analysis(15, 5, 12, 17, 48, 57).trends
    assert (trend.topic, trend.region, trend.rises) == ("trees", "east", True)
    assert (trend.score.middle, trend.score.spread, round(trend.score.z, 1)) == (15, 3, 9.4)


def test_the_methods_page_states_the_rule_that_is_used() -> None:
    page = (ROOT / "content" / "data" / "methods.md").read_text("utf-8")
    assert f"最多{RULE.most}个月，不到{RULE.fewest}个月的不比" in page
    assert f"绝对值大于{RULE.threshold}的，才算" in page
    assert f"本月不少于{RULE.least}件；减少的，以前的中位数不少于{RULE.least}件" in page


def test_a_rise_and_a_fall_are_told_and_an_ordinary_month_is_not() -> None:
    assert _analysis(*USUAL, 60).trends[0].rises
    assert not _analysis(*(3 * count for count in USUAL), 20).trends[0].rises
    assert _analysis(*USUAL, 27).trends == []


def test_with_fewer_than_four_months_before_nothing_is_compared() -> None:
    for count in range(1, RULE.fewest + 2):
        numbers = _numbers(*[20] * count)
        compared = analyse(numbers, numbers.months[-1])
        assert (compared is None) == (count <= RULE.fewest)


def test_few_matters_are_never_told_of_however_unusual() -> None:
    assert _analysis(0, 0, 0, 0, 0, RULE.least - 1).trends == []
    assert _analysis(*[RULE.least - 1] * 5, 0).trends == []


counts = st.integers(0, 60).map(lambda count: 0 if count < 5 else count)


@given(st.lists(counts, min_size=5, max_size=9), st.data())
def test_what_is_told_holds_for_every_count_that_rounding_may_have_hidden(
    shown: list[int], data: st.DataObject
) -> None:
    def true(count: int) -> int:
        return data.draw(st.integers(0, 4 + (count == 5))) if count in (0, 5) else count

    for trend in _analysis(*shown).trends:
        *before, now = [true(count) for count in shown]
        assert now > max(before) if trend.rises else now < min(before)


@given(st.lists(st.integers(5, 60), min_size=4, max_size=9), st.integers(200, 900))
def test_the_table_holds_every_number_that_a_score_follows_from(
    before: list[int], now: int
) -> None:
    shown = [*before, now]
    found = _analysis(*shown)
    assert found.trends
    figure = trend_figure(_numbers(*shown), found)
    for row, trend in zip(figure.table.rows, found.trends, strict=True):
        assert list(row[1 : 1 + len(shown)]) == shown
        assert trend.score.middle == median(shown[:-1])


def test_a_code_that_came_later_is_not_compared_with_the_time_before_it() -> None:
    late = _codes("topics", "trees", "noise", valid_from="2024-02-01")
    numbers = _numbers(0, 0, 0, 0, 60)
    assert analyse(numbers, numbers.months[-1]).trends  # type: ignore[union-attr]
    numbers = Numbers(numbers.releases, {**CODES, "topics": late})
    assert analyse(numbers, numbers.months[-1]).trends == []  # type: ignore[union-attr]


def test_only_the_newest_months_before_are_compared_with() -> None:
    found = _analysis(*[90] * 5, *[20] * RULE.most, 60)
    assert len(found.before) == RULE.most
    assert found.trends[0].rises
