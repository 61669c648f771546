"""The one door to icalendar: receptions as a file to which a telephone subscribes (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration

_ZONE = ZoneInfo("Asia/Shanghai")
_OFFSET = timedelta(hours=8)
_SUMMER = timedelta(hours=9)
# When summer time ended for good, by the clock that was put back then (tz database, Asia/Shanghai).
_ONSET = datetime(1991, 9, 15, 2)  # noqa: DTZ001 - a local time, as RFC 5545 §3.6.5 asks for
_DAILY = timedelta(days=1)
_MAKER = "-//Yanlu//Receptions//ZH"


@dataclass(frozen=True)
class Entry:
    """One entry of a calendar, in plain words; `uid` never changes, whatever else does."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    place: str
    description: str
    url: str


def calendar_file(name: str, entries: Iterable[Entry], stamp: datetime) -> bytes:
    """A whole calendar, the same bytes for the same entries and moment; it may hold none.

    `stamp` is the moment of the build. Telephones are asked to look again every day (RFC 7986).
    """
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", _ZONE.key)
    calendar.add("refresh-interval", vDuration(_DAILY, params={"VALUE": "DURATION"}))
    calendar.add("x-published-ttl", vDuration(_DAILY))
    calendar.add_component(_zone())
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.start.astimezone(_ZONE))
    event.add("dtend", entry.end.astimezone(_ZONE))
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")  # it does not make its reader busy
    return event


def _zone() -> Timezone:
    """China's time, written by hand: what the system knows of zones may differ between builds."""
    standard = TimezoneStandard()
    standard.add("dtstart", _ONSET)
    standard.add("tzname", "CST")
    standard.add("tzoffsetfrom", _SUMMER)
    standard.add("tzoffsetto", _OFFSET)
    zone = Timezone()
    zone.add("tzid", _ZONE.key)
    zone.add_component(standard)
    return zone
