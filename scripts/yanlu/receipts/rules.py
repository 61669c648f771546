"""What the lines of a log must be together: a batch each day, no label twice, corrections named.

Every batch has as many event lines as its year's others, whatever happened on its day, in the
order of their bytes: nobody can count, or tell from a place when something arrived.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from yanlu.errors import LogError
from yanlu.receipts.lines import BatchLine, EventLine, Line, ReleaseLine, read_line

_ONE_DAY = timedelta(days=1)
_HEAD, _HIDDEN = b"batch/1 ", b"event/1 "
# a log has few lines of other kinds: event lines are looked at without being taken apart
_EVENT = re.compile(rb"event/1 ([0-9a-f]{32}) [0-9a-f]{64}")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with the line of an index, in words that quote nothing of it."""

    index: int
    what: str


@dataclass(frozen=True)
class Before:
    """What the lines of a log have told that come before others.

    How many they are, the head of their last batch, and where the newest lines of packages stand,
    by their names.
    """

    size: int = 0
    last: BatchLine | None = None
    newest: Mapping[str, int] = field(default_factory=dict)


def heads(entries: Sequence[bytes]) -> list[int]:
    """Where the batches begin."""
    return [index for index, entry in enumerate(entries) if entry.startswith(_HEAD)]


def open_lines(entries: Sequence[bytes]) -> Iterator[tuple[int, Line]]:
    """The lines that all can read, with their indexes: all but event lines.

    Raises:
        LogError: a line is none.
    """
    for index, entry in enumerate(entries):
        if not entry.startswith(_HIDDEN):
            yield index, _read(entry)


def broken_rules(entries: Sequence[bytes], before: Before | None = None) -> list[Wrong]:
    """What is wrong with the lines of a log, from its first to its last; nothing is skipped.

    With `before`, they are those that came later: of labels, only those among them are compared.
    """
    seen = Seen.after(before or Before())
    wrong = [one for batch in batches(entries) for one in seen.batch(batch)]
    return sorted([*wrong, *seen.doubled()], key=lambda one: one.index)


def batches(entries: Iterable[bytes], most: int | None = None) -> Iterator[list[bytes]]:
    """The lines of one day after the other; first those that stand before any head.

    A day of more than `most` lines comes in two as soon as there is one line more, so that nobody
    has to hold it who would refuse it.
    """
    batch: list[bytes] = []
    for entry in entries:
        if batch and (entry.startswith(_HEAD) or (most and len(batch) > most)):
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


def _read(entry: bytes) -> Line:
    try:
        return read_line(entry.decode("ascii"))
    except UnicodeDecodeError:
        raise LogError("不是 ASCII 文字") from None


class _Labels:
    """The labels of many lines with their indexes, in 24 bytes each: a log may have millions."""

    def __init__(self) -> None:
        self._parts = [bytearray() for _ in range(256)]  # by the first byte of the label

    def put(self, label: bytes, index: int) -> None:
        """Note a label, written in hexadecimal digits."""
        raw = unhexlify(label)
        self._parts[raw[0]] += raw + index.to_bytes(8)

    def doubled(self) -> Iterator[int]:
        """The indexes of lines whose label an earlier line has."""
        for part in self._parts:
            seen = set[bytes]()
            for at in range(0, len(part), 24):
                label = bytes(part[at : at + 16])
                if label in seen:
                    yield int.from_bytes(part[at + 16 : at + 24])
                seen.add(label)


@dataclass
class Seen:
    """What the batches so far have told, for those who read a log one batch after the other."""

    size: int = 0
    last: BatchLine | None = None
    newest: dict[str, int] = field(default_factory=dict)  # release lines, by name
    _labels: _Labels = field(default_factory=_Labels)

    @classmethod
    def after(cls, before: Before) -> Seen:
        """What lines have told that were read earlier."""
        return cls(before.size, before.last, dict(before.newest))

    def doubled(self) -> Iterator[Wrong]:
        """Lines that say another thing of what an earlier line among them told."""
        for index in self._labels.doubled():
            yield Wrong(index, "同一个标签出现了两次：同一件事说了两样")

    def batch(self, entries: Sequence[bytes]) -> Iterator[Wrong]:
        """What is wrong with the next batch, which begins where the last one ended."""
        start, self.size = self.size, self.size + len(entries)
        if not entries[0].startswith(_HEAD):
            yield Wrong(start, "新添的行应当从一天的开头起" if start else "第一行应当是一天的开头")
            return
        try:
            head = _read(entries[0])
        except LogError as error:
            yield Wrong(start, str(error))
            return
        if isinstance(head, BatchLine):
            yield from self._head(start, head, len(entries) - 1)
            public = 1 + head.public
            yield from self._public(start + 1, entries[1:public])
            yield from self._events(start + public, entries[public:])

    def _head(self, at: int, head: BatchLine, count: int) -> Iterator[Wrong]:
        last, self.last = self.last, head
        if count != head.public + head.events:
            yield Wrong(at, f"这一批应当有 {head.public + head.events} 行，实际有 {count} 行")
        if last and head.day != last.day + _ONE_DAY:
            yield Wrong(at, "不是前一批的第二天：每天一批，一天不少")
        if last and last.day.year == head.day.year and last.events != head.events:
            yield Wrong(at, "一年之内，每天的事件行数不能变")

    def _public(self, start: int, entries: Sequence[bytes]) -> Iterator[Wrong]:
        for index, entry in enumerate(entries, start):
            try:
                line = _read(entry)
            except LogError as error:
                yield Wrong(index, str(error))
                continue
            if isinstance(line, EventLine):
                yield Wrong(index, "公开行的行数与这一批开头写的不同")
            if isinstance(line, ReleaseLine):
                if line.revises != self.newest.get(line.name):
                    yield Wrong(index, "没有写明更正的是同名的上一行")
                self.newest[line.name] = index

    def _events(self, start: int, entries: Sequence[bytes]) -> Iterator[Wrong]:
        before = b""
        for index, entry in enumerate(entries, start):
            found = _EVENT.fullmatch(entry)
            if found is None:
                yield Wrong(index, "应当是事件行，却不是")
                continue
            if entry <= before:
                yield Wrong(index, "事件行没有按字节的次序排")
            self._labels.put(found[1], index)
            before = entry


def days(entries: Sequence[bytes]) -> dict[date, int]:
    """The index at which each day begins, the oldest first.

    Raises:
        LogError: the first line of a day is none.
    """
    lines = ((_read(entries[start]), start) for start in heads(entries))
    return {line.day: start for line, start in lines if isinstance(line, BatchLine)}
