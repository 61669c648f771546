"""Calls and proposals that were published: changed openly, never silently, and never deleted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, commit_all
from register.history import commit
from register.walks import NOW
from yanlu.register.history import taken_back

CALL = "data/calls/school-roads-2026.md"
PROPOSALS = sorted((ROOT / "data" / "supervision").glob("*/*.md"))
PROPOSAL = next(p for p in PROPOSALS if "answer:" in p.read_text("utf-8")).relative_to(ROOT)
MARK = "amended:\n- month: 2026-11\n  what: 写错了，改正。\n"
Edit = Callable[[str], str]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("acts")
    for name in ("calls", "supervision"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    commit_all(folder)
    return folder


def _said(folder: Path, place: str, edit: Edit) -> str:
    """What is told of one edit in the work tree, which is undone after."""
    path = folder / place
    before = path.read_text("utf-8")
    after = edit(before)
    assert after != before
    path.write_text(after, "utf-8")
    said = "\n".join(map(str, taken_back(folder, [], NOW)))
    path.write_text(before, "utf-8")
    return said


def _swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


SILENT: dict[str, tuple[str, Edit, str]] = {
    "when it opened": (CALL, _swap("opens: '2026-08-03'", "opens: '2026-07-03'"), "opens"),
    "why it was short": (CALL, _swap("秋季学期9月1日开学", "时间紧"), "short_because"),
    "how many said so": (CALL, _swap("how_many: '43'", "how_many: '13'"), "结果（result）"),
    "by which law": (CALL, _swap("第三十二条", "第三十条"), "basis"),
    "what was asked": (CALL, _swap("question: 孩子", "question: 老人"), "question"),
    "what it was about": (CALL, lambda t: re.sub("(?m)^topic: .*", "topic: parks", t), "topic"),
    "where it was": (CALL, lambda t: re.sub("(?m)^region: .*", "region: mattapan", t), "region"),
    "what the call says": (CALL, _swap("请您看草案", "请您不看草案"), "说明"),
    "when it was proposed": (str(PROPOSAL), _swap("made: 2026-", "made: 2025-"), "made"),
    "about what it was proposed": (
        str(PROPOSAL),
        lambda text: re.sub("(?m)^topic: .*", "topic: parks", text),
        "topic",
    ),
    "what was proposed": (str(PROPOSAL), _swap("\n# ", "\n# 别的"), "题目"),
    "what was answered": (str(PROPOSAL), lambda text: f"{text}还有一句。\n", "反馈的原文"),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_an_act_said_does_not_change_silently(published: Path, name: str) -> None:
    place, edit, words = SILENT[name]
    assert f"{place}：公布过的" in (said := _said(published, place, edit))
    assert words in said
    marked = _said(published, place, lambda text: edit(text).replace("---\n", f"---\n{MARK}", 1))
    assert marked == ""


def test_a_result_that_comes_and_a_mask_are_no_change(published: Path) -> None:
    assert _said(published, CALL, _swap("小学", "〔单位〕")) == ""
    result = (
        "result:\n  published: '2027-12-01'\n  groups:\n"
        "  - {what: 灯, how_many: '9', adopted: 'yes', why: 好}\n---\n\n"
    )
    assert _said(published, "data/calls/lifts-2027.md", _swap("---\n\n", result)) == ""


def test_an_act_that_was_deleted_is_found_for_ever(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "calls", tmp_path / "data" / "calls")
    commit_all(tmp_path)
    (tmp_path / CALL).unlink()
    words = f"{CALL}：公布过的征集不能删掉文件"
    assert words in "".join(map(str, taken_back(tmp_path, [], NOW)))
    commit(tmp_path)
    assert words in "".join(map(str, taken_back(tmp_path, [], NOW)))


def test_a_mark_of_an_act_names_the_month_in_which_it_was_changed(published: Path) -> None:
    def edit(text: str) -> str:
        back = MARK.replace("2026-11", "2026-05")
        return text.replace("question: 孩子", "question: 老人", 1).replace(
            "papers:", f"{back}papers:", 1
        )

    assert "2026年5月，2026年11月才写进来" in _said(published, CALL, edit)
