"""Released numbers of two versions of `data/`: never a true one, for none is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from yanlu.model import Cell, Event, Month
from yanlu.packages.read import Listing, in_force, newest, read_release
from yanlu.packages.rollups import COLLECTED, Covered, listed_rollups, read_rollup
from yanlu.settings import Codes, Portal


@dataclass(frozen=True)
class Number:
    """One released number before and after; `where` is its cell in words. 0 is 0 to base - 1."""

    where: str
    before: int
    after: int


@dataclass(frozen=True)
class Office:
    """A lower office whose part in a roll-up changes; how it was and is in it, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Renewed:
    """What becomes public of one month with a new version; sums are of released numbers.

    `former` is the version in force before, None for a month that was not out yet: then no
    cells are listed, since all are new. Of a roll-up, `covered` is how many lower offices of how
    many are in it, and `offices` are those that come, go or have another version.
    """

    month: Month
    version: int
    former: int | None
    why: str
    base: int
    least: int | None
    sums: tuple[Number, ...]
    cells: tuple[Number, ...]
    covered: tuple[int, int] | None = None
    offices: tuple[Office, ...] = ()


def changed_numbers(before: Path, after: Portal) -> Iterator[Renewed]:
    """Each month whose version in force differs; `before` is the other `data/`.

    Raises:
        PackageError: a release that cannot be read.
    """
    for former, entry in _renewed(newest(before), newest(after.data)):
        new = read_release(after.data, entry.month, entry.version).counts
        old = read_release(before, entry.month, former.version).counts if former else {}
        yield _numbers(after, (former, old), (entry, new))


def changed_rollups(before: Path, after: Portal) -> Iterator[Renewed]:
    """Each roll-up whose version in force differs; `before` is the other `data/`.

    Raises:
        PackageError: a roll-up that cannot be read.
    """
    entries = (in_force(listed_rollups(data)) for data in (before, after.data))
    for former, entry in _renewed(*entries):
        new = read_rollup(after.data, entry.month, entry.version)
        old = read_rollup(before, entry.month, former.version) if former else None
        counts = old.rollup.counts if old else {}
        yield replace(
            _numbers(after, (former, counts), (entry, new.rollup.counts)),
            covered=(len(new.taken), len(new.coverage)),
            offices=tuple(_offices(old.coverage if old else (), new.coverage)),
        )


_Version = tuple[Listing, Mapping[Cell, int]]
_Former = tuple[Listing | None, Mapping[Cell, int]]


def _renewed(
    before: Sequence[Listing], after: Sequence[Listing]
) -> Iterator[tuple[Listing | None, Listing]]:
    old = {entry.month: entry for entry in before}
    for entry in after:
        former = old.get(entry.month)
        if former is None or former.version != entry.version:
            yield former, entry


def _numbers(after: Portal, old: _Former, new: _Version) -> Renewed:
    (former, was), (entry, counts) = old, new
    sums = tuple(
        Number(after.codes["events"].title(event), _sum(was, event), _sum(counts, event))
        for event in Event
    )
    cells = tuple(_changed(was, counts, after.codes)) if former else ()
    least = min(counts.values(), default=None)
    version = former.version if former else None
    why = _title(after.codes["revisions"], entry.why) if former else ""
    return Renewed(entry.month, entry.version, version, why, entry.base, least, sums, cells)


def _offices(before: Sequence[Covered], after: Sequence[Covered]) -> Iterator[Office]:
    """Those that changed; of a first roll-up all, in the order of the list."""
    old, new = ({one.id: one for one in coverage} for coverage in (before, after))
    for id_ in dict.fromkeys([*new, *old]):
        was, now = old.get(id_), new.get(id_)
        if was is None or now is None or _part(was) != _part(now):
            name = now.name if now else old[id_].name
            yield Office(name, _part(was), _part(now))


def _part(covered: Covered | None) -> str:
    if covered is None:
        return "不在名单里"
    if covered.status != COLLECTED:
        return f"没有：{covered.reason}"
    gaps = f"，自己也不全：{covered.gaps}" if covered.is_partly else ""
    return f"第{covered.version}版{gaps}"


def _changed(
    was: Mapping[Cell, int], new: Mapping[Cell, int], codes: Mapping[str, Codes]
) -> Iterator[Number]:
    for cell in sorted({*was, *new}):
        before, after = was.get(cell, 0), new.get(cell, 0)
        if before != after:
            yield Number(_named(cell, codes), before, after)


def _named(cell: Cell, codes: Mapping[str, Codes]) -> str:
    pairs = zip(("regions", "topics", "channels", "events"), cell, strict=True)
    return " · ".join(_title(codes[name], code) for name, code in pairs)


def _title(known: Codes, code: str) -> str:
    return known.title(code) if code in known else code


def _sum(counts: Mapping[Cell, int], event: Event) -> int:
    return sum(count for cell, count in counts.items() if cell.event is event)
