"""The released counts, added up once for every sum that the site shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

from yanlu.model import Event, Month, Release
from yanlu.settings import Codes

_Place = tuple[str | None, str | None, str | None, Event]  # region, topic, channel; None is the sum


class Where(NamedTuple):
    """Which counts are meant; None is the sum.

    `channel` None is the sum of what citizens wrote: records that the office made itself
    have a channel group of their own and are never added to it.
    """

    month: Month | None = None
    region: str | None = None
    topic: str | None = None
    channel: str | None = None

    def narrowed(self, dimension: str, code: str) -> Where:
        """The same place within one code of a dimension."""
        pairs = zip(self._fields, self, strict=True)
        return Where._make(code if name == dimension else value for name, value in pairs)


@dataclass(frozen=True)
class Numbers:
    """Every count on the site is a sum of released leaf cells, and of nothing else."""

    releases: Sequence[Release]
    codes: Mapping[str, Codes]

    @property
    def months(self) -> tuple[Month, ...]:
        """Released months, oldest first."""
        return tuple(release.month for release in self.releases)

    @property
    def base(self) -> int:
        """The rounding base of the newest release."""
        return self.releases[-1].base

    @property
    def channels(self) -> tuple[str, ...]:
        """Channel groups through which citizens write."""
        rows = self.codes["channels"].rows
        return tuple(c for c in self.codes["channels"].groups if rows[c]["writer"] == "citizen")

    @cached_property
    def used(self) -> frozenset[str]:
        """Channel groups that any released cell counts; a source may know only some."""
        return frozenset(cell.channel for release in self.releases for cell in release.counts)

    def count(self, where: Where, event: Event) -> int:
        """How many times the event happened there."""
        place = (where.region, where.topic, where.channel, event)
        return self._sums[where.month].get(place, 0)

    @cached_property
    def _sums(self) -> Mapping[Month | None, Mapping[_Place, int]]:
        """By month; None is the sum."""
        citizens = frozenset(self.channels)
        sums: dict[Month | None, dict[_Place, int]] = {
            release.month: _summed(release, citizens) for release in self.releases
        }
        whole: dict[_Place, int] = defaultdict(int)
        for month in list(sums.values()):
            for place, count in month.items():
                whole[place] += count
        return defaultdict(dict, {**sums, None: whole})


def _summed(release: Release, citizens: Container[str]) -> dict[_Place, int]:
    sums: dict[_Place, int] = defaultdict(int)
    for (region, topic, channel, event), count in release.counts.items():
        channels = (channel, None) if channel in citizens else (channel,)
        for place in product((region, None), (topic, None), channels, (event,)):
            sums[place] += count
    return sums
