"""From the finished pages of both generators to the files of the index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from yanlu.website.output import Output
from yanlu.website.search.kept import Kept
from yanlu.website.shell import Navigation
from yanlu.website.sitemap import PAGE

FOLDER = "search"
_HOME = "首页"


def write_search(
    output: Output, addresses: Iterable[str], navigation: Navigation, kept: Kept
) -> list[str]:
    """Write the index of the pages at these addresses; answers the paths of its files.

    Beside the pages that may be indexed by anybody these are the suggestions that can be read:
    search engines must not keep them, readers of the site shall find them. A page whose words
    are those of the last build is not cut again.
    """
    _add_pages(output.site, _ordered(addresses, navigation), navigation, kept)
    places = []
    for name, content in kept.files():
        place = f"{FOLDER}/{name}"
        output.put(place, content)
        places.append(place)
    kept.finish()
    return places


def _add_pages(site: Path, addresses: Iterable[str], navigation: Navigation, kept: Kept) -> None:
    sections = _sections(navigation)
    for address in addresses:
        section = sections.get(_first(address), "")
        with open(f"{site}/{address}{PAGE}", "rb") as file:  # noqa: PTH123 - as above
            html = file.read()
        kept.add(address, section, html)


def _sections(navigation: Navigation) -> Mapping[str, str]:
    """The name of a part of the site by the first word of its addresses."""
    names = {"": _HOME}
    for section in navigation.menu:
        for item in section.pages:
            names.setdefault(_first(item.address), section.title)
    return names


def _first(address: str) -> str:
    return address.partition("/")[0]


def _ordered(addresses: Iterable[str], navigation: Navigation) -> list[str]:
    """Pages of the menu first, in its order: the everyday ones stand where two are alike."""
    menu = [item.address for section in navigation.menu for item in section.pages]
    places = {address: place for place, address in reversed(list(enumerate(menu)))}
    readable = (address for address in addresses if address != f"{FOLDER}/")
    return sorted(readable, key=lambda address: (places.get(address, len(menu)), address))
