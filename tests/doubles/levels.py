"""Offices of several levels: each publishes in a portal of its own, the one above holds copies.

The copies are made as `yanlu federation collect` makes them, without a network and a log.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from conftest import ROOT
from yanlu.disclosure.hierarchy import Hierarchy
from yanlu.disclosure.release import Correction, release
from yanlu.federation.states import Announced, State, write_state
from yanlu.model import Cell, Cube, Event, Month
from yanlu.packages.read import newest, read_release
from yanlu.packages.write import About, csv_text, write_release
from yanlu.receipts.lines import ReleaseLine
from yanlu.receipts.ranges import Frontier
from yanlu.settings import Portal, open_portal

MARCH, LATER = Month(2024, 3), date(2024, 4, 10)
_REGIONS = ("code", "name", "parent", "level", "maps_to", "valid_from", "valid_to")
_LICENCE = {"name": "CC-BY-4.0", "title": "署名", "path": "https://example.org/by"}


def office(folder: Path, *regions: Sequence[str]) -> Portal:
    """A portal with regions of its own, (code, parent, level) each, and nothing published."""
    shutil.copytree(ROOT / "data" / "codes", folder / "data" / "codes")
    rows = [(code, code, parent, level, "", "2015-01-01", "") for code, parent, level in regions]
    (folder / "data" / "codes" / "regions.csv").write_text(csv_text([_REGIONS, *rows]), "utf-8")
    text = (ROOT / "data" / "office.toml").read_text("utf-8")
    told = text.replace('region = "shili"', f'region = "{regions[0][0]}"')
    (folder / "data" / "office.toml").write_text(told, "utf-8")
    return open_portal(folder)


def cell(region: str, topic: str = "roads", channel: str = "phone") -> Cell:
    return Cell(region, topic, channel, Event.RECEIVED)


def publish(
    portal: Portal, counts: Mapping[Cell, int], *, base: int = 5, month: Month = MARCH
) -> None:
    """A month of true counts, rounded and written; again where it was published before."""
    codes = portal.codes
    divided = [
        Hierarchy("地区", codes["regions"].leaves, {}),
        Hierarchy("主题", codes["topics"].groups, {}),
        Hierarchy("渠道", codes["channels"].groups, {}),
    ]
    entry = {one.month: one for one in newest(portal.data)}.get(month)
    earlier = read_release(portal.data, month, entry.version) if entry else None
    correction = Correction(earlier, "late-records") if earlier else None
    made = release(Cube(month, counts), divided, base=base, key=b"k" * 32, correction=correction)
    about = About(portal.folder.name, "系统", "随意", "测试。", _LICENCE)
    write_release(made, about, data=portal.data, issued=LATER)


def list_source(
    upper: Portal, id_: str, region: str, *, series: str = "statistics", more: str = ""
) -> None:
    """A line more in `data/sources.toml`; `more` stands below it."""
    key = base64.b64encode(hashlib.sha256(id_.encode()).digest() + b"x").decode()
    with (upper.data / "sources.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[[source]]\nid = "{id_}"\nname = "{id_}信访局"\nregion = "{region}"\n'
            f'address = "https://{id_}.example/"\nlog_key = "{id_}.example/log+00000000+{key}"\n'
            f'series = "{series}"\n{more}\n'
        )


def hold(upper: Portal, lower: Portal, id_: str, *, series: str = "statistics") -> None:
    """All that the lower office has published, as a pinned copy."""
    folder = "statistics" if series == "statistics" else "rollups"
    kept = upper.data / "collected" / id_
    shutil.copytree(lower.data / folder, kept / folder, dirs_exist_ok=True)
    packages = sorted((kept / folder).glob("*/v*/datapackage.json"))
    lines = [
        ReleaseLine(f"{series}-{path.parts[-3]}", path.parts[-2][1:], sha256(path), 1)
        for path in packages
    ]
    announced = [Announced(line, at, LATER) for at, line in enumerate(lines)]
    frontier = Frontier().grown(str(line).encode() for line in lines)
    write_state(kept, State("", "", frontier, announced=announced))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
