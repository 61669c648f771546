"""Entries for the official system: everything in clear, in one private file, by a named person."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from conftest import ROOT, run_yanlu
from intake.loop import ACT, DAY, OFFICE_KEY, WORD, send
from yanlu.errors import IntakeError, SettingsError, StoreError
from yanlu.intake import rights
from yanlu.intake.export import Export, note_export, read_entries, refuse_place, table
from yanlu.intake.layout import Names, read_layout
from yanlu.intake.registration import keep_number, number_of
from yanlu.intake.seal import AGE
from yanlu.intake.store.database import Store, opened, write
from yanlu.intake.store.erasure import erase_record
from yanlu.intake.store.records import history
from yanlu.model import CHINA, Month
from yanlu.settings import open_portal
from yanlu.workbooks.writing import write_workbook

PORTAL = open_portal(ROOT)
PRIVATE, PUBLIC = str(OFFICE_KEY), str(OFFICE_KEY.to_public())
NUMBER = "信访〔2026〕1234号"
MONTH = Month(DAY.year, DAY.month)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "store") as opened_store:
        yield opened_store


def _read(store: Store, private: str = PRIVATE) -> Export:
    layout = read_layout(PORTAL, "official")
    return read_entries(store, AGE, MONTH, private, layout, Names(PORTAL))


def test_an_entry_holds_what_was_written_in_the_words_of_the_official_system(store: Store) -> None:
    name, _ = send(store, matter="学校门口没有红绿灯，我的电话13912345678。")
    keep_number(store, AGE, PUBLIC, name, NUMBER, ACT)
    header, row = _read(store).rows
    entry = dict(zip(header, row, strict=True))
    assert entry["主要事由"] == "学校门口没有红绿灯，我的电话13912345678。"
    assert (entry["联系电话"], entry["登记编号"]) == ("13912345678", NUMBER)
    assert (entry["信访形式"], entry["信访目的"], entry["内容分类"]) == (
        "网信",
        "意见建议",
        "城乡建设",
    )
    assert (entry["信访日期"], entry["网站编号"]) == (DAY.isoformat(), name)


def test_what_is_no_suggestion_or_was_taken_back_is_left_out_and_counted(store: Store) -> None:
    send(store, kind="accusation")
    _, secret = send(store)
    rights.withdraw(store, secret, WORD, DAY)
    found = _read(store)
    assert found.names == []
    assert sorted(found.left.values()) == [1, 1]


def test_only_the_office_opens_them_and_who_did_is_in_the_history(store: Store) -> None:
    name, _ = send(store)
    with pytest.raises(IntakeError):
        _read(store, str(pyrage.x25519.Identity.generate()))
    note_export(store, _read(store).names, "录入", ACT)
    last = history(store.main, name)[-1]
    assert (last["what"], last["by"], last["note"]) == ("exported", "王某", "录入")


def test_the_number_lies_sealed_and_goes_when_its_writer_has_it_erased(store: Store) -> None:
    name, _ = send(store)
    keep_number(store, AGE, PUBLIC, name, "旧号", ACT)
    keep_number(store, AGE, PUBLIC, name, NUMBER, ACT)
    assert number_of(store, AGE, name, PRIVATE) == NUMBER
    files = b"".join(path.read_bytes() for path in store.folder.iterdir())
    assert NUMBER.encode() not in files
    write(store.main, lambda main: erase_record(main, name, DAY))
    assert number_of(store, AGE, name, PRIVATE) == ""
    with pytest.raises(StoreError, match="删除"):
        keep_number(store, AGE, PUBLIC, name, NUMBER, ACT)


@pytest.mark.parametrize("number", ["", " ", "一\n二", "长" * 61])
def test_a_number_that_is_none_is_refused(store: Store, number: str) -> None:
    name, _ = send(store)
    with pytest.raises(IntakeError, match="登记编号"):
        keep_number(store, AGE, PUBLIC, name, number, ACT)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_no_text_of_a_table_is_ever_computed_and_every_script_is_kept(cells: list[str]) -> None:
    for encoding in ("utf-8-sig", "gb18030"):
        text = table([cells], encoding).decode(encoding)
        (row,) = list(csv.reader(io.StringIO(text, newline="")))
        assert [cell.removeprefix("'") for cell in row] == [c.removeprefix("'") for c in cells]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_in_a_workbook_a_text_that_looks_like_a_formula_is_text() -> None:
    book = load_workbook(io.BytesIO(write_workbook("录入", [["题目"], ["=1+1"]])))
    cell = book["录入"]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_layout_that_there_is_not_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match="official"):
        read_layout(PORTAL, "other")


def test_no_file_is_laid_in_a_repository_or_over_another(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="git 仓库"):
        refuse_place(ROOT / "entries.csv")
    with pytest.raises(StoreError, match="没有文件夹"):
        refuse_place(tmp_path / "none" / "entries.csv")
    (tmp_path / "entries.csv").write_text("mine", "utf-8")
    with pytest.raises(StoreError, match="没有覆盖"):
        refuse_place(tmp_path / "entries.csv")


def test_the_command_writes_a_file_for_its_user_alone_and_says_what_it_holds(
    tmp_path: Path,
) -> None:
    who = {"YANLU_REVIEWER": "王某", "XDG_STATE_HOME": str(tmp_path / "state")}
    (tmp_path / "TEXT").write_text("请装一个红绿灯。", "utf-8")
    (tmp_path / "CONTACT").write_text("题目：路口", "utf-8")
    contact = str(tmp_path / "CONTACT")
    text, month = str(tmp_path / "TEXT"), f"{datetime.now(CHINA):%Y-%m}"
    added = run_yanlu(
        ROOT, "intake", "add", "--channel", "letter.post", "--contact", contact, "--matter", text,
        "--proposal", text, "--topic", "roads", "--region", "dorchester", **who,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    for name in ("entries.csv", "entries.xlsx"):
        path = tmp_path / name
        asked = ("--month", month, "--out", str(path), "--why", "录入", "--encoding", "gb18030")
        done = run_yanlu(ROOT, "review", "export", *asked, **who)
        assert done.returncode == 0, done.stderr
        assert path.stat().st_mode & 0o777 == 0o600
        assert "写了 1 条" in done.stdout
        assert "没有遮盖的原文和联系方式" in done.stdout
        assert "红绿灯" not in done.stdout
    assert "请装一个红绿灯。" in (tmp_path / "entries.csv").read_text("gb18030")
