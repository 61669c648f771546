"""What the site of a level above knows: roll-ups, and how sure the shares of each office are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

from yanlu.errors import BuildError
from yanlu.model import Cell, Event, Month, Release
from yanlu.packages.lower_offices import read_lower_offices, upwards
from yanlu.packages.read import (
    Listing,
    in_force,
    newest,
    read_descriptor,
    read_release,
    release_folder,
)
from yanlu.packages.rollups import (
    SHAPE,
    Covered,
    Held,
    listed_rollups,
    read_rollup,
    rollup_folder,
)
from yanlu.settings import Codes, Portal, read_codes
from yanlu.website.editions import Edition
from yanlu.website.figures import LIMITED
from yanlu.website.numbers import Numbers
from yanlu.website.spans import Span, span

ADDRESS, PACKAGES = "data/federation/", "data/rollups/"  # the pages, and what they show
OWN, ALL = ".own", ".all"  # beside the ids of lower offices, which hold no full stop
_COLLECTED = "collected"  # in data/: a folder of each lower office
_LISTS = ("regions", "topics", "channels")


@dataclass(frozen=True)
class Member:
    """An office whose figures are in a roll-up.

    `counts` are of what citizens sent; `spans` tell of events how sure they are, and are empty
    where the cells behind the sum are not here.
    """

    code: str
    name: str
    counts: Mapping[Event, int]
    spans: Mapping[Event, Span]


@dataclass(frozen=True)
class Rolled:
    """A roll-up in force as the site shows it: its members in the order of the office's list."""

    held: Held
    members: Sequence[Member]
    edition: Edition

    @property
    def month(self) -> Month:
        """The month that it counts."""
        return self.held.rollup.month

    @property
    def address(self) -> str:
        """Of its page, relative to the root of the site."""
        return f"{ADDRESS}{self.month}/"

    @property
    def covered(self) -> Sequence[Covered]:
        """All lower offices, also those that are not in it."""
        return self.held.coverage

    @property
    def partly(self) -> Sequence[Covered]:
        """Those in it that have added up themselves, and not all of theirs."""
        return [one for one in self.covered if one.is_partly]


@dataclass(frozen=True)
class Federation:
    """All roll-ups in force, the oldest month first, and the counts of their sum."""

    rolled: Sequence[Rolled]
    numbers: Numbers


def read_federation(portal: Portal) -> Federation | None:
    """All that was rolled up; None where nothing was.

    Raises:
        PackageError: a file is missing or altered.
        BuildError: a copy of a lower office is not the one that was added up.
        SettingsError: `data/sources.toml`.
    """
    entries = in_force(listed_rollups(portal.data))
    if not entries:
        return None
    offices = read_lower_offices(portal.data, portal.codes)
    mapped = {office.id: office.channels for office in offices}
    rolled = [_rolled(portal, entry, mapped) for entry in entries]
    return Federation(rolled, Numbers([_release(one.held) for one in rolled], portal.codes))


def rollup_editions(portal: Portal) -> list[Edition]:
    """Every version, for the catalogue; newest month and version first."""
    entries = sorted(listed_rollups(portal.data), key=lambda e: (e.month, e.version), reverse=True)
    return [_edition(portal, entry) for entry in entries]


def _rolled(portal: Portal, entry: Listing, mapped: Mapping[str, Mapping[str, str]]) -> Rolled:
    held = read_rollup(portal.data, entry.month, entry.version)
    return Rolled(held, _Adding(portal, held, mapped).members(), _edition(portal, entry))


def _edition(portal: Portal, entry: Listing) -> Edition:
    """As other releases are spoken of; its source is told in one line, the offices one by one."""
    told = {
        "title": "各单位各自公布的数据包，逐格相加，没有再舍入",
        "terms": portal.settings.licence.title,
        "note": (
            "哪些单位在内、各用哪一版，写在覆盖情况里。"
            "期限是各单位自己的，不是《信访工作条例》规定的期限。"
        ),
    }
    folder = rollup_folder(portal.data, entry.month, entry.version)
    descriptor = read_descriptor(folder, SHAPE)
    why = portal.codes["revisions"].title(entry.why) if entry.why else ""
    return Edition(entry, {**descriptor, "sources": [told]}, why, below=PACKAGES)


def _release(held: Held) -> Release:
    """Sums of rounded cells are cells of a release: none lies between 0 and the base."""
    rollup = held.rollup
    return Release(rollup.month, rollup.version, rollup.base, 1, rollup.counts, "")


