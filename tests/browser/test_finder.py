"""The finder as a new reader uses it: ten everyday matters, from the home page to the right door.

`tests/vectors/guidance/everyday.txt` holds the matters; its first lines say how it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from browser.console import complaints
from conftest import ROOT
from yanlu.guidance.routes import MOST_TAPS

EVERYDAY = ROOT / "tests" / "vectors" / "guidance" / "everyday.txt"
MATTERS = 10


@dataclass
class Matter:
    """What troubles somebody, the links to tap, the door at the end, words that one types."""

    name: str
    taps: list[str] = field(default_factory=list)
    door: str = ""
    typed: list[str] = field(default_factory=list)


def _matters() -> list[Matter]:
    found: list[Matter] = []
    for line in EVERYDAY.read_text("utf-8").splitlines():
        sign, _, words = line.partition(" ")
        if sign == "事":
            found.append(Matter(words))
        if sign == "点":
            found[-1].taps.append(words)
        if sign == "到":
            found[-1].door = words
        if sign == "打":
            found[-1].typed.append(words)
    return found


EVERY = _matters()


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A telephone whose scripts are switched off."""
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, java_script_enabled=False, has_touch=True
    )
    yield context.new_page()
    context.close()


def _tap(page: Page, words: str) -> None:
    named = page.locator("strong", has_text=re.compile(f"^{re.escape(words)}$"))
    page.locator("main a").filter(has=named).tap()


def _but_icons(lines: list[str]) -> list[str]:
    """Without the icon, which a browser fetches when it likes and drops when a page is left."""
    return [line for line in lines if not line.endswith("seal.svg")]


def test_there_are_ten_matters_and_each_is_followed_and_typed() -> None:
    assert len(EVERY) == MATTERS
    assert all(one.taps and one.door and one.typed for one in EVERY)


@pytest.mark.parametrize("matter", EVERY, ids=lambda matter: matter.name)
def test_a_matter_comes_to_its_door_in_five_taps_without_a_script(
    plain: Page, address: str, matter: Matter
) -> None:
    said = complaints(plain)
    plain.goto(address)
    assert len(matter.taps) <= MOST_TAPS
    for words in matter.taps:
        _tap(plain, words)
    expect(plain.locator("h1")).to_have_text(matter.door)
    for heading in ("到哪里去", "带什么", "时限", "它不办、不答复"):
        expect(plain.get_by_role("heading", name=heading)).to_be_visible()
    expect(plain.locator(".offices a[href^='tel:']").first).to_be_visible()
    assert _but_icons(said) == []


@pytest.mark.parametrize("matter", EVERY, ids=lambda matter: matter.name)
def test_a_matter_is_found_first_by_the_words_that_people_use(
    reader: Page, address: str, matter: Matter
) -> None:
    said, asked = complaints(reader), []
    reader.on("request", lambda request: asked.append(request.url))
    for words in matter.typed:
        reader.goto(f"{address}guide/find/quick/")
        asked.clear()
        reader.fill("#words", words)
        expect(reader.locator("[role=status]")).to_contain_text("个去处")
        assert _but_icons(asked) == []
        assert reader.url == f"{address}guide/find/quick/"
        reader.locator(".find .answers a").first.click()
        expect(reader.locator("h1")).to_have_text(matter.door)
    assert _but_icons(said) == []


def test_words_that_nobody_knows_are_answered_and_the_questions_stay(
    reader: Page, address: str
) -> None:
    reader.goto(f"{address}guide/find/quick/")
    reader.fill("#words", "qwxz")
    expect(reader.locator("[role=status]")).to_contain_text("换一个说法")
    expect(reader.locator(".tree")).to_be_visible()
    reader.fill("#words", "工资")
    expect(reader.locator(".tree")).to_be_hidden()
    reader.fill("#words", "")
    expect(reader.locator(".tree")).to_be_visible()
    expect(reader.locator("[role=status]")).to_have_text("")
    assert reader.evaluate("localStorage.length + sessionStorage.length") == 0


def test_what_the_script_shows_has_no_barrier_that_axe_knows(reader: Page, address: str) -> None:
    reader.goto(f"{address}guide/find/quick/")
    reader.fill("#words", "漏水")
    expect(reader.locator(".find .answers a").nth(1)).to_be_visible()
    assert Axe().run(reader).response["violations"] == []
    reader.fill("#words", "")
    reader.get_by_text("自己的一件事要解决", exact=True).click()
    assert Axe().run(reader).response["violations"] == []


def test_the_one_page_opens_and_closes_without_a_script(plain: Page, address: str) -> None:
    plain.goto(f"{address}guide/find/quick/")
    expect(plain.locator("#words")).to_be_hidden()
    plain.get_by_text("自己的一件事要解决", exact=True).tap()
    plain.get_by_text("工作和工资", exact=True).tap()
    plain.get_by_role("link", name="工资没有发、没发够").tap()
    expect(plain.locator("h1")).to_have_text("拖欠工资：劳动保障监察")


def test_a_reader_goes_back_by_the_answers_chosen_so_far(plain: Page, address: str) -> None:
    plain.goto(f"{address}guide/find/wages/")
    plain.get_by_label("位置").get_by_role("link", name="自己的一件事要解决").tap()
    expect(plain).to_have_url(f"{address}guide/find/own/")
    plain.get_by_role("link", name="回上一问").tap()
    expect(plain).to_have_url(f"{address}guide/find/")
