"""Search as a reader uses it, against a plain look through the text of every page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from browser.console import complaints
from conftest import ROOT
from doubles.site_door import hosted
from website.greps import searched
from yanlu.website.output import Output
from yanlu.website.search.build import write_search
from yanlu.website.search.kept import Kept
from yanlu.website.shell import read_navigation

QUERIES = (ROOT / "tests" / "vectors" / "search" / "queries.txt").read_text("utf-8").split()
# Words that the reference site may not have, put on one of its pages.
ADDED = "附近的信访代办点张榜公布，电梯的维保单位、公交站的选址都在榜上，楼道整改有人督办。"
MIXED = "第3条：Ａ座3楼，年满5岁，共12\u202f566件，CSV格式，道路边的灯。"
CHANGED = "guide/rights/"
NOWHERE = "道路灯"  # each of its pairs stands on many pages
AT_ONCE = 10  # entries that are looked at together
FEW = 40  # pages: of so many all are looked at, of more the first forty


@pytest.fixture(scope="module")
def wider(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference site with one more paragraph, and its index made anew."""
    folder = tmp_path_factory.mktemp("wider") / "site"
    shutil.copytree(site, folder)
    page = folder / CHANGED / "index.html"
    html = page.read_text("utf-8").replace("</article>", f"<p>{ADDED}{MIXED}</p></article>", 1)
    page.write_text(html, "utf-8")
    for part in ("s", "t"):
        shutil.rmtree(folder / "search" / part)
    output = Output(folder, folder)
    write_search(output, sorted(searched(folder)), read_navigation(ROOT / "theme"), Kept(None))
    return folder


@pytest.fixture(scope="module")
def texts(wider: Path) -> dict[str, str]:
    """The text of each page by its address."""
    return searched(wider)


