"""The index: whatever stands on a page is found there, and what must not be found is not in it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from functools import reduce
from itertools import accumulate, chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from website.greps import HAN, searched
from yanlu.website.search import kept as kept_parts
from yanlu.website.search.index import (
    PART,
    Change,
    Part,
    index_files,
    parts_of,
    postings_of,
    revised,
    shard_of,
    written,
)
from yanlu.website.search.kept import Kept
from yanlu.website.search.text import Line, Page, folded, pieces, read_page, shown

WORDS = st.text("信访工作建议征集路灯一二〇々𠀀12ab", min_size=1, max_size=12)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map("，".join), max_size=80)
PAGES = st.lists(LINES, min_size=1, max_size=6)


def test_whatever_has_another_usual_form_is_shown_in_it() -> None:
    """The form of a character does not depend on those around it."""
    every = [chr(code) for code in range(0x30000)]
    beside = [shown(f"{char}\u2f08")[:-1] for char in every]  # the last one always has another
    assert [shown(char) for char in every] == beside != every


def _numbers(text: str) -> list[int]:
    """Growing numbers, read back by another way than the script's."""
    steps = re.findall(r"[?-Z]*[#->]", text)
    values = [sum((ord(c) - 35) % 28 * 28**n for n, c in enumerate(step)) for step in steps]
    return [last - 1 for last in accumulate(value + 1 for value in values)]


def _others(run: str) -> list[str]:
    """The words of a run that hold no Han character."""
    return [word for word in HAN.sub(" ", run).split() if len(word) > 1]


def _find(files: Mapping[str, bytes], query: str) -> set[int]:
    """The numbers of the pages that may hold an unbroken run of letters and digits."""
    index = json.loads(files["index.json"])
    pairs = [one + other for one, other in pairwise(query) if HAN.search(one + other)]
    asked = pairs + _others(query)
    shards = [json.loads(files[f"s/{shard_of(one, index['shards'])}.json"]) for one in asked]
    lists = [shard.get(one, "").split(" ")[0] for one, shard in zip(asked, shards, strict=True)]
    parts = reduce(set.intersection, (set(_numbers(text)) for text in lists))
    ends = _numbers(index["pages"])
    return {next(page for page, end in enumerate(ends) if part <= end) for part in parts}


def _site_files(site: Path) -> dict[str, bytes]:
    folder = site / "search"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.json")
    }


@given(st.lists(st.integers(0, 10**6), unique=True).map(sorted))
def test_growing_numbers_come_back_as_they_were(numbers: list[int]) -> None:
    assert _numbers(written(numbers)) == numbers


@given(PAGES, st.data())
def test_every_run_of_two_or_more_characters_is_found_on_its_page(
    texts: list[list[str]], data: st.DataObject
) -> None:
    pages = [Page(f"{n}/", "题目", "", tuple(map(Line, lines))) for n, lines in enumerate(texts)]
    parts = list(map(parts_of, pages))
    files = dict(index_files(parts, postings_of(parts)))
    number = data.draw(st.integers(0, len(pages) - 1))
    runs = [run for line in texts[number] for run in line.split("，") if len(run) > 1]
    run = data.draw(st.sampled_from(runs or ["题目"]))
    begin = data.draw(st.integers(0, len(run) - 2))
    query = run[begin : data.draw(st.integers(begin + 2, len(run)))]
    assume(set(_others(query)) <= set(_others(run)))  # words are not found by a part of them
    assert number in _find(files, query)
    if len(query) == len("信访") and HAN.search(query):  # of such a pair nothing else is found
        holding = {n for n, lines in enumerate(texts) if any(query in line for line in lines)}
        assert _find(files, query) == (set(range(len(pages))) if query == "题目" else holding)


def test_a_page_is_read_as_its_readers_see_it() -> None:
    page = read_page(
        "a/",
        "办事指引",
        "<header>菜单</header><main id='main'><nav>首页</nav><article><h1>信<em>访</em></h1>"
        '<h2 id="x">期限<a class="headerlink" href="#x">¶</a></h2><p>60<br>日 &amp; 长'
        "<!-- 不说 --></p><table><tr><td>甲</td><td>乙</td></tr></table>"
        "<svg><text>图</text></svg></article></main><footer>脚</footer>",
    )
    lines = (Line("期限", heading=True), Line("60"), Line("日 & 长"), Line("甲 乙"))
    assert page == Page("a/", "信访", "办事指引", lines)


def test_letters_and_digits_are_found_as_words_in_any_width_and_case() -> None:
    words, across = {"12345", "csv", "热线", "或者"}, {"打1", "5热", "v或", "者c"}
    assert pieces(["打１２３４５热线，ＣＳＶ或者csv"]) == words | across
    assert folded("《Ａ》⼈") == " a 人"


def test_one_digit_or_letter_is_found_beside_han_characters() -> None:
    assert pieces(["3月", "Ａ座", "a b"]) == {"3月", "a座"}
    assert pieces(["2015年6月"]) == {"2015", "5年", "年6", "6月"}


def test_a_number_in_groups_is_one_number_and_is_shown_as_it_stands() -> None:
    assert pieces(["12\u202f566件", "3\u202f月"]) == {"12566", "6件"}
    page = read_page("a/", "", "<main><h1>数</h1><p>有 \n 12\u202f566  件</p></main>")
    assert page.lines == (Line("有 12\u202f566 件"),)


