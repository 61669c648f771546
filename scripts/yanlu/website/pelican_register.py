"""The second half of the door to Pelican: pages that are made of plain entries.

A generator of our own (`signals.get_generators`) hands them to Pelican's writer, which brings
the templates, the pagination and the feeds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import msgspec
from markupsafe import Markup
from pelican.generators import Generator
from pelican.plugins import signals

from yanlu.model import CHINA, chinese_day
from yanlu.settings import Office
from yanlu.templates import chinese_month, dial, grouped
from yanlu.website.output import Output
from yanlu.website.pelican_half import common, run_pelican
from yanlu.website.shell import Frame

FEED = "feed.atom.xml"
FEED_ITEMS = 30
PAGE = "index.html"


class Keep(Protocol):
    """Where pages may be kept between two builds."""

    def page(self, shard: str, name: str, key: bytes, make: Callable[[], str]) -> str:
        """The page that was kept under this name for this key, or made now."""


@dataclass(frozen=True)
class Key:
    """Where a page is kept, and what it is made of in short; `hidden`: no search engine may."""

    shard: str
    name: bytes
    hidden: bool = True


@dataclass(frozen=True)
class Sheet:
    """One page. With a key it is kept until the key is another; `facts` is asked when needed.

    A page without a key stands before those with one that lie in its folder.
    """

    address: str
    template: str
    facts: Callable[[], Mapping[str, Any]]
    key: Key | None = None


@dataclass(frozen=True)
class News:
    """An entry of a feed: plain text, with the days on which it was published and changed."""

    title: str
    url: str
    summary: str
    date: datetime
    modified: datetime

    def get_content(self, _site: str) -> str:
        """What Pelican asks an article for."""
        return str(Markup("<p>{}</p>").format(self.summary))


@dataclass(frozen=True)
class Series:
    """A list over as many pages as it takes, and its feed; None: it has none.

    A feed that holds nothing yet is there all the same, so that readers can subscribe to it.

    `facts` and `rows` hold plain values: a page of the same ones is not made anew.
    """

    address: str
    template: str
    facts: Mapping[str, Any]
    rows: Sequence[Any]
    feed: Sequence[News] | None = None


@dataclass(frozen=True)
class Sheets:
    """All that is to be written; `day` dates a feed in which nothing stands yet."""

    sheets: Iterable[Sheet]
    series: Iterable[Series]
    per_page: int
    day: date


def build_sheets(
    office: Office,
    sheets: Sheets,
    keep: Keep,
    *,
    content: Path,
    theme: Path,
    output: Output,
    frame: Frame,
) -> Mapping[str, str]:
    """Write pages, lists and feeds; `content` is an empty folder.

    Answers the SHA-256 sums of the hidden pages, by their paths below the site.

    Raises:
        BuildError: Pelican warned of something.
    """

    def receiver(_pelican: object) -> type[Generator]:
        own = {"sheets": sheets, "keep": keep, "sums": sums, "frame": frame, "output": output}
        return type("SheetsGenerator", (_Generator,), own)

    sums: dict[str, str] = {}

    own = {
        **_settings(office, sheets.per_page),
        "PATH": str(content),
        "OUTPUT_PATH": str(output.site),
    }
    with signals.get_generators.connected_to(receiver):
        run_pelican({**common(office, theme, frame), **own}, "台账")
    return sums


def _settings(office: Office, per_page: int) -> dict[str, Any]:
    return {
        "SITEURL": office.base_url.rstrip("/"),
        "FEED_DOMAIN": office.base_url.rstrip("/"),
        "FEED_ALL_ATOM": None,
        "CATEGORY_FEED_ATOM": None,
        "FEED_MAX_ITEMS": FEED_ITEMS,
        "DIRECT_TEMPLATES": (),
        "PAGINATED_TEMPLATES": {"series": per_page},
        "PAGINATION_PATTERNS": [
            (1, "{base_name}/", "{save_as}"),
            (2, "{base_name}/{number}/", "{base_name}/{number}/index.html"),
        ],
        "JINJA_ENVIRONMENT": {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True},
        "JINJA_FILTERS": {
            "day": chinese_day,
            "month": chinese_month,
            "grouped": grouped,
            "dial": dial,
        },
    }


class _Generator(Generator):  # type: ignore[misc] # Pelican is published without types
    sheets: Sheets
    keep: Keep
    sums: dict[str, str]
    frame: Frame
    output: Output

    def generate_output(self, writer: Any) -> None:
        """Write everything, as Pelican asks its generators to."""
        for sheet in self.sheets.sheets:
            page = _Page(self, sheet)
            if sheet.key:
                self._put(sheet.address, sheet.key, page.render(self.context))
            else:
                writer.write_file(f"{sheet.address}{PAGE}", page, self.context, url=sheet.address)
        for series in self.sheets.series:
            self._write_series(writer, series)

    def _put(self, address: str, key: Key, page: str) -> None:
        """Write a page that is kept: what Pelican's writer prepares for each costs more than it."""
        content = page.encode()
        if key.hidden:
            self.sums[f"{address}{PAGE}"] = hashlib.sha256(content).hexdigest()
        self.output.put(f"{address}{PAGE}", content)

    def _write_series(self, writer: Any, series: Series) -> None:
        writer.write_file(
            f"{series.address}{PAGE}",
            _Pages(self, series),
            self.context,
            paginated={"rows": series.rows},
            template_name="series",
            url=series.address,
            feed="" if series.feed is None else f"{series.address}{FEED}",
            **series.facts,
        )
        if series.feed is not None:
            self._write_feed(writer, series, series.feed)

    def _write_feed(self, writer: Any, series: Series, feed: Sequence[News]) -> None:
        """A feed whose id is the address of its list; Pelican would give all the same id."""
        whole = self.settings["SITEURL"]
        context = {**self.context, "SITEURL": f"{whole}/{series.address}".rstrip("/")}
        news = [replace(one, url=f"{whole}/{one.url}") for one in feed]
        path, title = f"{series.address}{FEED}", series.facts["title"]
        with signals.feed_generated.connected_to(self._dated):
            writer.write_feed(news, context, path=path, feed_title=title)

    def _dated(self, _context: object, feed: Any) -> None:
        """An empty feed would bear the moment in which it is written."""
        if not feed.items:
            moment = datetime.combine(self.sheets.day, time(), CHINA)
            feed.latest_post_date = lambda: moment


