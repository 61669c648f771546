"""Which pages, lists and feeds the register and the calls have."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, partial
from typing import Any

import msgspec

from yanlu.model import FATES
from yanlu.packages.calls import Call
from yanlu.sources import Days
from yanlu.website.register import books, lists
from yanlu.website.register.calls import call_facts, teaser
from yanlu.website.register.diagram import BOX, WIDTH, diagram
from yanlu.website.register.entries import ADOPTED, NOT_ADOPTED, Entry, Names, newest_first
from yanlu.website.register.kept import digest, shard_of
from yanlu.website.register.ledger import Ledger
from yanlu.website.register.page import Around, Others, page_facts, state_of
from yanlu.website.sheet import FEED_ITEMS, Key, News, Series, Sheet


@dataclass(frozen=True)
class Register:
    """The register on the day of a build; `days` are publishing days by path."""

    ledger: Ledger
    names: Names
    calls: Sequence[Call]
    limit: books.Limit | None
    bands: Sequence[books.Band]
    day: date
    days: Days
    minimum: int  # no share over a smaller denominator

    def sheets(self) -> Iterator[Sheet]:
        """Single pages; those of suggestions in the order in which they are kept."""
        yield Sheet("register/", "register_index", self._index)
        yield Sheet("calls/", "calls", self._calls)
        for call in self.calls:
            answered = self._answered[call.front["id"]]
            facts = partial(call_facts, call, self.day, self.names, self._root, answered)
            yield Sheet(f"calls/{call.front['id']}/", "call", facts)
        for entry in sorted(self._entries.values(), key=lambda e: (shard_of(e.address), e.id)):
            yield self._sheet(entry)

    def series(self) -> Iterator[Series]:
        """Lists of suggestions, promises and reasons."""
        yield self._series(
            lists.Listing("register/all/", "全部建议", "", list(self._entries.values()))
        )
        for _, listings in self._axes:
            yield from map(self._series, listings)
        yield self._adopted()
        yield self._not_adopted()
        yield self._overdue()

    def _sheet(self, entry: Entry) -> Sheet:
        around = self._others.around(entry)
        key = digest(self.ledger.name(entry), msgspec.json.encode(around))
        template = "register_removed" if entry.removed else "register_item"
        kept = Key(shard_of(entry.address), key)
        return Sheet(entry.address, template, partial(self._facts, entry, around), kept)

    def _facts(self, entry: Entry, around: Around) -> dict[str, Any]:
        return page_facts(entry, self.ledger.open(entry), around, self.names, self._root)

    def _index(self) -> dict[str, Any]:
        return {
            "total": len(self._shown),
            "removed": len(self._entries) - len(self._shown),
            "states": lists.states(list(self._entries.values())),
            "diagram": diagram(FATES),
            "width": WIDTH,
            "height": BOX,
            "axes": [(axis, found) for axis, found in self._axes if axis.name != "state" and found],
            "overdue": sum(owed.standing is books.Standing.OVERDUE for owed in self._promises),
            "late": len(self._late),
        }

    def _calls(self) -> dict[str, Any]:
        return {"calls": [teaser(c, self.day, self.names) for c in self.calls]}

    def _series(self, listing: lists.Listing) -> Series:
        rows = [self._rows[entry.id] for entry in listing.entries]
        facts = {"title": listing.title, "of": listing.of, "count": len(rows)}
        return Series(listing.address, "register_list", facts, rows, self._feed(listing.entries))

    def _adopted(self) -> Series:
        rows = [
            {"group": owed.standing.shown, "entry": owed.entry, **self._promise(owed)}
            for owed in self._promises
        ]
        rows += [
            {"group": "采纳了，还没有写明谁在什么时候做", "entry": entry, "promise": None}
            for entry in books.unpromised(self._entries.values())
        ]
        facts = {
            "title": "采纳与落实",
            "count": len(rows),
            "counts": Counter(r["group"] for r in rows),
        }
        feed = self._feed(e for e in self._entries.values() if e.outcome in ADOPTED or e.promises)
        return Series("register/adopted/", "register_promises", facts, rows, feed)

    def _not_adopted(self) -> Series:
        refused = [entry for entry in self._entries.values() if entry.outcome == NOT_ADOPTED]
        rows = [
            {"entry": entry, "body": self.names("bodies", entry.answered_by)} for entry in refused
        ]
        facts = {"title": "未采纳及理由", "count": len(rows)}
        feed = self._feed(refused)
        return Series("register/not-adopted/", "register_reasons", facts, rows, feed)

    def _overdue(self) -> Series:
        rows: list[dict[str, Any]] = [
            {"group": "逾期的回复", "entry": entry, "promise": None, **self._due(entry)}
            for entry in self._late
        ]
        rows += [
            {"group": "逾期的承诺", "entry": owed.entry, **self._promise(owed)}
            for owed in self._promises
            if owed.standing is books.Standing.OVERDUE
        ]
        facts = {
            "title": "按时与逾期",
            "count": len(rows),
            "counts": Counter(row["group"] for row in rows),
            "day": self.day,
            "limit": self.limit.rule if self.limit else None,
            "shares": self._shares(),
            "minimum": self.minimum,
        }
        late = {row["entry"].id: row["entry"] for row in rows}
        feed = self._feed(list(late.values()))
        return Series("register/overdue/", "register_overdue", facts, rows, feed)

    def _promise(self, owed: books.Owed) -> dict[str, Any]:
        return {
            "promise": owed.promise,
            "body": self.names("bodies", owed.promise.body),
            "late": books.months_late(owed.promise.first, self.day),
        }

    def _due(self, entry: Entry) -> dict[str, Any]:
        due = books.reply_due(entry, self.limit) or self.day
        return {
            "due": due,
            "begun": entry.month_of(books.begins(entry)),
            "since": FATES[books.begins(entry)].shown.removeprefix("已"),
            "body": self.names("bodies", entry.bodies.lead),
            "late": books.months_late(due, self.day),
        }

    def _shares(self) -> list[dict[str, Any]]:
        """In the order of the code list: this is no league table."""
        if self.limit is None:
            return []
        order = self.names.order("bodies")
        kept = sorted(
            books.in_time(self._entries.values(), self.limit, self.day),
            key=lambda one: order[one.body],
        )
        return [
            {
                "body": self.names("bodies", one.body) if one.body else "合计",
                "in_time": one.in_time,
                "due": one.due,
                "share": one.share(self.minimum),
            }
            for one in (*kept, *([books.overall(kept)] if kept else ()))
        ]

    def _feed(self, entries: Iterable[Entry]) -> list[News]:
        """The newest; of what was taken down there is no news."""
        there = (entry for entry in entries if not entry.removed)
        newest = heapq.nlargest(FEED_ITEMS, there, key=lambda e: (self._published(e)[1], e.id))
        return [self._news(entry) for entry in newest]

    def _news(self, entry: Entry) -> News:
        state = state_of(entry, self.names)["shown"]
        first, last = (datetime.combine(day, time()) for day in self._published(entry))
        body = self.names("bodies", entry.bodies.lead)
        summary = f"{state}。承办单位：{body}。"
        return News(entry.title, entry.address, summary, first, last)

    def _published(self, entry: Entry) -> tuple[date, date]:
        """The days on which its file came to the main line; one not committed comes today."""
        place = self._places[entry.id]
        return self.days.get(place, (self.day, self.day))

    @property
    def _root(self) -> str:
        return self.ledger.portal.settings.office.root

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.id: entry for entry in newest_first(self.ledger.entries)}

    @cached_property
    def _shown(self) -> list[Entry]:
        return [entry for entry in self._entries.values() if not entry.removed]

    @cached_property
    def _rows(self) -> Mapping[str, str]:
        return self.ledger.rows

    @cached_property
    def _places(self) -> Mapping[str, str]:
        return self.ledger.places

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {call.front["id"]: call.front["title"] for call in self.calls}

    @cached_property
    def _answered(self) -> Counter[str]:
        return Counter(entry.call for entry in self._shown)

    @cached_property
    def _others(self) -> Others:
        merged = books.merged_counts(self._entries.values())
        return Others(self._entries, merged, self.bands, self._titles, self.limit, self.day)

    @cached_property
    def _axes(self) -> list[tuple[lists.Axis, list[lists.Listing]]]:
        ways = lists.axes(self.names, self._titles)
        return list(lists.listings(list(self._entries.values()), ways))

    @cached_property
    def _promises(self) -> list[books.Owed]:
        return books.promises(self._entries.values(), self.day)

    @cached_property
    def _late(self) -> list[Entry]:
        all_ = self._entries.values()
        late = [e for e in all_ if books.reply_overdue(e, self.limit, self.day)]
        return sorted(late, key=lambda e: (books.reply_due(e, self.limit) or self.day, e.id))
