"""From `data/` to the pages that are made of plain entries: register, calls, guidance."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from itertools import chain
from pathlib import Path

import msgspec

from yanlu.git import Head
from yanlu.packages.calls import call_files, open_call
from yanlu.sources import Days
from yanlu.website.awards import awards_sheet
from yanlu.website.deadlines import explainer
from yanlu.website.finder import finder
from yanlu.website.guidance.build import guidance_sheets
from yanlu.website.moved import MODEL
from yanlu.website.output import Output
from yanlu.website.owed import owed
from yanlu.website.register.books import read_bands, reply_limit
from yanlu.website.register.calls import calls_in_order
from yanlu.website.register.entries import Names
from yanlu.website.register.kept import digest
from yanlu.website.register.ledger import Ledger
from yanlu.website.register.sheets import Register
from yanlu.website.register.supervision import FILES as ACTS
from yanlu.website.register.supervision import supervision
from yanlu.website.sheet import Key, Sheet, Sheets, Writing
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
) -> Set[str]:
    """Write `register/`, `calls/` and all pages of guidance that are made from tables.

    `content` is an empty folder. Answers the paths of the pages of suggestions, none of which
    is to be indexed. If all that they are made of is as it was, so are they.

    Raises:
        BuildError: two suggestions of one id, or Pelican warned of something.
        GuidanceError: the finder would lead somebody nowhere.
    """
    published = {files: ledger.days(files) for files in (FILES, ACTS)}
    name = digest(ledger.whole, ledger.rest_on(head.day), msgspec.json.encode(published))
    writing = Writing(output, frame)
    pages = ledger.kept.again(name)
    if pages is None:
        sheets = _sheets(ledger, head, frame, published, name)
        from yanlu.website.pelican_register import build_sheets  # loads Pelican

        office = ledger.portal.settings.office
        build_sheets(office, sheets, ledger.kept, content=content, theme=theme, writing=writing)
        ledger.kept.finish(name)
    for where, page in pages or ():
        writing.put(where.place, page, hidden=where.hidden)
    return writing.hidden


def _sheets(
    ledger: Ledger, head: Head, frame: Frame, published: Mapping[str, Days], name: bytes
) -> Sheets:
    portal, day = ledger.portal, head.day
    names = Names(portal)
    ledger.read(names)
    register = Register(
        ledger,
        names,
        calls_in_order([open_call(path) for path in call_files(portal.data)], day),
        reply_limit(portal),
        read_bands(portal),
        day,
        published[FILES],
        portal.settings.disclosure.rate_minimum,
    )
    own = supervision(portal.data, names, portal.settings.office.root, published[ACTS], day)
    guides = [*explainer(portal, day).sheets(), *owed(portal, day).sheets()]
    guides += [*finder(portal, frame.shell["menu"]).sheets(), *guidance_sheets(portal, head.moment)]
    guides += [Sheet(f"{name}/", name, dict) for name in ("map", "search")]
    guides += [Sheet(MODEL, "moved", dict), *own.sheets(), awards_sheet(portal.data)]
    key = Key("guides", ledger.rest_on(day), hidden=False)
    kept = (replace(sheet, key=key) for sheet in guides)
    sheets = chain(kept, register.sheets())
    series = [*register.series(), own.series()]
    return Sheets(sheets, series, PER_PAGE, day, Key("others", name, hidden=False))
