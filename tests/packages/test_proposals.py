"""Proposals to bodies: read as written, answered in writing, and nothing told of sanctions."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT, run_yanlu
from yanlu.errors import PackageError
from yanlu.packages.check import check_data
from yanlu.packages.proposals import (
    Proposal,
    open_proposal,
    proposal_files,
    proposal_kinds,
    proposal_path,
    proposals_faults,
    read_proposal,
    read_sanctions,
    write_proposal,
)
from yanlu.settings import Portal

ANSWER = {"month": "2026-05", "adopted": "partly", "why": "先改两条。"}
FRONT: dict[str, Any] = {
    "id": "plain-replies",
    "kind": "improvement",
    "made": "2026-04",
    "from": "body-petitions",
    "to": "body-urban",
    "topic": "services",
}
words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60).map(
    lambda text: " ".join(text.split())
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data" / "codes", tmp_path / "data" / "codes")
    return tmp_path / "data"


def _put(data: Path, front: dict[str, Any], text: str = "请写明。", answer: str = "") -> Path:
    path = data / proposal_path(front)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_proposal(Proposal(front, "回复写清楚", text, answer)), "utf-8")
    return path


def _said(data: Path) -> str:
    return "\n".join(map(str, proposals_faults(data)))


@given(words.filter(bool), words.filter(bool), words)
def test_a_proposal_reads_back_as_it_was_written(title: str, text: str, answer: str) -> None:
    proposal = Proposal(FRONT, title, text, answer)
    assert read_proposal(write_proposal(proposal)) == proposal


def test_sound_proposals_answered_or_not_have_no_fault(data: Path) -> None:
    _put(data, FRONT)
    _put(data, {**FRONT, "id": "again", "kind": "policy", "answer": ANSWER}, answer="改了。")
    assert _said(data) == ""


PLANTED: dict[str, tuple[dict[str, Any], dict[str, str], str]] = {
    "an unknown body": ({"to": "x"}, {}, "代码 x 不在 codes/bodies.csv"),
    "an unknown topic": ({"topic": "x"}, {}, "代码 x 不在 codes/topics.csv"),
    "one who may not propose": ({"from": "body-parks"}, {}, "body-parks 不是信访部门"),
    "a proposal to oneself": ({"to": "body-petitions"}, {}, "同一个"),
    "an answer in the head alone": ({"answer": ANSWER}, {}, "下面没有反馈的原文"),
    "an answer in the text alone": ({}, {"answer": "改了。"}, "头部没有写反馈"),
    "an answer before the proposal": (
        {"answer": {**ANSWER, "month": "2026-03"}}, {"answer": "改了。"}, "早于提出的月份",
    ),
    "markup": ({}, {"text": "<b>写清楚</b>"}, "HTML 标签或者脚本"),
    "a conflict in a reason": (
        {"answer": {**ANSWER, "why": "甲\n=======\n乙"}}, {"answer": "改了。"}, "合并冲突",
    ),
    "no text": ({}, {"text": ""}, "没有写建议的内容"),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_told(data: Path, name: str) -> None:
    front, texts, told = PLANTED[name]
    _put(data, {**FRONT, **front}, **texts)
    assert told in _said(data)


def test_a_file_in_another_place_or_an_id_twice_is_told(data: Path) -> None:
    path = _put(data, FRONT)
    other = data / "supervision" / "2025" / path.name
    other.parent.mkdir()
    shutil.copy(path, other)
    assert "文件夹的年份和文件名" in _said(data)
    assert "编号与 data/supervision/2025/plain-replies.md 相同" in _said(data)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "kind: improvement",
            "kind: sanction",
            "种类（kind）写得不对：只能写其中一个：improvement（改进",
        ),
        ("made: 2026-04", "made: 2026-13", "提出的月份（made）写得不对：要写成 2026-06 这样"),
        ("topic: services", "topic: services\nofficial: 张三", "头部有不认识的名称；只能有：id、"),
        ("# 回复写清楚", "回复写清楚", "第一行应当是“# ”加标题"),
        ("请写明。", "请写明。\n<!-- 反馈 -->\n甲\n<!-- 反馈 -->", "只有一处"),
        ("---\n", "", "缺少头部"),
    ],
)
def test_a_bad_file_is_refused_without_a_word_of_it(old: str, new: str, told: str) -> None:
    content = write_proposal(Proposal(FRONT, "回复写清楚", "请写明。"))
    assert old in content
    with pytest.raises(PackageError) as refusal:
        read_proposal(content.replace(old, new, 1))
    assert told in str(refusal.value)
    assert "张三" not in str(refusal.value)


def test_check_and_build_name_the_file_and_the_kind_of_what_tells_a_person(
    portal: Portal,
) -> None:
    path = _put(portal.data, FRONT, "写信的人电话13912345678，请回。")
    for command in ("check", "build"):
        done = run_yanlu(portal.folder, command)
        said = done.stdout + done.stderr
        assert done.returncode == 1, said
        assert f"data/supervision/2026/{path.name}" in said
        assert "电话" in said
        assert "13912345678" not in said
    assert not (portal.folder / "public").exists()


def test_sanctions_are_years_and_counts_and_no_other_file_or_column(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("codes", "guidance", "supervision"):
        shutil.copytree(ROOT / "data" / name, data / name)
    assert check_data(data) == []
    assert [row.year for row in read_sanctions(data)] == [2026, 2025]
    table = data / "supervision" / "sanctions.csv"
    table.write_text("year,count,note,person\n2026,1,,张三\n2026,-1,,\n", "utf-8")
    (data / "supervision" / "persons.csv").write_text("姓名\n", "utf-8")
    faults = check_data(data)
    assert {fault.file for fault in faults} == {
        "data/supervision/sanctions.csv", "data/supervision/persons.csv",
    }  # fmt: skip
    assert "张三" not in "".join(map(str, faults))
    assert len(faults) >= 3


def test_the_proposals_of_the_reference_office_say_that_they_are_made_up() -> None:
    proposals = [open_proposal(path) for path in proposal_files(ROOT / "data")]
    assert len(proposals) == 4
    assert all("虚构" in one.text for one in proposals)
    assert all("虚构" in one.answer for one in proposals if one.answer)
    assert {one.front["kind"] for one in proposals} == set(proposal_kinds())
    assert {one.front.get("answer", {}).get("adopted") for one in proposals} == {
        "yes", "partly", "no", None,
    }  # fmt: skip
