"""The second half of the door to Pelican: pages that are made of plain entries.

A generator of our own (`signals.get_generators`) hands them to Pelican's writer, which brings
the templates, the pagination and the feeds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import msgspec
from pelican.generators import Generator
from pelican.plugins import signals

from yanlu.model import CHINA, chinese_day
from yanlu.settings import Office
from yanlu.templates import chinese_month, dial, grouped
from yanlu.website.pelican_half import ONCE, common, run_pelican
from yanlu.website.register.kept import Where
from yanlu.website.sheet import FEED, FEED_ITEMS, PAGE, News, Series, Sheet, Sheets, Writing


class Keep(Protocol):
    """Where pages may be kept between two builds."""

    def page(self, where: Where, make: Callable[[], str]) -> str:
        """The page that was kept there for its key, or made now."""


def build_sheets(
    office: Office,
    sheets: Sheets,
    keep: Keep,
    *,
    content: Path,
    theme: Path,
    writing: Writing,
) -> None:
    """Write pages, lists and feeds; `content` is an empty folder.

    Raises:
        BuildError: Pelican warned of something.
    """

    def receiver(_pelican: object) -> type[Generator]:
        own = {"sheets": sheets, "keep": keep, "writing": writing}
        return type("SheetsGenerator", (_Generator,), own)

    own = {
        **_settings(office, sheets.per_page),
        "PATH": str(content),
        "OUTPUT_PATH": str(writing.output.site),
    }
    with signals.get_generators.connected_to(receiver):
        run_pelican({**common(office, theme, writing.frame), **own}, "台账")


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
        "JINJA_ENVIRONMENT": {
            **ONCE,
            "autoescape": True,
            "trim_blocks": True,
            "lstrip_blocks": True,
        },
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
    writing: Writing

    def generate_output(self, writer: Any) -> None:
        """Write everything, as Pelican asks its generators to."""
        for sheet in self.sheets.sheets:
            self._write_sheet(sheet)
        for series in self.sheets.series:
            self._write_series(writer, series)

    def _write_sheet(self, sheet: Sheet) -> None:
        """Past Pelican's writer: what it prepares for each page costs more than the page."""
        key = sheet.key or self.sheets.key
        where = Where(key.shard, key.name, f"{sheet.address}{PAGE}", key.hidden)
        self._put(where, partial(self._rendered, sheet))

    def _rendered(self, sheet: Sheet) -> str:
        page: str = self.get_template(sheet.template).render({**self.context, **sheet.facts()})
        return page

    def _put(self, where: Where, make: Callable[[], str]) -> None:
        self.writing.put(where.place, self.keep.page(where, make), hidden=where.hidden)

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
            key = _name([series.facts["title"], list(series.feed), self.sheets.day])
            where = Where(_shard(series), key, f"{series.address}{FEED}")
            self._put(where, partial(self._feed, writer, series, series.feed))

    def _feed(self, writer: Any, series: Series, news: Sequence[News]) -> str:
        """A feed whose id is the address of its list; Pelican would give all the same id."""
        whole = self.settings["SITEURL"]
        context = {**self.context, "SITEURL": f"{whole}/{series.address}".rstrip("/")}
        entries = [replace(one, url=f"{whole}/{one.url}") for one in news]
        url, title = f"{series.address}{FEED}", series.facts["title"]
        with signals.feed_generated.connected_to(self._dated):
            feed = writer.write_feed(entries, context, url=url, feed_title=title)
        text: str = feed.writeString("utf-8")
        return text

    def _dated(self, _context: object, feed: Any) -> None:
        """An empty feed would bear the moment in which it is written."""
        if not feed.items:
            moment = datetime.combine(self.sheets.day, time(), CHINA)
            feed.latest_post_date = lambda: moment


@dataclass(frozen=True)
class _Pages:
    """A template, as far as Pelican's writer knows; renders only what has not been kept."""

    generator: _Generator
    series: Series

    def render(self, context: Mapping[str, Any]) -> str:
        """The finished page of those that the writer asks for one after the other."""
        page = context["rows_page"]
        key = _name([page.paginator.num_pages, self.series.facts, page.object_list])
        where = Where(_shard(self.series), key, page.save_as)
        made = self.generator.keep.page(where, partial(self._made, context))
        return self.generator.writing.frame.finished(made)

    def _made(self, context: Mapping[str, Any]) -> str:
        page: str = self.generator.get_template(self.series.template).render(context)
        return page


def _name(facts: Any) -> bytes:
    """A short name for plain values."""
    return hashlib.sha256(msgspec.json.encode(facts)).digest()


def _shard(series: Series) -> str:
    return series.address.replace("/", "-")
