"""The finder as pages: every answer leads on, every door says where, with what, until when."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from conftest import ROOT
from website.register_site import build, put
from yanlu.errors import GuidanceError
from yanlu.guidance.offices import offices_by_code
from yanlu.guidance.routes import ASKED, Node, read_routes
from yanlu.settings import Portal
from yanlu.templates import dial
from yanlu.website.finder import cited

ROUTES = read_routes(ROOT / "data")
OFFICES = offices_by_code(ROOT / "data")


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, str]:
    """The finder's pages on the reference site."""
    return {
        path.relative_to(site).as_posix().removesuffix("index.html"): path.read_text("utf-8")
        for path in (site / "guide" / "find").rglob("index.html")
    }


def _address(node: Node) -> str:
    return f"guide/find/{node.code}/" if node.parent else "guide/find/"


def test_every_question_shows_its_answers_and_none_of_these_last(pages: dict[str, str]) -> None:
    for node in ROUTES.nodes.values():
        if not node.question:
            continue
        page = pages[_address(node)]
        shown = re.findall(r'<li[^>]*><a href="/([^"]+)"><strong>(.*?)</strong>', page)
        told = [(_address(one), one.answer) for one in ROUTES.answers[node.code]]
        assert shown == [*told, (f"{_address(node)}none/", "都不是")]
        assert f"<h1>{node.question}</h1>" in page


def test_none_of_these_leads_to_a_telephone_and_a_counter_and_back(pages: dict[str, str]) -> None:
    for node in ROUTES.nodes.values():
        if node.question:
            page = pages[f"{_address(node)}none/"]
            assert f'href="/{_address(node)}"' in page
            for office in OFFICES.values():
                if office.type in ASKED:
                    assert office.name in page
                    assert f'">{office.telephone}</a>' in page


def test_every_end_shows_the_answers_so_far_and_the_way_back(pages: dict[str, str]) -> None:
    for node in ROUTES.ends:
        crumbs = re.search(r'<nav class="crumbs".*?</nav>', pages[_address(node)], re.S)
        assert crumbs
        for one in ROUTES.trail(node)[1:-1]:
            assert f'<a href="/{_address(one)}">{one.answer}</a>' in crumbs[0]
        assert f'<span aria-current="page">{node.answer}</span>' in crumbs[0]
        back = _address(ROUTES.nodes[node.parent])
        assert f'<a href="/{back}">选错了，回上一问</a>' in pages[_address(node)]


def test_every_door_says_where_with_what_until_when_and_what_if_it_refuses(
    pages: dict[str, str],
) -> None:
    ends = {node.door: pages[_address(node)] for node in ROUTES.ends}
    for door in ROUTES.doors.values():
        for page in (pages[f"guide/find/doors/{door.code}/"], ends.get(door.code, "")):
            if not page:
                continue
            offices = [OFFICES[code] for code in door.offices]
            told = [door.lede, *door.bring, *door.limits, door.note, *cited(door.laws)]
            for office in offices:
                told += [office.name, office.address, office.hours, office.accessible]
                told.append(dial(office.telephone))
            told += [f'href="/guide/deadlines/{code}/"' for code in door.deadlines]
            told += [f'href="/{address}"' for address in door.pages]
            assert [one for one in told if one not in page] == []
            assert (f'href="/guide/find/doors/{door.next_door}/"' in page) == bool(door.next_door)
            assert ('href="tel:110"' in page) == door.urgent


def test_one_door_has_one_address_for_search_engines(pages: dict[str, str]) -> None:
    for node in ROUTES.ends:
        told = f'<link rel="canonical" href="https://yanlu.shili.example/guide/find/doors/{node.door}/">'
        assert told in pages[_address(node)]


def test_the_one_page_holds_every_end_without_a_script(pages: dict[str, str]) -> None:
    page = pages["guide/find/quick/"]
    ends = re.findall(r'<a class="end" href="/([^"]+)" data-words="([^"]+)">', page)
    assert ends == [(_address(one), ";".join(one.keywords)) for one in _depth_first(ROUTES.first)]
    assert page.count("<summary>") - 1 == len(list(_questions())) - 1  # the menu has one too


def _depth_first(node: Node) -> list[Node]:
    if node.door:
        return [node]
    return [end for one in ROUTES.answers[node.code] for end in _depth_first(one)]


def _questions() -> list[Node]:
    return [node for node in ROUTES.nodes.values() if node.question]


def test_no_template_names_a_place_or_an_office() -> None:
    for path in (ROOT / "theme" / "pelican" / "templates").glob("finder*.html"):
        assert "示例" not in path.read_text("utf-8"), path


def test_a_page_that_is_not_in_the_menu_stops_the_build(portal: Portal, tmp_path: Path) -> None:
    path = portal.data / "guidance" / "doors.csv"
    path.write_text(path.read_text("utf-8").replace("suggest/write/", "suggest/circus/"), "utf-8")
    put(portal)
    with pytest.raises(GuidanceError, match=r"doors\.csv 第 3 行 列 pages"):
        build(portal, tmp_path / "site")


def test_articles_of_one_law_stand_on_one_line() -> None:
    laws = ["《甲》（2022年）第一条", "《乙》（2019年）第五条", "《甲》（2022年）第三条"]
    assert cited(laws) == ["《甲》（2022年）第一条、第三条", "《乙》（2019年）第五条"]
