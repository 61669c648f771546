"""Views: light, dark, high contrast and large type, chosen by the reader and remembered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

DARK, LIGHT = "rgb(18, 24, 31)", "rgb(255, 255, 255)"
PAPER = "getComputedStyle(document.body).backgroundColor"
SIZE = "parseFloat(getComputedStyle(document.body).fontSize)"
MADE = ("", "bulletins/", "register/", "suggest/write/", "answers/receipt/", "nowhere/")
TOUCHED = "a, button, summary, select, input:not([type=hidden]), textarea"


@pytest.fixture
def telephone(browser: Browser) -> Iterator[BrowserContext]:
    """A telephone whose owner has asked for nothing."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    yield context
    context.close()


def test_a_view_chosen_by_keyboard_is_kept_on_every_kind_of_page(
    telephone: BrowserContext, answered: str
) -> None:
    page = telephone.new_page()
    page.goto(answered)
    switch = page.get_by_role("checkbox", name="关怀版")
    for _ in range(3):  # to the text, home, and here: the sections are in the menu
        page.keyboard.press("Tab")
    expect(switch).to_be_focused()
    page.keyboard.press("Space")
    page.get_by_label("颜色", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    for place in MADE:
        page.goto(answered + place)
        expect(page.get_by_role("checkbox", name="关怀版")).to_be_checked()
        expect(page.get_by_label("颜色", exact=True)).to_have_value("dark")
        assert page.evaluate(PAPER) == DARK
        assert page.evaluate(SIZE) == pytest.approx(22, abs=0.1)
    assert telephone.cookies() == []


def test_the_first_paint_is_in_the_chosen_view(telephone: BrowserContext, address: str) -> None:
    """The view is set before the page has a body, so nothing is drawn in another."""
    page = telephone.new_page()
    page.goto(address)
    page.evaluate("localStorage.setItem('view', 'dark elder')")
    page.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.body) return;
          window.early = document.documentElement.dataset.view;
          watch.disconnect();
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.goto(f"{address}data/")
    assert page.evaluate("window.early") == "dark elder"


def test_without_scripts_the_fields_change_the_page_and_say_that_it_is_only_this_one(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False, color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    body = page.locator("body")
    expect(body).to_have_css("background-color", DARK)  # what the device asks for
    page.get_by_label("颜色", exact=True).select_option("浅色")
    expect(body).to_have_css("background-color", LIGHT)
    page.get_by_role("checkbox", name="关怀版").check()
    expect(body).to_have_css("font-size", "22px")
    expect(page.get_by_text("没有脚本，只管这一页。")).to_be_visible()
    context.close()


def test_a_browser_that_keeps_nothing_still_changes_the_page(
    telephone: BrowserContext, address: str
) -> None:
    page = telephone.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })"
    )
    page.goto(address)
    page.get_by_label("颜色", exact=True).select_option("深色")
    assert page.evaluate(PAPER) == DARK
    assert said == []


def test_coming_back_to_a_page_shows_what_was_chosen_since(
    telephone: BrowserContext, address: str
) -> None:
    page = telephone.new_page()
    page.goto(address)
    page.goto(f"{address}data/")
    page.get_by_role("checkbox", name="关怀版").check()
    page.go_back()
    expect(page.get_by_role("checkbox", name="关怀版")).to_be_checked()
    expect(page.locator("body")).to_have_css("font-size", "22px")


def test_more_contrast_is_black_on_white_or_white_on_black_wherever_it_is_asked(
    browser: Browser, address: str
) -> None:
    """By the field or by the device: no grey is left, links differ by a line too."""
    for wish in ({"contrast": "more"}, {"forced_colors": "active"}, {}):
        context = browser.new_context(**wish)
        page = context.new_page()
        page.goto(f"{address}data/2015-06/")
        if not wish:
            page.get_by_label("颜色", exact=True).select_option("高对比")
        note = page.locator(".facts dt").first
        expect(note).to_have_css("color", "rgb(0, 0, 0)")
        expect(page.locator("body")).to_have_css("background-color", LIGHT)
        expect(page.locator("td a, th a").first).to_have_css("text-decoration-line", "underline")
        context.close()


def _elder(telephone: BrowserContext, address: str, place: str) -> Page:
    """A page in the elder view, chosen on another page before."""
    page = telephone.new_page()
    page.goto(address)
    page.evaluate("localStorage.setItem('view', 'elder')")
    page.goto(address + place)
    return page


