"""The tree: agrees with the vectors, and no slip in a proof or in a log passes."""

from __future__ import annotations

from base64 import b64decode
from contextlib import nullcontext
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import receipt_vectors as vectors
from yanlu.errors import LogError
from yanlu.receipts.merkle import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    leaf_hash,
    tree_of,
)

entries = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def _naive(entries: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    half = 1
    while half * 2 < len(entries):
        half *= 2
    return sha256(b"\1" + _naive(entries[:half]) + _naive(entries[half:])).digest()


def test_every_inclusion_of_the_vectors_is_made_and_accepted() -> None:
    tree = tree_of(vectors.entries())
    told = vectors.load("inclusion.json")
    assert len(told) == 1275
    for one in told:
        path, root = vectors.hashes(one["proof"]), b64decode(one["root"])
        leaf = b64decode(one["leafHash"])
        assert tree.inclusion(one["leafIdx"], one["treeSize"]) == path
        assert tree.root(one["treeSize"]) == root
        check_inclusion(leaf, one["leafIdx"], one["treeSize"], path, root)


def test_every_consistency_of_the_vectors_is_made_and_accepted() -> None:
    tree = tree_of(vectors.entries())
    told = vectors.load("consistency.json")
    assert len(told) == 1275
    for one in told:
        path, old, new = vectors.hashes(one["proof"]), one["size1"], one["size2"]
        assert tree.consistency(old, new) == path
        check_consistency(old, new, path, b64decode(one["root1"]), b64decode(one["root2"]))


def test_leaves_are_those_of_the_vectors() -> None:
    for one in vectors.load("log/leaves.json"):
        assert leaf_hash(one["entry"].encode()).hex() == one["leaf_hash"]


@given(entries)
def test_every_earlier_root_is_that_of_the_standard(entries: list[bytes]) -> None:
    tree = tree_of(entries)
    assert tree.size == len(entries)
    assert tree.root(0) == EMPTY_ROOT
    for size in range(len(entries) + 1):
        assert tree.root(size) == _naive(entries[:size])


@given(entries, st.data())
def test_any_inclusion_is_shown_and_no_altered_one(
    entries: list[bytes], data: st.DataObject
) -> None:
    tree = tree_of(entries)
    size = data.draw(st.integers(1, len(entries)))
    index = data.draw(st.integers(0, size - 1))
    path, root, leaf = tree.inclusion(index, size), tree.root(size), leaf_hash(entries[index])
    check_inclusion(leaf, index, size, path, root)
    refused = [
        (leaf_hash(entries[index] + b"!"), index, size, path, root),
        (leaf, index, size, [*path, root], root),
        (leaf, index, size, path, leaf_hash(root)),
        (leaf, size, size, path, root),
        (leaf[:31], index, size, path, root),
    ]
    refused += [(leaf, index, size, path[:at], root) for at in range(len(path))]
    for at, step in enumerate(path):
        altered = [*path[:at], bytes([step[0] ^ 1]) + step[1:], *path[at + 1 :]]
        refused.append((leaf, index, size, altered, root))
    for arguments in refused:
        with pytest.raises(LogError):
            check_inclusion(*arguments)


@given(entries, st.data())
def test_any_consistency_is_shown_and_no_altered_one(
    entries: list[bytes], data: st.DataObject
) -> None:
    tree = tree_of(entries)
    new = data.draw(st.integers(1, len(entries)))
    old = data.draw(st.integers(1, new))
    path, before, after = tree.consistency(old, new), tree.root(old), tree.root(new)
    check_consistency(old, new, path, before, after)
    refused = [
        (old, new, [*path, after], before, after),
        (old, new, path, leaf_hash(before), after),
        (old, new, path, before, leaf_hash(after)),
        (new + 1, new, path, before, after),
        (0, new, path, before, after),
    ]
    refused += [(old, new, path[:at], before, after) for at in range(len(path))]
    for at, step in enumerate(path):
        altered = [*path[:at], bytes([step[0] ^ 1]) + step[1:], *path[at + 1 :]]
        refused.append((old, new, altered, before, after))
    for arguments in refused:
        with pytest.raises(LogError):
            check_consistency(*arguments)


@given(entries, st.data())
def test_any_edit_loss_or_addition_changes_the_root(
    entries: list[bytes], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    tree = tree_of(entries)
    edited = tree_of([*entries[:at], entries[at] + b"!", *entries[at + 1 :]])
    without = tree_of([*entries[:at], *entries[at + 1 :]])
    doubled = tree_of([*entries[:at], entries[at], *entries[at:]])
    roots = {one.root(one.size) for one in (tree, edited, without, doubled)}
    assert len(roots) == 4


def test_proofs_of_what_was_never_there_are_refused() -> None:
    tree = tree_of([b"a", b"b"])
    for index, size in ((2, 2), (-1, 2), (0, 3), (0, 0)):
        with pytest.raises(LogError, match="没有这样的证明"):
            tree.inclusion(index, size)
    for old, new in ((0, 2), (2, 1), (1, 3)):
        with pytest.raises(LogError, match="没有这样的证明"):
            tree.consistency(old, new)


STRICTER = "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"  # roots of 12 bytes


@pytest.mark.parametrize("one", vectors.load("transparency-dev.json")["inclusion"])
def test_inclusion_is_judged_as_by_transparency_dev(one: dict[str, Any]) -> None:
    path, root = vectors.hashes(one["proof"] or []), b64decode(one["root"] or "")
    with pytest.raises(LogError) if one["wantErr"] else nullcontext():
        leaf = b64decode(one["leafHash"] or "")
        check_inclusion(leaf, one["leafIdx"], one["treeSize"], path, root)


@pytest.mark.parametrize("one", vectors.load("transparency-dev.json")["consistency"])
def test_consistency_is_judged_as_by_transparency_dev(one: dict[str, Any]) -> None:
    path = vectors.hashes(one["proof"] or [])
    roots = [b64decode(one[name] or "") for name in ("root1", "root2")]
    refused = one["wantErr"] or one["file"] == STRICTER
    with pytest.raises(LogError) if refused else nullcontext():
        check_consistency(one["size1"], one["size2"], path, roots[0], roots[1])
