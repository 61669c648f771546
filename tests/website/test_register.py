"""The public register: what its pages tell, what they never tell, and what a build keeps."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench.register import suggestions

from conftest import ROOT
from website.register_site import ADOPTED, DAY, WAY, build, corrected, front, put, suggestion
from yanlu.errors import BuildError, SettingsError
from yanlu.model import FATES, Month
from yanlu.packages.suggestions import (
    Suggestion,
    read_suggestion,
    suggestion_faults,
    suggestion_files,
    suggestion_path,
    write_suggestion,
)
from yanlu.settings import Portal, open_portal
from yanlu.templates import CACHE
from yanlu.website import pelican_register
from yanlu.website.register import books, sheets
from yanlu.website.register.diagram import BOX, diagram
from yanlu.website.register.entries import Promise, entry_of
from yanlu.website.register.page import page_facts
from yanlu.website.register.words import reply_html

ATOM = "{http://www.w3.org/2005/Atom}"
ONE, TWO, THREE = "aaaaaaa1", "aaaaaaa2", "aaaaaaa3"
OURS = re.compile(r'<script src="/assets/js/[a-z]+\.js"(?: defer)?></script>')
PROMISE = {"what": "装两盏灯", "body": "body-urban", "by": "2026-10-31"}


def page(files: dict[str, str], ident: str) -> str:
    return files[f"register/{ident}/index.html"]


def titles(feed: str) -> list[str | None]:
    root = ET.fromstring(feed)  # noqa: S314 - our own file
    return [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]


def test_a_page_tells_path_body_and_reply_with_its_reason(portal: Portal, tmp_path: Path) -> None:
    bodies = {"lead": "body-urban", "with": ["body-water"]}
    head = front(ONE, outcome="not-adopted", reason="路太窄。", bodies=bodies)
    put(portal, suggestion(head, reply="现场**量过**，只有三米宽，装不下灯杆。"))
    text = page(build(portal, tmp_path / "site"), ONE)
    for state in WAY:
        assert FATES[state].shown in text  # type: ignore[index]
    for words in (
        "装一盏路灯", "不采纳", "路太窄。", "<strong>量过</strong>", "协办：示例市水务局",
        "<dt>登记</dt><dd>2026年5月</dd>", "<dt>回复</dt><dd>2026年8月</dd>",
    ):  # fmt: skip
        assert words in text


def test_a_return_tells_its_reason(portal: Portal, tmp_path: Path) -> None:
    head = front(ONE, "received", "screened", "registered", "forwarded", "returned")
    head["history"][-1]["note"] = "不归我们管。"
    put(portal, suggestion(head))
    assert "理由：不归我们管。" in page(build(portal, tmp_path / "site"), ONE)


def test_every_step_says_when_who_and_why(portal: Portal, tmp_path: Path) -> None:
    head = front("aaaaaaaa", *WAY, **ADOPTED)
    head["history"][1]["note"] = "与城管局核对过地点。"
    gone = front("bbbbbbbb", "received", "withdrawn", publication="removed")
    del gone["history"][1]["body"]
    put(portal, suggestion(head), suggestion(gone, title="", text=""))
    files = build(portal, tmp_path / "site")
    steps = _steps(page(files, "aaaaaaaa"))
    assert len(steps) == len(WAY)
    office = portal.settings.office.name
    assert [office in one for one in steps] == [True, False, False, False, False, False]
    assert all("示例市城市管理局（虚构）" in one for one in steps[1:])
    assert "说明：与城管局核对过地点。" in steps[1]
    assert ["本人" in one for one in _steps(page(files, "bbbbbbbb"))] == [False, True]


def _steps(text: str) -> list[str]:
    (listed,) = re.findall(r'<ol class="steps">.*?</ol>', text, re.DOTALL)
    return [one for one in listed.split("<li")[1:] if not one.startswith(' class="next')]


def test_search_engines_are_asked_to_keep_no_page_with_a_title(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal, suggestion(front(ONE)), suggestion(front(TWO, **ADOPTED, promises=[PROMISE])))
    for name, text in build(portal, tmp_path / "site").items():
        if "装一盏路灯" in text and name.endswith(".html") and not name.startswith("guide/"):
            assert '<meta name="robots" content="noindex, noarchive">' in text, name


def test_of_a_removed_one_the_path_is_left_and_the_lists_that_count_it_lead_there(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal, suggestion(front(ONE)), suggestion(
        front(TWO, "received", "screened", "registered", "withdrawn", publication="removed"),
        title="", text=""))  # fmt: skip
    files = build(portal, tmp_path / "site")
    assert "已经撤下" in page(files, TWO)
    assert "已撤回" in page(files, TWO)
    assert [name for name, text in files.items() if f"register/{TWO}/" in text] == [
        f"register/{TWO}/index.html", "register/all/index.html",
        "register/body/body-urban/index.html", "register/state/withdrawn/index.html",
        "register/year/2026/index.html",
    ]  # fmt: skip
    listed = files["register/state/withdrawn/index.html"]
    assert "一共1条" in listed
    assert f">已撤下的建议（{TWO}）</a>" in listed
    assert "路灯照明" not in listed.partition("<article>")[2]
    assert re.search(r"已撤回</a></th><td[^>]*>1</td>", files["register/index.html"])
    assert titles(files["register/state/withdrawn/feed.atom.xml"]) == []


_COUNTED = re.compile(  # numbers, days, standings, and which page
    r'<td class="num">[^<]*|<h2>[^<]*|一共[^<]*条|公开的[0-9]+条|[0-9年月日]+以前'
    r'|<span class="fate [^<]*|/register/[a-z0-9]{8}/'
)


def _down(ident: str, *way: str, **more: Any) -> Suggestion:
    return Suggestion(front(ident, *way, **more, publication="removed"))


def test_a_takedown_takes_words_from_the_lists_and_no_count_no_outcome_and_no_promised_day(
    portal: Portal, tmp_path: Path
) -> None:
    owed = {**PROMISE, "what": "撤下的承诺", "was": [{**PROMISE, "month": "2026-10"}]}
    more = {"outcome": "not-adopted", "reason": "撤下的理由。"}
    history = front(THREE, **more)["history"]
    heads = {
        ONE: front(ONE, *WAY[:5]),
        TWO: front(TWO, *WAY, "promised", **ADOPTED, promises=[owed]),
        THREE: front(THREE, **more, history=[{**s, "note": "撤下的说明。"} for s in history]),
        "d" * 8: front("d" * 8, **ADOPTED),
    }
    put(portal, *map(suggestion, heads.values()))
    shown = build(portal, tmp_path / "site")
    put(portal, *(Suggestion({**head, "publication": "removed"}) for head in heads.values()))
    files = build(portal, tmp_path / "down")
    for place in ("all", "adopted", "not-adopted", "overdue", "body/body-urban", "year/2026"):
        name = f"register/{place}/index.html"
        assert _COUNTED.findall(shown[name]) == _COUNTED.findall(files[name]) != [], place
        assert titles(files[f"register/{place}/feed.atom.xml"]) == []
    index = "register/index.html"
    assert _COUNTED.findall(shown[index]) == _COUNTED.findall(files[index])
    assert "撤下的理由" not in "".join(files.values())
    assert f">已撤下的建议（{THREE}）</a>" in files["register/not-adopted/index.html"]
    assert "：理由随内容一起撤下了" in files["register/not-adopted/index.html"]
    assert "<dd>不采纳</dd>" in page(files, THREE)
    for words in ("逾期，还没有落实", "2026年10月31日以前", "原来承诺："):
        assert words in page(files, TWO)
    assert "撤下的" not in page(files, TWO).replace("撤下的建议", "")


def test_what_was_withdrawn_after_its_last_day_was_late_and_before_it_was_never_due(
    portal: Portal, tmp_path: Path
) -> None:
    way = ("received", "screened", "registered", "withdrawn")
    late, early = _down(ONE, *way), _down(TWO, *way)
    late.front["history"][-1]["month"] = "2026-10"
    put(portal, late, early)
    text = build(portal, tmp_path / "site")["register/overdue/index.html"]
    assert '（虚构）</th><td class="num">0</td><td class="num">1</td>' in text


def test_a_list_has_its_feed_before_anything_stands_in_it(portal: Portal, tmp_path: Path) -> None:
    put(portal, suggestion(front(ONE, **ADOPTED, promises=[{**PROMISE, "by": "2026-12-31"}])))
    files = build(portal, tmp_path / "site")
    for address, found in (
        ("overdue", []), ("state/closed", []), ("not-adopted", []), ("adopted", ["装一盏路灯"]),
    ):  # fmt: skip
        assert titles(files[f"register/{address}/feed.atom.xml"]) == found
        assert (
            f'href="/register/{address}/feed.atom.xml">订阅'
            in files[f"register/{address}/index.html"]
        )


def test_a_text_is_plain_and_a_reply_is_clean(portal: Portal, tmp_path: Path) -> None:
    words = "<script>alert(1)</script> **不是粗体** & <b>"
    reply = (
        "看[这里](https://www.shili.example/a)和[那里](javascript:alert(1))\n\n"
        "![图](https://x.invalid/i.png)<img src=x onerror=alert(1)><script>alert(2)</script>"
    )
    put(portal, suggestion(front(ONE, **ADOPTED), title="a <i>b</i>", text=words, reply=reply))
    for name, text in build(portal, tmp_path / "site").items():
        text = OURS.sub("", text)
        assert not re.search(r"<(script|i|b|img src=x)[ >]", text), name
    text = page(build(portal, tmp_path / "again"), ONE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **不是粗体** &amp; &lt;b&gt;" in text
    assert '<a href="https://www.shili.example/a" rel="nofollow ugc">这里</a>' in text
    assert "javascript:" not in text
    assert "x.invalid/i.png" not in text.replace("&lt;", "")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_links_within_the_site_lead_below_its_root() -> None:
    html = reply_html("[甲](/calls/a/)[乙](//x.invalid/)", "/xinfang/")
    assert re.findall(r"href=.\S*", html) == ['href="/xinfang/calls/a/"']


@given(st.text(st.sampled_from(list("<>&\"'=/[]()!*`#\n -:abcdehijlmnoprstuvxy路灯"))))
def test_whatever_a_reply_holds_no_other_tag_comes_out(text: str) -> None:
    tags = _Tags()
    tags.feed(reply_html(text, "/"))
    for tag, attributes in tags.seen:
        assert tag in {"p", "br", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code"}
        assert set(attributes) <= ({"href", "rel"} if tag == "a" else set())
        assert not str(attributes.get("href")).lower().startswith(("javascript", "data"))


def test_a_corrected_reply_keeps_the_earlier_one_below_with_its_month(
    portal: Portal, tmp_path: Path
) -> None:
    head = front(ONE, **ADOPTED, promises=[PROMISE])
    put(portal, suggestion(head, reply="改正以后的。", earlier=corrected("2026-08", "原来写的。")))
    text = page(build(portal, tmp_path / "site"), ONE)
    assert text.index("改正以后的。") < text.index("2026年8月的原回复") < text.index("原来写的。")


def test_promises_that_are_overdue_come_first(portal: Portal, tmp_path: Path) -> None:
    kept = {**PROMISE, "evidence": "/bulletins/"}
    soon, later = {**PROMISE, "by": "2026-12-01"}, {**PROMISE, "by": "2027-12-01"}
    for ident, title, one in zip(
        ("b" * 8, "c" * 8, "d" * 8, "e" * 8), "甲乙丙丁", (kept, later, PROMISE, soon), strict=True
    ):
        put(
            portal,
            suggestion(front(ident, *WAY, "promised", **ADOPTED, promises=[one]), title=title),
        )
    put(portal, suggestion(front("f" * 8, **ADOPTED), title="戊"))
    files = build(portal, tmp_path / "site")
    listed = files["register/adopted/index.html"]
    assert re.findall(r'dir="auto">(.)</a>', listed) == ["丙", "丁", "乙", "甲", "戊"]
    assert "逾期，还没有落实" in page(files, "d" * 8)
    assert re.findall(r'dir="auto">(.)</a>', files["register/overdue/index.html"]) == ["丙"]


def test_a_promise_that_was_put_off_stays_overdue_and_shows_what_it_was(
    portal: Portal, tmp_path: Path
) -> None:
    off = {**PROMISE, "by": "2027-12-01", "was": [{**PROMISE, "month": "2026-10"}]}
    put(portal, suggestion(front(ONE, *WAY, "promised", **ADOPTED, promises=[off]), title="甲"))
    was = {**PROMISE, "by": "2026-12-15", "month": "2026-10"}
    coming = {**PROMISE, "by": "2027-06-30", "was": [was]}
    put(portal, suggestion(front(TWO, *WAY, "promised", **ADOPTED, promises=[coming])))
    last = datetime.fromisoformat("2026-11-01T00:00:00+00:00")
    files = build(portal, tmp_path / "site", last)
    assert "逾期，还没有落实" in page(files, ONE)
    assert "原来承诺：" in page(files, ONE)
    for text in (page(files, ONE), files["register/overdue/index.html"]):
        assert "原定2026年10月31日，改为2027年12月1日" in text
    assert "接下来：落实，原定2026年12月15日，改为2027年6月30日" in page(files, TWO)
    assert re.findall(r'dir="auto">(.)</a>', files["register/overdue/index.html"]) == ["甲"]


def test_a_kept_page_tells_of_the_next_day_in_china_that_its_promise_is_overdue(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal, suggestion(front(ONE, *WAY, "promised", **ADOPTED, promises=[PROMISE])))
    last = datetime.fromisoformat("2026-10-31T15:30:00+00:00")  # half past eleven at night
    assert "快到期了" in page(build(portal, tmp_path / "a", last), ONE)
    assert "逾期" in page(build(portal, tmp_path / "b", last + timedelta(hours=1)), ONE)


def test_merged_ones_lead_to_the_other_which_tells_how_many_in_bands(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal, suggestion(front(ONE), title="合在这里"))
    for number in range(5):
        head = front(f"bbbbbbb{number}", "received", "screened", "merged", merged_into=ONE)
        put(portal, suggestion(head))
    files = build(portal, tmp_path / "site")
    assert f'并入<a href="/register/{ONE}/" dir="auto">合在这里</a>' in page(files, "bbbbbbb0")
    assert "一共5至9封" in page(files, ONE)


@given(st.integers(1, 10_000))
def test_a_band_holds_the_count(count: int) -> None:
    told = books.band(count, books.read_bands(open_portal(ROOT)))
    least, *most = [int(number) for number in re.findall(r"\d+", told)]
    assert least <= count <= (10_000 if "以上" in told else most[0] if most else least)


@pytest.mark.parametrize("line", ["few,", "most,"])
def test_bands_with_a_gap_are_refused(portal: Portal, line: str) -> None:
    path = portal.data / "codes" / "bands.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(one for one in lines if not one.startswith(line)), "utf-8")
    with pytest.raises(SettingsError, match=r"bands\.csv"):
        books.read_bands(portal)


def test_lists_go_over_pages_and_lead_to_every_suggestion(portal: Portal, tmp_path: Path) -> None:
    idents = [f"{number:08d}".replace("0", "z") for number in range(101, 306)]
    put(portal, *(suggestion(front(ident)) for ident in idents))
    files = build(portal, tmp_path / "site")
    for address in ("all", "state/handling", "topic/lighting", "body/body-urban",
                    "region/back-bay", "year/2026"):  # fmt: skip
        pages = [files[f"register/{address}/{place}index.html"] for place in ("", "2/", "3/")]
        found = re.findall(r"/register/([0-9z]{8})/", "".join(pages))
        assert sorted(found) == sorted(idents), address
        assert f'rel="next" href="/register/{address}/2/"' in pages[0]
        assert 'rel="next"' not in pages[2]
        assert len(titles(files[f"register/{address}/feed.atom.xml"])) == 30


def test_feeds_tell_publishing_days_and_nothing_finer(portal: Portal, tmp_path: Path) -> None:
    put(portal, suggestion(front(ONE)), suggestion(front(TWO), title="另一条"))
    files = build(portal, tmp_path / "site")
    feeds = {name: text for name, text in files.items() if name.endswith(".atom.xml")}
    ids = set()
    for text in feeds.values():
        root = ET.fromstring(text)  # noqa: S314 - our own file
        ids.add(root.findtext(f"{ATOM}id"))
        days = re.findall(r"<(?:updated|published)>(.*?)</", text)
        assert set(days) == {"2026-11-20T00:00:00+08:00"}
        links = re.findall(r'<link href="([^"]*)" rel="alternate"', text)[1:]
        assert all(
            re.fullmatch(r"https://yanlu.shili.example/register/a{7}\d/", one) for one in links
        )
    assert len(ids) == len(feeds)


def test_a_build_makes_the_same_bytes_with_and_without_what_was_kept(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal, *suggestions(60, portal.data / "codes"))
    first = build(portal, tmp_path / "a")
    fresh: list[int] = []
    again = build(portal, tmp_path / "b", seen=lambda ledger: fresh.append(len(ledger.fresh)))
    assert fresh == [0]
    assert again == first
    for path in (portal.folder / CACHE / "register").iterdir():
        path.write_bytes(path.read_bytes()[:-3])  # cut off
    assert build(portal, tmp_path / "c") == first
    apart = ("register/", "calls/", "guide/", "about/", "map/", "search/", "_moved/")
    assert all(name.startswith(apart) for name in first)


def test_after_a_change_only_what_changed_is_made_anew(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(portal, *(suggestion(front(ident)) for ident in (ONE, TWO, THREE)))
    build(portal, tmp_path / "a")
    put(portal, suggestion(front(TWO), title="改过的题目"))
    made = []
    monkeypatch.setattr(
        sheets, "page_facts", lambda entry, *rest: made.append(entry.id) or page_facts(entry, *rest)
    )
    kept = build(portal, tmp_path / "b")
    assert made == [TWO]
    assert "改过的题目" in kept["register/all/index.html"]
    (portal.folder / CACHE / "register").rename(tmp_path / "aside")
    assert build(portal, tmp_path / "c") == kept


def test_of_a_register_that_is_as_it_was_nothing_is_made_anew_and_what_was_lost_is(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(portal, suggestion(front(ONE)))
    first = build(portal, tmp_path / "a")
    with monkeypatch.context() as patched:
        patched.setattr(pelican_register, "build_sheets", lambda *_, **__: pytest.fail("made"))
        assert build(portal, tmp_path / "b") == first
    (portal.folder / CACHE / "register" / "guides.msgpack").unlink()
    assert build(portal, tmp_path / "c") == first


def test_what_was_removed_is_not_kept_either(portal: Portal, tmp_path: Path) -> None:
    put(portal, suggestion(front(ONE), text="只在这里的话"), suggestion(front(TWO)))
    build(portal, tmp_path / "a")
    kept = portal.folder / CACHE
    assert any("只在这里的话".encode() in path.read_bytes() for path in kept.rglob("*.msgpack"))
    head = front(ONE, "received", "screened", "registered", "withdrawn", publication="removed")
    put(portal, suggestion(head, title="", text=""))
    build(portal, tmp_path / "b")
    assert not any("只在这里的话".encode() in path.read_bytes() for path in kept.rglob("*.msgpack"))
    assert (kept / ".gitignore").read_text() == "*\n"


def test_two_files_of_one_id_are_refused(portal: Portal, tmp_path: Path) -> None:
    put(portal, suggestion(front(ONE)))
    path = portal.data / suggestion_path({"id": ONE, "month": "2025-03"})
    path.parent.mkdir()
    path.write_text(write_suggestion(suggestion({**front(ONE), "month": "2025-03"})), "utf-8")
    with pytest.raises(BuildError, match=ONE):
        build(portal, tmp_path / "site")


def test_without_a_limit_of_its_own_the_office_owes_no_date(portal: Portal, tmp_path: Path) -> None:
    for place in ("codes/deadlines.csv", "guidance/owed.csv", "guidance/situations.csv"):
        path = portal.data / place
        rows = path.read_text("utf-8").splitlines(keepends=True)
        gone = ("shili.suggestion-reply,", "suggestion,")  # the promise, and what is owed by it
        path.write_text("".join(row for row in rows if not row.startswith(gone)), "utf-8")
    doors = portal.data / "guidance" / "doors.csv"
    doors.write_text(doors.read_text("utf-8").replace(",suggestion-reply,", ",,"), "utf-8")
    put(portal, suggestion(front(ONE, "received", "screened", "registered")))
    text = build(portal, tmp_path / "site")["register/overdue/index.html"]
    assert "没有自己定期限" in text
    assert "现在没有逾期的" in text


def test_late_replies_and_shares_in_time_follow_the_office_s_limit(
    portal: Portal, tmp_path: Path
) -> None:
    put(portal, suggestion(front(ONE, *WAY[:5]), title="等了很久的"))  # registered in May
    put(portal, suggestion(front(TWO, *WAY, **ADOPTED)))  # answered in August, due in July
    put(portal, suggestion(front(THREE, "received", "registered", "replied", **ADOPTED)))
    files = build(portal, tmp_path / "site")
    text = files["register/overdue/index.html"]
    assert "等了很久的" in text
    assert "2026年7月30日以前回复" in text
    assert '（虚构）</th><td class="num">1</td><td class="num">3</td><td class="num">–' in text
    assert "已经逾期" in page(files, ONE)


def test_what_is_studied_again_is_owed_a_second_answer_and_the_first_one_counts(
    portal: Portal, tmp_path: Path
) -> None:
    again = front(ONE, "received", "registered", "replied", "restudied", **ADOPTED)
    put(portal, suggestion(again, title="再研究的"))  # answered in May, studied again in June
    files = build(portal, tmp_path / "site")
    text = files["register/overdue/index.html"]
    assert "2026年6月再研究" in text
    assert "应当在2026年8月" in text
    assert '（虚构）</th><td class="num">1</td><td class="num">1</td>' in text
    assert "再研究的，只看第一次答复" in text
    assert "已经逾期" in page(files, ONE)


def test_a_share_stands_beside_its_two_numbers_and_bodies_in_the_order_of_their_list(
    portal: Portal, tmp_path: Path
) -> None:
    bodies = {"lead": "body-downtown"}  # the last one of the list, and the only punctual one
    heads = [front(f"a{number:07d}", bodies=bodies, **ADOPTED) for number in range(30)]
    for head in heads:
        head["history"][-1]["month"] = "2026-07"
    put(portal, suggestion(front(ONE, **ADOPTED)), *map(suggestion, heads))
    text = build(portal, tmp_path / "site")["register/overdue/index.html"]
    cells = re.findall(r'<tr.*?<td class="num">(.*?)</td>.*?>(\d+)</td>.*?>([^<]*)</td></tr>', text)
    assert cells == [("0", "1", "–"), ("30", "30", "100.0%"), ("30", "31", "96.8%")]
    assert text.index("城市管理局") < text.index("街道办事处") < text.index("合计")


def test_the_longest_overdue_come_first_with_their_months_and_a_feed(
    portal: Portal, tmp_path: Path
) -> None:
    later = front(ONE, *WAY[:5])
    later["history"][2]["month"] = later["history"][3]["month"] = "2026-08"
    later["history"][4]["month"] = "2026-09"
    put(portal, suggestion(later, title="乙"), suggestion(front(TWO, *WAY[:5]), title="甲"))
    files = build(portal, tmp_path / "site")
    text = files["register/overdue/index.html"]
    assert re.findall(r'dir="auto">(.)</a>', text) == ["甲", "乙"]
    assert re.findall(r"逾期\S*个月", text) == ["逾期3个月", "逾期不到1个月"]
    assert "2026年8月登记，应当在2026年10月30日以前回复" in text
    assert sorted(map(str, titles(files["register/overdue/feed.atom.xml"]))) == ["乙", "甲"]


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_months_late_never_say_more_than_has_gone_by(due: date, days: int) -> None:
    day = due + timedelta(days=days)
    assert books.months_late(due, day) * 28 <= days < (books.months_late(due, day) + 1) * 31


def test_a_day_is_late_only_after_the_last_one() -> None:
    promise = Promise("b", date(2026, 10, 31), "x")
    days = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1)]
    assert [books.standing(promise, day).value for day in days] == [
        "open", "soon", "soon", "overdue"]  # fmt: skip


def test_the_diagram_draws_every_move_of_the_table_and_no_other() -> None:
    drawn = diagram()
    assert drawn.drawn == {(a, b) for a, standing in FATES.items() for b in standing.goes_to}
    assert {box.fate for box in drawn.boxes} == set(FATES)
    places = [(box.x, box.y) for box in drawn.boxes]
    assert len(set(places)) == len(places)
    assert max(box.y for box in drawn.boxes) + BOX <= drawn.height
    assert sum(line.arrow for line in drawn.lines) >= len(drawn.drawn)


def test_the_index_counts_each_state_and_adds_up(site: Path) -> None:
    text = (site / "register" / "index.html").read_text("utf-8")
    rows = re.findall(r'<tr><th scope="row">.*?<td class="num">(\d+)</td>', text)
    total = re.search(r'合计</th><td class="num">(\d+)</td>', text)
    assert total
    assert sum(map(int, rows)) == int(total[1])
    assert int(total[1]) == len(suggestion_files(ROOT / "data"))


def test_every_suggestion_of_the_reference_office_has_its_page(site: Path) -> None:
    for path in suggestion_files(ROOT / "data"):
        entry = entry_of(read_suggestion(path.read_text("utf-8")))
        text = (site / "register" / entry.id / "index.html").read_text("utf-8")
        assert FATES[entry.fate].shown in text
        assert (entry.title or "已经撤下") in text


def test_the_bench_measures_suggestions_that_are_in_order(portal: Portal) -> None:
    put(portal, *suggestions(100, portal.data / "codes"))
    assert list(suggestion_faults(portal.data, suggestion_files(portal.data))) == []
    fates = {entry_of(one).fate for one in suggestions(2000, portal.data / "codes")}
    assert len(fates) == 14 - 1  # a screened one is merged, or goes on
    assert max(s["month"] for one in suggestions(500, portal.data / "codes")
               for s in one.front["history"]) <= str(Month(DAY.year, DAY.month))  # fmt: skip
