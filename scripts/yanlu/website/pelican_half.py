"""The door to Pelican: dated bulletins with feeds, archives and topics.

Pages that are made of plain entries go through the second half of this door,
`pelican_register`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from markupsafe import Markup
from pelican import Pelican, console
from pelican.settings import read_settings
from pymdownx.slugs import slugify

from yanlu.errors import BuildError
from yanlu.settings import Office
from yanlu.website.output import write_all
from yanlu.website.shell import FOOTER, Frame

ONCE = {"auto_reload": False}  # no template changes while a site is made
_DIRECT = ("index", "archives", "tags", "categories")


def make_bulletins(
    office: Office, notices: Mapping[str, str | bytes], *, aside: Path, theme: Path, frame: Frame
) -> dict[str, str]:
    """All files of `bulletins/` without their footers, by their paths below it.

    They are made of all articles together, which are known by their paths; `aside` is a folder
    to work in.

    Raises:
        BuildError: an article without what Pelican needs, or any other warning of Pelican's.
    """
    content, made = aside / "notices", aside / "bulletins"
    write_all(content, notices)
    own = {**_bulletins(office), "PATH": str(content), "OUTPUT_PATH": str(made)}
    run_pelican({**common(office, theme, frame), **own}, "公告")
    return dict(_read(made, urljoin(office.base_url, "/")))


def _read(made: Path, host: str) -> Iterator[tuple[str, str]]:
    """What Pelican wrote. A feed is read elsewhere: links from the root get the host's name."""
    for path in sorted(made.rglob("*")):
        if path.is_file():
            text = path.read_text("utf-8")
            if path.suffix == ".xml":
                text = text.replace('href="/', f'href="{host}')
            yield path.relative_to(made).as_posix(), text


def run_pelican(settings: Mapping[str, Any], what: str) -> None:
    """Run Pelican in silence.

    Raises:
        BuildError: Pelican warned of something; `what` was to be built.
    """
    said = _Said()
    logger = logging.getLogger("pelican")
    logger.addHandler(said)
    propagate, logger.propagate = logger.propagate, False
    quiet, console.quiet = console.quiet, True
    try:
        Pelican(read_settings(override=dict(settings))).run()
    finally:
        logger.removeHandler(said)
        logger.propagate, console.quiet = propagate, quiet
    if said.lines:
        listed = "\n".join(f"  · {line}" for line in said.lines)
        raise BuildError(f"{what}没有生成。请按下面的提示改正：\n{listed}")


class _Said(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def common(office: Office, theme: Path, frame: Frame) -> dict[str, Any]:
    """Settings of everything that Pelican makes here."""
    return {
        "THEME": str(theme / "pelican"),
        "THEME_TEMPLATES_OVERRIDES": [str(theme)],  # has the templates of shell/
        "JINJA_ENVIRONMENT": dict(ONCE),
        "THEME_STATIC_DIR": "theme",
        "THEME_STATIC_PATHS": [],
        "STATIC_PATHS": [],
        "SITENAME": office.site,
        "AUTHOR": office.name,
        "TIMEZONE": "Asia/Shanghai",
        "DEFAULT_LANG": "zh_cn",  # as docutils, which Pelican brings, spells it
        "DEFAULT_DATE_FORMAT": "%Y-%m-%d",
        "DEFAULT_PAGINATION": False,
        "SHELL": frame.shell,
        "HEADER": frame.header,
        "FOOTER": Markup(FOOTER),  # noqa: S704 - our own constant
        "LOAD_CONTENT_CACHE": False,
        "DELETE_OUTPUT_DIRECTORY": False,
        "RELATIVE_URLS": False,
        "TRANSLATION_FEED_ATOM": None,
        "AUTHOR_FEED_ATOM": None,
        "AUTHOR_FEED_RSS": None,
        "AUTHOR_SAVE_AS": "",
        "AUTHORS_SAVE_AS": "",
    }


def _bulletins(office: Office) -> dict[str, Any]:
    return {
        "SITEURL": f"{office.base_url}bulletins",
        "ARTICLE_ORDER_BY": _newest_first,
        "DIRECT_TEMPLATES": _DIRECT,
        **{f"{name.upper()}_SAVE_AS": f"{name}/index.html" for name in _DIRECT[1:]},
        "ARTICLE_URL": "{slug}/",
        "ARTICLE_SAVE_AS": "{slug}/index.html",
        "YEAR_ARCHIVE_URL": "{date:%Y}/",
        "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html",
        "CATEGORY_URL": "categories/{slug}/",
        "CATEGORY_SAVE_AS": "categories/{slug}/index.html",
        "TAG_URL": "tags/{slug}/",
        "TAG_SAVE_AS": "tags/{slug}/index.html",
        "SLUGIFY_SOURCE": "basename",
        "SLUGIFY_USE_UNICODE": True,
        "FEED_DOMAIN": f"{office.base_url}bulletins",
        "FEED_ALL_ATOM": "feed.atom.xml",
        "CATEGORY_FEED_ATOM": "categories/{slug}/feed.atom.xml",
        "MARKDOWN": _MARKDOWN,
    }


def _newest_first(article: Any) -> tuple[float, tuple[int, ...]]:
    """By day, then by name from the end: months that were issued on one day stay in order."""
    return -article.date.timestamp(), tuple(-ord(letter) for letter in article.slug)


_MARKDOWN = {
    "extensions": [
        "markdown.extensions.attr_list",
        "markdown.extensions.footnotes",
        "markdown.extensions.meta",
        "markdown.extensions.tables",
        "markdown.extensions.toc",
        "yanlu.website.alignment",
        "yanlu.website.shortcuts",
    ],
    "extension_configs": {
        "markdown.extensions.toc": {
            "slugify": slugify(case="lower"),
        }
    },
    "output_format": "html5",
}
