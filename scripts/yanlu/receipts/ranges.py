"""What is kept of a log's tree to grow it without its lines: the roots of its complete subtrees.

They follow from the bits of the size, the largest first (RFC 6962, 2.1, calls none of it by a
name). Who has them and the new lines has the new root: that it is the signed one shows that the
log only added to what was seen of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from yanlu.receipts.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash, tree_over

_AT_ONCE = 4096  # entries of which all hashes are held


@dataclass(frozen=True)
class Frontier:
    """A tree of `size` leaves by the roots of its complete subtrees, the largest first."""

    size: int = 0
    hashes: Sequence[bytes] = ()

    @property
    def is_whole(self) -> bool:
        """Whether there are as many hashes as the size says, of the right length."""
        return len(self.hashes) == self.size.bit_count() and all(
            len(one) == HASH_BYTES for one in self.hashes
        )

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        *before, root = self.hashes
        for left in reversed(before):
            root = node_hash(left, root)
        return root

    def grown(self, entries: Iterable[bytes]) -> Frontier:
        """The tree with further entries, which need not all be there at once."""
        tree, rest = self, iter(entries)
        while leaves := b"".join([leaf_hash(entry) for entry in islice(rest, _AT_ONCE)]):
            tree = tree._grown(leaves)
        return tree

    def _grown(self, leaves: bytes) -> Frontier:
        size, hashes, at = self.size, list(self.hashes), 0
        while at < len(leaves):
            count = _next_subtree(size, (len(leaves) - at) // HASH_BYTES)
            end = at + count * HASH_BYTES
            hashes.append(tree_over(leaves[at:end]).levels[-1])
            size, at = size + count, end
            while len(hashes) > size.bit_count():  # two of a size are one of the next
                right = hashes.pop()
                hashes.append(node_hash(hashes.pop(), right))
        return Frontier(size, tuple(hashes))


def _next_subtree(size: int, left: int) -> int:
    """How many leaves the largest complete subtree has that begins behind `size` of them."""
    largest = 1 << left.bit_length() - 1
    return min(largest, size & -size) if size else largest
