"""More at once than can be held: the rest is told so, keeps its text, and is taken in later."""

from __future__ import annotations

import asyncio

import pytest

from doubles.citizen import WRITTEN, confirmed
from intake.web.asgi import Inside
from yanlu.intake.store.database import rows
from yanlu.intake.web import crowd
from yanlu.intake.web.crowd import Seats


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "SECOND_LOOK", 0.02)


def _count(inside: Inside) -> int:
    return len(rows(inside.service.reader.store.main, "SELECT 1 FROM submission"))


def test_a_letter_beyond_the_places_is_not_stored_and_goes_again_from_the_page_that_says_so(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _count(inside)
    with monkeypatch.context() as full:
        full.setattr(inside.service.letters, "taken", inside.service.letters.most)
        refused = inside.send("/suggest/send", confirmed(inside.store, WRITTEN))
    assert (refused.status, refused.headers["retry-after"]) == (503, "30")
    assert "再试一次" in refused.text
    assert "电话" in refused.text
    assert _count(inside) == before
    kept = refused.fields("/suggest/send")
    assert dict(kept)["matter"] == WRITTEN["matter"]
    receipt = inside.send("/suggest/send", kept)
    assert receipt.code
    assert inside.send("/suggest/send", kept).code == receipt.code
    assert _count(inside) == before + 1
    assert inside.service.letters.taken == 0


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
