"""Pages as copies that can be opened from a disk, and what they need to look as they will."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from yanlu.website.sitemap import PAGE

# neither runs from a disk: a policy that names the site itself, and scripts that ask the site
_LEFT_OUT = re.compile(
    r'<meta http-equiv="Content-Security-Policy"[^>]*>|<script\b.*?</script>', re.DOTALL
)
_LINK = re.compile(r'(?P<tag><(?:link|img|a|form|area|source|object)\b[^>]*?\s)'
                   r'(?P<name>href|src|action|data)="(?P<to>[^"]*)"')  # fmt: skip
_SHOWN = re.compile(r'<(img|source|object)\b|<link\b[^>]*rel="(stylesheet|icon)"')


@dataclass(frozen=True)
class Copier:
    """Copies pages of the site in `site` to `target`; `base` is the address of the site."""

    site: Path
    target: Path
    base: str

    def copy(self, address: str) -> None:
        """The page and its styles and pictures; links lead to the published site."""
        html = (self.site / address / PAGE).read_text("utf-8")
        up = "../" * address.count("/")

        def local(link: re.Match[str]) -> str:
            to = urljoin(self.base + address, link["to"])
            place = self._place(to)
            if place and _SHOWN.match(link[0]):
                self._copy(place)
                to = up + place
            return f'{link["tag"]}{link["name"]}="{to}"'

        page = self.target / address / PAGE
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(_LINK.sub(local, _LEFT_OUT.sub("", html)), "utf-8", newline="")

    def _place(self, to: str) -> str:
        """The file of the site that an address means; "" where it is none."""
        place = unquote(urlsplit(to.removeprefix(self.base)).path)
        return place if to.startswith(self.base) and (self.site / place).is_file() else ""

    def _copy(self, place: str) -> None:
        target = self.target / place
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((self.site / place).read_bytes())
