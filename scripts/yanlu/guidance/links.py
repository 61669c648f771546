"""Links of written pages, looked up in the sources before anything is built.

MkDocs looks up links to other written pages when it builds. It passes over links that begin at
the root of the site, by which pages are reached that are not written but made, and over
addresses that are no file; and bulletins are not its own. They are looked up here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from yanlu.guidance.pages import Page

_LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)""")
_HREF = re.compile(r"""\bhref\s*=\s*["']([^"']+)["']""")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|<!--")
_ROOT = "content/"
_NOTICES = "content/bulletins/"  # built by Pelican, which knows no other written page
_COLUMNS = {"data/guidance/doors.csv": "pages", "data/guidance/owed.csv": "door"}


@dataclass(frozen=True)
class Site:
    """What a link may lead to: files of `content/`, and the addresses of the menu."""

    files: Collection[str]
    menu: Collection[str]

    def leads(self, address: str) -> bool:
        """Whether an address, relative to the root, is a written page or one that is made.

        All below a page of the menu that nobody wrote counts as made; the tests of the built
        site look it up.
        """
        made = (place for place in self.menu if place and not self.is_written(place))
        return self.is_written(address) or any(map(address.startswith, made))

    def is_written(self, address: str) -> bool:
        """Whether an address is that of a page in `content/`."""
        place = address.strip("/")
        pages = (f"{_ROOT}{place}.md", normpath(f"{_ROOT}{place}/index.md"))
        return any(page in self.files for page in pages)


def link_faults(page: Page, site: Site) -> Iterator[str]:
    """Sentences on links that lead nowhere, or only while the site lies at the root."""
    for line, words in enumerate(page.text.splitlines(), page.first):
        where = f"{page.place} 第 {line} 行：链接"
        for target in _LINK.findall(words):
            if what := _wrong(page.place, target.partition("#")[0], site):
                yield f"{where} {target} {what}"
        for target in _HREF.findall(words):
            if not _ELSEWHERE.match(target):
                yield f"{where} {target} 写成了 HTML，网站换个地址就断。请写成[名称](文件.md)。"


def cell_link_faults(place: str, rows: Sequence[Mapping[str, str]], site: Site) -> Iterator[str]:
    """Sentences on addresses in a table that lead nowhere; none where there is no menu."""
    column = _COLUMNS.get(place, "")
    for line, row in enumerate(rows, 2) if column and site.menu else ():
        for address in filter(None, row[column].split(";")):
            if not site.leads(address.strip()):
                yield (
                    f"{place} 第 {line} 行 列 {column}：{address} 指的页面不存在。"
                    "请改成网站上有的地址，从根写起，例如 suggest/write/。"
                )


def _wrong(place: str, path: str, site: Site) -> str:
    if not path or _ELSEWHERE.match(path):
        return ""
    if path.startswith("/"):
        return "" if site.leads(path[1:]) else f"指的页面不存在。{_TO_MADE}"
    if place.startswith(_NOTICES):
        return "在公告里打不开。请从 / 写起，例如 [台账](/register/)。"
    file = normpath(join(dirname(place), path))
    if file in site.files:
        return ""
    if not path.endswith(".md"):
        return f"不是一个文件。{_TO_MADE}"
    address = file.removeprefix(_ROOT).removesuffix(".md").removesuffix("index").strip("/")
    if file.startswith(_ROOT) and site.leads(f"{address}/"):
        return ""
    return "指的文件不存在。请改正文件名。"


_TO_MADE = (
    "写出来的页面，请链接它的 .md 文件；程序生成的页面，请从 / 写起，例如 [台账](/register/)，"
    "地址见 theme/navigation.toml。"
)
