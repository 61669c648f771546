"""The directory: `data/guidance/offices.csv`, and the kinds of bodies in it.

《信访工作条例》 (2022) art. 18: an office publishes its addresses, telephones, times and places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from yanlu.guidance.rows import rows, said
from yanlu.settings import Codes, read_codes

LEVELS: Mapping[str, str] = {
    "city": "市",
    "district": "区县",
    "town": "乡镇、街道",
    "village": "村、社区",
}
FRESH = timedelta(days=365)  # after so long, somebody should call the number again


@dataclass(frozen=True)
class Office:
    """A place where people are received, or a line that they can call; "" where nothing is known.

    `region` and `type` are codes, `level` one of `LEVELS`.
    """

    code: str
    level: str
    region: str
    type: str
    name: str
    address: str
    hours: str
    telephone: str
    accessible: str
    transport: str
    note: str
    last_checked: date


def read_offices(data: Path) -> list[Office]:
    """All of them, in the order of the file, which was found to be in order."""
    return [
        Office(**{**row, "last_checked": date.fromisoformat(row["last_checked"])})  # type: ignore[arg-type]
        for _, row in rows(data, "offices")
    ]


def offices_by_code(data: Path) -> Mapping[str, Office]:
    """The directory by code, in the order of the file."""
    return {office.code: office for office in read_offices(data)}


def read_types(data: Path) -> Codes:
    """The kinds of bodies, each with its `purpose`.

    Raises:
        SettingsError: the list is missing, or holds a code twice.
    """
    return read_codes(data / "codes" / "office-types.csv")


def within(regions: Codes, code: str) -> frozenset[str]:
    """A region and all that lie in it, by their codes."""
    found = {code}
    for child in regions.children(code):
        found |= within(regions, child)
    return frozenset(found)


def above(regions: Codes, code: str) -> Sequence[str]:
    """The regions that a region lies in, the nearest first."""
    parent = regions.rows[code].get("parent")
    return [parent, *above(regions, parent)] if parent else []


def stale(data: Path, day: date) -> Iterator[str]:
    """Rows that nobody has checked for a year; people may stand before a shut door."""
    for line, row in rows(data, "offices"):
        if day - date.fromisoformat(row["last_checked"]) > FRESH:
            words = "核对过的日子过去一年多了，请打一次电话核对，再改日期"
            yield said("offices", line, "last_checked", words)
