"""All pages of guidance that are made from tables, and the files that stand beside them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from yanlu.overlay import in_data
from yanlu.packages.schemas import TABLES
from yanlu.packages.write import sealed
from yanlu.settings import Portal
from yanlu.website.guidance import offices, upkeep
from yanlu.website.guidance.duties import duties_sheets
from yanlu.website.guidance.offices import open_directory
from yanlu.website.guidance.receptions import open_receptions, stamped
from yanlu.website.guidance.upkeep import upkeep_calendar, upkeep_sheets
from yanlu.website.remembered import Remembered
from yanlu.website.sheet import Sheet

_PACKAGED = ("offices", "office-types", "regions")  # the directory and the lists that it points to


def guidance_sheets(portal: Portal, moment: datetime) -> Iterator[Sheet]:
    """Directory, receptions, who answers for what, a year's work, at the moment of a build."""
    yield from open_directory(portal).sheets()
    yield from open_receptions(portal, moment).sheets()
    yield from duties_sheets(portal.data, portal.settings.disclosure.base)
    yield from upkeep_sheets(portal.data, portal.settings.office.base_url)


def write_guidance_files(
    portal: Portal, site: Path, moment: datetime, kept: Remembered[dict[str, str]], name: bytes
) -> None:
    """The calendars, and the directory as a data package, into the finished folders of `site`.

    `name` is short for the tables and the day, of which the kept calendars are made.
    """
    calendars = kept.get("calendars", name, lambda: dict(_calendars(portal, moment)))
    kept.finish()
    for address, text in calendars.items():
        (site / address).write_bytes(stamped(text, moment).encode())
    _write_package(portal, site / offices.ADDRESS)


def _calendars(portal: Portal, moment: datetime) -> Iterator[tuple[str, str]]:
    yield from open_receptions(portal, moment).files()
    yield f"{upkeep.ADDRESS}{upkeep.FILE}", upkeep_calendar(portal, moment)


def directory_package(portal: Portal) -> dict[str, Any]:
    """What the directory's data package says of itself."""
    office, licence = portal.settings.office, portal.settings.licence
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "offices",
        "title": f"{office.name}：机构通讯录",
        "description": f"到哪里找谁：地址、时间、电话、无障碍和交通。{office.notice}",
        "homepage": f"{office.base_url}{offices.ADDRESS}",
        "licenses": [{"name": licence.name, "title": licence.title, "path": licence.path}],
        "resources": [sealed(name, _table(portal, name)) for name in _PACKAGED],
    }


def _table(portal: Portal, name: str) -> Path:
    return in_data(portal.data, TABLES[name])


def _write_package(portal: Portal, folder: Path) -> None:
    """The tables as they are, and a descriptor with their sums: it can be read on its own."""
    for name in _PACKAGED:
        shutil.copyfile(_table(portal, name), folder / f"{name}.csv")
    text = json.dumps(directory_package(portal), ensure_ascii=False, indent=2) + "\n"
    (folder / "datapackage.json").write_text(text, "utf-8", newline="")
