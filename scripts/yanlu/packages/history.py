"""The versions that readers may hold: those in `data/`, and all that git has kept of them."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from yanlu.errors import PackageError
from yanlu.model import Issued, Month
from yanlu.packages.faults import Fault, plain_fault
from yanlu.packages.read import (
    Listing,
    cube_counts,
    listed,
    listings,
    release_folder,
    replacements,
)

CUBES = "data/statistics/*/v*/cube.csv"  # below the folder of a portal
LIST = "data/statistics/releases.csv"

Version = tuple[Month, int]
Contents = Mapping[Version, list[bytes]]


def gather(data: Path, past: Iterable[tuple[str, bytes]]) -> Contents:
    """Every content of every version, each once, that in force first.

    `past` are paths and contents from git, the newest first. A version that is no longer
    listed counts too: whoever has read it has not forgotten it.
    """
    contents: dict[Version, list[bytes]] = defaultdict(list)
    for entry in listed(data):
        path = release_folder(data, entry.month, entry.version) / "cube.csv"
        contents[entry.month, entry.version].append(path.read_bytes())
    for place, content in past:
        version = _version(place)
        if version and content not in contents[version]:
            contents[version].append(content)
    return contents


def _version(place: str) -> Version | None:
    found = re.fullmatch(r"data/statistics/(\d{4}-(?:0[1-9]|1[0-2]))/v([1-9]\d*)/cube\.csv", place)
    return (Month.parse(found[1]), int(found[2])) if found else None


def silent_changes(data: Path, contents: Contents) -> Iterator[Fault]:
    """Versions whose numbers were replaced, which `replaced.csv` does not own up to."""
    declared = {(entry.month, entry.version, entry.sha256) for entry in replacements(data)}
    for (month, version), (_, *others) in sorted(contents.items()):
        for content in others:
            if (month, version, _sha256(content)) not in declared:
                yield plain_fault("replaced", _place(month, version))


def lost_lines(data: Path, past: Iterable[bytes], contents: Contents) -> Sequence[Fault]:
    """Versions that were listed once and are no more, or with another date, reason or base.

    `past` are the contents that the list had in the commits which led to the one checked
    out; a draft in another branch was never in force. A version may go when `replaced.csv`
    owns up to all of its contents, and be listed anew under a day on which, as that file
    says, it was replaced.
    """
    now = {(entry.month, entry.version): entry for entry in listed(data)}
    declared = replacements(data)
    owned = {(entry.month, entry.version, entry.sha256) for entry in declared}
    days = {(entry.month, entry.version, entry.day) for entry in declared}
    faults = set()
    for old in (line for content in past for line in _lines(content)):
        version = (old.month, old.version)
        new = now.get(version)
        if new is None:
            seals = {(*version, _sha256(content)) for content in contents.get(version, ())}
            kind = "" if seals <= owned else "delisted"
        else:
            kind = "" if new == old or (*version, new.issued) in days else "relisted"
        if kind:
            faults.add(plain_fault(kind, f"data/statistics/{old.month}/v{old.version}"))
    return sorted(faults)


def _lines(content: bytes) -> Sequence[Listing]:
    """The lines of a past list; of one that cannot be read nothing was ever built."""
    try:
        return listings(content)
    except PackageError:
        return []


def issued(data: Path, contents: Contents, base: int) -> tuple[list[Issued], list[Fault]]:
    """The versions with their counts, and those of which a content cannot be read.

    `base` is that of versions that are not listed any more.
    """
    bases = {(entry.month, entry.version): entry.base for entry in listed(data)}
    versions, faults = [], []
    for (month, number), each in sorted(contents.items()):
        try:
            counts = tuple(cube_counts(content) for content in each)
        except PackageError:
            faults.append(plain_fault("unreadable", _place(month, number)))
        else:
            versions.append(Issued(month, number, bases.get((month, number), base), counts))
    return versions, faults


def _place(month: Month, version: int) -> str:
    return f"data/statistics/{month}/v{version}/cube.csv"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
