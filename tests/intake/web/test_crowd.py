"""More at once than can be held: the rest is told so, keeps its text, and is taken in later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from doubles import stores
from doubles.citizen import WRITTEN, confirmed
from doubles.postgres import Server
from intake.web.asgi import Inside, inside_of
from yanlu.intake.store import port
from yanlu.intake.store.database import rows
from yanlu.intake.web import crowd
from yanlu.intake.web.crowd import Seats


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "SECOND_LOOK", 0.02)


@pytest.fixture(scope="module")
def inside_server(
    office: Path, postgres: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Inside]:
    """The application in this process, with its store in PostgreSQL."""
    with psycopg.connect(postgres.url(), autocommit=True) as link:
        link.execute(f"CREATE DATABASE crowd TEMPLATE {stores.TEMPLATE}")
    place = port.Server(postgres.url("crowd"), tmp_path_factory.mktemp("crowd"))
    with inside_of(office, place) as inside:
        yield inside


@pytest.fixture
def held(database: str, request: pytest.FixtureRequest) -> Inside:
    """One of the two."""
    found: Inside = request.getfixturevalue("inside" if database == "files" else "inside_server")
    return found


def _count(inside: Inside) -> int:
    return len(rows(inside.service.reader.store.main, "SELECT 1 FROM submission"))


def test_a_letter_beyond_the_places_is_not_stored_and_goes_again_from_the_page_that_says_so(
    held: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _count(held)
    with monkeypatch.context() as full:
        full.setattr(held.service.letters, "taken", held.service.letters.most)
        refused = held.send("/suggest/send", confirmed(held.store, WRITTEN))
    assert (refused.status, refused.headers["retry-after"]) == (503, "30")
    assert "再试一次" in refused.text
    assert "电话" in refused.text
    assert _count(held) == before
    kept = refused.fields("/suggest/send")
    assert dict(kept)["matter"] == WRITTEN["matter"]
    receipt = held.send("/suggest/send", kept)
    assert receipt.code
    assert held.send("/suggest/send", kept).code == receipt.code
    assert _count(held) == before + 1
    assert held.service.letters.taken == 0


def test_of_a_crowd_whoever_has_a_receipt_is_stored_and_all_others_are_told_and_let_in_later(
    held: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _count(held)
    letters = [confirmed(held.store, {**WRITTEN, "matter": f"第{n}盏灯。"}) for n in range(12)]
    with monkeypatch.context() as narrow:
        narrow.setattr(crowd, "SECOND_LOOK", 0)
        narrow.setattr(held.service.letters, "most", 4)
        answers = held.crowd("/suggest/send", letters)
    receipts = [answer.code for answer in answers if answer.status == 200]
    assert [answer.status for answer in answers] == [200] * 4 + [503] * 8
    assert len(set(receipts)) == _count(held) - before == 4
    for answer, letter in zip(answers[4:], letters[4:], strict=True):
        assert "同时来的人太多" in answer.text
        assert dict(answer.fields("/suggest/send")) == dict(letter)
    again = [answer.code for answer in held.crowd("/suggest/send", letters)]
    assert again[:4] == receipts
    assert None not in again
    assert len(set(again)) == _count(held) - before == 12


def test_a_page_to_confirm_beyond_the_places_keeps_the_text_as_well(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside.service.confirming, "taken", inside.service.confirming.most)
    refused = inside.send("/suggest/check", [*WRITTEN.items()])
    assert refused.status == 503
    assert dict(refused.fields("/suggest/check"))["proposal"] == WRITTEN["proposal"]


@pytest.mark.parametrize("left", [True, False])
def test_whoever_finds_a_place_at_the_second_look_is_let_in(left: bool) -> None:
    seats = Seats(1, taken=1)

    async def comes() -> tuple[bool, int]:
        async with seats.one() as seated:
            return seated, seats.taken

    async def act() -> tuple[bool, int]:
        coming = asyncio.create_task(comes())
        await asyncio.sleep(0)
        seats.taken -= left
        return await coming

    assert asyncio.run(act()) == (left, 1)
    assert seats.taken == (0 if left else 1)
