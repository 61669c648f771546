"""Hold finished tables and bulletins against what they were made of, as it lies on the site.

Nothing here shares code with what made them: the released cells are read again from the
published packages, and pages that were counted are looked up.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from pathlib import Path
from statistics import median
from typing import Any

from yanlu.website.register.kept import digest

_RECEIVED = "received"
_OURS = ".own"  # the office that adds up, in a table of offices
COUNTING = b'"page-count"'  # in the file of a table that counts pages of the register
_COUNTED = re.compile("收到群众反映的事项([0-9\u202f]+)件")


class Packages:
    """The published packages of a site, each read once: what citizens sent."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self._read: dict[str, Counter[tuple[str, str]]] = {}

    @cached_property
    def name(self) -> bytes:
        """A short name for the bytes of all of them."""
        data = self.site / "data"
        files = sorted([*data.glob("releases/**/*.csv"), *data.glob("rollups/**/*.csv")])
        parts = ((str(f.relative_to(self.site)).encode(), f.read_bytes()) for f in files)
        return digest(*chain.from_iterable(parts))

    def received(self, folder: str) -> Counter[tuple[str, str]]:
        """By topic and region; `folder` is relative to the site."""
        if folder not in self._read:
            self._read[folder] = _read(self.site / folder)
        return self._read[folder]

    def total(self, folder: str) -> int:
        """All of them."""
        return sum(self.received(folder).values())


def source_faults(packages: Packages, path: Path) -> Iterator[str]:
    """What is wrong with a table that compares months, counts pages, or splits a sum by office."""
    figure = json.loads(path.read_text("utf-8"))
    where = f"{path.parent.name}/{path.name}"
    names = {column["name"] for column in figure["fields"]}
    if "modified-z" in names:
        for row in figure["rows"]:
            if not _compared(packages, figure, row):
                yield f"{where}：“{row['subject-name']}”一行与发布的各月不符"
    for row in figure["rows"]:
        if "page-count" in names and not _counted(packages.site, row):
            yield f"{where}：“{row['result-name']}”一行与公开的网页不符"
        if names >= {"office", _RECEIVED} and not _added_up(packages.site, figure, row):
            yield f"{where}：“{row['office-name']}”一行与汇总的数据包不符"


def _compared(packages: Packages, figure: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """The counts are those of the packages, and the measures follow from the counts."""
    topic, region = row["subject"].split("/")
    released = [packages.received(folder)[topic, region] for folder in figure["releases"]]
    if released != [row[month] for month in figure["months"]]:
        return False
    *before, now = released
    middle = median(before)
    spread = median([abs(count - middle) for count in before])
    usual = max(spread / 0.6745, max(middle, 1) ** 0.5)
    said = (row["median"], row["deviation"], row["modified-z"])
    found = (middle, spread, (now - middle) / usual)
    return all(abs(a - b) <= 0.05 + 1e-9 for a, b in zip(said, found, strict=True))


def _counted(site: Path, row: Mapping[str, Any]) -> bool:
    """Every page that a row counts is there and says so."""
    texts = [site / "register" / name / "index.html" for name in row["pages"]]
    return len(texts) == row["page-count"] and all(
        path.is_file() and f">{row['result-name']}<" in path.read_text("utf-8") for path in texts
    )


def _added_up(site: Path, figure: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """The counts of an office are those of its region in the roll-up; of ours, of all others."""
    folder = site / figure["releases"][0]
    above = {one["code"]: one["parent"] for one in _table(folder / "regions.csv")}
    covered = {
        one["region"]: one["id"]
        for one in _table(folder / "coverage.csv")
        if one["status"] == "collected"
    }
    writers = {one["code"]: one["writer"] for one in _table(folder / "channels.csv")}
    found: Counter[str] = Counter()
    for cell in _table(folder / "cube.csv"):
        region = cell["region"]
        while region and region not in covered:
            region = above[region]
        if writers[cell["channel"]] == "citizen" and covered.get(region, _OURS) == row["office"]:
            found[cell["event"]] += int(cell["count"])
    return all(row[field["name"]] == found[field["name"]] for field in figure["fields"][2:])


def bulletins_name(packages: Packages) -> bytes:
    """A short name for all that `bulletin_faults` goes by."""
    site = packages.site
    pages = [*site.glob("bulletins/*-statistics*/index.html"), *site.glob("bulletins/*-report/*")]
    files = sorted([*pages, *site.glob("data/[0-9][0-9][0-9][0-9]/months.json")])
    told = ((str(f.relative_to(site)).encode(), without_footer(f.read_bytes())) for f in files)
    return digest(packages.name, *chain.from_iterable(told))


def without_footer(page: bytes) -> bytes:
    """The footer tells the day of the build, and no figures."""
    return page.partition(b"<footer")[0]


def bulletin_faults(packages: Packages) -> Iterator[str]:
    """Bulletins whose total is not that of the packages they tell of."""
    site = packages.site
    for path in sorted((site / "data" / "releases").glob("*/v*")):
        suffix = "" if path.name == "v1" else f"-{path.name}"
        released = packages.total(path.relative_to(site).as_posix())
        yield from _total_fault(site, f"{path.parent.name}-statistics{suffix}", released)
    for path in sorted((site / "data").glob("[0-9][0-9][0-9][0-9]/months.json")):
        figure = json.loads(path.read_text("utf-8"))
        released = sum(packages.total(folder) for folder in figure["releases"])
        yield from _total_fault(site, f"{path.parent.name}-report", released)


def _total_fault(site: Path, slug: str, released: int) -> Iterator[str]:
    page = site / "bulletins" / slug / "index.html"
    said = _COUNTED.search(page.read_text("utf-8")) if page.is_file() else None
    if said is None or int(said[1].replace("\u202f", "")) != released:
        yield f"bulletins/{slug}：收到的件数与发布的数据包不符"


def _read(folder: Path) -> Counter[tuple[str, str]]:
    writers = {row["code"]: row["writer"] for row in _table(folder / "channels.csv")}
    received: Counter[tuple[str, str]] = Counter()
    for row in _table(folder / "cube.csv"):
        if row["event"] == _RECEIVED and writers[row["channel"]] == "citizen":
            received[row["topic"], row["region"]] += int(row["count"])
    return received


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
