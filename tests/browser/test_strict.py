"""The strict headers in a real Chromium, sent by the preview and by nginx: nothing complains."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from browser.console import complaints
from doubles.nginx import fronted
from yanlu.guidance.moved import Move
from yanlu.headers import CSP, SITE_HEADERS
from yanlu.settings import open_portal
from yanlu.website.hosting import host_headers, write_hosting

# One of each kind, those with a script among them; some of its words to type, where it takes any.
KINDS = {
    "": "", "data/": "", "data/2015-06/": "", "data/catalogue/": "", "guide/": "",
    "guide/process/": "", "guide/find/": "", "guide/find/quick/": "main input",
    "guide/offices/": "main input", "guide/deadlines/handle/": "", "guide/owed/petitions/": "",
    "guide/receptions/": "", "register/": "", "register/all/": "", "register/1pxe6ja9/": "",
    "calls/lifts-2027/": "", "bulletins/": "", "bulletins/2015-06-statistics/": "",
    "suggest/write/": "", "check/": "", "about/report/": "", "search/": "#words",
    "answers/confirm-words/": "", "answers/receipt/": "", "answers/status/": "", "nowhere/": "",
}  # fmt: skip
WATCH = "addEventListener('securitypolicyviolation', e => console.log(e.violatedDirective))"


@pytest.fixture(scope="module")
def behind(
    answered_site: Path, reference: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same site behind nginx, with an address that moved."""
    moves = [Move("guide/rules/", "guide/process/", "2026-11-20")]
    write_hosting(answered_site, open_portal(reference).settings.office, moves)
    with fronted(answered_site, tmp_path_factory.mktemp("nginx")) as address:
        yield address


@pytest.fixture
def window(browser: Browser) -> Iterator[Page]:
    """A telephone on which scripts run, and which tells of what the policy stopped."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("place", KINDS)
def test_behind_nginx_no_kind_of_page_makes_the_browser_complain(
    window: Page, behind: str, place: str
) -> None:
    """Console messages, failed requests and violations: none, with Trusted Types on."""
    said = complaints(window)
    answer = window.goto(behind + place)
    assert answer
    assert answer.status == (404 if place == "nowhere/" else 200)
    assert answer.header_value(CSP) == SITE_HEADERS[CSP]
    if KINDS[place]:
        window.locator(KINDS[place]).first.fill("电梯")
    if place == "search/":
        window.keyboard.press("Enter")
        expect(window.locator(".search [role=status]")).to_contain_text("找到")
    assert [line for line in said if "404" not in line] == []


def test_trusted_types_stop_a_script_that_writes_markup(window: Page, behind: str) -> None:
    said = complaints(window)
    window.goto(f"{behind}search/")
    with pytest.raises(Error, match="TrustedHTML"):
        window.evaluate("document.body.innerHTML = '<p>'")
    assert any("trusted" in line.lower() for line in said)


@pytest.mark.parametrize(
    ("place", "status", "kind"),
    [
        ("", 200, "text/html; charset=utf-8"),
        ("nowhere/", 404, "text/html; charset=utf-8"),
        ("data/months.csv", 200, "text/csv; charset=utf-8"),
        ("data/months.json", 200, "application/json; charset=utf-8"),
        ("guide/receptions/calendar.ics", 200, "text/calendar; charset=utf-8"),
        ("data/catalogue/dcat.jsonld", 200, "application/ld+json; charset=utf-8"),
        ("bulletins/feed.atom.xml", 200, "text/xml; charset=utf-8"),
        ("_headers", 404, "text/html; charset=utf-8"),
        ("_nginx.conf", 404, "text/html; charset=utf-8"),
    ],
)
def test_nginx_answers_with_exactly_the_headers_that_were_written_for_it(
    behind: str, reference: Path, place: str, status: int, kind: str
) -> None:
    expected = host_headers(open_portal(reference).settings.office)
    try:
        answer = urllib.request.urlopen(behind + place)
    except urllib.error.HTTPError as missing:
        answer = missing
    assert answer.status == status
    own = {"server", "date", "content-length", "last-modified", "connection", "etag",
           "accept-ranges", "content-type"}  # fmt: skip
    rest = [(name, value) for name, value in answer.headers.items() if name.lower() not in own]
    assert sorted(rest) == sorted(expected.items())
    assert answer.headers["Content-Type"] == kind


def test_nginx_sends_who_comes_by_an_old_address_to_the_new_one(behind: str) -> None:
    with urllib.request.urlopen(f"{behind}guide/rules/") as answer:
        assert answer.url == f"{behind}guide/process/"
