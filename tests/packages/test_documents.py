"""Calls, proposals and replies go into a workbook and come back as the same files."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from conftest import ROOT, commit_all, snapshot
from yanlu.cli.main import yanlu
from yanlu.errors import InputError
from yanlu.packages.calls import open_call
from yanlu.packages.documents import KINDS, documents_workbook, read_documents
from yanlu.packages.proposals import open_proposal
from yanlu.packages.suggestions import open_suggestion
from yanlu.settings import Portal


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("codes", "calls", "supervision"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    return tmp_path / "data"


def _made(data: Path, name: str) -> Path:
    path = data.parent / "form.xlsx"
    path.write_bytes(documents_workbook(data, name))
    return path


def _changed(path: Path, sheet: str, **cells: object) -> Path:
    book = openpyxl.load_workbook(path)
    for name, value in cells.items():
        book[sheet][name] = value
    book.save(path)
    return path


def _add(path: Path, **sheets: dict[str, str]) -> Path:
    """A row more in each sheet, by the titles of its columns."""
    book = openpyxl.load_workbook(path)
    for title, row in sheets.items():
        sheet = book[title]
        heads = [cell.value for cell in sheet[1]]
        last = max(i for i, cells in enumerate(sheet.values, 1) if any(cells))
        for column, head in enumerate(heads, start=1):
            sheet.cell(last + 1, column).value = row.get(str(head))
    book.save(path)
    return path


@pytest.mark.parametrize("name", KINDS)
def test_every_file_of_the_reference_office_comes_back_unchanged(data: Path, name: str) -> None:
    returned = read_documents(data, _made(data, name))
    assert returned.rows == len(KINDS[name].files(data)) > 1
    assert returned.changed == {}


@pytest.mark.parametrize("name", KINDS)
def test_files_made_anew_from_their_workbook_say_the_same(data: Path, name: str) -> None:
    path, kind = _made(data, name), KINDS[name]
    before = {file: kind.read(file.read_bytes()) for file in kind.files(data)}
    for file in before:
        file.unlink()
    for place, content in read_documents(data, path).changed.items():
        (data / place).write_text(content, "utf-8")
    assert {file: kind.read(file.read_bytes()) for file in kind.files(data)} == before


def test_only_the_file_whose_row_was_changed_is_written(data: Path) -> None:
    path = _changed(_made(data, "calls"), "专题征集", B2="改了的题目")
    place, content = next(iter(read_documents(data, path).changed.items()))
    (data / place).write_text(content, "utf-8")
    assert open_call(data / place).front["title"] == "改了的题目"
    assert read_documents(data, path).changed == {}


def test_a_new_row_with_its_lists_is_a_new_file(data: Path) -> None:
    path = _add(
        _made(data, "proposals"),
        督办建议={
            "编号": "new-one", "种类": "policy", "提出的月份": "2026-11",
            "提出的单位": "body-petitions", "向谁提出": "body-housing", "主题": "housing",
            "题目": "新的一条", "建议的内容": "第一段。\n\n- 一\n- 二",
        },
        修改说明={"编号": "new-one", "月份": "2026-11", "改了什么": "改了一个错字"},
    )  # fmt: skip
    [(place, content)] = read_documents(data, path).changed.items()
    (data / place).write_text(content, "utf-8")
    made = open_proposal(data / "supervision" / "2026" / "new-one.md")
    assert made.text == "第一段。\n\n- 一\n- 二"
    assert made.front["amended"] == [{"month": "2026-11", "what": "改了一个错字"}]
    assert "answer" not in made.front


@pytest.mark.parametrize(
    ("sheet", "cells", "words"),
    [
        ("专题征集", {"E2": "明年"}, "第 2 行 E 列（开始）不是日期"),
        ("专题征集", {"H2": "张金丝雀"}, "第 2 行 H 列（主题）不在下拉列表里"),
        ("专题征集", {"A3": "lifts-2027"}, "编号与上面的一行相同"),
        ("材料", {"A2": "another"}, "的编号，在第一张里没有"),
        ("材料", {"C2": "没有网址"}, "第 2 行：材料（papers）第1项的网址（address）写得不对"),
        ("依据", {"A1": "编码"}, "第 1 行的列名改过，少了编号"),
    ],
)
def test_what_is_wrong_is_named_by_its_place_and_nothing_is_quoted(
    data: Path, sheet: str, cells: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError) as refusal:
        read_documents(data, _changed(_made(data, "calls"), sheet, **cells))
    assert words in str(refusal.value)
    assert "张金丝雀" not in str(refusal.value)


def test_a_mark_in_a_text_that_would_break_its_file_is_refused(data: Path) -> None:
    path = _made(data, "proposals")
    heads = [cell.value for cell in openpyxl.load_workbook(path)["督办建议"][1]]
    column = openpyxl.utils.get_column_letter(heads.index("建议的内容") + 1)
    with pytest.raises(InputError, match="单独一行的“<!-- … -->”"):
        read_documents(
            data, _changed(path, "督办建议", **{f"{column}2": "一段\n\n<!-- 反馈 -->\n\n二段"})
        )


def _replies(portal: Portal, **cells: object) -> str:
    call = CliRunner().invoke
    path = portal.folder / "回复.xlsx"
    path.unlink(missing_ok=True)
    assert "已写好" in call(yanlu, ["template", "replies"]).output
    _changed(path, "回复", **cells)
    done = call(yanlu, ["template", "--read", "回复.xlsx"])
    return f"{done.output}{done.exception or ''}"


_REPLY = "我们到现场看了两次，确实会积水。年底以前把这一段的雨水口加密，改完再看一个雨季。"


def test_replies_are_written_into_the_files_of_those_who_wait_and_into_no_other(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("calls", "suggestions"):
        shutil.copytree(ROOT / "data" / name, portal.data / name)
    commit_all(portal.folder)
    monkeypatch.chdir(portal.folder)
    before = snapshot(portal.data)
    assert "没有改动" in _replies(portal)
    assert "没有写结果、理由" in _replies(portal, G2=_REPLY)
    assert "没有选转化途径" in _replies(portal, C2="adopted", D2="可行。", G2=_REPLY)
    assert "什么都没有写入" in _replies(
        portal, C2="not-adopted", D2="不可行。", G2="已转有关部门。"
    )
    assert snapshot(portal.data) == before
    filled = {"C2": "adopted", "D2": "改动不大，今年就能做。", "E2": "convenience", "G2": _REPLY}
    said = _replies(portal, **filled)
    changed = [p for p, content in snapshot(portal.data).items() if before.get(p) != content]
    assert len(changed) == 1
    answered = open_suggestion(portal.data / changed[0])
    assert changed[0] in said.replace("data/", "")
    assert (answered.front["fate"], answered.reply) == ("replied", _REPLY)
    (portal.folder / "回复.xlsx").unlink()
    commit_all(portal.folder)  # of a day that is not today: what is open then may be late now
    assert CliRunner().invoke(yanlu, ["check"]).exit_code == 0
