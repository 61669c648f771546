"""What needs a person is told by counts and days, and every alarm can be off and on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from conftest import ROOT
from intake.arrivals import arrival
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.rules import REPLY, read_rules
from yanlu.intake.delivery import Delivery
from yanlu.intake.lease import take
from yanlu.intake.owed import NOTIFY, Periods
from yanlu.intake.store.database import Store, change, opened
from yanlu.intake.store.events import forget_sealed
from yanlu.intake.store.records import First, happen
from yanlu.intake.store.tries import Since
from yanlu.intake.store.writer import commit
from yanlu.intake.web.alarms import Standing, alarms, standing

DAY = date(2026, 11, 25)
NOW = 1_795_600_000
NEVER = float("inf")
FLOOR = 64 << 20
DATA = ROOT / "data"
PERIODS = Periods(read_rules(DATA, "shili"), read_calendar(DATA))
UNPUBLISHED = {Delivery.MISSING: 0, Delivery.VANISHED: 0}
ON_TIME = {"oldest": 0, "suspected": 0, "unanswered": 0}
BACKED_UP = Since(good=300, failed=900)
QUIET = Standing(UNPUBLISHED, 0, ON_TIME, 0, 0, 20, NEVER, NEVER, 0, BACKED_UP, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as store:
        yield store


def _standing(store: Store, now: int = NOW) -> Standing:
    return standing(store.main, PERIODS, now, DAY, NEVER, NEVER, BACKED_UP)


def _put(store: Store, state: str, day: str, **wanted: object) -> str:
    fate = wanted.pop("fate", "received")
    one = arrival(day=day, **wanted)
    commit(store, [one], 0)
    query = "UPDATE submission SET delivery = ?, fate = ? WHERE id = ?"
    change(store.main, query, (state, fate, one.id))
    return one.id


def _frozen(store: Store, name: str, tries: int, next_try: int, delivery: str = "frozen") -> None:
    columns = "(id, frozen, delivery, tries, next_try) VALUES (?, '{}', ?, ?, ?)"
    change(store.main, f"INSERT INTO batch {columns}", (name, delivery, tries, next_try))


def test_of_an_empty_store_nothing_waits(store: Store) -> None:
    told = _standing(store)
    assert (told.oldest, told.tries, told.pause) == (0, 0, 0)
    assert set(told.unpublished) == set(Delivery) - {Delivery.MERGED, Delivery.KEPT}
    assert set(told.unpublished.values()) == {0}
    assert told.since_round == NOW


def test_the_oldest_is_the_oldest_that_is_not_public_and_still_may_be(store: Store) -> None:
    _put(store, "waiting", "2026-11-20")
    _put(store, "in-review", "2026-11-23")
    _put(store, "merged", "2026-11-01")
    _put(store, "kept", "2026-11-02")
    _put(store, "waiting", "2026-11-03", lane="suspected")
    told = _standing(store)
    assert told.oldest == 5
    counted = {state: n for state, n in told.unpublished.items() if n}
    assert counted == {Delivery.WAITING: 1, Delivery.IN_REVIEW: 1}


def test_a_claim_that_was_not_sent_on_has_its_own_fifteen_days(store: Store) -> None:
    _put(store, "kept", "2026-11-01", kind="claim", fate="redirected")
    _put(store, "kept", "2026-11-09", kind="accusation", fate="screened")
    _put(store, "kept", "2026-11-12", kind="claim")
    told = _standing(store)
    assert told.oldest == 16
    assert alarms(told, True, 4 * FLOOR, FLOOR)["oldest"]


def _late(store: Store, of: str, periods: Periods = PERIODS) -> int:
    told = standing(store.main, periods, NOW, DAY, NEVER, NEVER, BACKED_UP)
    assert alarms(told, True, 4 * FLOOR, FLOOR)[of] == (told.late[of] > 0)
    return told.late[of]


@pytest.mark.parametrize("kind", ["suggestion", "claim", "accusation"])
def test_whatever_was_taken_for_spam_and_never_seen_is_told_of(store: Store, kind: str) -> None:
    state = "waiting" if kind == "suggestion" else "kept"
    name = _put(store, state, "2026-11-10", lane="suspected", kind=kind)
    assert _late(store, "suspected") == 0  # the fifteenth day
    change(store.main, "UPDATE submission SET day = '2026-11-09' WHERE id = ?", (name,))
    assert _late(store, "suspected") == 1
    assert _late(store, "oldest") == 0
    change(store.main, "UPDATE submission SET lane = 'ordinary' WHERE id = ?", (name,))
    assert (_late(store, "suspected"), _late(store, "oldest")) == (0, 1)


def _registered(store: Store, day: str, **wanted: object) -> str:
    name = _put(store, "kept", day, fate="registered", **wanted)
    happen(store.main, name, day, "registered", by="王某")
    return name


def test_an_answer_that_the_office_owes_is_told_of_when_its_own_term_is_over(store: Store) -> None:
    """Sixty days by its promise (deadlines.csv), whether the suggestion is published or not."""
    _registered(store, "2025-06-01")  # before there was a promise
    _registered(store, "2026-09-26", wish="unlisted")
    assert _late(store, "unanswered") == 0
    name = _registered(store, "2026-09-24")
    assert _late(store, "unanswered") == 2
    change(store.main, "UPDATE submission SET delivery = 'merged' WHERE id = ?", (name,))
    assert _late(store, "unanswered") == 2
    unpromised = {code: rule for code, rule in PERIODS.rules.items() if code != REPLY}
    assert _late(store, "unanswered", replace(PERIODS, rules=unpromised)) == 0
    happen(store.main, name, "2026-09-27", "restudied", by="git")
    assert _late(store, "unanswered") == 0  # its time began anew
    other = _registered(store, "2026-09-01")
    assert _late(store, "unanswered") > 0
    change(store.main, "UPDATE submission SET erased = '2026-11-01' WHERE id = ?", (other,))
    assert _late(store, "unanswered") == 0


def test_what_is_kept_and_was_never_registered_has_the_days_of_the_notice(store: Store) -> None:
    name = _put(store, "kept", "2026-11-09")
    assert _late(store, "unanswered") == 1
    unknown = replace(PERIODS, rules={NOTIFY: replace(PERIODS.rules[NOTIFY], valid_from=DAY)})
    assert _late(store, "unanswered", unknown) == 0
    change(store.main, "UPDATE submission SET fate = 'replied' WHERE id = ?", (name,))
    assert _late(store, "unanswered") == 0


def test_a_forge_that_refuses_shows_in_the_batch_that_it_refuses_most(store: Store) -> None:
    _frozen(store, "a", 2, NOW + 100)
    _frozen(store, "b", 7, NOW + 3600)
    _frozen(store, "done", 9, NOW + 9000, "merged")
    told = _standing(store)
    assert (told.tries, told.pause) == (7, 3600)
    assert _standing(store, NOW + 5000).pause == 0


def test_a_round_is_known_from_the_lease_whoever_holds_it(store: Store) -> None:
    take(store, "publisher", "another process", NOW - 42)
    take(store, "backup", "something else", NOW)
    assert _standing(store).since_round == 42


WRONG = {
    "writer": {"writer": False},
    "store": {"now": replace(QUIET, since_refusal=299.0)},
    "disk": {"free": 4 * FLOOR - 1},
    "worker": {"now": replace(QUIET, since_round=301)},
    "forge": {"now": replace(QUIET, tries=5)},
    "missing": {"now": replace(QUIET, unpublished=UNPUBLISHED | {Delivery.MISSING: 1})},
    "vanished": {"now": replace(QUIET, unpublished=UNPUBLISHED | {Delivery.VANISHED: 1})},
    "reported": {"now": replace(QUIET, reported=1)},
    "unsealed": {"now": replace(QUIET, unsealed=1)},
    "backup": {"now": replace(QUIET, backups=Since(good=900, failed=300))},
    **{name: {"now": replace(QUIET, late=ON_TIME | {name: 1})} for name in ON_TIME},
}


def test_each_alarm_tells_its_own_failure_and_is_silent_otherwise() -> None:
    fine = {"now": QUIET, "writer": True, "free": 4 * FLOOR, "floor": FLOOR}
    assert set(alarms(**fine)) == set(WRONG) - {"store"}
    assert not any(alarms(**fine).values())
    for name, facts in WRONG.items():
        raised = [of for of, on in alarms(**{**fine, **facts}).items() if on]
        assert raised == ["writer" if name == "store" else name]


@pytest.mark.parametrize(
    "trouble", [{"tries": 5}, {"pause": 3600}, {"since_fault": 20.0}], ids=["down", "token", "word"]
)
def test_a_forge_is_told_of_however_its_trouble_shows(trouble: dict[str, float]) -> None:
    """Down: tries add up. Token lost: it is asked hourly. Both before a batch: the log says so."""
    for part in (trouble, {"tries": 1, "pause": 1800 * 5 // 4}):
        raised = alarms(replace(QUIET, **part), True, 4 * FLOOR, FLOOR)["forge"]
        assert raised == (part is trouble)


def test_a_promise_is_told_of_when_its_day_is_over_and_nobody_has_found_its_line(
    store: Store,
) -> None:
    first = First("2026-11-21", "{}", b"l" * 48)
    commit(store, [arrival(first=first)], 0)
    commit(store, [arrival(first=replace(first, day="2026-11-22", line=b"m" * 48))], 0)
    assert _standing(store).unsealed == 1  # promised until the 24th; the other is until today
    forget_sealed(store.main, {b"l" * 16})
    assert _standing(store).unsealed == 0
