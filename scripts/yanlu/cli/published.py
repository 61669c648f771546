"""A step of a suggestion that is published: its file with one line more, proposed for review.

What is published is in git, and changes there alone. The proposal is a branch of one commit, made
as those of batches are, with nobody's name; whoever merges it is the second person, and the store
follows. Who proposed it stands in the store.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from yanlu.cli.replying import Checked
from yanlu.errors import IntakeError
from yanlu.intake.delivery import Delivery
from yanlu.intake.forge.bundles import open_proposals
from yanlu.intake.forge.local import HOST
from yanlu.intake.forge.merging import merge_proposal, proposed_files
from yanlu.intake.forge.port import Batch, Forge
from yanlu.intake.persons import is_same
from yanlu.intake.posting import open_forge
from yanlu.intake.review import Act, record
from yanlu.intake.store.database import Connection, Store, rows, write_act
from yanlu.intake.store.records import Note, by_id, happen
from yanlu.model import CHINA, FATES, Fate, Month
from yanlu.packages.suggestions import Suggestion, suggestion_of, suggestion_path, write_suggestion
from yanlu.register.check import file_faults
from yanlu.register.together import Answer, answered
from yanlu.settings import Portal

_BY_HAND = frozenset({Fate.WITHDRAWN, Fate.MERGED, Fate.REDIRECTED, Fate.PROMISED})
_AFTER_PROMISE = frozenset({Fate.CARRIED_OUT, Fate.PROMISE_OVERDUE})
_FOLDER = "data/suggestions"
Change = Callable[[Suggestion, Month], Suggestion]


def is_published(held: Mapping[str, Any]) -> bool:
    """Whether git says how far it has come, so that a step of it is a proposal."""
    return held["delivery"] == Delivery.MERGED and held["head"] is not None


def next_steps(held: Mapping[str, Any]) -> frozenset[Fate]:
    """The steps of a published one that need nothing but a body; others are written by hand."""
    return FATES[Fate(held["fate"])].goes_to - _BY_HAND - _AFTER_PROMISE


def propose_answer(
    portal: Portal, store: Store, name: str, given: Checked, conversion: str | None, act: Act
) -> str:
    """Propose an answer that was looked over; the name of the branch.

    Raises:
        IntakeError: what `yanlu check` would say of the file, or another step waits already.
    """
    words = (given.outcome, given.reason.text, given.text.text, given.body)
    answer = Answer(*words, conversion)
    return _propose(portal, store, name, lambda one, month: answered(one, answer, month), act)


def propose_move(
    portal: Portal, store: Store, name: str, fate: Fate, body: str | None, act: Act
) -> str:
    """Propose another step; the name of the branch. Raises as `propose_answer`."""

    def change(one: Suggestion, month: Month) -> Suggestion:
        step = {"state": str(fate), "month": str(month), **({"body": body} if body else {})}
        history = [*one.front["history"], step]
        lead = {"bodies": {**one.front["bodies"], "lead": body}} if body else {}
        return replace(one, front={**one.front, "fate": str(fate), "history": history, **lead})

    return _propose(portal, store, name, change, act)


def _propose(portal: Portal, store: Store, name: str, change: Change, act: Act) -> str:
    forge, main = open_forge(portal), portal.settings.forge.branch
    held, base = record(store, name), forge.head(main)
    path = f"{_FOLDER}/{held['day'][:4]}/{name}.md"
    there = forge.listing(base, _FOLDER)
    if path not in there:
        raise IntakeError(f"主分支上没有 {name} 的文件，没有提出。请找管网站的人看看。")
    _refuse_waiting(portal, forge, path, there[path])
    before = suggestion_of(forge.contents([there[path]])[there[path]])
    after = change(before, Month(act.day.year, act.day.month))
    faults = list(file_faults(path, after, Month(act.day.year, act.day.month)))
    if faults:
        raise IntakeError("没有提出：\n" + "\n".join(f"  · {fault.what}" for fault in faults))
    batch = _batch(name, base, act.day, after)
    forge.publish(batch)
    day, branch = act.day.isoformat(), batch.branch
    write_act(store, lambda main: happen(main, name, day, _PROPOSED, by=act.by, note=Note(branch)))
    return branch


_PROPOSED = "step-proposed"


def merge(portal: Portal, store: Store, branch: str, act: Act) -> None:
    """Merge a proposal in the repository itself; whoever proposed a step is not who merges it.

    Raises:
        IntakeError: it is the same person, or the proposal cannot be merged here.
    """
    query = "SELECT by FROM happening WHERE what = ? AND note = ?"
    for step in rows(store.main, query, (_PROPOSED, branch)):
        if is_same(step["by"], act.by):
            raise IntakeError("这一步就是您提出的，要由另一个人合并，没有改动。")
    folder, published = portal.folder, portal.settings.forge.branch
    names = [suggestion_of(c).front["id"] for c in proposed_files(folder, published, branch)]
    merge_proposal(folder, published, branch)

    def write_down(main: Connection) -> None:
        for name in filter(partial(by_id, main), names):
            happen(main, name, act.day.isoformat(), "merged-here", by=act.by, note=Note(branch))

    write_act(store, write_down)


def _batch(name: str, base: str, day: date, after: Suggestion) -> Batch:
    return Batch(
        id=f"{day.isoformat()}-{secrets.token_hex(4)}",
        base=base,
        moment=datetime.combine(day, datetime.min.time(), CHINA),
        title=f"办理 {day.isoformat()}：{name} {FATES[Fate(after.front['fate'])].shown}",
        body="工作人员提出的一步，请另一个人再看一遍，合并就是公布。",
        message=f"Propose a step of {name}",
        files={f"data/{suggestion_path(after.front)}": write_suggestion(after).encode()},
    )


def _refuse_waiting(portal: Portal, forge: Forge, path: str, content: str) -> None:
    """Two steps that stand on the same file would get into each other's way."""
    if portal.settings.forge.host != HOST:
        return  # a forge shows its reviewers what is in each other's way
    for branch, commit in open_proposals(portal.folder, portal.settings.forge.branch).items():
        if forge.listing(commit, _FOLDER).get(path, content) != content:
            raise IntakeError(f"这一条已经有一步等着合并（{branch}），合并了再提下一步。")
