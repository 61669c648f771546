"""Tables of Markdown pages: alignment as a class, headings with a scope, room to scroll.

Python-Markdown writes alignment as a style attribute, which a strict content security
policy forbids, and leaves wide tables to break the page of a telephone.
"""

from __future__ import annotations

from collections import Counter
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

CLASSES = {"text-align: right;": "num", "text-align: center;": "mid"}


class _Tables(Treeprocessor):
    def run(self, root: Element) -> None:
        labels: Counter[str] = Counter()
        heading = ""
        for parent in list(root.iter()):
            for position, child in enumerate(list(parent)):
                if child.tag in ("h1", "h2", "h3"):
                    heading = child.text or heading
                if child.tag == "table":
                    labels[heading] += 1
                    _plain_alignment(child)
                    parent[position] = _in_region(child, heading, labels[heading])


def _plain_alignment(table: Element) -> None:
    for cell in table.iter():
        if cell.tag in ("th", "td"):
            class_ = CLASSES.get(cell.attrib.pop("style", ""))
            if class_:
                cell.set("class", class_)
        if cell.tag == "th":
            cell.set("scope", "col")


def _in_region(table: Element, heading: str, which: int) -> Element:
    """A frame that scrolls, named for the heading above it; names differ on a page."""
    region = Element("div", {"class": "table", "role": "region", "tabindex": "0"})
    region.set("aria-label", f"表：{heading}" + (f"（{which}）" if which > 1 else ""))
    region.tail, table.tail = table.tail, None
    region.append(table)
    return region


class AlignmentExtension(Extension):
    """Python-Markdown extension; runs after attribute lists."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - Markdown's own name
        """Register with Python-Markdown."""
        md.treeprocessors.register(_Tables(md), "yanlu-alignment", 5)


def makeExtension(**options: object) -> AlignmentExtension:  # noqa: N802 - Markdown's own name
    """Entry point by which Python-Markdown finds the extension."""
    return AlignmentExtension(**options)
