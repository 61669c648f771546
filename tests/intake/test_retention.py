"""What is deleted by rule, and what nobody can bring back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from intake.arrivals import arrival
from yanlu.intake.retention import Terms, clear, sweep_keys
from yanlu.intake.store.database import Store, change, opened, rows
from yanlu.intake.store.records import add_keys, happen
from yanlu.intake.store.writer import commit
from yanlu.model import Fate

TERMS = Terms(contact_days=90, text_days=180)
REPLIED = date(2026, 3, 1)
KEYS = {"text": b"T" * 32, "contact": b"C" * 32}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _replied(store: Store) -> str:
    one = arrival(contact=b"MARK contact", text=b"MARK text", keys=KEYS)
    commit(store, [one], 0)
    happen(store.main, one.id, REPLIED.isoformat(), "replied", by="王某")
    return one.id


@pytest.mark.parametrize(
    ("days", "kept"),
    [(89, {"contact", "text"}), (90, {"text"}), (179, {"text"}), (180, set())],
)
def test_contact_goes_first_and_raw_text_later_each_on_its_day(
    store: Store, days: int, kept: set[str]
) -> None:
    name = _replied(store)
    clear(store, TERMS, REPLIED + timedelta(days=days), 0)
    held = rows(store.main, "SELECT contact, text FROM submission WHERE id = ?", (name,))[0]
    assert {column for column, value in held.items() if value} == kept
    assert {r["purpose"] for r in rows(store.keys, "SELECT purpose FROM key")} == kept


def test_the_term_begins_anew_with_a_later_answer(store: Store) -> None:
    name = _replied(store)
    happen(store.main, name, (REPLIED + timedelta(days=60)).isoformat(), "replied", by="王某")
    assert clear(store, TERMS, REPLIED + timedelta(days=100), 0).contacts == 0


ENDS = ("replied", "closed", "carried-out", "merged", "redirected", "withdrawn")


@pytest.mark.parametrize("fate", list(Fate))
def test_the_term_begins_with_an_answer_or_an_end_and_with_nothing_else(
    store: Store, fate: Fate
) -> None:
    one = arrival(contact=b"sealed", keys=KEYS)
    commit(store, [one], 0)
    happen(store.main, one.id, REPLIED.isoformat(), fate, by="王某")
    cleared = clear(store, TERMS, REPLIED + timedelta(days=180), 0)
    assert (cleared.contacts, cleared.texts) == ((1, 1) if fate in ENDS else (0, 0))


def test_what_was_not_answered_yet_is_kept(store: Store) -> None:
    commit(store, [arrival(contact=b"sealed")], 0)
    cleared = clear(store, TERMS, date(2036, 1, 1), 0)
    assert (cleared.contacts, cleared.texts) == (0, 0)


def test_destroyed_keys_are_in_no_file_any_more(store: Store) -> None:
    _replied(store)
    clear(store, TERMS, REPLIED + timedelta(days=400), 0)
    files = b"".join(path.read_bytes() for path in store.folder.iterdir())
    assert not [key for key in (*KEYS.values(), b"MARK") if key in files]


def test_used_proofs_are_forgotten_when_they_have_run_out(store: Store) -> None:
    commit(store, [arrival(proof=(b"p", 100)), arrival(proof=(b"q", 300))], 0)
    assert clear(store, TERMS, REPLIED, 200).proofs == 1


def test_that_something_was_purged_is_told_no_longer_than_raw_texts_are_kept(
    store: Store,
) -> None:
    change(store.main, "INSERT INTO gone VALUES (?, '2026-01')", (b"c",))
    for day, left in ((date(2026, 7, 30), 1), (date(2026, 7, 31), 0)):
        clear(store, TERMS, day, 0)
        assert len(rows(store.main, "SELECT 1 FROM gone")) == left


def test_keys_that_stay_without_a_record_are_swept_up(store: Store) -> None:
    whole, lost, on_its_way = arrival(), arrival(), arrival()
    commit(store, [whole], 0)
    add_keys(store.keys, [lost])
    before = sweep_keys(store, frozenset())
    assert before == {lost.id}
    add_keys(store.keys, [on_its_way])
    assert sweep_keys(store, before) == {on_its_way.id}
    held = {r["submission"] for r in rows(store.keys, "SELECT submission FROM key")}
    assert held == {whole.id, on_its_way.id}
