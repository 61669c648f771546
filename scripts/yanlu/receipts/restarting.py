"""A log whose key may be in other hands is given up: another begins, and names its last good state.

The old one is kept whole under `data/former-logs/<n>/`, with the last checkpoint that is trusted in
`last-good`; of that file the new log's first batch holds the hash, as of a published package.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from yanlu.errors import LogError
from yanlu.locks import alone
from yanlu.receipts.checkpoints import read_checkpoint
from yanlu.receipts.lines import ReleaseLine
from yanlu.receipts.log import FOLDER, FORMER, PENDING, Log, log_faults, log_keys, read_log
from yanlu.receipts.notes import Key, read_note
from yanlu.receipts.sealing import put_file

NAME = "former-log-"  # and its number: the name of its line in the log
_LAST = "last-good"


@dataclass(frozen=True)
class Former:
    """A log that was given up, as far as it is trusted; `last` is its last good checkpoint."""

    number: int
    log: Log
    last: bytes

    @property
    def line(self) -> ReleaseLine:
        """By which the log that follows names it."""
        name, digest = f"{NAME}{self.number}", sha256(self.last).hexdigest()
        return ReleaseLine(name, "1", digest, len(self.last))

    @property
    def signers(self) -> list[Key]:
        """The keys that signed its last good checkpoint."""
        return self.log.notes[self.log.size].signers(log_keys(self.log))

    def faults(self) -> Iterator[str]:
        """What is wrong with it; each names its folder."""
        signers = self.signers
        if not signers:
            yield f"data/{FORMER}/{self.number}/{_LAST}：没有登记过的密钥的签名。请从 git 里恢复。"
            return
        for fault in log_faults(self.log, signers[-1]):
            yield fault.replace(f"data/{FOLDER}/", f"data/{FORMER}/{self.number}/")


def former_logs(data: Path) -> list[Former]:
    """The logs that were given up, the oldest first.

    Raises:
        LogError: a file of one is missing, or not what it must be; or giving it up was
            interrupted, and what waited to be sealed lies there still.
    """
    numbers = sorted(int(path.name) for path in (data / FORMER).glob("[0-9]*"))
    return [_former(data, number) for number in numbers]


def _former(data: Path, number: int) -> Former:
    folder = f"{FORMER}/{number}"
    if (data / folder / PENDING).is_file():
        raise LogError(
            f"data/{folder}/{PENDING} 还在：上一次 yanlu receipts restart 中断过。"
            f"请把它移到 data/{FOLDER}/（没有这个文件夹的，先建），再封存。"
        )
    try:
        last = (data / folder / _LAST).read_bytes()
    except OSError:
        raise LogError(f"data/{folder}/{_LAST} 没有了。请从 git 里恢复。") from None
    size = read_checkpoint(read_note(last).text).size
    return Former(number, _until(read_log(data, folder), size), last)


def _until(log: Log, size: int) -> Log:
    ends = accumulate(len(day.entries) for day in log.days)
    kept = [day for day, end in zip(log.days, ends, strict=True) if end <= size]
    return Log(kept, {at: note for at, note in log.notes.items() if at <= size})


def restart(data: Path, key: Key, size: int) -> Former:
    """Give the log up behind its checkpoint of `size`; another, of `key`'s name, will begin.

    Raises:
        LogError: there is no such checkpoint or it does not hold, or the name is still the same.
    """
    with alone(data):
        log = _until(read_log(data), size)
        if size not in log.notes:
            raise LogError(
                f"公开记录里没有 {size} 行的检查点。请看 data/log/checkpoints/ 里有哪些。"
            )
        content = str(log.notes[size]).encode()
        former = Former(len(former_logs(data)) + 1, log, content)
        if read_checkpoint(log.notes[size].text).origin == key.name:
            raise LogError(
                "新的公开记录要有新的名字，例如在后面加 -2。请先把 data/office.toml 的 log_key "
                "换成新的密钥、新的名字。"
            )
        if told := list(former.faults()):
            raise LogError(f"到 {size} 行为止就有不符，不能当作可信的：{told[0]}")
        _move(data, former)
    return former


def _move(data: Path, former: Former) -> None:
    """Lines that wait to be sealed go on waiting, in the new log."""
    place = data / FORMER / str(former.number)
    place.parent.mkdir(exist_ok=True)
    put_file(data / FOLDER / _LAST, former.last)
    (data / FOLDER).rename(place)
    (data / FOLDER).mkdir()
    if (place / PENDING).is_file():
        (place / PENDING).rename(data / FOLDER / PENDING)
