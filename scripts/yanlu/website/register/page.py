"""What the page of one suggestion says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from yanlu.model import FATES, Fate, chinese_day
from yanlu.packages.suggestions import Suggestion
from yanlu.templates import chinese_month
from yanlu.website.register.books import (
    Band,
    Limit,
    Standing,
    band,
    reply_due,
    reply_overdue,
    standing,
)
from yanlu.website.register.entries import Entry, Names, Promise, Step
from yanlu.website.register.words import paragraphs, reply_html

PUBLISHED_AS = {
    "summary": "这里是单位写的摘要，不是原话。",
    "words": "这里是本人同意公开的原话，能认出人的内容已经遮盖。",
    "removed": "内容已经撤下，这里只留下办理的经过。",
}
_ANSWERED = frozenset({Fate.REPLIED, Fate.PROMISED})


class Around(msgspec.Struct, frozen=True):
    """What a page says that is not in its own file, as far as the day of the build decides.

    `target` and `call` are address and title. A page is made anew when any of this changes.
    """

    target: tuple[str, str] | None
    call: tuple[str, str] | None
    asked: str
    standings: tuple[str, ...]
    due: str
    late: bool


@dataclass(frozen=True)
class Others:
    """The rest of the register, as seen from one page."""

    entries: Mapping[str, Entry]
    merged: Mapping[str, int]
    bands: Sequence[Band]
    calls: Mapping[str, str]
    limit: Limit | None
    day: date

    def around(self, entry: Entry) -> Around:
        """What of it concerns one suggestion."""
        target = self.entries.get(entry.merged_into)
        merged = self.merged.get(entry.id, 0)
        due = reply_due(entry, self.limit)
        return Around(
            target=(target.address, target.title) if target and not target.removed else None,
            call=(f"calls/{entry.call}/", self.calls[entry.call])
            if entry.call in self.calls
            else None,
            asked=band(merged + 1, self.bands) if merged else "",
            standings=tuple(standing(promise, self.day).value for promise in entry.promises),
            due=chinese_day(due) if due and _is_awaited(entry) else "",
            late=reply_overdue(entry, self.limit, self.day),
        )


def _is_awaited(entry: Entry) -> bool:
    return entry.fate is Fate.RESTUDIED or not entry.month_of(Fate.REPLIED)


def kind_of(fate: Fate) -> str:
    """The shape by which a state is told apart beside its word.

    `late`, `done` (as promised), `ended` (nothing follows), `answered`, or `going`.
    """
    if fate is Fate.PROMISE_OVERDUE:
        return "late"
    if fate is Fate.CARRIED_OUT:
        return "done"
    if not FATES[fate].goes_to:
        return "ended"
    return "answered" if fate in _ANSWERED else "going"


def state_of(entry: Entry, names: Names) -> dict[str, str]:
    """A state as a word and a shape; after its outcome, where there is one."""
    outcome = f"{names('outcomes', entry.outcome)}，" if entry.outcome else ""
    return {"shown": f"{outcome}{FATES[entry.fate].shown}", "kind": kind_of(entry.fate)}


def page_facts(
    entry: Entry, suggestion: Suggestion, around: Around, names: Names, root: str
) -> dict[str, Any]:
    """Everything that `register_item.html` shows; `root` is the path of the site."""
    return {
        "entry": entry,
        "state": state_of(entry, names),
        "how": PUBLISHED_AS[entry.publication],
        "links": list(links(entry, names)),
        "around": around,
        "text": paragraphs(suggestion.text),
        "steps": [_step(step, names) for step in entry.history],
        "next": _next(entry, around),
        "bodies": [names("bodies", code) for code in (entry.bodies.lead, *entry.bodies.others)],
        "reply": _reply(entry, suggestion, names, root),
        "earlier": [
            {"month": e.month, "html": reply_html(e.text, root)} for e in suggestion.earlier
        ],
        "promises": list(_promises(entry.promises, around.standings, names)),
    }


def links(entry: Entry, names: Names) -> Iterator[tuple[str, str]]:
    """Addresses and names of the lists that a suggestion stands in."""
    yield f"register/topic/{entry.topic}/", names("topics", entry.topic)
    yield f"register/region/{entry.region}/", names("regions", entry.region)
    yield f"register/year/{entry.month[:4]}/", f"{chinese_month(entry.month)}收到"


def _step(step: Step, names: Names) -> dict[str, str]:
    """A move, and who made it: the office itself, where no body is named."""
    own = "本人" if step.state is Fate.WITHDRAWN else names.office
    return {
        "shown": FATES[step.state].shown,
        "month": step.month,
        "body": names("bodies", step.body) if step.body else own,
        "note": step.note,
        "label": "理由" if step.state is Fate.RETURNED else "说明",
    }


def _next(entry: Entry, around: Around) -> str:
    """What is still to come, with its date; "" when nothing is."""
    if around.late:
        return f"应当在{around.due}以前回复，已经逾期"
    if around.due and FATES[entry.fate].goes_to:
        return f"接下来：在{around.due}以前回复"
    coming = [
        promise
        for promise, how in zip(entry.promises, around.standings, strict=True)
        if how in (Standing.SOON, Standing.OPEN)
    ]
    if not coming:
        return ""
    first = min(coming, key=lambda promise: promise.first)
    day = chinese_day(first.first)
    if first.put_off:
        return f"接下来：落实，原定{day}，改为{chinese_day(first.by)}"
    return f"接下来：在{day}以前落实"


def _reply(entry: Entry, suggestion: Suggestion, names: Names, root: str) -> dict[str, Any] | None:
    if not suggestion.reply and not entry.removed:
        return None
    return {
        "html": reply_html(suggestion.reply, root),
        "registered": entry.month_of(Fate.REGISTERED),
        "replied": entry.month_of(Fate.REPLIED),
        "body": names("bodies", entry.answered_by),
        "outcome": names("outcomes", entry.outcome) if entry.outcome else "",
        "reason": entry.reason,
        "conversion": names("conversions", entry.conversion) if entry.conversion else "",
    }


def _promises(
    promises: Sequence[Promise], standings: Sequence[str], names: Names
) -> Iterator[dict[str, Any]]:
    for promise, how in zip(promises, standings, strict=True):
        yield {
            "what": promise.what,
            "body": names("bodies", promise.body),
            "by": promise.by,
            "first": promise.first,
            "put_off": promise.put_off,
            "evidence": promise.evidence,
            "was": [
                {"what": w.what, "body": names("bodies", w.body), "by": w.by, "month": w.month}
                for w in promise.was
            ],
            "standing": how,
            "shown": Standing(how).shown,
        }
