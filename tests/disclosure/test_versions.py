"""All versions of a month side by side, read by someone who knows the rules."""

from __future__ import annotations

from itertools import product

import pytest

from yanlu.disclosure.versions import FEWEST, interval, leaks
from yanlu.model import Cell, Event, Issued, Month

MARCH = Month(2024, 3)
CELL = Cell("east", "roads", "phone", Event.RECEIVED)
BASE = 5
TRUTHS = range(9)


def _numbers(true: int, before: int | None) -> set[int]:
    """What the office may show, by the words of decision 0007."""
    stays = {0: range(BASE), BASE: range(BASE + 1)}
    if before is not None and true in stays.get(before, (before,)):
        return {before}
    return {true} if true in (0, *range(BASE, 99)) else {0, BASE}


def _histories(length: int) -> dict[tuple[int, ...], set[int]]:
    """For each series of shown numbers, the true counts that the last one can stand for."""
    known: dict[tuple[int, ...], set[int]] = {}
    for truths in product(TRUTHS, repeat=length):
        series: list[tuple[int, ...]] = [()]
        for true in truths:
            series = [
                (*shown, number)
                for shown in series
                for number in _numbers(true, shown[-1] if shown else None)
            ]
        for shown in series:
            known.setdefault(shown, set()).add(truths[-1])
    return known


@pytest.mark.parametrize("length", [1, 2, 3])
def test_the_intervals_are_those_of_a_reader_who_tries_out_every_truth(length: int) -> None:
    for shown, possible in _histories(length).items():
        before = shown[-2] if length > 1 else None
        low, high = interval(shown[-1], before, BASE)
        assert possible == set(range(low, high + 1)), shown


@pytest.mark.parametrize("length", [1, 2, 3])
def test_by_the_rules_no_series_of_versions_leaves_fewer_than_three_small_counts(
    length: int,
) -> None:
    for possible in _histories(length).values():
        assert min(possible) >= BASE or len(possible) >= FEWEST


def _issued(*versions: list[int], base: int = BASE) -> list[Issued]:
    """Versions of one cell; each is the list of the numbers that it ever had."""
    return [
        Issued(MARCH, number, base, [{CELL: n} if n else {} for n in contents])
        for number, contents in enumerate(versions, start=1)
    ]


SAFE = {
    "a first version": _issued([0]),
    "a base that stays": _issued([5], [5]),
    "late records that reach the base": _issued([0], [5]),
    "a large count that falls below the base": _issued([9], [5]),
    "a large count that changes": _issued([9], [8]),
    "up, down and up again": _issued([0], [9], [0], [7]),
    "a silent change between 0 and the base": _issued([5, 0]),
    "a silent change of a large count": _issued([9, 8]),
    "two contents that contradict each other": _issued([0, 9]),
}
LEAKS = {
    "a base that becomes 0": (_issued([5], [0]), [2]),
    "the same in a later version": (_issued([0], [6], [5], [0]), [4]),
    "a small number": (_issued([3]), [1]),
    "a silent change at base 3": (_issued([3, 0], base=3), [1]),
    "a silent change to 0 of a base that stayed": (_issued([5], [5, 0]), [2]),
    "one that replaced a base that became 0": (_issued([5], [0, 5]), [2]),
}


@pytest.mark.parametrize("name", SAFE)
def test_versions_that_tell_little_pass(name: str) -> None:
    assert list(leaks(SAFE[name])) == []


@pytest.mark.parametrize("name", LEAKS)
def test_versions_that_tell_too_much_are_found(name: str) -> None:
    issued, versions = LEAKS[name]
    assert [leak.version for leak in leaks(issued)] == versions


def test_months_are_not_mixed_up() -> None:
    april = Issued(MARCH.next, 1, BASE, [{}])
    assert list(leaks([*_issued([5]), april])) == []


def test_a_leak_names_the_cell_and_no_number_of_it() -> None:
    (leak,) = leaks(_issued([7], [5], [0]))
    said = str(leak)
    for words in ("2024-03/v3", "east", "roads", "phone", "received"):
        assert words in said
    assert not any(digit in said.partition("cube.csv")[2] for digit in "0123456789")
