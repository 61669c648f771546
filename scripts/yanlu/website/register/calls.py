"""What the pages of topical calls say, on the day of the build."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from yanlu.packages.calls import PHASES, Call, Phase, call_kinds, phase
from yanlu.website.register.entries import Names
from yanlu.website.register.words import reply_html

ADOPTED = {"yes": "采纳", "partly": "部分采纳", "no": "不采纳"}
_ORDER = (Phase.OPEN, Phase.COMING, Phase.CLOSED, Phase.ANSWERED)


def call_address(name: str) -> str:
    """Relative to the root of the site."""
    return f"calls/{name}/"


def calls_in_order(calls: Sequence[Call], day: date) -> list[Call]:
    """Open ones first, the one that closes next before all; then the newest first."""
    return sorted(
        calls,
        key=lambda call: (
            _ORDER.index(phase(call, day)),
            call.closes.toordinal() if phase(call, day) is Phase.OPEN else -call.opens.toordinal(),
            call.front["id"],
        ),
    )


def teaser(call: Call, day: date, names: Names) -> dict[str, Any]:
    """Its line in the list of calls."""
    return {
        "title": call.front["title"],
        "address": call_address(call.front["id"]),
        "question": call.front["question"],
        "phase": phase(call, day).value,
        "shown": PHASES[phase(call, day)],
        "opens": call.opens,
        "closes": call.closes,
        "body": names("bodies", call.front["body"]),
    }


def call_facts(call: Call, day: date, names: Names, root: str, answered: int) -> dict[str, Any]:
    """Everything that `call.html` shows; `answered` suggestions of it have a page."""
    front, now = call.front, phase(call, day)
    kind = call_kinds()[front["kind"]]
    return {
        "call": teaser(call, day, names),
        "kind": kind,
        "days": call.days,
        "short_because": front.get("short_because", ""),
        "topic": names("topics", front["topic"]),
        "region": names("regions", front["region"]),
        "html": reply_html(call.text, root),
        "papers": front["papers"],
        "amended": front.get("amended", ()),
        "basis": front["basis"],
        "published": call.published if now is Phase.ANSWERED else None,
        "groups": [
            {**group, "outcome": ADOPTED[group["adopted"]], "how_many": group.get("how_many", "")}
            for group in (front["result"]["groups"] if now is Phase.ANSWERED else ())
        ],
        "answered": answered,
        "list": f"register/call/{front['id']}/",
    }
