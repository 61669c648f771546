"""A roll-up tells no more than what it is made of, and does not come out where it would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanlu.disclosure.audit.attack import Finding
from yanlu.disclosure.audit.axes import make_axis
from yanlu.disclosure.audit.judge import Verdict, judge
from yanlu.disclosure.audit.knowledge import Rounding
from yanlu.disclosure.audit.space import Space, Table
from yanlu.disclosure.hierarchy import Hierarchy, Relation
from yanlu.disclosure.joined import Place, join
from yanlu.disclosure.linked import Part, audit_together
from yanlu.disclosure.release import release
from yanlu.errors import DisclosureError, TableError
from yanlu.model import Cell, Cube, Event, Month, Release, RollUp

MARCH = Month(2024, 3)
COUNTIES = ("east", "west", "north")
TOWNS, TOPICS, CHANNELS = ("a", "b", "c"), ("roads", "noise"), ("phone", "online")
WITHIN = {"city": [*COUNTIES, "downtown"]}
EVENTS = (Event.RECEIVED, Event.ON_TIME)


def _release(counts: Mapping[Cell, int], regions: Sequence[str]) -> Release:
    """What an office publishes of true counts."""
    divided = [
        Hierarchy(name, leaves, {"all": frozenset(leaves)})
        for name, leaves in (("region", regions), ("topic", TOPICS), ("channel", CHANNELS))
    ]
    return release(Cube(MARCH, counts), divided, base=5, key=b"k" * 32).release


def _county(region: str, figures: Release | RollUp, regions: Sequence[str] = TOWNS) -> Part:
    return Part(region, figures, regions, TOPICS, CHANNELS, region)


@st.composite
def counts(draw: st.DrawFn, regions: Sequence[str] = TOWNS) -> dict[Cell, int]:
    """True counts of an office, most of them small."""
    grid = [Cell(*codes) for codes in product(regions, TOPICS, CHANNELS, EVENTS)]
    numbers = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 40])
    told = draw(st.lists(numbers, min_size=len(grid), max_size=len(grid)))
    return {cell: count for cell, count in zip(grid, told, strict=True) if count}


offices = st.lists(counts(), min_size=1, max_size=len(COUNTIES))


def _full(
    parts: Sequence[Part], *, summed: bool, divided: Sequence[str] = (), base: int = 5
) -> Verdict:
    """What the auditor finds of all cells of all offices at once, with or without the sums.

    `divided` are the regions that make up "city".
    """
    relations, tables = [Relation("nothing", "Total", "")], []
    for at, part in enumerate(parts):
        shown: dict[tuple[str, ...], int] = {}
        for ours in part.grid(part.claimed):
            whole = "\t".join(ours)
            for theirs in part.within(ours) if part.region else ():
                code = f"{at} " + "\t".join(theirs)
                shown[code,] = part.figures.counts.get(theirs, 0)
                relations.append(Relation(code, whole if summed else "Total", ""))
            if summed or not part.region:
                shown[whole,] = sum(part.counted.get(ours, {}).values())
            if ours.region == "city":
                parted = ("\t".join(ours._replace(region=below)) for below in divided)
                relations += [Relation(code, whole, "") for code in parted]
        tables.append(Table(part.name, shown))
    below = {relation.child for relation in relations}
    used = [key[0] for table in tables for key in table.shown]
    relations += [Relation(code, "Total", "") for code in dict.fromkeys(used) if code not in below]
    return judge(tables, Space((make_axis("cell", used, relations),)), Rounding(base))


def _of_offices(verdict: Verdict) -> Mapping[str, Finding]:
    assert verdict.shown == ()
    return {key[0]: found for key, found in verdict.findings.items() if " " in key[0]}


@given(offices)
@settings(max_examples=8, deadline=None)
def test_beside_a_roll_up_a_reader_knows_no_more_of_any_office_than_without_it(
    truths: list[dict[Cell, int]],
) -> None:
    parts = [_county(c, _release(t, TOWNS)) for c, t in zip(COUNTIES, truths, strict=False)]
    rolled = join(Place(MARCH), parts, WITHIN, base=5).rollup
    with_sums = _of_offices(_full(parts, summed=True))
    assert with_sums == _of_offices(_full(parts, summed=False))
    assert set(with_sums.values()) <= {Finding.SAFE}
    for part in parts:
        for ours in part.grid([str(part.region)]):
            told = sum(part.figures.counts.get(theirs, 0) for theirs in part.within(ours))
            assert rolled.counts.get(ours, 0) == told


@given(offices)
@settings(max_examples=10, deadline=None)
def test_the_order_of_offices_and_cells_means_nothing(truths: list[dict[Cell, int]]) -> None:
    parts = [_county(c, _release(t, TOWNS)) for c, t in zip(COUNTIES, truths, strict=False)]
    assert join(Place(MARCH), parts, WITHIN, base=5) == join(
        Place(MARCH), parts[::-1], WITHIN, base=5
    )


@st.composite
def beside_a_total(draw: st.DrawFn) -> list[Part]:
    """Counties, some published, beside a city that rounds the true total of them all anew."""
    published = draw(st.integers(1, 3))
    truths = [
        {
            Cell(town, "roads", "phone", Event.RECEIVED): draw(st.sampled_from(told))
            for town in TOWNS[:2]
        }
        for told in ([6, 6, 7, 40, 0], *[[6, 6, 7, 40, 5]] * (published - 1), *[[0, 1, 3, 9]] * 2)
    ][: len(COUNTIES)]
    whole = sum(sum(truth.values()) for truth in truths)
    total = _release({Cell("city", "roads", "phone", Event.RECEIVED): whole}, ("city", "rest"))
    shown = (_release({c: n for c, n in t.items() if n}, TOWNS[:2]) for t in truths[:published])
    counties = zip(COUNTIES, shown, strict=False)
    return [
        Part("city", total, ("city",), ("roads",), ("phone",)),
        *(Part(c, r, TOWNS[:2], ("roads",), ("phone",), c) for c, r in counties),
    ]


@given(beside_a_total())
@settings(max_examples=25, deadline=None)
def test_what_is_attacked_of_each_kind_is_what_an_attack_on_everything_finds(
    parts: list[Part],
) -> None:
    found = audit_together(parts, {"city": COUNTIES}, base=5)
    whole = _full(parts, summed=True, divided=COUNTIES)
    assert found.verdict.leaks == whole.leaks
    assert bool(found.tables) == whole.leaks
    assert found.verdict.of(Finding.EXACT) == whole.of(Finding.EXACT)


@given(st.integers(2, 5), st.data())
@settings(max_examples=12, deadline=None)
def test_of_many_alike_few_are_attacked_and_what_is_found_is_what_all_of_them_would_show(
    base: int, data: st.DataObject
) -> None:
    """With a base of 2 two numbers are left of a small cell, which is a leak; with others none."""
    towns = [f"town-{n}" for n in range(5)]
    numbers = st.sampled_from([0, 0, base, base, base + 1, 40])
    told = data.draw(st.lists(numbers, min_size=2 * len(towns), max_size=2 * len(towns)))
    cells = [Cell(*codes, "phone", Event.RECEIVED) for codes in product(towns, TOPICS)]
    counts = dict(zip(cells, told, strict=True))
    shown = RollUp(MARCH, 1, base, {cell: count for cell, count in counts.items() if count})
    part = Part("east", shown, towns, TOPICS, ("phone",), "east")
    few, whole = audit_together([part], {}, base=base), _full([part], summed=True, base=base)
    attacked = _of_offices(few.verdict)
    assert attacked.items() <= _of_offices(whole).items()
    small = {counts.get(Cell(*code.removeprefix("0 ").split("\t")), 0) for code in attacked}
    assert small == {0} | {base} & {*told}  # of other events all is 0
    assert few.verdict.leaks == whole.leaks == (base == 2)
    assert few.verdict.decided


def test_what_is_attacked_stays_small_however_finely_an_office_divides_its_table() -> None:
    villages = [f"v{n:04}" for n in range(2_000)]
    counts = {
        Cell(village, topic, channel, event): 5
        for at, (topic, channel, event) in enumerate(product(TOPICS, CHANNELS, Event))
        for village in villages[: 90 * at]  # no two sums have as many parts that are 0
    }
    part = Part("west", RollUp(MARCH, 1, 5, counts), villages, TOPICS, CHANNELS, "west")
    found = audit_together([part], {}, base=5).verdict
    assert found.decided
    assert not found.leaks
    assert len(found.findings) < 50


CELL = Cell("a", "roads", "phone", Event.RECEIVED)


def _nested(total: int, one: int, other: int) -> list[Part]:
    """An own table whose cell for the whole city stands beside all counties but one."""
    city = Part(
        "市信访局",
        Release(MARCH, 1, 5, 2, {CELL._replace(region="city"): total}, "n"),
        ("city",),
        ("roads",),
        ("phone",),
    )
    shown = [Release(MARCH, 1, 5, 2, {CELL: count}, "n") for count in (one, other)]
    told = zip(COUNTIES, shown, strict=False)
    return [city, *(Part(c, r, ("a",), ("roads",), ("phone",), c) for c, r in told)]


def test_a_total_beside_all_counties_but_one_is_caught_and_no_number_is_told() -> None:
    within = {"city": COUNTIES}
    with pytest.raises(DisclosureError, match="泄露：2024年3月市信访局、east、west的表") as refused:
        join(Place(MARCH), _nested(103, 60, 40), within, base=5)
    assert refused.value.exit_code == 1
    assert not any(number in str(refused.value) for number in ("103", "60", "40", "3 件"))
    assert not audit_together(_nested(120, 60, 40), within, base=5).verdict.leaks
    with pytest.raises(TableError, match="互相矛盾"):
        join(Place(MARCH), _nested(80, 60, 40), within, base=5)


@given(st.integers(0, 12), st.integers(5, 9), st.integers(5, 9))
@settings(max_examples=20, deadline=None)
def test_what_a_total_leaves_is_a_leak_exactly_when_it_tells_a_small_count(
    left: int, one: int, other: int
) -> None:
    parts = _nested(one + other + left, one, other)
    found = audit_together(parts, {"city": COUNTIES}, base=5).verdict
    raised = [low for low in (one, other) if low == 5]  # 1 to 5 in truth
    least, most = left, left + 4 * len(raised)
    assert found.leaks == (least < 5 and most - least < 2)


def test_true_counts_and_other_bases_do_not_get_in() -> None:
    with pytest.raises(DisclosureError, match="没有经过舍入"):
        _county("east", Release(MARCH, 1, 5, 2, {CELL: 3}, "n"))
    with pytest.raises(DisclosureError, match="舍入基数是 3"):
        join(Place(MARCH), [_county("east", Release(MARCH, 1, 3, 2, {CELL: 3}, "n"))], {}, base=5)
    with pytest.raises(DisclosureError, match="不是2024年3月的"):
        join(
            Place(MARCH),
            [_county("east", Release(MARCH.next, 1, 5, 2, {CELL: 9}, "n"))],
            {},
            base=5,
        )
    with pytest.raises(DisclosureError, match="小于 5"):
        RollUp(MARCH, 1, 5, {CELL: 4})


def test_topics_that_become_one_of_ours_are_added_up() -> None:
    counts = {CELL: 7, CELL._replace(topic="paths"): 5, CELL._replace(topic="noise"): 9}
    part = Part(
        "东区",
        Release(MARCH, 1, 5, 2, counts, "n"),
        TOWNS,
        ("roads", "paths", "noise"),
        ("phone",),
        "east",
        {"paths": "roads"},
    )
    rolled = join(Place(MARCH), [part], {}, base=5).rollup.counts
    at = CELL._replace(region="east")
    assert rolled == {at._replace(topic="noise"): 9, at: 12}
