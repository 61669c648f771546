"""What a writer says to an answer: a grade, and once a request that it be studied again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from intake.loop import ACT, DAY, OFFICE_KEY, WORD, LocalLoop, desk, local_loop, send
from yanlu.errors import InputError, ReceiptError, StoreError
from yanlu.intake import review, rights
from yanlu.intake.mergers import merge
from yanlu.intake.opinions import appeals, ask_again, rate, rating
from yanlu.intake.redact import Redacted, confirm
from yanlu.intake.retention import Terms, clear
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import rows
from yanlu.model import Fate

REASON = "没有说桥西头那一段，我住在那里"
SEALER = rights.Sealer(AGE, desk().recipient)


@pytest.fixture
def loop(tmp_path: Path) -> Iterator[LocalLoop]:
    with local_loop(tmp_path) as local:
        yield local


def _said(text: str) -> Redacted:
    return confirm(text, by="王某", keep=frozenset())


def _until(day: date) -> date:
    return day + timedelta(days=30)


def _answered(loop: LocalLoop) -> tuple[str, bytes]:
    name, secret = loop.approved(consent_words="")
    review.reply(loop.store, name, "not-adopted", _said("路口明年改造，暂不装灯。"), ACT)
    return name, secret


def _rate(loop: LocalLoop, secret: bytes, grade: str, day: date = DAY, word: str = WORD) -> bool:
    return rate(loop.store, secret, word, grade, day, _until)


def _ask(loop: LocalLoop, secret: bytes, reason: str = REASON, word: str = WORD) -> None:
    ask_again(loop.store, SEALER, secret, word, reason, DAY)


def test_a_grade_may_be_changed_until_its_term_is_over(loop: LocalLoop) -> None:
    name, secret = _answered(loop)
    assert _rate(loop, secret, "satisfied")
    assert not _rate(loop, secret, "satisfied")
    assert _rate(loop, secret, "fair", DAY + timedelta(days=30))
    with pytest.raises(StoreError, match="过了可以修改的期限"):
        _rate(loop, secret, "satisfied", DAY + timedelta(days=31))
    kept = rating(loop.store.main, name)
    assert kept == {"submission": name, "grade": "fair", "day": DAY.isoformat()}


def test_another_answer_may_be_rated_anew(loop: LocalLoop) -> None:
    name, secret = _answered(loop)
    _rate(loop, secret, "dissatisfied")
    later = DAY + timedelta(days=60)
    review.move(loop.store, name, Fate.RESTUDIED, review.Act("王某", later))
    again = review.Act("王某", later + timedelta(days=1))
    review.reply(loop.store, name, "adopted", _said("装。"), again)
    assert _rate(loop, secret, "satisfied", again.day)
    kept = rating(loop.store.main, name)
    assert kept is not None
    assert (kept["grade"], kept["day"]) == ("satisfied", again.day.isoformat())


def test_without_an_answer_there_is_nothing_to_rate_or_to_object_to(loop: LocalLoop) -> None:
    _, secret = send(loop.store)
    with pytest.raises(StoreError, match="还没有回复"):
        _rate(loop, secret, "fair")
    with pytest.raises(StoreError, match="还没有回复"):
        _ask(loop, secret)
    assert rows(loop.store.main, "SELECT * FROM rating") == []
    assert rows(loop.store.main, "SELECT * FROM appeal") == []


def test_both_need_the_second_word(loop: LocalLoop) -> None:
    _, secret = _answered(loop)
    with pytest.raises(ReceiptError):
        _rate(loop, secret, "fair", word="别的话")
    with pytest.raises(ReceiptError):
        _ask(loop, secret, word="别的话")


def test_a_merged_writer_rates_the_answer_that_was_given_for_all(loop: LocalLoop) -> None:
    lead, _ = loop.approved(consent_words="")
    name, secret = send(loop.store)
    merge(loop.store, name, lead, _said("同一个路口"), ACT)
    with pytest.raises(StoreError, match="还没有回复"):
        _rate(loop, secret, "fair")
    review.reply(loop.store, lead, "adopted", _said("装。"), ACT)
    assert _rate(loop, secret, "fair")
    _ask(loop, secret)
    assert [one["id"] for one in appeals(loop.store)] == [name]


def test_again_is_asked_once_and_only_after_the_first_answer(loop: LocalLoop) -> None:
    name, secret = _answered(loop)
    for reason, said in (("", "请写理由"), ("长" * 1001, "1000字以内")):
        with pytest.raises(InputError, match=said):
            _ask(loop, secret, reason)
    _ask(loop, secret)
    with pytest.raises(StoreError, match="每一条只有一次"):
        _ask(loop, secret)
    assert [one["id"] for one in appeals(loop.store)] == [name]
    review.move(loop.store, name, Fate.RESTUDIED, ACT)
    assert appeals(loop.store) == []
    other, own = _answered(loop)
    review.move(loop.store, other, Fate.CLOSED, ACT)
    with pytest.raises(StoreError, match="办结"):
        _ask(loop, own)


def test_the_reason_is_for_the_office_and_its_writer_alone(loop: LocalLoop) -> None:
    name, secret = _answered(loop)
    _ask(loop, secret, f"  {REASON}\u202e ")
    assert REASON.encode() not in loop.files()
    raw = review.open_raw(loop.store, AGE, name, str(OFFICE_KEY), ACT, "再研究")
    assert raw.appeal == REASON
    assert rights.held(loop.store, AGE, secret, WORD).appeal == REASON


@pytest.mark.parametrize("way", ["erased", "outlived"])
def test_the_reason_goes_with_the_text_and_the_grade_with_its_writer(
    loop: LocalLoop, way: str
) -> None:
    name, secret = _answered(loop)
    _rate(loop, secret, "fair")
    _ask(loop, secret)
    if way == "erased":
        rights.erase(loop.store, secret, WORD, DAY)
    else:
        clear(loop.store, Terms(90, 180), DAY + timedelta(days=180), 0)
    assert rows(loop.store.main, "SELECT reason FROM appeal") == [{"reason": None}]
    assert (rating(loop.store.main, name) is None) == (way == "erased")
