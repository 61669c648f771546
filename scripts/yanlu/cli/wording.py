"""What `yanlu check` reads of the words on the site, and what `guidance` has to say of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from yanlu.errors import BuildError, HistoryError, InputError
from yanlu.git import in_repository, published_days
from yanlu.guidance.cited import Shelf
from yanlu.guidance.laws import Laws
from yanlu.guidance.links import Site
from yanlu.guidance.moved import PAGES, move_faults, read_moves
from yanlu.guidance.survey import Words, survey_faults, survey_notes
from yanlu.overlay import below, found, text_at
from yanlu.packages.schemas import TABLES
from yanlu.settings import Portal, read_codes
from yanlu.templates import theme_folder
from yanlu.website.news import notice_teasers
from yanlu.website.shell import read_navigation

_NOTICES = "content/bulletins/"
_TEMPLATES = (".html", ".md", ".toml", ".txt")


def wording(portal: Portal, day: date) -> tuple[list[str], list[str]]:
    """Faults and reminders of pages, templates and tables; tables must have passed before.

    `day` is that of the commit: by then a page must have been checked.
    """
    unread: list[str] = []
    try:
        words = _words(portal, unread)
        moved = [*_moved(portal, words.site)]
    except (BuildError, HistoryError) as error:
        return [*unread, str(error)], []
    shelf = Shelf(Laws(read_codes(portal.data / TABLES["laws"]).rows.values()), day)
    faults = [*unread, *moved, *_notice_faults(words.pages), *survey_faults(words, shelf)]
    return faults, list(survey_notes(words, shelf))


def _notice_faults(pages: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the heads of bulletins that people wrote."""
    below = {place.removeprefix(_NOTICES): text for place, text in pages.items()
             if place.startswith(_NOTICES)}  # fmt: skip
    try:
        notice_teasers({name: text for name, text in below.items() if "/" not in name})
    except BuildError as error:
        yield str(error)


def _moved(portal: Portal, site: Site) -> Iterator[str]:
    """What is wrong with the addresses that moved, or should be among them."""
    if not site.menu:
        return
    past = published_days(portal.folder, PAGES) if in_repository(portal.folder) else ()
    gone = {path for path in past if path not in site.files}
    yield from move_faults(read_moves(portal.data), site, gone)


def _words(portal: Portal, unread: list[str]) -> Words:
    """All that is read; what is no text is added to `unread`."""
    files = _files(portal, "content")
    theme = theme_folder(portal.folder) if files else None  # no pages, no menu
    deadlines = f"data/{TABLES['deadlines']}"
    tables = {deadlines: found(portal.folder, deadlines), **_files(portal, "data/guidance")}
    return Words(
        pages=_texts({p: path for p, path in files.items() if path.suffix == ".md"}, unread),
        templates=_texts(_templates(theme), unread) if theme else {},
        tables={place: _rows(path) for place, path in tables.items() if path.suffix == ".csv"},
        site=Site(set(files), _menu(theme, portal.data) if theme else ()),
    )


def _files(portal: Portal, folder: str) -> dict[str, Path]:
    """Its own and the shipped ones, by what they are called in messages."""
    return {f"{folder}/{name}": path for name, path in below(portal.folder, folder).items()}


def _menu(theme: Path, data: Path) -> list[str]:
    menu = read_navigation(theme).within(data).menu
    return [page.address for part in menu for page in part.pages]


def _templates(theme: Path) -> Mapping[str, Path]:
    paths = sorted(path for path in theme.rglob("*") if path.suffix in _TEMPLATES)
    return {f"theme/{p.relative_to(theme).as_posix()}": p for p in paths}


def _texts(files: Mapping[str, Path], unread: list[str]) -> dict[str, str]:
    texts = {}
    for place, path in files.items():
        try:
            texts[place] = text_at(path, place)
        except InputError as error:
            unread.append(str(error))
    return texts


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
