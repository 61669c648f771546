"""Statistics, dictionary and bulletins as Markdown, before either generator runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from yanlu.packages.read import Listing, listed, newest, read_release
from yanlu.settings import Portal
from yanlu.website.bulletins import Issue, bulletin_files
from yanlu.website.catalogue import Edition, catalogue_files, read_editions
from yanlu.website.numbers import Numbers
from yanlu.website.pages import home_headline, statistics_pages
from yanlu.website.render import Origin, empty_files, page_files
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
    editions = read_editions(portal.data, listed(portal.data))
    entries = newest(portal.data)
    if not entries:
        root = portal.settings.office.root
        waiting = {
            item.address: item.title
            for item in navigation.of("data")
            if not (docs / item.address.rstrip("/")).with_suffix(".md").is_file()
        }
        _write_all(docs, empty_files(waiting, root, templates))
        return {"home": {"headline": None, "bulletins": []}}
    minimum = portal.settings.disclosure.rate_minimum
    releases = [read_release(portal.data, entry.month, entry.version) for entry in entries]
    numbers = Numbers(releases, portal.codes)
    origin = _origin(portal, [e for e in editions if e.listing in entries])
    pages = list(statistics_pages(numbers, minimum))
    for page in pages:
        _write_all(docs, page_files(page, origin, templates))
    _write_all(docs, catalogue_files(editions, pages, portal.codes, origin, templates))
    issues = [_issue(portal, entry) for entry in reversed(entries)]
    _write_all(notices, bulletin_files(numbers, issues, origin, templates, minimum))
    news = [issue.teaser for issue in issues[:NEWS]]
    return {"home": {"headline": home_headline(numbers, minimum), "bulletins": news}}


def _issue(portal: Portal, entry: Listing) -> Issue:
    why = portal.codes["revisions"].title(entry.why) if entry.why else ""
    return Issue(entry.month, entry.version, entry.issued, why)


def _origin(portal: Portal, editions: Sequence[Edition]) -> Origin:
    """Of the releases in force, newest first."""
    oldest_first = editions[::-1]
    return Origin(
        root=portal.settings.office.root,
        base=editions[0].listing.base,
        source=editions[0].descriptor["sources"][0],
        licence=msgspec.to_builtins(portal.settings.licence),
        releases=[
            {
                "month": str(edition.listing.month),
                "title": edition.title,
                "anchor": edition.anchor,
                "address": edition.address,
            }
            for edition in oldest_first
        ],
    )


def _write_all(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    for name, text in texts:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
