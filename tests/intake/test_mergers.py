"""Several suggestions that say the same: one is answered for all, and every writer can see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from intake.loop import ACT, DAY, SUMMARY, WORD, LocalLoop, approve, git, local_loop, send
from yanlu.errors import StoreError
from yanlu.intake import review, rights
from yanlu.intake.leads import adrift, followers
from yanlu.intake.mergers import merge
from yanlu.intake.redact import Redacted, confirm
from yanlu.intake.retention import Terms, clear
from yanlu.intake.seal import AGE
from yanlu.model import Fate, Month
from yanlu.register.path import path_faults


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as local:
        yield local


def _said(text: str) -> Redacted:
    return confirm(text, by="王某", keep=frozenset())


REASON = "说的是同一个路口"


def _merge(loop: LocalLoop, name: str, into: str) -> None:
    merge(loop.store, name, into, _said(REASON), ACT)


def _kept(loop: LocalLoop) -> tuple[str, bytes]:
    """A registered suggestion that stays in the store."""
    return loop.approved(consent_words="")


def test_the_receipt_of_a_merged_one_follows_the_one_that_is_answered(loop: LocalLoop) -> None:
    lead, _ = _kept(loop)
    name, secret = send(loop.store)
    _merge(loop, name, lead)
    stage = rights.stage(loop.store, secret)
    assert stage is not None
    assert stage.lead is not None
    assert (stage.shown, stage.lead.shown) == ("已并案", "已登记")
    review.reply(loop.store, lead, "adopted", _said("路口明年装红绿灯。"), ACT)
    stage = rights.stage(loop.store, secret)
    assert stage is not None
    assert stage.lead is not None
    assert stage.lead.shown == "已回复"
    held = rights.held(loop.store, AGE, secret, WORD)
    assert [reply.text for reply in held.replies] == ["路口明年装红绿灯。"]
    assert followers(loop.store.main, lead) == 1


def test_a_published_lead_is_where_the_receipt_points(loop: LocalLoop) -> None:
    lead, _ = loop.approved()
    name, secret = send(loop.store)
    _merge(loop, name, lead)
    loop.work()
    loop.merge()
    loop.work()
    stage = rights.stage(loop.store, secret)
    assert stage is not None
    assert stage.lead is not None
    assert (stage.published, stage.lead.published) == (None, lead)


def test_with_consent_a_merged_one_is_published_as_a_pointer(loop: LocalLoop) -> None:
    lead, _ = loop.approved()
    name, _ = send(loop.store)
    _merge(loop, name, lead)
    approve(loop.store, name)
    loop.work()
    loop.merge()
    loop.work()
    front = loop.published(name).front
    assert (front["fate"], front["merged_into"]) == ("merged", lead)
    assert front["history"][-1]["note"] == REASON
    assert front["bodies"]["lead"] == "body-transport"
    assert loop.of(name)["delivery"] == "merged"
    assert [*path_faults(front, Month.parse("2026-11"))] == []


def test_a_pointer_that_is_not_agreed_to_stays_in_the_store(loop: LocalLoop) -> None:
    lead, _ = loop.approved()
    name, _ = send(loop.store, consent_words="")
    _merge(loop, name, lead)
    approve(loop.store, name, SUMMARY)
    loop.work()
    assert (loop.of(name)["fate"], loop.of(name)["delivery"]) == ("merged", "kept")
    assert name not in git(loop.folder, "ls-tree", "-r", "--name-only", *loop.branches())


def test_nothing_published_points_to_what_is_not(loop: LocalLoop) -> None:
    lead, _ = _kept(loop)
    name, _ = send(loop.store)
    _merge(loop, name, lead)
    approve(loop.store, name)
    assert loop.work().alarms == ()
    assert (loop.of(name)["delivery"], loop.branches()) == ("kept", [])


def test_a_lead_that_goes_back_meanwhile_holds_its_pointer_up_and_says_so(loop: LocalLoop) -> None:
    lead, _ = loop.approved()
    name, _ = send(loop.store)
    _merge(loop, name, lead)
    approve(loop.store, name)
    review.send_back(loop.store, lead, "再看看", ACT)
    (alarm,) = loop.work().alarms
    assert f"{name} 不能成批：并入的那一条不公布" in alarm
    assert loop.branches() == []


def test_no_chain_and_no_circle(loop: LocalLoop) -> None:
    lead, _ = _kept(loop)
    one, two = (send(loop.store)[0] for _ in range(2))
    _merge(loop, one, lead)
    for name, into, said in (
        (two, one, "自己已经并入别的一条"),
        (lead, two, "已经有 1 条并入"),
        (one, lead, "不能再并案"),
        (two, two, "不能并入自己"),
        (lead, lead, "已经有 1 条并入"),
    ):
        with pytest.raises(StoreError, match=said):
            _merge(loop, name, into)
    assert loop.of(two)["fate"] == "received"


def test_only_what_is_new_is_merged_and_only_into_what_will_be_answered(loop: LocalLoop) -> None:
    lead, secret = _kept(loop)
    other, _ = _kept(loop)
    new, newer = (send(loop.store)[0] for _ in range(2))
    claim, _ = send(loop.store, kind="claim")
    with pytest.raises(StoreError, match="只有还没有登记的"):
        _merge(loop, other, lead)
    with pytest.raises(StoreError, match="还没有登记"):
        _merge(loop, new, newer)
    with pytest.raises(StoreError, match="申诉或者检举"):
        _merge(loop, claim, lead)
    with pytest.raises(StoreError, match="申诉或者检举"):
        _merge(loop, new, claim)
    review.move(loop.store, new, Fate.SCREENED, ACT)
    with pytest.raises(StoreError, match="yanlu review merge"):
        review.move(loop.store, new, Fate.MERGED, ACT)
    rights.withdraw(loop.store, secret, WORD, DAY)
    with pytest.raises(StoreError, match="不会再答复"):
        _merge(loop, new, lead)


def test_when_the_lead_is_taken_back_staff_are_told_and_may_choose_another(
    loop: LocalLoop,
) -> None:
    lead, secret = _kept(loop)
    name, own = send(loop.store)
    _merge(loop, name, lead)
    rights.withdraw(loop.store, secret, WORD, DAY)
    stage = rights.stage(loop.store, own)
    assert stage is not None
    assert (stage.shown, stage.lead) == ("已并案", None)
    assert [one["id"] for one in adrift(loop.store)] == [name]
    other, _ = _kept(loop)
    _merge(loop, name, other)
    assert adrift(loop.store) == []


def test_what_was_answered_before_the_lead_was_erased_stays_answered(loop: LocalLoop) -> None:
    lead, secret = _kept(loop)
    name, own = send(loop.store)
    _merge(loop, name, lead)
    review.reply(loop.store, lead, "adopted", _said("装。"), ACT)
    rights.erase(loop.store, secret, WORD, DAY)
    stage = rights.stage(loop.store, own)
    assert stage is not None
    assert stage.lead is not None
    assert (stage.lead.shown, adrift(loop.store)) == ("已回复", [])


def test_contact_and_text_of_a_merged_one_are_kept_until_the_other_is_answered(
    loop: LocalLoop,
) -> None:
    lead, _ = _kept(loop)
    name, _ = send(loop.store)
    _merge(loop, name, lead)
    later = DAY + timedelta(days=400)
    assert clear(loop.store, Terms(90, 180), later, 0).contacts == 0
    review.reply(loop.store, lead, "adopted", _said("装。"), review.Act("王某", later))
    assert clear(loop.store, Terms(90, 180), later + timedelta(days=89), 0).contacts == 0
    assert clear(loop.store, Terms(90, 180), later + timedelta(days=90), 0).contacts == 2
    assert loop.of(name)["contact"] is None
