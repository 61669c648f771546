"""A small register, built without the rest of the site, for tests that look at its pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conftest import ROOT, commit_all
from yanlu.git import Head
from yanlu.packages.calls import Call, call_path, write_call
from yanlu.packages.suggestions import Earlier, Suggestion, suggestion_path, write_suggestion
from yanlu.settings import Portal
from yanlu.website.assets import Assets
from yanlu.website.output import Output
from yanlu.website.register.build import build_register
from yanlu.website.register.ledger import Ledger
from yanlu.website.shell import frame, read_navigation, shell_context

DAY = datetime(2026, 11, 20, tzinfo=UTC)
WAY = ("received", "screened", "registered", "forwarded", "handling", "replied")
ADOPTED = {"outcome": "adopted", "reason": "可行。", "conversion": "convenience"}
CALL: Mapping[str, Any] = {
    "id": "park-2026",
    "title": "公园夜间开放",
    "question": "晚上几点关门合适？",
    "kind": "topical",
    "opens": "2026-10-01",
    "closes": "2026-10-31",
    "topic": "parks",
    "region": "shili",
    "body": "body-parks",
    "papers": [{"title": "说明", "address": "https://www.shili.example/papers"}],
    "basis": [{"says": "可以专项征集", "law": "某规定", "version": "2021年", "article": "第八条"}],
    "result": {
        "published": "2026-11-10",
        "groups": [
            {"what": "开到晚上十点", "how_many": "12", "adopted": "yes", "why": "照办。"},
            {"what": "其他", "adopted": "no", "why": "各不相同。"},
        ],
    },
}


def front(ident: str, *way: str, **more: Any) -> dict[str, Any]:
    """The head of a suggestion received in March 2026 that went this way, a step a month."""
    way = way or (WAY if "outcome" in more else WAY[:-1])
    steps = [
        {"state": state, "month": f"2026-{3 + place:02d}", "body": "body-urban"}
        for place, state in enumerate(way)
    ]
    steps[0].pop("body")
    return {
        "id": ident,
        "topic": "lighting",
        "region": "back-bay",
        "month": "2026-03",
        "fate": way[-1],
        "publication": "summary",
        "bodies": {"lead": "body-urban"},
        "history": steps,
        **more,
    }


def suggestion(head: Mapping[str, Any], **texts: Any) -> Suggestion:
    """A suggestion with ordinary texts, or with these."""
    usual = {"title": "装一盏路灯", "text": "路口没有灯。\n\n晚上看不见。"}
    if "outcome" in head:
        usual["reply"] = "我们到现场看过，下个月装两盏。"
    return Suggestion(head, **(usual | texts))


def put(
    portal: Portal, *suggestions: Suggestion, calls: tuple[Mapping[str, Any], ...] = ()
) -> None:
    """Write files into the portal, and commit it the first time."""
    for one in suggestions:
        _write(portal.data / suggestion_path(one.front), write_suggestion(one))
    for call in calls:
        _write(portal.data / call_path(call["id"]), write_call(Call(call, "写一写您的想法。")))
    if not (portal.folder / ".git").exists():
        shutil.copytree(ROOT / "theme", portal.folder / "theme")
        commit_all(portal.folder)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def build(
    portal: Portal, site: Path, day: datetime = DAY, seen: Callable[[Ledger], None] | None = None
) -> dict[str, str]:
    """Build the register into `site`; answers its files as text by their paths."""
    theme = portal.folder / "theme"
    head = Head("0" * 40, day, changed=False)
    navigation = read_navigation(theme)
    shell = shell_context(portal.settings, navigation, Assets("assets/site.css"), head)
    work = site.with_name(f"{site.name}-work")
    (work / "nothing").mkdir(parents=True)
    ledger = Ledger(portal, theme)
    if seen:
        seen(ledger)
    build_register(
        ledger,
        head,
        content=work / "nothing",
        theme=theme,
        output=Output(site, site),
        frame=frame(theme, shell),
    )
    return {
        path.relative_to(site).as_posix(): path.read_text("utf-8")
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def corrected(month: str, text: str) -> tuple[Earlier, ...]:
    """One reply that was corrected."""
    return (Earlier(month, text),)
