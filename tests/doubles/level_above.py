"""An office above others: what it collected of them, and its roll-ups, as the contract has them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yanlu.model import Cell, Event, Month, Release, Released
from yanlu.packages.read import newest, read_release, release_folder
from yanlu.packages.write import About, csv_text, sealed, write_release
from yanlu.settings import Portal

LICENCE = {
    "name": "PDDL-1.0",
    "title": "PDDL",
    "path": "https://opendatacommons.org/licenses/pddl/",
}
ABOUT = About("下级单位", "测试来源", "随意使用。", "只用于测试。", LICENCE)
TOWNS = 3
_CARRIED = ("regions", "topics", "channels", "events")
_COVERAGE = ("id", "name", "region", "address", "status", "version", "digest", "reason")
_LIST = ("month", "version", "issued", "reason", "base")


@dataclass(frozen=True)
class County:
    """A lower office; `on_time` and `late` are its released cells of a month, town after town.

    None: nothing of it is there, and `reason` says why.
    """

    id: str
    name: str
    on_time: Sequence[int] | None = (0,) * TOWNS
    late: Sequence[int] = (0,) * TOWNS
    reason: str = ""


COUNTIES = (
    County("east", "东山县信访局", (400, 120, 60), (30, 12, 5)),
    County("west", "西河县人民建议征集办公室", (40, 0, 5), (20, 6, 0)),
    County("small", "小洲区信访局", (10, 5, 0), (5, 0, 0)),
    County("north", "北岭县信访局", None, reason="网站打不开，也没有以前的数据包"),
)


def add_level_above(
    portal: Portal, months: Sequence[Month], counties: Sequence[County] = COUNTIES
) -> None:
    """Give a portal lower offices, their packages, and a roll-up of each month with its own."""
    regions = portal.data / "codes" / "regions.csv"
    rows = [
        f"{one.id},{one.name.removesuffix('信访局')},shili,district,,2015-01-01,"
        for one in counties
    ]
    regions.write_text(regions.read_text("utf-8") + "".join(f"{row}\n" for row in rows), "utf-8")
    for county in counties:
        if county.on_time is not None:
            _collect(portal, county, months)
    listed = [[str(month), "1", "2026-11-25", "", "5"] for month in months]
    for month in months:
        _roll_up(portal, month, counties)
    listing = portal.data / "rollups" / "rollups.csv"
    listing.write_text(csv_text([_LIST, *listed]), "utf-8", newline="")


def _collect(portal: Portal, county: County, months: Sequence[Month]) -> None:
    """Its own releases, made in a folder of its own with towns of its own."""
    own = portal.folder.with_name(f"{portal.folder.name}-{county.id}")
    shutil.copytree(portal.data / "codes", own / "data" / "codes")
    towns = [f"town-{n},第{n + 1}镇,{county.id},town,,2015-01-01," for n in range(TOWNS)]
    head = "code,name,parent,level,maps_to,valid_from,valid_to"
    lines = [head, f"{county.id},{county.name},,district,,2015-01-01,", *towns]
    (own / "data/codes/regions.csv").write_text("\n".join(lines) + "\n", "utf-8")
    for place, month in enumerate(months):
        release = Release(month, 1, 5, 2, _cells(county, place), f"{place:032x}")
        write_release(Released(release), ABOUT, data=own / "data", issued=date(2026, 11, 24))
    shutil.copytree(own / "data/statistics", portal.data / "collected" / county.id / "statistics")
    shutil.rmtree(own)


def _cells(county: County, place: int) -> Mapping[Cell, int]:
    """Large cells grow a little from month to month."""
    counts: Counter[Cell] = Counter()
    for event, told in ((Event.ON_TIME, county.on_time or ()), (Event.LATE, county.late)):
        for town, count in enumerate(told):
            grown = count + place * (count // 10)
            counts[Cell(f"town-{town}", "roads", "phone", event)] = grown
            counts[Cell(f"town-{town}", "roads", "phone", Event.RECEIVED)] += grown
    return {cell: count for cell, count in counts.items() if count}


def _roll_up(portal: Portal, month: Month, counties: Sequence[County]) -> None:
    folder = portal.data / "rollups" / str(month) / "v1"
    folder.mkdir(parents=True)
    counts: Counter[Cell] = Counter()
    for listing in (one for one in newest(portal.data) if one.month == month):
        counts.update(read_release(portal.data, month, listing.version).counts)
    coverage = []
    for county in counties:
        held = portal.data / "collected" / county.id
        about = [county.id, county.name, county.id, f"https://{county.id}.example/"]
        if county.on_time is None:
            coverage.append([*about, "missing", "", "", county.reason])
            continue
        for cell, count in read_release(held, month, 1).counts.items():
            counts[cell._replace(region=county.id)] += count
        content = (release_folder(held, month, 1) / "datapackage.json").read_bytes()
        coverage.append([*about, "collected", "1", hashlib.sha256(content).hexdigest(), ""])
    for name in _CARRIED:
        shutil.copy(portal.data / "codes" / f"{name}.csv", folder)
    cells = [[*map(str, cell), str(count)] for cell, count in sorted(counts.items())]
    _write(folder / "cube.csv", [[*Cell._fields, "count"], *cells])
    _write(folder / "coverage.csv", [_COVERAGE, *coverage])
    told = json.dumps(_descriptor(month, folder), ensure_ascii=False, indent=2)
    (folder / "datapackage.json").write_text(f"{told}\n", "utf-8")


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    path.write_text(csv_text(rows), "utf-8", newline="")


def _descriptor(month: Month, folder: Path) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"rollup-{month}",
        "title": f"各地汇总：{month.title}",
        "description": "逐格相加。",
        "version": "1",
        "period": str(month),
        "cutoff": month.end.isoformat(),
        "licenses": [LICENCE],
        "resources": [
            *(sealed(name, folder / f"{name}.csv") for name in ("cube", *_CARRIED)),
            _coverage_resource(folder / "coverage.csv"),
        ],
    }


def _coverage_resource(file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    fields = [{"name": name, "type": "string", "title": name} for name in _COVERAGE]
    return {
        "name": "coverage", "path": "coverage.csv", "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "schema": {"title": "覆盖情况", "fields": fields},
        "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }  # fmt: skip
