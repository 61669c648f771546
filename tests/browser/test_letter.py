"""A letter from the form to its status in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import ARGUMENTS
from browser.console import complaints
from doubles.citizen import WRITTEN
from doubles.door import NARROW, Running, started

WORD = "老槐树下"


@pytest.fixture(scope="module")
def open_door(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The built site, and the intake beside it on the same port."""
    store = tmp_path_factory.mktemp("letters") / "store"
    with started(reference, store, "site=beside", program=NARROW) as door:
        yield door


def test_a_letter_is_written_looked_at_sent_and_followed(reader: Page, open_door: Running) -> None:
    """By the browser's own rules: what it sends as origin, what it does to line ends."""
    said = complaints(reader)
    home = f"http://127.0.0.1:{open_door.port}/"
    reader.goto(f"{home}suggest/write/")
    for name in ("title", "matter", "proposal"):
        reader.fill(f"#{name}", f"{WRITTEN[name]}\n 第二行" if name == "matter" else WRITTEN[name])
    reader.select_option("#topic", WRITTEN["topic"])
    reader.select_option("#region", WRITTEN["region"])
    reader.check("#consent_summary")
    reader.fill("#word", WORD)
    reader.click("form[action$='suggest/check'] button")
    expect(reader.locator("h1")).to_have_text("寄出以前，请看一遍")
    reader.wait_for_timeout(3100)  # nobody reads faster, and the service does not believe it
    reader.click("button:text-is('寄出')")
    expect(reader.locator("h1")).to_have_text("收到了，这是回执")
    code = "".join(reader.locator(".number span").all_inner_texts())
    assert len(code) == 28
    reader.goto(f"{home}check/")
    reader.get_by_label("关怀版").check()
    view = reader.evaluate("JSON.stringify(localStorage)")
    reader.fill("#code", code.lower())
    reader.click("form[action$='check/status'] button")
    expect(reader.locator(".stage strong")).to_have_text("已收到")
    expect(reader.locator("[data-verify] [role=status]")).to_contain_text("到现在为止都对得上")
    expect(reader.locator("[data-verify] ul:not([hidden])")).to_contain_text(
        "收件时的书面承诺是真的"
    )
    reader.fill("#word", WORD)
    reader.click("form[action$='check/rights'] button")
    expect(reader.locator("h1")).to_have_text("存着的内容")
    expect(reader.locator("dl.held").first).to_contain_text("第二行")
    assert code not in re.sub(r"\W", "", reader.url + reader.title()).upper()
    assert reader.context.cookies() == []
    assert reader.evaluate("JSON.stringify(localStorage)") == view  # how to show, nothing else
    # Chromium says on some runs only what it cleared
    assert [line for line in said if not line.startswith("Clear-Site-Data header on")] == []


def test_what_is_wrong_is_told_where_it_is_and_nothing_typed_is_lost(
    reader: Page, open_door: Running
) -> None:
    reader.goto(f"http://127.0.0.1:{open_door.port}/suggest/write/")
    reader.fill("#matter", WRITTEN["matter"])
    reader.click("form[action$='suggest/check'] button")
    expect(reader.locator(".faults li")).to_have_count(4)
    expect(reader.locator("#matter")).to_have_value(WRITTEN["matter"])


@pytest.fixture(scope="module")
def forgetful(browser: Browser) -> Iterator[Page]:
    """A telephone that keeps no page in memory: going back, it builds the page anew."""
    plain = browser.browser_type.launch(
        executable_path="/usr/bin/chromium",
        args=[*ARGUMENTS, "--disable-features=BackForwardCache"],
    )
    yield plain.new_page(viewport={"width": 360, "height": 800})
    plain.close()


def _write(page: Page, door: Running, **changed: str) -> None:
    page.goto(f"http://127.0.0.1:{door.port}/suggest/write/")
    written = {**WRITTEN, **changed}
    for name in ("title", "matter", "proposal"):
        page.fill(f"#{name}", written[name])
    page.select_option("#topic", written["topic"])
    page.select_option("#region", written["region"])
    page.check("#consent_words")


def _assert_kept(page: Page, **changed: str) -> None:
    written = {**WRITTEN, **changed}
    for name in ("title", "matter", "proposal", "topic", "region"):
        expect(page.locator(f"#{name}")).to_have_value(written[name])
    expect(page.locator("#consent_words")).to_be_checked()


def test_back_from_the_confirm_page_nothing_written_is_lost(
    forgetful: Page, open_door: Running
) -> None:
    _write(forgetful, open_door)
    forgetful.click("form[action$='suggest/check'] button")
    expect(forgetful.locator("h1")).to_have_text("寄出以前，请看一遍")
    forgetful.go_back()
    _assert_kept(forgetful)


def test_back_from_a_page_that_promises_it_nothing_written_is_lost(
    forgetful: Page, open_door: Running
) -> None:
    long = {"matter": "步道晚上没有灯。" * 9000}
    _write(forgetful, open_door, **long)
    forgetful.click("form[action$='suggest/check'] button")
    expect(forgetful.locator("h1")).to_have_text("内容太长，没有收到")
    forgetful.go_back()
    _assert_kept(forgetful, **long)


def test_from_a_form_to_be_mended_through_the_confirm_page_and_back_to_change_it(
    forgetful: Page, open_door: Running
) -> None:
    _write(forgetful, open_door)
    forgetful.select_option("#topic", "")
    forgetful.click("form[action$='suggest/check'] button")
    expect(forgetful.locator(".faults li")).to_have_count(1)
    forgetful.select_option("#topic", WRITTEN["topic"])
    forgetful.click("form[action$='suggest/check'] button")
    forgetful.click("button:text-is('回去改')")
    expect(forgetful.locator("h1")).to_have_text("写建议")
    _assert_kept(forgetful)
