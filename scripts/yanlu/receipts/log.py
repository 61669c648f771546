"""`data/log/`: the log as reviewed text, from which everything about it is made.

`entries/<day>.txt` holds a day's lines, `checkpoints/<size>` each signed checkpoint. Only what
the newest checkpoint covers is sealed: text beyond was left by a sealing that was interrupted,
and is no part of the log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from yanlu.errors import LogError
from yanlu.receipts.checkpoints import read_checkpoint
from yanlu.receipts.lines import BatchLine, EventLine, KeyLine, Public
from yanlu.receipts.merkle import Tree, tree_of
from yanlu.receipts.notes import Key, Note, read_note
from yanlu.receipts.rules import broken_rules, days, heads, open_lines

FOLDER = "log"  # in data/
FORMER = "former-logs"  # in data/: logs whose key was lost, by number
PENDING = "pending.txt"  # in it: public lines that wait to be sealed
KEPT = [f"data/{FOLDER}/entries/*", f"data/{FOLDER}/checkpoints/*"]  # never changed again
_SIZE = re.compile("[1-9][0-9]{0,9}")
_TODO = "公开记录只由 yanlu receipts seal 添加，写下的不能改：请从 git 里恢复"


@dataclass(frozen=True)
class Day:
    """The lines of one file, in their order."""

    day: date
    entries: Sequence[bytes]

    @property
    def place(self) -> str:
        """Its file, relative to `data/log/`."""
        return f"entries/{self.day}.txt"

    @property
    def text(self) -> bytes:
        """The content of its file."""
        return b"".join([entry + b"\n" for entry in self.entries])


@dataclass(frozen=True)
class Log:
    """The files of days, the oldest first, and signed checkpoints by their sizes."""

    days: Sequence[Day] = ()
    notes: Mapping[int, Note] = field(default_factory=dict)

    @cached_property
    def written(self) -> Sequence[bytes]:
        """Every line that lies in a file, sealed or not."""
        return [entry for day in self.days for entry in day.entries]

    @property
    def size(self) -> int:
        """How many lines are sealed."""
        return max(self.notes, default=0)

    @cached_property
    def entries(self) -> Sequence[bytes]:
        """Every line that is sealed."""
        return self.written[: self.size]

    @cached_property
    def labels(self) -> frozenset[bytes]:
        """The labels of the sealed event lines."""
        hidden = (entry for entry in self.entries if entry.startswith(b"event/1 "))
        return frozenset(bytes.fromhex(entry[8:40].decode()) for entry in hidden)

    @cached_property
    def tree(self) -> Tree:
        """The tree over the sealed lines."""
        return tree_of(self.entries)

    @cached_property
    def public(self) -> Sequence[tuple[int, Public]]:
        """The sealed lines that tell a public fact, with their indexes."""
        lines = open_lines(self.entries)
        return [(n, one) for n, one in lines if not isinstance(one, BatchLine | EventLine)]

    @property
    def unsealed(self) -> Sequence[Day]:
        """Files of which no checkpoint covers all lines."""
        ends = accumulate(len(day.entries) for day in self.days)
        return [day for day, end in zip(self.days, ends, strict=True) if end > self.size]


def read_log(data: Path, folder: str = FOLDER) -> Log:
    """The log of a portal, or what lies in another folder; an empty one where there is none yet.

    Raises:
        LogError: a file has a wrong name, or is not made of whole lines or of a signed note.
    """
    days = [_day(path) for path in _files(data / folder / "entries")]
    notes = dict(_note(path) for path in _files(data / folder / "checkpoints"))
    return Log(days, dict(sorted(notes.items())))


def _files(folder: Path) -> list[Path]:
    hidden = (path for path in folder.glob("*") if not path.name.startswith("."))
    return sorted(hidden)


def _day(path: Path) -> Day:
    content = path.read_bytes()
    try:
        day = date.fromisoformat(path.stem)
    except ValueError:
        raise LogError(f"data/log/entries/{path.name}：文件名不是日期。{_TODO}。") from None
    if not content.endswith(b"\n") or f"{day}.txt" != path.name:
        raise LogError(f"data/log/entries/{path.name}：不完整，或者文件名不对。{_TODO}。")
    return Day(day, content[:-1].split(b"\n"))


def _note(path: Path) -> tuple[int, Note]:
    if not _SIZE.fullmatch(path.name):
        raise LogError(f"data/log/checkpoints/{path.name}：文件名应当是行数。{_TODO}。")
    try:
        return int(path.name), read_note(path.read_bytes())
    except LogError as error:
        raise LogError(f"data/log/checkpoints/{path.name}：{error}{_TODO}。") from None


def log_faults(log: Log, key: Key) -> Iterator[str]:
    """What is wrong with a log that this key signs, each a sentence that names file and row."""
    places = [(day.place, row) for day in log.days for row in range(1, len(day.entries) + 1)]
    for wrong in broken_rules(log.written):
        place, row = places[wrong.index]
        yield _said(f"{place} 第 {row} 行", wrong.what)
    for day in log.days:
        if heads(day.entries) != [0] or not day.entries[0].startswith(
            f"batch/1 {day.day} ".encode()
        ):
            yield _said(day.place, "应当正好是这一天的一批")
    for size, what in _misfits(log, key):
        yield _said(f"checkpoints/{size}", what)
    for day in log.unsealed:
        what = "还没有签名，上一次封存中断过"
        yield f"data/{FOLDER}/{day.place}：{what}。请再运行一次 yanlu receipts seal。"


def _said(place: str, what: str) -> str:
    return f"data/{FOLDER}/{place}：{what}。{_TODO}。"


def _misfits(log: Log, key: Key) -> Iterator[tuple[int, str]]:
    """Checkpoints that are none of this log, by their sizes, and why."""
    ends = set(accumulate(len(day.entries) for day in log.days))
    try:
        keys = log_keys(log)
    except LogError:
        return  # a line that is none, of which was told already
    if log.size and key not in keys:
        yield log.size, "本单位现在的公钥没有登记：新的密钥要先由旧的封存一行 key/1 log"
    for size, note in log.notes.items():
        try:
            checkpoint = read_checkpoint(note.text)
            signers = note.signers(keys)
        except LogError as error:
            yield size, str(error).rstrip("。")
            continue
        if (checkpoint.origin, checkpoint.size) != (key.name, size):
            yield size, "名字或者行数与文件不符"
        elif not signers:
            yield size, "没有登记过的密钥的签名"
        elif size not in ends:
            yield size, "签名时的行数不是某一天的结尾：后来少了行，或者多了行"
        elif checkpoint.root != log.tree.root(size):
            yield size, "与各行重新算出的根不同：签名以后有的行被改过"


def log_keys(log: Log) -> list[Key]:
    """The keys that have signed the log, as it says itself.

    Raises:
        LogError: a line is none.
    """
    return [line.key for _, line in log.public if isinstance(line, KeyLine) and line.role == "log"]


def begun_on(log: Log, key: Key) -> date | None:
    """The day on which a key of the log was sealed; None where it was not."""
    told = [index for index, line in log.public if line == KeyLine("log", key)]
    begun = [day for day, start in days(log.entries).items() if told and start < told[0]]
    return max(begun, default=None)


def rewritten(data: Path, past: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    """Files of the log that take something back of what they once said.

    `past` are paths below the folder of the portal and published contents. A checkpoint may
    gain signatures; a file of a day only lines. What lay in a log that was given up lies there
    now under its name.
    """
    folders = [data / FOLDER, *sorted((data / FORMER).glob("*"))]
    for place, content in dict.fromkeys(past):
        paths = [folder / place.removeprefix(f"data/{FOLDER}/") for folder in folders]
        kept = [path.read_bytes() for path in paths if path.is_file()]
        if not any(_holds(place, now, content) for now in kept):
            yield f"{place}：与公布过的不同，少了或者改了内容。{_TODO}。"


def _holds(place: str, now: bytes, before: bytes) -> bool:
    return _gained(now, before) if "/checkpoints/" in place else now.startswith(before)


def _gained(now: bytes, before: bytes) -> bool:
    """Whether a note says the same, and has all of its signatures still."""
    try:
        new, old = read_note(now), read_note(before)
    except LogError:
        return now == before
    return new.text == old.text and set(old.signatures) <= set(new.signatures)
