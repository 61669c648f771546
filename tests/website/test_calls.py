"""Topical calls: open and closed by the day of the build, papers, basis, and grouped results."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from website.register_site import CALL, build, front, put, suggestion
from yanlu.settings import Portal


def _on(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")


def test_a_call_tells_question_papers_basis_and_period(portal: Portal, tmp_path: Path) -> None:
    put(portal, calls=(CALL,))
    text = build(portal, tmp_path / "site")["calls/park-2026/index.html"]
    for words in (
        "晚上几点关门合适？", 'href="https://www.shili.example/papers" rel="nofollow">说明',
        "可以专项征集：《某规定》（2021年）第八条", "2026年10月1日", "2026年10月31日",
        "写一写您的想法。", "期限30日",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("day", "shown", "told"),
    [
        ("2026-09-30", "尚未开始", "截止以后研究"),
        ("2026-10-31", "正在征集", "suggest/write/"),
        ("2026-11-01", "已经截止", "意见正在研究"),
        ("2026-11-10", "已公布结果", "开到晚上十点（12条）"),
    ],
)
def test_the_same_file_is_open_closed_or_answered_by_the_day_of_the_build(
    portal: Portal, tmp_path: Path, day: str, shown: str, told: str
) -> None:
    put(portal, calls=(CALL,))
    text = build(portal, tmp_path / "site", _on(day))["calls/park-2026/index.html"]
    article = text.partition("<article>")[2]
    assert shown in article
    assert told in article
    assert ("开到晚上十点" in article) == (shown == "已公布结果")


def test_results_are_groups_with_outcome_and_reason(portal: Portal, tmp_path: Path) -> None:
    put(portal, calls=(CALL,))
    text = build(portal, tmp_path / "site")["calls/park-2026/index.html"]
    groups = re.findall(r"<h3>(.*?)</h3>\s*<p><span[^>]*>(.*?)</span></p>\s*<p>(.*?)</p>", text)
    assert groups == [("开到晚上十点（12条）", "采纳", "照办。"), ("其他", "不采纳", "各不相同。")]


def test_open_calls_come_first_the_one_that_closes_next_before_all(
    portal: Portal, tmp_path: Path
) -> None:
    plain = {name: value for name, value in CALL.items() if name != "result"}
    periods = {
        "past": ("2026-01-01", "2026-02-01"),
        "long": ("2026-11-01", "2026-12-31"),
        "next": ("2026-11-02", "2026-11-30"),
        "later": ("2027-01-01", "2027-02-01"),
    }
    put(portal, calls=tuple(
        {**plain, "id": name, "opens": opens, "closes": closes}
        for name, (opens, closes) in periods.items()))  # fmt: skip
    text = build(portal, tmp_path / "site")["calls/index.html"]
    article = text.partition("<article>")[2]
    assert re.findall(r'href="/calls/(\w+)/"', article) == ["next", "long", "later", "past"]


def test_a_call_and_what_it_brought_lead_to_each_other(portal: Portal, tmp_path: Path) -> None:
    put(portal, suggestion(front("aaaaaaa1", call="park-2026")), calls=(CALL,))
    files = build(portal, tmp_path / "site")
    assert 'href="/register/call/park-2026/"' in files["calls/park-2026/index.html"]
    assert 'href="/calls/park-2026/">公园夜间开放' in files["register/aaaaaaa1/index.html"]
    assert "装一盏路灯" in files["register/call/park-2026/index.html"]


def test_without_any_call_the_page_says_what_will_be_there(portal: Portal, tmp_path: Path) -> None:
    put(portal)
    assert "还没有征集过" in build(portal, tmp_path / "site")["calls/index.html"]
