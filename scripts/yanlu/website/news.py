"""What the home page shows of bulletins and of the register, and the order they come in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict

from yanlu.errors import BuildError
from yanlu.model import Fate
from yanlu.templates import chinese_month
from yanlu.website.editions import Edition
from yanlu.website.register.entries import Entry, Names
from yanlu.website.register.page import state_of

REPLIES, KEPT = 3, 2  # on the home page
_SUMMARY = "summary"
NEEDED = ("title", "date", "category", "slug", "summary")


class Teaser(TypedDict):
    """A line on the home page; the address is relative to the root of the site."""

    title: str
    address: str
    date: str


def notice_teasers(notices: Mapping[str, str]) -> list[Teaser]:
    """Of the notices that people wrote, by the names of their files; newest first.

    Raises:
        BuildError: a notice without title, date, category, slug or summary, or two with one slug.
    """
    told = {name: _notice(name, text) for name, text in sorted(notices.items())}
    first: dict[str, str] = {}
    for name, teaser in told.items():
        other = first.setdefault(teaser["address"], name)
        if other != name:
            raise BuildError(
                f"content/bulletins/{name} 和 {other} 的 Slug 相同，两篇会是同一个网址。"
                "请给新的一篇换一个 Slug。"
            )
    return newest_first(list(told.values()))


def _notice(name: str, text: str) -> Teaser:
    head = text.split("\n\n", 1)[0]
    pairs = [line.partition(":") for line in head.splitlines()]
    facts = {key.strip().lower(): value.strip() for key, _, value in pairs}
    missing = [key.title() for key in NEEDED if not facts.get(key)]
    if missing:
        raise BuildError(
            f"content/bulletins/{name}：开头缺少 {'、'.join(missing)}。"
            "请照别的公告补上，每项一行，例如 Title: 标题。"
        )
    return Teaser(
        title=facts["title"], address=f"bulletins/{facts['slug']}/", date=facts["date"][:10]
    )


def release_teaser(edition: Edition) -> Teaser:
    """Of a release's own bulletin."""
    issued = edition.listing.issued.isoformat()
    return Teaser(title=edition.headline, address=f"bulletins/{edition.slug}/", date=issued)


def newest_first(teasers: list[Teaser]) -> list[Teaser]:
    """By day; months that were issued on one day stay in their order."""
    return sorted(teasers, key=lambda teaser: (teaser["date"], teaser["address"]), reverse=True)


class Answer(TypedDict):
    """What became of a suggestion, in three lines; the address is relative to the root."""

    title: str
    address: str
    shown: str
    kind: str
    words: str
    body: str
    month: str


def newest_replies(entries: Iterable[Entry], names: Names) -> list[Answer]:
    """The latest replies with their reason; what was carried out since is told apart."""
    replied = [
        entry
        for entry in entries
        if _ours(entry) and entry.outcome and entry.fate is not Fate.CARRIED_OUT
    ]
    return [
        _answer(entry, names, entry.reason, entry.month_of(Fate.REPLIED))
        for entry in _latest(replied, Fate.REPLIED)[:REPLIES]
    ]


def newest_kept(entries: Iterable[Entry], names: Names) -> list[Answer]:
    """The promises that were carried out last."""
    kept = [entry for entry in entries if _ours(entry) and entry.fate is Fate.CARRIED_OUT]
    return [
        _answer(entry, names, "；".join(promise.what for promise in entry.promises), entry.moved)
        for entry in _latest(kept, Fate.CARRIED_OUT)[:KEPT]
    ]


def _ours(entry: Entry) -> bool:
    """Whether its words are the office's own.

    Search engines keep the home page: whoever takes their own words back shall not find them
    there.
    """
    return entry.publication == _SUMMARY


def _latest(entries: list[Entry], fate: Fate) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.month_of(fate), entry.id), reverse=True)


def _answer(entry: Entry, names: Names, words: str, month: str) -> Answer:
    state = state_of(entry, names)
    return Answer(
        title=entry.title,
        address=entry.address,
        shown=state["shown"],
        kind=state["kind"],
        words=words,
        body=names("bodies", entry.answered_by or entry.bodies.lead),
        month=chinese_month(month),
    )
