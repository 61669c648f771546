"""The 43 mechanisms of the 2007 Opinions: each is on the site, or says why it should not be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import ROOT

MAP = "guide/opinions-map"
_ROW = re.compile(r"^\| (\d+)、([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_SHOWN = re.compile(r"<tr>\s*<td>(\d+)、(.*?)</tr>", re.DOTALL)
_HREF = re.compile(r'<a [^>]*?href="([^"]+)"')
_WHY = re.compile("网站(?:不该|不应当|不能|没有)|没有要做的|不应当连进去")


def _rows() -> list[tuple[int, str, str]]:
    text = (ROOT / "content" / f"{MAP}.md").read_text("utf-8")
    return [(int(number), what, where) for number, what, where in _ROW.findall(text)]


def _target(page: Path, href: str, site: Path) -> Path | None:
    """The page of the site to which a link leads; none for other files and other sites."""
    path = href.partition("#")[0]
    if not path or re.match(r"[a-z]+:", path):
        return None
    place = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    found = place / "index.html" if place.is_dir() else place
    return found.resolve() if found.suffix == ".html" else None


@pytest.fixture(scope="module")
def clicks(site: Path) -> dict[Path, int]:
    """How many links lead from the home page to each page that is no further than three."""
    home = (site / "index.html").resolve()
    found, edge = {home: 0}, [home]
    for click in (1, 2, 3):
        after: list[Path] = []
        for page in edge:
            for href in _HREF.findall(page.read_text("utf-8")):
                target = _target(page, href, site)
                if target and target.is_file() and target not in found:
                    found[target] = click
                    after.append(target)
        edge = after
    return found


def test_the_map_has_43_rows_in_order_and_each_leads_somewhere_or_says_why_not() -> None:
    rows = _rows()
    assert [number for number, *_ in rows] == list(range(1, 44))
    for number, what, where in rows:
        assert what.strip(), number
        assert "](" in where or _WHY.search(where), number


def test_the_built_page_shows_all_43(site: Path) -> None:
    shown = _SHOWN.findall((site / MAP / "index.html").read_text("utf-8"))
    assert [int(number) for number, _ in shown] == list(range(1, 44))


def test_every_link_of_the_map_is_at_most_three_clicks_from_the_home_page(
    site: Path, clicks: dict[Path, int]
) -> None:
    page = (site / MAP / "index.html").resolve()
    lost = [
        f"{number}: {href}"
        for number, row in _SHOWN.findall(page.read_text("utf-8"))
        for href in _HREF.findall(row)
        if _target(page, href, site) not in clicks
    ]
    assert lost == []


def test_the_map_itself_is_two_clicks_away(site: Path, clicks: dict[Path, int]) -> None:
    assert clicks[(site / MAP / "index.html").resolve()] == 2
