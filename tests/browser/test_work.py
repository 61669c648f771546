"""Proof of work in a real Chromium: it earns priority, and nobody needs it or hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser.console import complaints
from doubles.citizen import WRITTEN
from doubles.door import NARROW, Running, started
from yanlu.intake.store.database import opened, rows

BURST = 30  # knocks, after which an address is busy; as many again, and it has to wait: a letter
# knocks twice, and those of this file stay below
SECONDS = 3.1  # the service believes no faster reader
ANSWER = re.compile(r"^[0-9A-Za-z+/]{100,2000}=*$")


@pytest.fixture(scope="module")
def busy(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The built site and the intake, to which this address is busy already."""
    store = tmp_path_factory.mktemp("busy") / "store"
    with started(reference, store, "site=beside", f"burst={BURST}", program=NARROW) as door:
        for _ in range(BURST):
            door.send("/suggest/check", {})
        yield door


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A telephone whose browser runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def _confirming(page: Page, door: Running, title: str) -> None:
    """Write a letter and come to its confirm page."""
    page.goto(f"http://127.0.0.1:{door.port}/suggest/write/")
    for name in ("matter", "proposal"):
        page.fill(f"#{name}", WRITTEN[name])
    page.fill("#title", title)
    page.select_option("#topic", WRITTEN["topic"])
    page.select_option("#region", WRITTEN["region"])
    page.click("form[action$='suggest/check'] button")
    expect(page.locator("h1")).to_have_text("寄出以前，请看一遍")


def _sent(page: Page, door: Running) -> str:
    """Read for a while, send, get the receipt; in which lane the letter then lies."""
    page.wait_for_timeout(1000 * SECONDS)
    page.click("button:text-is('寄出')")
    expect(page.locator("h1")).to_have_text("收到了，这是回执")
    assert page.locator(".fault").count() == 0
    with opened(door.store) as store:
        return str(rows(store.main, "SELECT lane FROM submission ORDER BY rowid DESC")[0]["lane"])


def test_what_the_script_finds_while_one_reads_earns_the_letter_its_place(
    reader: Page, busy: Running
) -> None:
    said, asked = complaints(reader), []
    reader.on("request", lambda request: asked.append(request.url))
    _confirming(reader, busy, "做了算题的一封")
    expect(reader.locator("[name=work]")).to_have_value(ANSWER, timeout=30_000)
    scripts = {url for url in asked if url.endswith(".js")}
    own = f"http://127.0.0.1:{busy.port}/assets/js"
    assert scripts == {f"{own}/view.js", f"{own}/work.js"}
    assert _sent(reader, busy) == "ordinary"
    assert said == []


def test_without_scripts_all_goes_the_same_way_but_for_the_place(
    plain: Page, busy: Running
) -> None:
    _confirming(plain, busy, "没有脚本的一封")
    expect(plain.locator("[name=work]")).to_have_value("")
    assert _sent(plain, busy) == "suspected"


def _lost(page: Page) -> None:
    page.route("**/*.js", lambda route: route.abort())


def _insecure(page: Page) -> None:
    page.add_init_script("Object.defineProperty(crypto, 'subtle', { value: undefined })")


def _stalled(page: Page) -> None:
    page.add_init_script("crypto.subtle.deriveBits = () => new Promise(() => {})")


def _failing(page: Page) -> None:
    page.add_init_script("crypto.subtle.deriveBits = () => Promise.reject(new Error('no'))")


@pytest.mark.parametrize("hindered", [_lost, _insecure, _stalled, _failing])
def test_where_the_work_fails_or_is_not_done_the_letter_goes_without_it(
    reader: Page, busy: Running, hindered: Callable[[Page], None]
) -> None:
    hindered(reader)
    errors: list[str] = []
    reader.on("pageerror", lambda error: errors.append(str(error)))
    _confirming(reader, busy, f"没有做成的一封{hindered.__name__}")
    assert _sent(reader, busy) == "suspected"
    assert errors == []


def test_a_wrong_or_an_old_answer_costs_the_place_and_nothing_else(
    reader: Page, busy: Running
) -> None:
    _confirming(reader, busy, "答案给了别人的一封")
    work = reader.locator("[name=work]")
    expect(work).to_have_value(ANSWER, timeout=30_000)
    old = work.input_value()
    assert _sent(reader, busy) == "ordinary"
    for answer in (old, "bm9wZQ==", "不是答案"):
        _confirming(reader, busy, f"答案是{answer[:4]}的一封")
        expect(work).to_have_value(ANSWER, timeout=30_000)
        work.evaluate("(field, answer) => { field.value = answer }", answer)
        assert _sent(reader, busy) == "suspected"


@pytest.mark.parametrize("path", ["/suggest/edit", "/check/status"])
def test_no_answer_runs_a_script_that_somebody_put_into_it(
    reader: Page, busy: Running, path: str
) -> None:
    """The page is the service's own, with a script put in on the way."""
    said = complaints(reader)
    script = "<script>document.title = 'in'</script><script src='https://x.invalid/a.js'></script>"

    def insert(route: Route) -> None:
        answer = route.fetch()
        text = answer.text().replace("</main>", f"{script}</main>")
        assert script in text
        route.fulfill(response=answer, body=text)

    reader.route(f"**{path}", insert)
    reader.goto(f"http://127.0.0.1:{busy.port}/check/")
    with reader.expect_navigation():
        reader.locator("form").first.evaluate(
            "(form, path) => { form.action = path; form.submit() }", path
        )
    refused = " ".join(line for line in said if "script-src" in line)
    assert "inline script" in refused
    assert "x.invalid" in refused
    assert reader.title() != "in"
