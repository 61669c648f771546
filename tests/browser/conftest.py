"""A real Chromium, on a telephone and on a desk, in light and in dark."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from doubles.site_door import hosted
from website.samples import PAGES, rendered

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--font-render-hinting=none",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        yield browser
        browser.close()


@pytest.fixture(params=[(360, "light"), (1440, "dark")], ids=["telephone", "desk"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window of each kind; scripts are switched off, since the site needs none."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A telephone on which the test may look at the page."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def answered_site(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference site with all that the intake may answer, each inside the frame."""
    folder = tmp_path_factory.mktemp("answered") / "site"
    shutil.copytree(site, folder)
    frame = (folder / "suggest" / "answer" / "index.html").read_text("utf-8")
    for name in PAGES:
        page = folder / "answers" / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(frame.replace("<!-- answer -->", rendered(name)), "utf-8")
    return folder


@pytest.fixture(scope="module")
def answered(answered_site: Path) -> Iterator[str]:
    """That site, served with its security headers."""
    with hosted(answered_site, "/") as address:
        yield address
