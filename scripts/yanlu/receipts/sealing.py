"""The sealer: adds a batch for each day, computes the whole log anew, signs.

Everything is made before anything is written. With a key of its own, what was signed is first
written down beside the key: it is completed if the sealing is interrupted, and the key signs
nothing that does not continue it, in whatever copy of the repository.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from yanlu.errors import ForkError, LogError
from yanlu.locks import alone
from yanlu.receipts.checkpoints import Checkpoint, open_checkpoint
from yanlu.receipts.lines import BatchLine, EventLine, KeyLine, Public, ReleaseLine
from yanlu.receipts.log import FOLDER, PENDING, Day, Log, log_faults, read_log
from yanlu.receipts.merkle import grown
from yanlu.receipts.notes import Note, Signer, joined
from yanlu.receipts.releases import placed, read_pending, release_faults, waiting
from yanlu.receipts.rules import broken_rules, open_lines

Draw = Callable[[int], bytes]  # so many bytes of chance
_ONE_DAY, _LEAP = timedelta(days=1), timedelta(days=7)
_LABEL, _COMMITMENT = 16, 32  # bytes
_SHOWN = 20  # faults; a screen holds no more


@dataclass(frozen=True)
class Order:
    """What a day's sealing is to add; `events` is how many event lines the batches of a year have.

    It holds from the first batch of a year on: within a year, batches are as the first was.
    `published` are all packages that are out, oldest first, `keys` those that count as well as
    the log's own, and `waiting` event lines in the order of their coming. Those in the log
    already are left out; event lines that do not fit wait for the next day.
    """

    day: date
    events: int
    published: Sequence[ReleaseLine] = ()
    waiting: Sequence[EventLine] = ()
    keys: Sequence[KeyLine] = ()


@dataclass(frozen=True)
class Made:
    """What was sealed: new days, and the checkpoint over all; `left` event lines did not fit."""

    days: Sequence[Day]
    size: int
    note: Note
    left: int = 0

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files to be put into `data/log/`, the checkpoint last."""
        texts = {day.place: day.text for day in self.days}
        return {**texts, f"checkpoints/{self.size}": str(self.note).encode()}


