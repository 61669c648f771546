"""Topical calls: read as written, open or closed by the day, and no small group of opinions."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from yanlu.errors import PackageError
from yanlu.packages.calls import (
    PHASES,
    REST,
    Call,
    Phase,
    call_files,
    call_kinds,
    call_path,
    calls_faults,
    open_call,
    phase,
    read_call,
    write_call,
)
from yanlu.packages.check import check_data
from yanlu.packages.schemas import load_schema

DECREE = {
    "says": "公开征求意见一般不少于30日",
    "law": "重大行政决策程序暂行条例",
    "version": "2019年",
    "article": "第十五条",
}
GROUP = {"what": "灯要亮", "how_many": "12", "adopted": "yes", "why": "写进方案。"}
RESULT = {
    "published": "2026-11-05",
    "groups": [GROUP, {**GROUP, "what": "灯要多", "how_many": "5–9"}],
}
FRONT: dict[str, Any] = {
    "id": "lamps-2026",
    "title": "路灯三年计划（草案）",
    "question": "先给哪些路装灯？",
    "kind": "major-decision",
    "opens": "2026-09-01",
    "closes": "2026-10-01",
    "topic": "lighting",
    "region": "shili",
    "body": "body-urban",
    "papers": [{"title": "草案", "address": "/calls/lamps-2026/draft.pdf"}],
    "basis": [DECREE],
}
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60).map(
    lambda text: " ".join(text.split())
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data" / "codes", tmp_path / "data" / "codes")
    return tmp_path / "data"


def _said(data: Path, front: dict[str, Any], text: str = "说明。") -> str:
    path = data / call_path(front["id"])
    path.parent.mkdir(exist_ok=True)
    path.write_text(write_call(Call(front, text)), "utf-8")
    return "\n".join(map(str, calls_faults(data)))


@given(words.filter(bool), words.filter(bool), st.lists(words.filter(bool), min_size=1))
def test_a_call_reads_back_as_it_was_written(title: str, question: str, lines: list[str]) -> None:
    call = Call({**FRONT, "title": title, "question": question}, "\n".join(lines))
    assert read_call(write_call(call)) == call


@given(days, st.integers(0, 60), st.none() | st.integers(1, 60), days)
def test_a_call_is_open_on_its_days_and_answered_from_its_result_on(
    opens: date, length: int, later: int | None, day: date
) -> None:
    closes = opens + timedelta(length)
    front = {**FRONT, "opens": opens.isoformat(), "closes": closes.isoformat()}
    published = closes + timedelta(later) if later else None
    if published:
        front["result"] = {**RESULT, "published": published.isoformat()}
    now = phase(Call(front, "说明。"), day)
    assert (now is Phase.COMING) == (day < opens)
    assert (now is Phase.OPEN) == (opens <= day <= closes)
    assert (now is Phase.ANSWERED) == (published is not None and day >= published)
    assert now in PHASES


def test_kinds_and_their_periods_are_those_of_the_schema() -> None:
    kinds = call_kinds()
    assert [
        kind["const"] for kind in load_schema("call.schema")["properties"]["kind"]["oneOf"]
    ] == [*kinds]
    assert {name: kind.least_days for name, kind in kinds.items()} == {
        "major-decision": 30, "rules": 30, "topical": 0,
    }  # fmt: skip
    assert all(kind.law and kind.article for kind in kinds.values() if kind.least_days)


def test_a_sound_call_has_no_fault(data: Path) -> None:
    assert _said(data, FRONT) == ""
    assert _said(data, {**FRONT, "result": RESULT}) == ""


@pytest.mark.parametrize(
    ("kind", "closes", "short"),
    [
        ("major-decision", "2026-10-01", False),  # 30 days after the day of publication
        ("major-decision", "2026-09-30", True),
        ("rules", "2026-09-30", True),
        ("topical", "2026-09-02", False),
    ],
)
def test_a_short_period_needs_a_reason_where_a_law_asks_for_a_longer_one(
    data: Path, kind: str, closes: str, short: bool
) -> None:
    basis = [DECREE, {**DECREE, "law": "规章制定程序条例", "version": "2017年修订"}]
    front = {**FRONT, "kind": kind, "closes": closes, "basis": basis}
    assert ("更短的要写理由" in _said(data, front)) == short
    assert _said(data, {**front, "short_because": "新学期前要试行。"}) == ""


def _groups(*groups: dict[str, str]) -> dict[str, Any]:
    return {**FRONT, "result": {**RESULT, "groups": list(groups)}}


def _counted(how_many: str, what: str = "灯要亮") -> dict[str, Any]:
    return _groups({**GROUP, "what": what, "how_many": how_many})


UNCOUNTED = {name: value for name, value in GROUP.items() if name != "how_many"}
PLANTED: dict[str, tuple[dict[str, Any], str]] = {
    "closed before it opens": ({**FRONT, "closes": "2026-08-31"}, "截止的日子早于开始"),
    "a basis without the law of its kind": (
        {**FRONT, "basis": [{**DECREE, "article": "第三十二条"}]},
        "没有《重大行政决策程序暂行条例》第十五条",
    ),
    "an unknown topic": ({**FRONT, "topic": "lamps"}, "代码 lamps 不在 codes/topics.csv"),
    "an unknown region": ({**FRONT, "region": "x"}, "代码 x 不在 codes/regions.csv"),
    "an unknown body": ({**FRONT, "body": "x"}, "代码 x 不在 codes/bodies.csv"),
    "a result on the last day": (
        {**FRONT, "result": {**RESULT, "published": "2026-10-01"}}, "截止以后才能公布结果",
    ),
    "a group of four": (_counted("4"), "不到 5 条，不能单独列出"),
    "a group of none": (_counted("0"), "不到 5 条，不能单独列出"),
    "a range from four": (_counted("4–9"), "不到 5 条，不能单独列出"),
    "a rest of four": (_counted("4", REST), "不到 5 条，不能单独列出"),
    "a range that goes back": (_counted("9–5"), "前后颠倒"),
    "a range of one number": (_counted("9–9"), "前后颠倒"),
    "a group without a number": (_groups(UNCOUNTED), "没有写条数"),
    "a group twice": (_groups(GROUP, GROUP), "两组意见写得一样"),
    "markup in a reason": (
        _groups({**GROUP, "why": "<b>好</b>"}), "文字里有 HTML 标签或者脚本",
    ),
    "a conflict in the question": (
        {**FRONT, "question": "甲\n=======\n乙"}, "合并冲突留下的标记",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_told(data: Path, name: str) -> None:
    front, words = PLANTED[name]
    assert words in _said(data, front)


@pytest.mark.parametrize("count", [*range(12), 999999])
def test_a_group_is_told_exactly_if_it_is_under_five(data: Path, count: int) -> None:
    assert ("不到 5 条" in _said(data, _counted(str(count)))) == (count < 5)


def test_the_rest_may_go_without_a_number(data: Path) -> None:
    assert _said(data, _groups(GROUP, {**UNCOUNTED, "what": REST})) == ""


def test_a_file_under_another_name_or_without_a_text_is_told(data: Path) -> None:
    assert "头部下面没有说明的文字" in _said(data, FRONT, "")
    (data / call_path("lamps-2026")).rename(data / call_path("lamps-2027"))
    assert "文件名与头部的编号不一致" in "\n".join(map(str, calls_faults(data)))


@pytest.mark.parametrize("key", ["basis", "papers", "kind", "body", "question", "closes"])
def test_what_a_call_must_say_cannot_be_left_out(key: str) -> None:
    with pytest.raises(PackageError, match="缺少"):
        write_call(Call({name: value for name, value in FRONT.items() if name != key}, "说明。"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "kind: major-decision",
            "kind: 张三",
            "种类（kind）写得不对：只能写其中一个：major-decision（重",
        ),
        ("'2026-10-01'", "2026-02-30", "截止（closes）写得不对：要写成 2026-06-30"),
        ("'2026-10-01'", "20261001", "截止（closes）写得不对：要写成 2026-06-30"),
        ("id: lamps-2026", "id: lamps-2026\nwriter: 张三", "头部有不认识的名称；只能有：id、"),
        (
            "/calls/lamps-2026/draft.pdf",
            "javascript:1",
            "材料（papers）第1项的网址（address）写得不对",
        ),
        ("id: lamps-2026", "id: !!python/name:os.system", "编号（id）写得不对"),
        ("basis:\n- ", "basis: [张三\n- ", "头部不是正确的 YAML"),
        ("---\n", "", "缺少头部"),
    ],
)
def test_a_bad_head_is_refused_without_a_word_of_it(old: str, new: str, words: str) -> None:
    content = write_call(Call(FRONT, "说明。"))
    assert old in content
    with pytest.raises(PackageError) as refusal:
        read_call(content.replace(old, new, 1))
    assert words in str(refusal.value)
    assert "张三" not in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"x" * (1 << 20), "文件超过 64 KiB"), ("---\n说明".encode("gbk"), "不是 UTF-8")],
    ids=["a megabyte", "another encoding"],
)
def test_what_cannot_be_a_call_is_told(data: Path, content: bytes, words: str) -> None:
    (data / "calls").mkdir()
    (data / "calls" / "lamps-2026.md").write_bytes(content)
    assert words in "\n".join(map(str, calls_faults(data)))


def test_the_check_of_all_data_reads_calls_and_knows_no_other_file_beside_them(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    for name in ("codes", "guidance", "calls"):
        shutil.copytree(ROOT / "data" / name, data / name)
    assert check_data(data) == []
    _said(data, _counted("4"))
    (fault,) = check_data(data)
    assert fault.file == "data/calls/lamps-2026.md"
    (data / "calls" / "opinions.csv").write_text("姓名,意见\n", "utf-8")
    assert "data/calls/opinions.csv" in {fault.file for fault in check_data(data)}


def test_the_calls_of_the_reference_office_say_what_the_law_asks_for() -> None:
    calls = [open_call(path) for path in call_files(ROOT / "data")]
    assert len(calls) == 2
    assert any("short_because" in call.front for call in calls)
    assert all("虚构" in call.text for call in calls)
    answered = [call for call in calls if call.published]
    assert any(g["what"] == REST for call in answered for g in call.front["result"]["groups"])