@pytest.fixture(scope="module")
def window(browser: Browser, wider: Path) -> Iterator[Page]:
    """The search page on a telephone, left open."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    with hosted(wider, "/") as address:
        page.goto(f"{address}search/")
        yield page
    context.close()


def _ask(page: Page, words: str) -> int:
    """Search; answers how many pages are said to be found."""
    page.fill("#words", words)
    page.keyboard.press("Enter")
    expect(page.locator(".search [role=status]")).not_to_have_text("正在找……", timeout=60_000)
    return _told(page)


def _told(page: Page) -> int:
    told = page.locator(".search [role=status]").inner_text()
    return int(told.removeprefix("找到").partition("页")[0]) if told.startswith("找到") else 0


def _listed(page: Page, most: int) -> list[str]:
    """The addresses that are listed, with those that "more" adds."""
    links, more = page.locator(".search li a"), page.locator(".more")
    while more.is_visible() and links.count() < most:
        before = links.count()
        more.click()
        expect(links.nth(before)).to_be_focused(timeout=60_000)
    return [urlsplit(one.get_attribute("href") or "").path[1:] for one in links.all()]


def test_there_are_thirty_three_queries() -> None:
    assert len(set(QUERIES)) == 33
    assert {"信访", "信访代办点", "人民建议征集", "张榜"} <= set(QUERIES)


@pytest.mark.parametrize("query", QUERIES)
def test_exactly_the_pages_that_hold_the_words_are_found(
    window: Page, texts: dict[str, str], query: str
) -> None:
    held = {address for address, text in texts.items() if query in text}
    found = _ask(window, query)
    listed = _listed(window, FEW)
    assert len(listed) == len(set(listed))
    assert set(listed) <= held
    if len(held) <= FEW:
        assert set(listed) == held
    assert found == len(held)


def _plain(text: str) -> str:
    return normalize("NFKC", text.replace("\u202f", "")).lower()


@pytest.mark.parametrize(
    "query",
    ["3月", "12月", "第3条", "a座3楼", "5岁", "12566", "12\u202f566件", "2015年6月", "csv格"],
)
def test_digits_and_letters_are_found_beside_han_characters_and_in_groups(
    window: Page, texts: dict[str, str], query: str
) -> None:
    held = {address for address, text in texts.items() if _plain(query) in _plain(text)}
    assert held
    _ask(window, query)
    listed = _listed(window, FEW)
    assert set(listed) <= held
    if len(held) <= FEW:
        assert set(listed) == held
        assert _told(window) == len(held)


def test_the_page_of_a_month_stands_among_the_first(reader: Page, address: str) -> None:
    reader.goto(f"{address}search/")
    _ask(reader, "2015年6月")
    assert "data/2015-06/" in _listed(reader, 10)
    expect(reader.locator(".search li mark").first).to_have_text("2015年6月")


def test_a_number_in_groups_is_marked_as_it_stands(window: Page) -> None:
    _ask(window, "12566")
    entry = window.locator(".search li", has=window.locator(f"a[href$='{CHANGED}']"))
    assert entry.locator("mark").text_content() == "12\u202f566"


def test_late_texts_of_a_query_change_nothing_of_the_next(
    reader: Page, address: str, site: Path
) -> None:
    late: list[Route] = []
    held = [place for place, text in searched(site).items() if "噪声" in text]
    reader.goto(f"{address}search/")
    reader.route(
        "**/search/t/*",
        lambda route: late.append(route) if len(late) < AT_ONCE else route.continue_(),
    )
    reader.fill("#words", NOWHERE)
    reader.keyboard.press("Enter")
    while len(late) < AT_ONCE:
        reader.wait_for_timeout(20)
    assert _ask(reader, "噪声") == len(held) > AT_ONCE
    for route in late:
        route.continue_()
    assert set(_listed(reader, len(held))) == set(held)
    assert _told(reader) == len(held)


def test_nothing_is_loaded_before_it_is_used_and_no_word_gets_anywhere(
    reader: Page, address: str
) -> None:
    said, asked = complaints(reader), []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(f"{address}search/")
    reader.locator("#words").press_sequentially("路灯")
    assert not any("/search/" in url.removeprefix(f"{address}search/") for url in asked)
    assert len(set(asked)) <= 5
    asked.clear()
    assert _ask(reader, "路灯") > 0
    parts = [urlsplit(url) for url in asked]
    assert all(part.path.startswith("/search/") for part in parts)
    assert all(not part.query or part.query.startswith("v=") for part in parts)
    assert len(asked) <= 1 + 1 + 10  # the sizes, one pair of letters, ten excerpts
    assert reader.url == f"{address}search/"
    assert reader.evaluate("localStorage.length + sessionStorage.length + history.length") <= 2
    assert said == []


def test_pages_with_the_words_in_their_title_stand_first_and_the_words_are_marked(
    reader: Page, address: str
) -> None:
    reader.goto(f"{address}search/")
    _ask(reader, "信访工作条例")
    first = reader.locator(".search li").first
    expect(first.locator("a")).to_have_text("信访工作条例说了什么")
    expect(first.locator("span")).to_have_text("办事指引")
    expect(first.locator("mark").first).to_have_text("信访工作条例")
    first.locator("a").click()
    expect(reader).to_have_url(f"{address}guide/regulations-2022/")


def test_several_words_must_all_stand_on_the_page(reader: Page, address: str, site: Path) -> None:
    reader.goto(f"{address}search/")
    both = {place for place, text in searched(site).items() if "路灯" in text and "公园" in text}
    assert _ask(reader, "路灯，公园") == len(both)
    assert set(_listed(reader, len(both))) == both


@pytest.mark.parametrize(
    ("typed", "told"), [("信", "请至少写两个字"), ("  ", "请至少写两个字"), ("鑫鑫", "没有找到"),
                        ("constructor", "没有找到"), ("3", "请至少写两个字"),
                        (NOWHERE, "没有找到")]
)  # fmt: skip
def test_what_finds_nothing_is_answered(reader: Page, address: str, typed: str, told: str) -> None:
    reader.goto(f"{address}search/")
    _ask(reader, "路灯")
    assert _ask(reader, typed) == 0
    expect(reader.locator(".search [role=status]")).to_contain_text(told)
    expect(reader.locator(".search li")).to_have_count(0)
    expect(reader.locator(".more")).to_be_hidden()


def test_a_line_that_breaks_is_told_and_a_second_try_works(reader: Page, address: str) -> None:
    reader.route("**/search/s/*", lambda route: route.abort())
    reader.goto(f"{address}search/")
    _ask(reader, "路灯")
    expect(reader.locator(".search [role=status]")).to_contain_text("再按一次")
    reader.unroute("**/search/s/*")
    reader.get_by_role("button", name="搜索").click()
    expect(reader.locator(".search [role=status]")).to_contain_text("找到")


def test_what_the_script_shows_has_no_barrier_that_axe_knows(reader: Page, address: str) -> None:
    reader.goto(f"{address}search/")
    _ask(reader, "信访")
    assert Axe().run(reader).response["violations"] == []
    assert reader.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_a_script_the_parts_of_the_site_stand_in_its_place(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.get_by_role("link", name="搜索", exact=True).click()
    expect(page.locator("#words")).to_be_hidden()
    page.locator("main").get_by_role("link", name="哪天到期").click()
    expect(page).to_have_url(f"{address}guide/deadlines/")
