"""An office above others: copies of what these have published, and roll-ups of some months."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from doubles.levels import hold, list_source
from yanlu.federation.rolling import prepare, write
from yanlu.model import Cell, Event, Month, Release, Released
from yanlu.packages.write import About, write_release
from yanlu.settings import Portal, open_portal

LICENCE = {
    "name": "PDDL-1.0",
    "title": "PDDL",
    "path": "https://opendatacommons.org/licenses/pddl/",
}
ABOUT = About("下级单位", "测试来源", "随意使用。", "只用于测试。", LICENCE)
TOWNS, TODAY = 3, date(2026, 11, 25)
_HEAD = "code,name,parent,level,maps_to,valid_from,valid_to"


@dataclass(frozen=True)
class County:
    """A lower office; `on_time` and `late` are its released cells of a month, town after town.

    None: nothing of it was collected.
    """

    id: str
    name: str
    on_time: Sequence[int] | None = (0,) * TOWNS
    late: Sequence[int] = (0,) * TOWNS


COUNTIES = (
    County("east", "东山县信访局", (400, 120, 60), (30, 12, 5)),
    County("west", "西河县人民建议征集办公室", (40, 0, 5), (20, 6, 0)),
    County("small", "小洲区信访局", (10, 5, 0), (5, 0, 0)),
    County("north", "北岭县信访局", None),
)


def add_level_above(folder: Path, months: Sequence[Month]) -> Portal:
    """Give a portal lower offices, their packages, and a roll-up of each month with its own."""
    regions = folder / "data" / "codes" / "regions.csv"
    rows = [f"{one.id},{one.id},shili,district,,2015-01-01,\n" for one in COUNTIES]
    regions.write_text(regions.read_text("utf-8") + "".join(rows), "utf-8")
    portal = open_portal(folder)
    for county in COUNTIES:
        list_source(portal, county.id, county.id)
        if county.on_time is not None:
            _collect(portal, county, months)
    sources = portal.data / "sources.toml"
    text = sources.read_text("utf-8")
    for county in COUNTIES:
        text = text.replace(f'name = "{county.id}信访局"', f'name = "{county.name}"')
    sources.write_text(text, "utf-8")
    for month in months:
        write(portal, prepare(portal, month, today=TODAY, report=lambda _: None), today=TODAY)
    return portal


def _collect(portal: Portal, county: County, months: Sequence[Month]) -> None:
    """Its own releases, made in a folder of its own with towns of its own."""
    own = portal.folder.with_name(f"{portal.folder.name}-{county.id}")
    shutil.copytree(portal.data / "codes", own / "data" / "codes")
    shutil.copy(portal.data / "office.toml", own / "data")
    towns = [f"town-{n},第{n + 1}镇,{county.id},town,,2015-01-01," for n in range(TOWNS)]
    lines = [_HEAD, f"{county.id},{county.name},,district,,2015-01-01,", *towns]
    (own / "data/codes/regions.csv").write_text("\n".join(lines) + "\n", "utf-8")
    for place, month in enumerate(months):
        release = Release(month, 1, 5, 2, _cells(county, place), f"{place:032x}")
        write_release(Released(release), ABOUT, data=own / "data", issued=date(2026, 11, 24))
    hold(portal, open_portal(own), county.id)
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
