"""Pages of supervision: what was proposed to which body, and its answer in full."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from website.register_site import build, put
from yanlu.packages.proposals import Proposal, proposal_path, write_proposal
from yanlu.settings import Portal

ATOM = "{http://www.w3.org/2005/Atom}"
LIST = "register/supervision/index.html"


def _propose(portal: Portal, ident: str, made: str, told: str = "", **more: object) -> None:
    front = {"id": ident, "kind": "policy", "made": made, "from": "body-petitions",
             "to": "body-housing", "topic": "housing", **more}  # fmt: skip
    path = portal.data / proposal_path(front)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_proposal(Proposal(front, f"题目{ident}", "请**写明**。", told)), "utf-8")


def test_a_proposal_and_its_answer_are_told_in_full(portal: Portal, tmp_path: Path) -> None:
    answer = {"month": "2026-06", "adopted": "no", "why": "钱不够。"}
    _propose(portal, "one", "2026-05", "看[这里](javascript:x)，<i>算</i>过。", answer=answer)
    put(portal)
    page = build(portal, tmp_path / "site")["register/supervision/one/index.html"]
    for told in (
        "题目one", "完善政策的建议", "2026年5月，示例市信访局", "<strong>写明</strong>", "不采纳",
        "2026年6月，示例市住房和城乡建设局", "钱不够。", "（2022年）第四十条第二款", "&lt;i&gt;",
    ):  # fmt: skip
        assert told in page
    assert "javascript" not in page
    assert "noindex" not in page


def test_the_list_has_the_latest_first_with_counts_of_sanctions_and_a_feed(
    portal: Portal, tmp_path: Path
) -> None:
    for ident, made in (("a", "2026-03"), ("b", "2026-07"), ("c", "2025-12")):
        _propose(portal, ident, made)
    table = portal.data / "supervision" / "sanctions.csv"
    table.write_text("year,count,note\n2025,0,\n2026,3,到10月\n", "utf-8")
    put(portal)
    files = build(portal, tmp_path / "site")
    text = files[LIST]
    assert re.findall(r">题目(.)</a>", text) == ["b", "a", "c"]
    assert "其中3条还在等待反馈" in text
    rows = re.findall(r'<th scope="row">(\d+)年</th><td class="num">(\d+)</td>', text)
    assert rows == [("2026", "3"), ("2025", "0")]
    feed = ET.fromstring(files["register/supervision/feed.atom.xml"])  # noqa: S314 - our own
    days = {entry.findtext(f"{ATOM}updated") for entry in feed.findall(f"{ATOM}entry")}
    assert days == {"2026-11-20T00:00:00+08:00"}


def test_without_any_the_page_says_what_will_be_there(portal: Portal, tmp_path: Path) -> None:
    put(portal)
    text = build(portal, tmp_path / "site")[LIST]
    assert "还没有提出过" in text
    assert "还没有公布过件数" in text
