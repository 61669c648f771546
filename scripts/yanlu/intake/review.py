"""What staff do with a suggestion. Each act names who did it, and is one transaction.

Who reviewed is written into the store and nowhere else: names of staff do not go into git.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.accept import about
from yanlu.intake.consent import exceeds, give_way, may_come_back, publication, stands
from yanlu.intake.delivery import DELIVERIES, Delivery, deliver
from yanlu.intake.leads import is_public, lead_of
from yanlu.intake.notes import noted
from yanlu.intake.persons import Decision, expect, expect_no_more
from yanlu.intake.redact import Redacted
from yanlu.intake.seal import Suite, unlock
from yanlu.intake.store.database import Connection, Store, change, rows, write_act
from yanlu.intake.store.erasure import empty_logs, forget_clear_text, forget_suspicion
from yanlu.intake.store.events import Told
from yanlu.intake.store.records import Note, by_id, happen, history
from yanlu.model import FATES, Fate

_ENDED = frozenset({Fate.WITHDRAWN, Fate.REDIRECTED, Fate.MERGED})
_IN_GIT = frozenset({Delivery.FROZEN, Delivery.IN_REVIEW, Delivery.MERGED, Delivery.VANISHED})
_LEAVE_NO_TEXT = frozenset({Fate.REDIRECTED, Fate.WITHDRAWN})


@dataclass(frozen=True)
class Act:
    """Who does something, and on which day."""

    by: str
    day: date


@dataclass(frozen=True)
class Confirmed:
    """What a named person stands for: the text that goes out, and who will answer."""

    title: Redacted
    text: Redacted
    body: str


def record(store: Store, name: str) -> dict[str, Any]:
    """One submission.

    Raises:
        StoreError: there is none of this name.
    """
    found = by_id(store.main, name)
    if found is None:
        raise StoreError(f"收件库里没有编号为 {name} 的。请用 yanlu review list 查看。")
    return found


def approve(store: Store, name: str, confirmed: Confirmed, act: Act) -> None:
    """Confirm the text that goes out; without consent the confirmed text stays in the store.

    It goes out only when a second person has confirmed it as well (`seconding`).

    What its writer narrowed to a summary, and has been taken down, comes back with it at the
    same stage, with its reply.

    Raises:
        StoreError: it is not waiting, or the raw text had to be read first and was not.
    """
    write_act(store, lambda main: _approve(store, main, record(store, name), confirmed, act))


def _approve(
    store: Store, main: Connection, held: Mapping[str, Any], confirmed: Confirmed, act: Act
) -> None:
    name, day = held["id"], act.day.isoformat()
    _refuse_unfit(store, held, confirmed.body)
    text = {"title": confirmed.title.text, "text": confirmed.text.text}
    text["publication"] = publication(held, text["title"], text["text"])
    after = _on_its_way(main, held, text["publication"])
    deliver(main, name, Delivery(held["delivery"]), after)
    query = "UPDATE submission SET confirmed = ? WHERE id = ?"
    change(main, query, (json.dumps(text, ensure_ascii=False), name))
    if after is Delivery.APPROVED:
        expect(main, name, Decision.RELEASE, act.by, act.day)
    forget_suspicion(main, name)
    if held["head"]:  # comes back as far as it had come
        happen(main, name, day, "confirmed-anew", by=act.by)
    elif held["fate"] != Fate.MERGED:  # that has a page which points to the one that is answered
        change(main, "UPDATE submission SET fate = 'registered' WHERE id = ?", (name,))
        if held["fate"] == Fate.RECEIVED:
            happen(main, name, day, Fate.SCREENED, by=act.by)
        happen(main, name, day, Fate.REGISTERED, by=act.by, body=confirmed.body)


def _on_its_way(main: Connection, held: Mapping[str, Any], publication: str) -> Delivery:
    lead = lead_of(main, held)
    stays = held["fate"] == Fate.MERGED and (lead is None or not is_public(lead))
    if publication == "unlisted" or (stays and not held["head"]):
        return Delivery.KEPT
    return Delivery.APPROVED


def _refuse_unfit(store: Store, held: Mapping[str, Any], body: str) -> None:
    name = held["id"]
    if held["kind"] != "suggestion":
        raise StoreError(f"{name} 是申诉或者检举，不能作为建议公布。请用 yanlu review move 转送。")
    _refuse_taken_back(held)
    if held["delivery"] == Delivery.APPROVED:
        raise StoreError(
            f"{name} 已经确认过，正等着成批，没有改动。"
            f"要改，先用 yanlu review return {name} --why 理由 收回，再确认。"
        )
    lead = json.loads(held["head"])["bodies"]["lead"] if held["head"] else body
    if held["delivery"] in _IN_GIT and not may_come_back(held):
        state = DELIVERIES[Delivery(held["delivery"])].shown
        raise StoreError(
            f"{name} 已经在 git 里（{state}），不能再确认，没有改动。"
            f"要改文字，请修改 data/suggestions/ 里的 {name}.md。"
        )
    if body != lead:
        raise StoreError(
            f"{name} 撤下以前由 {lead} 承办，放回去也一样：请写 --body {lead}。"
            f"要换承办单位，请修改 data/suggestions/ 里的 {name}.md。"
        )
    if held["needs_person"] and not was_opened(store, name):
        raise StoreError(
            f"{name} 可能有程序认不出的内容，要先看原文：请在存有私钥的电脑上运行 "
            f"yanlu review open {name}，看过再确认"
            "（看的是备份的，在这里用 yanlu review read 记下）。"
        )


def _refuse_taken_back(held: Mapping[str, Any]) -> None:
    """What its writer took back is out of the hands of staff: a page of it gives way by itself."""
    if held["fate"] == Fate.WITHDRAWN or held["erased"]:
        raise StoreError(
            f"{held['id']} 本人已经撤回或者删除，不能再确认，也不能退回。"
            "已经公布的，下一批自动换成“已撤下”。"
        )


def send_back(store: Store, name: str, why: str, act: Act) -> None:
    """Take back what was approved, or do not publish what waits: it stays in the store alone."""
    note = noted(why)

    def write_down(main: Connection) -> None:
        held = record(store, name)
        _refuse_taken_back(held)
        if exceeds(held, stands(held)):
            raise StoreError(f"{name} 是本人缩小了公布范围、正要撤下的，不能收回。")
        deliver(main, name, Delivery(held["delivery"]), _back(held))
        if held["head"]:  # it waits for another summary
            change(main, "UPDATE submission SET confirmed = NULL WHERE id = ?", (name,))
        forget_suspicion(main, name)
        expect_no_more(main, name, Decision.RELEASE)
        happen(main, name, act.day.isoformat(), "returned-by-staff", by=act.by, note=note)

    write_act(store, write_down)


def _back(held: Mapping[str, Any]) -> Delivery:
    if held["head"] and held["delivery"] != Delivery.VANISHED:
        return Delivery.MERGED  # its tombstone stands, whatever was to come in its place
    return Delivery.WAITING if held["delivery"] == Delivery.APPROVED else Delivery.KEPT


def move(
    store: Store, name: str, fate: Fate, act: Act, *,
    body: str | None = None, note: str = "",
) -> None:  # fmt: skip
    """The next fate of a submission that is in the store alone; `note` is for the store.

    A matter that is redirected leaves no clear text behind: it was no suggestion.

    Raises:
        IntakeError: the note tells of somebody.
        StoreError: it is in git, so that git says its fate; or the table does not allow it.
    """
    _move(store, name, fate, act, body, noted(note) if note else None)


def _move(
    store: Store, name: str, fate: Fate, act: Act, body: str | None, note: Note | None,
    told: Told | None = None,
) -> None:  # fmt: skip
    """As `move`; `told` is what an answer says."""

    def write_down(main: Connection) -> None:
        refuse_move(name, record(store, name), fate)
        change(main, "UPDATE submission SET fate = ? WHERE id = ?", (fate, name))
        forget_suspicion(main, name)
        if fate in _LEAVE_NO_TEXT:
            forget_clear_text(main, name)
            give_way(main, name)
        day = act.day.isoformat()
        happen(main, name, day, fate, by=act.by, body=body, note=note, told=told)

    write_act(store, write_down)
    if fate in _LEAVE_NO_TEXT:
        empty_logs(store)


def refuse_move(name: str, held: Mapping[str, Any], fate: Fate) -> None:
    """Refuse what `move` refuses."""
    if fate is Fate.WITHDRAWN:
        raise StoreError(f"替本人撤回要两个人：用 yanlu review withdraw {name} 提出。")
    if held["delivery"] in _IN_GIT or held["head"]:
        raise StoreError(
            f"{name} 已经在 git 里（{DELIVERIES[Delivery(held['delivery'])].shown}）。"
            f"请修改 data/suggestions/ 里的 {name}.md，收件库会跟着走。"
        )
    _refuse_step(name, held, fate)
    if fate is Fate.MERGED:
        raise StoreError(
            f"并案要写明并入哪一条：yanlu review merge {name} 那一条的编号 --reason 理由。"
        )


def _refuse_step(name: str, held: Mapping[str, Any], fate: Fate) -> None:
    now = Fate(held["fate"])
    # a claim or an accusation is forwarded straight away: nothing of it waits for review
    straight = held["kind"] != "suggestion" and fate is Fate.REDIRECTED
    if fate not in FATES[now].goes_to and not (straight and now not in _ENDED):
        allowed = "、".join(sorted(FATES[f].shown + f"（{f}）" for f in FATES[now].goes_to))
        raise StoreError(
            f"{name} 现在是“{FATES[now].shown}”，不能变成“{FATES[fate].shown}”。"
            f"可以变成：{allowed or '没有了，已经结束'}。"
        )


def reply(
    store: Store, name: str, outcome: str, text: Redacted, act: Act, *,
    reason: Redacted | None = None, body: str | None = None,
) -> None:  # fmt: skip
    """Answer a suggestion that is in the store alone; the citizen reads it with code and word."""
    said = {"outcome": outcome, "text": text.text, "reason": reason.text if reason else ""}
    note = Note(json.dumps(said, ensure_ascii=False))
    held = record(store, name)
    if Fate(held["fate"]) is Fate.REGISTERED or Fate.REPLIED in FATES[Fate(held["fate"])].goes_to:
        told = Told({"outcome": outcome}, {"text": said["text"], "reason": said["reason"]})
        _move(store, name, Fate.REPLIED, act, body, note, told)
        return
    _refuse_step(name, held, Fate.REPLIED)


def open_raw(store: Store, suite: Suite, name: str, private: str, act: Act, why: str) -> Raw:
    """Raw text and contact, on a machine that holds the private key; who and why is recorded.

    Raises:
        StoreError, IntakeError: it was erased, the key does not open it, or `why` tells of
            somebody.
    """
    note = noted(why)

    def read(main: Connection) -> Raw:
        raw = raw_of(store, suite, record(store, name), private)
        happen(main, name, act.day.isoformat(), "opened", by=act.by, note=note)
        return raw

    return write_act(store, read)


def raw_of(store: Store, suite: Suite, held: Mapping[str, Any], private: str) -> Raw:
    """Raw text and contact of a record; whoever asks writes down who read them, and why.

    Raises:
        StoreError, IntakeError: it was erased, or the key does not open it.
    """
    opened = {
        purpose: json.loads(unsealed(store, suite, held, purpose, private))
        for purpose in ("text", "contact")
        if held[purpose] is not None
    }
    if not opened:
        raise StoreError(f"{held['id']} 的原文已经按期限或者按本人的要求删除。")
    reason = appeal_reason(store, suite, held, private)
    return Raw(opened.get("text", {}), opened.get("contact", {}), reason)


def note_reading(store: Store, name: str, act: Act, why: str) -> None:
    """Write down that somebody has read the raw text elsewhere, in a copy of this store.

    The private key does not lie on the server; what is opened on the office's machine is
    known there alone, until its reader says so here.

    Raises:
        IntakeError: `why` tells of somebody.
        StoreError: there is nothing left to read.
    """
    note = Note(f"{noted(why)}（在存有私钥的电脑上看的备份）")

    def write_down(main: Connection) -> None:
        held = record(store, name)
        if held["text"] is None and held["contact"] is None:
            raise StoreError(f"{name} 的原文已经按期限或者按本人的要求删除。")
        happen(main, name, act.day.isoformat(), "opened", by=act.by, note=note)

    write_act(store, write_down)


@dataclass(frozen=True)
class Raw:
    """What a citizen wrote, as it was. For the eyes of one person; never written anywhere."""

    text: Mapping[str, str]
    contact: Mapping[str, str]
    appeal: str = ""


def appeal_reason(store: Store, suite: Suite, held: Mapping[str, Any], private: str) -> str:
    """Why its writer asked that it be studied again; empty where nobody did, or it was erased."""
    query = "SELECT reason FROM appeal WHERE submission = ? AND reason IS NOT NULL"
    found = rows(store.main, query, (held["id"],))
    if not found:
        return ""
    # of one kind with the raw text: the same key, and gone with it
    locked = suite.unseal(found[0]["reason"], private)
    opened = unlock(locked, _key(store, held["id"], "text"), about(held["id"], "appeal"))
    return str(json.loads(opened)["reason"])


def unsealed(
    store: Store, suite: Suite, held: Mapping[str, Any], purpose: str, private: str
) -> bytes:
    """Undo both locks of a record.

    Raises:
        StoreError: the record's own key is gone, so nobody can.
    """
    key = _key(store, held["id"], purpose)
    return unlock(suite.unseal(held[purpose], private), key, about(held["id"], purpose))


def _key(store: Store, name: str, purpose: str) -> bytes:
    query = "SELECT key FROM key WHERE submission = ? AND purpose = ?"
    keys = rows(store.keys, query, (name, purpose))
    if not keys:
        raise StoreError(f"{name} 的钥匙已经销毁，内容不能再打开。")
    key: bytes = keys[0]["key"]
    return key


def was_opened(store: Store, name: str) -> bool:
    """Whether anybody has read the raw text and the contact of a record."""
    return any(happening["what"] == "opened" for happening in history(store.main, name))
