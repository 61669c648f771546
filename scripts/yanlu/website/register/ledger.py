"""The suggestions of a portal: read anew, or known from the last build."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from yanlu.packages.heads import first_bytes
from yanlu.packages.suggestions import Suggestion, open_suggestion, suggestion_files
from yanlu.settings import Portal
from yanlu.sources import Days, days_of
from yanlu.templates import environment
from yanlu.website.register.entries import Entry, Names, entry_of, refuse_doubles
from yanlu.website.register.kept import (
    Card,
    Kept,
    all_files,
    cache_folder,
    digest,
    mark_of,
    name_of_rest,
    program,
)
from yanlu.website.register.page import links, state_of

_LIBRARIES = (  # all whose version may change what is found or made
    "chinesecalendar",
    "frictionless",
    "icalendar",
    "jinja2",
    "jsonschema-rs",
    "markdown",
    "markupsafe",
    "mkdocs",
    "mkdocs-material",
    "nh3",
    "pelican",
    "pymdown-extensions",
    "pyyaml",
)


class Ledger:
    """All suggestions, each file read once; what the last build knew of the others is kept.

    `fresh` are the files of which the last build did not know these bytes: they alone have
    to be checked again before they are read.
    """

    def __init__(self, portal: Portal, theme: Path) -> None:
        self.portal, self._theme = portal, theme
        self._start = len(str(portal.data)) + 1
        folder = cache_folder(portal.folder)
        self.mark = _mark(portal, theme)
        self.kept = Kept(folder / "register" if folder else None, self.mark)
        self._paths = {self._place(path): path for path in suggestion_files(portal.data)}
        self._digests = {place: digest(first_bytes(path)) for place, path in self._paths.items()}
        known = self.kept.cards()
        self._cards = {
            place: known[place]
            for place, name in self._digests.items()
            if place in known and known[place].digest == name
        }
        self._whole = len(self._cards) == len(known)
        self._opened: dict[str, Suggestion] = {}
        self._days: dict[str, Days] = {}

    @cached_property
    def rest(self) -> bytes:
        """A short name for all in `data/` that is no suggestion: paths and bytes."""
        return name_of_rest(self.portal.data)

    def rest_on(self, *days: date) -> bytes:
        """The same on days of a build, for what is made of nothing else."""
        return digest(self.rest, *(day.isoformat().encode() for day in days))

    @property
    def whole(self) -> bytes:
        """A short name for all suggestions: paths and bytes."""
        named = sorted(self._digests.items())
        return digest(*(part for place, name in named for part in (place.encode(), name)))

    @property
    def fresh(self) -> list[Path]:
        """Files to be checked."""
        return [path for place, path in self._paths.items() if place not in self._cards]

    def read(self, names: Names) -> None:
        """Read the fresh files, which were found to be in order; once is enough.

        Raises:
            BuildError: two files of one id.
        """
        fresh = self.fresh
        row = environment(self._theme / "pelican" / "templates").get_template("register_row.html")
        for path in fresh:
            suggestion = open_suggestion(path)
            place, entry = self._place(path), entry_of(suggestion)
            shown = row.render(
                root=self.portal.settings.office.root,
                entry=entry,
                state=state_of(entry, names),
                links=list(links(entry, names)),
                body=names("bodies", entry.bodies.lead),
            )
            self._cards[place] = Card(self._digests[place], entry, shown)
            self._opened[place] = suggestion
        refuse_doubles(self.entries)
        if fresh or not self._whole:
            self.kept.keep_cards(self._cards)
            self._whole = True

    @property
    def entries(self) -> list[Entry]:
        """All of them, removed ones too."""
        return [card.entry for card in self._cards.values()]

    @property
    def rows(self) -> Mapping[str, str]:
        """Their lines in lists, by id."""
        return {card.entry.id: card.row for card in self._cards.values()}

    @property
    def places(self) -> Mapping[str, str]:
        """Where each lies, by id; relative to the folder of the portal."""
        return {card.entry.id: f"data/{place}" for place, card in self._cards.items()}

    def days(self, pattern: str) -> Days:
        """The days on which files of a pattern were published, asked of git once."""
        if pattern not in self._days:
            self._days[pattern] = days_of(self.portal.folder, pattern)
        return self._days[pattern]

    def name(self, entry: Entry) -> bytes:
        """A short name for the bytes of its file."""
        return self._digests[f"suggestions/{entry.month[:4]}/{entry.id}.md"]

    def open(self, entry: Entry) -> Suggestion:
        """A suggestion with its texts."""
        place = f"suggestions/{entry.month[:4]}/{entry.id}.md"
        return self._opened.pop(place, None) or open_suggestion(self._paths[place])

    def _place(self, path: Path) -> str:
        return str(path)[self._start :]


def _mark(portal: Portal, theme: Path) -> str:
    """Of program, libraries, theme, settings and code lists."""
    decided = [portal.data / "office.toml", *sorted((portal.data / "codes").rglob("*.csv"))]
    libraries = " ".join([sys.version, *(f"{name} {version(name)}" for name in _LIBRARIES)])
    return mark_of([*decided, *all_files(theme)], libraries.encode(), program())
