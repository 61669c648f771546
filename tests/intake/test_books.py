"""The books of the store balance on true figures, and what is told of them is rounded."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.arrivals import arrival
from yanlu.errors import DisclosureError, PackageError, StoreError
from yanlu.intake.books import read_books, read_quarter
from yanlu.intake.quarter import publish_quarter, refuse_leaks
from yanlu.intake.store.database import Store, change, opened
from yanlu.intake.store.records import happen
from yanlu.intake.store.writer import commit
from yanlu.model import FATES, Fate, Month
from yanlu.packages.check import check_data
from yanlu.settings import Portal

LAST, TODAY = Month(2026, 6), date(2026, 7, 2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _came(store: Store, day: str, *steps: tuple[str, Fate]) -> str:
    """A suggestion of that day, and what became of it on which day."""
    one = arrival(day=day)
    commit(store, [one], 0)
    for on, fate in steps:
        happen(store.main, one.id, on, fate, by="王某")
        change(store.main, "UPDATE submission SET fate = ? WHERE id = ?", (fate, one.id))
    return one.id


def test_opening_and_received_are_fates_and_closing(store: Store) -> None:
    _came(store, "2026-04-30")
    _came(store, "2026-04-30", ("2026-05-03", Fate.REPLIED), ("2026-06-01", Fate.RESTUDIED))
    _came(store, "2026-05-01", ("2026-05-31", Fate.WITHDRAWN))
    _came(store, "2026-05-31", ("2026-06-01", Fate.REPLIED), ("2026-06-02", Fate.CLOSED))
    books = read_books(store, Month(2026, 5))
    assert (books.opening, books.received, books.closing) == (2, 2, 2)
    assert books.settled == {"replied": 1, "withdrawn": 1}
    assert read_books(store, Month(2026, 6)).settled == {"replied": 1}


_DAYS = st.integers(1, 120).map(lambda n: date.fromordinal(date(2026, 3, 1).toordinal() + n))


@given(st.lists(st.tuples(st.lists(_DAYS, min_size=8, max_size=8), st.randoms()), max_size=8))
@settings(max_examples=25, deadline=None)
def test_one_month_closes_as_the_next_opens(
    tmp_path_factory: pytest.TempPathFactory, walks: list[tuple[list[date], object]]
) -> None:
    with opened(tmp_path_factory.mktemp("walks")) as store:
        for days, chance in walks:
            first, *later = sorted(days)
            fate, steps = Fate.RECEIVED, []
            for day in later:
                ways = sorted(FATES[fate].goes_to)
                if ways:
                    fate = chance.choice(ways)  # type: ignore[attr-defined]
                    steps.append((day.isoformat(), fate))
            _came(store, first.isoformat(), *steps)
        books = [read_books(store, Month(2026, number)) for number in range(2, 9)]
    assert [one.closing for one in books[:-1]] == [one.opening for one in books[1:]]
    assert sum(one.received for one in books) == len(walks)


def test_a_fate_that_the_history_does_not_tell_is_refused_by_name(store: Store) -> None:
    _came(store, "2026-05-01")
    wrong = _came(store, "2026-05-01")
    change(store.main, "UPDATE submission SET fate = 'replied' WHERE id = ?", (wrong,))
    with pytest.raises(StoreError, match=f"差 1 条。进展与经过不一致的：{wrong}"):
        read_books(store, Month(2026, 5))


def _quarter(store: Store, graded: int) -> None:
    """Six answered without a page, two withdrawn, three with a page; some of them graded."""
    names = [_came(store, "2026-04-02", ("2026-05-02", Fate.REPLIED)) for _ in range(6)]
    names += [_came(store, "2026-04-02", ("2026-04-03", Fate.WITHDRAWN)) for _ in range(2)]
    for _ in range(3):
        name = _came(store, "2026-04-02", ("2026-06-30", Fate.REPLIED))
        change(store.main, "UPDATE submission SET head = '{}' WHERE id = ?", (name,))
    for number in range(graded):
        name = _came(store, "2026-01-02", ("2026-02-02", Fate.REPLIED))
        values = (name, "fair" if number else "satisfied", "2026-06-30")
        change(store.main, "INSERT INTO rating VALUES (?, ?, ?)", values)


def _counts(folder: Path, name: str) -> dict[str, int]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {code: int(count) for code, count in list(csv.reader(file))[1:]}


def test_what_is_told_of_a_quarter_is_rounded_and_passes_the_check(
    store: Store, portal: Portal
) -> None:
    _quarter(store, 20)
    true = read_quarter(store, Month(2026, 4))
    assert (true.unpublished, true.published) == ({"replied": 6, "withdrawn": 2}, {"replied": 3})
    folder = publish_quarter(portal, store, LAST, TODAY)
    told = _counts(folder, "unpublished")
    assert told["replied"] == 6
    assert {told["merged"], told["withdrawn"]} <= {0, 5}
    ratings = _counts(folder, "ratings")
    assert ratings["fair"] == 19
    assert ratings["satisfied"] in (0, 5)
    assert len(ratings) == 5
    assert check_data(portal.data) == []
    with pytest.raises(PackageError, match="已经写过"):
        publish_quarter(portal, store, LAST, TODAY)


def test_grades_of_fewer_than_twenty_are_not_told(store: Store, portal: Portal) -> None:
    _quarter(store, 19)
    folder = publish_quarter(portal, store, LAST, TODAY)
    assert not (folder / "ratings.csv").exists()
    assert "fair" not in (folder / "datapackage.json").read_text("utf-8")


@pytest.mark.parametrize(("month", "today"), [(5, TODAY), (6, date(2026, 6, 30))])
def test_only_a_quarter_that_is_over_is_told(
    store: Store, portal: Portal, month: int, today: date
) -> None:
    with pytest.raises(StoreError, match="不是已经结束的季度的最后一个月"):
        publish_quarter(portal, store, Month(2026, month), today)
    assert not (portal.data / "quarters").exists()


def test_books_that_do_not_balance_are_not_told(store: Store, portal: Portal) -> None:
    wrong = _came(store, "2026-04-01")
    change(store.main, "UPDATE submission SET fate = 'replied' WHERE id = ?", (wrong,))
    with pytest.raises(StoreError, match="账对不上"):
        publish_quarter(portal, store, LAST, TODAY)
    assert not (portal.data / "quarters").exists()


def test_a_table_that_a_reader_can_undo_is_refused() -> None:
    with pytest.raises(DisclosureError, match="推得出小的数"):
        refuse_leaks({"unpublished": {"replied": 6, "merged": 3}}, {"replied": 2, "merged": 0}, 5)


def test_a_quarter_that_was_altered_is_told(store: Store, portal: Portal) -> None:
    _quarter(store, 0)
    path = publish_quarter(portal, store, LAST, TODAY) / "unpublished.csv"
    path.write_text(path.read_text("utf-8").replace("replied,6", "replied,3"), "utf-8")
    assert [fault for fault in check_data(portal.data) if "unpublished.csv" in fault.file]
