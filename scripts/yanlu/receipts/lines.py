"""The lines of the log: five kinds, each written in one way only.

An event line is two strings that look like chance to everybody without the receipt; all the
others are public facts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from yanlu.errors import LogError
from yanlu.receipts.notes import Key, read_key


@dataclass(frozen=True)
class BatchLine:
    """A day begins: `public` lines follow that all can read, then `events` event lines."""

    day: date
    events: int
    public: int

    def __str__(self) -> str:
        return f"batch/1 {self.day} events:{self.events} public:{self.public}"


@dataclass(frozen=True)
class EventLine:
    """Something that happened to a receipt, or nothing: a label of 16 bytes, a commitment of 32."""

    label: bytes
    commitment: bytes

    def __str__(self) -> str:
        return f"event/1 {self.label.hex()} {self.commitment.hex()}"


@dataclass(frozen=True)
class ReleaseLine:
    """A published data package: SHA-256 and size of its `datapackage.json`.

    `revises` is the index of the line that it corrects.
    """

    name: str
    version: str
    digest: str
    size: int
    revises: int | None = None

    def __str__(self) -> str:
        revises = "" if self.revises is None else f" revises:{self.revises}"
        return f"release/1 {self.name} {self.version} sha256:{self.digest} {self.size}{revises}"


@dataclass(frozen=True)
class SiteLine:
    """A published site: SHA-256 of its `SHA256SUMS` and of the sources that it was built from."""

    sums: str
    source: str

    def __str__(self) -> str:
        return f"site/1 SHA256SUMS:sha256:{self.sums} source.tar:sha256:{self.source}"


@dataclass(frozen=True)
class KeyLine:
    """From now on this key counts as well, in the role of `log` or `intake`."""

    role: str
    key: Key

    def __str__(self) -> str:
        return f"key/1 {self.role} {self.key.vkey}"


Public = ReleaseLine | SiteLine | KeyLine
Line = BatchLine | EventLine | Public

_COUNT, _HEX = "(0|[1-9][0-9]{0,8})", "([0-9a-f]{%d})"
_SHA256 = f"sha256:{_HEX % 64}"
_BATCH = re.compile(rf"batch/1 ([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}) events:{_COUNT} public:{_COUNT}")
_EVENT = re.compile(rf"event/1 {_HEX % 32} {_HEX % 64}")
_RELEASE = re.compile(
    rf"release/1 ([a-z0-9][a-z0-9.-]*) ([0-9]+(?:\.[0-9]+)*) {_SHA256} {_COUNT}"
    rf"(?: revises:{_COUNT})?"
)
_SITE = re.compile(rf"site/1 SHA256SUMS:{_SHA256} source\.tar:{_SHA256}")
_KEY = re.compile(r"key/1 (log|intake) (\S+)")


def read_line(line: str) -> Line:
    """One line of the log, without its line end.

    Raises:
        LogError: it is of no known kind, or not written as its kind is.
    """
    if found := _EVENT.fullmatch(line):
        return EventLine(bytes.fromhex(found[1]), bytes.fromhex(found[2]))
    if found := _BATCH.fullmatch(line):
        return BatchLine(_day(found[1]), int(found[2]), int(found[3]))
    if found := _RELEASE.fullmatch(line):
        revises = None if found[5] is None else int(found[5])
        return ReleaseLine(found[1], found[2], found[3], int(found[4]), revises)
    if found := _SITE.fullmatch(line):
        return SiteLine(found[1], found[2])
    if found := _KEY.fullmatch(line):
        return KeyLine(found[1], read_key(found[2]))
    raise LogError("不是公开记录里五种行之一，或者写法不对")


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise LogError("日期不存在") from None
