"""Statistics, dictionary and bulletins as Markdown, before either generator runs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from yanlu.overlay import below, text_at
from yanlu.packages.maps import office_map
from yanlu.packages.read import listed, newest, read_release
from yanlu.settings import Portal, read_codes
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.catalogue import catalogue_files
from yanlu.website.datasets import ADDRESS as CATALOGUE
from yanlu.website.datasets import catalogue_data, catalogue_page, datasets, schema_org
from yanlu.website.editions import Edition, Origin, read_editions
from yanlu.website.inserts import root_links
from yanlu.website.news import Teaser, newest_first, notice_teasers, release_teaser
from yanlu.website.numbers import Numbers
from yanlu.website.pages import Page, home_headline, statistics_pages
from yanlu.website.published import ADDRESS as PUBLISHED
from yanlu.website.published import published_files
from yanlu.website.quarters import ADDRESS, quarter_files
from yanlu.website.register.kept import digest
from yanlu.website.remembered import Remembered
from yanlu.website.render import empty_files, page_files
from yanlu.website.rolled_pages import federation_pages
from yanlu.website.rollups import read_federation
from yanlu.website.shell import Navigation
from yanlu.website.years import Tally, Year, issued, year_bulletin, year_page, year_teaser, years

_NOTICES = "bulletins"  # their folder in `content/`
NEWS = 3  # bulletins on the home page


class Made(msgspec.Struct, frozen=True, array_like=True):
    """What is made of `data/`: pages and bulletins by path, and what others show of them.

    `headline` is that of the home page, None before the first release; `told` are lines for
    the bulletins; `catalogue` is for programs that read the page of the data sets.
    """

    docs: dict[str, str]
    notices: dict[str, str]
    told: list[Teaser]
    headline: dict[str, Any] | None
    catalogue: str


@dataclass(frozen=True)
class Sources:
    """What the generators are given: pages and bulletins by path, and what some pages show."""

    docs: dict[str, str | bytes]
    notices: dict[str, str | bytes]
    extra: dict[str, Any]


def generate(
    portal: Portal,
    navigation: Navigation,
    templates: Path,
    *,
    tally: Tally,
    kept: Remembered[Made],
    rest: bytes,
    archived: bool,
) -> Sources:
    """All pages and bulletins: those that people wrote in `content/`, and those made of `data/`.

    `tally` is what a year's page counts of the register, and `rest` a short name for all else
    in `data/`. `archived` tells that the site offers the sources that it was built from.
    """
    root = portal.settings.office.root
    content = _written(below(portal.folder, "content"), root)
    docs = {place: text for place, text in content.items() if _NOTICES not in place.split("/")}
    start = f"{_NOTICES}/"
    notices = {p.removeprefix(start): t for p, t in content.items() if p.startswith(start)}
    written = notice_teasers(
        {p: t for p, t in notices.items() if isinstance(t, str) and "/" not in p}
    )
    docs |= published_files(portal, templates, archived=archived)
    key = digest(rest, msgspec.json.encode(tally))
    made = kept.get("data", key, partial(_made, portal, tally, templates))
    kept.finish()
    docs |= made.docs
    notices |= made.notices
    if made.headline is None:
        docs |= empty_files(_waiting(navigation, docs), root, templates)
    news = newest_first([*written, *made.told])[:NEWS]
    home = {"headline": made.headline, "bulletins": news}
    return Sources(docs, notices, {"home": home, "catalogue": made.catalogue})


def _written(files: Mapping[str, Path], root: str) -> dict[str, str | bytes]:
    """Files that people wrote by their paths: Markdown as text, all else as it is."""
    return {
        place: (
            root_links(text_at(path, f"content/{place}"), root)
            if path.suffix == ".md"
            else path.read_bytes()
        )
        for place, path in files.items()
    }


def _made(portal: Portal, tally: Tally, templates: Path) -> Made:
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


def _waiting(navigation: Navigation, docs: Container[str]) -> dict[str, str]:
    """Pages of the menu that will be there with the first release."""
    return {
        item.address: item.title
        for item in navigation.of("data")
        if item.address not in (ADDRESS, CATALOGUE, PUBLISHED)
        and f"{item.address.rstrip('/')}.md" not in docs
        and f"{item.address}index.md" not in docs
    }


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
