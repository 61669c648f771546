"""What the home page shows of the bulletins, and the order that they come in."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from yanlu.errors import BuildError
from yanlu.website.editions import Edition

NEEDED = ("title", "date", "category", "slug", "summary")


class Teaser(TypedDict):
    """A line on the home page; the address is relative to the root of the site."""

    title: str
    address: str
    date: str


def notice_teasers(folder: Path) -> list[Teaser]:
    """Of the notices that people wrote, newest first.

    Raises:
        BuildError: a notice without title, date, category, slug or summary.
    """
    return newest_first([_notice(path) for path in sorted(folder.glob("*.md"))])


def _notice(path: Path) -> Teaser:
    head = path.read_text("utf-8").split("\n\n", 1)[0]
    pairs = [line.partition(":") for line in head.splitlines()]
    facts = {name.strip().lower(): value.strip() for name, _, value in pairs}
    missing = [name.title() for name in NEEDED if not facts.get(name)]
    if missing:
        raise BuildError(
            f"content/bulletins/{path.name}：开头缺少 {'、'.join(missing)}。"
            "请照别的公告补上，每项一行，例如 Title: 标题。"
        )
    return Teaser(
        title=facts["title"], address=f"bulletins/{facts['slug']}/", date=facts["date"][:10]
    )


def release_teaser(edition: Edition) -> Teaser:
    """Of a release's own bulletin."""
    issued = edition.listing.issued.isoformat()
    return Teaser(title=edition.headline, address=f"bulletins/{edition.slug}/", date=issued)


def newest_first(teasers: list[Teaser]) -> list[Teaser]:
    """By day; months that were issued on one day stay in their order."""
    return sorted(teasers, key=lambda teaser: (teaser["date"], teaser["address"]), reverse=True)
