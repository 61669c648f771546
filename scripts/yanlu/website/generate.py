"""Statistics, dictionary and bulletins as Markdown, before either generator runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from yanlu.packages.read import listed, newest, read_release
from yanlu.settings import Portal
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.catalogue import catalogue_files
from yanlu.website.editions import Edition, Origin, read_editions
from yanlu.website.news import newest_first, notice_teasers, release_teaser
from yanlu.website.numbers import Numbers
from yanlu.website.pages import home_headline, statistics_pages
from yanlu.website.quarters import ADDRESS, quarter_files
from yanlu.website.render import empty_files, page_files
from yanlu.website.shell import Navigation

NEWS = 3  # bulletins on the home page


def generate(
    portal: Portal, navigation: Navigation, templates: Path, docs: Path, notices: Path
) -> dict[str, Any]:
    """Write pages into `docs` and bulletins into `notices`; answers what the home page shows.

    What people wrote in `content/` is copied there first.
    """
    shutil.copytree(portal.folder / "content", docs, ignore=shutil.ignore_patterns("bulletins"))
    shutil.copytree(portal.folder / "content" / "bulletins", notices)
    _write_all(docs, quarter_files(portal, templates))
    written = notice_teasers(notices)
    entries = newest(portal.data)
    if not entries:
        _write_all(docs, empty_files(_waiting(navigation, docs), _root(portal), templates))
        return {"home": {"headline": None, "bulletins": written[:NEWS]}}
    editions = read_editions(portal.data, listed(portal.data), portal.codes["revisions"])
    in_force = [edition for edition in reversed(editions) if edition.listing in entries]
    origin = Origin(_root(portal), msgspec.to_builtins(portal.settings.licence), in_force)
    minimum = portal.settings.disclosure.rate_minimum
    numbers = _numbers(portal, in_force)
    pages = list(statistics_pages(numbers, minimum))
    for page in pages:
        _write_all(docs, page_files(page, origin, templates))
    _write_all(docs, catalogue_files(editions, pages, portal.codes, origin, templates))
    issues = [_issue(portal, edition, in_force) for edition in editions]
    _write_all(notices, bulletin_files(issues, origin.root, templates, minimum))
    news = newest_first([*written, *(release_teaser(edition) for edition in editions)])[:NEWS]
    headline = {**home_headline(numbers, minimum), "note": in_force[-1].source["note"]}
    return {"home": {"headline": headline, "bulletins": news}}


def _root(portal: Portal) -> str:
    return portal.settings.office.root


def _waiting(navigation: Navigation, docs: Path) -> dict[str, str]:
    """Pages of the menu that will be there with the first release."""
    return {
        item.address: item.title
        for item in navigation.of("data")
        if item.address != ADDRESS
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
