"""The frame that both generators put around every page: menu, header, footer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from markupsafe import Markup
from msgspec.structs import replace

from yanlu.errors import BuildError
from yanlu.git import Head
from yanlu.headers import PAGE
from yanlu.settings import Settings, Text
from yanlu.templates import environment
from yanlu.website.assets import Assets


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A link of the menu; `address` is relative to the root of the site.

    `needs`: what must lie in `data/` for the page to be there at all; "" for nothing.
    """

    title: Text
    address: str
    needs: str = ""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A heading of the menu with the links under it; those in `more` stand on the map alone."""

    title: Text
    address: str
    section: Text
    items: tuple[Item, ...] = ()
    more: tuple[Item, ...] = ()

    @property
    def pages(self) -> tuple[Item, ...]:
        """Its own page and those under it."""
        return (Item(self.title, self.address), *self.items, *self.more)


class Navigation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`theme/navigation.toml`: one menu for both halves of the site."""

    menu: tuple[Section, ...]
    categories: dict[str, Text]

    def within(self, data: Path) -> Navigation:
        """Without the links to pages for which this `data/` has nothing."""
        menu = tuple(
            replace(part, items=_present(part.items, data), more=_present(part.more, data))
            for part in self.menu
        )
        return Navigation(menu, self.categories)

    def of(self, section: str) -> list[Item]:
        """A section's own page and those under it."""
        return [item for part in self.menu if part.section == section for item in part.pages]


def _present(items: tuple[Item, ...], data: Path) -> tuple[Item, ...]:
    return tuple(item for item in items if (data / item.needs).exists())


def read_navigation(theme: Path) -> Navigation:
    """The menu and the names of the bulletins' categories."""
    path = theme / "navigation.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Navigation)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BuildError(f"theme/navigation.toml 缺失或不对：{error}。") from None


def shell_context(
    settings: Settings, navigation: Navigation, assets: Assets, head: Head
) -> Mapping[str, Any]:
    """What the shared templates need; plain values, so that both Jinja worlds can hold them."""
    office, contact, footer = settings.office, settings.contact, settings.footer
    return {
        "root": office.root,
        "url": office.base_url,
        "name": office.site,
        "office": office.name,
        "tagline": office.tagline,
        "notice": office.notice,
        "menu": msgspec.to_builtins(navigation.menu),
        "categories": navigation.categories,
        "css": assets.css,
        "policy": PAGE,
        "report": "about/report/",
        "built": head.day.isoformat(),
        "commit": head.short,
        "changed": head.changed,
        "footer": {
            "host": footer.host,
            "identifiers": msgspec.to_builtins(footer.identifiers),
            **msgspec.to_builtins(contact),
        },
    }


FOOTER = "<!-- footer -->"  # stands in pages for the footer, which tells the date, until the end


@dataclass(frozen=True)
class Frame:
    """What stands around every page, the same for all: rendered once."""

    shell: Mapping[str, Any]
    header: Markup
    footer: str

    def finished(self, page: str) -> str:
        """A page with its footer."""
        return page.replace(FOOTER, self.footer, 1)


def frame(theme: Path, shell: Mapping[str, Any]) -> Frame:
    """The frame in the words of the shared templates."""
    jinja = environment(theme / "shell")
    header, footer = (
        jinja.get_template(f"{part}.html").render(shell=shell) for part in ("header", "footer")
    )
    return Frame(shell, Markup(header), footer)  # noqa: S704 - from a template that escapes
