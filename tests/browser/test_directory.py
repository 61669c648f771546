"""The directory in a real browser: found by words with a script, by links without one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.console import complaints
from conftest import ROOT
from yanlu.guidance.offices import read_offices

OFFICES = read_offices(ROOT / "data")


def _shown(page: Page) -> list[str]:
    return [str(one.get_attribute("id")) for one in page.locator(".offices > li:visible").all()]


@pytest.fixture
def finder(reader: Page, address: str) -> Page:
    reader.goto(f"{address}guide/offices/")
    return reader


def test_words_narrow_the_list_to_cards_that_hold_all_of_them(finder: Page) -> None:
    said = complaints(finder)
    field = finder.get_by_label("找一个窗口")
    field.fill("学府路 电梯")
    assert set(_shown(finder)) == {
        one.code for one in OFFICES if "学府路" in one.address and "电梯" in one.accessible
    }
    found = len(_shown(finder))
    expect(finder.get_by_role("status")).to_have_text(f"找到{found}个")
    assert not finder.locator(".browse").is_visible()
    assert finder.locator("[data-group]:visible").count() <= found
    field.fill("")
    assert len(_shown(finder)) == len(OFFICES)
    expect(finder.get_by_role("status")).to_have_text("")
    assert said == []


def test_a_body_is_found_by_what_it_is_for_and_however_the_words_are_written(
    finder: Page,
) -> None:
    field = finder.get_by_label("找一个窗口")
    field.fill("拖欠工资")
    assert _shown(finder) == ["office-labour-inspection"]
    field.fill("　１２３０９ ")  # full width, with spaces around
    assert _shown(finder) == ["office-procuratorate"]
    field.fill("月亮")
    assert _shown(finder) == []
    expect(finder.get_by_role("status")).to_contain_text("没有找到")


def test_what_is_looked_for_is_sent_nowhere_and_gets_into_no_address(finder: Page) -> None:
    asked: list[str] = []
    before = finder.url
    finder.on("request", lambda request: asked.append(request.url))
    finder.get_by_label("找一个窗口").fill("检举")
    finder.keyboard.press("Enter")
    finder.wait_for_timeout(200)
    assert finder.url == before
    assert [url for url in asked if not url.endswith("/seal.svg")] == []


def test_words_that_the_browser_kept_hold_after_going_back(finder: Page, address: str) -> None:
    finder.get_by_label("找一个窗口").fill("法院")
    finder.goto(f"{address}guide/")
    finder.go_back()
    kept = finder.get_by_label("找一个窗口").input_value()
    assert len(_shown(finder)) == (len(OFFICES) if not kept else 1)


def test_without_a_script_three_taps_lead_from_the_home_page_to_a_counter(
    page: Page, address: str
) -> None:
    page.goto(f"{address}guide/offices/")
    assert not page.locator("[data-find]").is_visible()
    assert len(_shown(page)) == len(OFFICES)
    page.locator(".browse").get_by_role("link", name="多切斯特").click()
    assert page.url.endswith("guide/offices/region/dorchester/")
    assert _shown(page) == ["office-dorchester", "town-dorchester", "village-dorchester-1"]
    page.get_by_role("link", name="示例市", exact=True).click()
    assert "office-petitions" in _shown(page)


def test_the_menu_and_the_map_lead_to_all_of_these_pages(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".menu summary").click()
    for place in ("guide/offices/", "guide/receptions/", "map/"):
        assert page.locator(f'.menu a[href="/{place}"]').is_visible(), place
    page.goto(f"{address}map/")
    for name in ("posts", "leaders", "meetings", "budget"):
        assert page.locator(f'main .map a[href="/about/{name}/"]').is_visible(), name


def test_a_link_to_a_body_lands_on_its_card(reader: Page, address: str) -> None:
    reader.goto(f"{address}guide/receptions/")
    reader.locator('a[href$="#town-roxbury"]').first.click()
    expect(reader.locator("#town-roxbury")).to_be_in_viewport()


def test_a_telephone_number_is_large_enough_to_be_touched_and_dials(
    reader: Page, address: str
) -> None:
    reader.goto(f"{address}guide/offices/type/court/")
    number = reader.get_by_role("link", name=re.compile(r"^000-"))
    assert str(number.get_attribute("href")) == "tel:00000000009"
    box = number.bounding_box()
    assert box
    assert box["height"] >= 24  # WCAG 2.2, 2.5.8


def test_a_calendar_is_sent_as_a_calendar(reader: Page, address: str) -> None:
    answer = reader.request.get(f"{address}guide/receptions/calendar.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.body().startswith(b"BEGIN:VCALENDAR\r\n")


def test_the_directory_prints_on_a4_without_search_and_links(
    browser: Browser, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}guide/offices/")
    page.emulate_media(media="print")
    for hidden in ("[data-find]", ".browse", ".downloads"):
        assert not page.locator(hidden).first.is_visible()
    pages = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert 2 <= len(pages) <= 10
    page.close()
