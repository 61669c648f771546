"""The tree over the lines of the log: RFC 6962 section 2.1, proofs as RFC 9162 checks them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

from yanlu.errors import LogError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
_LEAF, _NODE = b"\0", b"\1"


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return sha256(_NODE + left + right).digest()


@dataclass(frozen=True)
class Tree:
    """A tree with all the trees that it grew from.

    `levels[k]` holds the hashes of the complete subtrees of 2^k leaves, one after the other:
    the tree of any earlier size consists of them.
    """

    levels: Sequence[bytes]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self.levels[0]) // HASH_BYTES

    def hashes(self, level: int, start: int, count: int) -> bytes:
        """Hashes of complete subtrees, one after the other; fewer where there are no more."""
        row = self.levels[level] if level < len(self.levels) else b""
        return row[start * HASH_BYTES : (start + count) * HASH_BYTES]

    def root(self, size: int) -> bytes:
        """The root when the tree had so many leaves."""
        return self._span(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """What leads from a leaf to the root of a size, the leaf's neighbour first.

        Raises:
            LogError: there is no such leaf, or the tree never had this size.
        """
        if not 0 <= index < size <= self.size:
            raise LogError(f"没有这样的证明：第 {index} 行，{size} 行的记录。")
        path, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._span(middle, end))
                end = middle
            else:
                path.append(self._span(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What shows that the tree of the new size only added to that of the old one.

        Raises:
            LogError: the tree never had these sizes in this order.
        """
        if not 0 < old <= new <= self.size:
            raise LogError(f"没有这样的证明：由 {old} 行到 {new} 行。")
        path, start, end = [], 0, new
        while old < end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._span(middle, end))
                end = middle
            else:
                path.append(self._span(start, middle))
                start = middle
        if start:
            path.append(self._span(start, end))
        return path[::-1]

    def _span(self, start: int, end: int) -> bytes:
        """The root over some leaves, which begin where a subtree of their number begins."""
        level = (end - start - 1).bit_length()
        if end - start == 1 << level:
            return self.hashes(level, start >> level, 1)
        middle = start + (1 << level - 1)
        return node_hash(self._span(start, middle), self._span(middle, end))


def tree_of(entries: Iterable[bytes]) -> Tree:
    """The tree over entries."""
    return tree_over(b"".join([sha256(_LEAF + entry).digest() for entry in entries]))


def grown(tree: Tree, entries: Iterable[bytes]) -> Tree:
    """The tree with further entries; leaves that were there are not hashed again."""
    return tree_over(tree.levels[0] + tree_of(entries).levels[0])


def tree_over(leaves: bytes) -> Tree:
    """The tree over leaf hashes, one after the other."""
    levels = [leaves]
    while len(levels[-1]) >= 2 * HASH_BYTES:
        levels.append(_above(levels[-1]))
    return Tree(levels)


def _above(row: bytes) -> bytes:
    whole = len(row) // 64 * 64  # two hashes side by side are what a node is hashed from
    return b"".join([sha256(_NODE + row[at : at + 64]).digest() for at in range(0, whole, 64)])


def _split(count: int) -> int:
    """The largest power of two below a count of at least 2."""
    return 1 << (count - 1).bit_length() - 1


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf stands at its place under a root (RFC 9162, 2.1.3.2).

    Raises:
        LogError: it is not shown.
    """
    _refuse_odd_hashes([leaf, root, *path])
    if not 0 <= index < size:
        raise LogError("证明不成立：序号不在记录之内。")
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise LogError("证明不成立：步数太多。")
        if place & 1 or place == last:
            found = node_hash(step, found)
            place, last = _risen(place, last)
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last:
        raise LogError("证明不成立：步数太少。")
    if found != root:
        raise LogError("证明不成立：算出的根与签过名的不同。")


def check_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of the new size only added to the old one (RFC 9162, 2.1.4.2).

    Raises:
        LogError: it is not shown.
    """
    _refuse_odd_hashes([old_root, new_root, *path])
    if not 0 < old <= new:
        raise LogError("证明不成立：旧的记录应当有内容，也不会比新的长。")
    if old == new:
        if path or old_root != new_root:
            raise LogError("证明不成立：同样的行数，根却不同。")
        return
    steps = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not steps:
        raise LogError("证明不成立：步数太少。")
    before, after = _roots(old, new, steps)
    if (before, after) != (old_root, new_root):
        raise LogError("证明不成立：算出的根与签过名的不同。")


def _roots(old: int, new: int, steps: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of both sizes, from the same steps."""
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = after = steps[0]
    for step in islice(steps, 1, None):
        if last == 0:
            raise LogError("证明不成立：步数太多。")
        if place & 1 or place == last:
            before, after = node_hash(step, before), node_hash(step, after)
            place, last = _risen(place, last)
        else:
            after = node_hash(after, step)
        place, last = place >> 1, last >> 1
    if last:
        raise LogError("证明不成立：步数太少。")
    return before, after


def _risen(place: int, last: int) -> tuple[int, int]:
    """Up past the levels at which this subtree, the last of its row, has no neighbour."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _refuse_odd_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise LogError(f"证明不成立：每个散列值应当是 {HASH_BYTES} 个字节。")