@dataclass(frozen=True)
class _Page:
    """A template, as far as Pelican's writer knows; renders only what has not been kept."""

    generator: _Generator
    sheet: Sheet

    def render(self, context: Mapping[str, Any]) -> str:
        """The finished page, whose footer tells the date of the build."""
        key, address = self.sheet.key, self.sheet.address
        if key is None:
            return self.generator.frame.finished(self._made(context))
        keep = self.generator.keep
        page = keep.page(key.shard, address, key.name, lambda: self._made(context))
        return self.generator.frame.finished(page)

    def _made(self, context: Mapping[str, Any]) -> str:
        template = self.generator.get_template(self.sheet.template)
        page: str = template.render({**context, **self.sheet.facts()})
        return page


@dataclass(frozen=True)
class _Pages:
    """The same for the pages of a list."""

    generator: _Generator
    series: Series

    def render(self, context: Mapping[str, Any]) -> str:
        """The finished page of those that the writer asks for one after the other."""
        page = context["rows_page"]
        facts = [page.paginator.num_pages, self.series.facts, page.object_list]
        key = hashlib.sha256(msgspec.json.encode(facts)).digest()
        shard = self.series.address.replace("/", "-")
        made = self.generator.keep.page(shard, page.url, key, partial(self._made, context))
        return self.generator.frame.finished(made)

    def _made(self, context: Mapping[str, Any]) -> str:
        page: str = self.generator.get_template(self.series.template).render(context)
        return page
