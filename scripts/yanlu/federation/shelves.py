"""Collected copies on the disk: a package is there whole or not at all, and none is ever lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import msgspec

from yanlu.federation.checking import is_sealed
from yanlu.federation.series import DESCRIPTOR, Series
from yanlu.federation.states import Announced, State
from yanlu.packages.read import Listing
from yanlu.packages.schemas import load_schema
from yanlu.packages.write import csv_text, write_whole

_ASIDE = ".writing"
_MOST = 500  # tables that are kept in memory; most offices have the same lists of codes
_LARGEST = 100_000  # bytes of one


class Shelf:
    """Tables that are held already, by their hashes: what comes month after month is not asked for.

    Shared by all offices of a run: who knows the hash of a table knows the table.
    """

    def __init__(self) -> None:
        self._tables: dict[str, bytes] = {}
        self._lock = Lock()

    def find(self, digest: str) -> bytes | None:
        """The table of this SHA-256 sum."""
        return self._tables.get(digest)

    def put(self, digest: str, content: bytes) -> None:
        """Keep a table; that which was put longest ago gives way."""
        if len(content) > _LARGEST:
            return
        with self._lock:
            self._tables.pop(digest, None)
            self._tables[digest] = content
            if len(self._tables) > _MOST:
                del self._tables[next(iter(self._tables))]

    def fill(self, package: Path) -> None:
        """Keep the tables of a collected copy, each by the sum that it has now."""
        for path in package.glob("*.csv"):
            if path.name != "cube.csv":
                content = path.read_bytes()
                self.put(sha256(content).hexdigest(), content)


def held(collected: Path, series: Series) -> Sequence[Listing]:
    """The copies of one office that are there.

    Raises:
        PackageError: their list cannot be read.
    """
    return [
        one
        for one in series.listings(collected)
        if (series.package(collected, one.month, one.version) / DESCRIPTOR).is_file()
    ]


def damaged(collected: Path, series: Series, state: State) -> Sequence[Listing]:
    """Copies that are listed but not there as the log has them: they have to be fetched again.

    The descriptor is compared byte by byte, its tables by their sizes: to read them all each day
    would take as long as to collect them. `yanlu check` does.
    """
    return [
        one
        for one in series.listings(collected)
        if not _is_there(
            series.package(collected, one.month, one.version),
            state.first.get((f"{series.name}-{one.month}", str(one.version))),
        )
    ]


def unlist(collected: Path, series: Series) -> None:
    """Take those off the list that are gone."""
    there = held(collected, series)
    if len(there) < len(series.listings(collected)):
        _write_list(collected, series, there)


class _Table(msgspec.Struct, frozen=True):
    path: str
    bytes: int


class _Tables(msgspec.Struct, frozen=True):
    resources: tuple[_Table, ...]


def _is_there(package: Path, announced: Announced | None) -> bool:
    if announced is None:  # of a log that began anew: as much as there is to be compared
        return (package / DESCRIPTOR).is_file()
    line = announced.line
    try:
        content = (package / DESCRIPTOR).read_bytes()
        if not is_sealed(content, line.size, line.digest):
            return False
        with os.scandir(package) as files:
            sizes = {one.name: one.stat().st_size for one in files}
        tables = msgspec.json.decode(content, type=_Tables).resources
        return all(sizes.get(one.path) == one.bytes for one in tables)
    except (FileNotFoundError, NotADirectoryError):
        return False


def sweep(collected: Path) -> None:
    """Take away what a run left that was interrupted."""
    shutil.rmtree(collected / _ASIDE, ignore_errors=True)


def put(collected: Path, series: Series, listing: Listing, files: Mapping[str, bytes]) -> None:
    """Write a package beside its place, move it there, and list it.

    A folder that is there without being listed is what an interrupted run left: it gives way.
    """
    aside, folder = collected / _ASIDE, series.package(collected, listing.month, listing.version)
    aside.mkdir(parents=True)
    for name, content in files.items():
        (aside / name).write_bytes(content)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        shutil.rmtree(folder)
    aside.rename(folder)
    _list(collected, series, listing)


def _list(collected: Path, series: Series, listing: Listing) -> None:
    others = [
        one
        for one in series.listings(collected)
        if (one.month, one.version) != (listing.month, listing.version)
    ]
    _write_list(collected, series, sorted([*others, listing], key=lambda e: (e.month, e.version)))


def _write_list(collected: Path, series: Series, listings: Iterable[Listing]) -> None:
    rows = [one.row() for one in listings]
    write_whole(collected / series.folder / series.listed, csv_text([_header(), *rows]))


@cache
def _header() -> list[str]:
    return [field["name"] for field in load_schema("releases")["fields"]]
