"""The explainer in a real browser: what its script counts is what Python counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browser.console import complaints
from conftest import ROOT
from yanlu.deadlines.calendars import read_calendar
from yanlu.deadlines.count import count
from yanlu.deadlines.rules import Rule, Unit, read_rules
from yanlu.deadlines.words import notes, with_weekday
from yanlu.errors import DeadlineError

RULES = read_rules(ROOT / "data", "shili")
CALENDAR = read_calendar(ROOT / "data")
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
ASK = """days => days.map(day => {
  const field = document.querySelector("#start");
  document.querySelector("[data-deadline] details").open = true;
  field.value = day;
  field.dispatchEvent(new Event("input"));
  const place = document.querySelector("[data-deadline]");
  const cells = [...place.querySelectorAll("tbody tr")].map(
    row => [...row.children].map(cell => cell.textContent));
  return [place.querySelector("[role=status]").textContent,
          place.querySelector(".note").textContent, cells];
})"""


def _told(rule: Rule, start: date) -> list[Any]:
    try:
        counted = count(rule, start, CALENDAR)
    except DeadlineError as error:
        return [str(error).split("。")[0] + "。", "", []]
    cells = [
        [
            with_weekday(step.date).partition("年")[2],
            f"第{step.number}日" if step.number else "不算",
            *([step.why] if rule.unit is Unit.WORKING else []),
        ]
        for step in counted.steps
    ]
    noted = "".join(note.removeprefix("说明：") for note in notes(counted))
    return [f"到期：{with_weekday(counted.due)}", noted, cells]


@pytest.mark.parametrize("code", ["objection", "disclosure-reply", "handle", "review-request"])
def test_the_script_counts_every_day_of_a_year_as_python_does(
    reader: Page, address: str, code: str
) -> None:
    said = complaints(reader)
    reader.goto(f"{address}guide/deadlines/{code}/")
    shown = reader.evaluate(ASK, [day.isoformat() for day in YEAR])
    for day, answer in zip(YEAR, shown, strict=True):
        assert answer == _told(RULES[code], day), day
    assert said == []


def test_a_day_that_cannot_be_counted_is_answered_with_the_days_that_can(
    reader: Page, address: str
) -> None:
    reader.goto(f"{address}guide/deadlines/objection/")
    for day in ("2020-01-01", "2027-12-31", ""):
        ((told, note, cells),) = reader.evaluate(ASK, [day])
        assert told.startswith("请选2025年1月1日到2027年")
        assert (note, cells) == ("", [])


def test_without_a_script_there_is_no_field_that_does_nothing(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}guide/deadlines/objection/")
    assert not page.locator("#start").is_visible()
    assert page.locator("table").nth(1).is_visible()
    context.close()