def batches(log: Log, order: Order, public: Sequence[Public], draw: Draw) -> list[Day]:
    """The days that are missing, none of them left out; what waits goes into the last one.

    `public` are the lines that all can read.

    Raises:
        LogError: an event line says something else than one with its label in the log.
    """
    before = last_batch(log)
    first = before.day + _ONE_DAY if before else order.day
    made: list[Day] = []
    size = log.size
    for ordinal in range(first.toordinal(), order.day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        count, last = events_on(day, before, order.events), day == order.day
        told = list(placed(log, public, size + 1)) if last else []
        real = _fresh(log, order.waiting)[:count] if last else []
        made.append(Day(day, _batch(day, count, told, real, draw)))
        size += len(made[-1].entries)
    return made


def last_batch(log: Log) -> BatchLine | None:
    """How the newest sealed batch begins; None where there is none."""
    batches = [line for _, line in open_lines(log.entries) if isinstance(line, BatchLine)]
    return batches[-1] if batches else None


def events_on(day: date, before: BatchLine | None, events: int) -> int:
    """How many event lines a day has: as many as its year's others, else as the office says."""
    return before.events if before and before.day.year == day.year else events


def _batch(
    day: date, events: int, public: Sequence[Public], real: Sequence[bytes], draw: Draw
) -> list[bytes]:
    lines = [BatchLine(day, events, len(public)), *public]
    blind = [_blind(draw) for _ in range(events - len(real))]
    return [*(str(line).encode() for line in lines), *sorted([*real, *blind])]


def _blind(draw: Draw) -> bytes:
    """A line of nothing, which only the sealer knows from a real one."""
    return str(EventLine(draw(_LABEL), draw(_COMMITMENT))).encode()


def _fresh(log: Log, waiting: Iterable[EventLine]) -> list[bytes]:
    """Event lines that the log does not have.

    Raises:
        LogError: it has the label, with another commitment.
    """
    lines = {str(line).encode(): line for line in waiting}
    labels = {line.label for line in lines.values()}
    known = {entry for entry in log.entries if entry.startswith(b"event/1 ")} if lines else set()
    told = {entry[8:40] for entry in known}
    fresh = [entry for entry in lines if entry not in known]
    if len(labels) < len(lines) or any(entry[8:40] in told for entry in fresh):
        raise LogError(
            "等着封存的事件行里，有一个标签写了两样内容，没有封存。"
            "请在收件的机器上检查：同一件事只能说一样。"
        )
    return fresh


def seal(
    data: Path,
    signer: Signer,
    order: Order,
    draw: Draw,
    journal: Path | None,
    former: Signer | None = None,
) -> Made | None:
    """Seal the days that are missing; None where this day is sealed already.

    `former` signs as well: the key before this one, for those who have not heard of the new one.
    `journal` is the file beside the key in which is written what it signed last; without it
    nothing keeps the key from being used in two copies of the repository.

    Raises:
        LogError: the log does not hold what was signed, or breaks its rules; nothing is written.
    """
    with ExitStack() as locks:
        for place in [data, *([journal.parent] if journal else [])]:
            locks.enter_context(alone(place))
        log = _sound(data, signer)
        if journal and journal.is_file() and _completed(data, log, signer, journal):
            log = _sound(data, signer)
        _refuse(release_faults(log, order.published))
        pending = [*_first(log, signer), *order.keys, *read_pending(data)]
        public = waiting(log, order.published, pending)
        fresh = batches(log, order, public, draw)
        if not fresh:
            return None
        _refuse_unruly(log, fresh)
        left = len(set(_fresh(log, order.waiting)).difference(*(day.entries for day in fresh)))
        made = replace(_signed(log, [signer, *filter(None, [former])], fresh), left=left)
        if journal:
            put_file(journal, _journalled(made))
        _put(data / FOLDER, made.files)
        (data / FOLDER / PENDING).unlink(missing_ok=True)
    return made


def _first(log: Log, signer: Signer) -> list[Public]:
    """A log begins with the key that signs it."""
    return [] if log.size else [KeyLine("log", signer.key)]


def _sound(data: Path, signer: Signer) -> Log:
    """The log, computed anew from its text, without what an interrupted sealing left.

    Raises:
        LogError: it is not what was signed; all that is wrong is told.
    """
    log = read_log(data)
    left = log.unsealed
    log = Log([day for day in log.days if day not in left], log.notes)
    _refuse(log_faults(log, signer.key))
    for day in left:
        (data / FOLDER / day.place).unlink()
    return log


def _refuse_unruly(log: Log, fresh: Sequence[Day]) -> None:
    """Nothing is signed that the next sealing would not continue: it could never be undone."""
    wrong = broken_rules([*log.entries, *(entry for day in fresh for entry in day.entries)])
    _refuse(f"要写的第 {one.index} 行：{one.what}。" for one in wrong)


def refuse_clock(log: Log, day: date, until: date | None) -> None:
    """What a wrong clock seals stays for ever: a leap must be confirmed by naming its day.

    Raises:
        LogError: the day lies before the newest batch, or more than a week behind it and was
            not named as `until`.
    """
    before = last_batch(log)
    if before and day < before.day:
        raise LogError(
            f"这台电脑的日期是 {day}，公开记录已经封存到 {before.day}：日期慢了，没有封存。"
            "请把日期校准，再运行一次。"
        )
    if before and day - before.day > _LEAP and until != day:
        raise LogError(
            f"公开记录封存到 {before.day}，这台电脑的日期是 {day}，中间缺 "
            f"{(day - before.day).days} 天，没有封存。日期错了的，封存以后改不回来："
            "请先 git pull，再核对日期。"
            f"日期没有错、真的这么多天没有封存的，请加上 --until {day} 再运行一次。"
        )


def _refuse(faults: Iterable[str]) -> None:
    told = list(faults)
    if told:
        listed = "\n".join(f"  · {fault}" for fault in told[:_SHOWN])
        raise LogError(f"公开记录有 {len(told)} 处不符，没有封存：\n{listed}")


def _signed(log: Log, signers: Sequence[Signer], fresh: Sequence[Day]) -> Made:
    tree = grown(log.tree, [entry for day in fresh for entry in day.entries])
    checkpoint = Checkpoint(signers[0].name, tree.size, tree.root(tree.size))
    first, *others = (signer.sign(checkpoint.text) for signer in signers)
    signatures = [one for note in others for one in note.signatures]
    return Made(fresh, tree.size, joined(first, signatures))


def _journalled(made: Made) -> bytes:
    return json.dumps({place: text.decode() for place, text in made.files.items()}).encode()


def _completed(data: Path, log: Log, signer: Signer, journal: Path) -> bool:
    """Whether what the key signed last was missing in the log, and was put there.

    Raises:
        ForkError: the log does not hold it, and does not lead up to it either.
    """
    files = _last_signed(journal)
    *texts, note = files.values()
    checkpoint = open_checkpoint(note, signer.key).checkpoint
    tree = log.tree
    missing = checkpoint.size > log.size
    if missing:
        tree = grown(tree, b"".join(texts).split(b"\n")[:-1])
    if tree.size < checkpoint.size or tree.root(checkpoint.size) != checkpoint.root:
        raise ForkError(
            "这把密钥签过的检查点，这份公开记录里没有，也接不上：再签就会有两份不同的记录。"
            "没有封存。请先从 git 取回最新的 data/log/；取回以后还是这样，请保留现场，停止使用。"
        )
    if missing:
        _put(data / FOLDER, files)
    return missing


def _last_signed(journal: Path) -> dict[str, bytes]:
    """The files of the last sealing, from beside the key."""
    try:
        told: dict[str, str] = json.loads(journal.read_bytes())
        return {place: text.encode() for place, text in told.items()}
    except (ValueError, AttributeError):
        raise LogError(
            f"密钥旁边的 {journal.name} 读不出来，没有封存。请从备份恢复，不要删去："
            "它记着这把密钥上次签了什么。"
        ) from None


def _put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files in place, the last of which makes the others count; all or none."""
    with ExitStack() as undo:
        for place, content in files.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            undo.callback(path.unlink, missing_ok=True)
            put_file(path, content)
        undo.pop_all()


def put_file(path: Path, content: bytes) -> None:
    """Write a file in one step, and be sure that it is on the disk."""
    aside = path.with_name(f".{path.name}.writing")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
