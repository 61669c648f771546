"""The log as files that any web server can hand out: c2sp.org/tlog-tiles, tiles of 256 hashes.

Of every checkpointed size there are the partial tiles, until the full one takes their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yanlu.errors import AlteredError, LogError, TruncatedError
from yanlu.receipts.merkle import HASH_BYTES, Tree

WIDTH = 256
ENTRIES = -1  # as the level of a bundle of entries, which has the width of a tile of level 0
ENTRY_BYTES = 65535  # at most; the length is written in two bytes
_BITS = 8


@dataclass(frozen=True)
class Tile:
    """Which hashes, or entries where `level` is ENTRIES: from `index` × 256, `width` of them."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it lies, relative to the folder of the log."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{level}/{_spelled(self.index)}{partial}"

    def cut(self, tree: Tree) -> bytes:
        """Its hashes, from a tree that has them all."""
        return tree.hashes(_BITS * self.level, self.index * WIDTH, self.width)

    def bundle(self, entries: Sequence[bytes]) -> bytes:
        """Its entries, each after its length."""
        start = self.index * WIDTH
        few = entries[start : start + self.width]
        return b"".join([len(entry).to_bytes(2) + entry for entry in few])


def tiles_of(size: int) -> Iterator[Tile]:
    """All that a reader of a log of this size may ask for, bundles of entries first."""
    yield from _row(ENTRIES, size)
    level = 0
    while size:
        yield from _row(level, size)
        level, size = level + 1, size >> _BITS


def _row(level: int, count: int) -> Iterator[Tile]:
    full, rest = divmod(count, WIDTH)
    yield from (Tile(level, index) for index in range(full))
    if rest:
        yield Tile(level, full, rest)


def served(sizes: Iterable[int]) -> list[Tile]:
    """The tiles of a log of the largest of these sizes, and older partial ones of the others.

    A partial tile whose full one is there is left out.
    """
    newest = max(sizes := list(sizes), default=0)
    now = list(tiles_of(newest))
    full = {(tile.level, tile.index) for tile in now if tile.width == WIDTH}
    older = (tile for size in sorted(set(sizes)) for tile in _last(size))
    return list(dict.fromkeys([*now, *(t for t in older if (t.level, t.index) not in full)]))


def _last(size: int) -> Iterator[Tile]:
    """The partial tiles of a size."""
    level, count = 0, size
    while count:
        if width := count % WIDTH:
            yield Tile(level, count // WIDTH, width)
            if level == 0:
                yield Tile(ENTRIES, count // WIDTH, width)
        level, count = level + 1, count >> _BITS


def tile_files(
    tree: Tree, entries: Sequence[bytes], sizes: Iterable[int]
) -> Iterator[tuple[str, bytes]]:
    """Every file of the tiles, as (path relative to the log, content).

    Raises:
        LogError: an entry is longer than a bundle can say.
    """
    if any(len(entry) > ENTRY_BYTES for entry in entries):
        raise LogError(f"有一行超过 {ENTRY_BYTES} 个字节，写不进公开记录。")
    for tile in served(sizes):
        yield tile.path, tile.bundle(entries) if tile.level == ENTRIES else tile.cut(tree)


def read_bundle(content: bytes, tile: Tile) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        TruncatedError: it ends before its last entry does.
        AlteredError: there is more behind them.
    """
    entries, at = [], 0
    for _ in range(tile.width):
        start = at + 2
        at = start + int.from_bytes(content[at:start])
        if start > len(content) or at > len(content):
            raise TruncatedError(f"{tile.path} 不完整：应当有 {tile.width} 行。")
        entries.append(content[start:at])
    if at < len(content):
        raise AlteredError(f"{tile.path} 的 {tile.width} 行后面还有别的内容。")
    return entries


def tile_bytes(tile: Tile) -> int:
    """How long a tile is; of a bundle, how long it may be."""
    each = 2 + ENTRY_BYTES if tile.level == ENTRIES else HASH_BYTES
    return tile.width * each


def _spelled(index: int) -> str:
    """An index in threes of digits; all but the last begin with x."""
    last, rest = f"{index % 1000:03}", index // 1000
    parts = []
    while rest:
        parts.append(f"x{rest % 1000:03}")
        rest //= 1000
    return "/".join([*reversed(parts), last])