def test_a_part_is_no_longer_than_agreed_unless_one_line_is() -> None:
    lines = [Line("字" * length) for length in (200, 400, 900, 100, 100)]
    parts = [parts_of(Page("", "题目", "", tuple(lines)))]
    files = dict(index_files(parts, postings_of(parts)))
    texts = [json.loads(files[f"t/{part}.json"])[3] for part in range(4)]
    assert [len(text.replace("\n", "")) for text in texts] == [200, 400, 900, 200]
    assert all(len(text) <= PART + 100 or "\n" not in text for text in texts)


def _told(file: Path, *pages: str) -> dict[str, bytes]:
    kept = Kept(file.parent)
    for number, page in enumerate(pages):
        kept.add(f"{number}/", "", f"<main><h1>{page}</h1></main>".encode())
    told = dict(kept.files())
    kept.finish()
    return told


@pytest.mark.parametrize("spoil", [lambda content: content, lambda content: content[:-1]])
def test_what_was_kept_is_what_would_be_cut_anew_and_only_pages_of_today_are_kept(
    tmp_path: Path, spoil: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "search.msgpack"
    (tmp_path / "aside").mkdir()
    _told(file, "信访工作", "已经撤下")
    file.write_bytes(spoil(file.read_bytes()))
    assert _told(file, "信访工作", "人民建议") == _told(
        tmp_path / "aside" / "x", "信访工作", "人民建议"
    )
    for left in tmp_path.glob("*.msgpack"):
        assert "撤下".encode() not in left.read_bytes()
    monkeypatch.setattr(kept_parts, "parts_of", lambda _: pytest.fail("was cut again"))
    assert "t/1.json" not in _told(file, "信访工作")


def test_of_the_same_pages_with_as_many_parts_only_what_came_or_went_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "search.msgpack"
    _told(file, "信访工作", "已经撤下")
    monkeypatch.setattr(kept_parts, "postings_of", lambda _: pytest.fail("was made anew"))
    shards = _told(file, "信访工作", "信访建议")["s/0.json"]
    assert "信访".encode() in shards
    for left in tmp_path.glob("*.msgpack"):
        assert "撤下".encode() not in left.read_bytes()


_WORDS = st.text("信访建议a1 ", max_size=12)


@given(st.lists(st.tuples(_WORDS, _WORDS, _WORDS), min_size=1, max_size=8), st.data())
def test_postings_revised_are_those_made_anew(
    told: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    def parts(title: str, heading: str, words: str) -> list[Part]:
        lines = (Line(heading, heading=True), Line(words), Line("信访办事" * 300))
        return parts_of(Page("a/", title, "", lines))

    old = [parts(*one) for one in told]
    place = data.draw(st.integers(0, len(old) - 1))
    new = [*old[:place], parts(*data.draw(st.tuples(_WORDS, _WORDS, _WORDS))), *old[place + 1 :]]
    pairs = zip(chain.from_iterable(old), chain.from_iterable(new), strict=True)
    changes = [Change(number, *pair) for number, pair in enumerate(pairs) if pair[0] != pair[1]]
    assert revised(postings_of(old), changes) in (postings_of(new), None)


def test_of_every_page_of_the_site_any_two_or_more_characters_are_found(site: Path) -> None:
    """Read by another parser, cut at random; none is missed."""
    files, chance = _site_files(site), random.Random(7)  # noqa: S311 - not a secret
    ends = _numbers(json.loads(files["index.json"])["pages"])
    first = [0, *(end + 1 for end in ends[:-1])]
    told: list[Any] = [json.loads(files[f"t/{part}.json"]) for part in first]
    addresses = {entry[0]: number for number, entry in enumerate(told)}
    texts = searched(site)
    assert set(addresses) == set(texts)
    for address, text in texts.items():
        runs = [run for run in HAN.findall(text) if len(run) > 1]
        for run in chance.sample(runs, min(3, len(runs))):
            begin = chance.randrange(len(run) - 1)
            query = run[begin : chance.randrange(begin + 2, len(run) + 1)]
            assert addresses[address] in _find(files, query), (address, query)


def test_what_was_withdrawn_and_what_is_no_page_cannot_be_found(site: Path) -> None:
    told = [json.loads(path.read_bytes()) for path in (site / "search" / "t").iterdir()]
    addresses = {entry[0] for entry in told}
    assert "register/1pxe6ja9/" in addresses
    assert not {"search/", "suggest/answer/"} & addresses
    removed = [path for path in site.rglob("index.html") if "已经撤下</h1>" in path.read_text()]
    assert removed
    assert not {f"{path.parent.relative_to(site).as_posix()}/" for path in removed} & addresses


def test_search_engines_are_kept_away_from_the_texts(site: Path) -> None:
    assert "Disallow: /search/t/\n" in (site / "robots.txt").read_text("utf-8")
    assert "/search/t" not in (site / "sitemap.xml").read_text("utf-8")
    assert "/search/</loc>" in (site / "sitemap.xml").read_text("utf-8")


def test_the_checksums_name_the_index(site: Path) -> None:
    sums = (site / "SHA256SUMS").read_text("utf-8")
    assert "  search/index.json\n" in sums
    assert len(re.findall("  search/[st]/", sums)) == len(_site_files(site)) - 1


@pytest.mark.parametrize("asked", ["data/", "guide/find/", "register/all/", "about/privacy/"])
def test_without_a_script_the_page_leads_to_every_part_of_the_site(site: Path, asked: str) -> None:
    page = (site / "search" / "index.html").read_text("utf-8")
    assert f'href="/{asked}"' in page.partition("<article>")[2]
    assert re.search(r'<div class="search"[^>]* hidden>', page)
