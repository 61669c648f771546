"""The lines of the home page on the register, and the page of awards."""

from __future__ import annotations

import re
from pathlib import Path

from website.register_site import ADOPTED, WAY, build, front, put, suggestion
from yanlu.settings import Portal
from yanlu.website.news import KEPT, REPLIES, newest_kept, newest_replies
from yanlu.website.register.entries import Entry, Names, entry_of

PROMISE = {"what": "装灯", "body": "body-urban", "by": "2026-10-31", "evidence": "/bulletins/"}


def _entry(number: int, *way: str, **more: object) -> Entry:
    head = front(f"a{number:07d}", *way, **ADOPTED, **more)
    head["history"][len(WAY) - 1]["month"] = f"2026-{7 + number:02d}"
    head["history"][-1]["month"] = max(head["history"][-1]["month"], f"2026-{7 + number:02d}")
    return entry_of(suggestion(head, title=f"题{number}"))


def test_the_latest_replies_come_first_with_reason_and_body(portal: Portal) -> None:
    names = Names(portal)
    shown = newest_replies([_entry(number, *WAY) for number in range(5)], names)
    assert [one["title"] for one in shown] == ["题4", "题3", "题2"]
    assert len(shown) == REPLIES
    assert shown[0] == {
        "title": "题4", "address": "register/a0000004/", "shown": "采纳，已回复",
        "kind": "answered", "words": "可行。", "body": "示例市城市管理局（虚构）",
        "month": "2026年11月",
    }  # fmt: skip


def test_what_was_carried_out_stands_by_itself(portal: Portal) -> None:
    kept = [_entry(n, *WAY, "promised", "carried-out", promises=[PROMISE]) for n in range(KEPT + 1)]
    names = Names(portal)
    assert newest_replies(kept, names) == []
    assert len(newest_kept(kept, names)) == KEPT
    assert newest_kept(kept, names)[0]["words"] == "装灯"


def test_the_home_page_names_no_suggestion_in_its_writer_s_own_words(portal: Portal) -> None:
    names = Names(portal)
    for publication in ("words", "removed"):
        entries = [_entry(1, *WAY, publication=publication)]
        assert newest_replies(entries, names) == newest_kept(entries, names) == []


def test_the_home_page_of_the_reference_office_shows_them_and_no_engine_keeps_it(
    site: Path,
) -> None:
    text = (site / "index.html").read_text("utf-8")
    assert '<meta name="robots" content="noarchive">' in text
    assert '<link rel="canonical"' in text
    assert len(re.findall(r'<li><a href="/register/[0-9a-z]{8}/"', text)) == REPLIES + KEPT


def test_awards_are_told_by_year_without_a_way_to_the_register(
    portal: Portal, tmp_path: Path
) -> None:
    (portal.data / "awards.csv").write_text(
        "year,award,what,name,consent\n2025,优秀建议,末班车晚开,王示例,true\n"
        "2026,优秀建议,标线反光,李示例,false\n", "utf-8",
    )  # fmt: skip
    put(portal, suggestion(front("aaaaaaa1")))
    page = build(portal, tmp_path / "site")["register/awards/index.html"]
    assert page.index("2026年") < page.index("2025年")
    assert "王示例" in page
    assert "李示例" not in page  # the build refuses it before; the page does not show it either
    assert '<meta name="robots" content="noindex, noarchive">' in page
    assert "aaaaaaa1" not in page


def test_without_awards_the_page_says_what_will_be_there(portal: Portal, tmp_path: Path) -> None:
    put(portal)
    assert "还没有。" in build(portal, tmp_path / "site")["register/awards/index.html"]
