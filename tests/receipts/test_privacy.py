"""What an outsider who has the whole log cannot tell: how many, of whom, in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from doubles.sealed import EVENTS, FIRST, SIGNER, chance, event
from yanlu.receipts.codes import event_label
from yanlu.receipts.commitments import event_line
from yanlu.receipts.lines import EventLine, read_line
from yanlu.receipts.log import Log
from yanlu.receipts.notes import read_note
from yanlu.receipts.sealing import Order, batches

KINDS = re.compile(rb"(batch|event|release|site|key)/1 [\x21-\x7e]+( [\x21-\x7e]+)*")
secrets = st.binary(min_size=16, max_size=16)
MESSAGE = {"v": "1", "event": "handling", "origin": "log.example/sealed", "date": "2026-11-29"}


def _grown(counts: Sequence[int], seed: int) -> Log:
    """Days on which so many letters came; what did not fit is handed on again each day."""
    log, came = Log(), 0
    for day, count in enumerate(counts):
        came += count
        waiting = [event(number) for number in range(came)]
        order = Order(FIRST + timedelta(days=day), EVENTS, [], waiting)
        days = [*log.days, *batches(log, order, [], chance(seed + day))]
        size = sum(len(one.entries) for one in days)
        log = Log(days, {size: SIGNER.sign(f"x\n{size}\n")})
    return log


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(*[st.lists(st.integers(0, 30), min_size=n, max_size=n)] * 2)
    ),
    st.integers(0, 1000),
)
def test_logs_with_different_true_counts_have_equal_length_and_equal_line_kinds(
    counts: tuple[list[int], list[int]], seed: int
) -> None:
    """Whatever waits over: the shape of every day is the same, to the byte."""
    one, other = (_grown(each, seed) for each in counts)
    shape = [[(line.split()[0], len(line)) for line in log.entries] for log in (one, other)]
    assert shape[0] == shape[1]
    for log in (one, other):
        assert all(list(day.entries[1:]) == sorted(day.entries[1:]) for day in log.days)


@given(st.lists(secrets, min_size=2, max_size=4, unique=True))
def test_no_stretch_of_bytes_comes_twice_in_the_lines_of_receipts(held: list[bytes]) -> None:
    """Not between events of one receipt, not between receipts, though the messages are equal."""
    lines = [event_line(secret, number, MESSAGE) for secret in held for number in range(16)]
    parts = [part for line in lines for part in (line.label, line.commitment)]
    windows = [part[at : at + 8] for part in parts for at in range(len(part) - 7)]
    assert len(set(windows)) == len(windows)
    shown = b"".join(parts)
    assert not [secret for secret in held if secret[:8] in shown]


@given(secrets, secrets)
def test_labels_that_another_secret_leads_to_are_others(mine: bytes, other: bytes) -> None:
    """Without the secret nobody can ask for the labels of a receipt, whose next one he has seen."""
    seen = {event_label(mine, number) for number in range(16)}
    guesses = {event_label(other, number) for number in range(16)}
    assert (mine == other) == bool(seen & guesses)
    assert len(seen) == 16


def test_the_log_of_the_reference_office_holds_the_five_kinds_of_lines_and_nothing_else() -> None:
    folder = ROOT / "data" / "log"
    found = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    assert found
    for place in found:
        content = (folder / place).read_bytes()
        if place.parts[0] == "checkpoints":
            assert read_note(content).text.count("\n") == 3, place
            continue
        assert place.parts[0] == "entries" or place == Path("pending.txt")
        for line in content.splitlines():
            assert KINDS.fullmatch(line), place
            read_line(line.decode("ascii"))


def test_a_real_line_and_one_of_chance_are_written_alike() -> None:
    real, blind = event_line(bytes(16), 0, MESSAGE), EventLine(chance(1)(16), chance(1)(32))
    assert re.sub("[0-9a-f]", "x", str(real)) == re.sub("[0-9a-f]", "x", str(blind))
