"""Pages in a real Chromium, on a telephone and on a desk, in light and in dark."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from browser.console import complaints
from conftest import ROOT

PAGES = (
    "", "data/", "data/2015-06/", "data/regions/dorchester/", "data/topics/noise/",
    "data/timeliness/", "data/dictionary/", "data/downloads/", "data/releases/", "data/methods/",
    "data/catalogue/",
    "guide/", "guide/process/", "guide/glossary/", "bulletins/", "bulletins/2015-06-statistics/",
    "about/", "about/architecture/", "about/readme/", "nowhere/",
    "about/hosting/", "about/incident/", "about/assessment/", "about/upkeep/",
    "register/", "register/all/", "register/adopted/", "register/not-adopted/", "register/overdue/",
    "register/1pxe6ja9/", "register/5jbr7ehs/", "register/g3nk8dv1/", "register/state/promised/",
    "register/body/body-urban/", "calls/", "calls/lifts-2027/", "calls/school-roads-2026/",
    "register/supervision/", "register/supervision/lift-subsidy-order/", "guide/deadlines/",
    "guide/deadlines/objection/", "guide/deadlines/handle/", "guide/opinions-map/",
    "guide/legal-routes/", "about/structure/",
    "about/supervision/", "about/complain/", "about/stations/", "about/report/",
    "guide/find/", "guide/find/own/", "guide/find/ticket/", "guide/find/own/none/",
    "guide/find/doors/mediation/", "guide/find/quick/",
    "guide/owed/", "guide/owed/petitions/",
    "guide/owed/disclosure/", "guide/write/", "guide/hotline/", "guide/letter/", "guide/counter/",
    "guide/access/", "guide/rights-card/", "guide/easy/", "guide/easy/door/", "guide/easy/suggest/",
    "guide/easy/check/", "guide/easy/owed/", "guide/easy/protected/", "suggest/paper/",
    "guide/offices/", "guide/offices/type/contact-point/", "guide/offices/region/dorchester/",
    "guide/receptions/", "guide/receptions/region/charlestown/",
    "about/posts/", "about/leaders/", "about/meetings/", "about/budget/", "search/",
)  # fmt: skip
PICTURES = ROOT / "content" / "about"
# On a telephone: where it is, and the view that its reader chose.
TELEPHONES = (("data/regions/", "light"), ("register/1pxe6ja9/", "dark"), ("", "elder"))


@pytest.mark.parametrize("place", PAGES)
def test_a_page_fits_its_window_and_breaks_no_rule(page: Page, address: str, place: str) -> None:
    said, asked = complaints(page), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + place)
    assert page.locator("h1").count() == 1
    box = page.locator("main").bounding_box()
    assert box
    assert page.viewport_size
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert [line for line in said if "404" not in line] == []
    assert len(set(asked)) <= 5
    assert all(url.startswith(address) for url in asked)


@pytest.mark.parametrize("place", PAGES)
def test_nothing_runs_over_the_edge_of_a_telephone(reader: Page, address: str, place: str) -> None:
    reader.goto(address + place)
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_first_stop_of_the_keyboard_leads_to_the_text(reader: Page, address: str) -> None:
    reader.goto(f"{address}data/")
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.textContent") == "跳到正文"
    reader.keyboard.press("Enter")
    assert reader.url.endswith("#main")


def test_the_menu_opens_by_keyboard_and_leads_on(reader: Page, address: str) -> None:
    reader.goto(address)
    reader.locator(".menu summary").focus()
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name="回复是否按时").click()
    assert reader.url == f"{address}data/timeliness/"


@pytest.mark.parametrize(
    ("place", "letters"), [("data/2015-06/", ".bars .label"), ("register/", ".fates text")]
)
def test_letters_in_drawings_keep_their_size_on_a_telephone(
    browser: Browser, address: str, place: str, letters: str
) -> None:
    heights = []
    for width in (360, 1440):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(f"{address}{place}")
        box = page.locator(letters).first.bounding_box()
        assert box
        heights.append(box["height"])
        page.close()
    assert abs(heights[0] - heights[1]) < 0.5
    assert heights[0] >= 14


def test_wide_tables_scroll_by_keyboard_inside_their_frame(reader: Page, address: str) -> None:
    reader.goto(f"{address}data/2015-06/")
    frame = reader.locator(".table").first
    frame.focus()
    for _ in range(5):
        reader.keyboard.press("ArrowRight")
    reader.wait_for_timeout(300)
    assert frame.evaluate("element => element.scrollLeft") > 0


def test_text_starts_at_17_pixels_and_grows_with_the_browsers_setting(
    reader: Page, address: str
) -> None:
    reader.goto(address)
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert reader.evaluate(size) == pytest.approx(17, abs=0.1)
    sheet = reader.locator("link[rel=stylesheet]").get_attribute("href")
    text = reader.request.get(address.rstrip("/") + str(sheet)).text()
    assert "html{font-size:106.25%" in text


def test_the_pictures_in_the_readme_show_the_site_as_it_is(browser: Browser, address: str) -> None:
    """When a page has changed, its picture is taken anew: look at it and commit it."""
    desk = _taken(browser, address, 1280, 860, "light")
    held = [_taken(browser, f"{address}{at}", 360, 720, view) for at, view in TELEPHONES]
    three = Image.new("RGB", (3 * 360 + 2 * 20, 720), "#8a929b")
    for place, picture in enumerate(held):
        three.paste(picture, (place * 380, 0))
    old = [n for n, p in (("home", desk), ("telephone", three)) if not _kept(f"{n}.png", p)]
    assert old == [], "out of date, taken anew: look at them, commit them"


def _taken(browser: Browser, address: str, width: int, height: int, view: str) -> Image.Image:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.add_init_script(f"localStorage.setItem('view', '{view}')")
    page.goto(address)
    taken = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.close()
    return taken


def _kept(name: str, taken: Image.Image) -> bool:
    path = PICTURES / name
    if path.is_file() and _alike(taken, Image.open(path).convert("RGB")):
        return True
    taken.quantize(64).save(path, optimize=True)
    return False


def _alike(one: Image.Image, other: Image.Image) -> bool:
    """At most three in a hundred points differ clearly (fonts are drawn a little differently)."""
    if one.size != other.size:
        return False
    difference = ImageChops.difference(one, other).convert("L")
    clearly = sum(difference.histogram()[64:])
    return clearly <= 0.03 * one.width * one.height
