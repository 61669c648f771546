"""Suspected spam: purged by hand, and never what anybody has decided about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from intake.arrivals import arrival
from yanlu.intake import review
from yanlu.intake.purging import purge_suspected, purged_in
from yanlu.intake.redact import confirm
from yanlu.intake.store.database import Store, change, opened, rows
from yanlu.intake.store.records import Arrival, by_id, history
from yanlu.intake.store.writer import commit
from yanlu.model import Fate

DAY = date(2026, 11, 25)
ACT = review.Act("王某", DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _put(store: Store, **wanted: object) -> Arrival:
    one = arrival(**{"lane": "suspected", **wanted})
    commit(store, [one], 0)
    return one


def _said(text: str) -> review.Redacted:
    return confirm(text, by="王某", keep=frozenset())


def _approve(store: Store, name: str) -> None:
    confirmed = review.Confirmed(_said("修路灯"), _said("请修好路灯。"), "body-transport")
    review.approve(store, name, confirmed, ACT)


def _reply(store: Store, name: str) -> None:
    change(store.main, "UPDATE submission SET fate = 'registered' WHERE id = ?", (name,))
    review.reply(store, name, "adopted", _said("明年修好。"), ACT)


DECISIONS: dict[str, Callable[[Store, str], None]] = {
    "approve": _approve,
    "return": lambda store, name: review.send_back(store, name, "不公布", ACT),
    "move": lambda store, name: review.move(store, name, Fate.SCREENED, ACT),
    "reply": _reply,
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_clears_the_suspicion_and_no_purge_finds_it_any_more(
    store: Store, decision: str
) -> None:
    one = _put(store)
    DECISIONS[decision](store, one.id)
    purged = purge_suspected(store, [one.id], DAY)
    assert (list(purged.gone), list(purged.refused)) == ([], [one.id])
    held = by_id(store.main, one.id)
    assert held is not None
    assert held["lane"] == "ordinary"
    assert len(history(store.main, one.id)) >= 2
    assert rows(store.keys, "SELECT 1 FROM key")


@pytest.mark.parametrize(
    "was",
    [("delivery", "merged"), ("delivery", "kept"), ("fate", "redirected"), ("confirmed", "{}")],
)
def test_what_an_earlier_program_left_suspected_after_a_decision_is_not_purged(
    store: Store, was: tuple[str, str]
) -> None:
    one = _put(store)
    column, value = was
    change(store.main, f"UPDATE submission SET {column} = ?", (value,))  # noqa: S608 - ours
    assert "已经有人处理过" in purge_suspected(store, [one.id], DAY).refused[one.id]
    assert by_id(store.main, one.id) is not None


def test_what_is_purged_leaves_a_month_and_a_hash_and_says_what_it_left_out(store: Store) -> None:
    spam, claim, honest = _put(store), _put(store, kind="claim"), _put(store, lane="ordinary")
    purged = purge_suspected(store, [spam.id, claim.id, honest.id, "7k3m9x2p"], DAY)
    assert purged.gone == [spam.id, claim.id]
    assert list(purged.refused) == [honest.id, "7k3m9x2p"]
    assert [r["id"] for r in rows(store.main, "SELECT id FROM submission")] == [honest.id]
    assert {r["submission"] for r in rows(store.keys, "SELECT submission FROM key")} == {honest.id}
    assert purged_in(store, spam.code_hash) == "2026-11"
    assert purged_in(store, honest.code_hash) is None
    left = rows(store.main, "SELECT * FROM gone WHERE code_hash = ?", (spam.code_hash,))
    assert left == [{"code_hash": spam.code_hash, "month": "2026-11"}]
