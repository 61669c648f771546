"""Publisher and watcher: batches to the forge, and what became of them back to the store.

Each step is repeated until it is known to be done; whoever is killed in between leaves a state
from which the next run goes on. Only the holder of the lease works, so two never do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from yanlu.errors import PackageError, StoreError
from yanlu.intake.batches import BOT, Policy, Title, freeze, members, ready, thaw
from yanlu.intake.consent import exceeds, give_way
from yanlu.intake.delivery import Delivery, deliver
from yanlu.intake.forge.port import (
    BaseGone,
    Batch,
    Forge,
    ForgeError,
    Published,
    Rejected,
    Status,
)
from yanlu.intake.lease import Lease
from yanlu.intake.outcomes import HAPPENED, OF_BATCH, unclear, why
from yanlu.intake.pages import answer_told, pages
from yanlu.intake.rescan import told
from yanlu.intake.restored import PUBLIC, alarm, followed, learn, settle
from yanlu.intake.store.database import Connection, Store, change, rows
from yanlu.intake.store.erasure import empty_logs
from yanlu.intake.store.events import log_answer
from yanlu.intake.store.records import by_id, happen
from yanlu.intake.waits import asked_wait, backoff, spread
from yanlu.model import Fate
from yanlu.packages.suggestions import Suggestion, read_suggestion, suggestion_of

_ASTRAY = 48 * 3600  # no wait is as long: a time beyond it is from a clock that was put back since
_NAMED = 5  # of what has vanished, so many are named: a line of a log is no list
_AWAY = frozenset({Delivery.VANISHED, Delivery.RETURNED, Delivery.MISSING})


@dataclass(frozen=True)
class Round:
    """What one round did: batches proposed and settled, and alarms for staff.

    `wait`: seconds for which the forge is to be left alone, because it said so, is down, or
    does not know us any more; 0 where nothing of the kind happened.
    """

    proposed: int = 0
    settled: int = 0
    alarms: tuple[str, ...] = ()
    wait: int = 0


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
    """One round: look after what is in review, read what was published, freeze, push.

    A batch that the forge does not want holds no other up; a forge that cannot be asked ends
    the round, so that it is not asked again and again.
    """
    total = Round()
    for step in _steps(publisher, now, day):
        try:
            total = _sum(total, step())
        except (ForgeError, StoreError, PackageError) as error:
            wait = asked_wait(error)
            total = _sum(total, Round(alarms=(str(error),), wait=wait))
            if wait:
                break
    return total


def _steps(publisher: Publisher, now: int, day: date) -> Iterator[Callable[[], Round]]:
    main = publisher.store.main
    for batch in rows(main, "SELECT * FROM batch WHERE delivery = 'in-review' ORDER BY id"):
        yield partial(_watch, publisher, batch, day)
    yield partial(_adopt, publisher, day)
    yield partial(_freeze_due, publisher, day)
    for batch in _due(main, now):
        yield partial(_push, publisher, batch, now, day)


def _sum(one: Round, other: Round) -> Round:
    alarms = dict.fromkeys([*one.alarms, *other.alarms])
    return Round(
        one.proposed + other.proposed,
        one.settled + other.settled,
        tuple(alarms),
        max(one.wait, other.wait),
    )


def _freeze_due(publisher: Publisher, day: date) -> Round:
    main = publisher.store.main
    if not ready(main, publisher.policy, day, {}):
        return Round()
    base = publisher.forge.head(publisher.branch)
    there = _files_in(publisher, base)
    shown = pages(publisher.forge, there, ready(main, publisher.policy, day, there))
    faults = publisher.lease.write(
        lambda main: freeze(main, publisher.policy, day, base, publisher.group, there, shown)
    )
    return Round(alarms=tuple(faults))


def _due(main: Connection, now: int) -> list[dict[str, Any]]:
    query = (
        "SELECT * FROM batch WHERE delivery = 'frozen' "
        "AND (next_try <= ? OR next_try > ?) ORDER BY id"
    )
    return rows(main, query, (now, now + _ASTRAY))


def _push(publisher: Publisher, batch: Mapping[str, Any], now: int, day: date) -> Round:
    """Publish a frozen batch, or try again later."""
    try:
        return _pushed(publisher, batch, day)
    except ForgeError as error:
        _postpone(publisher, batch, error, now)
        raise


def _pushed(publisher: Publisher, batch: Mapping[str, Any], day: date) -> Round:
    """Where its base is gone, or a writer's mind has changed, the others go into the next batch."""
    frozen, main = thaw(batch["frozen"]), publisher.store.main
    dissolve = partial(_dissolve, name=batch["id"], day=day)
    if _unwanted(main, frozen) and publisher.forge.find(batch["id"]) is None:
        publisher.lease.write(dissolve)
        return Round()
    try:
        published = publisher.forge.publish(frozen)
    except BaseGone:
        publisher.lease.write(dissolve)
        if publisher.forge.find(batch["id"]):
            raise Rejected(
                f"主分支的历史改写过，而旧分支 inbox/{batch['id']} 还在：请删去它，不要合并，"
                "否则清除过的内容会回来。里面的建议已经放回待成批。"
            ) from None
        return Round()
    record = partial(_proposed, name=batch["id"], published=published, day=day)
    publisher.lease.write(record)
    return Round(proposed=1)


