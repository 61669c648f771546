"""The form and its answers in a real Chromium: without scripts, by keyboard, on paper."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, Page, Route
from playwright.sync_api import Request as Posted
from starlette.requests import Request

from browser.console import complaints
from website.samples import FAULTS, PAGES
from yanlu.intake.entry import Choices, Entry, Writer, read_entry
from yanlu.intake.web.forms import read_pairs

WRITTEN = ("suggest/", "suggest/write/", "suggest/claim/", "suggest/accusation/",
           "suggest/lost/", "check/")  # fmt: skip
ANSWERED = tuple(f"answers/{name}/" for name in PAGES)
TOUCH = 44  # CSS pixels: WCAG 2.2, 2.5.5
THIRD_OF_A4 = 297 / 3 / 25.4 * 96  # CSS pixels


@pytest.mark.parametrize("place", [*WRITTEN, *ANSWERED])
def test_a_page_of_the_intake_fits_asks_nobody_else_and_sets_no_cookie(
    page: Page, answered: str, place: str
) -> None:
    said, asked = complaints(page), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(answered + place)
    assert page.locator("h1").count() == 1
    assert said == []
    assert all(url.startswith(answered) for url in asked)
    assert page.context.cookies() == []


@pytest.mark.parametrize("width", [360, 640], ids=["telephone", "desk at 200 %"])
@pytest.mark.parametrize("place", [*WRITTEN, *ANSWERED])
def test_nothing_of_the_intake_runs_over_the_edge(
    reader: Page, answered: str, place: str, width: int
) -> None:
    reader.set_viewport_size({"width": width, "height": 800})
    reader.goto(answered + place)
    assert reader.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("place", ["suggest/write/", "check/", "answers/status/"])
def test_all_that_is_touched_is_large_enough(reader: Page, answered: str, place: str) -> None:
    reader.goto(answered + place)
    touched = reader.locator(
        "main :is(button, select, textarea, .field input, .tick label):not(.off *)"
    )
    for place_of in [one.bounding_box() for one in touched.all()]:
        assert place_of
        assert place_of["height"] >= TOUCH
        assert place_of["width"] >= TOUCH


def test_the_keyboard_visits_the_fields_in_order_and_never_the_trap(
    reader: Page, answered: str
) -> None:
    reader.goto(f"{answered}suggest/write/")
    reader.locator("#title").focus()
    visited = []
    while (now := reader.evaluate("document.activeElement.name")) or visited[-1:] != [""]:
        visited.append(now or "")
        reader.keyboard.press("Tab")
    names = [name for name in visited if name]
    assert names == [
        "title", "matter", "proposal", "topic", "region", "call", "writer", "names", "child",
        "consent_summary", "consent_words", "phone", "email", "post", "word",
    ]  # fmt: skip


def test_the_trap_is_out_of_sight(reader: Page, answered: str) -> None:
    reader.goto(f"{answered}suggest/write/")
    box = reader.locator("#homepage").bounding_box()
    assert box
    assert box["x"] + box["width"] < 0


def _sent(page: Page) -> list[list[tuple[str, str]]]:
    """What the page posts from now on, caught before it leaves."""
    sent: list[list[tuple[str, str]]] = []

    def keep(route: Route) -> None:
        sent.append(_read(route.request))
        route.fulfill(status=200, content_type="text/html", body="<h1>ok</h1>")

    page.route(lambda url: url.endswith(("/check", "/send", "/edit", "/status", "/rights")), keep)
    return sent


def _read(posted: Posted) -> list[tuple[str, str]]:
    """The fields of what was posted, read as the intake reads them.

    In a thread of its own: Playwright's loop runs in this one.
    """
    body = posted.post_data_buffer or b""
    headers = [(name.encode(), value.encode()) for name, value in posted.headers.items()]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with ThreadPoolExecutor(1) as thread:
        return list(thread.submit(asyncio.run, read_pairs(request)).result())


def test_what_a_browser_sends_is_what_the_intake_reads(page: Page, answered: str) -> None:
    sent = _sent(page)
    page.goto(f"{answered}suggest/write/")
    page.get_by_label("题目").fill("菜市场门口加一段扶手")
    page.get_by_label("现在的情况").fill("下雨天台阶很滑。\n有老人摔倒。")
    page.get_by_label("您的办法").fill("先装东门的。")
    page.get_by_label("主题").select_option(label="道路与人行道")
    page.get_by_label("地区").select_option(label="后湾")
    page.get_by_label("几个人一起写的").check()
    page.get_by_label("我同意公布摘要").check()
    page.get_by_label("口令").fill("四月的槐花")
    page.get_by_role("button", name="先看一遍").click()
    choices = Choices(topics={"roads"}, regions={"back-bay"}, calls=())
    entry = read_entry(sent[0], choices)
    assert isinstance(entry, Entry)
    assert entry.matter == "下雨天台阶很滑。\n有老人摔倒。"
    assert (entry.writer, entry.word) == (Writer.JOINT, "四月的槐花")
    assert (entry.summary_allowed, entry.words_allowed, entry.child) == (True, False, False)


def test_both_buttons_of_the_confirm_page_send_all_that_was_typed(
    page: Page, answered: str
) -> None:
    sent = _sent(page)
    for button in ("寄出", "回去改"):
        page.goto(f"{answered}answers/confirm-words/")
        page.get_by_role("button", name=button).click()
    as_shown = [(name, value.replace("\n", "\r\n")) for name, value in _fields()]
    as_shown.append(("work", ""))  # this browser runs no scripts
    assert sent == [as_shown, as_shown]


def _fields() -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = PAGES["confirm-words"][1]["fields"]
    return fields


def test_the_code_and_the_word_are_posted_and_never_part_of_an_address(
    page: Page, answered: str
) -> None:
    sent = _sent(page)
    page.goto(f"{answered}check/")
    page.get_by_label("回执编号").fill("7k2m q9xa")
    page.get_by_role("button", name="查一下").click()
    assert sent == [[("code", "7k2m q9xa")]]
    assert page.url == f"{answered}check/status"
    page.goto(f"{answered}answers/status-with-code/")
    page.get_by_label("删除", exact=True).check()
    page.get_by_label("口令", exact=True).fill("四月的槐花")
    page.get_by_role("button", name="照办").click()
    assert {name for name, _ in sent[1]} == {
        "code", "act", "wish", "word", "phone", "email", "post", "names",
    }  # fmt: skip
    assert ("act", "erase") in sent[1]
    assert page.url == f"{answered}check/rights"


def test_after_a_fault_the_reader_starts_at_the_list_which_leads_to_the_fields(
    reader: Page, answered: str
) -> None:
    reader.goto(f"{answered}answers/form-mended/")
    assert reader.evaluate("document.activeElement.className") == "faults"
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == next(iter(FAULTS))


def test_a_receipt_prints_alone_on_a_third_of_a_page(browser: Browser, answered: str) -> None:
    paper = browser.new_page(viewport={"width": 680, "height": 1000})  # A4 without its margins
    paper.emulate_media(media="print")
    paper.goto(f"{answered}answers/receipt/")
    box = paper.locator(".receipt").bounding_box()
    assert box
    assert box["y"] + box["height"] <= THIRD_OF_A4
    for other in (".top", ".notice", ".bottom", ".after"):
        assert not paper.locator(other).is_visible()
    paper.close()
