"""What every page of the desk stands on: the office, its store, and a record in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from yanlu.cli.published import is_published, next_steps
from yanlu.cli.review import HEADS, KINDS, WISHES, act_of, key_line, marks, must_be_opened, told
from yanlu.errors import IntakeError
from yanlu.intake import review as acts
from yanlu.intake.batches import BOT
from yanlu.intake.consent import may_come_back
from yanlu.intake.delivery import DELIVERIES, Delivery
from yanlu.intake.persons import DECISIONS, Decision, expected
from yanlu.intake.rights import WRITER, replies
from yanlu.intake.store.database import Store, StorePlace, existing
from yanlu.intake.store.records import SITE, history
from yanlu.intake.web.desk import Asked
from yanlu.model import FATES, Fate
from yanlu.settings import Codes, Portal, read_codes

_TO_CONFIRM = frozenset({Delivery.WAITING, Delivery.RETURNED, Delivery.MISSING})
_MAY_RETURN = _TO_CONFIRM | {Delivery.APPROVED}
_DONE_BY = {SITE: "本人在网上", WRITER: "本人", BOT: "程序", "git": "主分支"}  # who is no person
Way = tuple[str, str]  # an address below that of the record, and what is to be done there


@dataclass(frozen=True)
class Room:
    """The office's repository, and where its store lies."""

    portal: Portal
    folder: StorePlace

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, for one request: its connections belong to one thread."""
        with existing(self.folder) as store:
            yield store

    def codes(self, name: str) -> Codes:
        """A code list as it is now."""
        return read_codes(self.portal.data / "codes" / f"{name}.csv")

    def options(self, name: str) -> list[tuple[str, str]]:
        """Codes and titles of a list, to choose from."""
        codes = self.codes(name)
        return [(code, codes.title(code)) for code in codes.rows]


def act(asked: Asked) -> acts.Act:
    """What somebody at the desk does today."""
    return act_of(asked.by)


def key_of(asked: Asked) -> str | None:
    """The private key as it was pasted, or from the file that was named; None: neither.

    It is held for this request only.

    Raises:
        IntakeError: there is no such file, or it is no key.
    """
    pasted, path = asked.one("key"), asked.one("key-file")
    if pasted:
        return key_line(pasted)
    if not path:
        return None
    try:
        return key_line(Path(path).expanduser().read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise IntakeError("私钥文件打不开。请看优盘插好没有，文件名对不对。") from None


def line(room: Room, held: Mapping[str, Any]) -> dict[str, Any]:
    """A record in a list."""
    return {
        "name": held["id"],
        "day": held["day"],
        "topic": room.portal.codes["topics"].title(held["topic"]),
        "state": DELIVERIES[Delivery(held["delivery"])].shown,
        "marks": marks(room.portal, held),
    }


def summary(room: Room, store: Store, held: Mapping[str, Any]) -> dict[str, Any]:
    """A record on its own page: masked, as staff may see it without the key."""
    steps = history(store.main, held["id"])
    outcomes = room.codes("outcomes")
    return {
        **line(room, held),
        "kind": KINDS[held["kind"]],
        "region": room.portal.codes["regions"].title(held["region"]),
        "wish": WISHES[held["wish"]],
        "fate": FATES[Fate(held["fate"])].shown,
        "must_open": must_be_opened(held),
        "masked": [(HEADS[p], text) for p, text in json.loads(held["redacted"] or "{}").items()],
        "confirmed": json.loads(held["confirmed"] or "null"),
        "replies": [(outcomes.title(one.outcome), one) for one in replies(steps)],
        "steps": [[_DONE_BY.get(fact, fact) for fact in facts] for facts in told(steps)],
        "pending": pending(store, held["id"]),
        "ways": ways(held, is_answered=bool(replies(steps)) or _page_answers(held)),
    }


def _page_answers(held: Mapping[str, Any]) -> bool:
    return is_published(held) and "outcome" in json.loads(held["head"])


def pending(store: Store, name: str | None = None) -> list[dict[str, Any]]:
    """What waits for a second person, of one record or of all."""
    found = [one for one in expected(store) if name in (None, one["submission"])]
    return [{**one, "title": DECISIONS[Decision(one["what"])]} for one in found]


def ways(held: Mapping[str, Any], *, is_answered: bool) -> list[Way]:
    """What may be done with a record now; what the acts would refuse is not offered."""
    delivery, is_suggestion = Delivery(held["delivery"]), held["kind"] == "suggestion"
    alive = held["erased"] is None and held["fate"] != Fate.WITHDRAWN
    sealed = held["text"] is not None or held["contact"] is not None
    to_confirm = delivery in _TO_CONFIRM or may_come_back(held)
    offered = (
        (sealed, "open", "看原文"),
        (sealed, "read", "记下看过原文"),
        (alive and is_suggestion and to_confirm, "approve", "写摘要、确认"),
        (alive and is_suggestion and delivery in _MAY_RETURN, "return", "收回、不公布"),
        (alive and bool(moves(held)), "move", "改进展"),
        (alive and is_suggestion and may_reply(held), "reply", "回复"),
        (alive and is_suggestion and _may_merge(held), "merge", "并案"),
        (alive and is_suggestion, "letter-notice", "打印告知书"),
        (alive and is_suggestion and is_answered, "letter-reply", "打印回复"),
        (alive and held["contact"] is not None, "remove", "替本人撤回、删除"),
    )
    return [(path, said) for fits, path, said in offered if fits]


def _may_merge(held: Mapping[str, Any]) -> bool:
    """Not registered for itself yet, or merged into one that is gone: the act tells the two."""
    return held["fate"] in (Fate.RECEIVED, Fate.SCREENED, Fate.MERGED)


def moves(held: Mapping[str, Any]) -> list[Way]:
    """The fates that the table allows now, but for an answer, which has a page of its own.

    What is about to be published waits until it is: its page is to tell of every step.
    """
    if held["delivery"] == Delivery.APPROVED:
        return []
    fits = next_steps(held).__contains__ if is_published(held) else partial(_fits, held)
    found = [fate for fate in Fate if fate is not Fate.REPLIED and fits(fate)]
    return [(str(fate), FATES[fate].shown) for fate in found]


def may_reply(held: Mapping[str, Any]) -> bool:
    """Whether it may be answered now; as `moves`."""
    if held["delivery"] == Delivery.APPROVED:
        return False
    return Fate.REPLIED in next_steps(held) if is_published(held) else _fits(held, Fate.REPLIED)


def _fits(held: Mapping[str, Any], fate: Fate) -> bool:
    try:
        acts.refuse_move(held["id"], held, fate)
    except IntakeError:
        return False
    return True