def _proposed(main: Connection, *, name: str, published: Published, day: date) -> None:
    change(
        main,
        "UPDATE batch SET delivery = ?, review = ?, commit_id = ? WHERE id = ?",
        (Delivery.IN_REVIEW, published.review, published.commit, name),
    )
    for member in members(main, name):
        deliver(main, member["id"], Delivery.FROZEN, Delivery.IN_REVIEW)
        happen(main, member["id"], day.isoformat(), "proposed", by=BOT)


def _dissolve(main: Connection, *, name: str, day: date) -> None:
    """Undo a batch; what its writer has taken back meanwhile stays out of the next one."""
    for member in members(main, name):
        deliver(main, member["id"], Delivery.FROZEN, Delivery.APPROVED)
        happen(main, member["id"], day.isoformat(), "dissolved", by=BOT)
        give_way(main, member["id"])
    change(main, "UPDATE submission SET batch = NULL WHERE batch = ?", (name,))
    change(main, "DELETE FROM batch WHERE id = ?", (name,))


def _unwanted(main: Connection, frozen: Batch) -> list[str]:
    """Ids of files that would show more than their writers allow by now."""
    heads = _heads(frozen)
    query = f"SELECT * FROM submission WHERE id IN ({', '.join('?' * len(heads))})"  # noqa: S608 - question marks
    held = rows(main, query, list(heads))
    return [r["id"] for r in held if exceeds(r, heads[r["id"]]["publication"])]


def _heads(batch: Batch) -> dict[str, Mapping[str, Any]]:
    """Heads of the files of a batch by id."""
    fronts = [read_suggestion(content.decode()).front for content in batch.files.values()]
    return {front["id"]: front for front in fronts}


def _postpone(publisher: Publisher, batch: Mapping[str, Any], error: ForgeError, now: int) -> None:
    """Wait as the forge asks, or longer each time."""
    later = now + spread(max(backoff(batch["tries"]), asked_wait(error)))
    query = "UPDATE batch SET tries = tries + 1, next_try = ? WHERE id = ?"
    publisher.lease.write(lambda main: change(main, query, (later, batch["id"])))


def _watch(publisher: Publisher, batch: Mapping[str, Any], day: date) -> Round:
    """What staff did with a proposal; while it is open they are told what may not be merged."""
    frozen = thaw(batch["frozen"])
    published = Published(frozen.branch, batch["commit_id"], batch["review"])
    status = publisher.forge.status(published)
    if status.state == "open":
        warnings = list(_warnings(publisher, published, frozen))
        for label, said in warnings:
            publisher.forge.annotate(published.review, [label], said)
        return Round(alarms=tuple(said for _, said in warnings))
    outcomes = _outcomes(publisher, published, frozen, status)
    record = partial(_settle, batch=batch["id"], outcomes=outcomes, frozen=frozen, status=status)
    publisher.lease.write(partial(record, day=day))
    empty_logs(publisher.store)
    return Round(settled=1, alarms=tuple(unclear(published.branch, outcomes, status)))


def _outcomes(
    publisher: Publisher, published: Published, frozen: Batch, status: Status
) -> dict[str, Delivery]:
    """Where each of a batch goes that is over, by id; of a merged one, what staff left in.

    Where main lacks our commit, it was squashed, or main was rewritten since: then what the
    proposal held last counts, and that a file of it is not there is for `_adopt` to tell. Where
    nothing tells what it held last, the two look alike: what is not there needs a person.
    """
    ours, after = _heads(frozen).keys(), OF_BATCH[status.state]
    if after is not Delivery.MERGED:
        return dict.fromkeys(ours, after)
    there = ours & _files_in(publisher, publisher.forge.head(publisher.branch)).keys()
    others = Delivery.RETURNED
    if not publisher.forge.holds(published.commit):
        if status.head is None:
            others = Delivery.MISSING
        else:
            there |= ours & (_files_in(publisher, status.head).keys() if status.edited else ours)
    return {name: after if name in there else others for name in ours}


def _warnings(
    publisher: Publisher, published: Published, frozen: Batch
) -> Iterator[tuple[str, str]]:
    """Why an open proposal is not to be merged as it is: a label, and a sentence."""
    branch = published.branch
    unwanted = "、".join(_unwanted(publisher.store.main, frozen))
    if unwanted:
        said = f"{branch} 里的 {unwanted}，写信人已经撤回、删除或者缩小了公布范围："
        yield "本人撤回", f"{said}请先从这个分支里去掉，再合并。"
    if not publisher.forge.holds(frozen.base):
        said = (
            f"主分支的历史改写过，{branch} 还立在旧的历史上：请关闭这个审核、删去分支，不要合并，"
        )
        yield "不要合并", f"{said}否则清除过的内容会回来。里面的建议等您重新确认。"


