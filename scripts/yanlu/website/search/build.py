"""From the finished pages of both generators to the files of the index."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from yanlu.website.search.index import index_files
from yanlu.website.search.text import Page, read_page
from yanlu.website.shell import Navigation
from yanlu.website.sitemap import PAGE

FOLDER = "search"
_HOME = "首页"


def write_search(site: Path, addresses: Iterable[str], navigation: Navigation) -> dict[str, str]:
    """Write the index of the pages at these addresses; answers the SHA-256 sums of its files.

    Beside the pages that may be indexed by anybody these are the suggestions that can be read:
    search engines must not keep them, readers of the site shall find them.
    """
    pages = _pages(site, addresses, _sections(navigation))
    made = index_files(_ordered(pages, navigation))
    for folder in ("s", "t"):
        (site / FOLDER / folder).mkdir(parents=True)
    sums = {}
    for name, content in made.items():
        place = f"{FOLDER}/{name}"
        with open(f"{site}/{place}", "wb") as file:  # noqa: PTH123 - tens of thousands of times
            file.write(content)
        sums[place] = hashlib.sha256(content).hexdigest()
    return sums


def _pages(site: Path, addresses: Iterable[str], sections: Mapping[str, str]) -> Iterator[Page]:
    for address in addresses:
        if address != f"{FOLDER}/":
            html = (site / address / PAGE).read_text("utf-8")
            yield read_page(address, sections.get(_first(address), ""), html)


def _sections(navigation: Navigation) -> Mapping[str, str]:
    """The name of a part of the site by the first word of its addresses."""
    names = {"": _HOME}
    for section in navigation.menu:
        for item in section.pages:
            names.setdefault(_first(item.address), section.title)
    return names


def _first(address: str) -> str:
    return address.partition("/")[0]


def _ordered(pages: Iterable[Page], navigation: Navigation) -> list[Page]:
    """Pages of the menu first, in its order: the everyday ones stand where two are alike."""
    menu = [item.address for section in navigation.menu for item in section.pages]
    places = {address: place for place, address in reversed(list(enumerate(menu)))}
    return sorted(pages, key=lambda page: (places.get(page.address, len(menu)), page.address))
