"""The log of a lower office, followed from where it was left: only what is new is read.

That the tree which is kept, grown by the new lines, has the signed root shows that nothing of what
was seen before was changed. Where it has not, the whole log is read to tell why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from yanlu.errors import (
    AlteredError,
    FederationError,
    ForkError,
    LogError,
    ReplayedError,
    RuleError,
    TruncatedError,
    UnreachableError,
)
from yanlu.federation.fetching import Source
from yanlu.federation.series import SERIES
from yanlu.federation.states import CHECKPOINT, FORKED, SHORTER, Announced, State
from yanlu.receipts.checkpoints import Checkpoint, open_checkpoint
from yanlu.receipts.lines import BatchLine, KeyLine, ReleaseLine
from yanlu.receipts.notes import Key
from yanlu.receipts.ranges import Frontier
from yanlu.receipts.rules import Seen, Wrong, batches, open_lines
from yanlu.receipts.tiles import ENTRIES, WIDTH, Tile, read_bundle

_FOLDER = "log/"
_TEXT = 100_000  # bytes of a checkpoint, at most
_MONTH = re.compile(r"(?:19|20)\d{2}-(?:0[1-9]|1[0-2])")
_VERSION = 9  # digits and points of a version, at most
_KEYS = 5  # other keys that are told
_NOT_SIGNED = "公开记录的各行算不出签过名的根：内容不是签名时的内容。"
EVIDENCE = (
    f"两份检查点都留下了（{CHECKPOINT}、{FORKED}），就是证据。请与该单位核对，弄清以前不收它的。"
    f"弄清以后：认以前收到的，删去 {FORKED}；认另一份，删去它的整个文件夹，从头再收。"
)


@dataclass(frozen=True)
class Bounds:
    """How much of a log is read in one go; an honest line has about a hundred bytes.

    `lines` and `total` (bytes) are of what is new, `line` (bytes) of one, `day` (lines) of one
    batch; `packages` are all that it ever named.
    """

    lines: int = 2_000_000
    total: int = 300_000_000
    line: int = 500
    day: int = 50_000
    packages: int = 50_000


@dataclass(frozen=True)
class Followed:
    """How far the log was read now; `checkpoint` is None where it is still the one of the etag."""

    state: State
    checkpoint: bytes | None = None


class ForkedError(ForkError):
    """A log that forked, with the other checkpoint: the proof."""

    def __init__(self, message: str, checkpoint: bytes) -> None:
        super().__init__(message)
        self.checkpoint = checkpoint


class ShorterError(ReplayedError):
    """A log that went back, or forked before: its checkpoint is the proof if it did."""

    def __init__(self, message: str, checkpoint: bytes) -> None:
        super().__init__(message)
        self.checkpoint = checkpoint


def follow(source: Source, key: Key, state: State, bounds: Bounds = Bounds()) -> Followed:
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
        raise _shorter(source, state, new, answer.content, bounds)
    if new.size == old.size and new.root != old.root:
        raise _forked(old.size, answer.content) if old.size else AlteredError(_NOT_SIGNED)
    followed = replace(state, etag=answer.etag)
    if new.size == old.size:
        return Followed(followed, answer.content)
    if new.size - old.size > bounds.lines:
        raise FederationError(f"公开记录新添的行超过 {bounds.lines:,} 行，没有读。")
    seen, keys = Seen.after(state.before), dict.fromkeys(newer_keys(state, key))
    reading = _Reading(bounds, key, seen, old, state.last, [*state.announced], keys)
    lines = reading.grown(_bundles(source, old.size, new.size, bounds))
    for batch in batches(lines, bounds.day):
        reading.take(batch)
        del batch  # else it is held until the next one is whole
    if reading.frontier.root != new.root:
        raise _explained(source, old, new, answer.content, bounds)
    reading.refuse_wrong()
    told = replace(
        followed,
        frontier=reading.frontier,
        last=reading.last,
        announced=reading.announced,
        keys=tuple(reading.keys),
    )
    return Followed(told, answer.content)


def newer_keys(state: State, key: Key) -> Sequence[Key]:
    """Keys that the log named since the pinned one, which may be on its way out."""
    keys = tuple(state.keys)
    return keys[keys.index(key) + 1 :] if key in keys else keys


@dataclass
class _Reading:
    """New lines as they come, a day at a time; of each only what must be known later is kept.

    Nothing is said of what is wrong until it is clear that these are the lines that were signed.
    """

    bounds: Bounds
    pinned: Key
    seen: Seen
    frontier: Frontier
    last: BatchLine | None
    announced: list[Announced]
    keys: dict[Key, None]
    wrong: Wrong | None = None  # the first one
    count: int = 0  # of all

    def grown(self, bundles: Iterable[Sequence[bytes]]) -> Iterator[bytes]:
        """The lines of bundles, each of which the tree gets before its first line is read."""
        for lines in bundles:
            self.frontier = self.frontier.grown(lines)
            yield from lines

    def take(self, batch: Sequence[bytes]) -> None:
        """Read the lines of a day.

        Raises:
            FederationError: there are too many.
        """
        start = self.seen.size
        if len(batch) > self.bounds.day:
            raise FederationError(
                f"公开记录里有一天超过 {self.bounds.day:,} 行（从第 {start} 行起），没有读完。"
            )
        self._note(self.seen.batch(batch))
        if not self.count:
            self._told(start, batch)

    def refuse_wrong(self) -> None:
        """Let only lines pass that keep the rules.

        Raises:
            RuleError: they do not.
        """
        self._note(self.seen.doubled())
        if self.wrong:
            raise RuleError(
                f"公开记录有 {self.count} 处不合规矩，"
                f"例如第 {self.wrong.index} 行：{self.wrong.what}。"
            )

    def _note(self, found: Iterable[Wrong]) -> None:
        for one in found:
            self.count += 1
            if self.wrong is None or one.index < self.wrong.index:
                self.wrong = one

    def _told(self, start: int, batch: Sequence[bytes]) -> None:
        """What lines tell that break no rule."""
        for index, line in open_lines(batch):
            if isinstance(line, BatchLine):
                self.last = line
            elif isinstance(line, KeyLine) and line.role == "log":
                self._named(line.key)
            elif isinstance(line, ReleaseLine) and self.last:
                self._note(_odd(line, start + index))
                self.announced.append(Announced(line, start + index, self.last.day))
        if len(self.announced) > self.bounds.packages:
            raise FederationError(
                f"公开记录登记的数据包超过 {self.bounds.packages:,} 个，没有读完。"
            )

    def _named(self, key: Key) -> None:
        if key == self.pinned:  # those before it are those that it took the place of
            self.keys.clear()
        elif len(self.keys) < _KEYS:
            self.keys[key] = None


def _odd(line: ReleaseLine, index: int) -> Iterator[Wrong]:
    """Names and versions that no package of a month can have."""
    kind, _, month = line.name.partition("-")
    if len(line.version) > _VERSION or (kind in SERIES and not _MONTH.fullmatch(month)):
        yield Wrong(index, "登记的名称或者版本，不是一个月的数据包会有的")


def _bundles(source: Source, start: int, end: int, bounds: Bounds) -> Iterator[Sequence[bytes]]:
    """The lines between two indexes, as many at a time as a file has."""
    total = 0
    for index in range(start // WIDTH, (end - 1) // WIDTH + 1):
        width = min(WIDTH, end - index * WIDTH)
        lines = _bundle(source, Tile(ENTRIES, index, width), bounds.line)
        total += sum(map(len, lines))
        if total > bounds.total:
            raise FederationError(f"公开记录新添的行超过 {bounds.total:,} 个字节，没有读完。")
        yield lines[max(0, start - index * WIDTH) : width]


def _bundle(source: Source, tile: Tile, longest: int) -> list[bytes]:
    """The lines of a bundle, or of the full one that has taken its place meanwhile."""
    try:
        content = source.ask(_FOLDER + tile.path, _most(tile, longest)).content
    except TruncatedError:
        if tile.width == WIDTH:
            raise
        tile = replace(tile, width=WIDTH)
        content = source.ask(_FOLDER + tile.path, _most(tile, longest)).content
    lines = read_bundle(content or b"", tile)
    for index, line in enumerate(lines, tile.index * WIDTH):
        if len(line) > longest:
            raise FederationError(f"公开记录第 {index} 行超过 {longest:,} 个字节，没有读。")
    return lines


def _most(tile: Tile, longest: int) -> int:
    """How many bytes a bundle may have; each line stands behind two that say how long it is."""
    return tile.width * (2 + longest)


def _explained(
    source: Source, old: Frontier, new: Checkpoint, content: bytes, bounds: Bounds
) -> LogError:
    """Why the kept tree and the new lines do not have the signed root."""
    whole = replace(bounds, total=new.size * bounds.line)
    entries = chain.from_iterable(_bundles(source, 0, new.size, whole))
    before = Frontier().grown(islice(entries, old.size))
    if before.grown(entries).root != new.root:
        return AlteredError(_NOT_SIGNED)
    if before.root != old.root:
        return _forked(old.size, content)
    return AlteredError("公开记录的各行前后两次取来的不一样。请再试一次。")


def _shorter(
    source: Source, state: State, new: Checkpoint, content: bytes, bounds: Bounds
) -> LogError:
    """Why a log has fewer lines than it had: it went back, or others were signed.

    Of the lines that were read before, the roots of complete subtrees are kept and all lines of
    packages: where they say nothing of a part, nobody can tell.
    """
    told = f"公开记录只有 {new.size} 行，以前收到时已经有 {state.frontier.size} 行"
    unclear = ShorterError(
        f"{told}：网站退回了旧的，删掉了后来的内容，或者签了另一份。"
        f"签了名的检查点留在 {SHORTER} 里。请该单位说明，恢复后来的内容。",
        content,
    )
    try:
        is_same = _is_same(source, state, new, bounds)
    except UnreachableError:
        raise
    except (FederationError, LogError):
        return unclear
    if is_same is False:
        return _forked(new.size, content)
    if is_same is None:
        return unclear
    return ReplayedError(
        f"{told}：前 {new.size} 行没有变，网站退回了旧的，或者删掉了后来的内容。请该单位恢复。"
    )


def _is_same(source: Source, state: State, new: Checkpoint, bounds: Bounds) -> bool | None:
    """Whether a shorter log is the beginning of what was read; None where it cannot be told."""
    old, releases = state.frontier, dict[int, bytes]()
    whole = replace(bounds, total=new.size * bounds.line)
    entries = chain.from_iterable(_bundles(source, 0, new.size, whole))
    lines = _noting(entries, releases)
    before = Frontier().grown(islice(lines, _comparable(old.size, new.size)))
    if before.grown(lines).root != new.root:
        raise AlteredError(_NOT_SIGNED)
    known = {one.index: str(one.line).encode() for one in state.announced if one.index < new.size}
    if releases != known or before.hashes != tuple(old.hashes)[: len(before.hashes)]:
        return False
    return True if before.size == new.size else None


def _comparable(old: int, new: int) -> int:
    """How many leaves the first complete subtrees of the old size have, as far as the new goes."""
    covered = 0
    for bit in reversed(range(old.bit_length())):
        if old >> bit & 1:
            if covered + (1 << bit) > new:
                break
            covered += 1 << bit
    return covered


def _noting(lines: Iterable[bytes], releases: dict[int, bytes]) -> Iterator[bytes]:
    """Lines; of those of packages, what is kept of them is noted by their index."""
    for index, line in enumerate(lines):
        if line.startswith(b"release/1 "):
            releases[index] = line.partition(b" revises:")[0]
        yield line


def _forked(size: int, checkpoint: bytes) -> ForkedError:
    return ForkedError(
        f"公开记录分叉了：前 {size} 行与以前收到的不同，同一把密钥签了两份不一样的。{EVIDENCE}",
        checkpoint,
    )