def _settle(
    main: Connection,
    *,
    batch: str,
    outcomes: Mapping[str, Delivery],
    frozen: Batch,
    status: Status,
    day: date,
) -> None:
    """A batch is over, and its texts are forgotten here; each member goes where it belongs."""
    query = "UPDATE batch SET delivery = ?, frozen = '{}' WHERE id = ?"
    change(main, query, (OF_BATCH[status.state], batch))
    for member in members(main, batch):
        name = member["id"]
        after = outcomes[name]
        _settled(main, name, after, _heads(frozen)[name])
        note = why(after, status)
        happen(main, name, day.isoformat(), HAPPENED[after], by=BOT, note=note)
        give_way(main, name)


def _settled(main: Connection, name: str, after: Delivery, head: Mapping[str, Any]) -> None:
    """Merged are those whose file is there; its true head is read as soon as it is adopted."""
    deliver(main, name, Delivery.IN_REVIEW, after)
    if after is Delivery.MERGED:
        query = "UPDATE submission SET head = ?, seen = NULL WHERE id = ?"
        change(main, query, (json.dumps(head, ensure_ascii=False), name))


def _files_in(publisher: Publisher, commit: str) -> dict[str, str]:
    """Files of suggestions in a commit: content names by public id."""
    listing = publisher.forge.listing(commit, "data/suggestions")
    return {path.rpartition("/")[2].removesuffix(".md"): name for path, name in listing.items()}


def _adopt(publisher: Publisher, day: date) -> Round:
    """What staff wrote into published files becomes the store's.

    Only files whose content has another name than when they were last read are asked for. What
    is not there any more is told of, and stays as it is until somebody has put it back.
    """
    records = followed(publisher.store.main)
    held = {r["id"]: r["seen"] for r in records}
    names = _files_in(publisher, publisher.forge.head(publisher.branch)) if held else {}
    lost = sorted({r["id"] for r in records if r["delivery"] in PUBLIC} - names.keys())
    if lost:
        publisher.lease.write(partial(_vanish, names=lost, day=day))
    fresh = {name: names[name] for name, seen in held.items() if names.get(name, seen) != seen}
    contents = publisher.forge.contents(fresh.values()) if fresh else {}
    faults = [
        fault
        for name, content in sorted(fresh.items())
        for fault in _adopted(publisher, name, content, contents[content], day)
    ]
    unchanged = held.keys() - fresh.keys() - set(lost)
    redone = settle(publisher.store, publisher.lease, unchanged)
    return Round(alarms=(*_lost(lost), *faults, *alarm(redone)))


def _vanish(main: Connection, *, names: Collection[str], day: date) -> None:
    """Files that were published and are not on the main branch; of each, its history says so."""
    for record in (by_id(main, name) for name in names):
        if record and record["delivery"] == Delivery.MERGED:
            deliver(main, record["id"], Delivery.MERGED, Delivery.VANISHED)
            change(main, "UPDATE submission SET seen = NULL WHERE id = ?", (record["id"],))
            happen(main, record["id"], day.isoformat(), "off-main", by=BOT)


def _lost(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield (
            f"已经公布的建议有 {len(names)} 条在主分支上不见了（{'、'.join(names[:_NAMED])}"
            f"{' 等' if len(names) > _NAMED else ''}），主分支的历史可能改写过。"
            "程序不会自己再公布：请按手册“出了事”把这些文件放回去。"
        )


def _adopted(
    publisher: Publisher, name: str, seen: str, content: bytes, day: date
) -> Iterator[str]:
    """Follow one file; a sentence for what is wrong with it, in every round until it is mended."""
    try:
        suggestion = suggestion_of(content)
    except PackageError as error:
        yield f"已经公布的 {name}.md 读不懂：{error}。请改正后提交。"
        return
    found = told(suggestion, publisher.keep)
    act = partial(_follow, name=name, suggestion=suggestion, day=day)
    publisher.lease.write(partial(act, seen=None if found else seen))
    if found:
        yield (
            f"已经公布的文字里还有能认出人的内容：{name}（{'、'.join(found)}）。"
            "请马上按手册“出了事”撤下并清除。"
        )


def _follow(
    main: Connection, *, name: str, suggestion: Suggestion, seen: str | None, day: date
) -> None:
    """The fate that git says, but for what is withdrawn; and what shows too much gives way."""
    front = suggestion.front
    if behind := by_id(main, name):
        learn(main, behind, front, day)
    fate = front["fate"]
    query = "UPDATE submission SET fate = ? WHERE id = ? AND fate NOT IN (?, ?)"
    told = answer_told(suggestion)
    if change(main, query, (fate, name, fate, Fate.WITHDRAWN)):
        happen(main, name, day.isoformat(), fate, by="git", told=told)
    elif told:
        log_answer(main, name, day.isoformat(), told)
    record = by_id(main, name)
    if record and record["delivery"] in _AWAY:
        deliver(main, name, Delivery(record["delivery"]), Delivery.MERGED)
        happen(main, name, day.isoformat(), "back-on-main", by=BOT)
    head = json.dumps(front, ensure_ascii=False)
    change(main, "UPDATE submission SET head = ?, seen = ? WHERE id = ?", (head, seen, name))
    give_way(main, name)
