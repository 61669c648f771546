"""Shorter ways through Python-Markdown that end at the same bytes.

Python-Markdown reads every page as HTML twice and holds every line against twenty patterns.
Most lines of Chinese prose hold no sign that any of them begins with, most others only that of a
few (a link, a tag). The figures of the statistics, which are most of the HTML, are one element
each, which our own template closes. Few pages name a place for a list of their headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown as Markdown  # for those who only pass it on
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

SIGNS = re.compile(r"[`\\\[!<&*_\x02]|  \n")  # one of which every inline pattern needs
_NEEDED = {  # what Python-Markdown's own patterns begin with; those of extensions are always tried
    "backtick": "`",
    "escape": "\\",
    "reference": "[",
    "link": "[",
    "image_link": "![",
    "image_reference": "![",
    "short_reference": "[",
    "short_image_ref": "![",
    "autolink": "<",
    "automail": "<",
    "linebreak": "  \n",
    "html": "<",
    "entity": "&",
}
_FIGURE, _END = "\n\n<figure ", "</figure>\n\n"
_TAG = re.compile(r"<[a-zA-Z](?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+>")
_ATTRIBUTE = re.compile(r"\s([^\s=]+)=(?:\"([^\"]*)\"|'([^']*)')")


def one_markdown(extensions: Sequence[Any], configs: Mapping[str, Any]) -> Markdown:
    """A converter for any number of pages, reset before each, with the shorter ways.

    MkDocs makes one for each page, with all its extensions.
    """
    return Markdown(extensions=[*extensions, ShortcutsExtension()], extension_configs=dict(configs))


def anchors(html: str) -> set[str]:
    """What can be linked to in a page."""
    return {
        found[2] or found[3]
        for tag in _TAG.findall(html)
        if "id=" in tag or "name=" in tag
        for found in _ATTRIBUTE.finditer(tag)
        if found[1] == "id" or (found[1] == "name" and tag.startswith("<a "))
    }


class _Inline(InlineProcessor):
    """Passes over text in which nothing can be marked up, and patterns whose sign it lacks."""

    @cached_property
    def _needed(self) -> list[str]:
        """For each pattern, in their order, what a text has to hold for it."""
        places = {self.inlinePatterns.get_index_for_name(name): name for name in _NEEDED}
        return [_NEEDED.get(places.get(at, ""), "") for at in range(len(self.inlinePatterns))]

    def _InlineProcessor__handleInline(  # noqa: N802 - Python-Markdown offers no other handle
        self,
        data: str,
        patternIndex: int = 0,  # noqa: N803
    ) -> str:
        if isinstance(data, AtomicString) or not SIGNS.search(data):
            return data
        at, start = patternIndex, 0
        while at < len(self._needed):
            if self._needed[at] not in data:
                at, start = at + 1, 0  # the next one is tried from the beginning
                continue
            data, matched, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]
                self.inlinePatterns[at], data, at, start
            )
            at += not matched
        return data


class _Plain(BlockProcessor):
    """Takes one line that begins with a Chinese character: no other processor can want it."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md.parser)
        self._paragraph = md.parser.blockprocessors["paragraph"]

    def test(self, _parent: Element, block: str) -> bool:
        return "\u4e00" <= block[:1] <= "\u9fff" and "\n" not in block

    def run(self, parent: Element, blocks: list[str]) -> None:
        self._paragraph.run(parent, blocks)


class _Blocks(Preprocessor):
    """Sets figures aside whole; what is left goes to `others`, if there is HTML in it."""

    def __init__(self, md: Markdown, others: Preprocessor) -> None:
        super().__init__(md)
        self._others = others

    def run(self, lines: list[str]) -> list[str]:
        left = "".join(self._without_figures("\n".join(lines)))
        plain = "<" not in left and "&" not in left
        return left.split("\n") if plain else self._others.run(left.split("\n"))

    def _without_figures(self, text: str) -> Iterator[str]:
        """With a place holder for each figure and the space that Markdown leaves about it.

        What stands before a figure may hold no tag that is still open there.
        """
        done = 0
        while (start := text.find(_FIGURE, done)) >= 0:
            start += 2
            before, end = text[done:start], text.find(_END, start) + len(_END) - 2
            figure = text[start:end]
            if figure.count("<figure") != 1 or before.count("<") != 2 * before.count("</"):
                break
            yield "".join((before, "\n", self.md.htmlStash.store(f"{figure}\n"), "\n\n"))
            done = end
        yield text[done:]


class _Contents(Preprocessor):
    """Has the place for a list of the headings looked for only where a page names one."""

    def __init__(self, md: Markdown, toc: Any) -> None:
        super().__init__(md)
        self._toc, self._marker = toc, toc.marker

    def run(self, lines: list[str]) -> list[str]:
        named = any(self._marker in line for line in lines)
        self._toc.marker = self._marker if named else ""
        return lines


class ShortcutsExtension(Extension):
    """Python-Markdown extension; has to be the last."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's own name
        """Register with Python-Markdown."""
        md.treeprocessors.register(_Inline(md), "inline", 20)
        md.parser.blockprocessors.register(_Plain(md), "plain", 200)
        md.preprocessors.register(_Blocks(md, md.preprocessors["html_block"]), "html_block", 20)
        if "toc" in md.treeprocessors:
            md.preprocessors.register(_Contents(md, md.treeprocessors["toc"]), "contents", 10)


def makeExtension(**options: object) -> ShortcutsExtension:  # noqa: N802 - Markdown's own name
    """Entry point by which Python-Markdown finds the extension."""
    return ShortcutsExtension(**options)
