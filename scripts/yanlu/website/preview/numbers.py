"""Released numbers of two versions of `data/`: never a true one, for none is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from yanlu.model import Cell, Event, Month, Release
from yanlu.packages.read import Listing, newest, read_release
from yanlu.settings import Codes, Portal


@dataclass(frozen=True)
class Number:
    """One released number before and after; `where` is its cell in words. 0 is 0 to base - 1."""

    where: str
    before: int
    after: int


@dataclass(frozen=True)
class Renewed:
    """What becomes public of one month with a new version; sums are of released numbers.

    `former` is the version in force before, None for a month that was not out yet: then no
    cells are listed, since all are new.
    """

    month: Month
    version: int
    former: int | None
    base: int
    least: int | None
    sums: tuple[Number, ...]
    cells: tuple[Number, ...]


def changed_numbers(before: Path, after: Portal) -> Iterator[Renewed]:
    """Each month whose version in force differs; `before` is the other `data/`.

    Raises:
        PackageError: a release that cannot be read.
    """
    old = {entry.month: entry for entry in newest(before)}
    for entry in newest(after.data):
        former = old.get(entry.month)
        if former is None or former.version != entry.version:
            yield _numbers(before, after, former, entry)


def _numbers(before: Path, after: Portal, former: Listing | None, entry: Listing) -> Renewed:
    new = read_release(after.data, entry.month, entry.version)
    old = read_release(before, former.month, former.version) if former else None
    was = old.counts if old else {}
    sums = tuple(
        Number(after.codes["events"].title(event), _sum(was, event), _sum(new.counts, event))
        for event in Event
    )
    cells = tuple(_changed(was, new, after.codes)) if former else ()
    least = min(new.counts.values(), default=None)
    version = former.version if former else None
    return Renewed(entry.month, entry.version, version, entry.base, least, sums, cells)


def _changed(was: Mapping[Cell, int], new: Release, codes: Mapping[str, Codes]) -> Iterator[Number]:
    for cell in sorted({*was, *new.counts}):
        before, after = was.get(cell, 0), new.counts.get(cell, 0)
        if before != after:
            yield Number(_named(cell, codes), before, after)


def _named(cell: Cell, codes: Mapping[str, Codes]) -> str:
    pairs = zip(("regions", "topics", "channels", "events"), cell, strict=True)
    return " · ".join(_title(codes[name], code) for name, code in pairs)


def _title(known: Codes, code: str) -> str:
    return known.title(code) if code in known else code


def _sum(counts: Mapping[Cell, int], event: Event) -> int:
    return sum(count for cell, count in counts.items() if cell.event is event)
