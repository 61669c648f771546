"""The form on paper, the card, and the pages for those who do not write on the web."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from html import unescape
from pathlib import Path

import msgspec
import pytest

from conftest import ROOT
from yanlu.settings import Contact, Settings, open_portal
from yanlu.templates import environment
from yanlu.website.inserts import form_choices, inserts

HOWTO = ("write", "hotline", "letter", "counter", "access", "rights-card", "owed", "easy")
DAY = date(2026, 11, 29)
EASY = ("door", "suggest", "check", "owed", "protected")


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@pytest.fixture(scope="module")
def paper(site: Path) -> str:
    """The sheet as it is published."""
    page = (site / "suggest" / "paper" / "index.html").read_text("utf-8")
    return page[page.index('<div class="sheet paper">') : page.index('id="怎样交"')]


def test_the_paper_form_asks_for_what_the_form_on_the_web_asks_for(site: Path, paper: str) -> None:
    web = (site / "suggest" / "write" / "index.html").read_text("utf-8")
    form = web[web.index("<form") : web.index("</form>")]
    labels = re.findall(r"<label[^>]*>(.*?)</label>|<legend>(.*?)</legend>", form, re.S)
    plain = _text(paper)
    for label in {one or other for one, other in labels} - {"请留空"}:
        assert _text(label).removesuffix("（可以不填）").removesuffix("（可以不设）") in plain
    for choice in re.findall(r"<option value=\"[^\"]+\">(.*?)</option>", form):
        assert f'<span class="box">{choice}</span>' in paper


@pytest.mark.parametrize("name", ["consent_summary", "consent_words", "child"])
def test_who_ticks_a_box_on_paper_agrees_to_the_words_of_the_web(
    site: Path, paper: str, name: str
) -> None:
    web = (site / "suggest" / "write" / "index.html").read_text("utf-8")
    label = re.search(rf'<label for="{name}">(.*?)</label>', web)
    hint = re.search(rf'id="{name}-hint">(.*?)</p>', web)
    assert label
    assert hint
    words = hint[1].split("想看回复")[0]  # the second word is chosen at the counter, see below
    assert f'<span class="box"><b>{label[1]}</b></span>{words}' in paper


def test_the_second_word_is_never_asked_for_on_paper(paper: str) -> None:
    (said,) = re.findall(r"<p>(<b>口令</b>.*?)</p>", paper)
    assert "不要写在纸上" in said
    assert "登记时由您自己输入" in said
    assert '<p class="blank"><b>口令' not in paper


def test_there_is_room_for_the_seven_groups_of_the_receipt_code(paper: str) -> None:
    (groups,) = re.findall(r'<p class="groups"[^>]*>(.*?)</p>', paper)
    assert groups.count("<i></i>") == 7


def _office(**contact: str) -> Settings:
    settings = tomllib.loads((ROOT / "data" / "office.toml").read_text("utf-8"))
    settings["contact"] = {**settings["contact"], **contact}
    return msgspec.convert(settings, Settings)


def _rendered(name: str, settings: Settings) -> str:
    portal = open_portal(ROOT)
    facts = {"root": "/", "office": msgspec.to_builtins(settings)}
    choices = form_choices(portal, DAY)
    return (
        environment(ROOT / "theme" / "suggest")
        .get_template(name)
        .render({**facts, "choices": choices})
    )


def test_letters_need_no_stamp_only_where_the_office_says_so() -> None:
    for name in ("post.html", "paper.html", "ways.html"):
        assert re.search(
            "不用贴邮票的[：，].*免费信箱1号", _rendered(name, _office(freepost="免费信箱1号"))
        )
        assert not re.search("不用贴邮票的[：，]", _rendered(name, _office(freepost="")))
    assert "要贴邮票" in _rendered("post.html", _office(freepost=""))


def test_an_office_may_leave_the_freepost_address_out() -> None:
    assert Contact("路1号", "000000", "0", "每天").freepost == ""


@pytest.mark.parametrize("online", ["https://xf.example/a", ""])
def test_the_official_site_for_petitions_is_a_link_or_a_word_whom_to_ask(online: str) -> None:
    told = _rendered("online.html", _office(online=online)).strip()
    linked = f'<a href="{online}">{online}</a>'
    assert told == (linked if online else "地址请在窗口或者打电话问")


@pytest.mark.parametrize("online", ["xf.example", "javascript:alert(1)", "https://a b"])
def test_an_address_of_the_official_site_that_is_none_is_refused(online: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        _office(online=online)


def test_the_card_has_a_line_for_every_day_that_a_reader_knows(site: Path) -> None:
    card = (site / "guide" / "rights-card" / "index.html").read_text("utf-8")
    sheet = card[card.index('<div class="sheet card">') : card.index('id="怎样用"')]
    assert sheet.count('<td class="day"></td>') == 2 * 9
    assert "<strong>我自己</strong>请求复查，30日" in sheet
    for telephone in ("000-0000 0001", "000-0000 0003", "000-0000 0036", "110", "122"):
        assert telephone in sheet
    assert "多切斯特" not in sheet  # only counters that are there for the whole city


def test_every_page_of_these_is_at_most_three_steps_from_the_home_page(site: Path) -> None:
    found, seen = {""}, {""}
    for _ in range(3):
        links = {link for place in found for link in _links(site, place)}
        found = links - seen
        seen |= found
    wanted = {*(f"guide/{name}/" for name in HOWTO), *(f"guide/easy/{name}/" for name in EASY)}
    assert wanted | {"suggest/paper/", "guide/owed/petitions/"} <= seen


def _links(site: Path, place: str) -> set[str]:
    page = site / place / "index.html"
    if not page.is_file():
        return set()
    found = set()
    for link in re.findall(r'href="([^"#]+/)(?:#[^"]*)?"', page.read_text("utf-8")):
        if "//" not in link:
            target = (site / link.lstrip("/")) if link[0] == "/" else (page.parent / link)
            found.add(f"{target.resolve().relative_to(site.resolve()).as_posix()}/")
    return found


@pytest.mark.parametrize("name", [*HOWTO, *(f"easy/{name}" for name in EASY)])
def test_each_page_says_what_it_rests_on_and_what_it_leaves_out(site: Path, name: str) -> None:
    page = (site / "guide" / name / "index.html").read_text("utf-8")
    for words in (">依据<", ">本页没有说的<", "本页最近核对：2026-11-29"):
        assert words in page


def test_nothing_of_one_office_stands_in_pages_or_templates() -> None:
    written = [ROOT / "content" / "guide" / f"{name}.md" for name in HOWTO[:6]]
    written += [*(ROOT / "content" / "guide" / "easy").glob("*.md")]
    written += [ROOT / "content" / "suggest" / "paper.md"]
    written += [ROOT / "theme" / "suggest" / f"{name}.html" for name in ("paper", "post")]
    written += [*(ROOT / "theme" / "pelican" / "templates").glob("owed*.html")]
    for path in written:
        assert "示例" not in path.read_text("utf-8"), path


def test_how_long_a_deadline_is_stands_in_a_page_as_the_table_says() -> None:
    parts = inserts(open_portal(ROOT), ROOT / "theme", DAY)
    assert parts["days-handle"] == "60日"
    assert parts["days-objection"] == "5个工作日"
