"""What is printed and what is in large type, in a real Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

EASY = ("", "door/", "suggest/", "check/", "owed/", "protected/")
TOUCH = 60  # CSS pixels: what an elder view asks of all that is touched


def _pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("place", ["suggest/paper/", "guide/rights-card/"])
def test_a_sheet_prints_alone_on_one_page_of_a4(browser: Browser, address: str, place: str) -> None:
    page = browser.new_page()
    page.goto(address + place)
    for paper in ({"prefer_css_page_size": True}, {"format": "A4"}):
        pdf = page.pdf(**paper)
        assert _pages(pdf) == 1
        assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12]", pdf)
    page.emulate_media(media="print")
    for other in (".top", ".notice", ".bottom", ".crumbs", "article > p", "h1"):
        assert not any(one.is_visible() for one in page.locator(other).all())
    page.close()


def test_a_longer_office_still_fits_its_form_on_one_page(browser: Browser, site: Path) -> None:
    page = browser.new_page()
    html = (site / "suggest" / "paper" / "index.html").read_text("utf-8")
    (sheet,) = (site / "assets").glob("site.*.css")
    many = re.sub(r'(<span class="box">[^<]*</span> ?\n?)', r"\1\1", html)  # twice the choices
    page.set_content(re.sub("<meta http-equiv.*?>|<link.*?>", "", many))
    page.add_style_tag(path=sheet)
    assert _pages(page.pdf(prefer_css_page_size=True)) == 1
    page.close()


@pytest.mark.parametrize("place", EASY)
def test_large_type_is_22_pixels_loose_and_in_one_column(
    reader: Page, address: str, place: str
) -> None:
    reader.set_viewport_size({"width": 1440, "height": 900})
    reader.goto(f"{address}guide/easy/{place}")
    style = "const s = getComputedStyle(document.querySelector('.easy p')); "
    size, line = reader.evaluate(
        f"(() => {{ {style} return [parseFloat(s.fontSize), parseFloat(s.lineHeight)]; }})()"
    )
    assert size == pytest.approx(22, abs=0.1)
    assert line >= 1.8 * size - 0.1
    assert not reader.locator(".contents").is_visible()


@pytest.mark.parametrize("place", EASY)
def test_all_that_is_touched_in_large_type_is_60_pixels_high(
    reader: Page, address: str, place: str
) -> None:
    reader.goto(f"{address}guide/easy/{place}")
    touched = [one for one in reader.locator("a, summary").all() if one.is_visible()]
    assert touched
    for one in touched:
        box = one.bounding_box()
        assert box
        if box["y"] >= 0 and "skip" not in (one.get_attribute("class") or ""):
            assert box["height"] >= TOUCH - 0.5, one.text_content()


@pytest.mark.parametrize("place", EASY)
def test_easy_pages_say_one_short_thing_a_line(reader: Page, address: str, place: str) -> None:
    reader.goto(f"{address}guide/easy/{place}")
    said = reader.evaluate(
        """() => [...document.querySelectorAll(".easy p, .easy li")]
          .filter(one => !one.closest(".offices, .post") && !one.querySelector("p"))
          .map(one => one.textContent.trim())"""
    )
    short = [line for line in said if not line.startswith("《")]
    assert short
    assert [line for line in short if len(line) > 40] == []
