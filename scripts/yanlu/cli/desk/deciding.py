"""Pages on which something is decided of one record: by the acts that the commands use."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from yanlu.cli.desk.room import Room, act, key_of, moves, summary
from yanlu.cli.merging import refuse_filed, refuse_telling
from yanlu.cli.persons import done as seconded
from yanlu.cli.published import is_published, propose_move
from yanlu.cli.review import HEADS, confirmed, office_day, refuse_unlisted
from yanlu.cli.together import alike_line
from yanlu.errors import IntakeError
from yanlu.intake import review as acts
from yanlu.intake.accept import TEXTS
from yanlu.intake.consent import own_words, publication
from yanlu.intake.likeness import likely
from yanlu.intake.mergers import merge
from yanlu.intake.persons import DECISIONS, Decision, is_expected, is_same
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import ask_removal, refuse, second
from yanlu.intake.store.database import Store
from yanlu.intake.web.desk import Asked, Done, Page, Place
from yanlu.model import FATES, Fate

_SHOWN_AS = {
    "words": "本人的原话（遮盖过的）",
    "summary": "您写的摘要",
    "unlisted": "不公布，只存在收件库里",
}
_ALIKE = 5  # others that are shown
_KEYS = frozenset({"key"})


def places(room: Room) -> list[Place]:
    """Their addresses."""
    item = "item/{name}"
    return [
        Place(item, partial(_show, room)),
        Place(f"{item}/open", partial(_plain, room, "open"), partial(_open, room), _KEYS),
        Place(f"{item}/read", partial(_plain, room, "read"), partial(_read, room)),
        Place(f"{item}/approve", partial(_approving, room), partial(_approve, room)),
        Place(f"{item}/return", partial(_plain, room, "return"), partial(_return, room)),
        Place(f"{item}/move", partial(_moving, room), partial(_move, room)),
        Place(f"{item}/merge", partial(_merging, room), partial(_merge, room)),
        Place(f"{item}/remove", partial(_plain, room, "remove"), partial(_remove, room)),
        Place(f"{item}/second", partial(_plain, room, "second"), partial(_second, room)),
    ]


def _facts(room: Room, store: Store, asked: Asked) -> dict[str, Any]:
    return {"item": summary(room, store, acts.record(store, asked.parts["name"]))}


def _show(room: Room, asked: Asked) -> Page:
    with room.store() as store:
        return Page("item", _facts(room, store, asked))


def _plain(room: Room, template: str, asked: Asked) -> Page:
    with room.store() as store:
        facts = _facts(room, store, asked)
    public = room.portal.settings.intake.public_test_identity is not None
    own = partial(is_same, asked.by)
    return Page(template, {**facts, "public_key": public, "is_own": own})


def _open(room: Room, asked: Asked) -> Page:
    """Shown once, on the answer itself: nothing of it is kept, and going back shows the form."""
    key = key_of(asked) or room.portal.settings.intake.public_test_identity
    if not key:
        raise IntakeError("请粘贴本单位的私钥，或者写上私钥文件在哪里。")
    with room.store() as store:
        why = _reason(asked, "为什么要看")
        raw = acts.open_raw(store, AGE, asked.parts["name"], key, act(asked), why)
        facts = _facts(room, store, asked)
    texts = [(HEADS[part], raw.text[part]) for part in TEXTS if part in raw.text]
    contact = [value for value in raw.contact.values() if value]
    return Page("opened", {**facts, "texts": texts, "contact": contact, "appeal": raw.appeal})


def _read(room: Room, asked: Asked) -> Done:
    with room.store() as store:
        why = _reason(asked, "为什么看的")
        acts.note_reading(store, asked.parts["name"], act(asked), why)
    return _back(asked, "已记下。")


def _approving(room: Room, asked: Asked) -> Page:
    """The form; where the writer agreed to have the own words shown, these are its beginning."""
    with room.store() as store:
        held = acts.record(store, asked.parts["name"])
        facts = {"item": summary(room, store, held), "bodies": room.options("bodies")}
    masked = json.loads(held["redacted"] or "{}")
    own = held["wish"] == "words" and bool(masked)
    begin = {"title": masked["title"], "text": own_words(masked)} if own else {}
    return Page("approve", {**facts, "own": own, "values": {**begin, **dict(asked.typed)}})


def _approve(room: Room, asked: Asked) -> Page | Done:
    """First what the public would see, by the rule that will hold; then, confirmed, for good."""
    if asked.one("step") == "edit":
        return _approving(room, asked)
    name = asked.parts["name"]
    title, text, body = (asked.one(field) for field in ("title", "text", "body"))
    if not title or not text or not body:
        raise IntakeError("题目、文字和承办单位都要写。")
    bodies = room.codes("bodies")
    refuse_unlisted(bodies, body)
    said = [confirmed(room.portal, part, asked.by) for part in (title, text)]
    with room.store() as store:
        held = acts.record(store, name)
        if asked.one("step") != "save":
            shown = _SHOWN_AS[publication(held, said[0].text, said[1].text)]
            facts = _facts(room, store, asked)
            typed = {"title": title, "text": text, "body": body}
            return Page("preview", {**facts, "typed": typed, "as": shown, "to": bodies.title(body)})
        acts.approve(store, name, acts.Confirmed(said[0], said[1], body), act(asked))
        alone = is_expected(store.main, name, Decision.RELEASE)
    return _back(asked, "已确认。" + ("还要另一个人确认，才会公布。" if alone else ""))


def _return(room: Room, asked: Asked) -> Done:
    with room.store() as store:
        acts.send_back(store, asked.parts["name"], _reason(asked, "理由"), act(asked))
    return _back(asked, "已退回。")


def _moving(room: Room, asked: Asked) -> Page:
    with room.store() as store:
        held = acts.record(store, asked.parts["name"])
        facts = {"item": summary(room, store, held), "published": is_published(held)}
    return Page("move", {**facts, "moves": moves(held), "bodies": room.options("bodies")})


def _move(room: Room, asked: Asked) -> Done:
    to, body = asked.one("to"), asked.one("body") or None
    if to not in frozenset(Fate):
        raise IntakeError("请选改成哪一步。")
    if body is not None:
        refuse_unlisted(room.codes("bodies"), body)
    with room.store() as store:
        name, note = asked.parts["name"], asked.one("note")
        if is_published(acts.record(store, name)):
            branch = propose_move(room.portal, store, name, Fate(to), body, act(asked))
            return _back(asked, f"已提出（{branch}）。另一个人合并以后，网上才变。")
        acts.move(store, name, Fate(to), act(asked), body=body, note=note)
    return _back(asked, f"现在是“{FATES[Fate(to)].shown}”。")


def _merging(room: Room, asked: Asked) -> Page:
    """Which others say much the same: by their words alone, as `yanlu review likely` finds them."""
    with room.store() as store:
        held = acts.record(store, asked.parts["name"])
        facts = {"item": summary(room, store, held)}
        alike = likely(store, room.portal.data, held["id"], _ALIKE)
        found = [(one.name, alike_line(store, one)) for one in alike]
    return Page("merge", {**facts, "found": found})


def _merge(room: Room, asked: Asked) -> Done:
    name, reason = asked.parts["name"], asked.one("why")
    into = asked.one("other") or asked.one("into")
    if not into or not reason:
        raise IntakeError("并入哪一条、为什么算同一件事，都要写。")
    with room.store() as store:
        refuse_filed(room.portal, store, name, into)
        refuse_telling(room.portal, store, (name, into), reason, None)
        merge(store, name, into, confirmed(room.portal, reason, asked.by), act(asked))
    return _back(asked, f"已并入{into}。同意公布的，再写摘要、确认；不公布的，点“收回、不公布”。")


def _remove(room: Room, asked: Asked) -> Done:
    what = asked.one("what")
    if what not in (Decision.WITHDRAW, Decision.ERASE):
        raise IntakeError("请选撤回还是删除。")
    with room.store() as store:
        ask_removal(store, asked.parts["name"], Decision(what), act(asked))
    return _back(asked, f"已记下：{DECISIONS[Decision(what)]}。还要另一个人确认才算。")


def _second(room: Room, asked: Asked) -> Done:
    what = asked.one("what")
    if what not in frozenset(Decision):
        raise IntakeError("请选确认哪一样。")
    decision, name = Decision(what), asked.parts["name"]
    with room.store() as store:
        if asked.one("step") == "refuse":
            refuse(store, name, decision, _reason(asked, "不同意的理由"), act(asked))
            return _back(asked, "已记下：不同意。")
        second(store, name, decision, act(asked))
    return _back(asked, seconded(decision, office_day()))


def _reason(asked: Asked, called: str) -> str:
    if not asked.one("why"):
        raise IntakeError(f"请写{called}，一句话就行。只记在收件库里，不要写来信人的情况。")
    return asked.one("why")


def _back(asked: Asked, said: str) -> Done:
    return Done(f"item/{asked.parts['name']}", said)
