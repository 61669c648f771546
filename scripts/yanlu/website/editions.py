"""The releases as the site speaks of them: titles, addresses, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yanlu.model import Month
from yanlu.packages.maps import Map
from yanlu.packages.read import (
    Listing,
    Replacement,
    read_descriptor,
    release_folder,
    replacements,
)
from yanlu.settings import Codes

RELEASES = "data/releases/"


@dataclass(frozen=True)
class Edition:
    """A listed release; `why` says in words what it corrects, empty for a first version.

    `replaced` owns up to contents that this version had before, against the rule. `below` is the
    folder of all packages of its series on the site.
    """

    listing: Listing
    descriptor: Mapping[str, Any]
    why: str
    replaced: Sequence[Replacement] = ()
    below: str = RELEASES

    @property
    def month(self) -> Month:
        """The month that it counts."""
        return self.listing.month

    @property
    def title(self) -> str:
        """As readers see it."""
        return f"{self.month.title}第{self.listing.version}版"

    @property
    def anchor(self) -> str:
        """Its heading on the page of releases."""
        return f"{self.month}-v{self.listing.version}"

    @property
    def address(self) -> str:
        """Its folder, relative to the root of the site."""
        return f"{self.below}{self.month}/v{self.listing.version}/"

    @property
    def told(self) -> str:
        """Where a page tells of it, relative to the root of the site."""
        own = self.below == RELEASES
        return f"{RELEASES}#{self.anchor}" if own else f"data/federation/{self.month}/"

    @property
    def slug(self) -> str:
        """The last part of its bulletin's address."""
        suffix = f"-v{self.listing.version}" if self.listing.version > 1 else ""
        return f"{self.month}-statistics{suffix}"

    @property
    def headline(self) -> str:
        """The title of its bulletin."""
        return f"{self.month.title}统计公告" + ("（更正）" if self.listing.version > 1 else "")

    @property
    def source(self) -> dict[str, str]:
        """Title, terms and note of the records behind it."""
        source: dict[str, str] = self.descriptor["sources"][0]
        return source


def read_editions(data: Path, entries: Iterable[Listing], reasons: Codes) -> list[Edition]:
    """The listed releases with their descriptors, newest month and version first."""
    replaced = replacements(data)
    editions = [
        Edition(
            entry,
            read_descriptor(release_folder(data, entry.month, entry.version)),
            reasons.title(entry.why) if entry.why else "",
            [r for r in replaced if (r.month, r.version) == (entry.month, entry.version)],
        )
        for entry in entries
    ]
    return sorted(editions, key=lambda e: (e.month, e.listing.version), reverse=True)


@dataclass(frozen=True)
class Origin:
    """What every statistics page says of its numbers beside the numbers.

    `editions` are the releases in force, oldest month first. `map` is that of the office, drawn
    in place of a grid of regions where it has one.
    """

    root: str
    licence: Mapping[str, str]
    editions: Sequence[Edition]
    map: Map | None = None

    @property
    def base(self) -> int:
        """The rounding base of the newest release."""
        return self.editions[-1].listing.base

    def of(self, months: Sequence[Month]) -> list[Edition]:
        """The releases that these months come from."""
        return [edition for edition in self.editions if edition.month in months]

    def sources(self, months: Sequence[Month]) -> list[dict[str, str]]:
        """Where the records of these months come from, each source once."""
        unique = {tuple(edition.source.items()): edition.source for edition in self.of(months)}
        return list(unique.values())
