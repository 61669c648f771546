"""The desk in a browser: by keyboard and without scripts, on a telephone's width and on a desk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from browser.console import complaints
from conftest import ROOT
from doubles.citizen import WRITTEN
from doubles.clerk import Office, desk_office
from yanlu.cli.desk.batch import ONE_PAGE
from yanlu.settings import open_portal
from yanlu.templates import environment

SUMMARY = "建议沿步道加一排路灯，先装有台阶的地方。"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with desk_office(tmp_path_factory.mktemp("desk"), enter=False) as office:
        yield office


def test_a_clerk_walks_from_the_list_to_the_second_person_by_keyboard(
    office: Office, browser: Browser
) -> None:
    """Axe looks at every page on the way; no line in the console, no overflow at either width."""
    name = office.sent()
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    said = complaints(page)

    def looked() -> None:
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page).response["violations"]
        assert {one["id"]: [n["target"] for n in one["nodes"][:3]] for one in found} == {}

    page.goto(office.clerk.start)
    page.focus("#sign-in")
    page.keyboard.type("王某")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("要办的")
    looked()
    page.set_viewport_size({"width": 1440, "height": 800})
    assert Axe().run(page).response["violations"] == []
    page.locator(f"a:has-text('{name}')").first.press("Enter")
    expect(page.locator("main")).to_contain_text(WRITTEN["matter"])
    looked()
    page.get_by_role("link", name="写摘要、确认").press("Enter")
    page.fill("#title", "步道加路灯")
    page.fill("#text", SUMMARY)
    page.get_by_role("button", name="先看一遍").press("Enter")
    expect(page.locator(".fault")).to_contain_text("承办单位都要写")
    expect(page.locator("#text")).to_have_value(SUMMARY)
    looked()
    page.select_option("#body", "body-urban")
    page.get_by_role("button", name="先看一遍").press("Enter")
    expect(page.locator(".public")).to_contain_text(SUMMARY)
    page.get_by_role("button", name="确认", exact=True).press("Enter")
    expect(page.locator(".said")).to_contain_text("还要另一个人确认")
    page.get_by_role("link", name="去看").press("Enter")
    looked()
    root = f"http://127.0.0.1:{office.clerk.port}{office.clerk.root}"
    for place in ("signers", "batch", f"item/{name}/reply", f"item/{name}/open"):
        page.goto(root + place)
        looked()
    assert [one for one in said if "422" not in one] == []  # its own line about a refused form
    context.close()


@pytest.mark.parametrize(("listed", "pages"), [(ONE_PAGE, 1), (3 * ONE_PAGE, 2)])
def test_the_sheet_of_a_batch_is_one_page_of_paper(
    browser: Browser, listed: int, pages: int
) -> None:
    """With as many of the longest titles as it names; with more it would be two."""
    title = "很长的题目" * 12
    items = [{"name": f"ab{n:06d}", "title": title, "as": "摘要"} for n in range(listed)]
    facts = {
        "subject": "群众建议（摘要或者遮盖过的原话）及办理情况", "number": "2026-11-30-83400c96",
        "items": items, "names": [one["name"] for one in items], "count": "12 条，其中撤下 2 条",
        "first": "王某、张某、赵某", "second": "李某（代张某）", "day": date(2026, 11, 30),
        "office": open_portal(ROOT).settings.office, "root": "/", "form_token": "", "by": "王某",
        "said": "", "fault": "", "values": {},
    }  # fmt: skip
    theme = ROOT / "theme"
    sheet = environment(theme / "desk").get_template("sheet.html").render(facts)
    style = (theme / "assets/css/1-tokens.css").read_text("utf-8")
    style += (theme / "desk/desk.css").read_text("utf-8")
    page = browser.new_page()
    page.set_content(re.sub('<link rel="stylesheet".*?>', f"<style>{style}</style>", sheet))
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == pages
    page.close()
