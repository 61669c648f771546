"""Statistics, dictionary and bulletins as Markdown, before either generator runs."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from yanlu.errors import BuildError
from yanlu.guidance.foreign import foreign_faults
from yanlu.guidance.pages import read_page
from yanlu.overlay import below, text_at
from yanlu.settings import Portal
from yanlu.website.front import empty_files
from yanlu.website.inserts import root_links
from yanlu.website.news import Teaser, newest_first, notice_teasers
from yanlu.website.published import ADDRESS as PUBLISHED
from yanlu.website.published import published_files
from yanlu.website.quarters import ADDRESS as QUARTERS
from yanlu.website.register.kept import digest
from yanlu.website.remembered import Remembered
from yanlu.website.shell import Navigation
from yanlu.website.tallies import Tally

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

    Raises:
        BuildError: a page or a bulletin that may not stand so.
    """
    root = portal.settings.office.root
    content = _written(below(portal.folder, "content"), root)
    _refuse_foreign(content)
    docs = {place: text for place, text in content.items() if _NOTICES not in place.split("/")}
    start = f"{_NOTICES}/"
    notices = {p.removeprefix(start): t for p, t in content.items() if p.startswith(start)}
    written = notice_teasers(
        {p: t for p, t in notices.items() if isinstance(t, str) and "/" not in p}
    )
    docs |= published_files(portal, templates, archived=archived)
    key = digest(rest, msgspec.json.encode(tally))

    def make() -> Made:
        from yanlu.website.made import made  # loads all that draws and counts

        return made(portal, tally, templates)

    made = kept.get("data", key, make)
    kept.finish()
    docs |= made.docs
    notices |= made.notices
    if made.headline is None:
        docs |= empty_files(_waiting(navigation, docs), root, templates)
    _refuse_twice(written, made.told)
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


def _refuse_twice(written: Sequence[Teaser], made: Sequence[Teaser]) -> None:
    twice = {one["address"] for one in written} & {one["address"] for one in made}
    if twice:
        raise BuildError(
            f"没有生成网站。content/bulletins/ 里有一篇的网址是 /{min(twice)}，"
            "程序由统计做的那篇公告也是。请给写的那篇换一个 Slug。"
        )


def _refuse_foreign(content: Mapping[str, str | bytes]) -> None:
    texts = {place: text for place, text in content.items() if isinstance(text, str)}
    pages = (read_page(f"content/{place}", text) for place, text in texts.items())
    for fault in chain.from_iterable(map(foreign_faults, pages)):
        raise BuildError(f"没有生成网站。{fault}")


def _waiting(navigation: Navigation, docs: Container[str]) -> dict[str, str]:
    """Pages of the menu that will be there with the first release."""
    from yanlu.website.datasets import ADDRESS as CATALOGUE  # loads all that the data sets know

    return {
        item.address: item.title
        for item in navigation.of("data")
        if item.address not in (QUARTERS, CATALOGUE, PUBLISHED)
        and f"{item.address.rstrip('/')}.md" not in docs
        and f"{item.address}index.md" not in docs
    }
