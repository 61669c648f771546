"""Awards: no name without consent, and nothing that leads from a name to the register."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import ROOT, commit_all, run_yanlu
from yanlu.packages.awards import read_awards
from yanlu.packages.check import check_data
from yanlu.packages.suggestions import open_suggestion, suggestion_files
from yanlu.settings import Portal

HEAD = "year,award,what,name,consent\n"
SOUND = "2026,优秀建议,路口的标线改成反光的,王示例,true\n2025,优秀建议,末班车晚开,,false\n"


def _write(data: Path, rows: str) -> str:
    (data / "awards.csv").write_text(HEAD + rows, "utf-8")
    return "\n".join(map(str, check_data(data)))


def test_a_name_stands_there_only_with_consent(portal: Portal) -> None:
    assert _write(portal.data, SOUND) == ""
    assert [award.name for award in read_awards(portal.data)] == ["王示例", ""]


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_name_without_consent_is_refused_and_not_repeated(portal: Portal, command: str) -> None:
    _write(portal.data, "2025,优秀建议,末班车晚开,,false\n2026,优秀建议,标线反光,王示例,false\n")
    commit_all(portal.folder)
    done = run_yanlu(portal.folder, command)
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "data/awards.csv 第 3 行 列 name：本人没有同意公布" in said
    assert "王示例" not in said


def test_an_award_leads_to_no_page_of_the_register(portal: Portal) -> None:
    shutil.copytree(ROOT / "data" / "suggestions", portal.data / "suggestions")
    shutil.copytree(ROOT / "data" / "calls", portal.data / "calls")
    path = suggestion_files(portal.data)[0]
    title = open_suggestion(path).title
    assert "换一个说法" in _write(portal.data, f"2026,奖,{title},王示例,true\n")
    assert _write(portal.data, f"2026,奖,{title},,false\n") == ""
    for words in (f"见 {path.stem}", "见 /register/abc/", "<b>好</b>"):
        assert "列 what：" in _write(portal.data, f"2026,奖,{words},,false\n")


@pytest.mark.parametrize(
    "row", ["2026,奖,好,王示例,是\n", "2026,奖,好,王示例,\n", "26,奖,好,,true\n"]
)
def test_a_row_that_is_none_is_told_without_its_words(portal: Portal, row: str) -> None:
    said = _write(portal.data, row)
    assert "data/awards.csv 第 2 行" in said
    assert "王示例" not in said


def test_a_list_without_a_column_stops_the_build_by_its_name(portal: Portal) -> None:
    (portal.data / "awards.csv").write_bytes("year,award,what\n2026,奖,好\n".encode("gbk"))
    commit_all(portal.folder)
    done = run_yanlu(portal.folder, "build")
    assert done.returncode == 1
    assert "data/awards.csv" in done.stderr
    assert "没有料到" not in done.stderr


def test_what_tells_a_person_elsewhere_in_the_list_stops_the_build(portal: Portal) -> None:
    _write(portal.data, "2026,奖,好建议：电话13912345678,,false\n")
    done = run_yanlu(portal.folder, "build")
    assert done.returncode == 1
    assert "data/awards.csv：文字里还有电话" in done.stderr
    assert "13912345678" not in done.stderr
