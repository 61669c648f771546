"""The gate: a frozen release, and corrections that move as little as they can."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.release import Correction, release
from yanlu.errors import DisclosureError
from yanlu.model import Cell, Cube, Event, Month, Release

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
@settings(max_examples=60, deadline=None)
def test_the_same_cube_gives_the_same_release(cube: Cube) -> None:
    assert _release(cube) == _release(Cube(MARCH, dict(reversed(cube.counts.items()))))


@given(cubes, cells, st.integers(1, 12))
@settings(max_examples=120, deadline=None)
def test_a_correction_moves_only_cells_that_cross_a_step(
    cube: Cube, changed: Cell, count: int
) -> None:
    first = _release(cube)
    corrected = Cube(MARCH, {**cube.counts, changed: count})
    try:
        second = _release(corrected, Correction(first, "late-records"))
    except DisclosureError:
        return  # nothing that was published would change
    assert second.version == 2
    assert second.revises == 1
    for cell in {*cube.counts, *corrected.counts} - {changed}:
        assert second.counts.get(cell, 0) == first.counts.get(cell, 0)


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
