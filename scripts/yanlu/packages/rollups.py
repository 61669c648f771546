"""`data/rollups/<month>/v<n>/`: what lower offices and this one have published, added up.

Read back for those who show it or report it: nothing whose hash does not hold.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yanlu.errors import PackageError
from yanlu.model import Cell, Event, Month
from yanlu.packages.read import Listing, cube_counts, listings
from yanlu.settings import Codes, read_codes

FOLDER = "rollups"  # in data/
COLLECTED = "collected"
COVERAGE = "coverage"
ROLLUPS = f"{FOLDER}/rollups.csv"  # their list


@dataclass(frozen=True)
class Covered:
    """A lower office in a roll-up: whether its figures are in it, and why not.

    `region` is a code of ours, with all that lies in it; `version` and `digest` (SHA-256) are
    those of the package that was added, "" where there is none.
    """

    id: str
    name: str
    region: str
    address: str
    status: str
    version: str
    digest: str
    reason: str

    @property
    def held(self) -> bool:
        """Whether its figures are in the sum."""
        return self.status == "collected"

    @property
    def link(self) -> str:
        """The address of its own site; "" where it was read from a folder."""
        return self.address if self.address.startswith(("https://", "http://")) else ""


@dataclass(frozen=True)
class HeldRollUp:
    """One version of a month: counts by our codes, and the offices in the order of our list."""

    listing: Listing
    descriptor: Mapping[str, Any]
    counts: Mapping[Cell, int]
    covered: Sequence[Covered]
    regions: Codes

    @property
    def month(self) -> Month:
        """The month that it counts."""
        return self.listing.month

    def within(self, office: Covered) -> frozenset[str]:
        """The codes of all regions whose figures are those of a lower office."""
        return frozenset(c for c in self.regions.rows if office.region in self._upwards(c))

    def by_office(self, channels: Collection[str]) -> Mapping[str, Mapping[Event, int]]:
        """Counts of what came through these channels, by the id of a lower office; "" is ours.

        Offices stand in the order of the list, those without any figures too; ours only where
        there is a cell of it.
        """
        offices = {code: one.id for one in self.held for code in self.within(one)}
        sums = {one.id: dict.fromkeys(Event, 0) for one in self.held}
        for cell, count in self.counts.items():
            found = sums.setdefault(offices.get(cell.region, ""), dict.fromkeys(Event, 0))
            if cell.channel in channels:
                found[cell.event] += count
        return sums

    @property
    def held(self) -> Sequence[Covered]:
        """The lower offices whose figures are in it."""
        return [office for office in self.covered if office.held]

    def _upwards(self, region: str) -> list[str]:
        above: list[str] = []
        while region and region not in above:
            above.append(region)
            region = self.regions.rows[region].get("parent", "") if region in self.regions else ""
        return above


def rollup_folder(data: Path, month: Month, version: int) -> Path:
    """Where a roll-up lies."""
    return data / FOLDER / str(month) / f"v{version}"


def listed_rollups(data: Path) -> Sequence[Listing]:
    """All roll-ups in the order of their list; none where none was made.

    Raises:
        PackageError: the list cannot be read.
    """
    path = data / ROLLUPS
    try:
        return listings(path.read_bytes()) if path.is_file() else []
    except PackageError:
        raise PackageError(f"data/{ROLLUPS} 的格式不对。请从 git 里恢复。") from None


def newest_rollups(data: Path) -> Sequence[Listing]:
    """The version in force of each month, oldest month first."""
    latest = {one.month: one for one in sorted(listed_rollups(data), key=lambda e: e.version)}
    return [latest[month] for month in sorted(latest)]


def read_rollup(data: Path, listing: Listing) -> HeldRollUp:
    """One listed roll-up.

    Raises:
        PackageError: a file is missing, altered or not what its descriptor says.
    """
    folder = rollup_folder(data, listing.month, listing.version)
    where = f"data/{FOLDER}/{listing.month}/v{listing.version}"
    try:
        descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
        contents = {one["name"]: _sealed(folder, one) for one in descriptor["resources"]}
        named = (descriptor["name"], str(descriptor["version"]))
        tables = (contents["cube"], contents[COVERAGE])
    except (OSError, ValueError, KeyError, TypeError):
        raise PackageError(f"{where} 缺少文件，或者读不懂。请从 git 里恢复。") from None
    if named != (f"rollup-{listing.month}", str(listing.version)):
        raise PackageError(f"{where} 的描述文件与 data/{ROLLUPS} 不符。请从 git 里恢复。")
    cube, coverage = tables
    regions = read_codes(folder / "regions.csv")
    return HeldRollUp(listing, descriptor, cube_counts(cube), _coverage(coverage), regions)


def _sealed(folder: Path, resource: Mapping[str, Any]) -> bytes:
    content = (folder / str(resource["path"])).read_bytes()
    if resource["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
        raise PackageError(
            f"data/{FOLDER}/{folder.parent.name}/{folder.name}/{resource['path']} "
            "与汇总时的校验值不符。请从 git 里恢复。"
        )
    return content


def _coverage(content: bytes) -> tuple[Covered, ...]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8"), newline=""))
    return tuple(Covered(**{name: row[name] for name in Covered.__annotations__}) for row in rows)