@pytest.mark.parametrize("place", ["data/timeliness/", "data/topics/noise/"])
def test_in_the_elder_view_months_below_lines_stand_apart(
    telephone: BrowserContext, address: str, place: str
) -> None:
    page = _elder(telephone, address, place)
    expect(page.locator("body")).to_have_css("font-size", "22px")
    drawing = page.locator("svg.lines:not(.multiples)").first
    box = drawing.bounding_box()
    assert box
    assert box["width"] >= 311  # what the tests of charts.py reckon with
    named = drawing.locator("text.tick[text-anchor]", has_text="月").all()
    boxes = [spot for tick in named if (spot := tick.bounding_box())]
    assert len(boxes) == 6
    assert all(a["x"] + a["width"] + 4 <= b["x"] for a, b in pairwise(boxes))


@pytest.mark.parametrize("place", ["", "data/2015-06/", "suggest/write/", "register/1pxe6ja9/"])
def test_in_the_elder_view_all_that_is_touched_is_60_pixels_high_and_underlined(
    telephone: BrowserContext, address: str, place: str
) -> None:
    page = _elder(telephone, address, place)
    small = page.evaluate(
        """selector => [...document.querySelectorAll(selector)]
          .filter(one => one.checkVisibility() && !one.closest(".skip, .headerlink, .off"))
          .map(one => [(one.closest("label, .tick") || one), one])
          .filter(([box]) => box.getBoundingClientRect().height < 59.5)
          .map(([box, one]) => `${one.tagName} ${one.textContent.slice(0, 20)} """
        """${box.getBoundingClientRect().height}`)""",
        TOUCHED,
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    "place", ["", "data/2015-06/", "suggest/write/", "register/all/", "guide/"]
)
def test_all_that_is_touched_outside_of_sentences_and_tables_is_44_pixels_high(
    telephone: BrowserContext, address: str, place: str
) -> None:
    page = telephone.new_page()
    page.goto(address + place)
    small = page.evaluate(
        """selector => [...document.querySelectorAll(selector)]
          .filter(one => one.checkVisibility())
          .filter(one => !one.closest(".skip, .headerlink, .off, main p, main dd, table"))
          .map(one => one.closest("label, .tick") || one)
          .filter(one => one.getBoundingClientRect().height < 43.5)
          .map(one => `${one.tagName} ${one.textContent.slice(0, 20)} """
        """${one.getBoundingClientRect().height}`)""",
        TOUCHED,
    )
    assert small == []


def test_the_view_is_written_on_the_device_and_told_to_nobody(
    telephone: BrowserContext, address: str
) -> None:
    page = telephone.new_page()
    page.goto(address)
    asked: list[str] = []

    def note(route: Route) -> None:
        asked.append(f"{route.request.url} {route.request.all_headers()}")
        route.continue_()

    page.route("**/*", note)
    page.get_by_role("checkbox", name="关怀版").check()
    page.goto(f"{address}data/")
    assert page.evaluate("Object.entries(localStorage)") == [["view", "elder"]]
    assert not any("elder" in line for line in asked)


@pytest.mark.parametrize("place", ["data/2015-06/", "register/1pxe6ja9/", "about/structure/"])
def test_on_paper_a_page_is_dark_on_white_without_navigation_and_nothing_is_cut(
    telephone: BrowserContext, address: str, place: str
) -> None:
    """Whatever view was chosen; links to other sites are followed by their address."""
    page = telephone.new_page()
    page.set_viewport_size({"width": 687, "height": 1000})  # A4 between its margins
    page.goto(address)
    page.evaluate("localStorage.setItem('view', 'dark')")
    page.emulate_media(media="print")
    page.goto(address + place)
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert ink == "rgb(28, 37, 48)"
    for hidden in (".menu", ".sections", ".big", "#tone", ".seek"):
        expect(page.locator(hidden)).to_be_hidden()
    assert page.evaluate(
        "[...document.querySelectorAll('article *')]"
        ".every(one => one.getBoundingClientRect().right <= 690 || one.closest('svg'))"
    )
    for link in page.locator("article a[href^=http]").all()[:3]:
        told = link.evaluate("one => getComputedStyle(one, '::after').content")
        assert str(link.get_attribute("href")) in told


@pytest.mark.parametrize(
    ("taps", "found"),
    [
        (("各地区的",), "#table-regions tr:has-text('多切斯特')"),
        (("提建议", "大家的一件事，希望办得更好"), "form textarea[name=matter]"),
        (("看公开的建议和回复", "全部建议", "老街的电线理一理，废的剪掉"), ".answer"),
        (("用回执编号查进展",), "form input[name=code]"),
    ],
    ids=["last month's figure for a district", "the form", "a reply", "the way of one's own"],
)
def test_what_people_come_for_is_a_few_taps_from_home(
    telephone: BrowserContext, address: str, taps: tuple[str, ...], found: str
) -> None:
    page = telephone.new_page()
    page.goto(address)
    for tap in taps:
        page.locator("main").get_by_role("link", name=tap).first.click()
    expect(page.locator(found).first).to_be_visible()
