"""A reader reports what is wrong on the site; the answer comes when it is durable."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.door import Running, Serving
from intake.web.asgi import Inside
from yanlu.intake.reports import open_reports
from yanlu.intake.store.database import UnsureError, opened, rows
from yanlu.intake.web import reporting
from yanlu.intake.web.reporting import TRAPPED

SAID = "第三段有一个叫赵小满的人和电话13900001234"


def _submissions(folder: Path) -> int:
    with opened(folder) as store:
        return len(rows(store.main, "SELECT 1 FROM submission"))


def _reports(folder: Path) -> list[dict[str, object]]:
    with opened(folder) as store:
        return open_reports(store.main)


def test_a_report_is_kept_once_however_often_it_is_sent_and_raises_the_alarm(
    serving: Serving,
) -> None:
    with serving() as door:
        before = door.metric('yanlu_alarm{of="reported"}')
        fields = {"about": "personal", "page": "/suggest/answer/", "said": SAID}
        first, second = (door.send("/suggest/report", fields) for _ in range(2))
        assert first.status == second.status == 200
        assert "先撤下再查" in first.text
        assert (before, door.metric('yanlu_alarm{of="reported"}')) == (0.0, 1.0)
        assert not any("赵小满" in str(event) for event in door.events())
        [held] = _reports(door.store)
    assert (held["about"], held["page"]) == ("personal", "suggest/answer/")


def test_a_report_that_may_be_kept_or_not_is_never_called_lost(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise UnsureError("cut")

    monkeypatch.setattr(reporting, "file_report", cut)
    fields = [("about", "mistake"), ("said", "合计不对")]
    answer = inside.send("/suggest/report", fields)
    assert answer.status == 503
    assert "可能办成了，也可能没有" in answer.text
    assert dict(answer.fields("/suggest/report")) == dict(fields)


def test_a_report_is_no_submission_and_nobody_needs_to_say_who_they_are(door: Running) -> None:
    before = _submissions(door.store)
    assert door.send("/suggest/report", {"about": "mistake", "said": "合计不对"}).status == 200
    assert _submissions(door.store) == before


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"about": "personal"}, "请至少写一样"),
        ({"about": "praise", "said": "好"}, "请选一项"),
        ({"about": "mistake", "page": "/../../etc/passwd"}, "没有找到这一页"),
        ({"about": "mistake", "page": "/suggest/nowhere/"}, "没有找到这一页"),
        ({"about": "mistake", "page": "/" + "a/" * 149}, "没有找到这一页"),
        ({"about": "mistake", "said": "x", "homepage": "http://"}, TRAPPED),
    ],
)
def test_what_is_not_taken_comes_back_with_all_that_was_typed(
    door: Running, fields: dict[str, str], said: str
) -> None:
    before = len(_reports(door.store))
    answer = door.send("/suggest/report", fields)
    assert answer.status == 422
    assert said in answer.text
    assert fields.get("said", "") in answer.text
    assert len(_reports(door.store)) == before


def test_from_another_site_nothing_is_taken(door: Running) -> None:
    fields = {"about": "mistake", "said": "来自别处"}
    headers = {"Origin": "https://elsewhere.example"}
    assert door.send("/suggest/report", fields, **headers).status == 403
