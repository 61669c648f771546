"""The door to nh3, and to Markdown for replies: words of people, safe on a page."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown import Markdown

_TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code"}


@cache
def _cleaner(root: str) -> nh3.Cleaner:
    """Keeps these tags and where links lead; of those within the site, below its root."""

    def link(_tag: str, _name: str, value: str) -> str | None:
        if value.startswith("//"):
            return None  # elsewhere, in disguise
        return f"{root}{value[1:]}" if value.startswith("/") else value

    return nh3.Cleaner(
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=link,
        url_schemes={"http", "https"},
        link_rel="nofollow ugc",
    )


@cache
def _markdown() -> Markdown:
    """Markdown in which a tag is text like any other."""
    from markdown import Markdown  # loads what a build that renders no reply does not need

    markdown = Markdown(extensions=["sane_lists"], output_format="html")
    markdown.preprocessors.deregister("html_block")
    markdown.inlinePatterns.deregister("html")
    return markdown


def reply_html(text: str, root: str) -> Markup:
    """A reply, which may hold Markdown: paragraphs, lists, emphasis, links and no more."""
    html = _markdown().reset().convert(text)
    return Markup(_cleaner(root).clean(html))  # noqa: S704 - cleaned


def paragraphs(text: str) -> list[str]:
    """A plain text at its empty lines; Jinja escapes what is in them."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
