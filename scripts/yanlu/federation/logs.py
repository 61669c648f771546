"""The log of a lower office, followed from where it was left: only what is new is read.

That the tree which is kept, grown by the new lines, has the signed root shows that nothing of what
was seen before was changed. Where it has not, the whole log is read to tell why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from yanlu.errors import (
    AlteredError,
    FederationError,
    ForkError,
    LogError,
    ReplayedError,
    RuleError,
    TruncatedError,
)
from yanlu.federation.fetching import Source
from yanlu.federation.series import SERIES
from yanlu.federation.states import Announced, State
from yanlu.receipts.checkpoints import Checkpoint, open_checkpoint
from yanlu.receipts.lines import BatchLine, KeyLine, ReleaseLine
from yanlu.receipts.merkle import tree_of
from yanlu.receipts.notes import Key
from yanlu.receipts.ranges import Frontier
from yanlu.receipts.rules import broken_rules, open_lines
from yanlu.receipts.tiles import ENTRIES, WIDTH, Tile, read_bundle, tile_bytes

_FOLDER = "log/"
_TEXT = 100_000  # bytes of a checkpoint, at most
_MONTH = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])")
_VERSION = 9  # digits and points of a version, at most
_MOST_LINES = 2_000_000  # a thousand a day for five years


@dataclass(frozen=True)
class Followed:
    """How far the log was read now; `checkpoint` is None where there was nothing new.

    `keys` are keys that it says sign it as well: the one that is pinned may be on its way out.
    """

    state: State
    checkpoint: bytes | None = None
    keys: tuple[Key, ...] = ()


class ForkedError(ForkError):
    """A log that forked, with the other checkpoint: the proof."""

    def __init__(self, message: str, checkpoint: bytes) -> None:
        super().__init__(message)
        self.checkpoint = checkpoint


def follow(source: Source, key: Key, state: State) -> Followed:
    """Read what is new in the log; the state is the one that was kept of the same log.

    Raises:
        LogError: one of its kinds, by what is wrong.
        FederationError: a file is too long, takes too long or lies elsewhere; or it is too many.
    """
    answer = source.ask(f"{_FOLDER}checkpoint", _TEXT, state.etag)
    if answer.content is None:
        return Followed(state)
    new = open_checkpoint(answer.content, key).checkpoint
    old = state.frontier
    if new.size < old.size:
        raise ReplayedError(
            f"公开记录只有 {new.size} 行，以前收到时已经有 {old.size} 行："
            "网站退回了旧的，或者删掉了后来的内容。"
        )
    if new.size == old.size and new.root != old.root:
        raise _forked(old.size, answer.content)
    followed = replace(state, etag=answer.etag)
    if new.size == old.size:
        return Followed(followed)
    if new.size > _MOST_LINES:
        raise FederationError(f"公开记录有 {new.size:,} 行，超过 {_MOST_LINES:,} 行，没有读。")
    entries = list(_entries(source, old.size, new.size))
    frontier = old.grown(entries)
    if frontier.root != new.root:
        raise _explained(source, old, new, answer.content)
    _refuse_broken(entries, state)
    return Followed(_told(followed, entries, frontier), answer.content, _keys(entries, key))


def _entries(source: Source, start: int, end: int) -> Iterator[bytes]:
    """The lines between two indexes."""
    for index in range(start // WIDTH, (end - 1) // WIDTH + 1):
        width = min(WIDTH, end - index * WIDTH)
        lines = _bundle(source, Tile(ENTRIES, index, width))
        yield from lines[max(0, start - index * WIDTH) : width]


def _bundle(source: Source, tile: Tile) -> list[bytes]:
    """The lines of a bundle, or of the full one that has taken its place meanwhile."""
    try:
        content = source.ask(_FOLDER + tile.path, tile_bytes(tile)).content
    except TruncatedError:
        if tile.width == WIDTH:
            raise
        tile = replace(tile, width=WIDTH)
        content = source.ask(_FOLDER + tile.path, tile_bytes(tile)).content
    return read_bundle(content or b"", tile)


def _explained(source: Source, old: Frontier, new: Checkpoint, content: bytes) -> LogError:
    """Why the kept tree and the new lines do not have the signed root."""
    tree = tree_of(_entries(source, 0, new.size))
    if tree.root(new.size) != new.root:
        return AlteredError("公开记录的各行算不出签过名的根：内容不是签名时的内容。")
    if tree.root(old.size) != old.root:
        return _forked(old.size, content)
    return AlteredError("公开记录的各行前后两次取来的不一样。请再试一次。")


def _forked(size: int, checkpoint: bytes) -> ForkedError:
    return ForkedError(
        f"公开记录分叉了：前 {size} 行与以前收到的不同，同一把密钥签了两份不一样的。"
        "两份检查点都留下了，就是证据。请与该单位核对，在弄清以前不收它的。",
        checkpoint,
    )


def _refuse_broken(entries: list[bytes], state: State) -> None:
    wrong = broken_rules(entries, state.before)
    if wrong:
        raise RuleError(
            f"公开记录有 {len(wrong)} 处不合规矩，例如第 {wrong[0].index} 行：{wrong[0].what}。"
        )


def _told(state: State, entries: list[bytes], frontier: Frontier) -> State:
    """The state with what new lines tell, which break no rule."""
    last, day, found = state.last, date.min, list(state.announced)
    for index, line in open_lines(entries):
        if isinstance(line, BatchLine):
            last, day = line, line.day
        if isinstance(line, ReleaseLine):
            _refuse_odd(line, state.frontier.size + index)
            found.append(Announced(line, state.frontier.size + index, day))
    return replace(state, frontier=frontier, last=last, announced=found)


def _refuse_odd(line: ReleaseLine, index: int) -> None:
    """Let only names and versions pass that a package of a month can have."""
    kind, _, month = line.name.partition("-")
    if len(line.version) > _VERSION or (kind in SERIES and not _MONTH.fullmatch(month)):
        raise RuleError(f"公开记录第 {index} 行登记的名称或者版本，不是一个月的数据包会有的。")


def _keys(entries: list[bytes], pinned: Key) -> tuple[Key, ...]:
    told = [line for _, line in open_lines(entries) if isinstance(line, KeyLine)]
    return tuple(one.key for one in told if one.role == "log" and one.key != pinned)
