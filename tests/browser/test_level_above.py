"""The site of a level above, built whole: its pages in a browser, and a number that is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from browser.console import complaints
from conftest import commit_all, copy_repository, run_yanlu
from doubles.level_above import add_level_above
from doubles.site_door import hosted
from yanlu.errors import BuildError
from yanlu.model import Month
from yanlu.website.remembered import Remembered
from yanlu.website.verify import verify_numbers

OUTSIDE = """() => [...document.querySelectorAll('.ranges text')].filter(text => {
  const box = text.getBoundingClientRect(), all = text.ownerSVGElement.getBoundingClientRect();
  return box.right > all.right + 1 || box.left < all.left - 1;
}).map(text => text.textContent)"""
CROSSING = """() => {
  const boxes = [...document.querySelectorAll('.ranges text')].map(t => t.getBoundingClientRect());
  return boxes.some((a, i) => boxes.slice(i + 1).some(b =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 5 && b.top < a.bottom - 5));
}"""


@pytest.fixture(scope="module")
def above(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference office as if it had others below it."""
    folder = copy_repository(tmp_path_factory.mktemp("above"))
    add_level_above(folder, [Month(2015, number) for number in range(2, 7)])
    commit_all(folder)
    done = run_yanlu(folder, "build")
    assert done.returncode == 0, done.stderr
    return folder / "public"


@pytest.fixture(scope="module")
def door(above: Path) -> Iterator[str]:
    """Its address, with the security headers."""
    with hosted(above, "/") as address:
        yield address


@pytest.mark.parametrize(
    ("place", "width", "view"),
    [
        ("data/federation/", 360, "elder"),
        ("data/federation/", 1440, "dark"),
        ("data/federation/2015-06/", 360, "light"),
        ("data/federation/2015-06/", 1440, "contrast"),
    ],
)
def test_its_pages_fit_every_window_in_every_view_and_no_rule_is_broken(
    browser: Browser, door: str, place: str, width: int, view: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.add_init_script(f"localStorage.setItem('view', '{view}')")
    said = complaints(page)
    page.goto(door + place)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(CROSSING) is False
    found = Axe().run(page).response["violations"]
    assert {one["id"]: one["nodes"][0]["target"] for one in found} == {}
    assert said == []
    page.close()


def test_the_menu_leads_there_and_the_packages_are_on_the_site(above: Path) -> None:
    assert 'href="/data/federation/">各地汇总</a>' in (above / "index.html").read_text("utf-8")
    for place in ("rollups.csv", "2015-06/v1/datapackage.json", "2015-06/v1/coverage.csv"):
        assert (above / "data/rollups" / place).is_file(), place
    catalogue = json.loads((above / "data/catalogue/dcat.jsonld").read_text("utf-8"))
    named = [one["dct:identifier"] for one in catalogue["dcat:dataset"]]
    assert named.count("rollup-2015-06-v1") == 1


def test_a_count_that_is_not_in_the_roll_up_stops_the_build(above: Path) -> None:
    """The table and its file say the same, and add up: only the package tells otherwise."""
    place = above / "data/federation/2015-06"
    file, page = place / "offices.json", place / "index.html"
    kept = {path: path.read_bytes() for path in (file, page)}
    told = json.loads(kept[file])
    east, west = told["rows"][:2]
    for row, more in ((east, 1), (west, -1)):
        row["received"] += more
    file.write_text(json.dumps(told), "utf-8")
    table = kept[page].decode().partition('id="table-offices"')
    wrong = table[2].replace(f">{east['received'] - 1}<", f">{east['received']}<", 1)
    wrong = wrong.replace(f">{west['received'] + 1}<", f">{west['received']}<", 1)
    page.write_text("".join((*table[:2], wrong)), "utf-8")
    with pytest.raises(BuildError, match="与汇总的数据包不符"):
        verify_numbers(above, 30, Remembered(None, "verified", "", int))
    for path, content in kept.items():
        path.write_bytes(content)
    verify_numbers(above, 30, Remembered(None, "verified", "", int))
