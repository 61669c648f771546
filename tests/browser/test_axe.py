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


# One page of each kind, and what of axe depends on how a page looks. Light and dark had all rules
# above; colours are the same on a desk as on a telephone, places are not.
KINDS = (
    "", "data/channels/online/", "guide/rights/", "guide/find/", "register/", "register/1pxe6ja9/",
    "bulletins/2015-06-statistics/", "search/", "nowhere/", "suggest/write/",
    "answers/confirm-words/", "answers/receipt/", "answers/status/",
)  # fmt: skip
COLOURS = ("color-contrast", "link-in-text-block")
PLACES = ("target-size", "scrollable-region-focusable")
VIEWS = {
    "dark": COLOURS,
    "contrast": (*COLOURS, "color-contrast-enhanced"),  # 7 to 1, where contrast was asked for
    "elder": (*COLOURS, *PLACES),
}


@pytest.mark.parametrize("place", KINDS)
def test_no_barrier_in_any_view(seen: Page, answered: str, place: str) -> None:
    """Dark, high contrast and large type, chosen by the reader, whatever the window."""
    seen.goto(answered + place)
    wide = seen.evaluate("innerWidth > 1000")
    told = {}
    for view, rules in {"elder": PLACES}.items() if wide else VIEWS.items():
        seen.evaluate("view => { document.documentElement.dataset.view = view }", view)
        options = {"runOnly": list(rules), "resultTypes": ["violations"]}
        found = Axe().run(seen, options=options).response["violations"]
        told |= {f"{view}: {o['id']}": [n["target"] for n in o["nodes"][:3]] for o in found}
    assert told == {}
