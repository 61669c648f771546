"""Every sum on the site is a sum of released cells; internal records stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import ROOT
from yanlu.model import Event, Month, period
from yanlu.packages.read import newest, read_release
from yanlu.settings import open_portal
from yanlu.website.figures import Dimension, breakdown
from yanlu.website.numbers import Numbers, Where


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    """The released counts of the reference office."""
    data = Path(ROOT / "data")
    releases = [read_release(data, entry.month, entry.version) for entry in newest(data)]
    return Numbers(releases, open_portal(ROOT).codes)


def test_a_sum_is_the_sum_of_its_cells(numbers: Numbers) -> None:
    june = numbers.releases[-1]
    by_hand = sum(
        count
        for cell, count in june.counts.items()
        if cell.region == "roxbury"
        and cell.event is Event.RECEIVED
        and cell.channel in ("phone", "online", "letter", "visit")
    )
    assert numbers.count(Where(june.month, region="roxbury"), Event.RECEIVED) == by_hand


def test_internal_records_are_never_added_to_what_citizens_wrote(numbers: Numbers) -> None:
    everything = sum(
        count
        for release in numbers.releases
        for cell, count in release.counts.items()
        if cell.event is Event.RECEIVED
    )
    citizens = numbers.count(Where(), Event.RECEIVED)
    internal = numbers.count(Where(channel="internal"), Event.RECEIVED)
    assert internal > 0
    assert citizens + internal == everything
    assert "internal" not in numbers.channels


@pytest.mark.parametrize("by", list(Dimension))
def test_every_breakdown_has_the_same_total(numbers: Numbers, by: Dimension) -> None:
    figure = breakdown(numbers, by, Where(), "全市", 30)
    received = [column.name for column in figure.table.columns].index(Event.RECEIVED)
    assert figure.table.total[received] == numbers.count(Where(), Event.RECEIVED)


@pytest.mark.parametrize("by", list(Dimension))
def test_every_share_is_withheld_below_the_denominator_that_the_office_set(
    numbers: Numbers, by: Dimension
) -> None:
    received = numbers.count(Where(), Event.RECEIVED)
    for minimum, said in ((received, True), (received + 1, False)):
        table = breakdown(numbers, by, Where(), "全市", minimum).table
        shares = [row[-1] for row in (*table.rows, table.total)]
        assert all((str(share) != "–") is said for share in shares)


def test_places_are_listed_by_code_and_never_ranked(numbers: Numbers) -> None:
    rows = breakdown(numbers, Dimension.REGION, Where(), "全市", 30).table.rows
    shown = [row[0].code for row in rows]  # type: ignore[union-attr]
    assert shown == list(numbers.codes["regions"].leaves)


def test_periods_are_said_in_words() -> None:
    january, june = Month(2015, 1), Month(2015, 6)
    assert period([june]) == "2015年6月"
    half = [Month(2015, number) for number in range(1, 7)]
    assert period(half) == "2015年1月至6月"
    assert period([january, *half[2:]]) == "2015年1月、3月至6月"
    assert period([january, june]) == "2015年1月、6月"
    assert period([Month(2015, 12), Month(2016, 1)]) == "2015年12月至2016年1月"
    assert period([january, Month(2016, 2)]) == "2015年1月、2016年2月"
