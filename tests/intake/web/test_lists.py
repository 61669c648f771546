"""What the form offers follows the day and the files, in a service that goes on running."""

from __future__ import annotations

import io
import os
import shutil
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from conftest import ROOT
from doubles.citizen import WRITTEN, confirmed
from doubles.door import make_office
from intake.web.asgi import Inside, inside_of
from yanlu.intake.web import lists
from yanlu.intake.web.lists import Current, Options
from yanlu.intake.web.log import Log
from yanlu.intake.web.service import today
from yanlu.settings import Portal, open_portal
from yanlu.website.inserts import form_choices

CALL = "lifts-2027"
OPEN, OVER = date(2026, 12, 18), date(2026, 12, 19)


@pytest.fixture(autouse=True)
def _looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAUSE", 0)


def _rested(path: Path, age: float = 60) -> None:
    """As if it had been written a while ago, and so had its folder."""
    moment = time.time() - age
    for one in (path, path.parent):
        os.utime(one, (moment, moment))


def _call(folder: Path, closes: date) -> Path:
    path = folder / "data" / "calls" / f"{CALL}.md"
    path.parent.mkdir(exist_ok=True)
    text = (ROOT / "data" / "calls" / path.name).read_text("utf-8")
    text = text.replace("opens: '2026-11-09'", "opens: '2026-01-01'")
    path.write_text(text.replace("closes: '2026-12-18'", f"closes: '{closes}'"), "utf-8")
    _rested(path)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return make_office(tmp_path / "own")


@pytest.fixture
def open_door(own: Path, tmp_path: Path) -> Iterator[Inside]:
    with inside_of(own, tmp_path / "store") as inside:
        yield inside


def test_a_call_that_was_added_is_offered_without_a_new_start_and_named_by_its_title(
    own: Path, open_door: Inside
) -> None:
    answering = {**WRITTEN, "call": CALL, "word": "老槐树 下"}
    pairs = list(answering.items())
    assert open_door.send("/suggest/check", pairs).status == 422
    path = _call(own, today() + timedelta(days=9))
    assert open_door.send("/suggest/check", pairs).status == 200
    code = open_door.send("/suggest/send", confirmed(open_door.store, answering)).code
    path.unlink()
    _rested(path.parent)
    assert open_door.send("/suggest/check", pairs).status == 422
    _call(own, today() - timedelta(days=1))
    assert open_door.send("/suggest/check", pairs).status == 422  # it has closed meanwhile
    asked = {"code": str(code), "word": answering["word"], "act": "read"}
    shown = open_door.send("/check/rights", list(asked.items())).text
    assert "<dt>回应的征集</dt><dd>老旧住宅加装电梯" in shown
    assert CALL not in shown


def test_a_call_is_offered_until_its_last_day_and_what_stays_is_read_once(own: Path) -> None:
    _call(own, OPEN)
    read: list[date] = []
    _rested(own / "data" / "codes" / "topics.csv")

    def offer(portal: Portal, day: date) -> Options:
        read.append(day)
        return form_choices(portal, day)

    current = Current(open_portal(own), offer, Log(io.StringIO()))
    assert [current(day).choices.calls for day in (OPEN, OPEN, OVER, OPEN)] == [
        {CALL}, {CALL}, frozenset(), {CALL},
    ]  # fmt: skip
    assert read == [OPEN, OVER, OPEN]


def test_a_new_topic_is_offered_and_a_broken_list_keeps_what_was_known(own: Path) -> None:
    log = io.StringIO()
    current = Current(open_portal(own), form_choices, Log(log))
    topics = own / "data" / "codes" / "topics.csv"
    known, text = current(OPEN).choices.topics, topics.read_text("utf-8")
    first = text.splitlines()[1].split(",")
    topics.write_text(text + ",".join(["brand-new", *first[1:]]) + "\n", "utf-8")
    assert current(OPEN).choices.topics == known  # it may still be being written
    _rested(topics)
    assert current(OPEN).choices.topics == known | {"brand-new"}
    assert current(OPEN).titles["topics"]("brand-new")
    topics.write_bytes(b"\xff\xfe")
    _rested(topics, 30)
    assert current(OPEN).choices.topics == current(OPEN).choices.topics == known | {"brand-new"}
    assert log.getvalue().count('"event": "lists"') == 1
    shutil.copy(ROOT / "data" / "codes" / "topics.csv", topics)
    _rested(topics, 20)
    assert current(OPEN).choices.topics == known


def test_who_answered_a_call_is_led_to_its_result_once_it_can_be_read(
    own: Path, open_door: Inside
) -> None:
    path = _call(own, today() + timedelta(days=9))
    answering = {**WRITTEN, "call": CALL}
    code = str(open_door.send("/suggest/send", confirmed(open_door.store, answering)).code)

    def told() -> bool:
        return "您回应的征集已经公布结果" in open_door.send("/check/status", [("code", code)]).text

    assert not told()
    _call(own, today() - timedelta(days=2))
    group = "{what: 其他, adopted: 'no', why: 不成一类。}"
    result = f"result:\n  published: '{today()}'\n  groups: [{group}]\n---\n\n"
    path.write_text(path.read_text("utf-8").replace("---\n\n", result, 1), "utf-8")
    _rested(path, 30)
    assert not told()  # the site does not show it yet
    built = own / "public" / "calls" / CALL / "index.html"
    built.parent.mkdir(parents=True)
    built.write_text("", "utf-8")
    assert told()
    shown = open_door.send("/check/status", [("code", code)]).text
    assert f'<a href="/calls/{CALL}/">老旧住宅加装电梯' in shown
