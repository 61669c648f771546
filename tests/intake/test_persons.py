"""Nothing goes out on one person's word; who may be the second one, and who stands in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from intake.loop import ACT, DAY, OFFICE_KEY, OTHER, TEXT, LocalLoop, local_loop, send
from yanlu.errors import StoreError
from yanlu.intake import review
from yanlu.intake.persons import (
    Decision,
    Signer,
    drop_signer,
    expected,
    name_signer,
    signers,
)
from yanlu.intake.queues import openings
from yanlu.intake.redact import confirm
from yanlu.intake.review import Act
from yanlu.intake.seal import AGE
from yanlu.intake.seconding import refuse, second
from yanlu.intake.store.records import history
from yanlu.model import Month


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as made:
        yield made


def _confirmed_by_one(loop: LocalLoop) -> str:
    name, _ = send(loop.store)
    review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "审看")
    said = [confirm(part, by="王某", keep=frozenset()) for part in ("路口装红绿灯", TEXT)]
    review.approve(loop.store, name, review.Confirmed(said[0], said[1], "body-transport"), ACT)
    return name


def test_what_one_person_confirmed_is_in_no_batch_until_another_did(loop: LocalLoop) -> None:
    name = _confirmed_by_one(loop)
    loop.work()
    assert loop.branches() == []
    second(loop.store, name, Decision.RELEASE, OTHER)
    loop.work()
    assert len(loop.branches()) == 1
    assert [h["by"] for h in history(loop.store.main, name) if h["what"] == "seconded"] == ["李某"]
    assert "李某".encode() not in loop.objects()


@pytest.mark.parametrize("typed", ["王某", " 王 某", "王某（代张某）"])
def test_the_first_person_is_no_second_however_the_name_is_typed(
    loop: LocalLoop, typed: str
) -> None:
    name = _confirmed_by_one(loop)
    with pytest.raises(StoreError, match="要由另一个人确认"):
        second(loop.store, name, Decision.RELEASE, Act(typed, DAY))
    assert [one["submission"] for one in expected(loop.store)] == [name]


def test_what_is_confirmed_anew_needs_its_second_person_anew(loop: LocalLoop) -> None:
    name = _confirmed_by_one(loop)
    refuse(loop.store, name, Decision.RELEASE, "题目不准", OTHER)
    assert (loop.of(name)["delivery"], expected(loop.store)) == ("waiting", [])
    said = [confirm(part, by="李某", keep=frozenset()) for part in ("路口装红绿灯", TEXT)]
    review.approve(loop.store, name, review.Confirmed(said[0], said[1], "body-transport"), OTHER)
    with pytest.raises(StoreError, match="要由另一个人确认"):
        second(loop.store, name, Decision.RELEASE, OTHER)
    second(loop.store, name, Decision.RELEASE, ACT)


def test_what_is_not_published_needs_no_second_person(loop: LocalLoop) -> None:
    loop.approved(consent_words="")
    assert expected(loop.store) == []


def test_only_a_signer_or_who_stands_in_for_one_may_be_the_second(loop: LocalLoop) -> None:
    name = _confirmed_by_one(loop)
    name_signer(loop.store, Signer("张某"), "王某", DAY)
    with pytest.raises(StoreError, match=r"李某不是审核人，今天也不代别的审核人.*张某"):
        second(loop.store, name, Decision.RELEASE, OTHER)
    name_signer(loop.store, Signer("张某", "李某", DAY), "王某", DAY)
    with pytest.raises(StoreError, match="不是审核人"):
        second(loop.store, name, Decision.RELEASE, Act("李某", DAY + timedelta(days=1)))
    second(loop.store, name, Decision.RELEASE, OTHER)
    assert history(loop.store.main, name)[-1]["by"] == "李某（代张某）"


def test_nobody_stands_in_for_the_first_person(loop: LocalLoop) -> None:
    name = _confirmed_by_one(loop)
    name_signer(loop.store, Signer("王某", "李某", DAY), "王某", DAY)
    with pytest.raises(StoreError, match="不是审核人"):
        second(loop.store, name, Decision.RELEASE, OTHER)


@pytest.mark.parametrize(
    ("signer", "said"),
    [
        (Signer(" "), "没有写审核人的姓名"),
        (Signer("张某", "李某"), "要一起写"),
        (Signer("张某", "张 某", DAY), "不能代自己"),
        (Signer("张某", "李某", date(2026, 1, 1)), "已经过去"),
    ],
)
def test_a_list_of_signers_that_would_not_do_is_refused(
    loop: LocalLoop, signer: Signer, said: str
) -> None:
    with pytest.raises(StoreError, match=said):
        name_signer(loop.store, signer, "王某", DAY)
    with pytest.raises(StoreError, match="审核人里没有张某"):
        drop_signer(loop.store, "张某")
    assert signers(loop.store.main) == []


def test_who_read_what_and_why_is_listed(loop: LocalLoop) -> None:
    name, _ = send(loop.store)
    review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "审看")
    (one,) = openings(loop.store, Month(2026, 11))
    assert (one["day"], one["submission"], one["by"], one["note"]) == (
        "2026-11-25", name, "王某", "审看",
    )  # fmt: skip
    assert openings(loop.store, Month(2026, 10)) == []
