"""What goes out together: proposing it, the sheet that is signed for it, and the way by disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from yanlu.cli.carrying import carried_in, carried_out
from yanlu.cli.desk.room import Room, act
from yanlu.cli.proposing import policy_of, proposed, waiting_words
from yanlu.cli.published import merge
from yanlu.cli.review import office_day
from yanlu.errors import IntakeError
from yanlu.intake.batches import members, ready, thaw
from yanlu.intake.delivery import DELIVERIES, Delivery
from yanlu.intake.forge.bundles import open_proposals
from yanlu.intake.forge.local import HOST
from yanlu.intake.forge.merging import proposed_files
from yanlu.intake.store.database import Store, rows
from yanlu.intake.store.records import history
from yanlu.intake.web.desk import Asked, Done, Page, Place
from yanlu.model import FATES, Fate, Month
from yanlu.packages.read import listed
from yanlu.packages.suggestions import suggestion_of

NEXT = "next"  # in the place of a batch's name: what would go out now
ONE_PAGE = 12  # titles that a sheet has room for; more are named by their ids alone
_FIRST = frozenset({Fate.REGISTERED, "confirmed-anew", Fate.MERGED})
_SHOWN_AS = {"words": "本人原话", "summary": "摘要", "removed": "撤下"}


def places(room: Room) -> list[Place]:
    """Their addresses."""
    return [
        Place("batch", partial(_batches, room), partial(_propose, room)),
        Place("batch/{batch}", partial(_seen, room)),
        Place("proposal/{branch:path}", partial(_proposal, room), partial(_merge, room)),
        Place("sheet/{batch}", partial(_sheet, room)),
        Place("sheet/statistics/{month}", partial(_release_sheet, room)),
        Place("carry", partial(_carrying, room), partial(_carry, room)),
    ]


def _batches(room: Room, asked: Asked) -> Page:  # noqa: ARG001 - as all pages
    with room.store() as store:
        due = _due(room, store)
        said = list(waiting_words(room.portal, store))
        found = rows(store.main, "SELECT * FROM batch ORDER BY id DESC LIMIT 12")
    shown = [{**one, "state": DELIVERIES[Delivery(one["delivery"])].shown} for one in found]
    releases = list(reversed(listed(room.portal.data)))[:6]
    is_local = room.portal.settings.forge.host == HOST
    facts = {"due": len(due), "waiting": said, "found": shown, "releases": releases}
    return Page("batches", {**facts, "is_local": is_local, "open": _open(room, is_local)})


def _open(room: Room, is_local: bool) -> list[str]:
    """Proposals that may be merged here; a forge shows its own."""
    branch = room.portal.settings.forge.branch
    return sorted(open_proposals(room.portal.folder, branch)) if is_local else []


def _due(room: Room, store: Store) -> list[dict[str, Any]]:
    return ready(store.main, policy_of(room.portal), office_day(), {})


def _propose(room: Room, asked: Asked) -> Done:  # noqa: ARG001 - as all acts
    with room.store() as store:
        return Done("batch", "".join(proposed(room.portal, store)))


def _seen(room: Room, asked: Asked) -> Page:
    """The very files of a batch, as the public would read them."""
    name = asked.parts["batch"]
    with room.store() as store:
        found = rows(store.main, "SELECT * FROM batch WHERE id = ?", (name,))
        if not found:
            raise IntakeError("没有这一批。请从“这一批”重新进去。")
        batch = found[0]
        open_still = batch["delivery"] in (Delivery.FROZEN, Delivery.IN_REVIEW)
    files = [_file(room, content) for content in _frozen(batch, open_still)]
    return Page("batch", {"batch": batch, "files": files, "open": open_still})


def _frozen(batch: Mapping[str, Any], open_still: bool) -> Iterable[bytes]:
    return thaw(batch["frozen"]).files.values() if open_still else ()


def _file(room: Room, content: bytes) -> dict[str, Any]:
    """A file as the public would read it."""
    one, bodies = suggestion_of(content), room.codes("bodies")
    front, lead = one.front, one.front["bodies"]["lead"]
    return {
        "name": front["id"],
        "title": one.title,
        "text": one.text,
        "topic": room.portal.codes["topics"].title(front["topic"]),
        "region": room.portal.codes["regions"].title(front["region"]),
        "month": front["month"],
        "as": _SHOWN_AS[front["publication"]],
        "fate": FATES[Fate(front["fate"])].shown,
        "reason": front.get("reason", ""),
        "reply": one.reply,
        "body": bodies.title(lead) if lead in bodies else lead,
    }


def _proposal(room: Room, asked: Asked) -> Page:
    """What merging would make public, file by file."""
    branch, main = asked.parts["branch"], room.portal.settings.forge.branch
    contents = proposed_files(room.portal.folder, main, branch)
    return Page("proposal", {"branch": branch, "files": [_file(room, one) for one in contents]})


def _merge(room: Room, asked: Asked) -> Done:
    with room.store() as store:
        merge(room.portal, store, asked.parts["branch"], act(asked))
    return Done("batch", "已合并。网站重新生成以后就能看到；点“提出、看看审核结果”，收件库就跟上。")


def _sheet(room: Room, asked: Asked) -> Page:
    """公开审查表 of a batch (《政府信息公开条例》 (2019) art. 17), with who stands for it."""
    name = asked.parts["batch"]
    with room.store() as store:
        found = _due(room, store) if name == NEXT else members(store.main, name)
        items = [_signed(store, held) for held in found]
    if not items:
        raise IntakeError("这一批里没有可以列的，不用填审查表。")
    removed = sum(one["as"] == "撤下" for one in items)
    facts = {
        "subject": "群众建议（摘要或者遮盖过的原话）及办理情况",
        "number": "待提出的一批" if name == NEXT else name,
        "items": items if len(items) <= ONE_PAGE else [],
        "names": [one["name"] for one in items],
        "count": f"{len(items)} 条" + (f"，其中撤下 {removed} 条" if removed else ""),
        "first": _joined(one["first"] for one in items),
        "second": _joined(one["second"] for one in items),
    }
    return Page("sheet", {**facts, "office": room.portal.settings.office, "day": office_day()})


def _signed(store: Store, held: Mapping[str, Any]) -> dict[str, str]:
    """A line of the sheet: only what goes out, and who of the staff stands for it."""
    steps = history(store.main, held["id"])
    said = json.loads(held["confirmed"] or "{}")
    return {
        "name": held["id"],
        "title": said.get("title", ""),
        "as": _SHOWN_AS.get(said.get("publication", "removed"), "撤下"),
        "first": _last(steps, _FIRST),
        "second": _last(steps, frozenset({"seconded"})),
    }


def _last(steps: Sequence[Mapping[str, Any]], which: frozenset[str]) -> str:
    return next((str(s["by"]) for s in reversed(steps) if s["what"] in which), "")


def _joined(names: Iterator[str]) -> str:
    return "、".join(sorted({name for name in names if name}))


def _release_sheet(room: Room, asked: Asked) -> Page:
    """The same of the latest release of a month: its two persons sign in git and on paper."""
    month = Month.parse(asked.parts["month"])
    found = [one for one in listed(room.portal.data) if one.month == month]
    if not found:
        raise IntakeError(f"{month.title}还没有发布过统计，没有审查表。")
    one = found[-1]
    facts = {
        "subject": f"{month.title}办理情况统计（第{one.version}版）",
        "number": f"data/statistics/{month}/v{one.version}/",
        "items": [],
        "names": [],
        "count": f"一份数据包；小于 {one.base} 的数已经舍入",
        "first": "",
        "second": "",
    }
    return Page("sheet", {**facts, "office": room.portal.settings.office, "day": office_day()})


def _carrying(room: Room, asked: Asked) -> Page:  # noqa: ARG001 - as all pages
    branch = room.portal.settings.forge.branch
    return Page("carry", {"found": sorted(open_proposals(room.portal.folder, branch))})


def _carry(room: Room, asked: Asked) -> Done:
    if not asked.one("file"):
        raise IntakeError("请写文件放在哪里，例如 /media/u盘/送审.bundle。")
    file = Path(asked.one("file")).expanduser()
    if asked.one("step") == "out":
        return Done("carry", "".join(carried_out(room.portal, file)))
    return Done("carry", "".join(carried_in(room.portal, file, asked.many("closed"))))
