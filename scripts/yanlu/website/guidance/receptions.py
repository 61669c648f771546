"""Receptions as pages and as calendars: those to come, all and by region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from yanlu.deadlines.calendars import WEEKDAYS, Calendar, read_calendar
from yanlu.guidance.offices import Office, read_offices
from yanlu.guidance.receptions import UNKNOWN, Reception, read_receptions, upcoming
from yanlu.model import CHINA, Month
from yanlu.settings import Codes, Portal
from yanlu.website.guidance import offices
from yanlu.website.sheet import Sheet

if TYPE_CHECKING:
    from yanlu.website.guidance.calendars import Entry

ADDRESS = "guide/receptions/"
FILE = "calendar.ics"
_ALL = "全部地区"
ONCE = datetime(1970, 1, 1, tzinfo=UTC)  # stands in kept calendars for the moment of the build


@dataclass(frozen=True)
class Receptions:
    """All receptions of an office at the moment of a build; past ones keep their region's address.

    `base_url` is the site's, `notice` what it says of itself everywhere.
    """

    receptions: Sequence[Reception]
    offices: Mapping[str, Office]
    regions: Codes
    calendar: Calendar
    moment: datetime
    base_url: str
    notice: str

    def sheets(self) -> Iterator[Sheet]:
        """The page of all, and one for each region that ever had one."""
        for region in ("", *self._regions()):
            yield Sheet(_address(region), "receptions", partial(self._facts, region))

    def files(self) -> Iterator[tuple[str, str]]:
        """The calendar beside each page, by its address; one without receptions stays valid.

        Each still has to be `stamped`.
        """
        from yanlu.website.guidance.calendars import calendar_file  # loads icalendar

        for region in ("", *self._regions()):
            entries = [self._entry(one) for one in self._coming(region)]
            name = f"领导接待日程（{self._title(region)}）"
            yield f"{_address(region)}{FILE}", calendar_file(name, entries, ONCE).decode()

    def _facts(self, region: str) -> Mapping[str, Any]:
        coming = self._coming(region)
        years = sorted({one.day.year for one in coming if self.calendar.rests(one.day) is None})
        address = f"{self.base_url}{_address(region)}{FILE}"
        months = groupby(coming, key=lambda one: Month(one.day.year, one.day.month))
        return {
            "region": self._title(region) if region else "",
            "address": _address(region),
            "months": [(month.title, [self._card(one) for one in held]) for month, held in months],
            "regions": [
                {"title": self._title(code), "address": _address(code)} for code in self._regions()
            ],
            "unknown": [UNKNOWN.format(year=year) for year in years],
            "file": FILE,
            "whole": address,
            "webcal": f"webcal:{address.partition(':')[2]}",
        }

    def _card(self, one: Reception) -> Mapping[str, Any]:
        return {
            "one": one,
            "when": _when(one),
            "rests": self.calendar.rests(one.day) or "",
            "region": self._title(one.region),
            "office": self.offices[one.office],
            "place": f"{offices.ADDRESS}#{one.office}",
        }

    def _entry(self, one: Reception) -> Entry:
        from yanlu.website.guidance.calendars import Entry

        office = self.offices[one.office]
        said = [
            f"接待：{one.post}{f'，{one.name}' if one.name else ''}",
            f"议题：{one.topics}",
            f"预约：{one.booking}",
            *([f"电话：{office.telephone}"] if office.telephone else ()),
            *([self.notice] if self.notice else ()),
        ]
        return Entry(
            f"{one.code}@{urlsplit(self.base_url).hostname}",
            one.start,
            one.end,
            f"{one.post}接待群众",
            "，".join(filter(None, (office.name, office.address))),
            "\n".join(said),
            f"{self.base_url}{ADDRESS}#{one.code}",
        )

    def _coming(self, region: str) -> list[Reception]:
        coming = upcoming(self.receptions, self.moment.astimezone(CHINA).date())
        return [one for one in coming if region in ("", one.region)]

    def _regions(self) -> list[str]:
        held = {one.region for one in self.receptions}
        return [code for code in self.regions.rows if code in held]

    def _title(self, region: str) -> str:
        return self.regions.title(region) if region else _ALL


def open_receptions(portal: Portal, moment: datetime) -> Receptions:
    """The receptions of an office.

    Raises:
        DeadlineError: the list of days off does not say what it must.
    """
    office = portal.settings.office
    return Receptions(
        read_receptions(portal.data),
        {one.code: one for one in read_offices(portal.data)},
        portal.codes["regions"],
        read_calendar(portal.data),
        moment,
        office.base_url,
        office.notice,
    )


def stamped(calendar: str, moment: datetime) -> str:
    """A calendar with the moment of the build."""
    once, now = (f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}" for at in (ONCE, moment))
    return calendar.replace(once, now)


def _address(region: str) -> str:
    return f"{ADDRESS}region/{region}/" if region else ADDRESS


def _when(one: Reception) -> str:
    day = f"{one.day.month}月{one.day.day}日（{WEEKDAYS[one.day.weekday()]}）"
    return f"{day}{one.start:%H:%M}–{one.end:%H:%M}"
