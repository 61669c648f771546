"""What is to be done in a year, as a page and as a calendar for those who do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from yanlu.guidance.upkeep import KINDS, Chore, coming, read_upkeep
from yanlu.model import CHINA
from yanlu.settings import Portal
from yanlu.website.guidance.receptions import ONCE
from yanlu.website.sheet import Sheet

if TYPE_CHECKING:
    from yanlu.website.guidance.calendars import Entry

ADDRESS = "about/upkeep/"
FILE = "calendar.ics"
_TITLE = "一年要做的事"
_AT, _LONG = time(9, tzinfo=CHINA), timedelta(hours=1)


def upkeep_sheets(data: Path, base_url: str) -> Iterator[Sheet]:
    """The page; where an office has no such table, it says what will be there."""

    def facts() -> Mapping[str, Any]:
        chores = read_upkeep(data)
        kinds = {kind: [one for one in chores if one.kind == kind] for kind in KINDS}
        whole = f"{base_url}{ADDRESS}{FILE}"
        webcal = f"webcal:{whole.partition(':')[2]}"
        return {"kinds": kinds, "any": bool(chores), "file": FILE, "webcal": webcal}

    yield Sheet(ADDRESS, "upkeep", facts)


def upkeep_calendar(portal: Portal, moment: datetime) -> str:
    """The year that begins at the moment of a build; still has to be `stamped`."""
    from yanlu.website.guidance.calendars import calendar_file  # loads icalendar

    office = portal.settings.office
    chores = coming(read_upkeep(portal.data), moment.astimezone(CHINA).date())
    ordered = sorted(chores, key=lambda held: (held[0], held[1].code))
    entries = [_entry(day, one, office.base_url) for day, one in ordered]
    return calendar_file(f"{office.name}：{_TITLE}", entries, ONCE).decode()


def _entry(day: date, one: Chore, base_url: str) -> Entry:
    from yanlu.website.guidance.calendars import Entry

    start = datetime.combine(day, _AT)
    said = [f"谁：{one.who}", f"怎样：{one.how}", *([f"依据：{one.law}"] if one.law else ())]
    return Entry(
        uid=f"upkeep.{one.code}.{day:%Y-%m}@{urlsplit(base_url).hostname}",
        start=start,
        end=start + _LONG,
        summary=one.title,
        place="",
        description="\n".join(said),
        url=f"{base_url}{one.page}",
    )
