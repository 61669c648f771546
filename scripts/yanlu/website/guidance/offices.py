"""The directory as pages: all bodies, those of a region, those of a kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from yanlu.guidance.offices import LEVELS, Office, above, read_offices, read_types, within
from yanlu.settings import Codes, Portal
from yanlu.website.sheet import Sheet

ADDRESS = "guide/offices/"
SCRIPT = "assets/js/directory.js"


@dataclass(frozen=True)
class Directory:
    """The bodies of an office's directory, with the lists that they are sorted by."""

    offices: Sequence[Office]
    types: Codes
    regions: Codes

    def sheets(self) -> Iterator[Sheet]:
        """The page of all; one for each kind, one for each region where there is a body."""
        yield Sheet(ADDRESS, "offices", self._index)
        for code in self.types.rows:
            yield Sheet(kind_address(code), "offices_some", partial(self._kind, code))
        for code in self._regions():
            yield Sheet(region_address(code), "offices_some", partial(self._region, code))

    def _index(self) -> Mapping[str, Any]:
        groups = [self._group(code) for code in self.types.rows]
        return {
            "count": len(self.offices),
            "groups": [group for group in groups if group["cards"]],
            "regions": [self._link(code) for code in self._regions()],
            "whole": [self._link(code) for code in self.regions.groups if code in self._regions()],
            "script": SCRIPT,
        }

    def _kind(self, code: str) -> Mapping[str, Any]:
        group = self._group(code)
        by_region = (
            {
                "title": self.regions.title(region),
                "cards": [card for card in group["cards"] if card["office"].region == region],
            }
            for region in self.regions.rows
        )
        return {
            "title": group["title"],
            "purpose": group["purpose"],
            "address": group["address"],
            "groups": [one for one in by_region if one["cards"]],
            "above": (),
            "below": (),
        }

    def _region(self, code: str) -> Mapping[str, Any]:
        """Bodies of the region itself, and links to the regions in it and around it."""
        kinds = list(self.types.rows)
        own = [office for office in self.offices if office.region == code]
        own.sort(key=lambda office: kinds.index(office.type))
        by_level = (
            {"title": title, "cards": [self._card(one) for one in own if one.level == level]}
            for level, title in LEVELS.items()
        )
        return {
            "title": self.regions.title(code),
            "purpose": "",
            "address": region_address(code),
            "groups": [group for group in by_level if group["cards"]],
            "above": [self._link(one) for one in above(self.regions, code)],
            "below": [
                self._link(one) for one in self.regions.children(code) if one in self._regions()
            ],
        }

    def _regions(self) -> list[str]:
        """Regions with a body in them, in the order of the code list."""
        held = {office.region for office in self.offices}
        return [code for code in self.regions.rows if held & within(self.regions, code)]

    def _link(self, code: str) -> Mapping[str, str]:
        return {"title": self.regions.title(code), "address": region_address(code)}

    def _group(self, kind: str) -> dict[str, Any]:
        return {
            "title": self.types.title(kind),
            "purpose": self.types.rows[kind]["purpose"],
            "address": kind_address(kind),
            "cards": [self._card(office) for office in self.offices if office.type == kind],
        }

    def _card(self, office: Office) -> Mapping[str, Any]:
        return {
            "office": office,
            "kind": self.types.title(office.type),
            "region": self.regions.title(office.region),
        }


def open_directory(portal: Portal) -> Directory:
    """The directory of an office.

    Raises:
        SettingsError: a code list is missing.
    """
    return Directory(read_offices(portal.data), read_types(portal.data), portal.codes["regions"])


def kind_address(code: str) -> str:
    """Where bodies of a kind are listed."""
    return f"{ADDRESS}type/{code}/"


def region_address(code: str) -> str:
    """Where bodies of a region are listed."""
    return f"{ADDRESS}region/{code}/"
