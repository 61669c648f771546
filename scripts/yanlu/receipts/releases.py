"""The register of what was published: which packages and sites are sealed, and which wait.

Packages wait by lying in `data/`; what is not a file there (a site that was built, a new key)
waits in `data/log/pending.txt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from yanlu.errors import LogError
from yanlu.locks import alone
from yanlu.receipts.lines import KeyLine, Public, ReleaseLine, SiteLine, read_line
from yanlu.receipts.log import FOLDER, PENDING, Log

_PLACE = f"data/{FOLDER}/{PENDING}"


def read_pending(data: Path) -> list[SiteLine | KeyLine]:
    """The lines that wait in a file of their own.

    Raises:
        LogError: a line is none of a site or a key.
    """
    path = data / FOLDER / PENDING
    text = path.read_bytes().decode("ascii", errors="replace") if path.is_file() else ""
    return [_waiting(number, line) for number, line in enumerate(text.splitlines(), 1)]


def _waiting(number: int, text: str) -> SiteLine | KeyLine:
    try:
        line = read_line(text)
    except LogError as error:
        raise LogError(f"{_PLACE} 第 {number} 行：{error}。请从 git 里恢复。") from None
    if not isinstance(line, SiteLine | KeyLine):
        raise LogError(f"{_PLACE} 第 {number} 行：这里只写网站和公钥的行。请删去这一行。")
    return line


def add_pending(data: Path, line: SiteLine | KeyLine) -> bool:
    """Let a line wait; answers whether it was not there yet."""
    with alone(data):  # a sealing that goes on takes away what it has read, and nothing later
        if line in read_pending(data):
            return False
        path = data / FOLDER / PENDING
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="ascii", newline="") as file:
            file.write(f"{line}\n")
    return True


def waiting(log: Log, published: Iterable[ReleaseLine], pending: Iterable[Public]) -> list[Public]:
    """The public lines to be sealed next, in their order; each names the line it corrects.

    `published` are all packages that are out, oldest first. A log begins with its own key's
    line, which is among `pending`.
    """
    sealed = {(line.name, line.version) for line in releases(log)}
    fresh = [line for line in published if (line.name, line.version) not in sealed]
    known = {line for _, line in log.public}
    keys = [line for line in dict.fromkeys(pending) if line not in known]
    return [*keys, *fresh]


def placed(log: Log, lines: Iterable[Public], start: int) -> Iterator[Public]:
    """Lines as they will stand from an index on: each release names the line it corrects."""
    newest = {line.name: index for index, line in log.public if isinstance(line, ReleaseLine)}
    for index, line in enumerate(lines, start):
        if not isinstance(line, ReleaseLine):
            yield line
            continue
        yield replace(line, revises=newest.get(line.name))
        newest[line.name] = index


def releases(log: Log) -> list[ReleaseLine]:
    """The sealed lines of packages."""
    return [line for _, line in log.public if isinstance(line, ReleaseLine)]


def release_faults(log: Log, published: Sequence[ReleaseLine]) -> Iterator[str]:
    """Published packages that say something else than the log, or are not the newest there."""
    sealed = {(line.name, line.version): line for line in releases(log)}
    last = {line.name: line for line in releases(log)}
    out = {(line.name, line.version) for line in published}
    for line in published:
        held = sealed.get((line.name, line.version))
        if held and (held.digest, held.size) != (line.digest, line.size):
            yield (
                f"{line.name} 第 {line.version} 版：描述文件与公开记录里登记的不同。"
                "登记以后不能改：请从 git 里恢复，更正要发布新的一版。"
            )
    for name in dict.fromkeys(line.name for line in published):
        if name in last and (name, last[name].version) not in out:
            yield (
                f"{name}：公开记录里登记的最新一版是第 {last[name].version} 版，"
                "现在公布的却没有这一版。请从 git 里恢复。"
            )
