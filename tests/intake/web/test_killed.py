"""Killed at each moment of a letter: no receipt without a record, and one record whatever comes."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path

import pytest

import doubles
from doubles.citizen import WRITTEN, confirmed
from doubles.door import Running, Serving
from yanlu.intake.nonce import read_nonce
from yanlu.intake.store.database import opened, rows
from yanlu.receipts.codes import write_code

KILLED = str(Path(str(doubles.__file__)).with_name("killed_door.py"))


def _stored(folder: Path) -> list[str]:
    with opened(folder) as store:
        return [row["id"] for row in rows(store.main, "SELECT id FROM submission")]


def _cut_off(door: Running, fields: list[tuple[str, str]]) -> None:
    """Send a letter to whom it kills: no answer comes, and so no receipt."""
    with pytest.raises((OSError, HTTPException)):
        door.send("/suggest/send", fields)
    assert door.process.wait(10) == -9


def _receipt(door: Running, fields: list[tuple[str, str]]) -> str:
    """The one code to which these fields lead, whenever they are sent."""
    nonce = read_nonce((door.store / "intake.key").read_bytes(), dict(fields)["nonce"], fields)
    assert nonce is not None
    return write_code(nonce.secret((door.store / "intake.key").read_bytes()))


@pytest.mark.parametrize(
    ("moment", "kept"), [("masking", 0), ("before-commit", 0), ("after-commit", 1)]
)
def test_killed_at_a_moment_of_a_letter_the_same_letter_leads_to_one_receipt(
    serving: Serving, moment: str, kept: int
) -> None:
    with serving(program=(sys.executable, KILLED, moment)) as door:
        fields = confirmed(door.store, WRITTEN)
        _cut_off(door, fields)
    assert len(_stored(door.store)) == kept
    with serving() as door:
        codes = [door.send("/suggest/send", fields).code for _ in range(2)]
        assert codes == [_receipt(door, fields)] * 2
        assert "已收到" in door.send("/check/status", {"code": str(codes[0])}).text
    assert len(_stored(door.store)) == 1


def test_pressed_many_times_at_once_it_is_one_record_and_one_receipt(serving: Serving) -> None:
    with serving() as door:
        fields = confirmed(door.store, WRITTEN)
        with ThreadPoolExecutor(12) as many:
            answers = list(many.map(lambda _: door.send("/suggest/send", fields), range(12)))
        assert {answer.status for answer in answers} == {200}
        assert {answer.code for answer in answers} == {_receipt(door, fields)}
        assert door.metric("yanlu_accepted_total") == 1
    assert len(_stored(door.store)) == 1
