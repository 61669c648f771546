"""On a slow line the script of a page comes after its words: nothing that is read moves then."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

PAINTED = """
  new Promise((done) => new PerformanceObserver(() => done()).observe({
    type: "paint", buffered: true,
  }))
"""
MOVED = """
  window.moved = 0;
  new PerformanceObserver((seen) => {
    for (const shift of seen.getEntries()) window.moved += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
"""
ANSWER = "[data-step] :is(.due, .note, td)"  # where a deadline is told
SETTLED = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(moved), 200)))"
FIRST = "view.js"  # before the first paint, so that its colours are right


@pytest.mark.parametrize(
    "place",
    ["search/", "guide/find/quick/", "guide/offices/", "guide/deadlines/handle/",
     "guide/deadlines/notify-direct/", "guide/owed/petitions/"],
)  # fmt: skip
def test_what_a_script_shows_has_its_place_before_the_script_is_there(
    reader: Page, answered: str, place: str
) -> None:
    late: list[Route] = []

    def keep(route: Route) -> None:
        if route.request.url.endswith(FIRST):
            route.continue_()
        else:
            late.append(route)

    reader.route("**/assets/js/*.js", keep)
    reader.add_init_script(MOVED)
    reader.goto(answered + place, wait_until="commit")
    reader.evaluate(PAINTED)
    assert late
    built = reader.locator(ANSWER).all_text_contents()
    for route in late:
        route.continue_()
    reader.wait_for_load_state("networkidle")
    assert reader.evaluate(SETTLED) == 0
    assert reader.locator(ANSWER).all_text_contents() == built
