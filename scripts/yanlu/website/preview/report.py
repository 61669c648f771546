"""What a change would do to the site, for those who decide whether it may: HTML and Markdown."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yanlu.settings import Office
from yanlu.templates import environment
from yanlu.website.preview.compared import Compared, Kind
from yanlu.website.preview.copies import Copier
from yanlu.website.preview.numbers import Renewed

PAGE, SUMMARY, STYLE = "index.html", "summary.md", "preview.css"
_SHOWN = 50  # pages side by side; whoever changes more reads the list


@dataclass(frozen=True)
class Owed:
    """A term in words: until when, what, of which suggestion, by whom ("" where not known)."""

    day: str
    what: str
    name: str
    body: str


@dataclass(frozen=True)
class Terms:
    """Terms that come with the change, and those that go with it."""

    new: Sequence[Owed]
    gone: Sequence[Owed]


@dataclass(frozen=True)
class Preview:
    """All that is said of a change.

    `before` and `after` name the two states; without `compared` the site cannot be built, and
    `faults` say why.
    """

    before: str
    after: str
    faults: Sequence[str]
    notes: Sequence[str]
    numbers: Sequence[Renewed] = ()
    rolled: Sequence[Renewed] = ()
    terms: Terms = Terms((), ())
    compared: Compared | None = None


def write_report(
    preview: Preview, office: Office, theme: Path, sites: tuple[Path, Path], target: Path
) -> None:
    """Write page, summary and copies of what differs into an empty folder.

    `sites` are the site before and after; nothing of them is needed afterwards.
    """
    pages = preview.compared.pages if preview.compared else ()
    for site, name, absent in zip(
        sites, ("before", "after"), (Kind.ADDED, Kind.REMOVED), strict=True
    ):
        copier = Copier(site, target / name, office.base_url)
        for page in pages[:_SHOWN]:
            if page.kind is not absent:
                copier.copy(page.address)
    folder = theme / "preview"
    facts = {"preview": preview, "office": office, "shown": _SHOWN}
    for name in (PAGE, SUMMARY):
        (target / name).write_text(
            environment(folder).get_template(name).render(facts), "utf-8", newline=""
        )
    shutil.copy(folder / STYLE, target / STYLE)