@dataclass(frozen=True)
class _Adding:
    """Splits a roll-up by office, and looks up the cells behind each part.

    `mapped` leads from the channels of an office to ours, where they differ. Which of them are of
    citizens is said by our list: a file of another office is only counted, never believed.
    """

    portal: Portal
    held: Held
    mapped: Mapping[str, Mapping[str, str]]

    @cached_property
    def month(self) -> Month:
        return self.held.rollup.month

    @cached_property
    def offices_own(self) -> frozenset[str]:
        rows = self.portal.codes["channels"].rows
        return frozenset(code for code, row in rows.items() if row["writer"] != "citizen")

    @cached_property
    def citizens(self) -> frozenset[str]:
        return frozenset(self.portal.codes["channels"].rows) - self.offices_own

    def members(self) -> list[Member]:
        """Lower offices in the order of the list; last this one, where it has figures."""
        regions = self.portal.codes["regions"]
        split = self.held.by_office(regions, self.citizens)
        members = [
            Member(one.id, one.name, split[one.id], self._of_lower(one, split[one.id]))
            for one in self.held.taken
        ]
        if "" in split:
            theirs = {one.region for one in self.held.taken}
            covered = frozenset(
                code for code in regions.rows if not theirs.isdisjoint(upwards(code, regions))
            )
            own = self._of_own(split[""], covered)
            members.append(Member(OWN, self.portal.settings.office.name, split[""], own))
        return members

    def _of_lower(self, office: Covered, counts: Mapping[Event, int]) -> Mapping[Event, Span]:
        """From the copy that was added up, if it is here and is one of single cells.

        Empty where it adds up to something else: our own lists have changed since.

        Raises:
            BuildError: the copy is another one.
        """
        data = self.portal.data / _COLLECTED / office.id
        folder = release_folder(data, self.month, int(office.version))
        if not (folder / "datapackage.json").is_file():
            return {}
        digest = hashlib.sha256((folder / "datapackage.json").read_bytes()).hexdigest()
        if f"sha256:{digest}" != office.digest:
            raise BuildError(
                f"data/{_COLLECTED}/{office.id} 里{self.month.title}的数据包，"
                "与汇总所用的不是同一份，没有生成网站。"
                "请从 git 里恢复 data/collected/，不要手工编辑。"
            )
        release, lists = read_release(data, self.month, int(office.version)), _lists(folder)
        ours = self.mapped.get(office.id, {})
        channels = [c for c in lists["channels"].groups if ours.get(c, c) not in self.offices_own]
        spans = _spans(release, lists, channels, frozenset())
        return spans if _same(spans, counts) else {}

    def _of_own(self, counts: Mapping[Event, int], covered: frozenset[str]) -> Mapping[Event, Span]:
        """From the own release in force, unless it was corrected since."""
        data, month = self.portal.data, self.month
        entry = next((one for one in newest(data) if one.month == month), None)
        if entry is None:
            return {}
        release = read_release(data, month, entry.version)
        lists = _lists(release_folder(data, month, entry.version))
        channels = [c for c in lists["channels"].groups if c not in self.offices_own]
        spans = _spans(release, lists, channels, covered)
        return spans if _same(spans, counts) else {}


def _same(spans: Mapping[Event, Span], counts: Mapping[Event, int]) -> bool:
    return all(spans[event].shown == counts[event] for event in LIMITED)


def _lists(folder: Path) -> Mapping[str, Codes]:
    return {name: read_codes(folder / f"{name}.csv") for name in _LISTS}


def _spans(
    release: Release,
    codes: Mapping[str, Codes],
    channels: Sequence[str],
    without: frozenset[str],
) -> Mapping[Event, Span]:
    """How sure the sums over some channels are; `without` are regions that do not count.

    Every combination of codes that were in force on a day of the month may be one that shows 0.
    """
    known = {name: _in_use(codes[name], release.month) for name in _LISTS}
    used = release.counts.keys()
    regions = {code for code in codes["regions"].leaves if code in known["regions"]}
    regions |= {cell.region for cell in used}
    topics = {code for code in codes["topics"].groups if code in known["topics"]}
    topics |= {cell.topic for cell in used}
    places = list(product(sorted(regions - without), sorted(topics), channels))
    return {
        event: span((release.counts.get(Cell(*at, event), 0) for at in places), release.base)
        for event in LIMITED
    }


def _in_use(codes: Codes, month: Month) -> set[str]:
    """Codes that were in force on a day of the month."""
    first, last = month.start.isoformat(), month.end.isoformat()
    return {
        code
        for code, row in codes.rows.items()
        if (row.get("valid_from") or "") <= last and first <= (row.get("valid_to") or "9999")
    }
