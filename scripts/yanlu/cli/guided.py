"""What `yanlu check` has to say of guidance: tables, routes, what is owed, the words of pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from yanlu.cli.passed import office_day
from yanlu.cli.wording import wording
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.rules import read_rules
from yanlu.errors import DeadlineError, HistoryError
from yanlu.guidance.duties import unready
from yanlu.guidance.judge import guidance_faults, guidance_reminders
from yanlu.guidance.offices import offices_by_code
from yanlu.guidance.owed import owed_faults
from yanlu.guidance.routes import read_routes, route_faults
from yanlu.settings import Portal


def guidance(portal: Portal) -> tuple[list[str], list[str]]:
    """Faults and reminders; tables must have passed before."""
    try:
        day = office_day(portal.folder)
        tables, notes = [*_tables(portal, day)], [*_notes(portal, day)]
    except (HistoryError, DeadlineError) as error:
        return [str(error)], []
    worded, reminders = wording(portal, day)
    return [*tables, *worded], [*notes, *reminders]


def _tables(portal: Portal, day: date) -> Iterator[str]:
    data, rules = portal.data, read_rules(portal.data, portal.settings.deadlines.profile)
    yield from guidance_faults(data, portal.settings.disclosure.base)
    yield from unready(data, day)
    yield from owed_faults(data, rules)
    yield from route_faults(read_routes(data), offices_by_code(data), rules)


def _notes(portal: Portal, day: date) -> Iterator[str]:
    calendar = read_calendar(portal.data)
    yield from guidance_reminders(portal.data, day, calendar.rests)
