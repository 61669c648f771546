"""What waits for a second person: asked for by one, done or refused by another."""

from __future__ import annotations

from functools import partial
from typing import Any

from yanlu.errors import StoreError
from yanlu.intake.notes import noted
from yanlu.intake.persons import (
    DECISIONS,
    Decision,
    expect,
    expect_no_more,
    is_expected,
    sign,
)
from yanlu.intake.review import Act, record, send_back, was_opened
from yanlu.intake.rights import destroy, take_back
from yanlu.intake.store.database import Connection, Store, write_act
from yanlu.intake.store.records import happen


def ask_removal(store: Store, name: str, what: Decision, act: Act) -> None:
    """The first person asks for a removal, for a writer who lost code or word.

    Raises:
        StoreError: nobody has reached the writer by the contact that was given.
    """

    def write_down(main: Connection) -> None:
        _proven_by_contact(store, name)
        expect(main, name, what, act.by, act.day)
        happen(main, name, act.day.isoformat(), f"{what}-asked", by=act.by)

    write_act(store, write_down)


def second(store: Store, name: str, what: Decision, act: Act) -> None:
    """The second person confirms: a text may go out, a removal is done at once.

    Raises:
        StoreError: nothing of the kind waits, or this is not a second person.
    """
    if what is Decision.RELEASE:
        write_act(store, partial(_second_release, name=name, act=act))
        return
    by = sign(store.main, name, what, act.by, act.day)
    find = partial(_asked, store, name, what, act)
    (take_back if what is Decision.WITHDRAW else destroy)(store, find, act.day, by)


def _second_release(main: Connection, *, name: str, act: Act) -> None:
    by = sign(main, name, Decision.RELEASE, act.by, act.day)
    expect_no_more(main, name, Decision.RELEASE)
    happen(main, name, act.day.isoformat(), "seconded", by=by)


def _asked(store: Store, name: str, what: Decision, act: Act) -> dict[str, Any]:
    """The record whose removal was asked for, still is, and by somebody else."""
    sign(store.main, name, what, act.by, act.day)
    return _proven_by_contact(store, name)


def refuse(store: Store, name: str, what: Decision, why: str, act: Act) -> None:
    """Whoever was to be the second person, or the first, does not want it; `why` is for the store.

    Raises:
        IntakeError: `why` tells of somebody.
        StoreError: nothing of the kind waits.
    """
    if what is Decision.RELEASE and is_expected(store.main, name, what):
        send_back(store, name, why, act)
        return
    note = noted(why)

    def write_down(main: Connection) -> None:
        if not is_expected(main, name, what):
            raise StoreError(f"{name} 没有等着第二个人确认“{DECISIONS[what]}”的，没有改动。")
        expect_no_more(main, name, what)
        happen(main, name, act.day.isoformat(), f"{what}-refused", by=act.by, note=note)

    write_act(store, write_down)


def _proven_by_contact(store: Store, name: str) -> dict[str, Any]:
    """The record of a writer whom staff have reached by the contact that was given.

    Raises:
        StoreError: there is no contact to prove it by, or nobody has opened it.
    """
    held = record(store, name)
    if held["contact"] is None:
        raise StoreError(
            f"{name} 没有联系方式（没有留，或者已经删除），没有办法核对是不是本人，没有改动。"
            "请本人用回执编号和口令自己办。"
        )
    if not was_opened(store, name):
        raise StoreError(
            f"先要用留下的联系方式找到本人：请运行 yanlu review open {name}，联系上了再办"
            "（看的是备份的，在这里用 yanlu review read 记下）。"
        )
    return held
