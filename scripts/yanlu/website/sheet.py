"""What pages are made of plain entries, whoever makes them: single sheets, lists, feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from yanlu.website.output import Output
from yanlu.website.shell import Frame

FEED = "feed.atom.xml"
FEED_ITEMS = 30
PAGE = "index.html"


@dataclass(frozen=True)
class Key:
    """Where a page is kept, and what it is made of in short; `hidden`: no search engine may."""

    shard: str
    name: bytes
    hidden: bool = True


@dataclass(frozen=True)
class Sheet:
    """One page, kept until the key is another; `facts` is asked when needed.

    Without a key it is made anew whenever anything is that sheets are made of.
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
    """All that is to be written; `day` dates a feed in which nothing stands yet.

    `key` is that of sheets without one, which stand together: of all that sheets are made of.
    """

    sheets: Iterable[Sheet]
    series: Iterable[Series]
    per_page: int
    day: date
    key: Key


@dataclass(frozen=True)
class Writing:
    """Pages on their way to the site; `hidden` are the paths of those that nobody may index."""

    output: Output
    frame: Frame
    hidden: set[str] = field(default_factory=set)

    def put(self, place: str, page: str, *, hidden: bool) -> None:
        """Write a page, or a feed, with its footer; `place` is its path below the site."""
        self.output.put(place, self.frame.finished(page).encode())
        if hidden:
            self.hidden.add(place)
