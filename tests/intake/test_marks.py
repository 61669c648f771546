"""Notes for the office alone: what is urgent stands first, what goes soon is archived before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import ROOT
from intake.loop import ACT, DAY, local_loop, send
from yanlu.cli.main import yanlu
from yanlu.errors import StoreError
from yanlu.intake import review
from yanlu.intake.marks import AHEAD, hand_over, mark_urgent, no_longer_urgent, unarchived
from yanlu.intake.rights import stage
from yanlu.intake.store.database import Store, opened, write
from yanlu.intake.store.erasure import erase_record
from yanlu.intake.store.records import by_id, history
from yanlu.model import Fate

WHY = "大桥护栏断裂，随时可能有人坠落"
TEXT_DAYS = 180


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _listed(store: Store, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(ROOT)
    asked = ["review", "list", "--store", str(store.folder)]
    return CliRunner().invoke(yanlu, asked, catch_exceptions=False).output


def test_what_is_urgent_stands_first_with_its_reason_until_it_is_answered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(store)
    name, _ = send(store, kind="claim")
    mark_urgent(store, name, WHY, ACT)
    first, second, *_ = _listed(store, monkeypatch).splitlines()
    assert "紧急" in first
    assert second.startswith(name)
    assert WHY in second
    with pytest.raises(StoreError, match="已经标为紧急"):
        mark_urgent(store, name, WHY, ACT)
    review.move(store, name, Fate.REDIRECTED, ACT)
    assert "紧急" not in _listed(store, monkeypatch)


def test_the_mark_can_be_taken_away_and_set_again(store: Store) -> None:
    name, _ = send(store)
    with pytest.raises(StoreError, match="没有标为紧急"):
        no_longer_urgent(store, name, "看错了", ACT)
    for _ in range(2):
        mark_urgent(store, name, WHY, ACT)
        no_longer_urgent(store, name, "护栏已经围好", ACT)
        assert review.urgent(store) == []


def test_neither_writer_nor_public_learns_of_a_mark(tmp_path: Path) -> None:
    with local_loop(tmp_path) as loop:
        name, secret = loop.approved()
        mark_urgent(loop.store, name, WHY, ACT)
        hand_over(loop.store, name, "档案馆2026年第3号", ACT)
        loop.work()
        loop.merge()
        objects = loop.objects()
        assert not any(mark.encode() in objects for mark in (WHY, "urgent", "档案馆"))
        told = stage(loop.store, secret)
        assert told is not None
        assert {shown for shown, _ in told.history} <= {"已收到", "已审看", "已登记"}


def _answered(store: Store) -> str:
    name, _ = send(store)
    review.move(store, name, Fate.SCREENED, ACT)
    review.move(store, name, Fate.REDIRECTED, ACT)
    return name


@pytest.mark.parametrize(("ahead", "told"), [(AHEAD + 1, False), (AHEAD, True), (0, True)])
def test_what_is_destroyed_soon_is_listed_until_a_copy_is_in_the_archive(
    store: Store, ahead: int, told: bool
) -> None:
    name = _answered(store)
    day = DAY + timedelta(days=TEXT_DAYS - ahead)
    assert [held["id"] for held in unarchived(store, TEXT_DAYS, day)] == [name] * told
    hand_over(store, name, "档案馆2026年第3号", ACT)
    assert unarchived(store, TEXT_DAYS, day) == []


def test_marks_go_with_what_they_are_about(store: Store) -> None:
    name, _ = send(store)
    mark_urgent(store, name, WHY, ACT)
    hand_over(store, name, "档案馆2026年第3号", ACT)
    write(store.main, lambda main: erase_record(main, name, DAY))
    assert review.urgent(store) == []
    assert not any(step["note"] for step in history(store.main, name))
    for again in (mark_urgent, hand_over):
        with pytest.raises(StoreError, match="删除"):
            again(store, name, WHY, ACT)


def test_suspected_spam_that_is_marked_is_suspected_no_more(store: Store) -> None:
    name, _ = send(store)
    write(store.main, lambda main: main.execute("UPDATE submission SET lane = 'suspected'"))
    mark_urgent(store, name, WHY, replace(ACT, day=date(2026, 11, 26)))
    held = by_id(store.main, name)
    assert held is not None
    assert held["lane"] == "ordinary"
