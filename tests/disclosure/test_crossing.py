"""Coarser crossings: made of sums that readers know, named to an office whose table is too thin."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yanlu.disclosure.crossing import crossings, ladder, refuse_sparse
from yanlu.disclosure.hierarchy import Hierarchy, publish
from yanlu.disclosure.tables import Leaves
from yanlu.errors import DisclosureError

TOWNS = ("a", "b", "c", "d", "e", "f")
ALL = frozenset(TOWNS)


def _hierarchy(name: str, **groups: str) -> Hierarchy:
    """`north="abc"` is the sum over a, b and c."""
    return Hierarchy(name, TOWNS, {code: frozenset(parts) for code, parts in groups.items()})


def _levels(hierarchy: Hierarchy) -> list[str]:
    return [" ".join(blocks) for blocks in ladder(hierarchy)]


LADDERS = {
    "no sums": (_hierarchy("x"), ["a b c d e f"]),
    "one sum over all": (_hierarchy("x", all="abcdef"), ["a b c d e f", "all"]),
    "the same sum twice": (_hierarchy("x", all="abcdef", sum="abcdef"), ["a b c d e f", "all"]),
    "two levels": (
        _hierarchy("x", all="abcdef", north="abc", south="def"),
        ["a b c d e f", "north south", "all"],
    ),
    "uneven levels": (
        _hierarchy("x", all="abcdef", north="abcd", old="ab"),
        ["a b c d e f", "old c d e f", "north e f", "all"],
    ),
    "a sum over some": (_hierarchy("x", citizens="abcd"), ["a b c d e f", "citizens e f"]),
    "two trees that overlap": (
        _hierarchy("x", all="abcdef", p="af", q="ab", r="bc", s="cd", t="de", u="ef"),
        ["a b c d e f", "p r t", "all"],
    ),
    "a sum over one code alone": (_hierarchy("x", only="a"), ["a b c d e f"]),
}


@pytest.mark.parametrize("name", LADDERS)
def test_a_dimension_is_merged_level_by_level_into_its_sums(name: str) -> None:
    hierarchy, levels = LADDERS[name]
    assert _levels(hierarchy) == levels


sums = st.dictionaries(
    st.sampled_from("PQRSTUVW"), st.frozensets(st.sampled_from(TOWNS), min_size=1), max_size=8
)


@given(sums)
def test_every_level_splits_the_leaves_and_cuts_nothing_below(
    groups: dict[str, frozenset[str]],
) -> None:
    levels = ladder(Hierarchy("x", TOWNS, groups))
    for blocks in levels:
        assert sorted(leaf for parts in blocks.values() for leaf in parts) == list(TOWNS)
        assert all(groups.get(code, frozenset({code})) == parts for code, parts in blocks.items())
    for finer, coarser in pairwise(levels):
        assert len(coarser) < len(finer)
        for parts in coarser.values():
            assert all(block <= parts or not block & parts for block in finer.values())


@given(sums, st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_merging_changes_no_published_sum(
    groups: dict[str, frozenset[str]], counts: list[int]
) -> None:
    events = Hierarchy("事件", ("in", "out"), {})
    cells = np.array([[town, event] for town in range(6) for event in range(2)])
    table = Leaves((Hierarchy("地区", TOWNS, groups), events), cells, np.array(counts))
    whole = dict(
        zip(table.hierarchies[0].codes, publish(table.dense(), table.hierarchies), strict=True)
    )
    for crossing in crossings(table):
        merged = crossing.leaves
        shown = publish(merged.dense(), merged.hierarchies)
        for code, row in zip(merged.hierarchies[0].codes, shown, strict=True):
            assert row.tolist() == whole[code].tolist()


def _table(counts: list[int]) -> tuple[np.ndarray, np.ndarray, list[Hierarchy]]:
    """Six towns by two topics, one count after another."""
    cells = np.array([[town, topic] for town in range(6) for topic in range(2)])
    towns = _hierarchy("地区", all="abcdef", north="abc", south="def")
    topics = Hierarchy("主题", ("roads", "noise"), {"every": frozenset({"roads", "noise"})})
    return np.array(counts), cells, [towns, topics]


def test_the_finest_crossing_comes_first_and_is_named_in_words() -> None:
    counts, cells, hierarchies = _table([1] * 12)
    coarser = crossings(Leaves(tuple(hierarchies), cells, counts))
    assert [crossing.words for crossing in coarser] == [
        "不分“主题”",
        "“地区”合并成 2 项",
        "“地区”合并成 2 项，不分“主题”",
        "不分“地区”",
        "不分“地区”，不分“主题”",
    ]


SPARSE = {
    "merging one dimension is enough": ([3, 3] * 6, "最细的是：不分“主题”。"),
    "only the coarsest is enough": ([1, 0, 0, 1] * 3, "最细的是：不分“地区”，不分“主题”。"),
    "nothing is enough": ([1] + [0] * 11, "合并到最粗也不够"),
    "there are no events": ([0] * 12, "合并到最粗也不够"),
}


@pytest.mark.parametrize("name", SPARSE)
def test_a_table_too_sparse_is_refused_with_the_crossing_that_would_do(name: str) -> None:
    counts, words = SPARSE[name]
    with pytest.raises(DisclosureError, match="太稀") as refusal:
        refuse_sparse(*_table(counts), base=5)
    assert words in str(refusal.value)


def test_a_table_without_any_cell_is_refused_too() -> None:
    _, cells, hierarchies = _table([0] * 12)
    with pytest.raises(DisclosureError, match="太稀"):
        refuse_sparse(np.array([], dtype=np.int64), cells[:0], hierarchies, base=5)


def test_less_than_a_tenth_in_larger_cells_is_not_enough() -> None:
    with pytest.raises(DisclosureError, match="太稀"):
        refuse_sparse(*_table([6, *[5] * 11]), base=6)


def test_a_tenth_in_larger_cells_is_enough() -> None:
    refuse_sparse(*_table([5, *[4] * 11]), base=5)
    with pytest.raises(DisclosureError):
        refuse_sparse(*_table([5, *[4] * 11]), base=6)
