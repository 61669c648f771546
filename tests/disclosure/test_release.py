"""The gate: a frozen release, and corrections that move as little as they can."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.release import Correction, release
from yanlu.disclosure.rounding import METHOD
from yanlu.disclosure.versions import interval, leaks
from yanlu.errors import DisclosureError
from yanlu.model import Cell, Cube, Event, Issued, Month, Release

MARCH = Month(2024, 3)
REGIONS, TOPICS, CHANNELS = ("east", "west"), ("roads", "noise", "trees"), ("phone", "online")
DIMENSIONS = [
    Hierarchy(name, leaves, {"all": frozenset(leaves)})
    for name, leaves in (("region", REGIONS), ("topic", TOPICS), ("channel", CHANNELS))
]
cells = st.builds(
    Cell,
    st.sampled_from(REGIONS),
    st.sampled_from(TOPICS),
    st.sampled_from(CHANNELS),
    st.sampled_from(Event),
)
cubes = st.dictionaries(cells, st.integers(1, 12), min_size=1).map(lambda c: Cube(MARCH, c))


def _release(cube: Cube, correction: Correction | None = None) -> Release:
    return release(cube, DIMENSIONS, base=5, key=b"k" * 32, correction=correction).release


@given(cubes)
@settings(max_examples=40, deadline=None)
def test_the_same_cube_gives_the_same_release(cube: Cube) -> None:
    assert _release(cube) == _release(Cube(MARCH, dict(reversed(cube.counts.items()))))


def _changed(cube: Cube, cell: Cell, count: int) -> Cube:
    counts = {**cube.counts, cell: count}
    return Cube(MARCH, {cell: count for cell, count in counts.items() if count})


@given(cubes, cells, st.integers(0, 12))
@settings(max_examples=80, deadline=None)
def test_a_correction_changes_no_cell_whose_true_count_did_not_change(
    cube: Cube, changed: Cell, count: int
) -> None:
    first = _release(cube)
    corrected = _changed(cube, changed, count)
    try:
        second = _release(corrected, Correction(first, "late-records"))
    except DisclosureError:
        return  # nothing that was published would change
    assert second.version == 2
    assert second.revises == 1
    for cell in {*cube.counts, *corrected.counts} - {changed}:
        assert second.counts.get(cell, 0) == first.counts.get(cell, 0)


STAYS = {0: range(5), 5: range(6), 7: range(7, 8)}


@pytest.mark.parametrize("shown", STAYS)
@pytest.mark.parametrize("true", range(10))
def test_a_released_value_stays_until_the_true_count_crosses_a_step(shown: int, true: int) -> None:
    cell, other = Cell("east", "roads", "phone", Event.RECEIVED), Event.OVERDUE
    grown = cell._replace(event=other)
    earlier = Release(MARCH, 1, 5, METHOD, {cell: shown, grown: 8} if shown else {grown: 8}, "n")
    cube = _changed(Cube(MARCH, {grown: 9}), cell, true)
    later = _release(cube, Correction(earlier, "late-records")).counts.get(cell, 0)
    if true in STAYS[shown]:
        assert later == shown
    elif true >= 5:
        assert later == true
    else:
        assert later in (0, 5)


chains = st.lists(st.tuples(cells, st.integers(0, 8)), min_size=1, max_size=8)


@given(cubes, chains)
@settings(max_examples=40, deadline=None)
def test_no_chain_of_corrections_narrows_a_small_cell(
    cube: Cube, changes: list[tuple[Cell, int]]
) -> None:
    truth, versions = [cube], [_release(cube)]
    for cell, count in changes:
        cube = _changed(cube, cell, count)
        try:
            versions.append(_release(cube, Correction(versions[-1], "late-records")))
            truth.append(cube)
        except DisclosureError:
            continue
    before: Release | None = None
    for true, shown in zip(truth, versions, strict=True):
        for cell in {*true.counts, *shown.counts, *(before.counts if before else ())}:
            was = before.counts.get(cell, 0) if before else None
            low, high = interval(shown.counts.get(cell, 0), was, 5)
            assert low <= true.counts.get(cell, 0) <= high
        before = shown
    assert list(leaks(Issued(MARCH, v.version, 5, (v.counts,)) for v in versions)) == []


def test_an_old_release_can_be_remade_and_says_by_which_method() -> None:
    cube = Cube(MARCH, {Cell("east", "roads", "phone", event): 3 for event in Event})
    old = release(cube, DIMENSIONS, base=5, key=b"k" * 32, method=1).release
    assert (old.method, _release(cube).method) == (1, METHOD)
    with pytest.raises(DisclosureError, match="不认识舍入办法"):
        release(cube, DIMENSIONS, base=5, key=b"k" * 32, method=99)


def test_a_correction_that_changes_nothing_is_refused() -> None:
    cube = Cube(MARCH, {Cell("east", "roads", "phone", Event.RECEIVED): 8})
    with pytest.raises(DisclosureError, match="不必发布"):
        _release(cube, Correction(_release(cube), "late-records"))


def test_the_nonce_differs_between_months_and_versions() -> None:
    counts = {Cell("east", "roads", "phone", Event.RECEIVED): 8}
    first = _release(Cube(MARCH, counts))
    other = _release(Cube(MARCH.next, counts))
    more = Cube(MARCH, {Cell("east", "roads", "phone", Event.RECEIVED): 9})
    second = _release(more, Correction(first, "late-records"))
    assert len({first.nonce, other.nonce, second.nonce}) == 3
