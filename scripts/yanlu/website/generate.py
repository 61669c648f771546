"""Statistics, dictionary and bulletins as Markdown, before either generator runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from yanlu.packages.read import listed, newest, read_release
from yanlu.settings import Portal, read_codes
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.catalogue import catalogue_files
from yanlu.website.datasets import ADDRESS as CATALOGUE
from yanlu.website.datasets import catalogue_data, catalogue_page, datasets, schema_org
from yanlu.website.editions import Edition, Origin, read_editions
from yanlu.website.inserts import root_links
from yanlu.website.news import newest_first, notice_teasers, release_teaser
from yanlu.website.numbers import Numbers
from yanlu.website.pages import Page, home_headline, statistics_pages
from yanlu.website.published import ADDRESS as PUBLISHED
from yanlu.website.published import published_files
from yanlu.website.quarters import ADDRESS, quarter_files
from yanlu.website.register.entries import Entry
from yanlu.website.render import empty_files, page_files
from yanlu.website.shell import Navigation
from yanlu.website.years import Year, issued, year_bulletin, year_page, year_teaser, years

NEWS = 3  # bulletins on the home page


def generate(
    portal: Portal,
    navigation: Navigation,
    templates: Path,
    docs: Path,
    notices: Path,
    *,
    entries: Sequence[Entry],
    day: date,
    archived: bool,
) -> dict[str, Any]:
    """Write pages into `docs` and bulletins into `notices`; answers what the home page shows.

    What people wrote in `content/` is copied there first. `entries` are the published
    suggestions, which a year's page counts; `day` is that of the build. `archived` tells that
    the site offers the sources that it was built from.
    """
    shutil.copytree(portal.folder / "content", docs, ignore=shutil.ignore_patterns("bulletins"))
    shutil.copytree(portal.folder / "content" / "bulletins", notices)
    for folder in (docs, notices):
        root_links(folder, _root(portal))
    _write_all(docs, quarter_files(portal, templates))
    _write_all(docs, published_files(portal, templates, archived=archived))
    written = notice_teasers(notices)
    editions = read_editions(portal.data, listed(portal.data), portal.codes["revisions"])
    newest_versions = newest(portal.data)
    in_force = [edition for edition in reversed(editions) if edition.listing in newest_versions]
    origin = Origin(_root(portal), msgspec.to_builtins(portal.settings.licence), in_force)
    minimum = portal.settings.disclosure.rate_minimum
    numbers = _numbers(portal, in_force)
    over = years(numbers, entries, day)
    annual = [(year.address, year.title) for year in reversed(over)]
    pages = [*statistics_pages(numbers, minimum, annual), *_year_pages(portal, over, day)]
    for page in pages:
        _write_all(docs, page_files(page, origin, templates))
    _write_all(notices, _year_bulletins(over, editions, origin.root, templates, minimum))
    told = (*map(release_teaser, editions), *(year_teaser(y, issued(y, editions)) for y in over))
    news = newest_first([*written, *told])[:NEWS]
    sets = datasets(portal, editions)
    _write_all(docs, [catalogue_page(portal, sets, templates), *catalogue_data(portal, sets)])
    catalogue = schema_org(portal, sets)
    if not editions:
        _write_all(docs, empty_files(_waiting(navigation, docs), origin.root, templates))
        return {"home": {"headline": None, "bulletins": news}, "catalogue": catalogue}
    _write_all(docs, catalogue_files(editions, pages, portal.codes, origin, templates))
    issues = [_issue(portal, edition, in_force) for edition in editions]
    _write_all(notices, bulletin_files(issues, origin.root, templates, minimum))
    headline = {**home_headline(numbers, minimum), "note": in_force[-1].source["note"]}
    return {"home": {"headline": headline, "bulletins": news}, "catalogue": catalogue}


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


def _root(portal: Portal) -> str:
    return portal.settings.office.root


def _waiting(navigation: Navigation, docs: Path) -> dict[str, str]:
    """Pages of the menu that will be there with the first release."""
    return {
        item.address: item.title
        for item in navigation.of("data")
        if item.address not in (ADDRESS, CATALOGUE, PUBLISHED)
        and not (docs / item.address.rstrip("/")).with_suffix(".md").is_file()
    }


def _numbers(portal: Portal, editions: Iterable[Edition]) -> Numbers:
    listings = [edition.listing for edition in editions]
    releases = [read_release(portal.data, entry.month, entry.version) for entry in listings]
    return Numbers(releases, portal.codes)


def _issue(portal: Portal, edition: Edition, in_force: Iterable[Edition]) -> Issue:
    """A bulletin tells of its own version, also after it was corrected."""
    then = {other.month: other for other in in_force}
    later = None if then[edition.month] == edition else then[edition.month]
    then[edition.month] = edition
    return Issue(edition, _numbers(portal, then.values()), later)


def _write_all(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
