"""The kinds of packages that a level below publishes: an office's own months, or those added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.model import Month
from yanlu.packages.read import Listing, listings
from yanlu.packages.schemas import CARRIED

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Series:
    """Packages by the name before their month.

    `folder` and `listed` are where they lie and are listed in `data/`, and in a collected copy of
    it; `served` where they lie below the address of a site; `tables` what each holds, and `shape`
    the schema of its descriptor.
    """

    name: str
    folder: str
    listed: str
    served: str
    tables: Sequence[str]
    shape: str

    def place(self, month: Month, version: int) -> str:
        """Where a package lies, below `folder` or `served`."""
        return f"{month}/v{version}"

    def package(self, collected: Path, month: Month, version: int) -> Path:
        """The folder of a collected copy."""
        return collected / self.folder / self.place(month, version)

    def listings(self, collected: Path) -> Sequence[Listing]:
        """The collected copies of one office, in the order of their list.

        Raises:
            PackageError: the list cannot be read.
        """
        path = collected / self.folder / self.listed
        place = f"collected/{collected.name}/{self.folder}/{self.listed}"
        return listings(path.read_bytes(), place) if path.is_file() else []


_OWN = ("cube", *CARRIED)
SERIES = {
    one.name: one
    for one in (
        Series(
            name="statistics",
            folder="statistics",
            listed="releases.csv",
            served="data/releases/",
            tables=_OWN,
            shape="release.schema",
        ),
        Series(
            name="rollup",
            folder="rollups",
            listed="rollups.csv",
            served="data/rollups/",
            tables=(*_OWN, "coverage"),
            shape="rollup.schema",
        ),
    )
}
