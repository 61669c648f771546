"""Publisher and watcher: batches to the forge, and what became of them back to the store.

Each step is repeated until it is known to be done; whoever is killed in between leaves a state
from which the next run goes on. Only the holder of the lease works, so two never do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from yanlu.errors import PackageError, StoreError
from yanlu.intake.batches import Policy, Title, freeze, members, thaw
from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.forge.port import (
    AuthLost,
    BaseGone,
    Batch,
    Forge,
    ForgeError,
    Published,
    Rejected,
    Retry,
    Status,
)
from yanlu.intake.lease import Lease
from yanlu.intake.rescan import told
from yanlu.intake.store.database import Connection, Store, change, rows
from yanlu.intake.store.records import happen
from yanlu.model import Fate
from yanlu.packages.suggestions import read_suggestion

BOT = "publisher"
_FIRST_WAIT, _LONGEST_WAIT = 60, 1800  # seconds: one minute, doubling up to half an hour
_AUTH_WAIT = 3600  # a lost token is probed hourly
_OF_BATCH = {
    "merged": Delivery.MERGED,
    "closed": Delivery.RETURNED,
    "missing": Delivery.MISSING,
}


@dataclass(frozen=True)
class Round:
    """What one round did: batches proposed and settled, and alarms for staff."""

    proposed: int = 0
    settled: int = 0
    alarms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publisher:
    """What publisher and watcher work with; `branch` is the main one."""

    store: Store
    lease: Lease
    forge: Forge
    policy: Policy
    branch: str
    group: Title
    keep: Collection[str]  # official numbers and addresses, which may stand in a text


def work(publisher: Publisher, now: int, day: date) -> Round:
    """One round: freeze what may go, push what is frozen, look after what is in review."""
    alarms: list[str] = []
    proposed = settled = 0
    for act in (_freeze_due, _adopt):
        try:
            act(publisher, day)
        except (ForgeError, StoreError, PackageError) as error:
            alarms.append(str(error))
    for batch in _due(publisher.store.main, now):
        try:
            proposed += _push(publisher, batch, day)
        except ForgeError as error:
            alarms.append(str(error))
            _postpone(publisher, batch, error, now)
    for batch in rows(publisher.store.main, "SELECT * FROM batch WHERE delivery = 'in-review'"):
        try:
            settled += _watch(publisher, batch, day)
        except ForgeError as error:
            alarms.append(str(error))
    return Round(proposed, settled, tuple(dict.fromkeys(alarms)))


def _freeze_due(publisher: Publisher, day: date) -> None:
    ready = rows(
        publisher.store.main, "SELECT count(*) AS n FROM submission WHERE delivery='approved'"
    )
    if publisher.policy.allows(day, ready[0]["n"]):
        base = publisher.forge.head(publisher.branch)
        publisher.lease.write(
            publisher.store.main,
            lambda main: freeze(main, publisher.policy, day, base, publisher.group),
        )


def _due(main: Connection, now: int) -> list[dict[str, Any]]:
    query = "SELECT * FROM batch WHERE delivery = 'frozen' AND next_try <= ? ORDER BY id"
    return rows(main, query, (now,))


def _push(publisher: Publisher, batch: Mapping[str, Any], day: date) -> int:
    """Publish a frozen batch; where its base is gone, its members go into the next batch."""
    try:
        published = publisher.forge.publish(thaw(batch["frozen"]))
    except BaseGone:
        publisher.lease.write(publisher.store.main, lambda main: _dissolve(main, batch["id"]))
        if publisher.forge.find(batch["id"]):
            raise Rejected(
                f"主分支的历史改写过，而旧分支 inbox/{batch['id']} 还在：请删去它，不要合并，"
                "否则清除过的内容会回来。里面的建议已经放回待成批。"
            ) from None
        return 0

    def record(main: Connection) -> None:
        _set_batch(main, batch["id"], Delivery.IN_REVIEW, published)
        for member in members(main, batch["id"]):
            deliver(main, member["id"], Delivery.FROZEN, Delivery.IN_REVIEW)
            happen(main, member["id"], day.isoformat(), "proposed", by=BOT)

    publisher.lease.write(publisher.store.main, record)
    return 1


def _dissolve(main: Connection, batch: str) -> None:
    for member in members(main, batch):
        deliver(main, member["id"], Delivery.FROZEN, Delivery.APPROVED)
    change(main, "UPDATE submission SET batch = NULL WHERE batch = ?", (batch,))
    change(main, "DELETE FROM batch WHERE id = ?", (batch,))


def _set_batch(main: Connection, name: str, state: Delivery, published: Published) -> None:
    change(
        main,
        "UPDATE batch SET delivery = ?, review = ?, commit_id = ? WHERE id = ?",
        (state, published.review, published.commit, name),
    )


def _postpone(publisher: Publisher, batch: Mapping[str, Any], error: ForgeError, now: int) -> None:
    """Wait as the forge asks, or longer each time; chance keeps offices from knocking at once."""
    wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(batch["tries"], 10))
    if isinstance(error, Retry):
        wait = max(int(error.after), wait)
    if isinstance(error, AuthLost):
        wait = _AUTH_WAIT
    later = now + wait + random.randrange(wait // 4 + 1)  # noqa: S311 - only spreads the load
    query = "UPDATE batch SET tries = tries + 1, next_try = ? WHERE id = ?"
    publisher.lease.write(
        publisher.store.main, lambda main: change(main, query, (later, batch["id"]))
    )


def _watch(publisher: Publisher, batch: Mapping[str, Any], day: date) -> int:
    """What staff did with a proposal; 0 while it is open."""
    frozen = thaw(batch["frozen"])
    status = publisher.forge.status(Published(frozen.branch, batch["commit_id"], batch["review"]))
    if status.state == "open":
        return 0
    kept = _merged_files(publisher) if status.state == "merged" else {}
    stones = _tombstones(frozen)

    def record(main: Connection) -> None:
        change(
            main,
            "UPDATE batch SET delivery = ? WHERE id = ?",
            (_OF_BATCH[status.state], batch["id"]),
        )
        for member in members(main, batch["id"]):
            _settle(main, member, status, kept, day)
            if member["fate"] == "withdrawn" and member["id"] in kept.keys() - stones:
                # withdrawn while it was in review: what was merged gives way to a tombstone
                deliver(main, member["id"], Delivery.MERGED, Delivery.APPROVED)

    publisher.lease.write(publisher.store.main, record)
    return 1


def _settle(
    main: Connection, member: Mapping[str, Any], status: Status, kept: Mapping[str, str], day: date
) -> None:
    """Merged are those whose file is there; staff may have taken single ones out."""
    after = _OF_BATCH[status.state]
    if after is Delivery.MERGED and member["id"] not in kept:
        after = Delivery.RETURNED
    deliver(main, member["id"], Delivery.IN_REVIEW, after)
    note = "工作人员在分支上改过" if status.edited else None
    happen(main, member["id"], day.isoformat(), str(after), by=BOT, note=note)


def _tombstones(batch: Batch) -> set[str]:
    heads = [read_suggestion(content.decode()).front for content in batch.files.values()]
    return {head["id"] for head in heads if head["publication"] == "removed"}


def _merged_files(publisher: Publisher) -> dict[str, str]:
    """Files of suggestions on the main branch: content names by public id."""
    listing = publisher.forge.listing(publisher.forge.head(publisher.branch), "data/suggestions")
    return {path.rpartition("/")[2].removesuffix(".md"): name for path, name in listing.items()}


def _adopt(publisher: Publisher, day: date) -> None:
    """What staff wrote into published files becomes the store's, but for what is withdrawn.

    Only files whose content has another name than when they were last read are asked for.
    """
    held = {r["id"]: r["seen"] for r in rows(publisher.store.main, _PUBLISHED, (Fate.WITHDRAWN,))}
    names = _merged_files(publisher) if held else {}
    fresh = {name: names[name] for name, seen in held.items() if names.get(name, seen) != seen}
    contents = publisher.forge.contents(fresh.values())
    telling = []
    for name, content in sorted(fresh.items()):
        suggestion = read_suggestion(contents[content].decode())
        head = json.dumps(suggestion.front, ensure_ascii=False)
        act = partial(_follow, name=name, head=head, seen=content, day=day)
        publisher.lease.write(publisher.store.main, act)
        telling += [f"{name}（{kind}）" for kind in told(suggestion, publisher.keep)]
    if telling:
        raise StoreError(
            f"已经公布的文字里还有能认出人的内容：{'、'.join(telling)}。"
            "请马上按手册“出了事”撤下并清除；yanlu check 会一直报告，直到改好。"
        )


_PUBLISHED = (
    "SELECT id, seen FROM submission WHERE delivery = 'merged' AND erased IS NULL AND fate <> ?"
)


def _follow(main: Connection, *, name: str, head: str, seen: str, day: date) -> None:
    fate = json.loads(head)["fate"]
    query = "UPDATE submission SET fate = ? WHERE id = ? AND fate <> ?"
    if change(main, query, (fate, name, fate)):
        happen(main, name, day.isoformat(), fate, by="git")
    change(main, "UPDATE submission SET head = ?, seen = ? WHERE id = ?", (head, seen, name))
