"""The text of a finished page, read by another parser than the one that makes the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

HAN = re.compile("[\u3005\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|br|button|caption|d[dltv]|details|div|fieldset|fig.*|form"
    "|h[1-6r]|img|input|label|legend|li|main|ol|option|p|pre|section|select|summary"
    "|t(able|body|d|extarea|foot|h|head|r)|ul"
)
_SUGGESTION = re.compile("register/[0-9a-z]{8}/index.html")
_LEFT_OUT = ("nav", "svg")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.main, self.text = False, ""
        self._out: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.main = self.main or tag == "main"
        if tag in _LEFT_OUT or self._out or ("class", "headerlink") in attrs:
            self._out.append(tag)
        if _BLOCKS.fullmatch(tag):
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.main = self.main and tag != "main"
        while tag in self._out and self._out.pop() != tag:
            pass  # an element whose end tag was left out, as HTML lets it
        if _BLOCKS.fullmatch(tag):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if self.main and not self._out:
            self.text += data


def text_of(html: str) -> str:
    """What stands in `<main>`, without ways through the site and drawings."""
    reader = _Reader()
    reader.feed(html)
    return reader.text


def searched(site: Path) -> dict[str, str]:
    """The text of every page that search has to find, by its address."""
    return dict(_searched(site))


def _searched(site: Path) -> Iterator[tuple[str, str]]:
    for path in site.rglob("index.html"):
        html = path.read_text("utf-8")
        place = path.relative_to(site).as_posix()
        suggestion = _SUGGESTION.fullmatch(place) and "已经撤下</h1>" not in html
        if place != "search/index.html" and ('content="noindex' not in html or suggestion):
            yield place.removesuffix("index.html"), text_of(html)
