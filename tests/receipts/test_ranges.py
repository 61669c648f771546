"""A tree that is kept by its complete subtrees alone grows to the same roots as the whole tree."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yanlu.receipts.merkle import EMPTY_ROOT, tree_of
from yanlu.receipts.ranges import Frontier

LINES = [str(number).encode() for number in range(700)]
TREE = tree_of(LINES)


@given(st.lists(st.integers(0, len(LINES)), max_size=5))
def test_whatever_the_steps_the_roots_are_those_of_the_tree(sizes: list[int]) -> None:
    kept, before = Frontier(), 0
    for size in sorted(sizes):
        kept, before = kept.grown(LINES[before:size]), size
        assert (kept.size, kept.root, kept.is_whole) == (size, TREE.root(size), True)


def test_an_empty_tree_has_the_empty_root_and_a_wrong_number_of_hashes_is_seen() -> None:
    assert Frontier().root == EMPTY_ROOT
    kept = Frontier().grown(LINES[:5])
    assert not Frontier(6, kept.hashes[:1]).is_whole
    assert not Frontier(5, [kept.hashes[0], b"short"]).is_whole
