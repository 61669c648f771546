"""One site map, one robots.txt for both halves of the site."""

from __future__ import annotations

from html import escape
from pathlib import Path

from yanlu.settings import Office

_NOT_INDEXED = '<meta name="robots" content="noindex'


def write_sitemap(site: Path, office: Office) -> int:
    """Write `sitemap.xml` and `robots.txt`; answers how many pages they name.

    No dates: a page that changes on a certain day would tell when someone wrote. A page that
    asks not to be indexed is not named.
    """
    addresses = sorted(
        page.parent.relative_to(site).as_posix().replace(".", "", 1)
        if page.parent == site
        else f"{page.parent.relative_to(site).as_posix()}/"
        for page in site.rglob("index.html")
        if _NOT_INDEXED not in page.read_text("utf-8")
    )
    entries = "".join(f"<url><loc>{escape(office.base_url + a)}</loc></url>\n" for a in addresses)
    (site / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</urlset>\n",
        "utf-8",
    )
    (site / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {office.base_url}sitemap.xml\n", "utf-8"
    )
    return len(addresses)
