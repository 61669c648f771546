"""The observer's check: a served log, read whole, held against the key that signs it.

Each way to be wrong has an error of its own, so that whoever keeps watch can tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yanlu.errors import (
    AlteredError,
    ForkError,
    LogError,
    ReplayedError,
    RuleError,
    SwappedError,
    TruncatedError,
)
from yanlu.receipts.checkpoints import Checkpoint, open_checkpoint
from yanlu.receipts.lines import KeyLine
from yanlu.receipts.merkle import HASH_BYTES, Tree, leaf_hash, tree_over
from yanlu.receipts.notes import Key, Note, read_note
from yanlu.receipts.policies import Policy, read_policy
from yanlu.receipts.rules import Wrong, broken_rules, open_lines
from yanlu.receipts.serving import CHECKPOINT, ENTRIES, POLICY, listed
from yanlu.receipts.tiles import ENTRIES as BUNDLES
from yanlu.receipts.tiles import Tile, read_bundle, tile_bytes, tiles_of

Read = Callable[[str, int], bytes]  # a file of the log by its path; at most so many bytes
_TEXT = 1_000_000  # bytes of a checkpoint or a policy, at most


@dataclass(frozen=True)
class Verified:
    """What was found to hold: the signed state, its signatures, and every line."""

    checkpoint: Checkpoint
    note: Note
    entries: Sequence[bytes]


def named_policy(read: Read) -> Policy:
    """The keys that the log itself names: good for nothing against whoever serves it.

    Raises:
        LogError: `policy.txt` is not there, or none.
    """
    return read_policy(read(POLICY, _TEXT))


def verify(read: Read, key: Key, old: bytes | None = None) -> Verified:
    """Check a served log wholly; `old` is a checkpoint that was kept from an earlier time.

    Any key that the log has had may have signed that one: the log tells of them itself.

    Raises:
        LogError: one of its kinds, by what is wrong; the message names the file.
    """
    sealed = open_checkpoint(read(CHECKPOINT, _TEXT), key)
    checkpoint = sealed.checkpoint
    served = {tile: _tile(read, tile) for tile in tiles_of(checkpoint.size)}
    tree = _true_tree(served, checkpoint)
    for tile, content in served.items():
        if tile.level != BUNDLES:
            _compare(tile, content, tree)
    entries = _entries(served, tree)
    wrong = broken_rules(entries)
    if old is not None:
        _refuse_other(tree, _kept(old, key, () if wrong else entries))
    _refuse_broken(wrong)
    if read(ENTRIES, sum(len(one) + 24 for one in entries)) != listed(entries):
        raise AlteredError(f"{ENTRIES} 与签过名的各行不同。")
    return Verified(checkpoint, sealed.note, entries)


def _kept(old: bytes, key: Key, entries: Sequence[bytes]) -> Checkpoint:
    try:
        note = read_note(old)
        former = [one for one in _named(entries) if note.signers([one])]
        return open_checkpoint(old, former[0] if former else key).checkpoint
    except LogError as error:
        raise type(error)(f"您以前存下的检查点不能用：{error}") from None


def _named(entries: Sequence[bytes]) -> list[Key]:
    """The keys of which the log says that they sign it."""
    told = [line for _, line in open_lines(entries) if isinstance(line, KeyLine)]
    return [line.key for line in told if line.role == "log"]


def _refuse_other(tree: Tree, kept: Checkpoint) -> None:
    """Let only a log pass that continues the one of a kept checkpoint."""
    if kept.size > tree.size:
        raise ReplayedError(
            f"这份公开记录只有 {tree.size} 行，您以前存下的检查点已经有 {kept.size} 行："
            "给您看的是旧的，或者删掉了后来的内容。"
        )
    if tree.root(kept.size) != kept.root:
        raise ForkError(
            f"前 {kept.size} 行与您以前存下的检查点不同：同一个名字签了两份不一样的记录。"
            "请保存两份检查点，它们就是证据。"
        )


def _tile(read: Read, tile: Tile) -> bytes:
    content = read(tile.path, tile_bytes(tile) + 1)
    if tile.level != BUNDLES and len(content) < tile_bytes(tile):
        raise TruncatedError(
            f"{tile.path} 不完整：应当有 {tile_bytes(tile)} 个字节，只有 {len(content)} 个。"
        )
    return content


def _true_tree(served: dict[Tile, bytes], checkpoint: Checkpoint) -> Tree:
    """The tree that was signed: that of the lines, or where a line is false, of their hashes."""
    leaves = [content for tile, content in served.items() if tile.level == 0]
    of_tiles = tree_over(b"".join(leaves))
    if _signed(of_tiles, checkpoint):
        return of_tiles
    bundles = [(tile, content) for tile, content in served.items() if tile.level == BUNDLES]
    hashed = (leaf_hash(entry) for pair in bundles for entry in read_bundle(pair[1], pair[0]))
    of_lines = tree_over(b"".join(hashed))
    if _signed(of_lines, checkpoint):
        return of_lines
    raise AlteredError(
        "算出的根与检查点签过的根不同，从各行算、从散列值算都不同：内容不是签名时的内容。"
    )


def _signed(tree: Tree, checkpoint: Checkpoint) -> bool:
    return tree.size == checkpoint.size and tree.root(tree.size) == checkpoint.root


def _compare(tile: Tile, content: bytes, tree: Tree) -> None:
    """Hold a tile of hashes against the true ones."""
    if content == tile.cut(tree):
        return
    _refuse_swapped(tile, content[: tile.width * HASH_BYTES], tree)
    raise AlteredError(f"{tile.path} 与签过名的内容不同。")


def _refuse_swapped(tile: Tile, hashes: bytes, tree: Tree) -> None:
    """Tell whether hashes are true ones of another place."""
    level = max(tile.level, 0)
    for other in (one for one in tiles_of(tree.size) if one.level == level):
        if other.index != tile.index and other.cut(tree)[: len(hashes)] == hashes:
            raise SwappedError(f"{tile.path} 的内容是另一处（{other.path}）的：两处对调了。")


def _entries(served: dict[Tile, bytes], tree: Tree) -> list[bytes]:
    """The lines, each held against its true hash."""
    entries: list[bytes] = []
    for tile, content in served.items():
        if tile.level == BUNDLES:
            entries += _bundle(tile, content, tree)
    return entries


def _bundle(tile: Tile, content: bytes, tree: Tree) -> list[bytes]:
    true = Tile(0, tile.index, tile.width).cut(tree)
    found = read_bundle(content, tile)
    hashes = b"".join([leaf_hash(entry) for entry in found])
    if hashes == true:
        return found
    _refuse_swapped(tile, hashes, tree)
    first = next(at for at in range(tile.width) if hashes[32 * at :][:32] != true[32 * at :][:32])
    raise AlteredError(f"{tile.path} 与签过名的内容不同：记录的第 {256 * tile.index + first} 行。")


def _refuse_broken(wrong: Sequence[Wrong]) -> None:
    if wrong:
        raise RuleError(
            f"签过名，但是有 {len(wrong)} 处不合公开记录的规矩，"
            f"例如第 {wrong[0].index} 行：{wrong[0].what}。"
        )
