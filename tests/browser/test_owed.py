"""What is owed by when, in a real browser: the script counts a chain as Python does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page

from browser.console import complaints
from conftest import ROOT
from yanlu.deadlines.words import with_weekday
from yanlu.guidance.owed import Counted, read_situations
from yanlu.settings import open_portal
from yanlu.website.deadlines import Chained, counts
from yanlu.website.owed import owed

SITUATIONS = {one.code: one for one in read_situations(ROOT / "data")}
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
ASK = """days => days.map(day => {
  const field = document.querySelector("#start");
  field.value = day;
  field.dispatchEvent(new Event("input"));
  return [...document.querySelectorAll("[data-step] .due")].map(place => place.textContent);
})"""


def _told(code: str, start: date) -> list[str]:
    tables = owed(open_portal(ROOT), start)
    dated = [step for step in SITUATIONS[code].steps if step.counted is not Counted.LATER]
    rules = [tables.rules[step.rule] for step in dated]
    after = [step.counted is Counted.PREVIOUS for step in dated]
    chain = [Chained(rule, follows) for rule, follows in zip(rules, after, strict=True)]
    told = []
    found = counts(chain, tables.calendar, start)
    for step, rule, counted in zip(dated, rules, found, strict=True):
        due = counted.due if counted else None
        last = f"到{with_weekday(due)}为止，不要等到最后一天" if due and step.own else ""
        known = last or (f"最晚{with_weekday(due)}" if due else "")
        told.append(f"{rule.name}：{known or '2027年的放假安排尚未公布，算不出工作日'}")
    return told


@pytest.mark.parametrize("code", SITUATIONS)
def test_the_script_counts_every_day_of_a_year_as_python_does(
    reader: Page, address: str, code: str
) -> None:
    said = complaints(reader)
    reader.goto(f"{address}guide/owed/{code}/")
    shown = reader.evaluate(ASK, [day.isoformat() for day in YEAR])
    for day, answer in zip(YEAR, shown, strict=True):
        assert answer == _told(code, day), day
    assert said == []


def test_a_day_that_cannot_be_counted_is_answered_once(reader: Page, address: str) -> None:
    reader.goto(f"{address}guide/owed/petitions/")
    for day in ("2020-01-01", "2027-12-31", ""):
        ((first, second),) = reader.evaluate(ASK, [day])
        assert first.startswith("请选2025年1月1日到2027年")
        assert second == ""


def test_without_a_script_the_tables_answer_and_no_field_does_nothing(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}guide/owed/")
    page.get_by_role("link", name="我收到了信访处理意见书，不服").click()
    assert not page.locator("#start").is_visible()
    assert page.locator("table").first.is_visible()
    assert page.locator(".owed").get_by_text("不要等到最后一天").first.is_visible()
    context.close()
