"""One site map, one robots.txt for both halves of the site."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable
from html import escape
from pathlib import Path

from yanlu.settings import Office
from yanlu.website.output import Output

PAGE, SITEMAP, ROBOTS = "index.html", "sitemap.xml", "robots.txt"
TEXTS = "search/t/"  # texts of pages that no search engine may keep lie among these


def files_of(site: Path) -> list[str]:
    """Every file as a path relative to `site`, sorted.

    Plain strings from the system's own walk: a site may have tens of thousands of pages.
    """
    start = len(str(site)) + 1
    return sorted(
        f"{folder[start:]}/{name}".lstrip("/")
        for folder, _, names in os.walk(str(site))
        for name in names
    )


def write_sitemap(
    output: Output, office: Office, files: Iterable[str], hidden: Container[str]
) -> list[str]:
    """Write `sitemap.xml` and `robots.txt`; answers the addresses of the pages they name.

    `files` are those of the site. No dates: a page that changes on a certain day would tell
    when someone wrote. A page that asks not to be indexed is not named; of those in `hidden`
    that is known already.
    """
    addresses = sorted(
        place.removesuffix(PAGE)
        for place in files
        if f"/{place}".endswith(f"/{PAGE}") and place not in hidden and output.is_listed(place)
    )
    site = output.site
    entries = "".join(f"<url><loc>{escape(office.base_url + a)}</loc></url>\n" for a in addresses)
    (site / SITEMAP).write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</urlset>\n",
        "utf-8",
    )
    (site / ROBOTS).write_text(
        f"User-agent: *\nAllow: /\nDisallow: {office.root}{TEXTS}\n"
        f"Sitemap: {office.base_url}{SITEMAP}\n",
        "utf-8",
    )
    return addresses
