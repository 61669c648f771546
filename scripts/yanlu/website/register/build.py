"""From `data/` to the pages that are made of plain entries: register, calls, guidance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from yanlu.git import Head
from yanlu.model import CHINA
from yanlu.packages.calls import call_files, open_call
from yanlu.sources import days_of
from yanlu.website.awards import awards_sheet
from yanlu.website.deadlines import explainer
from yanlu.website.finder import finder
from yanlu.website.guidance.build import guidance_sheets
from yanlu.website.moved import MODEL
from yanlu.website.output import Output
from yanlu.website.owed import owed
from yanlu.website.pelican_register import Key, Sheet, Sheets, build_sheets
from yanlu.website.register.books import read_bands, reply_limit
from yanlu.website.register.calls import calls_in_order
from yanlu.website.register.entries import Names
from yanlu.website.register.kept import digest
from yanlu.website.register.ledger import Ledger
from yanlu.website.register.sheets import Register
from yanlu.website.register.supervision import supervision
from yanlu.website.shell import Frame

PER_PAGE = 100
FILES = "data/suggestions/*/*.md"


def build_register(
    ledger: Ledger,
    head: Head,
    *,
    content: Path,
    theme: Path,
    output: Output,
    frame: Frame,
) -> Mapping[str, str]:
    """Write `register/`, `calls/` and all pages of guidance that are made from tables.

    `content` is an empty folder. Answers the SHA-256 sums of the pages of suggestions, none of
    which is to be indexed.

    Raises:
        BuildError: two suggestions of one id, or Pelican warned of something.
        GuidanceError: the finder would lead somebody nowhere.
    """
    portal, day = ledger.portal, head.moment.date()
    names = Names(portal)
    ledger.read(names)
    register = Register(
        ledger,
        names,
        calls_in_order([open_call(path) for path in call_files(portal.data)], day),
        reply_limit(portal),
        read_bands(portal),
        day,
        days_of(portal.folder, FILES),
        portal.settings.disclosure.rate_minimum,
    )
    own = supervision(portal.data, names, portal.settings.office.root, day)
    guides = [*explainer(portal, day).sheets(), *owed(portal, day).sheets()]
    guides += [*finder(portal, frame.shell["menu"]).sheets(), *guidance_sheets(portal, head.moment)]
    ways = [Sheet(f"{name}/", name, dict) for name in ("map", "search")]
    ways.append(Sheet(MODEL, "moved", dict))
    others = [*_kept([*ways, *guides], ledger, head), *own.sheets(), awards_sheet(portal.data)]
    series = [*register.series(), own.series()]
    sums = build_sheets(
        portal.settings.office,
        Sheets(chain(others, register.sheets()), series, PER_PAGE, day),
        ledger.kept,
        content=content,
        theme=theme,
        output=output,
        frame=frame,
    )
    ledger.kept.finish()
    return sums


def _kept(sheets: Iterable[Sheet], ledger: Ledger, head: Head) -> Iterator[Sheet]:
    """Pages that are made of nothing but `data/` beside the suggestions, and of the day."""
    days = (head.moment.date(), head.moment.astimezone(CHINA).date())
    name = digest(ledger.rest, *(day.isoformat().encode() for day in days))
    return (replace(sheet, key=Key("guides", name, hidden=False)) for sheet in sheets)
