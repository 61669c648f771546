"""Every kind of page, before axe-core: on a telephone in light, on a desk in dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from browser.test_forms import ANSWERED, WRITTEN
from browser.test_pages import PAGES


@pytest.fixture(params=[(360, "light"), (1440, "dark")], ids=["telephone", "desk"], scope="module")
def seen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A window of each kind, in which axe may run."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("place", sorted({*PAGES, *WRITTEN, *ANSWERED}))
def test_no_barrier_that_axe_knows(seen: Page, answered: str, place: str) -> None:
    """All of its rules, best practices too; each finding is told with its first elements."""
    seen.goto(answered + place)
    found = Axe().run(seen).response["violations"]
    told = {one["id"]: [node["target"] for node in one["nodes"][:3]] for one in found}
    assert told == {}


def test_a_barrier_is_found(seen: Page) -> None:
    seen.goto("about:blank")  # away from the site's policy, which would forbid the colour
    seen.set_content("<main><h1>图</h1><img src='a.png'><p style='color:#aaa'>太淡</p></main>")
    found = {one["id"] for one in Axe().run(seen).response["violations"]}
    assert {"image-alt", "color-contrast"} <= found
