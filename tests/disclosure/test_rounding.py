"""Small-count rounding: what is promised of every table and every key."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yanlu.disclosure import rounding
from yanlu.disclosure.hierarchy import Hierarchy, Integers
from yanlu.disclosure.rounding import METHOD, ranks, round_small_counts
from yanlu.errors import DisclosureError

VECTORS = Path(__file__).parents[1] / "vectors" / "disclosure"


def _hierarchy(name: str, width: int) -> Hierarchy:
    leaves = tuple(f"{name}{i}" for i in range(width))
    groups = {"all": frozenset(leaves)}
    if width > 2:  # two hierarchies that overlap in one dimension
        groups |= {"even": frozenset(leaves[::2]), "first": frozenset(leaves[: width // 2 + 1])}
    return Hierarchy(name, leaves, groups)


@st.composite
def tables(draw: st.DrawFn) -> tuple[Integers, Integers, list[Hierarchy], int]:
    """Counts, cells, hierarchies and a base."""
    widths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    hierarchies = [_hierarchy(f"d{i}_", width) for i, width in enumerate(widths)]
    places = list(np.ndindex(*widths))
    chosen = draw(st.lists(st.sampled_from(places), min_size=1, unique=True))
    counts = draw(st.lists(st.integers(0, 14), min_size=len(chosen), max_size=len(chosen)))
    return np.array(counts), np.array(chosen), hierarchies, draw(st.sampled_from([3, 5, 10]))


def _round(
    table: tuple[Integers, Integers, list[Hierarchy], int], key: bytes, method: int = METHOD
) -> Integers:
    counts, cells, hierarchies, base = table
    names = [str(cell).encode() for cell in cells.tolist()]
    rank = ranks(names, key=key, context=b"test")
    return round_small_counts(counts, cells, hierarchies, base=base, rank=rank, method=method)


def _published(counts: Integers, cells: Integers, hierarchies: list[Hierarchy]) -> Integers:
    table = np.zeros([len(h.leaves) for h in hierarchies], dtype=np.int64)
    table[tuple(cells.T)] = counts
    for axis, hierarchy in enumerate(hierarchies):
        table = np.moveaxis(np.tensordot(hierarchy.sums(), table, axes=(1, axis)), 0, axis)
    return table


@given(tables(), st.binary(min_size=32, max_size=32))
@settings(max_examples=150, deadline=None)
def test_nothing_small_is_published_and_large_cells_stay_exact(table: tuple, key: bytes) -> None:
    counts, cells, hierarchies, base = table
    rounded = _round(table, key)
    large = (counts == 0) | (counts >= base)
    assert (rounded[large] == counts[large]).all()
    assert set(rounded[~large].tolist()) <= {0, base}
    published = _published(rounded, cells, hierarchies)
    assert not ((published > 0) & (published < base)).any()


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=75, deadline=None)
def test_the_order_of_rows_changes_nothing(table: tuple, random: object) -> None:
    counts, cells, hierarchies, base = table
    order = list(range(len(counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = _round((counts[order], cells[order], hierarchies, base), b"k" * 32)
    assert (shuffled == _round(table, b"k" * 32)[order]).all()


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=75, deadline=None)
def test_many_blocks_keep_the_same_promises(table: tuple, random: object) -> None:
    counts, cells, hierarchies, base = table
    order = list(range(len(counts)))
    random.shuffle(order)  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounding, "BLOCK", 7)
        rounded = _round(table, b"k" * 32)
        shuffled = _round((counts[order], cells[order], hierarchies, base), b"k" * 32)
    small = (counts > 0) & (counts < base)
    assert (rounded[~small] == counts[~small]).all()
    assert set(rounded[small].tolist()) <= {0, base}
    assert (shuffled == rounded[order]).all()


@given(tables())
@settings(max_examples=75, deadline=None)
def test_raising_one_more_cell_would_not_come_closer(table: tuple) -> None:
    counts, cells, hierarchies, base = table
    rounded = _round(table, b"k" * 32)
    truth = _published(counts, cells, hierarchies)
    small = np.flatnonzero((counts > 0) & (counts < base))

    def cost(values: Integers) -> int:
        return int(((_published(values, cells, hierarchies) - truth) ** 2).sum())

    reached = cost(rounded)
    none = np.where((counts > 0) & (counts < base), 0, counts)
    assert reached <= cost(none)
    for cell in small[:6]:
        flipped = rounded.copy()
        flipped[cell] = base - flipped[cell]
        if flipped[cell]:
            assert reached <= cost(flipped)


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_vectors_hold_byte_for_byte(path: Path) -> None:
    vector = json.loads(path.read_text("utf-8"))
    hierarchies = [
        Hierarchy(h["name"], tuple(h["leaves"]), {g: frozenset(p) for g, p in h["groups"].items()})
        for h in vector["hierarchies"]
    ]
    cells = np.array(vector["cells"])
    table = (np.array(vector["counts"]), cells, hierarchies, vector["base"])
    for method, rounded in vector["rounded"].items():
        assert _round(table, bytes.fromhex(vector["key"]), int(method)).tolist() == rounded


def test_another_key_breaks_ties_otherwise() -> None:
    hierarchies = [_hierarchy("a", 5), _hierarchy("b", 5)]
    cells = np.array(list(np.ndindex(5, 5)))
    table = (np.full(25, 2), cells, hierarchies, 5)
    seen = {tuple(_round(table, bytes([i]) * 32).tolist()) for i in range(8)}
    assert len(seen) > 1


BAD = {
    "negative": (np.array([1, -1]), np.array([[0], [1]]), 5, "负数"),
    "fractional": (np.array([1.5, 2.0]), np.array([[0], [1]]), 5, "整数"),
    "repeated cell": (np.array([1, 2]), np.array([[0], [0]]), 5, "重复"),
    "unknown code": (np.array([1, 2]), np.array([[0], [9]]), 5, "没有的代码"),
    "wrong shape": (np.array([1, 2]), np.array([[0, 0], [1, 0]]), 5, "每个维度"),
    "base too small": (np.array([1, 2]), np.array([[0], [1]]), 2, "至少是 3"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_tables_are_refused(name: str) -> None:
    counts, cells, base, words = BAD[name]
    with pytest.raises(DisclosureError, match=words):
        round_small_counts(counts, cells, [_hierarchy("a", 3)], base=base, rank=np.arange(2))


@pytest.mark.parametrize(
    ("leaves", "groups"),
    [
        ((), {}),
        (("a", "a"), {}),
        (("a", "b"), {"a": frozenset({"b"})}),
        (("a",), {"sum": frozenset()}),
        (("a",), {"sum": frozenset({"z"})}),
    ],
    ids=["no leaves", "repeated leaf", "sum with a leaf's code", "empty sum", "unknown leaf"],
)
def test_bad_hierarchies_are_refused(leaves: tuple, groups: dict) -> None:
    with pytest.raises(DisclosureError):
        Hierarchy("x", leaves, groups)
