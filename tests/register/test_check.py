"""What must hold of all suggestions together, and of the reference office's own."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from register.walks import NOW, REPLY, TEXT, put, shortest, suggestion
from yanlu.cli.looks import look_at, place_of
from yanlu.model import Fate
from yanlu.packages.calls import Phase, call_files, open_call, phase
from yanlu.packages.suggestions import Earlier, Suggestion, open_suggestion, suggestion_files
from yanlu.register.check import file_faults, link_of, linked_faults
from yanlu.settings import read_codes

MERGED, REPLIED = shortest(Fate.MERGED), shortest(Fate.REPLIED)
REFERENCE = [open_suggestion(path) for path in suggestion_files(ROOT / "data")]


def _said(folder: Path, *suggestions: Suggestion) -> str:
    put(folder, *suggestions)
    data = folder / "data"
    opened = {place_of(data, path): open_suggestion(path) for path in suggestion_files(data)}
    faults = [*linked_faults(data, {place: link_of(one) for place, one in opened.items()})]
    for place, one in opened.items():
        faults += file_faults(place, one, NOW)
    return "\n".join(map(str, faults))


def test_sound_suggestions_have_no_fault(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data" / "calls", tmp_path / "data" / "calls")
    one = suggestion(REPLIED, call="lifts-2027")
    other = suggestion(MERGED, id="9k3m9x2p", merged_into="7k3m9x2p")
    assert _said(tmp_path, one, other) == ""


def test_faults_of_path_and_answer_are_told_with_their_file(tmp_path: Path) -> None:
    said = _said(tmp_path, suggestion([*REPLIED, Fate.CARRIED_OUT], "已转交市公安局办理。"))
    assert said.count("data/suggestions/2026/7k3m9x2p.md：") == len(said.splitlines()) == 2
    assert "不能是“已落实”" in said
    assert "只说了转给别人" in said


def test_the_same_id_in_two_years_is_told_once(tmp_path: Path) -> None:
    one = suggestion(shortest(Fate.REGISTERED))
    again = suggestion(shortest(Fate.REGISTERED), month="2025-06")
    said = _said(tmp_path, one, again)
    assert said.count("同一个编号在两个年份里都有") == 1


def test_two_that_were_merged_into_each_other_are_both_told(tmp_path: Path) -> None:
    one = suggestion(MERGED, merged_into="9k3m9x2p")
    other = suggestion(MERGED, id="9k3m9x2p", merged_into="7k3m9x2p")
    assert _said(tmp_path, one, other).count("自己也并入了别处") == 2


@pytest.mark.parametrize(
    ("target", "words"), [("7k3m9x2p", "并入了自己"), ("0k3m9x2p", "没有这个文件")]
)
def test_merged_into_itself_or_into_nothing_is_told(
    tmp_path: Path, target: str, words: str
) -> None:
    assert words in _said(tmp_path, suggestion(MERGED, merged_into=target))


def test_a_call_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "所属的征集 no-such-call 没有这个文件" in _said(
        tmp_path, suggestion(REPLIED, call="no-such-call")
    )


WRITTEN = {
    "a tag": "请看<b>这里</b>。",
    "a script": "<script src=x>",
    "a picture that acts": "<img src=x onerror=alert(1)>",
    "a comment": "<!-- 看不见 -->",
    "a link that acts": "[点这里](javascript:alert(1))",
    "a page in a link": "[点这里](data:text/html;base64,x)",
    "a conflict": "<<<<<<< HEAD\n甲\n=======\n乙\n>>>>>>> inbox",
}
PARTS: dict[str, Any] = {
    "the text": lambda bad: Suggestion(suggestion(REPLIED).front, "题", TEXT + bad, REPLY),
    "the title": lambda bad: Suggestion(suggestion(REPLIED).front, bad, TEXT, REPLY),
    "the reply": lambda bad: suggestion(REPLIED, f"{REPLY}\n{bad}"),
    "an earlier reply": lambda bad: suggestion(REPLIED, earlier=[Earlier("2026-10", bad)]),
    "the reason": lambda bad: suggestion(REPLIED, reason=bad),
}


@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.parametrize("part", PARTS)
def test_markup_scripts_and_conflicts_are_told_and_not_repeated(
    tmp_path: Path, part: str, kind: str
) -> None:
    bad = WRITTEN[kind].partition("\n")[0] if part == "the title" else WRITTEN[kind]
    separated = bad if part in ("the title", "the reason") else f"\n{bad}"
    said = _said(tmp_path, PARTS[part](separated))
    assert ("合并冲突" if kind == "a conflict" else "HTML 标签或者脚本") in said
    assert "alert" not in said
    assert "看不见" not in said


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("题", f"{TEXT}\n\n# 另一条\n\n{TEXT}", "两条建议合在了一起"),
        ("题" * 3000, TEXT, "题目超过100字"),
        ("题\u202e目", TEXT, "控制字符（U+202E）"),
        ("题", f"{TEXT}\0", "控制字符（U+0000）"),
        ("题", f"{TEXT}\u2066好", "控制字符（U+2066）"),
    ],
)
def test_two_texts_under_one_head_and_signs_that_nobody_sees_are_told(
    tmp_path: Path, title: str, text: str, words: str
) -> None:
    assert words in _said(tmp_path, Suggestion(suggestion(REPLIED).front, title, text, REPLY))


@pytest.mark.parametrize(
    "fine",
    ["宽度 < 2 米、高度 > 3 米", "3<4，5>4", "data/ 里的表", "见 <https://www.shili.example/a>",
     "**要紧**的是灯", "- 一\n- 二\n\n---\n\n三", "========", "I <3 公园"],
)  # fmt: skip
def test_ordinary_signs_are_no_markup(tmp_path: Path, fine: str) -> None:
    assert _said(tmp_path, suggestion(REPLIED, f"{REPLY}\n\n{fine}")) == ""


def test_a_file_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (path,) = put(tmp_path, suggestion(REPLIED))
    path.write_bytes(b"---\nid: [\n---\n" + b"x" * (1 << 20))
    (look,) = look_at(tmp_path / "data", [path], NOW, lambda _: None).values()
    assert (look.link, look.faults) == (None, ())


def test_the_reference_office_shows_every_state_and_outcome() -> None:
    heads = [one.front for one in REFERENCE]
    unpublished = {Fate.RECEIVED, Fate.SCREENED, Fate.REDIRECTED}
    assert len(heads) >= 24
    assert {head["fate"] for head in heads} == {str(f) for f in set(Fate) - unpublished}
    outcomes = read_codes(ROOT / "data" / "codes" / "outcomes.csv")
    assert {head["outcome"] for head in heads if "outcome" in head} == set(outcomes.rows)
    assert {head["publication"] for head in heads} == {"summary", "words", "removed"}
    assert len({head["conversion"] for head in heads if "conversion" in head}) >= 5
    assert len({head["topic"] for head in heads}) >= 12
    assert len({head["region"] for head in heads}) >= 12
    assert len({head["month"] for head in heads}) >= 6


def test_the_reference_office_shows_what_can_go_wrong_and_what_came_of_it() -> None:
    heads = [one.front for one in REFERENCE]
    corrected = [one for one in REFERENCE if one.earlier and "amended" in one.front]
    assert any("was" in promise for one in corrected for promise in one.front["promises"])
    assert any("amended" in one.front and not one.reply for one in REFERENCE)
    assert any("with" in head["bodies"] for head in heads)
    assert any("returned" in (s["state"] for s in head["history"][:-1]) for head in heads)
    targets = [head["merged_into"] for head in heads if "merged_into" in head]
    assert len(targets) - len(set(targets)) >= 1
    owed = [p["by"] for head in heads for p in head.get("promises", ()) if "evidence" not in p]
    assert any(by < "2026-11-24" for by in owed)
    assert any("〔电话〕" in one.text for one in REFERENCE)


def test_the_reference_office_says_that_its_suggestions_are_invented() -> None:
    for one in REFERENCE:
        assert not one.title or one.text.endswith("（这条建议是虚构的，用来演示。）")


def test_the_reference_office_has_one_open_call_and_one_with_a_result() -> None:
    calls = [open_call(path) for path in call_files(ROOT / "data")]
    day = date(2026, 11, 29)
    assert sorted(phase(call, day) for call in calls) == [Phase.ANSWERED, Phase.OPEN]
    of_calls = [one.front["call"] for one in REFERENCE if "call" in one.front]
    assert set(of_calls) == {call.front["id"] for call in calls}
