"""What is made of `data/` alone: statistics with their files, bulletins, catalogue, dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec

from yanlu.packages.maps import office_map
from yanlu.packages.read import listed, newest, read_release
from yanlu.settings import Portal, read_codes
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.catalogue import catalogue_files
from yanlu.website.datasets import catalogue_data, catalogue_page, datasets, schema_org
from yanlu.website.editions import Edition, Origin, read_editions
from yanlu.website.generate import Made
from yanlu.website.news import release_teaser
from yanlu.website.numbers import Numbers
from yanlu.website.pages import Page, home_headline, statistics_pages
from yanlu.website.quarters import quarter_files
from yanlu.website.render import page_files
from yanlu.website.rolled_pages import federation_pages
from yanlu.website.rollups import read_federation
from yanlu.website.tallies import Tally
from yanlu.website.years import Year, issued, year_bulletin, year_page, year_teaser, years


def made(portal: Portal, tally: Tally, templates: Path) -> Made:
    """All pages, bulletins and teasers; `tally` is what a year's page counts of the register."""
    editions = read_editions(portal.data, listed(portal.data), portal.codes["revisions"])
    newest_versions = newest(portal.data)
    in_force = [edition for edition in reversed(editions) if edition.listing in newest_versions]
    origin = Origin(
        portal.settings.office.root,
        msgspec.to_builtins(portal.settings.licence),
        in_force,
        office_map(portal),
    )
    minimum = portal.settings.disclosure.rate_minimum
    numbers = _numbers(portal, in_force)
    over = years(numbers, tally)
    annual = [(year.address, year.title) for year in reversed(over)]
    pages = [*statistics_pages(numbers, minimum, annual), *_year_pages(portal, over, tally.day)]
    docs = dict(quarter_files(portal, templates))
    for page in pages:
        docs |= page_files(page, origin, templates)
    rolled = list(_rolled_pages(portal, minimum, templates, docs))
    notices = dict(_year_bulletins(over, editions, origin.root, templates, minimum))
    told = [*map(release_teaser, editions), *(year_teaser(y, issued(y, editions)) for y in over)]
    sets = datasets(portal, editions)
    docs |= [catalogue_page(portal, sets, templates), *catalogue_data(portal, sets)]
    if not editions:
        return Made(docs, notices, told, None, schema_org(portal, sets))
    docs |= catalogue_files(editions, [*pages, *rolled], portal.codes, origin, templates)
    issues = [_issue(portal, edition, in_force, numbers) for edition in editions]
    notices |= bulletin_files(issues, origin.root, templates, minimum)
    headline = {**home_headline(numbers, minimum), "note": in_force[-1].source["note"]}
    return Made(docs, notices, told, headline, schema_org(portal, sets))


def _rolled_pages(
    portal: Portal, minimum: int, templates: Path, docs: dict[str, str]
) -> Iterator[Page]:
    """Pages of what lower offices and this one sum up to, put into `docs`."""
    federation = read_federation(portal)
    if federation is None:
        return
    licence = msgspec.to_builtins(portal.settings.licence)
    editions = [one.edition for one in federation.rolled]
    origin = Origin(portal.settings.office.root, licence, editions)
    for page in federation_pages(federation, minimum):
        docs |= page_files(page, origin, templates)
        yield page


def _year_pages(portal: Portal, over: Iterable[Year], day: date) -> Iterator[Page]:
    codes = read_codes(portal.data / "codes" / "outcomes.csv")
    outcomes = {code: codes.title(code) for code in codes.rows}
    for year in over:
        yield year_page(year, outcomes, day, portal.settings.disclosure.rate_minimum)


def _year_bulletins(
    over: Iterable[Year], editions: Sequence[Edition], root: str, templates: Path, minimum: int
) -> Iterator[tuple[str, str]]:
    for year in over:
        text = year_bulletin(year, issued(year, editions), root, templates, minimum)
        yield f"{year.slug}.md", text


def _numbers(portal: Portal, editions: Iterable[Edition]) -> Numbers:
    listings = [edition.listing for edition in editions]
    releases = [read_release(portal.data, entry.month, entry.version) for entry in listings]
    return Numbers(releases, portal.codes)


def _issue(
    portal: Portal, edition: Edition, in_force: Iterable[Edition], numbers: Numbers
) -> Issue:
    """A bulletin tells of its own version, also after it was corrected."""
    if edition in in_force:
        return Issue(edition, numbers, None)
    then = {other.month: other for other in in_force}
    later = then[edition.month]
    then[edition.month] = edition
    return Issue(edition, _numbers(portal, then.values()), later)
